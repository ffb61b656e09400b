//! Passwords.

use std::fmt;

use super::{Text, Value};
use crate::Charset;

/// A password that a router printed. `Debug` does not show it, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Text);

impl Secret {
    /// The password itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the router shows stars instead: our user lacks the policy `sensitive`. Such a value is never written.
    pub fn is_hidden(&self) -> bool {
        self.0 == "*****"
    }
}

impl Value for Secret {
    #[inline]
    fn read(raw: &[u8], charset: Charset) -> Option<Self> {
        Some(Self(charset.read(raw)))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
