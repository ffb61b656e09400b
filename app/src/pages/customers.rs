//! Everybody who pays: finding one, and picking some for a sync.

use std::time::Duration;

use domain::{
    role::Permission,
    wire::{AccountFate, CustomerRecord, CustomersReport},
};
use leptos::{leptos_dom::helpers::debounce, prelude::*};
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate, hooks::use_query_map};

use super::signed_in::{Console, Failed, Me, Place};
use crate::{
    address::{self, CUSTOMERS, CustomersAsked, NEW_CUSTOMER, RecordAsked},
    api::{self, ApiError},
    components::{
        customer_table::{CustomerLine, CustomerTable, Picks},
        dialog::Dialog,
        format::{count, counted},
        icon::{Glyph, Icon},
        mikrotik_sync::MikroTikSync,
        note::{Bones, DoneNote, Empty},
        search::SearchBox,
    },
};

/// A pause in typing that is worth a question to the server.
const PAUSE: Duration = Duration::from_millis(150);
/// The button that opens the plan.
const PLAN: &str = "plan-sync";

/// What the parts of the page share. The URL says what is looked for; typing changes the URL.
#[derive(Clone, Copy)]
struct Page {
    asked: Memo<CustomersAsked>,
    me: Me,
    list: Resource<Result<CustomersReport, ApiError>>,
    typed: RwSignal<String>,
    picks: Picks,
    planning: RwSignal<bool>,
}

impl Page {
    fn new() -> Self {
        let query = use_query_map();
        let asked = Memo::new(move |_| {
            let query = query.read();
            CustomersAsked::read(|name| query.get(name))
        });
        let filter = Memo::new(move |_| asked.read().filter.clone());
        Self {
            asked,
            me: Me::read(),
            list: Resource::new(move || filter.get(), api::records::customers),
            typed: RwSignal::new(filter.get_untracked()),
            picks: Picks::new(),
            planning: RwSignal::new(false),
        }
    }

    /// Looks for what is typed, after a pause; shows what the URL says where it changes by itself.
    fn follow_typing(self, look: impl Fn(&str) + Clone + 'static) {
        let sent = StoredValue::new(self.typed.get_untracked());
        let mut later = debounce(PAUSE, move |text: String| {
            if sent.with_value(|sent| *sent != text) {
                sent.set_value(text.clone());
                look(&text);
            }
        });
        Effect::new(move |_| later(self.typed.with(|text| text.trim().to_owned())));
        let filter = Memo::new(move |_| self.asked.read().filter.clone());
        let by_itself = move |filter: &String, _: Option<&String>, _: Option<()>| {
            if sent.with_value(|sent| sent != filter) {
                sent.set_value(filter.clone());
                self.typed.set(filter.clone());
            }
        };
        Effect::watch(move || filter.get(), by_itself, false);
    }
}

/// The page.
#[component]
pub(crate) fn CustomersPage() -> impl IntoView {
    let page = Page::new();
    let navigate = use_navigate();
    let look = move |text: &str| {
        let href = page.asked.with_untracked(|asked| address::customers(text, asked.package.as_deref()));
        navigate(&href, NavigateOptions { scroll: false, replace: true, ..Default::default() });
    };
    page.follow_typing(look.clone());
    let on_enter = Callback::new(move |()| look(page.typed.read_untracked().trim()));
    view! {
        <Title text="Customers"/>
        <Console me=page.me here=Place::Customers>
            <div class="head"><h1>"Customers"</h1><Add page/></div>
            <section class="listing" aria-label="Customers">
                <div role="status" class="news">{move || page.asked.read().deleted.clone().map(deleted)}</div>
                <SearchBox
                    label="Find a name, username, phone, IP or MAC" filter=page.typed action=CUSTOMERS on_enter
                >
                    {move || page.asked.read().package.clone().map(|package| {
                        view! { <input type="hidden" name="package" value=package/> }
                    })}
                </SearchBox>
                {move || page.asked.read().package.clone().map(|package| view! { <OfPackage page package/> })}
                <Transition fallback=|| view! { <Bones label="Reading the customers"/> }><List page/></Transition>
            </section>
            <Selection page/>
            <Plan page/>
        </Console>
    }
}

#[component]
fn Add(page: Page) -> impl IntoView {
    let add = move || {
        Suspend::new(async move {
            let may = page.me.may(Permission::ManageCustomers).await;
            may.then(|| view! { <a class="btn primary push" href=NEW_CUSTOMER>"Add customer"</a> })
        })
    };
    view! { <Transition>{add}</Transition> }
}

/// Which package the customers have, and a link that lets everybody in again.
#[component]
fn OfPackage(page: Page, package: String) -> impl IntoView {
    let all = move || address::customers(&page.asked.read().filter, None);
    view! {
        <p class="of-package soft">
            "With the package "<b><bdi>{package}</bdi></b>" "<a href=all>"Show all packages"</a>
        </p>
    }
}

fn deleted((id, fate): (String, AccountFate)) -> impl IntoView {
    let account = match fate {
        AccountFate::Remove => "Their account is removed from the router.",
        AccountFate::Disable => "Their account on the router is disabled.",
        AccountFate::Leave => "Their account on the router is as it was.",
    };
    view! { <DoneNote>"Customer "<bdi dir="ltr">{id}</bdi>" is deleted. "{account}</DoneNote> }
}

/// The rows. The list is read where it is shown, so that another answer moves rows and makes none anew.
#[component]
fn List(page: Page) -> impl IntoView {
    let package = Memo::new(move |_| page.asked.read().package.clone());
    let lines = Memo::new(move |_| {
        let package = package.get();
        page.list.with(|list| list.as_ref().map(|report| lines(report, package.as_deref())).unwrap_or_default())
    });
    let found = Memo::new(move |_| lines.with(Vec::len));
    let is_known = Memo::new(move |_| page.list.with(|list| matches!(list, Some(Ok(_)))));
    let may_pick = Memo::new(move |_| page.me.sees(Permission::Sync));
    let failed = move || {
        let error = page.list.with(|list| list.as_ref().and_then(|list| list.as_ref().err().cloned()));
        error.map(|error| {
            let asked = page.asked.read_untracked();
            let again = address::customers(&asked.filter, asked.package.as_deref());
            view! { <Failed error again/> }
        })
    };
    let all = move || page.asked.with(|asked| asked.filter.is_empty() && asked.package.is_none());
    let told = move || is_known.get().then(|| how_many(found.get(), all()));
    let nobody = move || {
        let filter = page.asked.read().filter.clone();
        let may_add = page.me.sees(Permission::ManageCustomers);
        (is_known.get() && found.get() == 0).then(|| view! { <Nobody filter package=package.get() may_add/> })
    };
    view! {
        {failed}
        <p class="soft nowrap count" role="status">{told}</p>
        <div class="rows" hidden=move || found.get() == 0>
            <CustomerTable lines picks=page.picks may_pick/>
        </div>
        {nobody}
    }
}

#[component]
fn Nobody(filter: String, package: Option<String>, may_add: bool) -> impl IntoView {
    let everybody = || view! { <a class="btn" href=CUSTOMERS>"Show everybody"</a> }.into_any();
    let add = || may_add.then(|| view! { <a class="btn" href=NEW_CUSTOMER>"Add the first"</a> }).into_any();
    let (title, what) = match (filter.as_str(), package) {
        ("", None) => ("No customers yet".to_owned(), add()),
        ("", Some(package)) => (format!("Nobody has the package {package}"), everybody()),
        (filter, None) => (format!("No customer matches “{filter}”"), everybody()),
        (filter, Some(package)) => (format!("Nobody with the package {package} matches “{filter}”"), everybody()),
    };
    view! { <Empty title>{what}</Empty> }
}

/// How many are selected, and what to do with them.
#[component]
fn Selection(page: Page) -> impl IntoView {
    let some = Memo::new(move |_| page.picks.count() > 0);
    let bar = move || {
        some.get().then(|| {
            view! {
                <div class="selbar" role="group" aria-label="Selection">
                    <b role="status">{move || format!("{} selected", count(page.picks.count()))}</b>
                    <button type="button" id=PLAN class="btn" on:click=move |_| page.planning.set(true)>
                        "Plan a sync"
                    </button>
                    <button
                        type="button" class="btn bare icon" aria-label="Select nobody" title="Select nobody"
                        on:click=move |_| page.picks.clear()
                    >
                        <Icon glyph=Glyph::Close/>
                    </button>
                </div>
            }
        })
    };
    view! { {bar} }
}

/// The plan for everybody selected, in a drawer.
#[component]
fn Plan(page: Page) -> impl IntoView {
    let on_leave = Callback::new(move |()| page.planning.set(false));
    let drawer = move || {
        page.planning.get().then(|| {
            view! {
                <Dialog class="drawer" named_by="plan-title" origin=PLAN on_leave>
                    <header class="drawer-head">
                        <h2 id="plan-title">{move || sync_title(page.picks.count())}</h2>
                        <button
                            type="button" class="btn bare icon push" aria-label="Close" title="Close"
                            on:click=move |_| on_leave.run(())
                        >
                            <Icon glyph=Glyph::Close/>
                        </button>
                    </header>
                    <div class="drawer-body"><PlannedSync page/></div>
                </Dialog>
            }
        })
    };
    view! { {drawer} }
}

/// The sync, once the packages and everybody are read; only the browser opens it. Somebody who is selected may be hidden
/// by the search, so that the list of the page does not do.
#[component]
fn PlannedSync(page: Page) -> impl IntoView {
    let packages = LocalResource::new(api::records::packages);
    let everybody = LocalResource::new(|| api::records::customers(String::new()));
    let known = Memo::new(move |last: Option<&Vec<CustomerRecord>>| match everybody.get() {
        Some(Ok(report)) => report.items,
        _ => last.cloned().unwrap_or_default(),
    });
    Effect::new(move |_| {
        if everybody.with(|everybody| matches!(everybody, Some(Ok(_)))) {
            known.with(|known| page.picks.forget_all_but(known));
        }
    });
    let on_sync_complete = Callback::new(move |()| {
        everybody.refetch();
        page.list.refetch();
    });
    // What was read once stays: a sync in sight is not taken away because something could not be read again.
    let read = Memo::new(move |last: Option<&Option<Result<(), ApiError>>>| match last {
        Some(Some(Ok(()))) => Some(Ok(())),
        _ => Some(packages.get()?.map(drop).and(everybody.get()?.map(drop))),
    });
    let sold = Signal::derive(move || packages.get().and_then(Result::ok).unwrap_or_default());
    let customers = Signal::derive(move || known.with(|known| page.picks.among(known)));
    move || match read.get() {
        None => view! { <Bones label="Reading the customers"/> }.into_any(),
        Some(Ok(())) => view! { <MikroTikSync customers packages=sold on_sync_complete/> }.into_any(),
        Some(Err(error)) => view! { <Failed error/> }.into_any(),
    }
}

fn sync_title(customers: usize) -> String {
    format!("Sync {}", counted(customers, "customer", "customers"))
}

fn lines(report: &Result<CustomersReport, ApiError>, package: Option<&str>) -> Vec<CustomerLine> {
    let Ok(report) = report else { return Vec::new() };
    let has = |record: &&CustomerRecord| package.is_none_or(|package| record.service_package == package);
    let line = |record: &CustomerRecord| {
        let href = address::customer(&record.id, RecordAsked::Show);
        CustomerLine { record: record.clone(), href }
    };
    report.items.iter().filter(has).map(line).collect()
}

fn how_many(shown: usize, everybody: bool) -> String {
    let shown = counted(shown, "customer", "customers");
    if everybody { shown } else { format!("{shown} found") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_counted_and_some_are_found() {
        assert_eq!(how_many(5321, true), "5,321 customers");
        assert_eq!(how_many(1, false), "1 customer found");
    }
}
