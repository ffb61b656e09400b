//! The list as it is read: its first page comes with the page, the others in the browser as one scrolls to them.

use domain::wire::{CustomerRecord, CustomersReport};
use leptos::{html, prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};

use crate::{
    address::CustomersAsked,
    api::{self, ApiError},
    components::frame::Scrolled,
};

/// Rows that are read at once.
const AT_ONCE: usize = 200;
/// So many windows before the end of the list the next rows are read.
const AHEAD: f64 = 2.0;

/// Whom the list is of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listed {
    filter: String,
    package: Option<String>,
    /// Where it begins.
    after: Option<String>,
}

/// Everybody who was read.
#[derive(Clone, Copy)]
pub(super) struct List {
    /// The first page, and whom it is of.
    first: Resource<Result<(Listed, CustomersReport), ApiError>>,
    more: RwSignal<More>,
    is_reading: RwSignal<bool>,
}

/// The rows after the first page of a list.
#[derive(Clone, Debug, Default)]
struct More {
    of: Listed,
    /// Where the first page ended.
    from: Option<String>,
    items: Vec<CustomerRecord>,
    /// Where they end; nothing where that is the end of the list.
    next: Option<String>,
    /// Why they end there.
    failed: Option<ApiError>,
}

impl List {
    pub(super) fn new(asked: Memo<CustomersAsked>) -> Self {
        let listed = Memo::new(move |_| {
            let CustomersAsked { filter, package, after, deleted: _ } = asked.get();
            Listed { filter, package, after }
        });
        let first = Resource::new(
            move || listed.get(),
            |listed| async move { read(&listed, listed.after.clone()).await.map(|report| (listed, report)) },
        );
        Self { first, more: RwSignal::new(More::default()), is_reading: RwSignal::new(false) }
    }

    /// Reads it anew.
    pub(super) fn refetch(self) {
        self.more.set(More::default());
        self.first.refetch();
    }

    /// Whether there is one.
    pub(super) fn is_known(self) -> bool {
        self.first.with(|first| matches!(first, Some(Ok(_))))
    }

    /// Why there is none, or no more of it.
    pub(super) fn failed(self) -> Option<ApiError> {
        let first = self.first.with(|first| first.as_ref().and_then(|first| first.as_ref().err().cloned()));
        first.or_else(|| self.with_more(|_, more| more?.failed.clone())?)
    }

    /// Everybody, as far as they are read.
    pub(super) fn items(self) -> Vec<CustomerRecord> {
        let all = self.with_more(|report, more| {
            let more = more.map(|more| more.items.as_slice()).unwrap_or_default();
            [report.items.as_slice(), more].concat()
        });
        all.unwrap_or_default()
    }

    /// How many there are, where that was counted.
    pub(super) fn total(self) -> Option<usize> {
        self.with_more(|report, _| report.total)?
    }

    /// Where it goes on.
    pub(super) fn next(self) -> Option<String> {
        self.with_more(|report, more| match more {
            Some(more) => more.next.clone(),
            None => report.next_cursor.clone(),
        })?
    }

    /// Whether the next rows are on their way.
    pub(super) fn is_reading(self) -> bool {
        self.is_reading.get()
    }

    /// Reads on whenever this mark, which stands at the end of the list, comes near the window.
    pub(super) fn follow(self, end: NodeRef<html::Div>) {
        let scrolled = use_context::<Scrolled>();
        // Runs in the browser only.
        Effect::new(move |_| {
            if let Some(Scrolled(scrolled)) = scrolled {
                scrolled.track();
            }
            let may_read = !self.is_reading() && self.next().is_some() && self.failed().is_none();
            if may_read && end.get().is_some() {
                // The rows that were read last stand in their places only then.
                request_animation_frame(move || {
                    if end.get_untracked().is_some_and(|end| is_near(&end)) {
                        self.read_on();
                    }
                });
            }
        });
    }

    fn read_on(self) {
        let place = self.first.with_untracked(|first| {
            let Some(Ok((listed, report))) = first else { return None };
            let first = &report.next_cursor;
            let next =
                self.more.with_untracked(|more| if more.is_after(listed, report) { &more.next } else { first }.clone());
            Some((listed.clone(), first.clone(), next?))
        });
        let Some((of, from, next)) = place else { return };
        if self.is_reading.get_untracked() {
            return;
        }
        self.is_reading.set(true);
        spawn_local(async move {
            let read = read(&of, Some(next.clone())).await;
            // Whoever has left the page meanwhile has no list any more.
            self.more.try_update(|more| more.take(of, from, &next, read));
            self.is_reading.try_set(false);
        });
    }

    fn with_more<T>(self, look: impl FnOnce(&CustomersReport, Option<&More>) -> T) -> Option<T> {
        self.first.with(|first| {
            let Some(Ok((listed, report))) = first else { return None };
            Some(self.more.with(|more| look(report, Some(more).filter(|more| more.is_after(listed, report)))))
        })
    }
}

impl More {
    /// Whether they are of this list, after this page.
    fn is_after(&self, listed: &Listed, report: &CustomersReport) -> bool {
        self.from.is_some() && self.from == report.next_cursor && self.of == *listed
    }

    /// Takes the rows from `next` on. Whatever else was there is of another list; rows that do not go on where these end
    /// come too late.
    fn take(&mut self, of: Listed, from: Option<String>, next: &str, read: Result<CustomersReport, ApiError>) {
        if self.of != of || self.from != from {
            *self = Self { next: from.clone(), of, from, ..Self::default() };
        }
        if self.next.as_deref() != Some(next) {
            return;
        }
        match read {
            Ok(CustomersReport { items, next_cursor, total: _ }) => {
                // Whoever was renamed meanwhile may come twice.
                let new = |item: &CustomerRecord| self.items.iter().all(|one| one.id != item.id);
                let items: Vec<_> = items.into_iter().filter(new).collect();
                self.items.extend(items);
                self.next = next_cursor;
            }
            Err(error) => self.failed = Some(error),
        }
    }
}

async fn read(listed: &Listed, cursor: Option<String>) -> Result<CustomersReport, ApiError> {
    let Listed { filter, package, after: _ } = listed.clone();
    api::records::customers(filter, package, Some(AT_ONCE), cursor).await
}

fn is_near(end: &web_sys::Element) -> bool {
    let window = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or_default();
    end.get_bounding_client_rect().top() < (1.0 + AHEAD) * window
}

#[cfg(test)]
mod tests {
    use domain::{
        customer::{CustomerStatus, ServiceType},
        wire::problem::{Code, Problem},
    };

    use super::*;

    fn page(ids: &[&str], next: Option<&str>) -> CustomersReport {
        let record = |id: &&str| CustomerRecord {
            id: (*id).to_owned(),
            name: (*id).to_owned(),
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
            pppoe_username: (*id).to_owned(),
            has_password: true,
            mac_address: None,
            ip_address: None,
            origin: "console".to_owned(),
            version: 1,
        };
        CustomersReport {
            items: ids.iter().map(record).collect(),
            next_cursor: next.map(ToOwned::to_owned),
            total: None,
        }
    }

    fn of(filter: &str) -> Listed {
        Listed { filter: filter.to_owned(), ..Listed::default() }
    }

    fn ids(more: &More) -> String {
        more.items.iter().map(|item| item.id.as_str()).collect()
    }

    #[test]
    fn pages_follow_one_another_and_nobody_is_in_two() {
        let (mut more, from) = (More::default(), Some("2".to_owned()));
        more.take(of("a"), from.clone(), "2", Ok(page(&["c", "d"], Some("4"))));
        more.take(of("a"), from.clone(), "4", Ok(page(&["d", "e"], None)));
        assert_eq!((ids(&more).as_str(), &more.next), ("cde", &None));
        assert!(more.is_after(&of("a"), &page(&[], Some("2"))));
        assert!(!more.is_after(&of("b"), &page(&[], Some("2"))) && !more.is_after(&of("a"), &page(&[], Some("3"))));
        assert!(!More::default().is_after(&of(""), &page(&[], None)));
    }

    #[test]
    fn a_page_that_comes_too_late_is_left_out_and_one_of_another_list_begins_anew() {
        let (mut more, from) = (More::default(), Some("2".to_owned()));
        more.take(of("a"), from.clone(), "4", Ok(page(&["e"], None)));
        assert_eq!(ids(&more), "", "the list was read anew meanwhile");
        more.take(of("a"), from.clone(), "2", Ok(page(&["c"], Some("3"))));
        more.take(of("b"), from, "2", Ok(page(&["x"], Some("9"))));
        assert_eq!(ids(&more), "x");
    }

    #[test]
    fn where_a_page_cannot_be_read_the_others_stay() {
        let (mut more, from) = (More::default(), Some("2".to_owned()));
        more.take(of("a"), from.clone(), "2", Ok(page(&["c"], Some("3"))));
        more.take(of("a"), from, "3", Err(Problem::new(Code::Internal, "Away.").into()));
        assert_eq!((ids(&more).as_str(), more.next.as_deref(), more.failed.is_some()), ("c", Some("3"), true));
    }
}
