//! Bodies and parameters. What cannot be read is a problem that says where.

use std::{collections::HashMap, ops::RangeInclusive};

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use domain::{
    customer::ServiceType,
    timestamp::Timestamp,
    wire::problem::{Code, Problem},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::error::Category;

use crate::{auth::Caller, problem::Failure};

/// A JSON body. A missing Content-Type is taken for JSON on calls by token, as the original did not look.
pub(crate) struct Json<T>(pub(crate) T);

/// The answer to a call that went well: `success` and the report.
#[derive(Serialize)]
pub(crate) struct Success<T> {
    success: bool,
    #[serde(flatten)]
    report: T,
}

/// The query, each name once.
pub(crate) struct Params(HashMap<String, String>);

impl<T> Success<T> {
    pub(crate) const fn of(report: T) -> Self {
        Self { success: true, report }
    }
}

impl<T: Serialize> IntoResponse for Success<T> {
    fn into_response(self) -> Response {
        axum::Json(self).into_response()
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        check_type(&request)?;
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| {
            let code = match rejection.status() {
                StatusCode::PAYLOAD_TOO_LARGE => Code::TooLarge,
                _ => Code::InvalidJson,
            };
            Problem::new(code, rejection.body_text())
        })?;
        Ok(Self(serde_json::from_slice(&bytes).map_err(|error| unreadable(&error))?))
    }
}

fn unreadable(error: &serde_json::Error) -> Problem {
    match error.classify() {
        Category::Data => Problem::new(Code::InvalidBody, format!("The body cannot be used: {error}.")),
        Category::Syntax | Category::Eof | Category::Io => {
            Problem::new(Code::InvalidJson, format!("The body is not JSON: {error}."))
        }
    }
}

fn check_type(request: &Request) -> Result<(), Problem> {
    let named = request.headers().get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default());
    let by_token = request.extensions().get::<Caller>().is_none_or(|caller| caller.reference.is_none());
    let is_json =
        |name: &str| name.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"));
    match named {
        None if by_token => Ok(()),
        Some(name) if is_json(name) => Ok(()),
        _ => Err(Problem::new(Code::UnsupportedMediaType, "Send the body as application/json.")),
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let mut params = HashMap::new();
        for (name, value) in form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
            let code = if name == "type" { Code::InvalidServiceType } else { Code::InvalidParameter };
            if params.insert(name.clone().into_owned(), value.into_owned()).is_some() {
                return Err(Problem::new(code, format!("The parameter {name} is given twice.")).into());
            }
        }
        Ok(Self(params))
    }
}

impl Params {
    /// A parameter that is set to something.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// `type`: pppoe where nothing is said.
    pub(crate) fn service(&self) -> Result<ServiceType, Problem> {
        service(self.get("type"))
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Result<Option<T>, Problem> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let found = words.iter().find(|(word, _)| *word == value).map(|(_, meaning)| *meaning);
        let known = || words.iter().map(|(word, _)| *word).collect::<Vec<_>>().join(", ");
        found.map(Some).ok_or_else(|| {
            Problem::new(Code::InvalidParameter, format!("{name}={value:?} is not known; use one of: {}.", known()))
        })
    }

    /// A whole number within bounds.
    pub(crate) fn number(&self, name: &str, bounds: RangeInclusive<usize>) -> Result<Option<usize>, Problem> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = value.parse().ok().filter(|number| bounds.contains(number));
        let (from, to) = (bounds.start(), bounds.end());
        let detail = || format!("{name}={value:?} is no whole number from {from} to {to}.");
        number.map(Some).ok_or_else(|| Problem::new(Code::InvalidParameter, detail()))
    }

    /// A point in time.
    pub(crate) fn time(&self, name: &str) -> Result<Option<Timestamp>, Problem> {
        let read = |text: &str| {
            let detail = || format!("{name}={text:?} is no time; write it like 2026-01-05T09:12:44Z.");
            text.parse().map_err(|_| Problem::new(Code::InvalidParameter, detail()))
        };
        self.get(name).map(read).transpose()
    }

    /// `true` or `false`.
    pub(crate) fn flag(&self, name: &str) -> Result<Option<bool>, Problem> {
        self.choice(name, &[("true", true), ("false", false)])
    }
}

/// A service type as callers write it.
pub(crate) fn service(text: Option<&str>) -> Result<ServiceType, Problem> {
    text.unwrap_or_default().parse().map_err(|error: domain::customer::UnknownServiceType| {
        Problem::new(Code::InvalidServiceType, error.to_string())
    })
}

/// Members of a body that nobody knows, gathered by `#[serde(flatten)]`.
pub(crate) type Unknown = serde_json::Map<String, serde_json::Value>;

/// Refuses them, as endpoints of ours do: a slip of the pen must not be taken for silence.
pub(crate) fn refuse_unknown(within: &str, unknown: &Unknown) -> Result<(), Problem> {
    match unknown.keys().next() {
        None => Ok(()),
        Some(name) => {
            let detail = format!("Nobody knows the member {name:?}.");
            Err(Problem::member(Code::UnknownMember, &format!("{within}/{name}"), detail))
        }
    }
}
