//! What is asked of accounts and profiles. Their rows stay as the router spells them.

use domain::customer::ServiceType;
use routeros::{
    Command, Print, Query, Row,
    menu::{
        HotspotUser, HotspotUserProfile, HotspotUserProfileProperty as OfHotspotProfile,
        HotspotUserProperty as OfHotspotUser, PppProfile, PppProfileProperty as OfPppProfile, PppSecret,
        PppSecretProperty as OfSecret,
    },
};

/// A condition on accounts.
#[derive(Clone, Copy, Debug)]
pub(crate) enum By<'a> {
    /// Of this name.
    Name(&'a str),
    /// With exactly this comment.
    Comment(&'a str),
}

/// Accounts that meet one of the conditions, all of them where there is none, with what a plan needs.
pub(crate) fn accounts<'a>(service: ServiceType, by: impl IntoIterator<Item = By<'a>>) -> Command {
    match service {
        ServiceType::Pppoe => {
            use OfSecret::{CallerId, Comment, Disabled, Id, Name, Password, Profile, RemoteAddress, Service};
            let only = [Id, Name, Password, Service, Profile, Disabled, Comment, CallerId, RemoteAddress];
            let is = |by| match by {
                By::Name(name) => Query::is(Name, name),
                By::Comment(comment) => Query::is(Comment, comment),
            };
            print::<PppSecret>(&only, by.into_iter().map(is).reduce(Query::or))
        }
        ServiceType::Hotspot => {
            use OfHotspotUser::{Address, Comment, Disabled, Id, MacAddress, Name, Password, Profile, Server};
            let only = [Id, Name, Password, Server, Profile, Disabled, Comment, MacAddress, Address];
            let is = |by| match by {
                By::Name(name) => Query::is(Name, name),
                By::Comment(comment) => Query::is(Comment, comment),
            };
            print::<HotspotUser>(&only, by.into_iter().map(is).reduce(Query::or))
        }
    }
}

/// Profiles of these names, all of them where none is named, with what a plan needs.
pub(crate) fn profiles<'a>(service: ServiceType, names: impl IntoIterator<Item = &'a str>) -> Command {
    match service {
        ServiceType::Pppoe => {
            use OfPppProfile::{
                Comment, Id, IdleTimeout, LocalAddress, Name, OnlyOne, RateLimit, RemoteAddress, SessionTimeout,
            };
            let only =
                [Id, Name, RateLimit, OnlyOne, Comment, SessionTimeout, IdleTimeout, RemoteAddress, LocalAddress];
            print::<PppProfile>(&only, Query::is_one_of(Name, names))
        }
        ServiceType::Hotspot => {
            use OfHotspotProfile::{
                AddressPool, Id, IdleTimeout, KeepaliveTimeout, Name, RateLimit, SessionTimeout, SharedUsers,
            };
            let only = [Id, Name, RateLimit, SharedUsers, SessionTimeout, IdleTimeout, KeepaliveTimeout, AddressPool];
            print::<HotspotUserProfile>(&only, Query::is_one_of(Name, names))
        }
    }
}

fn print<T: Row>(only: &[T::Property], query: Option<Query<T::Property>>) -> Command {
    let print = Print::<T>::new().only(only);
    match query {
        Some(query) => print.matching(query).command(),
        None => print.command(),
    }
}
