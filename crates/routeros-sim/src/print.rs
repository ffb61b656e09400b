//! `print` and `listen`: which rows, which properties, in which words.

use std::time::Duration;

use crate::{
    query::Queries,
    reads::{Look, Shown},
    refused::Refused,
    router::{Listener, Router},
    rules::Arguments,
    schema::{Access, Kind, Menu, Property, Shape},
    sentences::Outgoing,
    table::{Row, print_id},
    ticks::{Pace, Ticking},
    value,
    who::Who,
};

/// What one command wants to see, and may.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    proplist: Option<Vec<String>>,
    queries: Queries,
    sensitive: Sensitive,
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
    pace: Option<Pace>,
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
        let view = View { proplist: None, queries, sensitive };
        let mut print = Self { view, count_only: false, rows: true, then: Then::End, from: None, pace: None };
        print.pace = Pace::read(arguments, Duration::from_millis(200))?;
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
        let Self { view, count_only, rows, then, from, pace } = self;
        let from = from.map(|raw| crate::rules::find(router, menu, &raw)).transpose()?;
        if let (Some(pace), Then::End, false) = (pace, then, count_only) {
            let look: Look = Box::new(move |router| shown(router, menu, from.as_deref(), &view));
            return Ok(Some(Ticking::begin(router, line, out, pace, look)));
        }
        let is_from = |id: u32| from.as_ref().is_none_or(|ids| ids.contains(&id));
        let wanted = |(id, row): &(u32, &Row)| is_from(*id) && is_wanted(router, menu, *id, row, &view);
        let mut seen = 0_usize;
        if rows {
            for (id, row) in router.table(menu.path).iter().filter(wanted) {
                seen += 1;
                if !count_only {
                    out.row(&values(router, menu, id, row, &view));
                }
            }
        }
        if then == Then::Follow {
            router.listen(Listener { line, menu, view, out: out.clone() });
        } else if count_only {
            out.done_with(seen.to_string());
        } else {
            // 7.18 began to say that there is nothing.
            if seen == 0 && router.version.since(7, 18) {
                out.empty();
            }
            out.done();
        }
        Ok(None)
    }
}

/// The rows that a view wants, all at once.
fn shown(router: &Router, menu: &'static Menu, from: Option<&[u32]>, view: &View) -> Vec<Shown> {
    let is_from = |id: u32| from.is_none_or(|ids| ids.contains(&id));
    let wanted = |(id, row): &(u32, &Row)| is_from(*id) && is_wanted(router, menu, *id, row, view);
    router.table(menu.path).iter().filter(wanted).map(|(id, row)| values(router, menu, id, row, view)).collect()
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
