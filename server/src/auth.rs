//! Who is calling: a token, or the console's cookie, never both.

use std::{net::SocketAddr, sync::Arc};

use aaa::Services;
use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{HeaderMap, Method, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::{
    role::{Operator, Origin},
    wire::problem::{Code, Problem},
};

use crate::problem::{Failure, RequestId};

/// The console's cookie. `__Host-` ties it to this host, to HTTPS (or loopback) and to every path.
pub(crate) const COOKIE: &str = "__Host-netpilot";

/// What a request says of its caller.
#[derive(Clone, Default)]
pub(crate) struct Caller {
    pub(crate) operator: Option<Operator>,
    pub(crate) reference: Option<String>,
    pub(crate) token: Option<String>,
    /// Where the call comes from.
    pub(crate) origin: Origin,
}

/// An operator, or 401.
pub(crate) struct SignedIn(pub(crate) Operator);

/// Finds out who is calling, once, and refuses what another site made a browser send.
pub(crate) async fn who(State(services): State<Arc<Services>>, mut request: Request, next: Next) -> Response {
    let (credentials, origin) = (Credentials::of(&request), origin(&request));
    match credentials.caller(&services).await {
        Ok(caller) => {
            request.extensions_mut().insert(Caller { origin, ..caller });
            next.run(request).await
        }
        Err(problem) => Failure(problem).into_response(),
    }
}

/// What a request brings to show who sent it.
struct Credentials {
    authorization: Option<String>,
    reference: Option<String>,
    same_origin: bool,
}

impl Credentials {
    fn of(request: &Request) -> Self {
        let authorization = request.headers().get(header::AUTHORIZATION);
        Self {
            authorization: authorization.map(|value| value.to_str().unwrap_or_default().to_owned()),
            reference: cookie(request.headers(), COOKIE),
            same_origin: is_same_origin(request),
        }
    }

    async fn caller(self, services: &Services) -> Result<Caller, Problem> {
        match (self.authorization, self.reference) {
            (None, None) => Ok(Caller::default()),
            (Some(_), Some(_)) => {
                let detail = "Send the Authorization header or the console's cookie, not both.";
                Err(Problem::new(Code::TwoCredentials, detail))
            }
            (Some(authorization), None) => {
                let token = authorization.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
                let token = token.map(|(_, token)| token.trim().to_owned()).unwrap_or_default();
                let operator = services.operator_of_token(&token).await?;
                Ok(Caller { operator, token: Some(token), ..Caller::default() })
            }
            (None, Some(_)) if !self.same_origin => {
                Err(Problem::new(Code::CrossSite, "The request came from another site and was not carried out."))
            }
            (None, Some(reference)) => {
                let operator = services.operator_of_reference(&reference).await?;
                Ok(Caller { operator, reference: Some(reference), ..Caller::default() })
            }
        }
    }
}

/// The address that the connection shows; what a header says of it anybody can write.
fn origin(request: &Request) -> Origin {
    let address = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let request_id = request.extensions().get::<RequestId>();
    Origin {
        address: address.map(|ConnectInfo(address)| address.ip().to_string()),
        request_id: request_id.map(|RequestId(id)| id.clone()),
    }
}

impl Caller {
    /// Who calls, and from where; nobody where nobody is signed in.
    pub(crate) fn operator_here(&self) -> Option<Operator> {
        self.operator.clone().map(|operator| Operator { origin: self.origin.clone(), ..operator })
    }

    /// Whether the sign-in still holds that a long answer began with.
    ///
    /// # Errors
    /// The store failed.
    pub(crate) async fn is_still_signed_in(&self, services: &Services) -> Result<bool, Problem> {
        let operator = match (&self.reference, &self.token) {
            (Some(reference), _) => services.operator_of_reference(reference).await?,
            (None, Some(token)) => services.operator_of_token(token).await?,
            (None, None) => None,
        };
        Ok(operator.is_some() && operator == self.operator)
    }
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

/// A browser sends the cookie wherever a page of ours or of others tells it to; it also says who told it. Reading is
/// harmless, as nobody else can see the answer.
fn is_same_origin(request: &Request) -> bool {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    match (header("sec-fetch-site"), header("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == header("host"),
        (None, None) => false,
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let operator = parts.extensions.get::<Caller>().and_then(Caller::operator_here);
        operator.map(Self).ok_or_else(|| Failure(Problem::new(Code::Unauthenticated, "Unauthorized")))
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn post(headers: &[(&str, &str)]) -> Request {
        let request = Request::post("/fn/mikrotik/disconnect").header("host", "127.0.0.1:3000");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        request.body(Body::empty()).unwrap()
    }

    #[test]
    fn a_write_by_cookie_has_to_come_from_our_own_pages() {
        assert!(is_same_origin(&post(&[("sec-fetch-site", "same-origin")])));
        assert!(is_same_origin(&post(&[("origin", "http://127.0.0.1:3000")])));
        for headers in [
            &[][..],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1:3000")],
            &[("origin", "http://127.0.0.1:3001")],
            &[("origin", "null")],
        ] {
            assert!(!is_same_origin(&post(headers)), "{headers:?}");
        }
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, "a=1; __Host-netpilot=ref; b=2".parse().unwrap());
        assert_eq!(cookie(&headers, COOKIE).as_deref(), Some("ref"));
        assert_eq!(cookie(&headers, "Host-netpilot"), None);
    }
}
