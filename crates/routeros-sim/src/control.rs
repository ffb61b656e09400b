//! The router's world over HTTP, for whoever is not written in Rust.
//!
//! | request | body | what happens |
//! |---|---|---|
//! | `POST /dial-in`, `/hang-up` | `{"service": "pppoe", "user": "ana"}` | a customer comes or goes |
//! | `POST /add` | `{"menu": "/ppp/secret", "set": {"name": "ana"}}` | somebody adds a row in `WinBox` |
//! | `POST /edit` | `{"menu": "/ppp/secret", "id": "ana", "set": {"disabled": "yes"}}` | … or changes one |
//! | `POST /remove` | `{"menu": "/ppp/active", "id": "*8000001F"}` | … or removes one |
//! | `POST /snapshot` | | a backup is put aside: every written row |
//! | `POST /restore` | `{}` or `{"menu": "/ppp/secret"}` | rows go back to it, under their old ids |
//! | `POST /reboot` | `{}` or `{"down-millis": 60000, "ids": "keep"}` | power off, and on again; `"shift"` gives rows other ids |
//! | `POST /rtt` | `{"micros": 1000}` | every answer leaves this much later |
//! | `POST /pace` | `{"pace": "router"}` or `"none"` | how fast commands are worked off |
//! | `POST /churn` | `{"per-second": 5}` | so many lines break and are dialled again |
//! | `POST /trouble` | a [`Trouble`], `"clear"` among them | a trouble by name |
//! | `POST /script` | a [`Script`] | any trouble, at any sentence or byte |
//! | `GET /counts` | | sentences received, by command word |
//! | `GET /connections` | | `{"open": 2}`: API lines |
//! | `GET /rows?menu=/ppp/secret` | | everything in a menu, passwords included |
//!
//! Answers are JSON. What the router refuses comes back as 400 with `{"error": …}`, and so does a body that does not fit.
//!
//! Troubles by name: `"clear"`, `"refuse-connections"`, `"silent"`, `"disk-full"`, `{"drop-after": {"sentences": 3}}`,
//! `{"trap-on": {"command": …, "message": …, "times": 1}}`, `{"drop-before-reply-to": {"command": …}}`,
//! `{"fatal-on": {"command": …, "message": …}}`, `{"slow-by": {"millis": 30}}`.
//!
//! A script is `{"when": …, "what": …, "times": 1}`. `when` is `{}` or any of `"command"`, `"nth"` and `"on-line"`
//! ([`When`](crate::When)); `times` is 1 if left out, and `null` for until cleared. `what` ([`What`](crate::What)):
//!
//! | `what` | what happens to the sentence |
//! |---|---|
//! | `"swallow"` | it is neither carried out nor answered |
//! | `"cut-before"`, `"cut-after"` | the line is closed before it is carried out, or after but before the answer |
//! | `{"cut-at": {"bytes": 5}}` | … or in the middle of the answer |
//! | `{"stall": {"bytes": 5, "millis": 500}}` | nothing comes for a while in the middle of the answer |
//! | `{"garble": {"bytes": 5, "with": "reserved-prefix"}}` | other bytes come; also `"huge-prefix"`, `{"noise": {"bytes": 9, "seed": 1}}` |
//! | `{"trickle": {"millis": 1000}}` | a word at a time; with `"by": "byte"` a byte |
//! | `{"foreign-tag": {"tag": "7"}}`, `{"foreign-tag": {}}` | the answer comes under that tag, or that of the sentence before |
//! | `"twice"` | every sentence of the answer comes twice |
//! | `{"rows": {"keep": 2, "then": "no-such-item"}}` | other rows are left out; also `"done"`, and `"never"` without an end |
//! | `{"trap": {"message": …, "category": 1}}`, `"disk-full"` | it is refused |
//! | `{"instead": {"sentences": [["!done", "=ret=x", ".tag"]]}}` | these are the answer; `.tag` stands for the tag |
//! | `{"raw": {"bytes": [72, 84, 84, 80]}}` | these bytes are the answer |
//! | `{"fatal": {"message": …}}` | the session ends |
//! | `{"slow": {"millis": 30}}` | the router takes longer |
//! | `"refuse"` | from now on nobody can connect |
//! | `{"reboot": {"down-millis": 500, "ids": "keep"}}` | the router loses power instead |
//! | `{"restore": {}}`, `{"restore": {"menu": …}}` | rows go back to the snapshot just before |
//! | `{"meanwhile": {"edit": {"menu": …, "id": …, "set": …}}}` | somebody works on the router just before; also `"add"`, `"remove"`, `"dial-in"`, `"hang-up"` |

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::{Query, State, rejection::JsonRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{Ids, Pace, Refused, Script, Service, Sim, Trouble};

/// The routes, over a running router.
pub fn routes(sim: Arc<Sim>) -> Router {
    Router::new()
        .route("/dial-in", post(dial_in))
        .route("/hang-up", post(hang_up))
        .route("/add", post(add))
        .route("/edit", post(edit))
        .route("/remove", post(remove))
        .route("/snapshot", post(snapshot))
        .route("/restore", post(restore))
        .route("/reboot", post(reboot))
        .route("/rtt", post(rtt))
        .route("/pace", post(pace))
        .route("/churn", post(churn))
        .route("/trouble", post(trouble))
        .route("/script", post(script))
        .route("/counts", get(counts))
        .route("/connections", get(connections))
        .route("/rows", get(rows))
        .with_state(sim)
}

type Running = State<Arc<Sim>>;
type Body<T> = Result<Json<T>, JsonRejection>;
type Answer = Result<Json<Value>, Bad>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Customer {
    service: Service,
    user: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Add {
    menu: String,
    set: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Edit {
    menu: String,
    id: String,
    set: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Remove {
    menu: String,
    id: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Restore {
    menu: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Reboot {
    #[serde(default)]
    down_millis: u64,
    #[serde(default)]
    ids: Ids,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoundTrip {
    micros: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WorkAt {
    pace: Pace,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Churn {
    per_second: u32,
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

async fn dial_in(State(sim): Running, body: Body<Customer>) -> Answer {
    let Customer { service, user } = read(body)?;
    Ok(Json(json!({ ".id": sim.dial_in(service, &user)? })))
}

async fn hang_up(State(sim): Running, body: Body<Customer>) -> Answer {
    let Customer { service, user } = read(body)?;
    Ok(Json(json!({ "ended": sim.hang_up(service, &user) })))
}

async fn add(State(sim): Running, body: Body<Add>) -> Answer {
    let Add { menu, set } = read(body)?;
    Ok(Json(json!({ ".id": sim.add(&menu, &pairs(&set))? })))
}

async fn edit(State(sim): Running, body: Body<Edit>) -> Answer {
    let Edit { menu, id, set } = read(body)?;
    sim.edit(&menu, &id, &pairs(&set))?;
    done()
}

async fn remove(State(sim): Running, body: Body<Remove>) -> Answer {
    let Remove { menu, id } = read(body)?;
    sim.remove(&menu, &id)?;
    done()
}

async fn snapshot(State(sim): Running) -> Answer {
    sim.snapshot();
    done()
}

async fn restore(State(sim): Running, body: Body<Restore>) -> Answer {
    let Restore { menu } = read(body)?;
    sim.restore(menu.as_deref())?;
    done()
}

async fn reboot(State(sim): Running, body: Body<Reboot>) -> Answer {
    let Reboot { down_millis, ids } = read(body)?;
    sim.reboot_for(Duration::from_millis(down_millis), ids);
    done()
}

async fn rtt(State(sim): Running, body: Body<RoundTrip>) -> Answer {
    let RoundTrip { micros } = read(body)?;
    sim.set_round_trip(Duration::from_micros(micros));
    done()
}

async fn pace(State(sim): Running, body: Body<WorkAt>) -> Answer {
    let WorkAt { pace } = read(body)?;
    sim.set_pace(pace);
    done()
}

async fn churn(State(sim): Running, body: Body<Churn>) -> Answer {
    let Churn { per_second } = read(body)?;
    sim.set_churn(per_second);
    done()
}

async fn trouble(State(sim): Running, body: Body<Trouble>) -> Answer {
    sim.trouble(read(body)?);
    done()
}

async fn script(State(sim): Running, body: Body<Script>) -> Answer {
    sim.script(read(body)?);
    done()
}

async fn counts(State(sim): Running) -> Json<BTreeMap<String, u64>> {
    Json(sim.counts())
}

async fn connections(State(sim): Running) -> Json<Value> {
    Json(json!({ "open": sim.connections() }))
}

async fn rows(State(sim): Running, Query(Rows { menu }): Query<Rows>) -> Json<Vec<BTreeMap<String, String>>> {
    Json(sim.rows(&menu))
}

#[expect(clippy::unnecessary_wraps, reason = "the answer of every handler that has nothing to say")]
fn done() -> Answer {
    Ok(Json(json!({})))
}

fn pairs(set: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    set.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn read<T: DeserializeOwned>(body: Body<T>) -> Result<T, Bad> {
    body.map(|Json(body)| body).map_err(|rejection| Bad(rejection.body_text()))
}
