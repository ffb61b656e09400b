//! `print` and `listen`: which rows, which properties, in which words.

use std::time::Duration;

use crate::{
    query::{self, Queries},
    reads::Look,
    refused::Refused,
    router::{Listener, Router},
    rules::{self, Arguments},
    schema::{Access, Kind, Menu, Property, Shape},
    sentences::Outgoing,
    table::{Row, print_id},
    ticks::{Rhythm, Ticking},
    value,
    who::Who,
};

/// What one command wants to see, and may.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    proplist: Option<Vec<String>>,
    queries: Queries,
    sensitive: Sensitive,
    /// Only these rows.
    from: Option<Vec<u32>>,
    /// By size or bytes of this property; by id without. Since 7.24, and how was not captured.
    order_by: Option<String>,
}

/// Whether passwords are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Sensitive {
    Shown,
    #[default]
    Starred,
    /// Also what no router ever prints, for the simulator's own user.
    Bare,
}

/// What happens after the rows that are there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    End,
    Follow,
}

/// A print taken apart.
pub(crate) struct Print {
    view: View,
    count_only: bool,
    rows: bool,
    then: Then,
    from: Option<Vec<u8>>,
    rhythm: Option<Rhythm>,
}

impl View {
    /// Everything, passwords included.
    pub(crate) fn everything() -> Self {
        Self { sensitive: Sensitive::Bare, ..Self::default() }
    }

    /// One property, or all.
    pub(crate) fn of(property: Option<String>, sensitive: Sensitive) -> Self {
        Self { proplist: property.map(|name| vec![name]), sensitive, ..Self::default() }
    }
}

impl Sensitive {
    /// What somebody's group lets them see.
    pub(crate) fn to(who: &Who) -> Self {
        if who.may("sensitive") { Self::Shown } else { Self::Starred }
    }
}

impl Print {
    /// Reads the arguments of a print; those that only change how a console shows rows are passed over.
    ///
    /// # Errors
    /// The interval is none.
    pub(crate) fn read(arguments: &Arguments<'_>, queries: Queries, sensitive: Sensitive) -> Result<Self, Refused> {
        let view = View { queries, sensitive, ..View::default() };
        let mut print = Self { view, count_only: false, rows: true, then: Then::End, from: None, rhythm: None };
        print.rhythm = Rhythm::read(arguments, Duration::from_millis(200))?;
        for (name, raw) in arguments {
            print.take(name, raw);
        }
        Ok(print)
    }

    /// `listen`: no rows, then every change.
    pub(crate) fn into_listen(self) -> Self {
        Self { rows: false, then: Then::Follow, ..self }
    }

    fn take(&mut self, name: &str, raw: &[u8]) {
        let is_on = !matches!(raw, b"no" | b"false");
        match name {
            ".proplist" | "proplist" => self.view.proplist = Some(proplist(raw)),
            "count-only" => self.count_only = is_on,
            "follow" if is_on => self.then = Then::Follow,
            "follow-only" if is_on => (self.rows, self.then) = (false, Then::Follow),
            "show-sensitive" if !is_on => self.view.sensitive = Sensitive::Starred,
            "order-by" => self.view.order_by = Some(String::from_utf8_lossy(raw).into_owned()),
            "from" => self.from = Some(raw.to_vec()),
            _ => {}
        }
    }

    /// Answers, and keeps on answering if it was asked to.
    ///
    /// # Errors
    /// `from` names a row that is not there; nothing was answered then.
    pub(crate) fn run(
        self,
        router: &mut Router,
        menu: &'static Menu,
        line: u64,
        out: &Outgoing,
    ) -> Result<Option<Ticking>, Refused> {
        let Self { mut view, count_only, rows, then, from, rhythm } = self;
        view.from = from.map(|raw| rules::find(router, menu, &raw)).transpose()?;
        if let (Some(rhythm), Then::End, false) = (rhythm, then, count_only) {
            let look: Look = Box::new(move |router| {
                let shown = |(id, row)| values(router, menu, id, row, &view);
                wanted(router, menu, &view).into_iter().map(shown).collect()
            });
            return Ok(Some(Ticking::begin(router, line, out, rhythm, look)));
        }
        let wanted = if rows { wanted(router, menu, &view) } else { Vec::new() };
        if count_only && then == Then::End {
            out.done_with(wanted.len().to_string());
            return Ok(None);
        }
        for (id, row) in wanted.iter().filter(|_| !count_only) {
            out.row(&values(router, menu, *id, row, &view));
        }
        let is_nothing = wanted.is_empty();
        let printed = if count_only { 0 } else { wanted.len() };
        *router.printed.entry(menu.path).or_default() += u64::try_from(printed).unwrap_or(u64::MAX);
        if then == Then::Follow {
            router.listen(Listener { line, menu, view, out: out.clone() });
            return Ok(None);
        }
        // 7.18 began to say that there is nothing.
        if is_nothing && router.version.since(7, 18) {
            out.empty();
        }
        out.done();
        Ok(None)
    }
}

/// The rows that a view wants, in the order in which it wants them.
fn wanted<'a>(router: &'a Router, menu: &'static Menu, view: &View) -> Vec<(u32, &'a Row)> {
    let is_from = |id: u32| view.from.as_ref().is_none_or(|ids| ids.contains(&id));
    let is_one = |(id, row): &(u32, &Row)| is_from(*id) && is_wanted(router, menu, *id, row, view);
    let mut rows: Vec<_> = router.table(menu.path).iter().filter(is_one).collect();
    if let Some(property) = view.order_by.as_ref().and_then(|name| menu.property(name, &router.version)) {
        let key = |(_, row): &(u32, &Row)| value_of(router, property, row, view).unwrap_or_default();
        rows.sort_by(|a, b| query::compare(&key(a), &key(b)));
    }
    rows
}

/// The names in a proplist.
pub(crate) fn proplist(raw: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(raw).split(',').map(|name| name.trim().to_owned()).collect()
}

/// What a row shows under a view: with its id first, unless a proplist leaves it out.
pub(crate) fn values(
    router: &Router,
    menu: &'static Menu,
    id: u32,
    row: &Row,
    view: &View,
) -> Vec<(&'static str, Vec<u8>)> {
    let id = (menu.shape == Shape::Table).then(|| (".id", print_id(id).into_bytes()));
    let shown = |property: &'static Property| Some((property.name, value_of(router, property, row, view)?));
    match &view.proplist {
        None => id.into_iter().chain(menu.properties.iter().filter_map(shown)).collect(),
        Some(names) => {
            let property = |name: &String| menu.property(name, &router.version);
            let one = |name: &String| if name == ".id" { id.clone() } else { property(name).and_then(shown) };
            names.iter().filter_map(one).collect()
        }
    }
}

/// Whether the queries of a view accept a row.
pub(crate) fn is_wanted(router: &Router, menu: &'static Menu, id: u32, row: &Row, view: &View) -> bool {
    view.queries.accept(
        |name| {
            if name == ".id" {
                return Some(print_id(id).into_bytes());
            }
            value_of(router, menu.property(name, &router.version)?, row, view)
        },
        |name, wanted| match menu.property(name, &router.version) {
            Some(property) => value::canonical(property, wanted).into_owned(),
            None => wanted.to_vec(),
        },
    )
}

fn value_of(router: &Router, property: &Property, row: &Row, view: &View) -> Option<Vec<u8>> {
    if !property.span.holds(&router.version) {
        return None;
    }
    let value = match property.kind {
        Kind::Live(live) => live(router, row)?,
        Kind::Reference { menu, .. } => router.print_value(row.get(property.name)?, Some(menu)),
        Kind::IpOrPool => router.print_value(row.get(property.name)?, Some("/ip/pool")),
        _ => router.print_value(row.get(property.name)?, None),
    };
    match (property.access, view.sensitive) {
        (Access::Hidden, Sensitive::Shown | Sensitive::Starred) => None,
        (Access::Sensitive, Sensitive::Starred) if !value.is_empty() => Some(b"*****".to_vec()),
        _ => Some(value),
    }
}
