//! `/api`: each handler takes the request apart and calls one method of the services.

pub(crate) mod audit;
pub(crate) mod auth;
pub(crate) mod drift;
pub(crate) mod events;
pub(crate) mod profiles;
pub(crate) mod runs;
pub(crate) mod sessions;
pub(crate) mod sync;
pub(crate) mod test;
pub(crate) mod users;

use aaa::Services;
use std::sync::Arc;

use axum::extract::State;
use domain::wire::problem::{Code, Problem};

/// The services, as handlers take them.
type Aaa = State<Arc<Services>>;

/// A router that is named has to be the one there is.
fn check_router(named: Option<&str>) -> Result<(), Problem> {
    match named {
        None | Some("" | "default") => Ok(()),
        Some(other) => Err(Problem::new(Code::RouterNotFound, format!("There is no router {other:?}."))),
    }
}
