//! A whole sentence where it lies: nothing is copied to look at it.

use crate::{
    Tag,
    word::{Prefix, read_prefix},
};

/// The words of one sentence, in the buffer they came in.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    bytes: &'a [u8],
    tag: Option<&'a [u8]>,
}

/// What a reply says besides its first word: `=name=value`, in the router's order.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a>(&'a [u8]);

impl<'a> Words<'a> {
    /// Words whose lengths were checked already, and the value of the first `.tag=` among them.
    pub(crate) const fn checked(bytes: &'a [u8], tag: Option<&'a [u8]>) -> Self {
        Self { bytes, tag }
    }

    /// All of them.
    pub fn iter(self) -> impl Iterator<Item = &'a [u8]> {
        Each(self.bytes)
    }

    /// The command or reply word.
    pub fn first(self) -> &'a [u8] {
        Each(self.bytes).next().unwrap_or_default()
    }

    /// The value of `.tag=`, wherever in the sentence it stands. The outer `None` means that there is none, the inner
    /// one that it is no tag of ours.
    pub fn tag(self) -> Option<Result<Tag, &'a [u8]>> {
        self.tag.map(|raw| Tag::parse(raw).ok_or(raw))
    }

    /// What comes after the first word, and after the tag where that comes next.
    pub(crate) fn fields(self) -> Fields<'a> {
        let mut words = Each(self.bytes);
        words.next();
        let mut behind = words.clone();
        if behind.next().is_some_and(|word| word.starts_with(b".tag=")) { Fields(behind.0) } else { Fields(words.0) }
    }
}

impl<'a> Fields<'a> {
    /// Every `=name=value`. A value may itself hold `=`; a word without a second `=` has an empty value.
    #[inline]
    pub fn iter(self) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
        Each(self.0).filter_map(split)
    }

    /// How long they are on the line, in bytes.
    pub const fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The first value of that name.
    pub fn get(self, name: &str) -> Option<&'a [u8]> {
        self.iter().find(|(key, _)| *key == name.as_bytes()).map(|(_, value)| value)
    }

    /// The value of the next word, where it is of that property; the word is passed then. A router prints the properties
    /// of a menu in one order, so a reader who expects that order need not look for the end of a name.
    #[inline]
    pub fn take(&mut self, name: &[u8]) -> Option<&'a [u8]> {
        let mut words = Each(self.0);
        let value = words.next()?.strip_prefix(b"=")?.strip_prefix(name)?.strip_prefix(b"=")?;
        self.0 = words.0;
        Some(value)
    }

    /// The first word that is neither an attribute nor an API word.
    pub(crate) fn bare(self) -> Option<&'a [u8]> {
        Each(self.0).find(|word| !word.starts_with(b"=") && !word.starts_with(b"."))
    }
}

/// Splits `=name=value`.
#[inline]
pub(crate) fn split(word: &[u8]) -> Option<(&[u8], &[u8])> {
    let body = word.strip_prefix(b"=")?;
    match body.iter().position(|byte| *byte == b'=') {
        Some(end) => Some((&body[..end], &body[end + 1..])),
        None => Some((body, b"")),
    }
}

/// Walks over words that are known to be whole.
#[derive(Clone)]
struct Each<'a>(&'a [u8]);

impl<'a> Iterator for Each<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let Prefix::Word { len, used } = read_prefix(self.0) else {
            return None;
        };
        let word = self.0.get(used..used + len)?;
        self.0 = &self.0[used + len..];
        Some(word)
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    /// Words of EvilFreelancer/routeros-api-php's tests (MIT), and one without a second sign as a cleared comment has.
    #[test]
    fn an_attribute_splits_at_the_first_equals_sign_only() {
        let expected: &[(&str, (&str, &str))] = &[
            ("=name=kjhasdrlkh=5468=3456kh3l45", ("name", "kjhasdrlkh=5468=3456kh3l45")),
            ("=name==d===efault=a===123sadf=3=3===", ("name", "=d===efault=a===123sadf=3=3===")),
            ("=name============", ("name", "===========")),
            ("=on-login={:liahdf =aasdf(zz)a;ldfj}", ("on-login", "{:liahdf =aasdf(zz)a;ldfj}")),
            ("=comment", ("comment", "")),
        ];
        for (word, (name, value)) in expected {
            assert_eq!(split(word.as_bytes()), Some((name.as_bytes(), value.as_bytes())), "{word}");
        }
        assert_eq!(split(b"!re"), None);
    }
}
