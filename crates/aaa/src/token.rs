//! JWTs for programs: short-lived, and good only as long as the sign-in they came from.

use std::collections::HashSet;

use domain::{
    role::Operator,
    wire::problem::{Code, Problem},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use crate::{Services, SignedIn, sign_in::reference_id};

/// Seconds by which clocks may differ.
const LEEWAY: i64 = 10;

/// Who signs tokens, and for how long.
pub struct TokenSettings {
    /// The HMAC secret, 32 bytes or more.
    pub secret: Vec<u8>,
    /// `iss`.
    pub issuer: String,
    /// `aud`.
    pub audience: String,
    /// How long one is good, in seconds.
    pub seconds: i64,
}

impl TokenSettings {
    /// The defaults of the REST contract: `netpilot` for both names, 15 minutes.
    pub fn new(secret: Vec<u8>) -> Self {
        Self { secret, issuer: "netpilot".to_owned(), audience: "netpilot".to_owned(), seconds: 900 }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Claims {
    iss: String,
    aud: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    sid: String,
    user_id: String,
    email: String,
    username: String,
    user_type: String,
}

pub(crate) struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    settings: TokenSettings,
}

impl Tokens {
    pub(crate) fn new(settings: TokenSettings) -> Self {
        let encoding = EncodingKey::from_secret(&settings.secret);
        let decoding = DecodingKey::from_secret(&settings.secret);
        Self { encoding, decoding, settings }
    }

    /// Time is checked by the clock that was handed in, not by the library's.
    fn claims(&self, token: &str, now: i64) -> Option<Claims> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation.required_spec_claims = HashSet::from(["exp", "nbf", "iss", "aud"].map(str::to_owned));
        validation.set_issuer(&[&self.settings.issuer]);
        validation.set_audience(&[&self.settings.audience]);
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation).ok()?.claims;
        (claims.nbf - LEEWAY <= now && now < claims.exp + LEEWAY).then_some(claims)
    }
}

impl Services {
    /// A token for a sign-in, and for how many seconds it is good.
    ///
    /// # Errors
    /// The token could not be signed.
    pub fn access_token(&self, signed_in: &SignedIn) -> Result<(String, i64), Problem> {
        let Operator { id, username, email, role, origin: _ } = &signed_in.operator;
        let now = self.now().as_unix();
        let TokenSettings { issuer, audience, seconds, .. } = &self.tokens.settings;
        let claims = Claims {
            iss: issuer.clone(),
            aud: audience.clone(),
            iat: now,
            nbf: now,
            exp: now + seconds,
            sid: reference_id(&signed_in.reference),
            user_id: id.clone(),
            email: email.clone(),
            username: username.clone(),
            user_type: role.to_string(),
        };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.tokens.encoding);
        let token = token.map_err(|_| Problem::new(Code::Internal, "The token could not be signed."))?;
        Ok((token, *seconds))
    }

    /// Whose token this is; `None` when it is not ours, too old, or its sign-in has ended. What the token says of the
    /// role is not believed: the store's word holds from the next call.
    ///
    /// # Errors
    /// The store failed.
    pub async fn operator_of_token(&self, token: &str) -> Result<Option<Operator>, Problem> {
        match self.tokens.claims(token, self.now().as_unix()) {
            Some(claims) => self.operator_of_sign_in(&claims.sid).await,
            None => Ok(None),
        }
    }
}
