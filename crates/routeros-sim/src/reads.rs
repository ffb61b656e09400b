//! Reading beside print: `find`, `get` and the monitors. How the API spells `find` and `get` was not captured; they
//! answer as a script would see them.

use crate::{
    live,
    print::{self, Sensitive, View},
    refused::Refused,
    router::Router,
    rules::{self, Arguments},
    schema::{self, Menu, Shape},
    table::print_id,
    who::Who,
};

/// A row as it is sent.
pub(crate) type Shown = Vec<(&'static str, Vec<u8>)>;

/// What there is to see at a moment.
pub(crate) type Look = Box<dyn Fn(&Router) -> Vec<Shown> + Send + Sync>;

/// Every id of a menu: `*1;*2`.
pub(crate) fn find(router: &Router, menu: &Menu) -> Vec<u8> {
    let ids: Vec<String> = router.table(menu.path).iter().map(|(id, _)| print_id(id)).collect();
    ids.join(";").into_bytes()
}

/// One value of a row, or all of them: `name=ana;disabled=false`.
///
/// # Errors
/// There is no such property or row, or more than one row is meant.
pub(crate) fn get(
    router: &Router,
    menu: &'static Menu,
    arguments: &Arguments<'_>,
    who: &Who,
) -> Result<Vec<u8>, Refused> {
    let given = |wanted: &[&str]| arguments.iter().find(|(name, _)| wanted.contains(name)).map(|(_, raw)| *raw);
    let wanted = given(&["value-name"]).map(|raw| String::from_utf8_lossy(raw).into_owned());
    if let Some(name) = &wanted
        && name != ".id"
        && menu.property(name, &router.version).is_none()
    {
        return Err(Refused::no_match("value-name"));
    }
    let raw = match (menu.shape, given(&["number", ".id"])) {
        (Shape::Singleton, _) => b"".as_slice(),
        (Shape::Table, raw) => raw.ok_or_else(|| Refused::missing_value("number"))?,
    };
    let ids = rules::find(router, menu, raw)?;
    let [id] = ids[..] else {
        return Err(Refused::no_such_item());
    };
    let row = router.table(menu.path).get(id).ok_or_else(Refused::no_such_item)?;
    let view = View::of(wanted.clone(), Sensitive::to(who));
    let values = print::values(router, menu, id, row, &view);
    if wanted.is_some() {
        return Ok(values.into_iter().next().map(|(_, value)| value).unwrap_or_default());
    }
    let pairs: Vec<Vec<u8>> =
        values.into_iter().map(|(name, value)| [name.as_bytes(), b"=", &value].concat()).collect();
    Ok(pairs.join(&b';'))
}

/// A look at what interfaces carry, one row for each.
///
/// # Errors
/// An interface is not there.
pub(crate) fn traffic(router: &Router, arguments: &Arguments<'_>) -> Result<Look, Refused> {
    let menu = schema::menu("/interface").ok_or_else(Refused::no_command_prefix)?;
    let raw = arguments.iter().find(|(name, _)| *name == "interface").map(|(_, raw)| *raw);
    let raw = raw.ok_or_else(|| Refused::missing_value("interface"))?;
    let ids = rules::find(router, menu, raw).map_err(|_| Refused::no_match("interface"))?;
    let names = names(arguments);
    Ok(Box::new(move |router| {
        let rows = ids.iter().filter_map(|id| router.table(menu.path).get(*id));
        rows.map(|row| narrowed(live::traffic(router, row), names.as_deref())).collect()
    }))
}

/// A look at customers' lines, in the words of print: what a router's monitor calls them was not captured.
pub(crate) fn sessions(menu: &'static Menu, ids: Vec<u32>, arguments: &Arguments<'_>) -> Look {
    let names = names(arguments);
    Box::new(move |router| {
        let rows = ids.iter().filter_map(|id| Some((*id, router.table(menu.path).get(*id)?)));
        let shown = rows.map(|(id, row)| print::values(router, menu, id, row, &View::default()));
        shown.map(|row| narrowed(row.into_iter().skip(1).collect(), names.as_deref())).collect()
    })
}

/// A look at how busy the router is.
pub(crate) fn load(arguments: &Arguments<'_>) -> Look {
    let names = names(arguments);
    Box::new(move |router| vec![narrowed(live::load(router), names.as_deref())])
}

fn names(arguments: &Arguments<'_>) -> Option<Vec<String>> {
    let proplist = arguments.iter().find(|(name, _)| matches!(*name, "proplist" | ".proplist"));
    proplist.map(|(_, raw)| print::proplist(raw))
}

fn narrowed(row: Shown, names: Option<&[String]>) -> Shown {
    let is_wanted = |name: &str| names.is_none_or(|names| names.iter().any(|wanted| wanted == name));
    row.into_iter().filter(|(name, _)| is_wanted(name)).collect()
}
