//! What RouterOS says about its own menus, as `tests/schema-*.json` have it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Arguments that every API command takes in place of another, though no dump lists them.
const BESIDE: [(&str, &str); 3] = [("numbers", ".id"), ("number", ".id"), ("without-paging", ".proplist")];

/// The versions that are told by their differences.
pub(crate) const VERSIONS: [&str; 3] = ["7.9", "7.16.2", "7.24"];

/// The menus of one version.
pub(crate) struct Dump {
    menus: Value,
    /// `/ppp/secret/add` → its arguments.
    pub(crate) commands: BTreeMap<String, BTreeSet<String>>,
}

impl Dump {
    /// RouterOS 7.22.3.
    pub(crate) fn whole() -> Self {
        let menus: Value = serde_json::from_str(include_str!("../schema-7.22.3.json")).unwrap();
        let mut commands = BTreeMap::new();
        for (path, menu) in entries(&menus).filter(|(path, _)| path.starts_with('/')) {
            for (name, arguments) in entries(&menu["commands"]) {
                commands.insert(format!("{path}/{name}"), entries(arguments).map(|(name, _)| name.clone()).collect());
            }
        }
        Self { menus, commands }
    }

    /// Another version: what 7.22.3 has, but for the differences.
    pub(crate) fn of(version: &str) -> Self {
        let all: Value = serde_json::from_str(include_str!("../schema-versions.json")).unwrap();
        let differences = &all[version];
        let mut dump = Self::whole();
        for command in strings(&differences["without"]) {
            dump.commands.remove(&command).unwrap();
        }
        for (command, gone) in entries(&differences["gone"]) {
            let arguments = dump.commands.get_mut(command).unwrap();
            assert!(strings(gone).all(|argument| arguments.remove(&argument)));
        }
        for (command, more) in entries(&differences["more"]).chain(entries(&differences["with"])) {
            dump.commands.entry(command.clone()).or_default().extend(strings(more));
        }
        dump
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        entries(&self.menus).map(|(path, _)| path.as_str()).filter(|path| path.starts_with('/'))
    }

    /// Every property that print and get can return. `None` where the dump does not say.
    pub(crate) fn readable(&self, path: &str) -> Option<BTreeSet<String>> {
        self.menus[path].get("readable").map(|names| strings(names).collect())
    }

    /// Arguments of a command of 7.22.3, with what the console says of their values and what it completes.
    pub(crate) fn values(&self, path: &str, command: &str) -> Vec<(String, String, Vec<String>)> {
        let completed = &self.menus[path]["values"][command];
        let told = entries(&self.menus[path]["commands"][command]);
        told.map(|(name, told)| (name.clone(), told.as_str().unwrap().to_owned(), strings(&completed[name]).collect()))
            .collect()
    }

    /// The arguments of a command, with what the API takes beside them.
    pub(crate) fn accepted(&self, command: &str) -> BTreeSet<String> {
        let mut accepted = self.commands[command].clone();
        for (listed, beside) in BESIDE {
            if accepted.contains(listed) && (beside != ".proplist" || has_proplist(command)) {
                accepted.insert(beside.to_owned());
            }
        }
        accepted
    }

    /// Every argument of any command in any version, and some that no router knows.
    pub(crate) fn every_argument() -> BTreeSet<String> {
        let made_up = ["colour", "", "name ", "Name", "disable", ".dead", ".nextid", "numbers1"].map(str::to_owned);
        let dumps = VERSIONS.map(Self::of).into_iter().chain([Self::whole()]);
        let known = dumps.flat_map(|dump| dump.commands.into_values().flatten());
        known.chain(made_up).chain([".id", ".proplist"].map(str::to_owned)).collect()
    }
}

fn has_proplist(command: &str) -> bool {
    command.ends_with("/print") || command.ends_with("/monitor") || command.ends_with("/monitor-traffic")
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn strings(value: &Value) -> impl Iterator<Item = String> {
    value.as_array().into_iter().flatten().map(|text| text.as_str().unwrap().to_owned())
}
