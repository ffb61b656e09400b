//! `/ip/service`: the router's own doors.

use routeros_proto::{
    row,
    value::{RowId, Text},
};

use crate::{Menu, Row};

row! {
    /// A service of the router, such as `api` on 8728 and `api-ssl` on 8729.
    pub struct Service, properties ServiceProperty {
        /// Its id.
        pub id: RowId = Id(b".id"),
        /// Its name.
        pub name: Text = Name(b"name"),
        /// Its TCP port.
        pub port: u64 = Port(b"port"),
        /// `tcp`.
        pub proto: Text = Proto(b"proto"),
        /// From where it may be used; empty for anywhere. Others get no answer at all.
        pub address: Text = Address(b"address"),
        /// Its certificate, or `none`: then only anonymous TLS works, which we do not speak.
        pub certificate: Text = Certificate(b"certificate"),
        /// `any` or `only-1.2`.
        pub tls_version: Text = TlsVersion(b"tls-version"),
        /// Sessions at once; since 7.16.
        pub max_sessions: u64 = MaxSessions(b"max-sessions"),
        /// Its routing table.
        pub vrf: Text = Vrf(b"vrf"),
        /// Whether it does nothing.
        pub invalid: bool = Invalid(b"invalid"),
        /// Whether it is switched off.
        pub disabled: bool = Disabled(b"disabled"),
    }
}

impl Row for Service {
    const MENU: Menu = Menu::Service;
    type Property = ServiceProperty;
}
