//! Who signs in to the console, and their sign-ins.

use std::fmt;

use domain::role::{Operator, Origin, Role};
use sqlx::FromRow;

use crate::{Store, StoreError, database::transaction, sql::sql};

/// The argon2 hash of an operator's password. It cannot be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

/// An operator to add.
#[derive(Clone, Debug)]
pub struct NewOperator {
    /// Identifier.
    pub id: String,
    /// Name to sign in with.
    pub username: String,
    /// E-mail address, also to sign in with.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// The password's argon2 hash.
    pub password_hash: PasswordHash,
}

/// An operator with what it takes to check a sign-in.
#[derive(Clone, Debug)]
pub struct StoredOperator {
    /// Who.
    pub operator: Operator,
    /// The password's argon2 hash.
    pub password_hash: PasswordHash,
    /// Whether they may sign in.
    pub enabled: bool,
}

/// One sign-in and whose it is.
#[derive(Clone, Debug)]
pub struct SignIn {
    /// Who.
    pub operator: Operator,
    /// When it began, in milliseconds since 1970.
    pub created_ms: i64,
    /// When it was last used, in milliseconds since 1970.
    pub last_used_ms: i64,
}

#[derive(FromRow)]
struct OperatorRow {
    id: String,
    username: String,
    email: String,
    role: String,
    password_hash: String,
    enabled: bool,
}

#[derive(FromRow)]
struct SignInRow {
    #[sqlx(flatten)]
    operator: OperatorRow,
    session_created_ms: i64,
    last_used_ms: i64,
}

impl Store {
    /// Adds an operator.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when the name or e-mail address is in use.
    pub async fn add_operator(&self, new: &NewOperator, now_ms: i64) -> Result<(), StoreError> {
        let NewOperator { id, username, email, role, password_hash } = new;
        let add = "INSERT INTO operator (id, username, email, role, password_hash, created_ms)
                   VALUES ($1, $2, $3, $4, $5, $6)";
        let taken = |error: StoreError| {
            if error.is_of_uniqueness() { StoreError::Taken(format!("{username} or {email}")) } else { error }
        };
        transaction!(self, |tx| {
            let row = sql(add).bind(id).bind(username).bind(email).bind(role.to_string());
            row.bind(password_hash.expose()).bind(now_ms).run(tx).await.map_err(taken)?;
            Ok(())
        })
    }

    /// The operator with this name or e-mail address.
    ///
    /// # Errors
    /// The database refused.
    pub async fn operator_by_login(&self, login: &str) -> Result<Option<StoredOperator>, StoreError> {
        let by_login = "SELECT * FROM operator WHERE username = $1 OR email = $1";
        let row: Option<OperatorRow> = sql(by_login).bind(login).optional(&self.engine).await?;
        row.map(TryInto::try_into).transpose()
    }

    /// Puts a better hash of an operator's password in place of this one, where it is still theirs.
    ///
    /// # Errors
    /// The database refused.
    pub async fn improve_password_hash(
        &self,
        operator_id: &str,
        old: &PasswordHash,
        new: &PasswordHash,
    ) -> Result<(), StoreError> {
        let improve = "UPDATE operator SET password_hash = $3 WHERE id = $1 AND password_hash = $2";
        transaction!(self, |tx| {
            sql(improve).bind(operator_id).bind(old.expose()).bind(new.expose()).run(tx).await?;
            Ok(())
        })
    }

    /// Records a sign-in under the hash of its reference.
    ///
    /// # Errors
    /// The database refused.
    pub async fn begin_sign_in(&self, id: &str, operator_id: &str, now_ms: i64) -> Result<(), StoreError> {
        let begin = "INSERT INTO operator_session (id, operator_id, created_ms, last_used_ms) VALUES ($1, $2, $3, $3)";
        transaction!(self, |tx| {
            sql(begin).bind(id).bind(operator_id).bind(now_ms).run(tx).await?;
            Ok(())
        })
    }

    /// A sign-in of an operator who is still enabled.
    ///
    /// # Errors
    /// The database refused.
    pub async fn sign_in(&self, id: &str) -> Result<Option<SignIn>, StoreError> {
        let by_id = "SELECT operator.*, operator_session.created_ms AS session_created_ms, last_used_ms
                     FROM operator_session JOIN operator ON operator.id = operator_id
                     WHERE operator_session.id = $1 AND enabled";
        let row: Option<SignInRow> = sql(by_id).bind(id).optional(&self.engine).await?;
        let Some(SignInRow { operator, session_created_ms, last_used_ms }) = row else { return Ok(None) };
        let StoredOperator { operator, .. } = operator.try_into()?;
        Ok(Some(SignIn { operator, created_ms: session_created_ms, last_used_ms }))
    }

    /// Notes that a sign-in is in use.
    ///
    /// # Errors
    /// The database refused.
    pub async fn touch_sign_in(&self, id: &str, now_ms: i64) -> Result<(), StoreError> {
        transaction!(self, |tx| {
            sql("UPDATE operator_session SET last_used_ms = $2 WHERE id = $1").bind(id).bind(now_ms).run(tx).await?;
            Ok(())
        })
    }

    /// Ends a sign-in. One that is gone already is no error.
    ///
    /// # Errors
    /// The database refused.
    pub async fn end_sign_in(&self, id: &str) -> Result<(), StoreError> {
        transaction!(self, |tx| {
            sql("DELETE FROM operator_session WHERE id = $1").bind(id).run(tx).await?;
            Ok(())
        })
    }
}

impl TryFrom<OperatorRow> for StoredOperator {
    type Error = StoreError;

    fn try_from(row: OperatorRow) -> Result<Self, StoreError> {
        let OperatorRow { id, username, email, role, password_hash, enabled } = row;
        let damaged = || StoreError::Damaged { what: format!("role of operator {username}") };
        let role = role.parse().map_err(|_| damaged())?;
        Ok(Self {
            operator: Operator { id, username, email, role, origin: Origin::default() },
            password_hash: PasswordHash(password_hash),
            enabled,
        })
    }
}

impl PasswordHash {
    /// The hash itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl<T: Into<String>> From<T> for PasswordHash {
    fn from(hash: T) -> Self {
        Self(hash.into())
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}
