//! Who signs in to this console, and what each may do: one table.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Somebody who signs in to this console. Customers never do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Operator {
    /// Identifier in our store.
    pub id: String,
    /// Name to sign in with, shown in the console.
    pub username: String,
    /// E-mail address, also to sign in with.
    pub email: String,
    /// What the operator may do.
    #[serde(rename = "userType")]
    pub role: Role,
    /// Where this call of theirs comes from. For the audit only.
    #[serde(skip)]
    pub origin: Origin,
}

/// Where a call comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The caller's address, as their connection shows it.
    pub address: Option<String>,
    /// The request's id, as its answer and the log have it.
    pub request_id: Option<String>,
}

/// The two roles of the design document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// Everything.
    #[serde(rename = "Admin Staff")]
    AdminStaff,
    /// Watching, ending sessions, looking customers up.
    #[serde(rename = "Office Staff")]
    OfficeStaff,
}

/// One thing an operator may or may not do, named as in the REST contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Permission {
    /// The router's state and facts.
    #[serde(rename = "mikrotik_view_status")]
    ViewStatus,
    /// Who is online.
    #[serde(rename = "mikrotik_view_sessions")]
    ViewSessions,
    /// End sessions.
    #[serde(rename = "mikrotik_disconnect")]
    Disconnect,
    /// Accounts and profiles on the router.
    #[serde(rename = "mikrotik_view_users")]
    ViewUsers,
    /// Change and delete accounts.
    #[serde(rename = "mikrotik_manage_users")]
    ManageUsers,
    /// Write profiles.
    #[serde(rename = "mikrotik_manage_profiles")]
    ManageProfiles,
    /// Bring customers and packages to the router.
    #[serde(rename = "mikrotik_sync")]
    Sync,
    /// Customers and packages of our store, without secrets.
    #[serde(rename = "customers_view")]
    ViewCustomers,
    /// Change customers.
    #[serde(rename = "customers_manage")]
    ManageCustomers,
    /// Change packages.
    #[serde(rename = "packages_manage")]
    ManagePackages,
    /// Allow or forbid writes to a router.
    #[serde(rename = "routers_manage")]
    ManageRouters,
    /// Who did what.
    #[serde(rename = "audit_view")]
    ViewAudit,
}

impl Permission {
    /// Every permission there is.
    pub const ALL: [Self; 12] = [
        Self::ViewStatus,
        Self::ViewSessions,
        Self::Disconnect,
        Self::ViewUsers,
        Self::ManageUsers,
        Self::ManageProfiles,
        Self::Sync,
        Self::ViewCustomers,
        Self::ManageCustomers,
        Self::ManagePackages,
        Self::ManageRouters,
        Self::ViewAudit,
    ];

    /// The name in the REST contract.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ViewStatus => "mikrotik_view_status",
            Self::ViewSessions => "mikrotik_view_sessions",
            Self::Disconnect => "mikrotik_disconnect",
            Self::ViewUsers => "mikrotik_view_users",
            Self::ManageUsers => "mikrotik_manage_users",
            Self::ManageProfiles => "mikrotik_manage_profiles",
            Self::Sync => "mikrotik_sync",
            Self::ViewCustomers => "customers_view",
            Self::ManageCustomers => "customers_manage",
            Self::ManagePackages => "packages_manage",
            Self::ManageRouters => "routers_manage",
            Self::ViewAudit => "audit_view",
        }
    }
}

impl Role {
    /// The table of rights.
    pub const fn may(self, permission: Permission) -> bool {
        match self {
            Self::AdminStaff => true,
            Self::OfficeStaff => {
                matches!(
                    permission,
                    Permission::ViewStatus
                        | Permission::ViewSessions
                        | Permission::Disconnect
                        | Permission::ViewCustomers
                )
            }
        }
    }

    /// What this role may do, in the order of the table.
    pub fn permissions(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.into_iter().filter(move |permission| self.may(*permission))
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AdminStaff => "Admin Staff",
            Self::OfficeStaff => "Office Staff",
        })
    }
}

/// Text that names no role.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is no role; use \"Admin Staff\" or \"Office Staff\"")]
pub struct UnknownRole(String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        match text {
            "Admin Staff" => Ok(Self::AdminStaff),
            "Office Staff" => Ok(Self::OfficeStaff),
            other => Err(UnknownRole(other.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn office_staff_watch_look_up_and_disconnect_and_nothing_else() {
        let theirs: Vec<_> = Role::OfficeStaff.permissions().map(Permission::name).collect();
        assert_eq!(theirs, ["mikrotik_view_status", "mikrotik_view_sessions", "mikrotik_disconnect", "customers_view"]);
        assert_eq!(Role::AdminStaff.permissions().count(), Permission::ALL.len());
    }

    #[test]
    fn names_on_the_wire_are_the_names_of_the_contract() {
        for permission in Permission::ALL {
            assert_eq!(serde_json::to_value(permission).unwrap(), permission.name());
        }
        for role in [Role::AdminStaff, Role::OfficeStaff] {
            assert_eq!(role.to_string().parse::<Role>().unwrap(), role);
            assert_eq!(serde_json::to_value(role).unwrap(), role.to_string());
        }
    }
}
