//! What a customer dials in with.

use std::fmt;

use serde::Deserialize;

/// The password of an account. It cannot be printed; [`Password::expose`] is the only way to the text.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Password(String);

impl Password {
    /// Takes a password. Control characters are refused by [`Customer::read`](super::Customer::read), not here.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the router and the one answer that shows a generated one.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}
