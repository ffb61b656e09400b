//! The accounts on a router.

use domain::wire::{AccountFacts, RawRow, SyncState};
use leptos::prelude::*;

use super::session_table::{ltr_or, or_quiet};

/// Every account of a service.
#[component]
pub(crate) fn AccountTable(
    /// Them.
    accounts: Vec<RawRow<AccountFacts>>,
) -> impl IntoView {
    const COLUMNS: [&str; 8] = ["State", "Username", "Profile", "Comment", "Address", "Device", "Online", "Sync"];
    let head = COLUMNS.map(|name| view! { <th role="columnheader" scope="col">{name}</th> });
    let rows: Vec<_> = accounts.into_iter().map(|account| view! { <AccountRow account/> }).collect();
    view! {
        <div class="rows">
            <table class="list" role="table" aria-label="Accounts">
                <thead role="rowgroup"><tr role="row">{head.into_iter().collect_view()}</tr></thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
}

#[component]
fn AccountRow(account: RawRow<AccountFacts>) -> impl IntoView {
    let RawRow { netpilot: facts, row } = account;
    let value = |names: &[&str]| names.iter().find_map(|name| row.get(*name)).filter(|text| !text.is_empty()).cloned();
    let state = if facts.enabled { ("dot ok", "Enabled") } else { ("dot off", "Disabled") };
    let online = if facts.online { ("dot ok", "Online") } else { ("dot off", "Offline") };
    let sync = sync_shape(facts.sync);
    let dot = |(class, word): (&'static str, &'static str)| view! { <span class=class>{word}</span> };
    view! {
        <tr role="row">
            <td role="cell" class="c-state">{dot(state)}</td>
            <th role="rowheader" scope="row" class="c-name"><bdi dir="ltr">{value(&["name"])}</bdi></th>
            <td role="cell" data-label="Profile">{or_quiet(value(&["profile"]), "none")}</td>
            <td role="cell" class="soft c-wide" data-label="Comment">{or_quiet(value(&["comment"]), "none")}</td>
            <td role="cell" class="soft" data-label="Address">
                {ltr_or(value(&["remote-address", "address"]), "from its pool")}
            </td>
            <td role="cell" class="soft" data-label="Device">
                {ltr_or(value(&["caller-id", "mac-address"]), "any")}
            </td>
            <td role="cell" data-label="Online">{dot(online)}</td>
            <td role="cell" data-label="Sync">{dot(sync)}</td>
        </tr>
    }
}

const fn sync_shape(sync: SyncState) -> (&'static str, &'static str) {
    match sync {
        SyncState::InSync => ("dot calm", "In sync"),
        SyncState::Differs => ("dot warn", "Differs"),
        SyncState::Missing => ("dot warn", "Missing"),
        SyncState::Foreign => ("dot none soft", "Foreign"),
        SyncState::Unknown => ("quiet", "not known"),
    }
}
