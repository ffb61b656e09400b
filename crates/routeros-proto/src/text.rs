//! Values are bytes; people read text.

/// Windows-1252 where it differs from Latin-1. `WinBox` writes the code page of the Windows it runs on.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Text of a value: UTF-8 if it is valid, else Windows-1252. No comment makes a whole read fail.
pub fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| windows_1252(*byte)).collect(),
    }
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn both_spellings_of_a_name_are_read() {
        assert_eq!(text("Peña".as_bytes()), "Peña");
        assert_eq!(text(b"Pe\xF1a \x80 5"), "Peña € 5");
    }
}
