//! Everybody who pays: finding one, and picking some for a sync.

mod list; // everybody who was read

use std::time::Duration;

use domain::{
    role::Permission,
    wire::{AccountFate, CustomerRecord},
};
use leptos::{leptos_dom::helpers::debounce, prelude::*};
use leptos_meta::Title;
use leptos_router::{NavigateOptions, hooks::use_navigate, hooks::use_query_map};

use self::list::List;
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
    list: List,
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
        Self {
            asked,
            me: Me::read(),
            list: List::new(asked),
            typed: RwSignal::new(asked.with_untracked(|asked| asked.filter.clone())),
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
                <Transition fallback=|| view! { <Bones label="Reading the customers"/> }><Rows page/></Transition>
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
fn Rows(page: Page) -> impl IntoView {
    let Page { list, asked, me, picks, .. } = page;
    let lines = Memo::new(move |_| list.items().into_iter().map(line).collect::<Vec<_>>());
    let found = Memo::new(move |_| lines.with(Vec::len));
    let is_known = Memo::new(move |_| list.is_known());
    let next = Memo::new(move |_| list.next());
    let may_pick = Memo::new(move |_| me.sees(Permission::Sync));
    let end = NodeRef::new();
    list.follow(end);
    let failed = move || {
        list.failed().map(|error| {
            let asked = asked.read_untracked();
            let again = address::customers(&asked.filter, asked.package.as_deref());
            view! { <Failed error again/> }
        })
    };
    let all = move || asked.with(|asked| asked.filter.is_empty() && asked.package.is_none());
    let told = move || {
        let (shown, has_more) = (found.get(), next.with(Option::is_some));
        is_known.get().then(|| how_many(shown, has_more, list.total(), all()))
    };
    let nobody = move || {
        let CustomersAsked { filter, package, .. } = asked.get();
        let may_add = me.sees(Permission::ManageCustomers);
        (is_known.get() && found.get() == 0).then(|| view! { <Nobody filter package may_add/> })
    };
    // For whoever has no scripts: with them the list goes on by itself.
    let more = move || {
        let next = next.get()?;
        let href = asked.with(|asked| address::customers_after(&asked.filter, asked.package.as_deref(), &next));
        Some(view! { <p class="more-rows"><a class="btn" href=href>"More customers"</a></p> })
    };
    view! {
        <p class="soft nowrap count" role="status">{told}</p>
        <div class="rows" hidden=move || found.get() == 0>
            <CustomerTable lines picks may_pick/>
        </div>
        {nobody}
        {move || list.is_reading().then(|| view! { <Bones label="Reading more customers"/> })}
        {failed}
        {more}
        <div node_ref=end></div>
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

/// The sync, once the packages and everybody selected are read; only the browser opens it. Somebody who is selected may
/// be hidden by the search, so that the list of the page does not do.
#[component]
fn PlannedSync(page: Page) -> impl IntoView {
    let packages = LocalResource::new(api::records::packages);
    let selected = LocalResource::new(move || api::records::customers_of(page.picks.ids()));
    let known = Memo::new(move |last: Option<&Vec<CustomerRecord>>| match selected.get() {
        Some(Ok(selected)) => selected,
        _ => last.cloned().unwrap_or_default(),
    });
    Effect::new(move |_| {
        if selected.with(|selected| matches!(selected, Some(Ok(_)))) {
            known.with(|known| page.picks.forget_all_but(known));
        }
    });
    let on_sync_complete = Callback::new(move |()| {
        selected.refetch();
        page.list.refetch();
    });
    // What was read once stays: a sync in sight is not taken away because something could not be read again.
    let read = Memo::new(move |last: Option<&Option<Result<(), ApiError>>>| match last {
        Some(Some(Ok(()))) => Some(Ok(())),
        _ => Some(packages.get()?.map(drop).and(selected.get()?.map(drop))),
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

fn line(record: CustomerRecord) -> CustomerLine {
    CustomerLine { href: address::customer(&record.id, RecordAsked::Show), record }
}

/// How many there are, as far as that is known.
fn how_many(shown: usize, has_more: bool, total: Option<usize>, everybody: bool) -> String {
    let words = |number| counted(number, "customer", "customers");
    let there = match (total, has_more) {
        (Some(total), _) => words(total),
        (None, true) => format!("More than {}", words(shown)),
        (None, false) => words(shown),
    };
    if everybody { there } else { format!("{there} found") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_counted_and_some_are_found() {
        assert_eq!(how_many(200, true, Some(5321), true), "5,321 customers");
        assert_eq!(how_many(1, false, Some(1), false), "1 customer found");
        assert_eq!(how_many(200, true, None, false), "More than 200 customers found");
        assert_eq!(how_many(300, false, None, false), "300 customers found");
    }
}
