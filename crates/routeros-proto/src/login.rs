//! The challenge of RouterOS before 6.43. Later versions take the password as it is.

use std::fmt::Write;

use md5::{Digest, Md5};

/// The `=response=` to a challenge: `00`, then the MD5 of a zero byte, the password and the challenge's bytes.
/// `None` when the challenge is not hexadecimal.
pub fn response(password: &[u8], challenge: &str) -> Option<String> {
    let challenge = hex_bytes(challenge)?;
    let digest = Md5::new().chain_update([0]).chain_update(password).chain_update(challenge).finalize();
    Some(digest.iter().fold("00".to_owned(), |mut out, byte| {
        write!(out, "{byte:02x}").expect("writing to a String cannot fail");
        out
    }))
}

fn hex_bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes();
    if digits.is_empty() || !digits.len().is_multiple_of(2) {
        return None;
    }
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::response;

    /// Challenge, password, response: go-routeros' test and the manual's two examples.
    #[test]
    fn responses_are_as_published() {
        for (challenge, password, expected) in [
            ("abc123", "passTest", "0021277bff9ac7caf06aa608e46616d47f"),
            ("856780b7411eefd3abadee2058c149a3", "", "005062f7a5ef124d34675bf3e81f56c556"),
            ("93b438ec9b80057c06dd9fe67d56aa9a", "", "00e134102a9d330dd7b1849fedfea3cb57"),
        ] {
            assert_eq!(response(password.as_bytes(), challenge).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_challenge_that_is_no_hex_has_no_response() {
        assert_eq!(response(b"x", "zz"), None);
        assert_eq!(response(b"x", "abc"), None);
        assert_eq!(response(b"x", "+f"), None);
    }
}
