//! Everybody who pays.

use std::collections::BTreeSet;

use domain::wire::CustomerRecord;
use leptos::{ev::MouseEvent, prelude::*};

use super::{
    customer_facts::{Day, StatusDot},
    session_table::{ltr_or, or_quiet},
};

/// One row of the table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CustomerLine {
    /// The customer.
    pub(crate) record: CustomerRecord,
    /// Where they are.
    pub(crate) href: String,
}

/// The customers somebody picked, by id; also those that another search hides now.
#[derive(Clone, Copy)]
pub(crate) struct Picks {
    picked: RwSignal<BTreeSet<String>>,
    last: StoredValue<Option<String>>,
}

impl Picks {
    /// Nobody.
    pub(crate) fn new() -> Self {
        Self { picked: RwSignal::new(BTreeSet::new()), last: StoredValue::new(None) }
    }

    /// Nobody any more.
    pub(crate) fn clear(self) {
        self.picked.set(BTreeSet::new());
        self.last.set_value(None);
    }

    /// How many.
    pub(crate) fn count(self) -> usize {
        self.picked.with(BTreeSet::len)
    }

    /// Their ids as they are now, whatever is picked later.
    pub(crate) fn ids(self) -> Vec<String> {
        self.picked.with_untracked(|picked| picked.iter().cloned().collect())
    }

    /// Them, as they are among these.
    pub(crate) fn among(self, everybody: &[CustomerRecord]) -> Vec<CustomerRecord> {
        self.picked.with(|picked| everybody.iter().filter(|one| picked.contains(&one.id)).cloned().collect())
    }

    /// Leaves those who are not among everybody any more.
    pub(crate) fn forget_all_but(self, everybody: &[CustomerRecord]) {
        let gone = |picked: &BTreeSet<String>| {
            let there: BTreeSet<_> = everybody.iter().map(|one| one.id.as_str()).collect();
            picked.iter().filter(|id| !there.contains(id.as_str())).cloned().collect::<Vec<_>>()
        };
        let gone = self.picked.with_untracked(gone);
        if !gone.is_empty() {
            self.picked.update(|picked| picked.retain(|id| !gone.contains(id)));
        }
    }

    fn has(self, id: &str) -> bool {
        self.picked.with(|picked| picked.contains(id))
    }

    /// Picks or leaves one of these, and with Shift everybody from the last one on.
    fn pick(self, lines: &[CustomerLine], id: &str, on: bool, range: bool) {
        let place = |id: &str| lines.iter().position(|line| line.record.id == id);
        let Some(here) = place(id) else { return };
        let last = self.last.with_value(|last| last.as_deref().and_then(place));
        let from = last.filter(|_| range).unwrap_or(here);
        self.put(&lines[from.min(here)..=from.max(here)], on);
        self.last.set_value(Some(id.to_owned()));
    }

    fn put(self, lines: &[CustomerLine], on: bool) {
        self.picked.update(|picked| {
            for CustomerLine { record, .. } in lines {
                if on {
                    picked.insert(record.id.clone());
                } else {
                    picked.remove(&record.id);
                }
            }
        });
    }
}

/// Everybody in these rows.
#[component]
pub(crate) fn CustomerTable(
    /// The rows.
    lines: Memo<Vec<CustomerLine>>,
    /// Whom somebody picked.
    picks: Picks,
    /// Whether the operator may pick.
    may_pick: Memo<bool>,
) -> impl IntoView {
    view! {
        <table class="list customers" role="table" aria-label="Customers">
            <CustomerHead lines picks may_pick/>
            <tbody role="rowgroup">
                <For each=move || lines.get() key=|line| (line.record.id.clone(), line.record.version) let:line>
                    <CustomerRow line lines picks may_pick/>
                </For>
            </tbody>
        </table>
    }
    .into_any()
}

#[component]
fn CustomerHead(lines: Memo<Vec<CustomerLine>>, picks: Picks, may_pick: Memo<bool>) -> impl IntoView {
    const COLUMNS: [&str; 7] = ["Name", "Username", "Package", "Status", "Service", "Phone", "Paid until"];
    let cells = COLUMNS.map(|name| view! { <th role="columnheader" scope="col">{name}</th> });
    let here = Memo::new(move |_| {
        lines.with(|lines| (lines.iter().filter(|line| picks.has(&line.record.id)).count(), lines.len()))
    });
    let all = move || matches!(here.get(), (picked, all) if picked == all && all > 0);
    let some = move || matches!(here.get(), (picked, all) if 0 < picked && picked < all);
    let pick_all = move |event: MouseEvent| {
        let on = event_target_checked(&event);
        lines.with_untracked(|lines| picks.put(lines, on));
    };
    let pick = move || {
        may_pick.get().then(|| {
            view! {
                <th role="columnheader" scope="col" class="c-pick">
                    <input
                        class="tick" type="checkbox" aria-label="Select all shown" prop:checked=all
                        prop:indeterminate=some on:click=pick_all
                    />
                </th>
            }
        })
    };
    view! { <thead role="rowgroup"><tr role="row">{pick}{cells.into_iter().collect_view()}</tr></thead> }
}

#[component]
fn CustomerRow(
    line: CustomerLine,
    lines: Memo<Vec<CustomerLine>>,
    picks: Picks,
    may_pick: Memo<bool>,
) -> impl IntoView {
    let CustomerLine { record, href } = line;
    let id = StoredValue::new(record.id);
    let label = format!("Select {}", record.name);
    let picked = move || id.with_value(|id| picks.has(id));
    let click = move |event: MouseEvent| {
        let (on, range) = (event_target_checked(&event), event.shift_key());
        lines.with_untracked(|lines| id.with_value(|id| picks.pick(lines, id, on, range)));
    };
    let pick = move || {
        let label = label.clone();
        may_pick.get().then(|| {
            view! {
                <td role="cell" class="c-pick">
                    <input class="tick" type="checkbox" aria-label=label prop:checked=picked on:click=click/>
                </td>
            }
        })
    };
    let package = Some(record.service_package).filter(|name| !name.is_empty());
    view! {
        <tr role="row" class:picked=picked>
            {pick}
            <th role="rowheader" scope="row" class="c-name"><a href=href><bdi>{record.name}</bdi></a></th>
            <td role="cell" class="soft" data-label="Username"><bdi dir="ltr">{record.pppoe_username}</bdi></td>
            <td role="cell" data-label="Package">{or_quiet(package, "none")}</td>
            <td role="cell" class="c-state"><StatusDot status=record.status/></td>
            <td role="cell" class="soft" data-label="Service">{record.service_type.label()}</td>
            <td role="cell" class="soft nowrap" data-label="Phone">{ltr_or(record.mobile, "not told")}</td>
            <td role="cell" class="soft nowrap" data-label="Paid until"><Day text=record.expiry_date/></td>
        </tr>
    }
}

#[cfg(test)]
mod tests {
    use domain::customer::{CustomerStatus, ServiceType};

    use super::*;

    fn line(id: &str) -> CustomerLine {
        let record = CustomerRecord {
            id: id.to_owned(),
            name: id.to_owned(),
            mobile: None,
            email: None,
            service_package: String::new(),
            status: CustomerStatus::Active,
            customer_type: None,
            joined: None,
            installation_address: None,
            zone: None,
            expiry_date: None,
            notes: None,
            service_type: ServiceType::Pppoe,
            pppoe_username: id.to_owned(),
            has_password: true,
            mac_address: None,
            ip_address: None,
            origin: "console".to_owned(),
            version: 1,
        };
        CustomerLine { record, href: String::new() }
    }

    fn everybody() -> Vec<CustomerRecord> {
        ["a", "b", "c", "d", "e"].map(|id| line(id).record).to_vec()
    }

    fn ids(picks: Picks) -> String {
        picks.among(&everybody()).iter().map(|customer| customer.id.as_str()).collect()
    }

    #[test]
    fn whoever_is_picked_is_as_they_are_now_and_the_deleted_are_not() {
        Owner::new().with(|| {
            let picks = Picks::new();
            picks.put(&["a", "b"].map(line), true);
            let renamed = vec![CustomerRecord { name: "Ana B".to_owned(), version: 2, ..line("a").record }];
            assert_eq!(picks.among(&renamed), renamed);
            picks.forget_all_but(&renamed);
            assert_eq!((ids(picks).as_str(), picks.count()), ("a", 1));
        });
    }

    #[test]
    fn shift_picks_everybody_between_in_both_directions() {
        Owner::new().with(|| {
            let lines = ["e", "d", "c", "b", "a"].map(line);
            let picks = Picks::new();
            picks.pick(&lines, "b", true, true);
            assert_eq!(ids(picks), "b", "there is no last one yet");
            picks.pick(&lines, "d", true, true);
            assert_eq!(ids(picks), "bcd");
            picks.pick(&lines, "c", false, true);
            assert_eq!(ids(picks), "b");
        });
    }

    #[test]
    fn who_is_picked_stays_so_when_another_search_hides_them() {
        Owner::new().with(|| {
            let picks = Picks::new();
            picks.pick(&["a", "b"].map(line), "a", true, false);
            picks.pick(&["c", "d"].map(line), "d", true, true);
            assert_eq!(ids(picks), "ad");
            picks.put(&["d"].map(line), false);
            assert_eq!((ids(picks).as_str(), picks.count()), ("a", 1));
            picks.clear();
            assert_eq!(picks.count(), 0);
        });
    }
}
