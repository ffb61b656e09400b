//! Which RouterOS this router claims to be, and what that changes.

use std::fmt;

/// A RouterOS version, as far as behaviour depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    text: String,
    number: (u16, u16),
}

impl Version {
    /// Reads `7.22.3`, `6.42` or `7.1rc3`. `None` when it does not begin with two numbers.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next()?;
        let digits = minor.find(|c: char| !c.is_ascii_digit()).unwrap_or(minor.len());
        Some(Self { text: text.to_owned(), number: (major, minor[..digits].parse().ok()?) })
    }

    /// Whether this version is `major.minor` or later.
    pub(crate) fn since(&self, major: u16, minor: u16) -> bool {
        self.number >= (major, minor)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_compare_by_number_and_not_by_text() {
        let since = |text: &str, major, minor| Version::parse(text).unwrap().since(major, minor);
        assert!(since("7.22.3", 7, 18));
        assert!(since("7.18beta2", 7, 18));
        assert!(!since("7.9", 7, 10));
        assert!(!since("6.42", 6, 43));
        assert_eq!(Version::parse("seven"), None);
    }
}
