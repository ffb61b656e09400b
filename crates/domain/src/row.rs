//! What a router holds, property by property, and when two values mean the same.

use std::collections::BTreeMap;

use crate::{rate_limit::RateLimit, span::Span};

/// A property that we write, named as RouterOS names it. Nothing else is ever written: scripts, policies and the
/// rest of a row belong to whoever runs the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Property {
    /// `name`
    Name,
    /// `service` of a secret
    Service,
    /// `profile` of an account
    Profile,
    /// `disabled`
    Disabled,
    /// `comment`
    Comment,
    /// `caller-id` of a secret: the MAC address that may dial in
    CallerId,
    /// `remote-address` of a secret or profile: the customer's address or pool
    RemoteAddress,
    /// `local-address` of a profile
    LocalAddress,
    /// `mac-address` of a hotspot user
    MacAddress,
    /// `address` of a hotspot user
    Address,
    /// `rate-limit` of a profile
    RateLimit,
    /// `only-one` of a PPP profile
    OnlyOne,
    /// `shared-users` of a hotspot profile
    SharedUsers,
    /// `session-timeout` of a profile
    SessionTimeout,
    /// `idle-timeout` of a profile
    IdleTimeout,
    /// `keepalive-timeout` of a hotspot profile
    KeepaliveTimeout,
    /// `address-pool` of a hotspot profile
    AddressPool,
}

/// What a property should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// Exactly this, in RouterOS's spelling.
    Is(String),
    /// Not set.
    Cleared,
}

/// One row of a menu as a router printed it. Properties that are not set are absent.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Row {
    /// The router's `.id`.
    pub id: String,
    /// Every other property.
    pub values: BTreeMap<String, String>,
}

impl Row {
    /// The value of a property, where it is set.
    pub fn get(&self, property: Property) -> Option<&str> {
        self.raw(property.name())
    }

    /// The value of any property by RouterOS's name.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Whether the row is disabled. Very old routers wrote `yes`.
    pub fn disabled(&self) -> bool {
        self.get(Property::Disabled).is_some_and(is_yes)
    }
}

impl Property {
    /// RouterOS's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Service => "service",
            Self::Profile => "profile",
            Self::Disabled => "disabled",
            Self::Comment => "comment",
            Self::CallerId => "caller-id",
            Self::RemoteAddress => "remote-address",
            Self::LocalAddress => "local-address",
            Self::MacAddress => "mac-address",
            Self::Address => "address",
            Self::RateLimit => "rate-limit",
            Self::OnlyOne => "only-one",
            Self::SharedUsers => "shared-users",
            Self::SessionTimeout => "session-timeout",
            Self::IdleTimeout => "idle-timeout",
            Self::KeepaliveTimeout => "keepalive-timeout",
            Self::AddressPool => "address-pool",
        }
    }

    /// Whether what the router holds already means what we want.
    pub fn holds(self, have: Option<&str>, want: &Want) -> bool {
        let have = have.filter(|have| !self.reads_as_unset(have));
        match (have, want) {
            (None, Want::Cleared) => true,
            (None, Want::Is(want)) => self.reads_as_unset(want),
            (Some(_), Want::Cleared) => false,
            (Some(have), Want::Is(want)) => self.same(have, want),
        }
    }

    /// Whether a change of it reaches a customer only when they dial in again.
    pub const fn needs_redial(self) -> bool {
        match self {
            Self::Name
            | Self::Profile
            | Self::CallerId
            | Self::RemoteAddress
            | Self::LocalAddress
            | Self::MacAddress
            | Self::Address
            | Self::RateLimit
            | Self::SessionTimeout
            | Self::IdleTimeout
            | Self::KeepaliveTimeout
            | Self::AddressPool => true,
            Self::Service | Self::Disabled | Self::Comment | Self::OnlyOne | Self::SharedUsers => false,
        }
    }

    fn reads_as_unset(self, value: &str) -> bool {
        match self {
            Self::SessionTimeout | Self::IdleTimeout | Self::KeepaliveTimeout => {
                value.is_empty() || value.parse() == Ok(Span::seconds(0))
            }
            Self::MacAddress => matches!(value, "" | "00:00:00:00:00:00"),
            Self::Address | Self::RemoteAddress | Self::LocalAddress => matches!(value, "" | "0.0.0.0"),
            Self::AddressPool => matches!(value, "" | "none"),
            _ => value.is_empty(),
        }
    }

    fn same(self, have: &str, want: &str) -> bool {
        match self {
            Self::RateLimit => matches!(
                (have.parse::<RateLimit>(), want.parse::<RateLimit>()),
                (Ok(have), Ok(want)) if have.same_as(&want)
            ),
            Self::SessionTimeout | Self::IdleTimeout | Self::KeepaliveTimeout => {
                matches!((have.parse::<Span>(), want.parse::<Span>()), (Ok(have), Ok(want)) if have == want)
            }
            Self::Disabled => is_yes(have) == is_yes(want),
            Self::CallerId | Self::MacAddress => have.eq_ignore_ascii_case(want),
            _ => have == want,
        }
    }
}

fn is_yes(value: &str) -> bool {
    matches!(value, "true" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_compared_by_what_they_mean() {
        for (property, have, want) in [
            (Property::RateLimit, "10M/10M", "10000k/10000k"),
            (Property::SessionTimeout, "24h", "1d"),
            (Property::SessionTimeout, "86400", "1d"),
            (Property::Disabled, "true", "yes"),
            (Property::Disabled, "false", "no"),
            (Property::CallerId, "aa:bb:cc:dd:ee:ff", "AA:BB:CC:DD:EE:FF"),
        ] {
            assert!(property.holds(Some(have), &Want::Is(want.to_owned())), "{property:?} {have} {want}");
        }
        for (property, have, want) in [
            (Property::Profile, "Gold", "gold"),
            (Property::Disabled, "true", "no"),
            (Property::RateLimit, "whatever", "1M/1M"),
            (Property::Comment, "a ", "a"),
        ] {
            assert!(!property.holds(Some(have), &Want::Is(want.to_owned())), "{property:?} {have} {want}");
        }
    }

    #[test]
    fn every_spelling_of_nothing_is_nothing() {
        for (property, unset) in [
            (Property::IdleTimeout, "none"),
            (Property::SessionTimeout, "0s"),
            (Property::MacAddress, "00:00:00:00:00:00"),
            (Property::Address, "0.0.0.0"),
            (Property::AddressPool, "none"),
            (Property::CallerId, ""),
        ] {
            assert!(property.holds(Some(unset), &Want::Cleared), "{property:?} {unset}");
            assert!(property.holds(None, &Want::Is(unset.to_owned())), "{property:?} {unset}");
        }
        assert!(!Property::RateLimit.holds(Some("1M/1M"), &Want::Cleared));
        assert!(!Property::RateLimit.holds(None, &Want::Is("1M/1M".to_owned())));
    }
}
