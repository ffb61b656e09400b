//! Who may depend on whom. What a crate may not know, it cannot import.

use cargo_metadata::{DependencyKind, Metadata};

use crate::{process::Fallible, project::Project};

/// How a crate may have a dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Always,
    /// Only behind a feature.
    Optional,
}
use When::{Always, Optional};

/// Crate → the crates of ours it may depend on. Dev-dependencies are free.
const LAYERS: Table = &[
    ("domain", &[]),
    ("routeros-proto", &[]),
    ("routeros", &[("routeros-proto", Always)]),
    ("routeros-sim", &[("routeros-proto", Always)]),
    ("store", &[("domain", Always)]),
    ("aaa", &[("domain", Always), ("routeros", Always), ("store", Always)]),
    // `aaa` only on the server: the browser has no database and no router.
    ("app", &[("domain", Always), ("aaa", Optional)]),
    ("frontend", &[("app", Always), ("domain", Always)]),
    ("server", &[("app", Always), ("aaa", Always), ("domain", Always), ("routeros-sim", Optional)]),
    ("xtask", &[]),
];

/// Foreign crate → the crates of ours that alone may use it: SQL lives in one place, sockets to routers in one.
const ONLY: Table = &[
    ("sqlx", &[("store", Always)]),
    ("rustls", &[("routeros", Always), ("server", Always)]),
    ("tokio-rustls", &[("routeros", Always), ("server", Always)]),
    ("leptos", &[("app", Always), ("frontend", Always), ("server", Always)]),
    ("axum", &[("server", Always), ("routeros-sim", Optional)]),
];

type Table = &'static [(&'static str, &'static [(&'static str, When)])];

/// One dependency as it stands in a manifest.
struct Edge<'a> {
    from: &'a str,
    to: &'a str,
    when: When,
}

/// Prints every dependency that should not be, and what to do about it.
pub(crate) fn check(project: &Project) -> Fallible {
    let edges = edges(&project.metadata);
    let violations = violations(&members(&project.metadata), &edges);
    for violation in &violations {
        println!("{violation}");
    }
    match violations.len() {
        0 => {
            println!("{} dependencies, each where it may be", edges.len());
            Ok(())
        }
        n => Err(format!("against the layers of crates/xtask/src/layers.rs: {n}").into()),
    }
}

fn members(metadata: &Metadata) -> Vec<&str> {
    metadata.workspace_packages().iter().map(|package| package.name.as_str()).collect()
}

fn edges(metadata: &Metadata) -> Vec<Edge<'_>> {
    let mut edges = Vec::new();
    for package in metadata.workspace_packages() {
        for dependency in package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal) {
            let when = if dependency.optional { Optional } else { Always };
            edges.push(Edge { from: package.name.as_str(), to: &dependency.name, when });
        }
    }
    edges
}

fn violations(members: &[&str], edges: &[Edge<'_>]) -> Vec<String> {
    let unknown = members.iter().filter(|member| row(LAYERS, member).is_none());
    let unknown = unknown.map(|member| format!("{member} has no layer: add it to LAYERS with what it may depend on"));
    unknown.chain(edges.iter().filter_map(|edge| violation(members, edge))).collect()
}

/// What is wrong with one dependency, if anything is, and what to do.
fn violation(members: &[&str], edge: &Edge<'_>) -> Option<String> {
    let Edge { from, to, when } = *edge;
    let (row, name, rule) = if members.contains(&to) {
        let may = row(LAYERS, from)?;
        (may, to, format!("of ours it may use {}", listed(may)))
    } else {
        let users = row(ONLY, to)?;
        (users, from, format!("{to} is for {}", listed(users)))
    };
    match row.iter().find(|(entry, _)| *entry == name) {
        None => Some(format!("{from} depends on {to}: {rule}; move the code to where it may")),
        Some((_, Optional)) if when == Always => {
            Some(format!("{from} depends on {to}: only with `optional = true`, behind a feature"))
        }
        Some(_) => None,
    }
}

fn row(table: Table, name: &str) -> Option<&'static [(&'static str, When)]> {
    table.iter().find(|(entry, _)| *entry == name).map(|(_, row)| *row)
}

fn listed(row: &[(&str, When)]) -> String {
    if row.is_empty() {
        return "none".to_owned();
    }
    row.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &[&str] = &["domain", "routeros", "routeros-sim", "store", "aaa", "app", "frontend", "server"];

    /// `from -> to`, or `from -> to?` for an optional one; and what is said about it.
    fn check(graph: &str, said: &[&str]) {
        let edges: Vec<_> = graph.lines().map(edge).collect();
        let violations = violations(OURS, &edges);
        assert_eq!(violations, said, "{graph}");
    }

    fn edge(line: &str) -> Edge<'_> {
        let (from, to) = line.trim().split_once(" -> ").unwrap();
        let when = if to.ends_with('?') { Optional } else { Always };
        Edge { from, to: to.trim_end_matches('?'), when }
    }

    #[test]
    fn what_the_layers_allow_is_silent() {
        check("aaa -> domain\naaa -> routeros\napp -> aaa?\nserver -> aaa\nstore -> sqlx\ndomain -> serde", &[]);
    }

    #[test]
    fn a_layer_must_not_look_up() {
        check("store -> aaa", &["store depends on aaa: of ours it may use domain; move the code to where it may"]);
        check("domain -> store", &["domain depends on store: of ours it may use none; move the code to where it may"]);
    }

    #[test]
    fn the_browser_never_has_the_services() {
        check("app -> aaa", &["app depends on aaa: only with `optional = true`, behind a feature"]);
        check(
            "frontend -> aaa?",
            &["frontend depends on aaa: of ours it may use app, domain; move the code to where it may"],
        );
    }

    #[test]
    fn an_optional_use_of_what_is_allowed_always_is_fine() {
        check("aaa -> store?\nserver -> axum?", &[]);
    }

    #[test]
    fn sql_and_sockets_have_one_place() {
        check(
            "aaa -> sqlx\naaa -> tokio-rustls",
            &[
                "aaa depends on sqlx: sqlx is for store; move the code to where it may",
                "aaa depends on tokio-rustls: tokio-rustls is for routeros, server; \
                 move the code to where it may",
            ],
        );
        check("routeros-sim -> axum", &["routeros-sim depends on axum: only with `optional = true`, behind a feature"]);
    }

    #[test]
    fn a_new_crate_needs_a_layer() {
        let said = violations(&["billing"], &[Edge { from: "billing", to: "serde", when: Always }]);
        assert_eq!(said, ["billing has no layer: add it to LAYERS with what it may depend on"]);
    }

    #[test]
    fn every_name_in_the_tables_is_a_crate_of_ours() {
        let project = Project::read().unwrap();
        let members = members(&project.metadata);
        let allowed = LAYERS.iter().chain(ONLY).flat_map(|(_, row)| row.iter().map(|(name, _)| *name));
        let named: Vec<_> = LAYERS.iter().map(|(name, _)| *name).chain(allowed).collect();
        assert!(named.iter().all(|name| members.contains(name)), "{named:?} against {members:?}");
    }
}
