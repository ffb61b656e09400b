//! The key of the password hashes: random, and kept sealed, so that the hashes outlive a master key.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chacha20poly1305::{Key, aead::Generate};

use crate::{
    Keyring, Store, StoreError,
    database::transaction,
    seal::{Place, digest_of},
    sql::sql,
};

/// How every hash begins that is keyed by it. Those of version 0.1 begin with the id of a master key.
pub(crate) const HASH_PREFIX: &str = "v2.";

const NAME: &str = "password-hash";
const PLACE: Place<'_> = Place { column: "sealed_key.value_sealed", row: NAME };

/// What keys the hashes of the passwords that routers were given.
#[derive(Clone)]
pub(crate) struct HashKey([u8; 32]);

impl HashKey {
    /// A hash by which a secret is known again in its place without being kept.
    pub(crate) fn hash(&self, place: &Place<'_>, secret: &str) -> String {
        format!("{HASH_PREFIX}{}", digest_of(&self.0, place, secret))
    }

    fn random() -> Self {
        Self(Key::generate().into())
    }

    fn read(text: &str) -> Result<Self, StoreError> {
        let bytes = BASE64.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or_else(|| StoreError::Damaged { what: format!("key {NAME}") })
    }
}

impl fmt::Debug for HashKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HashKey(…)")
    }
}

/// Whether a hash of either form is that of a secret. `None` where its key is not there any more.
pub(crate) fn is_hash_of(
    hash: &str,
    place: &Place<'_>,
    secret: &str,
    key: Option<&HashKey>,
    ring: &Keyring,
) -> Option<bool> {
    if hash.starts_with(HASH_PREFIX) {
        Some(key?.hash(place, secret) == hash)
    } else {
        ring.old_hash_is_of(place, secret, hash)
    }
}

impl Store {
    /// The key, where one was ever made.
    pub(crate) async fn hash_key(&self) -> Result<Option<HashKey>, StoreError> {
        let kept = sql("SELECT value_sealed FROM sealed_key WHERE name = $1").bind(NAME).optional(&self.engine).await?;
        kept.map(|(sealed,): (String,)| self.opened(&sealed)).transpose()
    }

    /// The key, made where there is none. Of two programs that make one at once, the first one's is the key.
    pub(crate) async fn hash_key_or_new(&self, now_ms: i64) -> Result<HashKey, StoreError> {
        if let Some(key) = self.hash_key().await? {
            return Ok(key);
        }
        let sealed = self.keys.seal(&PLACE, &BASE64.encode(HashKey::random().0));
        let add = "INSERT INTO sealed_key (name, value_sealed, created_ms) VALUES ($1, $2, $3)
                   ON CONFLICT (name) DO NOTHING";
        transaction!(self, |tx| {
            sql(add).bind(NAME).bind(&sealed).bind(now_ms).run(&mut *tx).await?;
            let kept = sql("SELECT value_sealed FROM sealed_key WHERE name = $1").bind(NAME);
            let (kept,): (String,) = kept.one(tx).await?;
            self.opened(&kept)
        })
    }

    fn opened(&self, sealed: &str) -> Result<HashKey, StoreError> {
        HashKey::read(&self.keys.open(&PLACE, sealed)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Place<'_> = Place { column: "pushed_account.password_hash", row: "default/pppoe/CUS-1" };
    const B: Place<'_> = Place { column: "pushed_account.password_hash", row: "default/pppoe/CUS-2" };

    #[test]
    fn a_hash_knows_its_secret_in_its_place() {
        let (key, ring) = (HashKey::random(), Keyring::read(&"0a".repeat(32)).unwrap());
        let hash = key.hash(&A, "s");
        let is = |place: &Place<'_>, secret: &str, key: Option<&HashKey>| is_hash_of(&hash, place, secret, key, &ring);
        assert_eq!(is(&A, "s", Some(&key)), Some(true));
        assert_eq!(is(&A, "t", Some(&key)), Some(false));
        assert_eq!(is(&B, "s", Some(&key)), Some(false));
        assert_eq!(is(&A, "s", Some(&HashKey::random())), Some(false));
        assert_eq!(is(&A, "s", None), None);
    }

    #[test]
    fn a_key_is_not_printed() {
        assert_eq!(format!("{:?}", HashKey([7; 32])), "HashKey(…)");
    }
}
