//! What may be added, changed and removed. Everybody passes here: the API, `WinBox`, the simulator's own hand.

use crate::{
    refused::Refused,
    router::Router,
    schema::{Access, Kind, Menu, Presence, Property, Shape},
    table::{Origin, Row, parse_id},
    value,
};

/// Names and values, as they were typed.
pub(crate) type Arguments<'a> = [(&'a str, &'a [u8])];

/// Who sets a value: somebody from outside, or the router itself, which may write what others only read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    Outside,
    Inside,
}

/// Adds a row and gives its id: as the last one, or before the one that `place-before` names.
pub(crate) fn add(router: &mut Router, menu: &'static Menu, arguments: &Arguments<'_>) -> Result<u32, Refused> {
    let (about_rows, values): (Vec<_>, Vec<_>) =
        arguments.iter().copied().partition(|(name, _)| matches!(*name, "copy-from" | "place-before"));
    let (mut row, mut before) = (Row::new(Origin::Written), None);
    for (name, raw) in about_rows {
        let id = find_one(router, menu, raw)?;
        match name {
            "copy-from" => row = copy(router, menu, id)?,
            _ => before = Some(id),
        }
    }
    fill(router, menu, &mut row, Door::Outside, &values)?;
    check(menu, &row)?;
    refuse_duplicate(router, menu, None, &row)?;
    let id = router.insert(menu, row);
    if before.is_some() {
        router.table_mut(menu).shift(&[id], before);
    }
    Ok(id)
}

/// Makes a row with its defaults, without adding it.
pub(crate) fn new_row(
    router: &Router,
    menu: &'static Menu,
    origin: Origin,
    door: Door,
    arguments: &Arguments<'_>,
) -> Result<Row, Refused> {
    let mut row = Row::new(origin);
    fill(router, menu, &mut row, door, arguments)?;
    Ok(row)
}

/// Everything that somebody could have written into a row.
fn copy(router: &Router, menu: &Menu, id: u32) -> Result<Row, Refused> {
    let source = router.table(menu.path).get(id).ok_or_else(Refused::no_such_item)?;
    let mut copy = Row::new(Origin::Written);
    for property in menu.properties.iter().filter(|property| is_writable(property)) {
        copy.put(property.name, source.get(property.name).cloned());
    }
    Ok(copy)
}

/// Writes what was given, and the defaults of what was not.
fn fill(router: &Router, menu: &Menu, row: &mut Row, door: Door, arguments: &Arguments<'_>) -> Result<(), Refused> {
    put_all(router, menu, row, door, arguments)?;
    for property in menu.properties {
        let given = row.get(property.name).is_some() || arguments.iter().any(|(name, _)| *name == property.name);
        match property.presence {
            Presence::Default(default) if !given => {
                row.put(property.name, value::read(router, property, default.as_bytes())?);
            }
            Presence::Required if !given => return Err(Refused::missing_value(property.name)),
            _ => {}
        }
    }
    Ok(())
}

/// Changes rows: all of them or, if one would be refused, none.
pub(crate) fn set(
    router: &mut Router,
    menu: &'static Menu,
    ids: &[u32],
    arguments: &Arguments<'_>,
) -> Result<(), Refused> {
    let mut changed = Vec::with_capacity(ids.len());
    for id in ids {
        let mut row = editable(router, menu, *id)?.clone();
        put_all(router, menu, &mut row, Door::Outside, arguments)?;
        check(menu, &row)?;
        refuse_duplicate(router, menu, Some(*id), &row)?;
        changed.push((*id, row));
    }
    if let Some(then) = menu.changed {
        changed.iter_mut().try_for_each(|(_, row)| then(router, row))?;
    }
    for (id, row) in changed {
        router.replace(menu, id, row);
    }
    Ok(())
}

fn check(menu: &Menu, row: &Row) -> Result<(), Refused> {
    menu.sound.map_or(Ok(()), |sound| sound(row))
}

/// Clears one property: to its default where it has one.
pub(crate) fn unset(router: &mut Router, menu: &'static Menu, ids: &[u32], name: &str) -> Result<(), Refused> {
    let property = property(router, menu, name).filter(|property| property.access != Access::ReadOnly);
    let property = property.ok_or_else(|| Refused::no_match("value-name"))?;
    let cleared = match property.presence {
        Presence::Optional | Presence::Unless(_) => None,
        Presence::Default(default) => value::read(router, property, default.as_bytes())?,
        Presence::Required => return Err(Refused::no_match("value-name")),
    };
    for id in ids {
        let mut row = editable(router, menu, *id)?.clone();
        row.put(property.name, cleared.clone());
        router.replace(menu, *id, row);
    }
    Ok(())
}

/// Removes rows.
///
/// What a real router does when a profile in use is removed is unknown; here it goes, and secrets show its bare id.
pub(crate) fn remove(router: &mut Router, menu: &'static Menu, ids: &[u32]) -> Result<(), Refused> {
    for id in ids {
        let row = router.table(menu.path).get(*id).ok_or_else(Refused::no_such_item_to_remove)?;
        match (row.origin, &menu.keeps) {
            (Origin::Builtin, Some(kept)) => {
                return Err(Refused { category: kept.category, message: kept.text.to_owned() });
            }
            (Origin::Session(_) | Origin::Line(_), _) if menu.removed.is_none() => return Err(Refused::dynamic()),
            _ => {}
        }
    }
    for id in ids {
        let removed = router.remove(menu, *id);
        if let (Some(row), Some(then)) = (removed, menu.removed) {
            then(router, &row);
        }
    }
    Ok(())
}

/// Puts rows before another, or to the end. Rows of the router's own making stay where they are, and whoever listens is
/// not told: neither was captured.
///
/// # Errors
/// One of the rows is dynamic, or the other is not there.
pub(crate) fn shift(
    router: &mut Router,
    menu: &'static Menu,
    ids: &[u32],
    destination: Option<&[u8]>,
) -> Result<(), Refused> {
    for id in ids {
        editable(router, menu, *id)?;
    }
    let before = destination.map(|raw| find_one(router, menu, raw)).transpose()?;
    router.table_mut(menu).shift(ids, before);
    Ok(())
}

/// The counters of these rows begin again at zero. Whoever listens is not told of counters.
pub(crate) fn reset_counters(router: &mut Router, menu: &'static Menu, ids: &[u32]) {
    let now = router.clock.now();
    let table = router.table_mut(menu);
    for id in ids {
        if let Some(row) = table.get_mut(*id) {
            row.counted_since = now;
        }
    }
}

/// The same for every row of a menu.
pub(crate) fn reset_all_counters(router: &mut Router, menu: &'static Menu) {
    let now = router.clock.now();
    router.table_mut(menu).rows_mut().for_each(|row| row.counted_since = now);
}

/// Finds rows by `*1F`, by name, or by a comma list of either.
pub(crate) fn find(router: &Router, menu: &'static Menu, raw: &[u8]) -> Result<Vec<u32>, Refused> {
    if menu.shape == Shape::Singleton {
        return Ok(vec![0]);
    }
    let table = router.table(menu.path);
    // Rows without a name are not called by it.
    let by_name = |item: &[u8]| table.named(item).first().copied().filter(|_| !item.is_empty());
    // A name may hold a comma; ids do not.
    if let Some(id) = by_name(raw) {
        return Ok(vec![id]);
    }
    let one = |item: &[u8]| {
        let by_id = parse_id(item).filter(|id| table.get(*id).is_some());
        by_id.or_else(|| by_name(item)).ok_or_else(Refused::no_such_item)
    };
    raw.split(|byte| *byte == b',').map(one).collect()
}

/// Finds a row where only one can be meant.
fn find_one(router: &Router, menu: &'static Menu, raw: &[u8]) -> Result<u32, Refused> {
    match find(router, menu, raw)?[..] {
        [id] => Ok(id),
        _ => Err(Refused::no_such_item()),
    }
}

/// The property under this name, as far as this version has it.
pub(crate) fn property(router: &Router, menu: &Menu, name: &str) -> Option<&'static Property> {
    menu.property(name, &router.version)
}

fn put_all(router: &Router, menu: &Menu, row: &mut Row, door: Door, arguments: &Arguments<'_>) -> Result<(), Refused> {
    for (name, raw) in arguments {
        let property = property(router, menu, name).filter(|property| door == Door::Inside || is_writable(property));
        let property = property.ok_or_else(|| Refused::unknown_parameter(name))?;
        if property.presence == Presence::Required && raw.is_empty() && matches!(property.kind, Kind::Text) {
            // Not captured; a name has at least one character.
            return Err(Refused::invalid_value(name));
        }
        row.put(property.name, value::read(router, property, raw)?);
    }
    Ok(())
}

fn is_writable(property: &Property) -> bool {
    property.access != Access::ReadOnly
}

/// `/ip/service` and the like have built-in rows that may be edited; rows of sessions and lines may not.
fn editable<'a>(router: &'a Router, menu: &Menu, id: u32) -> Result<&'a Row, Refused> {
    let row = router.table(menu.path).get(id).ok_or_else(Refused::no_such_item)?;
    match row.origin {
        Origin::Written | Origin::Builtin => Ok(row),
        Origin::Session(_) | Origin::Line(_) => Err(Refused::dynamic()),
    }
}

fn refuse_duplicate(router: &Router, menu: &Menu, own: Option<u32>, row: &Row) -> Result<(), Refused> {
    let Some(unique) = &menu.unique else {
        return Ok(());
    };
    let table = router.table(menu.path);
    let others = table.named(row.bytes(menu.key)).iter().filter(|id| Some(**id) != own);
    let same = |other: &Row| unique.keys.iter().all(|key| other.get(key) == row.get(key));
    if others.filter_map(|id| table.get(*id)).any(same) { Err(Refused::plain(unique.text)) } else { Ok(()) }
}
