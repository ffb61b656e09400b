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

#[cfg(test)]
mod tests {
    use super::*;

    /// Does not compile once a type has a trait: then two functions fit.
    macro_rules! never {
        ($type:ty: $never:path) => {
            const _: fn() = || {
                trait Fits<Which> {
                    fn fits() {}
                }
                struct Also;
                impl<T: ?Sized> Fits<()> for T {}
                impl<T: ?Sized + $never> Fits<Also> for T {}
                let _ = <$type as Fits<_>>::fits;
            };
        };
    }
    never!(Password: serde::Serialize);
    never!(Password: fmt::Display);

    #[test]
    fn a_password_is_not_printed() {
        assert_eq!(format!("{:?}", Some(Password::new("s3cret"))), "Some(Password(…))");
    }
}
