//! The menus of RouterOS that this product reads or writes.

/// A menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Menu {
    /// Accounts that dial in by `PPPoE`.
    PppSecret,
    /// What they get.
    PppProfile,
    /// Who is dialled in. It has no byte counters; those are on the dynamic interface.
    PppActive,
    /// Accounts that sign in at a hotspot.
    HotspotUser,
    /// What they get.
    HotspotUserProfile,
    /// Who is signed in, with byte counters.
    HotspotActive,
    /// Devices that a hotspot lets in again by itself.
    HotspotCookie,
    /// Interfaces with their counters; a `PPPoE` session has a dynamic one.
    Interface,
    /// Which dynamic interface belongs to whom.
    PppoeServer,
    /// Queues; a session with a rate limit has a dynamic one.
    SimpleQueue,
    /// Address pools.
    Pool,
    /// Board, version, uptime, load.
    SystemResource,
    /// The router's name.
    SystemIdentity,
    /// The router's clock.
    SystemClock,
    /// Who may sign in to the router.
    User,
    /// What they may do.
    UserGroup,
}

impl Menu {
    /// Its path.
    pub const fn path(self) -> &'static str {
        match self {
            Self::PppSecret => "/ppp/secret",
            Self::PppProfile => "/ppp/profile",
            Self::PppActive => "/ppp/active",
            Self::HotspotUser => "/ip/hotspot/user",
            Self::HotspotUserProfile => "/ip/hotspot/user/profile",
            Self::HotspotActive => "/ip/hotspot/active",
            Self::HotspotCookie => "/ip/hotspot/cookie",
            Self::Interface => "/interface",
            Self::PppoeServer => "/interface/pppoe-server",
            Self::SimpleQueue => "/queue/simple",
            Self::Pool => "/ip/pool",
            Self::SystemResource => "/system/resource",
            Self::SystemIdentity => "/system/identity",
            Self::SystemClock => "/system/clock",
            Self::User => "/user",
            Self::UserGroup => "/user/group",
        }
    }
}
