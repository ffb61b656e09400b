//! What the page reads: each of it on its own, so that one that fails leaves the others.

use domain::{
    role::Permission,
    wire::{OnlineReport, TestReport, UsersReport},
};
use leptos::prelude::*;

use crate::{
    address::Asked,
    api::{self, ApiError},
    pages::signed_in::Me,
};

/// Everything that is read for the page.
#[derive(Clone, Copy)]
pub(super) struct Readings {
    /// Who is signed in.
    pub(super) me: Me,
    /// How the router is.
    pub(super) test: Resource<Result<TestReport, ApiError>>,
    /// Who is online.
    pub(super) online: Resource<Result<OnlineReport, ApiError>>,
    /// The accounts; nothing for those who may not see them.
    pub(super) users: Resource<Option<Result<UsersReport, ApiError>>>,
}

impl Readings {
    /// Reads again for another service, and what an action may have changed.
    pub(super) fn new(
        asked: Memo<Asked>,
        ended: impl Get<Value = usize> + Copy + Send + Sync + 'static,
        allowed: impl Get<Value = usize> + Copy + Send + Sync + 'static,
    ) -> Self {
        let service = Memo::new(move |_| asked.read().service);
        let page = Memo::new(move |_| {
            let asked = asked.read();
            // Once the stream runs, the rest comes by it.
            let also = asked.disconnect.as_ref().map(|target| target.id.clone());
            (asked.service, asked.filter.clone(), asked.from, also)
        });
        let me = Me::read();
        Self {
            me,
            test: Resource::new(move || allowed.get(), |_| api::test_connection()),
            online: Resource::new(move || page.get(), |(service, q, from, also)| api::online(service, q, from, also)),
            users: Resource::new(
                move || (service.get(), ended.get()),
                move |(service, _)| async move {
                    if me.may(Permission::ViewUsers).await { Some(api::users(service).await) } else { None }
                },
            ),
        }
    }

    /// Whether the operator may do this. Only inside of what waits for readings.
    pub(super) async fn may(self, permission: Permission) -> bool {
        self.me.may(permission).await
    }
}
