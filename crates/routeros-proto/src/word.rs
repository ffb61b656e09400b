//! The length before every word: one to five bytes, big-endian.

use bytes::{BufMut, BytesMut};

/// What stands at the start of a buffer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Prefix {
    /// A word of `len` bytes, whose prefix took `used` bytes.
    Word { len: usize, used: usize },
    /// The prefix is not whole yet.
    Incomplete,
    /// `0xF8` and above are control bytes that nobody defined, and no router sends `0xF1` to `0xF7`: the stream cannot
    /// be followed any further.
    Reserved(u8),
}

/// Writes the length prefix of a word.
pub(crate) fn put_length(len: u32, out: &mut BytesMut) {
    match len {
        0..0x80 => out.put_uint(u64::from(len), 1),
        0x80..0x4000 => out.put_uint(u64::from(len | 0x8000), 2),
        0x4000..0x20_0000 => out.put_uint(u64::from(len | 0xC0_0000), 3),
        0x20_0000..0x1000_0000 => out.put_u32(len | 0xE000_0000),
        0x1000_0000.. => {
            out.put_u8(0xF0);
            out.put_u32(len);
        }
    }
}

/// Reads the length prefix at the start of `buf`. Nearly every word is short, so its one byte is looked at first.
#[inline]
pub(crate) fn read_prefix(buf: &[u8]) -> Prefix {
    match buf.first() {
        None => Prefix::Incomplete,
        Some(&len @ 0x00..=0x7F) => Prefix::Word { len: usize::from(len), used: 1 },
        Some(&first) => read_long_prefix(first, buf),
    }
}

fn read_long_prefix(first: u8, buf: &[u8]) -> Prefix {
    let (used, mask) = match first {
        0x80..=0xBF => (2, 0x3F),
        0xC0..=0xDF => (3, 0x1F),
        0xE0..=0xEF => (4, 0x0F),
        0xF0 => (5, 0x00),
        0x00..=0x7F => return Prefix::Word { len: usize::from(first), used: 1 },
        0xF1.. => return Prefix::Reserved(first),
    };
    let Some(rest) = buf.get(1..used) else {
        return Prefix::Incomplete;
    };
    let len = rest.iter().fold(usize::from(first & mask), |len, byte| len << 8 | usize::from(*byte));
    Prefix::Word { len, used }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Length, bytes on the wire: published test vectors of go-routeros and librouteros, one seen on a live router.
    const VECTORS: &[(u32, &[u8])] = &[
        (0, &[0x00]),
        (1, &[0x01]),
        (127, &[0x7F]),
        (130, &[0x80, 0x82]),
        (135, &[0x80, 0x87]),
        (256, &[0x81, 0x00]),
        (17_185, &[0xC0, 0x43, 0x21]),
        (2_097_140, &[0xDF, 0xFF, 0xF4]),
        (2_805_231, &[0xE0, 0x2A, 0xCD, 0xEF]),
        (268_435_440, &[0xEF, 0xFF, 0xFF, 0xF0]),
        (268_435_584, &[0xF0, 0x10, 0x00, 0x00, 0x80]),
    ];

    #[test]
    fn lengths_are_written_and_read_as_published() {
        for (len, wire) in VECTORS {
            let mut out = BytesMut::new();
            put_length(*len, &mut out);
            assert_eq!(&out[..], *wire, "length {len}");
            let read = Prefix::Word { len: *len as usize, used: wire.len() };
            assert_eq!(read_prefix(wire), read, "length {len}");
        }
    }

    #[test]
    fn a_cut_prefix_waits_and_a_control_byte_ends_it() {
        for (_, wire) in VECTORS {
            assert_eq!(read_prefix(&wire[..wire.len() - 1]), Prefix::Incomplete);
        }
        for control in 0xF1..=0xFF {
            assert_eq!(read_prefix(&[control, 0, 0]), Prefix::Reserved(control));
        }
    }
}
