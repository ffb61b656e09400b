//! Everything that is sold.

use domain::wire::PackageRecord;
use leptos::prelude::*;

use super::{
    format::{count, price},
    package_facts::{burst, speed},
    session_table::or_quiet,
};

/// One row of the table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PackageLine {
    /// The package.
    pub(crate) record: PackageRecord,
    /// Where it is.
    pub(crate) href: String,
    /// Where its customers are listed.
    pub(crate) customers: String,
}

/// Every package.
#[component]
pub(crate) fn PackageTable(
    /// Them.
    lines: Vec<PackageLine>,
) -> impl IntoView {
    const COLUMNS: [(&str, &str); 6] =
        [("Name", ""), ("Speed", ""), ("Burst", ""), ("Customers", "num"), ("Price", "num"), ("Description", "")];
    let head = COLUMNS.map(|(name, class)| view! { <th role="columnheader" scope="col" class=class>{name}</th> });
    let rows: Vec<_> = lines.into_iter().map(|line| view! { <PackageRow line/> }).collect();
    view! {
        <div class="rows">
            <table class="list" role="table" aria-label="Packages">
                <thead role="rowgroup"><tr role="row">{head.into_iter().collect_view()}</tr></thead>
                <tbody role="rowgroup">{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn PackageRow(line: PackageLine) -> impl IntoView {
    let PackageLine { record, href, customers } = line;
    let package = record.package;
    let (speed, burst) = (speed(&package), burst(&package));
    view! {
        <tr role="row">
            <th role="rowheader" scope="row" class="c-name c-wide"><a href=href><bdi>{package.name}</bdi></a></th>
            <td role="cell" class="nowrap" data-label="Speed"><bdi dir="ltr">{speed}</bdi></td>
            <td role="cell" class="nowrap" data-label="Burst">{or_quiet(burst, "none")}</td>
            <td role="cell" class="num" data-label="Customers"><a href=customers>{count(record.customers)}</a></td>
            <td role="cell" class="num" data-label="Price">
                {or_quiet(package.price.map(price), "not set")}
            </td>
            <td role="cell" class="soft c-wide" data-label="Description">
                {or_quiet(package.description.filter(|text| !text.is_empty()), "none")}
            </td>
        </tr>
    }
}
