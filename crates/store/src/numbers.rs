//! Numbers of customers and packages. None is given twice, not even after a deletion: a form that is still open
//! somewhere, or an account on a router, would mean somebody else by it.

use crate::{StoreError, engine::Tx, sql::sql};

/// What is numbered.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Customer,
    Package,
}

/// More digits are not ours, so that there is always a next number.
const MOST_DIGITS: usize = 15;

impl Kind {
    const fn prefix(self) -> &'static str {
        match self {
            Self::Customer => "CUS-",
            Self::Package => "PKG-",
        }
    }

    const fn is_taken(self) -> &'static str {
        match self {
            Self::Customer => "SELECT EXISTS (SELECT 1 FROM customer WHERE id = $1)",
            Self::Package => "SELECT EXISTS (SELECT 1 FROM package WHERE id = $1)",
        }
    }

    fn number(self, id: &str) -> Option<i64> {
        let digits = id.strip_prefix(self.prefix())?;
        let is_ours = digits.len() <= MOST_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_ours { digits.parse().ok() } else { None }
    }

    /// The next id. It stays given only where the transaction is committed.
    pub(crate) async fn next(self, tx: &mut Tx) -> Result<String, StoreError> {
        loop {
            let (number,): (i64,) =
                sql("UPDATE numbering SET highest = highest + 1 WHERE prefix = $1 RETURNING highest")
                    .bind(self.prefix())
                    .one(&mut *tx)
                    .await?;
            let id = format!("{}{number}", self.prefix());
            // Only where somebody chose a longer number than ours.
            let (taken,): (bool,) = sql(self.is_taken()).bind(&id).one(&mut *tx).await?;
            if !taken {
                return Ok(id);
            }
        }
    }

    /// Takes note of ids that somebody chose.
    pub(crate) async fn note<'a>(self, tx: &mut Tx, ids: impl IntoIterator<Item = &'a str>) -> Result<(), StoreError> {
        if let Some(number) = ids.into_iter().filter_map(|id| self.number(id)).max() {
            sql("UPDATE numbering SET highest = $2 WHERE prefix = $1 AND highest < $2")
                .bind(self.prefix())
                .bind(number)
                .run(tx)
                .await?;
        }
        Ok(())
    }
}
