//! A package's speeds as somebody types them, to see what another figure would do.

use domain::wire::{PackageBody, PackageEdit, PackageRecord};
use leptos::prelude::*;

/// The fields of the form, as typed.
#[derive(Clone, Copy)]
pub(super) struct WhatIf {
    /// The package that is edited, as it was when the typing began.
    pub(super) base: RwSignal<PackageRecord>,
    /// As it is stored by now.
    stored: Memo<Option<PackageRecord>>,
    pub(super) download: RwSignal<String>,
    pub(super) upload: RwSignal<String>,
    pub(super) burst: RwSignal<bool>,
    pub(super) burst_download: RwSignal<String>,
    pub(super) burst_upload: RwSignal<String>,
}

/// What is typed, at one moment.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Typed {
    download: String,
    upload: String,
    burst: bool,
    burst_download: String,
    burst_upload: String,
}

impl WhatIf {
    /// The form of a package; nothing where there is none.
    pub(super) fn new(stored: Memo<Option<PackageRecord>>) -> Option<Self> {
        let base = stored.get_untracked()?;
        let Typed { download, upload, burst, burst_download, burst_upload } = Typed::of(&base.package);
        let what_if = Self {
            base: RwSignal::new(base),
            stored,
            download: RwSignal::new(download),
            upload: RwSignal::new(upload),
            burst: RwSignal::new(burst),
            burst_download: RwSignal::new(burst_download),
            burst_upload: RwSignal::new(burst_upload),
        };
        Effect::new(move |_| stored.get().into_iter().for_each(|stored| what_if.follow(stored)));
        Some(what_if)
    }

    /// What is typed now.
    pub(super) fn typed(self) -> Typed {
        Typed {
            download: self.download.get(),
            upload: self.upload.get(),
            burst: self.burst.get(),
            burst_download: self.burst_download.get(),
            burst_upload: self.burst_upload.get(),
        }
    }

    /// The package with the speeds that are typed; nothing where they are those it has.
    pub(super) fn edited(self) -> Option<PackageEdit> {
        let (typed, PackageRecord { id, version, package, .. }) = (self.typed(), self.base.get());
        typed.differs_from(&package).then(|| PackageEdit { id, version, package: typed.body(&package) })
    }

    /// Takes every edit back.
    pub(super) fn reset(self) {
        self.begin(self.stored.get_untracked().unwrap_or_else(|| self.base.get_untracked()));
    }

    /// The package was stored anew.
    fn follow(self, stored: PackageRecord) {
        let typed = untrack(|| self.typed());
        let news = self.base.with_untracked(|base| *base != stored && typed.gives_way(&base.package, &stored.package));
        if news {
            self.begin(stored);
        }
    }

    fn begin(self, stored: PackageRecord) {
        let Typed { download, upload, burst, burst_download, burst_upload } = Typed::of(&stored.package);
        self.base.set(stored);
        self.download.set(download);
        self.upload.set(upload);
        self.burst.set(burst);
        self.burst_download.set(burst_download);
        self.burst_upload.set(burst_upload);
    }
}

impl Typed {
    fn of(stored: &PackageBody) -> Self {
        let text = |speed: Option<f64>| speed.map(|speed| speed.to_string()).unwrap_or_default();
        Self {
            download: text(stored.download_speed),
            upload: text(stored.upload_speed),
            burst: stored.burst_enabled.unwrap_or(false),
            burst_download: text(stored.burst_download_speed),
            burst_upload: text(stored.burst_upload_speed),
        }
    }

    /// The package with the speeds that are typed; the stored one where nothing differs.
    pub(super) fn body(&self, stored: &PackageBody) -> PackageBody {
        if !self.differs_from(stored) {
            return stored.clone();
        }
        PackageBody {
            download_speed: mbps(&self.download),
            upload_speed: mbps(&self.upload),
            burst_enabled: Some(self.burst),
            burst_download_speed: mbps(&self.burst_download),
            burst_upload_speed: mbps(&self.burst_upload),
            ..stored.clone()
        }
    }

    /// Whether another speed is typed than the stored one; `10` and `10.0` are the same.
    pub(super) fn differs_from(&self, stored: &PackageBody) -> bool {
        let Self { download, upload, burst, burst_download, burst_upload } = self;
        let same = |text: &str, speed: Option<f64>| mbps(text) == speed && unreadable(text).is_none();
        let burst_counts = *burst || stored.burst_enabled.unwrap_or(false);
        !(same(download, stored.download_speed)
            && same(upload, stored.upload_speed)
            && *burst == stored.burst_enabled.unwrap_or(false)
            && (!burst_counts
                || (same(burst_download, stored.burst_download_speed)
                    && same(burst_upload, stored.burst_upload_speed))))
    }

    /// Whether what is stored by now takes its place: somebody else's change, where nothing was typed, or exactly what
    /// was typed. Any other edit stays with the package that it began with, for the server to refuse.
    fn gives_way(&self, base: &PackageBody, stored: &PackageBody) -> bool {
        !self.differs_from(base) || !self.differs_from(stored)
    }

    /// Why no package can be made of it: text that is no figure.
    pub(super) fn unreadable(&self) -> Option<String> {
        let burst = self.burst.then_some([&self.burst_download, &self.burst_upload]);
        [&self.download, &self.upload].into_iter().chain(burst.into_iter().flatten()).find_map(|text| unreadable(text))
    }
}

/// A speed in Mbps, with a decimal point or comma.
pub(super) fn mbps(text: &str) -> Option<f64> {
    text.trim().replace(',', ".").parse().ok()
}

/// What is wrong with text that should be a speed.
pub(super) fn unreadable(text: &str) -> Option<String> {
    (!text.trim().is_empty() && mbps(text).is_none()).then(|| format!("“{}” is no speed in Mbps.", text.trim()))
}

/// Who else an edit concerns.
pub(super) fn concerns(record: &PackageRecord, customer: &str) -> String {
    let name = record.package.name.as_deref().unwrap_or("The package");
    match record.customers.saturating_sub(1) {
        0 => format!("{name} changes; only {customer} has it."),
        1 => format!("{name} changes for everybody who has it; the other account follows when it is synced."),
        others => {
            format!("{name} changes for everybody who has it; the other {others} accounts follow when they are synced.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home_10() -> PackageBody {
        PackageBody {
            name: Some("Home 10".to_owned()),
            download_speed: Some(10.0),
            upload_speed: Some(5.0),
            burst_threshold_download: Some(8.0),
            ..PackageBody::default()
        }
    }

    #[test]
    fn an_untouched_form_is_the_stored_package() {
        let typed = Typed::of(&home_10());
        assert_eq!(typed.body(&home_10()), home_10());
        let spelled = Typed { download: " 10,0 ".to_owned(), ..typed.clone() };
        assert!(!spelled.differs_from(&home_10()));
        let hidden = Typed { burst_download: "20".to_owned(), ..typed };
        assert!(!hidden.differs_from(&home_10()), "a burst that is off does not count");
    }

    #[test]
    fn an_edit_changes_its_speed_and_nothing_else() {
        let typed = Typed { download: "12,5".to_owned(), ..Typed::of(&home_10()) };
        assert!(typed.differs_from(&home_10()));
        let body = typed.body(&home_10());
        assert_eq!((body.download_speed, body.upload_speed), (Some(12.5), Some(5.0)));
        assert_eq!(body.burst_threshold_download, Some(8.0));
        let on = Typed { burst: true, ..Typed::of(&home_10()) };
        assert_eq!(on.body(&home_10()).burst_enabled, Some(true));
    }

    #[test]
    fn an_edit_in_progress_does_not_take_over_what_somebody_else_stored() {
        let (base, theirs) = (home_10(), PackageBody { download_speed: Some(20.0), ..home_10() });
        assert!(Typed::of(&base).gives_way(&base, &theirs), "nothing was typed");
        assert!(Typed::of(&theirs).gives_way(&base, &theirs), "the edit was kept");
        let other = Typed { download: "30".to_owned(), ..Typed::of(&base) };
        assert!(!other.gives_way(&base, &theirs));
    }

    #[test]
    fn text_that_is_no_figure_is_named() {
        let typed = Typed { upload: "fast".to_owned(), ..Typed::of(&home_10()) };
        assert_eq!(typed.unreadable().as_deref(), Some("“fast” is no speed in Mbps."));
        let hidden = Typed { burst_upload: "fast".to_owned(), ..Typed::of(&home_10()) };
        assert_eq!(hidden.unreadable(), None);
        assert_eq!(unreadable(""), None);
    }

    #[test]
    fn an_edit_says_whom_it_concerns() {
        let record = |customers| PackageRecord {
            id: "PKG-1".to_owned(),
            package: home_10(),
            customers,
            origin: "console".to_owned(),
            version: 1,
        };
        assert_eq!(concerns(&record(1), "Rahim Uddin"), "Home 10 changes; only Rahim Uddin has it.");
        assert_eq!(
            concerns(&record(42), "Rahim Uddin"),
            "Home 10 changes for everybody who has it; the other 41 accounts follow when they are synced."
        );
    }
}
