//! What becomes of the account of a customer who is deleted. Whose an account is, its marker says.

use domain::{
    account::Marker,
    customer::ServiceType,
    row::{Property, Row},
    wire::{
        AccountFate, CustomerRecord,
        problem::{Code, Problem},
    },
};
use routeros::{CallError, Command, Lease};

use crate::{
    Services,
    router::RouterHandle,
    sessions,
    sync::observe::print_rows,
    translate::{menus, prints, row_id},
    trouble,
};

/// What was done on the router.
#[derive(Debug, Default)]
pub(super) struct Ended {
    /// Names of the accounts that were removed or disabled.
    pub(super) accounts: Vec<String>,
    /// Sessions that were ended.
    pub(super) sessions: usize,
}

impl Services {
    /// Removes or disables the account that bears the customer's marker, by whichever service, and ends its sessions.
    /// The caller holds the router's `writing`.
    pub(super) async fn end_account(
        &self,
        router: &RouterHandle,
        customer: &CustomerRecord,
        fate: AccountFate,
    ) -> Result<Ended, Problem> {
        let mut ended = Ended::default();
        let lease = router.lease().await?;
        for service in ServiceType::ALL {
            for row in accounts_of(&lease, service, customer).await? {
                let Some(name) = row.get(Property::Name) else { continue };
                ended.sessions += self.end_one(&lease, service, &row, name, fate).await?;
                ended.accounts.push(name.to_owned());
            }
        }
        Ok(ended)
    }

    /// First the account lets nobody in, then its sessions end and are seen to be gone: whoever tries again after a
    /// failure finds the account, and by it the sessions.
    pub(crate) async fn end_one(
        &self,
        lease: &Lease,
        service: ServiceType,
        row: &Row,
        name: &str,
        fate: AccountFate,
    ) -> Result<usize, Problem> {
        let menu = menus(service).accounts;
        let odd = || Problem::new(Code::RouterProtocol, format!("{:?} is no row id.", row.id));
        let id = row_id(row).ok_or_else(odd)?;
        write(lease, Command::set(menu, id, [("disabled", "yes")])).await?;
        let ended = self.end_sessions(lease, service, name).await.map_err(|problem| still_here(name, problem))?;
        if fate == AccountFate::Remove {
            write(lease, Command::remove(menu, id)).await.map_err(|problem| still_here(name, problem))?;
        }
        Ok(ended)
    }

    async fn end_sessions(&self, lease: &Lease, service: ServiceType, name: &str) -> Result<usize, Problem> {
        let ended = self.end_all_of(lease, service, name).await?.len();
        match sessions::nobody_of(lease, service, name).await {
            Ok(true) => Ok(ended),
            Ok(false) => {
                Err(Problem::new(Code::RouterRejected, format!("The router did not end the session of {name}.")))
            }
            Err(error) => Err(trouble::of_call(&error)),
        }
    }
}

fn still_here(name: &str, problem: Problem) -> Problem {
    let detail = format!("{} Account {name} lets nobody in by now; nothing was deleted.", problem.detail);
    Problem { detail, ..problem }
}

async fn accounts_of(lease: &Lease, service: ServiceType, customer: &CustomerRecord) -> Result<Vec<Row>, Problem> {
    let mut rows = match print_rows(lease, prints::accounts(service, [])).await {
        Ok(rows) => rows,
        // A router need not have the service that the customer does not use.
        Err(CallError::Refused { .. }) if service != customer.service_type => Vec::new(),
        Err(error) => return Err(trouble::of_call(&error)),
    };
    rows.retain(|row| Marker::of(row).is_some_and(|marker| marker.id.as_str() == customer.id));
    Ok(rows)
}

/// An account that somebody removed a moment ago is as good as ended.
async fn write(lease: &Lease, command: Command) -> Result<(), Problem> {
    match lease.run(command).await {
        Err(CallError::Refused { refusal, .. }) if refusal.is_no_such_item() => Ok(()),
        answer => answer.map(drop).map_err(|error| trouble::of_call(&error)),
    }
}
