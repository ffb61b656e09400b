//! `print` and `listen`: which rows, which properties, in which words.

use crate::{
    query::Queries,
    refused::Refused,
    router::{Listener, Router},
    schema::{Access, Kind, Menu, Property, Shape, print_flags},
    sentences::Outgoing,
    table::{Row, print_id},
    value,
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
}

impl View {
    /// Everything, passwords included.
    pub(crate) fn everything() -> Self {
        Self { sensitive: Sensitive::Bare, ..Self::default() }
    }
}

impl Print {
    /// Reads the arguments of a print.
    ///
    /// # Errors
    /// One that this menu does not know.
    pub(crate) fn read(
        router: &Router,
        menu: &Menu,
        arguments: &[(&str, &[u8])],
        queries: Queries,
        sensitive: Sensitive,
    ) -> Result<Self, Refused> {
        let view = View { proplist: None, queries, sensitive };
        let mut print = Self { view, count_only: false, rows: true, then: Then::End, from: None };
        for (name, raw) in arguments {
            if !is_flag(router, menu, name) {
                return Err(Refused::unknown_parameter(name));
            }
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
            ".proplist" | "proplist" => {
                let names = String::from_utf8_lossy(raw);
                self.view.proplist = Some(names.split(',').map(|name| name.trim().to_owned()).collect());
            }
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
    ) -> Result<(), Refused> {
        let Self { view, count_only, rows, then, from } = self;
        let from = from.map(|raw| crate::rules::find(router, menu, &raw)).transpose()?;
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
            out.done_with(&seen.to_string());
        } else {
            // 7.18 began to say that there is nothing.
            if seen == 0 && router.version.since(7, 18) {
                out.empty();
            }
            out.done();
        }
        Ok(())
    }
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
            let one = |name: &String| if name == ".id" { id.clone() } else { menu.property(name).and_then(shown) };
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
            value_of(router, menu.property(name)?, row, view)
        },
        |name, wanted| {
            menu.property(name).map_or_else(|| wanted.to_vec(), |property| value::canonical(property, wanted))
        },
    )
}

fn value_of(router: &Router, property: &Property, row: &Row, view: &View) -> Option<Vec<u8>> {
    if !router.version.since(property.since.0, property.since.1) {
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

fn is_flag(router: &Router, menu: &Menu, name: &str) -> bool {
    if name == "show-sensitive" && !router.version.since(7, 21) {
        return false;
    }
    print_flags(menu.shape).contains(&name) || menu.flags.contains(&name)
}
