//! What a package's speeds become on the router: computed in the browser, while they are typed.

mod drawing; // a burst, as a picture

use domain::{
    customer::ServiceType,
    package::Package,
    profile::profile_name,
    rate_limit::{Direction, Figures, Place, RateLimit, Remark, seconds},
    wire::{PackageBody, problem::Problem},
};
use leptos::prelude::*;

use crate::rate_base::rate_base;
use drawing::BurstDrawing;

/// How the console's packages are spelled on the router.
/// A film trailer, a system update: what people wait for.
const FILE_MB: u64 = 100;

/// What a package comes to on the router.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spelling {
    /// Name of its profile.
    pub(super) profile: String,
    /// Its speed; nothing where no limit is sold.
    pub(super) limit: Option<RateLimit>,
    /// Whether a burst was switched on that lacks one of its speeds.
    half_a_burst: bool,
}

impl Spelling {
    /// Reads a package as the server will.
    ///
    /// # Errors
    /// The first member that cannot be used, with a pointer to it.
    pub(super) fn of(body: &PackageBody, service: ServiceType) -> Result<Self, Problem> {
        let package = Package::read(body)?;
        let limit = package.rate_limit(rate_base());
        let wants_burst = body.burst_enabled.unwrap_or(false);
        Ok(Self {
            profile: profile_name(&package.name, service),
            half_a_burst: wants_burst && limit.is_some_and(|limit| limit.burst.is_none()),
            limit,
        })
    }

    fn remarks(&self) -> Vec<Remark> {
        let half = self
            .half_a_burst
            .then(|| Remark::Warning("A burst needs both of its speeds; with one of them it is left out.".to_owned()));
        half.into_iter().chain(self.limit.iter().flat_map(|limit| limit.remarks(rate_base()))).collect()
    }
}

/// The profile's name, its rate-limit string taken apart, the true speeds, and how a burst feels.
#[component]
pub(crate) fn RatePreview(
    /// The package as it is being edited.
    #[prop(into)]
    package: Signal<PackageBody>,
    /// For which service.
    #[prop(into)]
    service: Signal<ServiceType>,
) -> impl IntoView {
    let read = Memo::new(move |_| package.with(|body| Spelling::of(body, service.get())));
    // While something is wrong the last that was right stays in its place, so that nothing jumps.
    let shown = Memo::new(move |last: Option<&Option<Spelling>>| read.get().ok().or_else(|| last.cloned().flatten()));
    let obstacle =
        Memo::new(move |_| package.with(|body| read.get().err().map(|problem| Obstacle::of(body, &problem))));
    view! {
        <div class="preview" data-stale=move || read.with(Result::is_err).then_some("")>
            <div class="label">"Rate limit the router will get"<span class="quiet push">"upload first"</span></div>
            <div class="well">{move || shown.get().map(|spelling| view! { <Written spelling/> })}</div>
            <p class="wrong" role="status">{move || obstacle.get().map(Obstacle::view)}</p>
            {move || shown.get().map(|spelling| view! { <Meant spelling/> })}
        </div>
    }
}

/// The profile's name over its string.
#[component]
pub(super) fn Written(
    /// What the package comes to.
    spelling: Spelling,
) -> impl IntoView {
    let Spelling { profile, limit, .. } = spelling;
    let string = match limit {
        Some(limit) => view! { <Anatomy places=limit.places()/> }.into_any(),
        None => view! { <p class="soft">"No limit: customers get what the line carries."</p> }.into_any(),
    };
    view! { <p><bdi class="mono" dir="ltr">{profile}</bdi></p>{string} }
}

/// The string with a word under each part.
#[component]
fn Anatomy(places: Vec<Place>) -> impl IntoView {
    let place = |Place { word, figures }| {
        let figures = match figures {
            Figures::Pair { up, down } => {
                view! { <span><span class="u">{up}</span>"/"<span class="d">{down}</span></span> }.into_any()
            }
            Figures::One(text) => view! { <span>{text}</span> }.into_any(),
        };
        view! { <span>{figures}<small>{word}</small></span> }
    };
    view! { <bdi class="ros" dir="ltr">{places.into_iter().map(place).collect_view()}</bdi> }
}

/// What the string means for customers.
#[component]
fn Meant(spelling: Spelling) -> impl IntoView {
    let remarks = spelling.remarks().into_iter().map(|remark| match remark {
        Remark::Warning(text) => view! { <li class="dot warn">{text}</li> }.into_any(),
        Remark::Note(text) => view! { <li class="hint">{text}</li> }.into_any(),
    });
    let remarks = remarks.collect_view();
    let meant = spelling.limit.map(|limit| {
        let title = if limit.burst.is_some() { "How a burst feels" } else { "How the speed feels" };
        view! {
            <div>
                <div class="label">"True speed on the router"</div>
                <p class="soft">{limit.true_speed(rate_base())}</p>
            </div>
            <figure class="burst-box">
                <figcaption class="label">{title}<span class="quiet push">{waiting(&limit)}</span></figcaption>
                <BurstDrawing limit/>
            </figure>
        }
    });
    view! { {meant}<ul class="remarks">{remarks}</ul> }
}

/// `100 MB download: 74 s instead of 78 s`.
fn waiting(limit: &RateLimit) -> String {
    let takes = |limit: &RateLimit| seconds(limit.course(Direction::Down).seconds_for(FILE_MB * 1_000_000));
    let (with, without) = (takes(limit), takes(&RateLimit { burst: None, ..*limit }));
    let instead = if with == without { String::new() } else { format!(" instead of {without}") };
    format!("{FILE_MB} MB download: {with}{instead}")
}

/// Why nothing can be shown.
#[derive(Clone, Debug, PartialEq)]
enum Obstacle {
    /// Nobody has begun: that is nothing wrong.
    NothingYet,
    /// What is wrong.
    Wrong(String),
}

impl Obstacle {
    fn of(body: &PackageBody, problem: &Problem) -> Self {
        let PackageBody { name, download_speed, upload_speed, .. } = body;
        let is_unnamed = name.as_ref().is_none_or(|name| name.trim().is_empty());
        if is_unnamed && download_speed.is_none() && upload_speed.is_none() {
            return Self::NothingYet;
        }
        Self::Wrong(said(problem))
    }

    fn view(self) -> AnyView {
        match self {
            Self::NothingYet => {
                view! { <span class="hint">"Type a name and the two speeds to see what the router gets."</span> }
                    .into_any()
            }
            Self::Wrong(text) => view! { <span class="dot bad">{text}</span> }.into_any(),
        }
    }
}

/// Which member is wrong, and why.
fn said(problem: &Problem) -> String {
    let member = problem.errors.first().and_then(|part| part.pointer.as_deref()).map(member);
    match member {
        Some(member) => format!("{member}: {}", problem.detail),
        None => problem.detail.clone(),
    }
}

/// A member of a package as people call it.
fn member(pointer: &str) -> &str {
    match pointer {
        "/name" => "Name",
        "/description" => "Description",
        "/downloadSpeed" => "Download",
        "/uploadSpeed" => "Upload",
        "/burstDownloadSpeed" => "Burst download",
        "/burstUploadSpeed" => "Burst upload",
        "/burstThresholdDownload" => "Burst threshold, download",
        "/burstThresholdUpload" => "Burst threshold, upload",
        "/burstTime" => "Burst time",
        "/minDownloadSpeed" => "Minimum download",
        "/minUploadSpeed" => "Minimum upload",
        "/priority" => "Priority",
        "/sharedUsers" => "Devices at once",
        "/sessionTimeout" => "Session time-out",
        "/idleTimeout" => "Idle time-out",
        "/keepaliveTimeout" => "Keepalive time-out",
        "/addressPool" => "Address pool",
        "/localAddress" => "Router address",
        other => other.trim_start_matches('/'),
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
            burst_enabled: Some(true),
            burst_download_speed: Some(20.0),
            burst_upload_speed: Some(10.0),
            ..PackageBody::default()
        }
    }

    #[test]
    fn a_package_is_spelled_for_its_service() {
        let spelling = Spelling::of(&home_10(), ServiceType::Hotspot).unwrap();
        assert_eq!(spelling.profile, "Home_10_hotspot");
        assert_eq!(spelling.limit.unwrap().to_string(), "5120k/10240k 10240k/20480k 5120k/10240k 8/8 8");
        assert_eq!(waiting(&spelling.limit.unwrap()), "100 MB download: 74 s instead of 78 s");
    }

    #[test]
    fn half_a_burst_is_told() {
        let half = PackageBody { burst_upload_speed: None, ..home_10() };
        let spelling = Spelling::of(&half, ServiceType::Pppoe).unwrap();
        assert!(matches!(&spelling.remarks()[..], [Remark::Warning(text)] if text.contains("both of its speeds")));
        assert_eq!(waiting(&spelling.limit.unwrap()), "100 MB download: 78 s");
        let unlimited = PackageBody { no_rate_limit: Some(true), ..half };
        let spelling = Spelling::of(&unlimited, ServiceType::Pppoe).unwrap();
        assert_eq!((spelling.limit, spelling.remarks()), (None, Vec::new()));
    }

    #[test]
    fn a_package_that_nobody_has_begun_is_not_wrong() {
        let obstacle = |body: PackageBody| Obstacle::of(&body, &Spelling::of(&body, ServiceType::Pppoe).unwrap_err());
        assert_eq!(obstacle(PackageBody::default()), Obstacle::NothingYet);
        let blank = PackageBody { name: Some(" ".to_owned()), price: Some(499.0), ..PackageBody::default() };
        assert_eq!(obstacle(blank), Obstacle::NothingYet);
        let named = PackageBody { name: Some("Home 10".to_owned()), ..PackageBody::default() };
        assert!(matches!(obstacle(named), Obstacle::Wrong(text) if text.starts_with("Download:")));
        let unnamed = PackageBody { name: None, ..home_10() };
        assert_eq!(obstacle(unnamed), Obstacle::Wrong("Name: The package has no name.".to_owned()));
    }

    #[test]
    fn what_is_wrong_is_named_as_people_call_it() {
        let wrong = |body: PackageBody| said(&Spelling::of(&body, ServiceType::Pppoe).unwrap_err());
        let zero = PackageBody { download_speed: Some(0.0), ..home_10() };
        assert_eq!(wrong(zero), "Download: 0 Mbps: on the router 0 would mean no limit. Use 0.1 or more.");
        let unnamed = PackageBody { name: None, ..home_10() };
        assert_eq!(wrong(unnamed), "Name: The package has no name.");
    }
}
