//! The fields of a package.

use domain::{
    package::Package,
    wire::{
        PackageBody, PackageRecord,
        problem::{Code, Part},
    },
};
use leptos::prelude::*;

use super::{
    Entry,
    number::{decimal, seconds, typed, typed_span, whole},
};

/// A package as it is being typed.
#[derive(Clone, Copy)]
pub(crate) struct PackageDraft {
    before: StoredValue<PackageBody>,
    /// Sold without a limit: no speed counts.
    pub(crate) unlimited: RwSignal<bool>,
    /// Whether the burst counts.
    pub(crate) burst: RwSignal<bool>,
    pub(crate) name: Entry,
    pub(crate) description: Entry,
    pub(crate) price: Entry,
    pub(crate) download: Entry,
    pub(crate) upload: Entry,
    pub(crate) burst_download: Entry,
    pub(crate) burst_upload: Entry,
    pub(crate) threshold_download: Entry,
    pub(crate) threshold_upload: Entry,
    pub(crate) burst_time: Entry,
    pub(crate) minimum_download: Entry,
    pub(crate) minimum_upload: Entry,
    pub(crate) priority: Entry,
    pub(crate) shared_users: Entry,
    pub(crate) session_timeout: Entry,
    pub(crate) idle_timeout: Entry,
    pub(crate) keepalive_timeout: Entry,
    pub(crate) pool: Entry,
    pub(crate) local_address: Entry,
}

impl PackageDraft {
    /// A package to change, or one to add.
    pub(crate) fn new(before: Option<&PackageRecord>) -> Self {
        let body = before.map(|record| record.package.clone()).unwrap_or_default();
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let whole = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        Self {
            unlimited: RwSignal::new(body.no_rate_limit.unwrap_or(false)),
            burst: RwSignal::new(body.burst_enabled.unwrap_or(false)),
            name: Entry::new("/name", text(&body.name)),
            description: Entry::new("/description", text(&body.description)),
            price: Entry::new("/price", typed(body.price)),
            download: Entry::new("/downloadSpeed", typed(body.download_speed)),
            upload: Entry::new("/uploadSpeed", typed(body.upload_speed)),
            burst_download: Entry::new("/burstDownloadSpeed", typed(body.burst_download_speed)),
            burst_upload: Entry::new("/burstUploadSpeed", typed(body.burst_upload_speed)),
            threshold_download: Entry::new("/burstThresholdDownload", typed(body.burst_threshold_download)),
            threshold_upload: Entry::new("/burstThresholdUpload", typed(body.burst_threshold_upload)),
            burst_time: Entry::new("/burstTime", whole(body.burst_time)),
            minimum_download: Entry::new("/minDownloadSpeed", typed(body.min_download_speed)),
            minimum_upload: Entry::new("/minUploadSpeed", typed(body.min_upload_speed)),
            priority: Entry::new("/priority", whole(body.priority.map(u32::from))),
            shared_users: Entry::new("/sharedUsers", whole(body.shared_users)),
            session_timeout: Entry::new("/sessionTimeout", typed_span(body.session_timeout)),
            idle_timeout: Entry::new("/idleTimeout", typed_span(body.idle_timeout)),
            keepalive_timeout: Entry::new("/keepaliveTimeout", typed_span(body.keepalive_timeout)),
            pool: Entry::new("/addressPool", text(&body.address_pool)),
            local_address: Entry::new("/localAddress", text(&body.local_address)),
            before: StoredValue::new(body),
        }
    }

    /// What is to be kept, without what cannot be read.
    pub(crate) fn body(self) -> PackageBody {
        self.read().0
    }

    /// What cannot be read, then what the server would refuse.
    pub(crate) fn problems(self) -> Vec<Part> {
        let (body, mut parts) = self.read();
        parts.extend(Package::check(&body));
        parts
    }

    fn read(self) -> (PackageBody, Vec<Part>) {
        let before = self.before.get_value();
        let (limited, burst) = (!self.unlimited.get(), self.burst.get());
        let mut read = Reading(Vec::new());
        let mut speed = |entry, counts: bool| if counts { read.figure(entry, decimal) } else { None };
        let mut body = PackageBody {
            price: speed(self.price, true),
            download_speed: speed(self.download, limited),
            upload_speed: speed(self.upload, limited),
            burst_download_speed: speed(self.burst_download, limited && burst),
            burst_upload_speed: speed(self.burst_upload, limited && burst),
            burst_threshold_download: speed(self.threshold_download, limited && burst),
            burst_threshold_upload: speed(self.threshold_upload, limited && burst),
            min_download_speed: speed(self.minimum_download, limited),
            min_upload_speed: speed(self.minimum_upload, limited),
            ..PackageBody::default()
        };
        if limited && burst {
            body.burst_time = read.figure(self.burst_time, |text| whole(text, 3600));
        }
        if limited {
            let priority = read.figure(self.priority, |text| whole(text, 8));
            body.priority = priority.and_then(|priority| u8::try_from(priority).ok());
        }
        let body = PackageBody {
            name: Some(self.name.read()),
            description: self.description.some(),
            validity: before.validity,
            burst_enabled: Some(burst),
            session_timeout: read.figure(self.session_timeout, seconds),
            idle_timeout: read.figure(self.idle_timeout, seconds),
            keepalive_timeout: read.figure(self.keepalive_timeout, seconds),
            shared_users: read.figure(self.shared_users, |text| whole(text, 65_535)),
            address_pool: self.pool.some_or_cleared(before.address_pool.as_ref()),
            local_address: self.local_address.some_or_cleared(before.local_address.as_ref()),
            no_rate_limit: Some(!limited),
            ..body
        };
        (body, read.0)
    }
}

/// What could not be read so far.
struct Reading(Vec<Part>);

impl Reading {
    fn figure<T>(&mut self, entry: Entry, read: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        match read(&entry.some()?) {
            Ok(figure) => Some(figure),
            Err(detail) => {
                let (pointer, code) = (Some(entry.pointer.to_owned()), Code::ValidationFailed.name().to_owned());
                self.0.push(Part { pointer, code, detail });
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(package: PackageBody) -> PackageRecord {
        PackageRecord { id: "PKG-1".to_owned(), package, customers: 2, origin: "console".to_owned(), version: 1 }
    }

    fn home() -> PackageBody {
        PackageBody {
            name: Some("Home 10".to_owned()),
            price: Some(499.5),
            validity: Some(30),
            download_speed: Some(10.0),
            upload_speed: Some(2.5),
            burst_enabled: Some(true),
            burst_download_speed: Some(20.0),
            burst_upload_speed: Some(10.0),
            burst_time: Some(8),
            priority: Some(5),
            session_timeout: Some(93_600),
            idle_timeout: Some(0),
            shared_users: Some(2),
            address_pool: Some("home".to_owned()),
            no_rate_limit: Some(false),
            ..PackageBody::default()
        }
    }

    fn first(draft: &PackageDraft) -> Option<(String, String)> {
        let part = draft.problems().into_iter().next()?;
        Some((part.pointer?, part.detail))
    }

    #[test]
    fn a_package_that_is_not_changed_is_sent_as_it_is() {
        Owner::new().with(|| {
            let draft = PackageDraft::new(Some(&record(home())));
            assert_eq!(draft.body(), home());
            assert_eq!(draft.problems(), []);
        });
    }

    #[test]
    fn what_cannot_be_read_is_named_at_its_field() {
        Owner::new().with(|| {
            let draft = PackageDraft::new(Some(&record(home())));
            draft.download.text.set("ten".to_owned());
            let wrong = ("/downloadSpeed".to_owned(), "Type a number like 10 or 2.5.".to_owned());
            assert_eq!(first(&draft), Some(wrong));
            draft.download.text.set("0".to_owned());
            assert!(
                first(&draft).is_some_and(|(pointer, detail)| pointer == "/downloadSpeed" && detail.contains("0.1"))
            );
        });
    }

    #[test]
    fn what_is_switched_off_is_neither_sent_nor_wrong() {
        Owner::new().with(|| {
            let draft = PackageDraft::new(Some(&record(home())));
            draft.burst_download.text.set("fast".to_owned());
            assert!(first(&draft).is_some());
            draft.burst.set(false);
            assert_eq!((first(&draft), draft.body().burst_upload_speed), (None, None));
            draft.download.text.set(String::new());
            assert!(first(&draft).is_some());
            draft.unlimited.set(true);
            assert_eq!((first(&draft), draft.body().no_rate_limit), (None, Some(true)));
        });
    }

    #[test]
    fn a_pool_taken_out_is_cleared() {
        Owner::new().with(|| {
            let draft = PackageDraft::new(Some(&record(home())));
            draft.pool.text.set(String::new());
            assert_eq!(draft.body().address_pool.as_deref(), Some(""));
        });
    }
}
