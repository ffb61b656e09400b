//! Who is calling: passwords, sign-ins and their time limits.

use std::sync::Arc;

use argon2::{
    Argon2, Params,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use domain::{
    role::{Operator, Origin, Role},
    wire::{
        Myself,
        problem::{Code, Problem},
    },
};
use sha2::{Digest, Sha256};
use store::{NewOperator, PasswordHash as Kept, StoreError, StoredOperator};
use tokio::sync::OwnedSemaphorePermit;

use crate::{Services, trouble};

/// An unused sign-in ends after this long.
const IDLE_MS: i64 = 8 * 3600 * 1000;
/// Every sign-in ends after this long.
const ABSOLUTE_MS: i64 = 24 * 3600 * 1000;
/// How exactly use is noted: a write a minute is enough for a limit of hours.
const TOUCH_MS: i64 = 60 * 1000;

/// A sign-in that went well.
#[derive(Clone)]
pub struct SignedIn {
    /// Who.
    pub operator: Operator,
    /// What the browser keeps as a cookie. Only its hash is stored.
    pub reference: String,
}

impl Services {
    /// Adds an operator. For the command line, whose caller owns the machine.
    ///
    /// # Errors
    /// The password is too short or too long, or the name is taken.
    pub async fn add_operator(&self, name: &str, email: &str, role: Role, password: &str) -> Result<(), Problem> {
        let invalid = |pointer: &str, detail: &str| Err(Problem::member(Code::ValidationFailed, pointer, detail));
        if name.trim().is_empty() || name.chars().any(char::is_control) {
            return invalid("/username", "An operator needs a name.");
        }
        if !email.contains('@') || email.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return invalid("/email", "An operator needs an e-mail address.");
        }
        if !(12..=128).contains(&password.chars().count()) {
            return invalid("/password", "A password has 12 to 128 characters.");
        }
        let new = NewOperator {
            id: uuid::Uuid::now_v7().to_string(),
            username: name.to_owned(),
            email: email.to_owned(),
            role,
            password_hash: self.hash(password.to_owned()).await?.into(),
        };
        match self.store.add_operator(&new, self.clock.now_ms()).await {
            Ok(()) => {
                self.audit_command_line("operator.add", &new).await;
                Ok(())
            }
            Err(StoreError::Taken(_)) => {
                Err(Problem::new(Code::NameTaken, format!("{name} or {email} is an operator already.")))
            }
            Err(error) => Err(trouble::of_store(error)),
        }
    }

    /// Signs an operator in by name or e-mail address. An unknown name takes as long as a wrong password.
    ///
    /// # Errors
    /// `sign-in-refused`, without saying which of the two was wrong.
    pub async fn sign_in(&self, login: &str, password: &str, origin: &Origin) -> Result<SignedIn, Problem> {
        let signed_in = self.check_sign_in(login, password).await;
        self.audit_sign_in(login, origin, signed_in.as_ref().map(|signed_in| &signed_in.operator)).await;
        signed_in
    }

    async fn check_sign_in(&self, login: &str, password: &str) -> Result<SignedIn, Problem> {
        let refused = || Problem::new(Code::SignInRefused, "That name and password do not fit together.");
        if password.len() > 1024 {
            return Err(refused());
        }
        let stored = self.store.operator_by_login(login).await.map_err(trouble::of_store)?;
        let hash = stored.as_ref().map_or(NOBODYS_HASH, |stored| stored.password_hash.expose()).to_owned();
        let fits = self.fits(password.to_owned(), hash).await?;
        let Some(stored) = stored.filter(|stored| fits && stored.enabled) else {
            tracing::warn!("a sign-in was refused");
            return Err(refused());
        };
        self.improve_hash(&stored, password).await;
        let reference = BASE64.encode(self.chance.bytes());
        let begun = self.store.begin_sign_in(&reference_id(&reference), &stored.operator.id, self.clock.now_ms()).await;
        begun.map_err(trouble::of_store)?;
        Ok(SignedIn { operator: stored.operator, reference })
    }

    /// Ends a sign-in. One that has ended already is no error.
    ///
    /// # Errors
    /// The store failed.
    pub async fn sign_out(&self, reference: &str) -> Result<(), Problem> {
        self.store.end_sign_in(&reference_id(reference)).await.map_err(trouble::of_store)
    }

    /// Whose cookie this is; `None` when the sign-in has ended or never was.
    ///
    /// # Errors
    /// The store failed.
    pub async fn operator_of_reference(&self, reference: &str) -> Result<Option<Operator>, Problem> {
        self.operator_of_sign_in(&reference_id(reference)).await
    }

    /// The operator with what they may do.
    pub fn myself(operator: &Operator) -> Myself {
        Myself { operator: operator.clone(), permissions: operator.role.permissions().collect() }
    }

    pub(crate) async fn operator_of_sign_in(&self, id: &str) -> Result<Option<Operator>, Problem> {
        let now = self.clock.now_ms();
        let Some(found) = self.store.sign_in(id).await.map_err(trouble::of_store)? else { return Ok(None) };
        let has_ended = now - found.last_used_ms > IDLE_MS || now - found.created_ms > ABSOLUTE_MS;
        if has_ended || now - found.last_used_ms > TOUCH_MS {
            self.note_use(id, (!has_ended).then_some(now));
        }
        Ok((!has_ended).then_some(found.operator))
    }

    /// Notes when a sign-in was used, or that it has ended. Nobody waits for it: where the store cannot be written, who is
    /// signed in may still read.
    fn note_use(&self, id: &str, used_ms: Option<i64>) {
        let (store, id) = (self.store.clone(), id.to_owned());
        tokio::spawn(async move {
            let noted = match used_ms {
                Some(now) => store.touch_sign_in(&id, now).await,
                None => store.end_sign_in(&id).await,
            };
            if let Err(error) = noted {
                tracing::warn!(error = &error as &dyn std::error::Error, "The use of a sign-in could not be noted");
            }
        });
    }

    /// Hashes a password anew whose hash is weaker than a new one. Whoever knows it is signed in in any case.
    async fn improve_hash(&self, stored: &StoredOperator, password: &str) {
        let StoredOperator { operator, password_hash: old, enabled: _ } = stored;
        if is_strong(old) {
            return;
        }
        let improved = match self.hash(password.to_owned()).await {
            Ok(new) => {
                self.store.improve_password_hash(&operator.id, old, &new.into()).await.map_err(trouble::of_store)
            }
            Err(problem) => Err(problem),
        };
        match improved {
            Ok(()) => tracing::info!(operator = %operator.username, "Hashed a password anew, with more work"),
            Err(problem) => tracing::warn!(operator = %operator.username, %problem, "A password keeps its weaker hash"),
        }
    }

    async fn hash(&self, password: String) -> Result<String, Problem> {
        let place = self.place_to_hash().await?;
        let salt = self.chance.bytes();
        let hashed = tokio::task::spawn_blocking(move || {
            let _place = place;
            argon2().hash_password_with_salt(password.as_bytes(), &salt[..16]).map(|hash| hash.to_string())
        });
        hashed.await.map_err(|_| internal())?.map_err(|_| internal())
    }

    async fn fits(&self, password: String, hash: String) -> Result<bool, Problem> {
        let place = self.place_to_hash().await?;
        let verified = tokio::task::spawn_blocking(move || {
            let _place = place;
            PasswordHash::new(&hash).is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
        });
        verified.await.map_err(|_| internal())
    }

    /// It is held by the work itself: a caller who hangs up does not end that.
    async fn place_to_hash(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.hashing).acquire_owned().await.map_err(|_| internal())
    }
}

/// The store's name of a sign-in: whoever reads the database cannot sign in with it.
pub(crate) fn reference_id(reference: &str) -> String {
    BASE64.encode(Sha256::digest(reference))
}

/// 19 MiB and two passes, the least that OWASP's ASVS 5.0 takes of argon2id (appendix C). Where they rise, a password is
/// hashed anew as soon as its operator signs in.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;

/// Whether a hash costs what a new one does, or more.
fn is_strong(hash: &Kept) -> bool {
    let Ok(hash) = PasswordHash::new(hash.expose()) else { return false };
    let params = Params::try_from(&hash);
    hash.algorithm == argon2::ARGON2ID_IDENT
        && params.is_ok_and(|params| params.m_cost() >= MEMORY_KIB && params.t_cost() >= PASSES)
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).expect("constants within argon2's range");
    Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
}

/// The hash of a password that nobody has, with the parameters of all others.
const NOBODYS_HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn internal() -> Problem {
    Problem::new(Code::Internal, "The password could not be checked.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_hash_costs_what_every_hash_costs() {
        let hash = PasswordHash::new(NOBODYS_HASH).unwrap();
        let params = Params::try_from(&hash).unwrap();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (MEMORY_KIB, PASSES, 1));
        assert!(is_strong(&NOBODYS_HASH.into()));
    }
}
