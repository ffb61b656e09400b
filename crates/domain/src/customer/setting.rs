//! What a caller said of a property, silence included.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A property that a caller may set, clear, or leave to the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Setting<T> {
    /// Not written; what the router holds is no difference.
    #[default]
    LeftAlone,
    /// To be cleared.
    Cleared,
    /// To be this.
    Is(T),
}

impl<T> Setting<T> {
    /// Whether nothing was said.
    pub const fn is_left_alone(&self) -> bool {
        matches!(self, Self::LeftAlone)
    }

    /// The same setting of a value read.
    pub(super) fn try_map<U, E>(&self, read: impl Fn(&T) -> Result<U, E>) -> Result<Setting<U>, E> {
        match self {
            Self::LeftAlone => Ok(Setting::LeftAlone),
            Self::Cleared => Ok(Setting::Cleared),
            Self::Is(value) => read(value).map(Setting::Is),
        }
    }
}

impl Serialize for Setting<String> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::LeftAlone | Self::Cleared => serializer.serialize_none(),
            Self::Is(value) => serializer.serialize_str(value),
        }
    }
}

impl<'de> Deserialize<'de> for Setting<String> {
    /// `null` and empty text clear. An absent member is left alone, by the default of whoever has it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?.filter(|text| !text.is_empty());
        Ok(text.map_or(Self::Cleared, Self::Is))
    }
}
