//! A plan is carried out: profiles, then accounts. Nothing is decided here but how RouterOS clears a property.

use domain::{
    customer::ServiceType,
    row::{Property, Want},
    sync::{AccountStep, ProfileStep, Target, Write},
};
use futures_util::{Stream, StreamExt, stream};
use routeros::{CallError, Command, Lease, Menu, RowId};

use crate::translate::menus;

/// Rows written at once. Each is one command or a few, and the line bounds what is in flight.
const ROWS_AT_ONCE: usize = 16;

/// Makes or changes one profile; one that is as it should be costs nothing.
pub(crate) async fn write_profile(lease: &Lease, service: ServiceType, step: &ProfileStep) -> Result<(), CallError> {
    if step.writes.is_empty() {
        return Ok(());
    }
    write(lease, menus(service).profiles, &step.target, &step.writes, None).await
}

/// Makes or changes accounts, several at once, and gives each its end in the same order, as it comes.
pub(super) fn write_accounts(
    lease: &Lease,
    service: ServiceType,
    steps: &[&AccountStep],
) -> impl Stream<Item = Result<(), CallError>> {
    let menu = menus(service).accounts;
    let rows: Vec<_> = steps.iter().map(|step| write_account(lease, menu, (*step).clone())).collect();
    stream::iter(rows).buffered(ROWS_AT_ONCE)
}

async fn write_account(lease: &Lease, menu: Menu, step: AccountStep) -> Result<(), CallError> {
    if step.writes.is_empty() && step.password.is_none() {
        return Ok(());
    }
    let password = step.password.as_ref().map(|password| password.password().expose());
    write(lease, menu, &step.target, &step.writes, password).await
}

async fn write(
    lease: &Lease,
    menu: Menu,
    target: &Target,
    writes: &[Write],
    password: Option<&str>,
) -> Result<(), CallError> {
    let set = writes.iter().filter_map(|write| match &write.want {
        Want::Is(value) => Some((write.property.name(), value.as_str())),
        Want::Cleared => None,
    });
    let set: Vec<_> = set.chain(password.map(|password| ("password", password))).collect();
    let Target::Row(id) = target else {
        return lease.run(Command::add(menu, set)).await.map(|_| ());
    };
    let odd = |source| CallError::OddRow { command: format!("{}/set", menu.path()), source };
    let id = id.parse::<RowId>().map_err(odd)?;
    if !set.is_empty() {
        lease.run(Command::set(menu, id, set)).await?;
    }
    for write in writes.iter().filter(|write| write.want == Want::Cleared) {
        clear(lease, menu, id, write.property).await?;
    }
    Ok(())
}

/// One way of clearing a property.
enum Clearing {
    Unset,
    Write(&'static str),
}

/// Tries each way that this property has; the last refusal is the one that counts.
async fn clear(lease: &Lease, menu: Menu, id: RowId, property: Property) -> Result<(), CallError> {
    let name = property.name();
    let mut last = Ok(());
    for way in ways_of_clearing(menu, property) {
        let command = match way {
            Clearing::Unset => Command::unset(menu, id, name),
            Clearing::Write(value) => Command::set(menu, id, [(name, *value)]),
        };
        last = match lease.run(command).await {
            Ok(_) => return Ok(()),
            Err(error @ CallError::Refused { .. }) => Err(error),
            Err(error) => return Err(error),
        };
    }
    last
}

/// RouterOS clears differently in each menu. Which value a hotspot user's addresses take was never seen on a router,
/// so both are tried.
const fn ways_of_clearing(menu: Menu, property: Property) -> &'static [Clearing] {
    use Clearing::{Unset, Write};
    match (menu, property) {
        (Menu::HotspotUser, Property::MacAddress) => &[Write("00:00:00:00:00:00"), Write("")],
        (Menu::HotspotUser, Property::Address) => &[Write("0.0.0.0"), Write("")],
        (Menu::HotspotUserProfile, Property::RateLimit) => &[Unset, Write("")],
        (Menu::HotspotUserProfile, Property::SessionTimeout) => &[Write("0s")],
        (Menu::HotspotUserProfile, _) => &[Write("none")],
        (Menu::PppSecret, Property::CallerId) => &[Write("")],
        _ => &[Unset],
    }
}
