//! Secrets at rest: XChaCha20-Poly1305, each bound to the table, column and row it stands in.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, Generate, KeyInit, Payload},
};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

/// The master keys. The first one writes, all of them read, so that a key can be replaced without a stop.
#[derive(Clone)]
pub struct Keyring(Vec<MasterKey>);

#[derive(Clone)]
struct MasterKey {
    id: String,
    key: [u8; 32],
}

/// Text that is no list of keys.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a master key has 64 hexadecimal digits, several are separated by commas; make one with: openssl rand -hex 32")]
pub struct KeyringError;

/// A sealed value that cannot be opened.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SealError {
    /// Not a value that we sealed.
    #[error("the sealed value in {place} is damaged")]
    Damaged {
        /// Table, column and row.
        place: String,
    },
    /// Sealed with a key that is not in the ring.
    #[error("the sealed value in {place} needs the master key {key}, which is not configured")]
    UnknownKey {
        /// Table, column and row.
        place: String,
        /// The key's fingerprint.
        key: String,
    },
}

/// A table, a column and a row: a sealed value opens nowhere else.
pub(crate) struct Place<'a> {
    pub(crate) column: &'static str,
    pub(crate) row: &'a str,
}

impl Keyring {
    /// Reads a comma-separated list of keys.
    ///
    /// # Errors
    /// One of them has not 64 hexadecimal digits, or there is none.
    pub fn read(text: &str) -> Result<Self, KeyringError> {
        let keys: Result<Vec<_>, _> = text.split(',').map(|key| MasterKey::read(key.trim())).collect();
        keys.map(Self)
    }

    pub(crate) fn seal(&self, place: &Place<'_>, secret: &str) -> String {
        let key = self.writing();
        let nonce = XNonce::generate();
        let aad = place.to_string();
        let sealed = key
            .cipher()
            .encrypt(&nonce, Payload { msg: secret.as_bytes(), aad: aad.as_bytes() })
            .expect("a secret is far shorter than what the cipher takes");
        format!("v1.{}.{}.{}", key.id, BASE64.encode(nonce), BASE64.encode(sealed))
    }

    pub(crate) fn open(&self, place: &Place<'_>, sealed: &str) -> Result<String, SealError> {
        let damaged = || SealError::Damaged { place: place.to_string() };
        let mut parts = sealed.split('.');
        let (Some("v1"), Some(id), Some(nonce), Some(text), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(damaged());
        };
        let unknown = || SealError::UnknownKey { place: place.to_string(), key: id.to_owned() };
        let key = self.0.iter().find(|key| key.id == id).ok_or_else(unknown)?;
        let nonce: [u8; 24] = BASE64.decode(nonce).ok().and_then(|nonce| nonce.try_into().ok()).ok_or_else(damaged)?;
        let text = BASE64.decode(text).map_err(|_| damaged())?;
        let aad = place.to_string();
        let secret = key
            .cipher()
            .decrypt(&XNonce::from(nonce), Payload { msg: &text, aad: aad.as_bytes() })
            .map_err(|_| damaged())?;
        String::from_utf8(secret).map_err(|_| damaged())
    }

    /// A keyed hash by which a secret is known again without being kept.
    pub(crate) fn hash(&self, place: &Place<'_>, secret: &str) -> String {
        let key = self.writing();
        format!("{}.{}", key.id, key.hash(place, secret))
    }

    /// Whether a keyed hash is that of a secret. `None` when its key is not configured any more.
    pub(crate) fn hash_is_of(&self, place: &Place<'_>, secret: &str, hash: &str) -> Option<bool> {
        let (id, digest) = hash.split_once('.')?;
        let key = self.0.iter().find(|key| key.id == id)?;
        Some(key.hash(place, secret) == digest)
    }

    fn writing(&self) -> &MasterKey {
        self.0.first().expect("a ring is never read empty")
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| &key.id)).finish()
    }
}

impl MasterKey {
    fn read(text: &str) -> Result<Self, KeyringError> {
        if text.len() != 64 || !text.is_ascii() {
            return Err(KeyringError);
        }
        let mut key = [0; 32];
        for (at, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).map_err(|_| KeyringError)?;
        }
        Ok(Self { id: BASE64.encode(&Sha256::digest(key)[..6]), key })
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.key.into())
    }

    fn hash(&self, place: &Place<'_>, secret: &str) -> String {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.key).expect("a key of any length will do");
        mac.update(place.to_string().as_bytes());
        mac.update(&[0]);
        mac.update(secret.as_bytes());
        BASE64.encode(mac.finalize().into_bytes())
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { column, row } = self;
        write!(f, "{column} of {row}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Place<'_> = Place { column: "customer.password", row: "CUS-1" };
    const B: Place<'_> = Place { column: "customer.password", row: "CUS-2" };

    fn ring(keys: &[&str]) -> Keyring {
        Keyring::read(&keys.iter().map(|key| key.repeat(32)).collect::<Vec<_>>().join(",")).unwrap()
    }

    #[test]
    fn a_secret_opens_in_its_own_place_only() {
        let ring = ring(&["0a"]);
        let sealed = ring.seal(&A, "pâss");
        assert!(!sealed.contains("pâss"));
        assert_ne!(sealed, ring.seal(&A, "pâss"), "the same secret twice looks different");
        assert_eq!(ring.open(&A, &sealed).unwrap(), "pâss");
        assert!(matches!(ring.open(&B, &sealed), Err(SealError::Damaged { .. })));
        assert!(matches!(ring.open(&A, "v1.x.y"), Err(SealError::Damaged { .. })));
    }

    #[test]
    fn a_new_key_writes_and_the_old_one_still_reads() {
        let old = ring(&["0a"]).seal(&A, "s");
        let both = ring(&["0b", "0a"]);
        assert_eq!(both.open(&A, &old).unwrap(), "s");
        assert!(matches!(ring(&["0b"]).open(&A, &old), Err(SealError::UnknownKey { .. })));
        assert!(matches!(ring(&["0a"]).open(&A, &both.seal(&A, "s")), Err(SealError::UnknownKey { .. })));
    }

    #[test]
    fn a_hash_knows_its_secret_in_its_place() {
        let ring = ring(&["0a"]);
        let hash = ring.hash(&A, "s");
        assert_eq!(ring.hash_is_of(&A, "s", &hash), Some(true));
        assert_eq!(ring.hash_is_of(&A, "t", &hash), Some(false));
        assert_eq!(ring.hash_is_of(&B, "s", &hash), Some(false));
        assert_eq!(self::ring(&["0b"]).hash_is_of(&A, "s", &hash), None);
    }

    #[test]
    fn what_is_no_key_is_refused_and_no_key_is_printed() {
        for text in ["", "12", &"zz".repeat(32), &format!("{},", "0a".repeat(32))] {
            assert!(Keyring::read(text).is_err(), "{text}");
        }
        assert!(!format!("{:?}", ring(&["0a"])).contains("0a0a"));
    }
}
