//! Rows in the order of their ids, until somebody moves one. An id is given once: it is not used again before a reboot.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

/// A value as it is stored. RouterOS knows no character set, so text stays bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    /// As it will be printed.
    Bytes(Vec<u8>),
    /// The row of another menu: a rename there shows here, and a removed row shows as its bare id.
    Row(u32),
}

/// Where a row comes from, which decides who may change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Somebody wrote it.
    Written,
    /// The router ships with it.
    Builtin,
    /// It lives as long as a customer's session.
    Session(u32),
    /// It lives as long as an API line.
    Line(u64),
}

impl Origin {
    /// The session whose row it is.
    pub(crate) fn session(self) -> Option<u32> {
        match self {
            Self::Session(id) => Some(id),
            Self::Written | Self::Builtin | Self::Line(_) => None,
        }
    }
}

/// One row of a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) origin: Origin,
    /// When its counters were last at zero, by the router's clock.
    pub(crate) counted_since: Duration,
    values: BTreeMap<&'static str, Value>,
}

impl Row {
    /// A row without values.
    pub(crate) fn new(origin: Origin) -> Self {
        Self { origin, counted_since: Duration::ZERO, values: BTreeMap::new() }
    }

    /// The stored value; absent when unset.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// The stored bytes; empty when unset or when the value is a row.
    pub(crate) fn bytes(&self, name: &str) -> &[u8] {
        match self.values.get(name) {
            Some(Value::Bytes(bytes)) => bytes,
            _ => b"",
        }
    }

    /// The stored bytes as text, for values that are words or numbers.
    pub(crate) fn text(&self, name: &str) -> &str {
        std::str::from_utf8(self.bytes(name)).unwrap_or_default()
    }

    /// Stores a value, or clears it.
    pub(crate) fn put(&mut self, name: &'static str, value: Option<Value>) {
        match value {
            Some(value) => self.values.insert(name, value),
            None => self.values.remove(name),
        };
    }
}

/// Some built-in rows count down from the last id of all.
const BUILTIN_IDS: u32 = 0xFFFF_0000;

/// The rows of one menu.
#[derive(Debug)]
pub(crate) struct Table {
    rows: BTreeMap<u32, Row>,
    /// The ids as they are printed, once somebody has moved a row.
    order: Option<Vec<u32>>,
    names: HashMap<Vec<u8>, Vec<u32>>,
    key: &'static str,
    next: u32,
}

impl Table {
    /// An empty table whose rows are called by the property `key`, and whose first new id is `next`.
    pub(crate) fn new(key: &'static str, next: u32) -> Self {
        Self { rows: BTreeMap::new(), order: None, names: HashMap::new(), key, next }
    }

    /// Adds a row under the next id.
    pub(crate) fn insert(&mut self, row: Row) -> u32 {
        let id = self.next_id();
        self.insert_at(id, row);
        id
    }

    /// Gives the next id away.
    pub(crate) fn next_id(&mut self) -> u32 {
        // Built-in rows have taken some ids already.
        while self.rows.contains_key(&self.next) {
            self.next += 1;
        }
        self.next += 1;
        self.next - 1
    }

    /// Ids that are free are given again, from `first` on but behind every row that somebody wrote.
    pub(crate) fn restart_ids(&mut self, first: u32) {
        let last = self.rows.range(..BUILTIN_IDS).next_back().map(|(id, _)| *id);
        self.next = last.map_or(first, |last| first.max(last + 1));
    }

    /// Adds a row under an id of its own, as built-in rows have.
    pub(crate) fn insert_at(&mut self, id: u32, row: Row) {
        self.names.entry(row.bytes(self.key).to_vec()).or_default().push(id);
        self.rows.insert(id, row);
        if let Some(order) = &mut self.order {
            order.push(id);
        }
    }

    /// Replaces a row, keeping its id and its place.
    pub(crate) fn replace(&mut self, id: u32, row: Row) {
        let order = self.order.take();
        self.remove(id);
        self.insert_at(id, row);
        self.order = order;
    }

    /// Takes a row out.
    pub(crate) fn remove(&mut self, id: u32) -> Option<Row> {
        let row = self.rows.remove(&id)?;
        if let Some(ids) = self.names.get_mut(row.bytes(self.key)) {
            ids.retain(|other| *other != id);
            if ids.is_empty() {
                self.names.remove(row.bytes(self.key));
            }
        }
        if let Some(order) = &mut self.order {
            order.retain(|other| *other != id);
        }
        Some(row)
    }

    /// Puts rows before another, in the order given; to the end without one. If the other is moved itself, before the
    /// next row that stays.
    pub(crate) fn shift(&mut self, ids: &[u32], before: Option<u32>) {
        let mut order: Vec<u32> = self.iter().map(|(id, _)| id).collect();
        let at = before.and_then(|before| order.iter().position(|id| *id == before)).unwrap_or(order.len());
        let mut rest = order.split_off(at);
        for part in [&mut order, &mut rest] {
            part.retain(|id| !ids.contains(id));
        }
        for id in ids {
            // Somebody may have named it twice.
            if !order.contains(id) {
                order.push(*id);
            }
        }
        order.append(&mut rest);
        self.order = Some(order);
    }

    /// Deals the places of these rows out again, in the order given.
    pub(crate) fn rearrange(&mut self, ids: &[u32]) {
        let Some(order) = &mut self.order else { return };
        let these: HashSet<u32> = ids.iter().copied().collect();
        let places = order.iter_mut().filter(|id| these.contains(id));
        for (place, id) in places.zip(ids) {
            *place = *id;
        }
    }

    /// The row with this id.
    pub(crate) fn get(&self, id: u32) -> Option<&Row> {
        self.rows.get(&id)
    }

    /// All rows in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (u32, &Row)> {
        let by_id = self.order.is_none().then_some(&self.rows);
        let moved = self.order.iter().flatten().filter_map(|id| self.rows.get_key_value(id));
        by_id.into_iter().flatten().chain(moved).map(|(id, row)| (*id, row))
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The row that has been there longest.
    pub(crate) fn first(&self) -> Option<u32> {
        self.rows.keys().next().copied()
    }

    /// The row with this id, to be changed in everything but its name.
    pub(crate) fn get_mut(&mut self, id: u32) -> Option<&mut Row> {
        self.rows.get_mut(&id)
    }

    /// All rows, to be changed in everything but their names.
    pub(crate) fn rows_mut(&mut self) -> impl Iterator<Item = &mut Row> {
        self.rows.values_mut()
    }

    /// Every row with exactly this name.
    pub(crate) fn named(&self, name: &[u8]) -> &[u32] {
        self.names.get(name).map_or(&[], Vec::as_slice)
    }

    /// Every row whose name begins so.
    pub(crate) fn beginning(&self, prefix: &[u8]) -> Vec<u32> {
        self.iter().filter(|(_, row)| row.bytes(self.key).starts_with(prefix)).map(|(id, _)| id).collect()
    }

    /// What a row is called.
    pub(crate) fn name(&self, id: u32) -> Option<&[u8]> {
        Some(self.get(id)?.bytes(self.key))
    }
}

/// How an id is written: `*1F`.
pub(crate) fn print_id(id: u32) -> String {
    format!("*{id:X}")
}

/// Reads `*1F`.
pub(crate) fn parse_id(raw: &[u8]) -> Option<u32> {
    u32::from_str_radix(std::str::from_utf8(raw.strip_prefix(b"*")?).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Row {
        let mut row = Row::new(Origin::Written);
        row.put("name", Some(Value::Bytes(name.into())));
        row
    }

    #[test]
    fn an_id_is_never_given_twice() {
        let mut table = Table::new("name", 9);
        assert_eq!(table.insert(named("ana")), 9);
        table.remove(9);
        assert_eq!(print_id(table.insert(named("ana"))), "*A");
        assert_eq!(table.named(b"ana"), [10]);
    }

    #[test]
    fn a_new_row_does_not_push_a_built_in_one_out() {
        let mut table = Table::new("name", 1);
        table.insert_at(1, named("read"));
        assert_eq!(table.insert(named("mine")), 2);
        assert_eq!(table.name(1), Some(&b"read"[..]));
    }

    #[test]
    fn a_rename_is_found_under_the_new_name_only() {
        let mut table = Table::new("name", 1);
        let id = table.insert(named("ana"));
        table.replace(id, named("eva"));
        assert_eq!(table.named(b"ana"), [0; 0]);
        assert_eq!(table.named(b"eva"), [id]);
    }

    #[test]
    fn rows_stand_where_they_were_put() {
        let mut table = Table::new("name", 1);
        let order = |table: &Table| table.iter().map(|(id, _)| id).collect::<Vec<_>>();
        for name in ["ana", "eva", "ida", "ivo"] {
            table.insert(named(name));
        }
        table.shift(&[4, 2, 4], Some(1));
        assert_eq!(order(&table), [4, 2, 1, 3]);
        table.replace(2, named("eve"));
        table.remove(4);
        table.insert(named("ivy"));
        assert_eq!(order(&table), [2, 1, 3, 5]);
        table.shift(&[1], None);
        table.shift(&[3, 5], Some(3));
        assert_eq!(order(&table), [2, 3, 5, 1]);
        table.rearrange(&[1, 2]);
        assert_eq!(order(&table), [1, 3, 5, 2]);
    }

    #[test]
    fn ids_are_read_as_they_are_written() {
        assert_eq!(parse_id(b"*FFFFFFFE"), Some(0xFFFF_FFFE));
        assert_eq!(parse_id(b"ana"), None);
    }
}
