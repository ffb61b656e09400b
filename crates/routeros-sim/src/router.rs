//! The state of one router: its rows, who is online, which API lines are open and what they listen to.

use std::{
    collections::{BTreeMap, HashMap},
    net::{SocketAddr, TcpListener},
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::{Notify, mpsc, watch},
    time::Instant,
};

use crate::{
    backup::Backup,
    clock::Clock,
    log,
    pace::{RoundTrip, Work},
    print::{self, View},
    refused::Refused,
    schema::{MENUS, Menu},
    sentences::Outgoing,
    table::{Origin, Row, Table, Value, print_id},
    ticks::Tickers,
    trouble::Troubles,
    version::Version,
    welcome::{self, Full},
    world::{Redial, Sessions},
};

/// Which value clears `address` and `mac-address` of a hotspot user. Real routers were not probed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Clearing {
    /// `0.0.0.0` and `00:00:00:00:00:00`.
    #[default]
    Zeros,
    /// The empty value.
    Empty,
    /// Either.
    Both,
    /// None: what is bound stays bound.
    Neither,
}

/// Everything a router knows.
pub(crate) struct Router {
    pub(crate) version: Version,
    pub(crate) clearing: Clearing,
    pub(crate) clock: Clock,
    pub(crate) booted: Duration,
    pub(crate) seed: u64,
    pub(crate) sessions: Sessions,
    pub(crate) redials: mpsc::UnboundedSender<Redial>,
    pub(crate) counts: BTreeMap<String, u64>,
    /// Rows printed so far, by menu.
    pub(crate) printed: BTreeMap<&'static str, u64>,
    pub(crate) troubles: Troubles,
    pub(crate) work: Work,
    pub(crate) round_trip: RoundTrip,
    pub(crate) full: Full,
    pub(crate) snapshot: Option<Backup>,
    /// Where the simulator was told to listen.
    pub(crate) home: SocketAddr,
    /// A port that was just taken for the API.
    pub(crate) bound: Option<TcpListener>,
    port: watch::Sender<Port>,
    down_until: Option<Instant>,
    tables: HashMap<&'static str, Table>,
    pub(crate) tickers: Tickers,
    listeners: Vec<Listener>,
    lines: BTreeMap<u64, Arc<Notify>>,
    next_line: u64,
}

/// Where the API is, and whether somebody listens there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Port {
    pub(crate) address: SocketAddr,
    pub(crate) is_open: bool,
    /// The router is without power until then.
    pub(crate) down_until: Option<Instant>,
}

/// A `listen` that has not been cancelled.
pub(crate) struct Listener {
    pub(crate) line: u64,
    pub(crate) menu: &'static Menu,
    pub(crate) view: View,
    pub(crate) out: Outgoing,
}

impl Router {
    /// A router without a single row, whose API listens at `home`. `redials` is told whose equipment will dial again.
    pub(crate) fn new(version: Version, seed: u64, home: SocketAddr, redials: mpsc::UnboundedSender<Redial>) -> Self {
        let clock = Clock::start();
        Self {
            version,
            clearing: Clearing::default(),
            booted: clock.now().saturating_sub(Duration::from_secs(12 * 86_400 + 5 * 3_600 + seed % 3_600)),
            clock,
            seed,
            sessions: Sessions::default(),
            redials,
            counts: BTreeMap::new(),
            printed: BTreeMap::new(),
            troubles: Troubles::default(),
            work: Work::default(),
            round_trip: RoundTrip::default(),
            full: Full::default(),
            snapshot: None,
            home,
            bound: None,
            port: watch::Sender::new(Port { address: home, is_open: true, down_until: None }),
            down_until: None,
            tables: MENUS.iter().map(|menu| (menu.path, Table::new(menu.key, menu.first_id))).collect(),
            tickers: Tickers::default(),
            listeners: Vec::new(),
            lines: BTreeMap::new(),
            next_line: 1,
        }
    }

    /// The rows of a menu.
    pub(crate) fn table(&self, path: &'static str) -> &Table {
        self.tables.get(path).expect("every menu of the schema has its table")
    }

    /// Adds a row under the next id, and tells who listens.
    pub(crate) fn insert(&mut self, menu: &'static Menu, row: Row) -> u32 {
        let id = self.table_mut(menu).insert(row);
        self.tell(menu, id);
        id
    }

    /// Adds a row under an id of its own.
    pub(crate) fn insert_at(&mut self, menu: &'static Menu, id: u32, row: Row) {
        self.table_mut(menu).insert_at(id, row);
        self.tell(menu, id);
    }

    /// Puts a changed row in its place.
    pub(crate) fn replace(&mut self, menu: &'static Menu, id: u32, row: Row) {
        self.table_mut(menu).replace(id, row);
        self.tell(menu, id);
        if menu.path == "/ip/service" {
            self.look_at_port();
        }
    }

    /// Takes a row out.
    pub(crate) fn remove(&mut self, menu: &'static Menu, id: u32) -> Option<Row> {
        let row = self.table_mut(menu).remove(id)?;
        for listener in self.listeners_of(menu) {
            let dead = [(".id", print_id(id).into_bytes()), (".dead", b"true".to_vec())];
            listener.out.row(&dead);
        }
        Some(row)
    }

    /// How a value is printed: a reference shows its row's name, or the bare id of what is gone.
    pub(crate) fn print_value(&self, value: &Value, target: Option<&'static str>) -> Vec<u8> {
        match value {
            Value::Bytes(bytes) => bytes.clone(),
            Value::Row(id) => match target.and_then(|menu| self.table(menu).name(*id)) {
                Some(name) => name.to_vec(),
                None => print_id(*id).into_bytes(),
            },
        }
    }

    /// Opens an API line; the number it goes by and the bell that closes it.
    pub(crate) fn open_line(&mut self) -> (u64, Arc<Notify>) {
        let (id, bell) = (self.next_line, Arc::new(Notify::new()));
        self.next_line += 1;
        self.lines.insert(id, Arc::clone(&bell));
        (id, bell)
    }

    /// Forgets a line, what it listened to and who was signed in on it.
    pub(crate) fn close_line(&mut self, line: u64) {
        self.lines.remove(&line);
        self.cancel(line, None);
        let menu = crate::schema::menu("/user/active").expect("a menu of the schema");
        let of_line = |(_, row): &(u32, &Row)| row.origin == Origin::Line(line);
        let signed_in: Vec<u32> = self.table(menu.path).iter().filter(of_line).map(|(id, _)| id).collect();
        for id in signed_in {
            if let Some(row) = self.remove(menu, id) {
                log::account(self, row.bytes("name"), "out", row.bytes("address"));
            }
        }
    }

    /// Cuts every line. Nothing more is carried out on them.
    pub(crate) fn cut_lines(&mut self) {
        for bell in std::mem::take(&mut self.lines).values() {
            bell.notify_one();
        }
    }

    /// Whether nobody has cut this line yet.
    pub(crate) fn has_line(&self, line: u64) -> bool {
        self.lines.contains_key(&line)
    }

    /// Whoever listens hears nothing more.
    pub(crate) fn forget_listeners(&mut self) {
        self.listeners.clear();
    }

    /// What the port does, now and from now on.
    pub(crate) fn port(&self) -> watch::Receiver<Port> {
        self.port.subscribe()
    }

    /// Opens, closes or moves the port, as services, troubles and power have it.
    pub(crate) fn look_at_port(&mut self) {
        let (address, is_open) = (welcome::listens_at(self), welcome::is_open(self));
        if !is_open {
            self.bound = None;
        }
        let port = Port { address, is_open, down_until: self.down_until };
        self.port.send_if_modified(|now| std::mem::replace(now, port) != port);
    }

    /// Without power for so long.
    pub(crate) fn stay_down(&mut self, down: Duration) {
        self.down_until = (!down.is_zero()).then(|| Instant::now() + down);
        self.look_at_port();
    }

    /// When the power comes back, if it is away.
    pub(crate) fn down_until(&self) -> Option<Instant> {
        self.down_until.filter(|until| *until > Instant::now())
    }

    pub(crate) fn is_down(&self) -> bool {
        self.down_until().is_some()
    }

    /// Free ids are given again from the start.
    pub(crate) fn restart_ids(&mut self) {
        for menu in MENUS {
            self.table_mut(menu).restart_ids(menu.first_id);
        }
    }

    /// Rows of a menu, or all, go back to the snapshot.
    ///
    /// # Errors
    /// None was taken.
    pub(crate) fn restore(&mut self, only: Option<&'static Menu>) -> Result<(), Refused> {
        let snapshot = self.snapshot.clone().ok_or_else(Refused::no_snapshot)?;
        snapshot.restore(self, only);
        Ok(())
    }

    /// Open API lines.
    pub(crate) fn lines(&self) -> usize {
        self.lines.len()
    }

    /// Begins to listen.
    pub(crate) fn listen(&mut self, listener: Listener) {
        self.listeners.push(listener);
    }

    /// Ends what goes on on a line: one tag, or all. The ended ones are handed back.
    pub(crate) fn cancel(&mut self, line: u64, tag: Option<&[u8]>) -> Vec<Outgoing> {
        let hit = |listener: &mut Listener| listener.line == line && (tag.is_none() || listener.out.tag() == tag);
        let mut ended: Vec<Outgoing> = self.listeners.extract_if(.., hit).map(|listener| listener.out).collect();
        ended.extend(self.tickers.cancel(line, tag));
        ended
    }

    /// A row of a menu by its first name, for the router's own use.
    pub(crate) fn row_named(&self, path: &'static str, name: &[u8]) -> Option<(u32, &Row)> {
        let id = *self.table(path).named(name).first()?;
        Some((id, self.table(path).get(id)?))
    }

    pub(crate) fn table_mut(&mut self, menu: &'static Menu) -> &mut Table {
        self.tables.get_mut(menu.path).expect("every menu of the schema has its table")
    }

    fn tell(&self, menu: &'static Menu, id: u32) {
        for listener in self.listeners_of(menu) {
            let row = self.table(menu.path).get(id);
            if let Some(row) = row.filter(|row| print::is_wanted(self, menu, id, row, &listener.view)) {
                listener.out.row(&print::values(self, menu, id, row, &listener.view));
            }
        }
    }

    fn listeners_of(&self, menu: &'static Menu) -> impl Iterator<Item = &Listener> {
        self.listeners.iter().filter(|listener| listener.menu.path == menu.path)
    }
}

/// Somebody removed a row of `/user/active`: the line behind it is cut.
pub(crate) fn hang_up_line(router: &mut Router, row: &Row) {
    if let Origin::Line(line) = row.origin
        && let Some(bell) = router.lines.remove(&line)
    {
        bell.notify_one();
    }
}

/// The menu at a path that comes from outside.
///
/// # Errors
/// There is none.
pub(crate) fn menu_at(path: &str) -> Result<&'static Menu, Refused> {
    crate::schema::menu(path).ok_or_else(Refused::no_command_prefix)
}
