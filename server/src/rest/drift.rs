//! Where router and store disagree, and what somebody chooses to do about it.

use aaa::{DriftItem, DriftQuery, ResolveDrift};
use axum::{extract::State, response::IntoResponse};
use domain::wire::{
    DriftAction,
    problem::{Code, Problem},
};
use serde::Deserialize;

use super::{Aaa, check_router, sync::finished, users::SYNC_STATES};
use crate::{
    auth::SignedIn,
    body::{Json, Params, Unknown, refuse_unknown, service},
    problem::Failure,
};

/// `GET /api/mikrotik/drift`
pub(crate) async fn list(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    params: Params,
) -> Result<impl IntoResponse, Failure> {
    check_router(params.get("routerId"))?;
    let query = DriftQuery {
        service: params.service()?,
        state: params.choice("state", &SYNC_STATES)?,
        ignored: params.flag("ignored")?.unwrap_or(false),
    };
    Ok(axum::Json(aaa.drift(&operator, query).await?))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Resolve {
    items: Option<Vec<Item>>,
    action: Option<DriftAction>,
    confirm: Option<Confirm>,
    router_id: Option<String>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    username: Option<String>,
    service_type: Option<String>,
    fingerprint: Option<String>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Deserialize)]
struct Confirm {
    remove: Option<usize>,
    #[serde(flatten)]
    unknown: Unknown,
}

/// `POST /api/mikrotik/drift/resolve`
pub(crate) async fn resolve(
    State(aaa): Aaa,
    SignedIn(operator): SignedIn,
    Json(body): Json<Resolve>,
) -> Result<impl IntoResponse, Failure> {
    let request = body.read()?;
    // The work goes on when the caller hangs up: an account that is half ours helps nobody.
    let done = tokio::spawn(async move { aaa.resolve_drift(&operator, request).await });
    Ok(axum::Json(finished(done).await?))
}

impl Resolve {
    fn read(self) -> Result<ResolveDrift, Problem> {
        let Self { items, action, confirm, router_id, unknown } = self;
        refuse_unknown("", &unknown)?;
        check_router(router_id.as_deref())?;
        let missing = |pointer: &str, detail: &str| Problem::member(Code::MissingField, pointer, detail);
        let items = items.ok_or_else(|| missing("/items", "Say which rows."))?;
        let items = items.into_iter().enumerate().map(|(at, item)| item.read(&format!("/items/{at}")));
        Ok(ResolveDrift {
            items: items.collect::<Result<_, _>>()?,
            action: action.ok_or_else(|| missing("/action", "Say what to do: adopt, overwrite, ignore or remove."))?,
            confirmed: confirm.map(Confirm::read).transpose()?.flatten(),
        })
    }
}

impl Item {
    fn read(self, at: &str) -> Result<DriftItem, Problem> {
        let Self { username, service_type, fingerprint, unknown } = self;
        refuse_unknown(at, &unknown)?;
        let missing = || Problem::member(Code::MissingField, &format!("{at}/username"), "Username is required");
        Ok(DriftItem {
            username: username.ok_or_else(missing)?,
            service: service(service_type.as_deref())?,
            fingerprint,
        })
    }
}

impl Confirm {
    fn read(self) -> Result<Option<usize>, Problem> {
        let Self { remove, unknown } = self;
        refuse_unknown("/confirm", &unknown)?;
        Ok(remove)
    }
}

#[cfg(test)]
mod tests {
    use domain::customer::ServiceType;

    use super::*;

    fn read(body: &str) -> Result<ResolveDrift, Problem> {
        serde_json::from_str::<Resolve>(body).unwrap().read()
    }

    #[test]
    fn a_choice_names_its_rows_and_a_removal_how_many() {
        let body = r#"{"items":[{"username":"ana"},{"username":"eva","serviceType":"hotspot","fingerprint":"drf_1"}],
                       "action":"remove","confirm":{"remove":2}}"#;
        let ResolveDrift { items, action, confirmed } = read(body).unwrap();
        assert_eq!((action, confirmed), (DriftAction::Remove, Some(2)));
        let services: Vec<_> = items.iter().map(|item| (item.username.as_str(), item.service)).collect();
        assert_eq!(services, [("ana", ServiceType::Pppoe), ("eva", ServiceType::Hotspot)]);
        assert_eq!(items[1].fingerprint.as_deref(), Some("drf_1"));
    }

    #[test]
    fn what_is_missing_or_unknown_is_named() {
        for (body, code, pointer) in [
            (r#"{"action":"adopt"}"#, Code::MissingField, "/items"),
            (r#"{"items":[]}"#, Code::MissingField, "/action"),
            (r#"{"items":[{}],"action":"adopt"}"#, Code::MissingField, "/items/0/username"),
            (r#"{"items":[],"action":"adopt","force":true}"#, Code::UnknownMember, "/force"),
            (r#"{"items":[{"username":"a","id":1}],"action":"adopt"}"#, Code::UnknownMember, "/items/0/id"),
            (r#"{"items":[],"action":"remove","confirm":{"delete":1}}"#, Code::UnknownMember, "/confirm/delete"),
        ] {
            let problem = read(body).unwrap_err();
            assert_eq!((problem.code, problem.errors[0].pointer.as_deref()), (code, Some(pointer)), "{body}");
        }
    }
}
