//! Which RouterOS this router claims to be, and what that changes.

use std::fmt;

/// A RouterOS version, as far as behaviour depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    text: String,
    number: [u16; 3],
}

/// The versions that have something: from the first that does up to, not including, the first that does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    from: [u16; 3],
    to: [u16; 3],
}

impl Version {
    /// Reads `7.22.3`, `6.42` or `7.1rc3`. `None` when it does not begin with two numbers.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let major = parts.next()?.parse().ok()?;
        let minor = leading_digits(parts.next()?).parse().ok()?;
        let patch = parts.next().map_or(Some(0), |patch| leading_digits(patch).parse().ok())?;
        Some(Self { text: text.to_owned(), number: [major, minor, patch] })
    }

    /// Whether this version is `major.minor` or later.
    pub(crate) fn since(&self, major: u16, minor: u16) -> bool {
        self.number >= [major, minor, 0]
    }
}

impl Span {
    pub(crate) const ALWAYS: Self = Self { from: [0; 3], to: [u16::MAX; 3] };

    pub(crate) const fn since(major: u16, minor: u16) -> Self {
        Self::since_patch(major, minor, 0)
    }

    pub(crate) const fn since_patch(major: u16, minor: u16, patch: u16) -> Self {
        Self { from: [major, minor, patch], ..Self::ALWAYS }
    }

    /// Gone with this version.
    pub(crate) const fn before(self, major: u16, minor: u16) -> Self {
        self.before_patch(major, minor, 0)
    }

    pub(crate) const fn before_patch(self, major: u16, minor: u16, patch: u16) -> Self {
        Self { to: [major, minor, patch], ..self }
    }

    /// Whether this version has it.
    pub(crate) fn holds(self, version: &Version) -> bool {
        self.from <= version.number && version.number < self.to
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn leading_digits(text: &str) -> &str {
    &text[..text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_compare_by_number_and_not_by_text() {
        let since = |text: &str, major, minor| Version::parse(text).unwrap().since(major, minor);
        assert!(since("7.22.3", 7, 18));
        assert!(since("7.18beta2", 7, 18));
        assert!(!since("7.9", 7, 10));
        assert!(!since("6.42", 6, 43));
        assert_eq!(Version::parse("seven"), None);
    }

    #[test]
    fn a_span_ends_before_the_version_that_took_the_thing_away() {
        let span = Span::since(7, 21).before_patch(7, 21, 3);
        let holds = |text: &str| span.holds(&Version::parse(text).unwrap());
        assert_eq!(["7.20.8", "7.21", "7.21.2", "7.21.3", "7.22"].map(holds), [false, true, true, false, false]);
    }
}
