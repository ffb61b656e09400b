//! Passwords.

use std::fmt;

use super::{Text, Value};
use crate::Charset;

/// A password that a router printed. `Debug` does not show it, and there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(Text);

impl Password {
    /// The password itself.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the router shows stars instead: our user lacks the policy `sensitive`. Such a value is never written.
    pub fn is_hidden(&self) -> bool {
        self.0 == "*****"
    }
}

impl Value for Password {
    #[inline]
    fn read(raw: &[u8], charset: Charset) -> Option<Self> {
        Some(Self(charset.read(raw)))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}
