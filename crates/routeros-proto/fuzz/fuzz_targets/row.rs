//! A reply of any words, as a row of every type.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| routeros_proto_fuzz::row(data));
