//! Asks the server, and hands the answers to the stage.

use std::time::Duration;

use domain::{
    customer::ServiceType,
    wire::{RunReport, problem::Problem},
};
use leptos::{prelude::*, task::spawn_local};

use super::stage::{Next, Stage, Sync, Wanted};
use crate::api::{
    ApiError,
    runs::{begin_sync, plan_sync, run},
};

/// Long enough for the next key, short enough to feel live.
const AFTER_AN_EDIT: Duration = Duration::from_millis(300);
const BETWEEN_LOOKS: Duration = Duration::from_millis(300);

/// Moves a sync on. Its signals may be gone by the time an answer comes; then nothing happens.
#[derive(Clone, Copy)]
pub(super) struct Driver {
    pub(super) sync: RwSignal<Sync>,
    /// What would be planned now; nothing where nobody is selected or a speed cannot be used.
    pub(super) wanted: Memo<Option<Wanted>>,
    pub(super) service: RwSignal<ServiceType>,
    on_complete: Callback<()>,
}

impl Driver {
    /// Plans at once, and again a moment after each change of what is wanted.
    pub(super) fn new(wanted: Memo<Option<Wanted>>, service: RwSignal<ServiceType>, on_complete: Callback<()>) -> Self {
        let driver = Self { sync: RwSignal::new(Sync::new()), wanted, service, on_complete };
        Effect::new(move |before: Option<()>| {
            let wanted = wanted.get();
            match driver.sync.try_update(|sync| sync.follow(wanted)).flatten() {
                Some(turn) if before.is_some() => set_timeout(move || driver.ask(turn), AFTER_AN_EDIT),
                Some(turn) => driver.ask(turn),
                None => {}
            }
        });
        driver
    }

    /// Plans for everybody who is wanted.
    pub(super) fn plan_all(self) {
        self.plan(self.wanted.get_untracked());
    }

    /// Plans for those that failed.
    pub(super) fn retry(self) {
        let failed = self.sync.with_untracked(|sync| match &sync.stage {
            Stage::Done(report) => Some(report.retry.only.clone()),
            _ => None,
        });
        self.plan(self.wanted.get_untracked().zip(failed).map(|(wanted, ids)| Wanted { ids, ..wanted }));
    }

    /// Carries out the plan that is shown.
    pub(super) fn apply(self) {
        let Some((turn, wanted, plan_id)) = self.sync.try_update(Sync::apply).flatten() else { return };
        spawn_local(async move {
            let Wanted { ids, packages, service } = wanted;
            self.hear(turn, begin_sync(ids, packages, service, plan_id).await);
        });
    }

    fn plan(self, wanted: Option<Wanted>) {
        if let Some(turn) = self.begin(wanted) {
            self.ask(turn);
        }
    }

    fn begin(self, wanted: Option<Wanted>) -> Option<u32> {
        self.sync.try_update(|sync| sync.plan(wanted)).flatten()
    }

    fn ask(self, turn: u32) {
        let wanted = self.sync.try_with_untracked(|sync| sync.still_wanted(turn)).flatten();
        let Some(Wanted { ids, packages, service }) = wanted else { return };
        spawn_local(async move {
            let answer = plan_sync(ids, packages, service).await.map_err(problem);
            self.sync.try_update(|sync| sync.planned(turn, answer));
        });
    }

    fn hear(self, turn: u32, answer: Result<RunReport, ApiError>) {
        match self.sync.try_update(|sync| sync.heard(turn, answer.map_err(problem))) {
            Some(Next::Look(run_id)) => set_timeout(move || self.look(turn, run_id), BETWEEN_LOOKS),
            Some(Next::PlanAgain(wanted)) => {
                self.plan(Some(wanted));
                self.sync.try_update(|sync| sync.overtaken = true);
            }
            Some(Next::Complete) => self.on_complete.run(()),
            Some(Next::Rest) | None => {}
        }
    }

    fn look(self, turn: u32, run_id: String) {
        spawn_local(async move { self.hear(turn, run(run_id).await) });
    }
}

fn problem(error: ApiError) -> Problem {
    error.0
}
