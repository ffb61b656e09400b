//! Backups: the rows that somebody wrote, put aside and put back.

use std::collections::{HashMap, HashSet};

use crate::{
    router::Router,
    schema::{Does, Kind, MENUS, Menu, Shape},
    table::{Origin, Row, Value},
};

/// The written and built-in rows of every menu at one moment.
#[derive(Clone, Default)]
pub(crate) struct Backup(Vec<(&'static Menu, Vec<(u32, Row)>)>);

impl Backup {
    pub(crate) fn of(router: &Router) -> Self {
        Self(MENUS.iter().map(|menu| (*menu, kept_rows(router, menu))).collect())
    }

    /// Puts rows back as they were, under their old ids and in their old order. Rows of sessions and lines stay as they are.
    pub(crate) fn restore(&self, router: &mut Router, only: Option<&'static Menu>) {
        let wanted = |menu: &Menu| only.is_none_or(|only| only.path == menu.path);
        for (menu, rows) in self.0.iter().filter(|(menu, _)| wanted(menu)) {
            let ids: Vec<u32> = rows.iter().map(|(id, _)| *id).collect();
            let known: HashSet<u32> = ids.iter().copied().collect();
            for (id, _) in kept_rows(router, menu).into_iter().filter(|(id, _)| !known.contains(id)) {
                router.remove(menu, id);
            }
            for (id, row) in rows {
                match router.table(menu.path).get(*id) {
                    None => router.insert_at(menu, *id, row.clone()),
                    Some(now) if !is_kept(now) => {
                        router.insert(menu, row.clone());
                    }
                    Some(now) if now != row => router.replace(menu, *id, row.clone()),
                    Some(_) => {}
                }
            }
            router.table_mut(menu).rearrange(&ids);
        }
    }
}

/// Gives every written row the id of the one behind it.
pub(crate) fn shift_ids(router: &mut Router) {
    let mut moved: HashMap<&'static str, HashMap<u32, u32>> = HashMap::new();
    let is_filled = |menu: &Menu| menu.commands.iter().copied().flatten().any(|command| command.does == Does::Add);
    for menu in MENUS.iter().filter(|menu| menu.shape == Shape::Table && is_filled(menu)) {
        let table = router.table_mut(menu);
        let written: Vec<u32> =
            table.iter().filter(|(_, row)| row.origin == Origin::Written).map(|(id, _)| id).collect();
        let rows: Vec<(u32, Row)> = written.iter().filter_map(|id| Some((*id, table.remove(*id)?))).collect();
        let mut ids = written.iter().copied().skip(1).collect::<Vec<_>>().into_iter();
        for (old, row) in rows {
            let new = ids.next().unwrap_or_else(|| table.next_id());
            table.insert_at(new, row);
            moved.entry(menu.path).or_default().insert(old, new);
        }
    }
    follow(router, &moved);
}

/// References name rows by their ids.
fn follow(router: &mut Router, moved: &HashMap<&'static str, HashMap<u32, u32>>) {
    for menu in MENUS {
        let targets = menu.properties.iter().filter_map(|property| match property.kind {
            Kind::Reference { menu, .. } => Some((property.name, menu)),
            Kind::IpOrPool => Some((property.name, "/ip/pool")),
            _ => None,
        });
        let targets: Vec<_> = targets.filter_map(|(name, menu)| Some((name, moved.get(menu)?))).collect();
        for row in router.table_mut(menu).rows_mut() {
            for (name, ids) in &targets {
                if let Some(Value::Row(id)) = row.get(name)
                    && let Some(new) = ids.get(id)
                {
                    row.put(name, Some(Value::Row(*new)));
                }
            }
        }
    }
}

/// In their order.
fn kept_rows(router: &Router, menu: &'static Menu) -> Vec<(u32, Row)> {
    router.table(menu.path).iter().filter(|(_, row)| is_kept(row)).map(|(id, row)| (id, row.clone())).collect()
}

fn is_kept(row: &Row) -> bool {
    matches!(row.origin, Origin::Written | Origin::Builtin)
}
