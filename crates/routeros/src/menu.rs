//! The menus of RouterOS that this product reads or writes: one file each, with what its rows are.
//!
//! Names and meanings are those of RouterOS 7.22.3's own `/console/inspect` and of `MikroTik`'s manual. A property that
//! an older version lacks is simply not printed.

mod ppp_secret; // accounts that dial in by `PPPoE` and its kin
mod ppp_profile; // what they get
mod ppp_active; // who is dialled in. It has no byte counters; those are on the dynamic interface
mod hotspot_user; // accounts that sign in at a hotspot
mod hotspot_user_profile; // what they get
mod hotspot_active; // who is signed in, with byte counters
mod hotspot_cookie; // devices that a hotspot lets in again by itself
mod ip_pool; // address pools
mod interface; // interfaces with their counters; a `PPPoE` session has a dynamic one
mod pppoe_server; // which dynamic interface belongs to whom
mod queue_simple; // queues; a session with a rate limit has a dynamic one
mod system_resource; // board, version, uptime, load
mod system_identity; // the router's name
mod system_routerboard; // the board and its firmware
mod system_clock; // the router's clock
mod user; // who may sign in to the router
mod user_group; // what they may do
mod user_active; // who is signed in to the router; each of our lines is one
mod ip_service; // the router's own services, the API among them
mod log; // the router's log

pub use hotspot_active::{HotspotActive, HotspotActiveProperty};
pub use hotspot_cookie::{HotspotCookie, HotspotCookieProperty};
pub use hotspot_user::{HotspotUser, HotspotUserProperty};
pub use hotspot_user_profile::{HotspotUserProfile, HotspotUserProfileProperty};
pub use interface::{Interface, InterfaceProperty};
pub use ip_pool::{Pool, PoolProperty};
pub use ip_service::{Service, ServiceProperty};
pub use log::{Log, LogProperty};
pub use ppp_active::{PppActive, PppActiveProperty};
pub use ppp_profile::{PppProfile, PppProfileProperty};
pub use ppp_secret::{PppSecret, PppSecretProperty};
pub use pppoe_server::{PppoeServer, PppoeServerProperty};
pub use queue_simple::{SimpleQueue, SimpleQueueProperty};
pub use system_clock::{SystemClock, SystemClockProperty};
pub use system_identity::{SystemIdentity, SystemIdentityProperty};
pub use system_resource::{SystemResource, SystemResourceProperty};
pub use system_routerboard::{Routerboard, RouterboardProperty};
pub use user::{User, UserProperty};
pub use user_active::{UserActive, UserActiveProperty};
pub use user_group::{UserGroup, UserGroupProperty};

/// A menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Menu {
    /// Accounts that dial in by `PPPoE` and its kin.
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
    /// Address pools.
    Pool,
    /// Interfaces with their counters; a `PPPoE` session has a dynamic one.
    Interface,
    /// Which dynamic interface belongs to whom.
    PppoeServer,
    /// Queues; a session with a rate limit has a dynamic one.
    SimpleQueue,
    /// Board, version, uptime, load.
    SystemResource,
    /// The router's name.
    SystemIdentity,
    /// The board and its firmware.
    Routerboard,
    /// The router's clock.
    SystemClock,
    /// Who may sign in to the router.
    User,
    /// What they may do.
    UserGroup,
    /// Who is signed in to the router; each of our lines is one.
    UserActive,
    /// The router's own services, the API among them.
    Service,
    /// The router's log.
    Log,
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
            Self::Pool => "/ip/pool",
            Self::Interface => "/interface",
            Self::PppoeServer => "/interface/pppoe-server",
            Self::SimpleQueue => "/queue/simple",
            Self::SystemResource => "/system/resource",
            Self::SystemIdentity => "/system/identity",
            Self::Routerboard => "/system/routerboard",
            Self::SystemClock => "/system/clock",
            Self::User => "/user",
            Self::UserGroup => "/user/group",
            Self::UserActive => "/user/active",
            Self::Service => "/ip/service",
            Self::Log => "/log",
        }
    }
}
