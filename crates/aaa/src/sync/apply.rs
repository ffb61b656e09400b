//! A plan is carried out: profiles, then accounts. Nothing is decided here but how RouterOS clears a property.

use std::collections::BTreeMap;

use domain::{
    customer::ServiceType,
    row::{Property, Want},
    sync::{AccountStep, ProfileStep, Target, Write},
};
use futures_util::{Stream, StreamExt, stream};
use routeros::{CallError, Command, Lease, Menu, RowId};

use crate::translate::menus;

/// Rows handed to the line at once. It bounds what is in flight; the others wait there for a free place.
const ROWS_AT_ONCE: usize = 32;
/// Rows in one command. The list of their ids is one word, of up to 500 bytes then.
const ROWS_IN_ONE: usize = 50;

/// Makes or changes one profile; one that is as it should be costs nothing.
pub(crate) async fn write_profile(lease: &Lease, service: ServiceType, step: &ProfileStep) -> Result<(), CallError> {
    if step.writes.is_empty() {
        return Ok(());
    }
    write(lease, menus(service).profiles, &step.target, &step.writes, None).await
}

/// Makes or changes accounts, several at once, and gives each its end as it comes. Rows are named by their place. One that
/// takes a name is written after the one that gives it up.
pub(super) fn write_accounts<'a>(
    lease: &'a Lease,
    service: ServiceType,
    steps: &[(usize, &'a AccountStep)],
) -> impl Stream<Item = (usize, Result<(), CallError>)> + 'a {
    let menu = menus(service).accounts;
    let mut turns: BTreeMap<usize, Vec<(usize, &AccountStep)>> = BTreeMap::new();
    for (at, step) in steps {
        turns.entry(step.turn).or_default().push((*at, *step));
    }
    let turns = turns.into_values().map(move |steps| {
        let pieces: Vec<_> = pieces(&steps).into_iter().map(|piece| write_piece(lease, menu, piece)).collect();
        stream::iter(pieces).buffered(ROWS_AT_ONCE).flat_map(stream::iter)
    });
    let turns: Vec<_> = turns.collect();
    stream::once(step_aside(lease, menu, steps.to_vec()))
        .flat_map(|()| stream::empty())
        .chain(stream::iter(turns).flatten())
}

/// Where customers swap names, one account of each ring takes another name first. Should the router refuse that, it
/// refuses those that wait for the name as well, and tells why.
async fn step_aside(lease: &Lease, menu: Menu, steps: Vec<(usize, &AccountStep)>) {
    let aside = |(_, step): &(usize, &AccountStep)| match (&step.aside, &step.target) {
        (Some(name), Target::Row(id)) => Some(Command::set(menu, id.parse().ok()?, [("name", name.as_str())])),
        _ => None,
    };
    let refused = lease.run_all(steps.iter().filter_map(aside).collect()).await.into_iter().filter_map(Result::err);
    refused.for_each(|error| tracing::warn!(%error, "An account could not step aside"));
}

/// What goes to the router together.
enum Piece<'a> {
    /// One row, with all that it takes.
    One(usize, &'a AccountStep),
    /// Rows that change to the same values, in one command.
    Alike(Vec<(usize, RowId)>, Values<'a>),
}

/// Properties and what they become.
type Values<'a> = Vec<(&'static str, &'a str)>;

/// Rows that change alike are written together: three thousand that are suspended take sixty commands.
fn pieces<'a>(steps: &[(usize, &'a AccountStep)]) -> Vec<Piece<'a>> {
    let mut alike: BTreeMap<Values<'a>, Vec<(usize, RowId)>> = BTreeMap::new();
    let mut pieces = Vec::new();
    for (at, step) in steps {
        match plain_change(step) {
            Some((id, values)) => alike.entry(values).or_default().push((*at, id)),
            None => pieces.push(Piece::One(*at, step)),
        }
    }
    for (values, rows) in alike {
        pieces.extend(rows.chunks(ROWS_IN_ONE).map(|rows| Piece::Alike(rows.to_vec(), values.clone())));
    }
    pieces
}

/// The row and its new values, where that is all there is to write.
fn plain_change(step: &AccountStep) -> Option<(RowId, Values<'_>)> {
    let Target::Row(id) = &step.target else { return None };
    if step.password.is_some() || step.writes.is_empty() {
        return None;
    }
    let values = step.writes.iter().map(|write| match &write.want {
        Want::Is(value) => Some((write.property.name(), value.as_str())),
        Want::Cleared => None,
    });
    Some((id.parse().ok()?, values.collect::<Option<_>>()?))
}

/// A refusal of many says nothing of each: then every row is asked for alone.
async fn write_piece(lease: &Lease, menu: Menu, piece: Piece<'_>) -> Vec<(usize, Result<(), CallError>)> {
    let (rows, values) = match piece {
        Piece::One(at, step) => return vec![(at, write_account(lease, menu, step).await)],
        Piece::Alike(rows, values) => (rows, values),
    };
    let ids: Vec<_> = rows.iter().map(|(_, id)| *id).collect();
    let together = lease.run(Command::set_all(menu, &ids, values.iter().copied())).await.map(drop);
    if rows.len() == 1 || !matches!(together, Err(CallError::Refused { .. })) {
        return rows.into_iter().map(|(at, _)| (at, together.clone())).collect();
    }
    let mut each = Vec::with_capacity(rows.len());
    for (at, id) in rows {
        each.push((at, lease.run(Command::set(menu, id, values.iter().copied())).await.map(drop)));
    }
    each
}

async fn write_account(lease: &Lease, menu: Menu, step: &AccountStep) -> Result<(), CallError> {
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
