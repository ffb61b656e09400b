//! The router's world over HTTP, for whoever is not written in Rust.
//!
//! `POST /dial-in`, `/hang-up`, `/edit`, `/reboot`, `/trouble`; `GET /counts`, `/rows?menu=/ppp/secret`.
//! What the router refuses comes back as 400 with `{"error": …}`.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{Query, State, rejection::JsonRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{Refused, Service, Sim, Trouble};

/// The routes, over a running router.
pub fn routes(sim: Arc<Sim>) -> Router {
    Router::new()
        .route("/dial-in", post(dial_in))
        .route("/hang-up", post(hang_up))
        .route("/edit", post(edit))
        .route("/reboot", post(reboot))
        .route("/trouble", post(trouble))
        .route("/counts", get(counts))
        .route("/rows", get(rows))
        .with_state(sim)
}

type Running = State<Arc<Sim>>;
type Body<T> = Result<Json<T>, JsonRejection>;

#[derive(Deserialize)]
struct Customer {
    service: Service,
    user: String,
}

#[derive(Deserialize)]
struct Edit {
    menu: String,
    id: String,
    set: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Rows {
    menu: String,
}

/// A refusal as 400.
struct Bad(String);

impl IntoResponse for Bad {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({ "error": self.0 }))).into_response()
    }
}

impl From<Refused> for Bad {
    fn from(refused: Refused) -> Self {
        Self(refused.message)
    }
}

async fn dial_in(State(sim): Running, body: Body<Customer>) -> Result<Json<Value>, Bad> {
    let Customer { service, user } = read(body)?;
    Ok(Json(json!({ ".id": sim.dial_in(service, &user)? })))
}

async fn hang_up(State(sim): Running, body: Body<Customer>) -> Result<Json<Value>, Bad> {
    let Customer { service, user } = read(body)?;
    Ok(Json(json!({ "ended": sim.hang_up(service, &user) })))
}

async fn edit(State(sim): Running, body: Body<Edit>) -> Result<Json<Value>, Bad> {
    let Edit { menu, id, set } = read(body)?;
    let set: Vec<(&str, &str)> = set.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    sim.edit(&menu, &id, &set)?;
    Ok(Json(json!({})))
}

async fn reboot(State(sim): Running) -> Json<Value> {
    sim.reboot();
    Json(json!({}))
}

async fn trouble(State(sim): Running, body: Body<Trouble>) -> Result<Json<Value>, Bad> {
    sim.trouble(read(body)?);
    Ok(Json(json!({})))
}

async fn counts(State(sim): Running) -> Json<BTreeMap<String, u64>> {
    Json(sim.counts())
}

async fn rows(State(sim): Running, Query(Rows { menu }): Query<Rows>) -> Json<Vec<BTreeMap<String, String>>> {
    Json(sim.rows(&menu))
}

fn read<T: DeserializeOwned>(body: Body<T>) -> Result<T, Bad> {
    body.map(|Json(body)| body).map_err(|rejection| Bad(rejection.body_text()))
}
