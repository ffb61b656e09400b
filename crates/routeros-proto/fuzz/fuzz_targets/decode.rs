//! Bytes from anybody, cut in any way.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| routeros_proto_fuzz::decode(data));
