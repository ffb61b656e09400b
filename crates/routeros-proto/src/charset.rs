//! Values are bytes; people read text.

use std::{fmt, str::FromStr};

use compact_str::{CompactString, CompactStringExt, format_compact};
use encoding_rs::Encoding;

/// How bytes that are no UTF-8 are read. `WinBox` writes the code page of the Windows it runs on, programs write UTF-8,
/// and RouterOS keeps either (seen: cp1251 on 7.23.2; cp1250 and cp1252 elsewhere).
///
/// ```
/// use routeros_proto::Charset;
/// assert_eq!(Charset::default().read("Peña".as_bytes()), "Peña");
/// assert_eq!(Charset::default().read(b"Pe\xF1a"), "Peña");
/// let moscow: Charset = "windows-1251".parse()?;
/// assert_eq!(moscow.read(b"\xCF\xB8\xF2\xF0"), "Пётр");
/// assert_eq!(Charset::ESCAPED.read(b"Pe\xF1a"), r"Pe\xF1a");
/// # Ok::<(), routeros_proto::UnknownCharset>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charset(Option<&'static Encoding>);

/// A name that is no code page of one byte a character.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0:?} is no code page that WinBox writes; use one like windows-1252 or windows-1251, or escaped")]
pub struct UnknownCharset(String);

impl Default for Charset {
    fn default() -> Self {
        Self(Some(encoding_rs::WINDOWS_1252))
    }
}

impl Charset {
    /// No code page: in a value that is no UTF-8 every odd byte is written `\xF1`, and a backslash twice.
    pub const ESCAPED: Self = Self(None);

    /// The text of a value. It never fails: what the code page lacks too is escaped.
    #[inline]
    pub fn read(self, bytes: &[u8]) -> CompactString {
        match std::str::from_utf8(bytes) {
            Ok(text) => CompactString::new(text),
            Err(_) => self.read_foreign(bytes),
        }
    }

    #[cold]
    fn read_foreign(self, bytes: &[u8]) -> CompactString {
        let read = self.0.and_then(|page| page.decode_without_bom_handling_and_without_replacement(bytes));
        read.map_or_else(|| escaped(bytes), CompactString::from)
    }
}

fn escaped(bytes: &[u8]) -> CompactString {
    let chunk = |chunk: std::str::Utf8Chunk<'_>| {
        let odd = chunk.invalid().iter().map(|byte| format_compact!("\\x{byte:02X}"));
        format_compact!("{}{}", chunk.valid().replace('\\', r"\\"), odd.concat_compact())
    };
    bytes.utf8_chunks().map(chunk).concat_compact()
}

impl FromStr for Charset {
    type Err = UnknownCharset;

    fn from_str(name: &str) -> Result<Self, UnknownCharset> {
        if name == "escaped" {
            return Ok(Self::ESCAPED);
        }
        let page = Encoding::for_label(name.as_bytes()).filter(|page| page.is_single_byte());
        page.map(|page| Self(Some(page))).ok_or_else(|| UnknownCharset(name.to_owned()))
    }
}

impl fmt::Display for Charset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(page) = self;
        f.write_str(&page.map_or_else(|| "escaped".to_owned(), |page| page.name().to_ascii_lowercase()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_byte_that_the_code_page_lacks_is_escaped_and_nothing_around_it_is_lost() {
        let athens: Charset = "windows-1253".parse().expect("a code page");
        assert_eq!(athens.read(b"a\xAAb"), r"a\xAAb");
        assert_eq!(Charset::default().read(b"\x80 5"), "€ 5");
    }

    #[test]
    fn only_code_pages_of_one_byte_are_taken() {
        assert_eq!("windows-1251".parse::<Charset>().map(|page| page.to_string()), Ok("windows-1251".to_owned()));
        assert_eq!("escaped".parse(), Ok(Charset::ESCAPED));
        for name in ["", "utf-16", "shift_jis", "klingon"] {
            assert_eq!(name.parse::<Charset>(), Err(UnknownCharset(name.to_owned())));
        }
    }

    proptest! {
        #[test]
        fn no_two_odd_values_read_alike(
            a in prop::collection::vec(prop::sample::select(&b"\\xF12a\xF1\xF2\xAA"[..]), 0..8),
            b in prop::collection::vec(prop::sample::select(&b"\\xF12a\xF1\xF2\xAA"[..]), 0..8),
        ) {
            let odd = |bytes: &[u8]| std::str::from_utf8(bytes).is_err();
            prop_assume!(a != b && odd(&a) && odd(&b));
            for charset in [Charset::default(), Charset::ESCAPED] {
                prop_assert_ne!(charset.read(&a), charset.read(&b));
            }
        }
    }
}
