//! A plan is carried out: profiles, then accounts. Nothing is decided here but how RouterOS clears a property.

use std::{collections::BTreeMap, sync::OnceLock};

use domain::{
    customer::ServiceType,
    row::{Property, Want},
    sync::{AccountStep, ProfileStep, Target, Write},
};
use futures_util::{StreamExt, stream::FuturesUnordered};
use routeros::{Answer, CallError, Command, Lease, Menu, RowId};

use crate::{runs::Progress, translate::menus};

/// Rows in one command. The list of their ids is one word, of up to 500 bytes then.
const ROWS_IN_ONE: usize = 50;

/// What rows are written with over one line. A refusal that every other row would meet as well ends it: whatever is asked for then is
/// not sent and has the same answer.
pub(crate) struct Pen<'a> {
    lease: &'a Lease,
    ended: OnceLock<CallError>,
    /// Says when no more is to be begun.
    progress: Option<&'a Progress>,
}

impl<'a> Pen<'a> {
    pub(crate) fn new(lease: &'a Lease) -> Self {
        Self { lease, ended: OnceLock::new(), progress: None }
    }

    /// One that can be stopped.
    pub(super) fn of(lease: &'a Lease, progress: &'a Progress) -> Self {
        Self { progress: Some(progress), ..Self::new(lease) }
    }

    fn is_stopped(&self) -> bool {
        self.progress.is_some_and(|progress| progress.stopped().is_some())
    }

    /// How many commands may be in flight.
    pub(super) fn window(&self) -> usize {
        self.lease.window()
    }

    /// The refusal that ended it.
    pub(super) fn ended_by(&self) -> Option<&CallError> {
        self.ended.get()
    }

    async fn run(&self, command: Command) -> Result<Answer, CallError> {
        if let Some(refusal) = self.ended_by() {
            return Err(refusal.clone());
        }
        let answer = self.lease.run(command).await;
        if let Err(error) = &answer
            && ends_all(error)
        {
            // The first is the one that is believed.
            let _ = self.ended.set(error.clone());
        }
        answer
    }
}

/// Whether no other row would fare better: a right is missing, or there is no room.
pub(super) fn ends_all(error: &CallError) -> bool {
    match error {
        CallError::Refused { refusal, .. } => refusal.is_not_permitted() || refusal.is_storage_full(),
        _ => false,
    }
}

/// Makes or changes one profile; one that is as it should be costs nothing.
pub(crate) async fn write_profile(pen: &Pen<'_>, service: ServiceType, step: &ProfileStep) -> Result<(), CallError> {
    if step.writes.is_empty() {
        return Ok(());
    }
    write(pen, menus(service).profiles, &step.target, &step.writes, None).await
}

/// Makes or changes accounts, as many at once as the window lets, and tells each end as it comes. Rows are named by
/// their place; one that takes a name is written after the one that gives it up. None waits with the line: what was not
/// begun when a refusal ends all is never sent.
pub(super) async fn write_accounts(
    pen: &Pen<'_>,
    service: ServiceType,
    steps: &[(usize, &AccountStep)],
    mut ended: impl FnMut(usize, Result<(), CallError>),
) {
    let menu = menus(service).accounts;
    step_aside(pen, menu, steps).await;
    let mut turns: BTreeMap<usize, Vec<(usize, &AccountStep)>> = BTreeMap::new();
    for (at, step) in steps {
        turns.entry(step.turn).or_default().push((*at, *step));
    }
    for steps in turns.into_values() {
        write_turn(pen, menu, &steps, &mut ended).await;
    }
}

/// Where customers swap names, one account of each ring takes another name first. Should the router refuse that, it
/// refuses those that wait for the name as well, and tells why.
async fn step_aside(pen: &Pen<'_>, menu: Menu, steps: &[(usize, &AccountStep)]) {
    for (_, step) in steps {
        let (Some(name), Target::Row(id)) = (&step.aside, &step.target) else { continue };
        let Ok(id) = id.parse() else { continue };
        if let Err(error) = pen.run(Command::set(menu, id, [("name", name.as_str())])).await {
            tracing::warn!(%error, "An account could not step aside");
        }
    }
}

async fn write_turn(
    pen: &Pen<'_>,
    menu: Menu,
    steps: &[(usize, &AccountStep)],
    ended: &mut impl FnMut(usize, Result<(), CallError>),
) {
    let mut waiting = pieces(steps).into_iter();
    let mut in_flight = FuturesUnordered::new();
    loop {
        while in_flight.len() < pen.window()
            && !pen.is_stopped()
            && let Some(piece) = waiting.next()
        {
            in_flight.push(write_piece(pen, menu, piece));
        }
        let Some(rows) = in_flight.next().await else { return };
        for (at, end) in rows {
            ended(at, end);
        }
    }
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
async fn write_piece(pen: &Pen<'_>, menu: Menu, piece: Piece<'_>) -> Vec<(usize, Result<(), CallError>)> {
    let (rows, values) = match piece {
        Piece::One(at, step) => return vec![(at, write_account(pen, menu, step).await)],
        Piece::Alike(rows, values) => (rows, values),
    };
    let ids: Vec<_> = rows.iter().map(|(_, id)| *id).collect();
    let together = pen.run(Command::set_all(menu, &ids, values.iter().copied())).await.map(drop);
    let is_of_each = match &together {
        Err(error @ CallError::Refused { .. }) => rows.len() == 1 || ends_all(error),
        _ => true,
    };
    if is_of_each {
        return rows.into_iter().map(|(at, _)| (at, together.clone())).collect();
    }
    let mut each = Vec::with_capacity(rows.len());
    for (at, id) in rows {
        each.push((at, pen.run(Command::set(menu, id, values.iter().copied())).await.map(drop)));
    }
    each
}

async fn write_account(pen: &Pen<'_>, menu: Menu, step: &AccountStep) -> Result<(), CallError> {
    if step.writes.is_empty() && step.password.is_none() {
        return Ok(());
    }
    let password = step.password.as_ref().map(|password| password.password().expose());
    write(pen, menu, &step.target, &step.writes, password).await
}

async fn write(
    pen: &Pen<'_>,
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
        return pen.run(Command::add(menu, set)).await.map(|_| ());
    };
    let odd = |source| CallError::OddRow { command: format!("{}/set", menu.path()), source };
    let id = id.parse::<RowId>().map_err(odd)?;
    if !set.is_empty() {
        pen.run(Command::set(menu, id, set)).await?;
    }
    for write in writes.iter().filter(|write| write.want == Want::Cleared) {
        clear(pen, menu, id, write.property).await?;
    }
    Ok(())
}

/// One way of clearing a property.
enum Clearing {
    Unset,
    Write(&'static str),
}

/// Tries each way that this property has; the last refusal is the one that counts.
async fn clear(pen: &Pen<'_>, menu: Menu, id: RowId, property: Property) -> Result<(), CallError> {
    let name = property.name();
    let mut last = Ok(());
    for way in ways_of_clearing(menu, property) {
        let command = match way {
            Clearing::Unset => Command::unset(menu, id, name),
            Clearing::Write(value) => Command::set(menu, id, [(name, *value)]),
        };
        last = match pen.run(command).await {
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
