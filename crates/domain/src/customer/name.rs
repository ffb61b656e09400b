//! The names by which a customer is told from others.

use std::{fmt, str::FromStr};

/// A name that RouterOS and we agree on: 1 to 64 of letters, digits and `._@+-`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Username(String);

/// Identifies a customer: 1 to 64 of letters, digits and `._-`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CustomerId(String);

impl Username {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Username {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if is_name(text, "._@+-") {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("{text:?} is no username: use 1 to 64 letters, digits and . _ @ + -"))
        }
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl CustomerId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CustomerId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if is_name(text, "._-") {
            Ok(Self(text.to_owned()))
        } else {
            Err(format!("{text:?} is no customer id: use 1 to 64 letters, digits and . _ -"))
        }
    }
}

impl fmt::Display for CustomerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_name(text: &str, punctuation: &str) -> bool {
    (1..=64).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || punctuation.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_mean_something_to_the_router_are_refused() {
        for name in ["", "a,b", "*1", "=x=y", "?name=", "a b", "a\nb", "a\0", "naïve", &"x".repeat(65)] {
            assert!(name.parse::<Username>().is_err(), "{name:?}");
        }
        for name in ["ana", "a.b_c@d+e-f", "007", &"x".repeat(64)] {
            assert!(name.parse::<Username>().is_ok(), "{name:?}");
        }
    }
}
