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
    /// The first eight digits of the key's SHA-256.
    id: String,
    /// What version 0.1 called it.
    old_id: String,
    key: [u8; 32],
}

/// Text that is no list of keys.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a master key has 64 hexadecimal digits, several are separated by commas; make one with: openssl rand -hex 32")]
pub struct KeyringError;

/// A sealed value that cannot be opened.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
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
        /// The key's id, the first digits of its SHA-256.
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
        let mut named = self.named(id).peekable();
        if named.peek().is_none() {
            return Err(SealError::UnknownKey { place: place.to_string(), key: id.to_owned() });
        }
        let nonce: [u8; 24] = BASE64.decode(nonce).ok().and_then(|nonce| nonce.try_into().ok()).ok_or_else(damaged)?;
        let text = BASE64.decode(text).map_err(|_| damaged())?;
        let aad = place.to_string();
        let opened = |key: &MasterKey| {
            key.cipher().decrypt(&XNonce::from(nonce), Payload { msg: &text, aad: aad.as_bytes() }).ok()
        };
        let secret = named.find_map(opened).ok_or_else(damaged)?;
        String::from_utf8(secret).map_err(|_| damaged())
    }

    /// How every value begins that the first key sealed.
    pub(crate) fn prefix(&self) -> String {
        format!("v1.{}.", self.first_id())
    }

    /// The id of the key that writes.
    pub fn first_id(&self) -> &str {
        &self.writing().id
    }

    /// The ids of the keys, the one that writes first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|key| key.id.as_str())
    }

    /// The id of the key that sealed a value, where it is one of ours.
    pub(crate) fn id_in(&self, sealed: &str) -> Option<&str> {
        let id = sealed.split('.').nth(1)?;
        self.named(id).next().map(|key| key.id.as_str())
    }

    /// Whether a hash of version 0.1, keyed by a master key, is that of a secret. `None` where its key is not configured
    /// any more.
    pub(crate) fn old_hash_is_of(&self, place: &Place<'_>, secret: &str, hash: &str) -> Option<bool> {
        let (id, digest) = hash.split_once('.')?;
        let key = self.named(id).next()?;
        Some(digest_of(&key.key, place, secret) == digest)
    }

    /// Whether a hash of version 0.1 is keyed by the first key.
    pub(crate) fn keeps_old_hash(&self, hash: &str) -> bool {
        hash.split_once('.').is_some_and(|(id, _)| self.writing().is_called(id))
    }

    fn named(&self, id: &str) -> impl Iterator<Item = &MasterKey> {
        self.0.iter().filter(move |key| key.is_called(id))
    }

    fn writing(&self) -> &MasterKey {
        self.0.first().expect("a ring is never read empty")
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.ids()).finish()
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
        let digest = Sha256::digest(key);
        let number = digest[..4].iter().fold(0, |number: u32, byte| number << 8 | u32::from(*byte));
        Ok(Self { id: format!("{number:08x}"), old_id: BASE64.encode(&digest[..6]), key })
    }

    fn is_called(&self, id: &str) -> bool {
        self.id == id || self.old_id == id
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.key.into())
    }
}

/// A keyed hash by which a secret is known again in its place without being kept.
pub(crate) fn digest_of(key: &[u8; 32], place: &Place<'_>, secret: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length will do");
    mac.update(place.to_string().as_bytes());
    mac.update(&[0]);
    mac.update(secret.as_bytes());
    BASE64.encode(mac.finalize().into_bytes())
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

    /// What version 0.1 wrote with the key 0a0a…: its id is six bytes in base64.
    const OLD_SEALED: &str = "v1.ubB91Odx.AAECAwQFBgcICQoLDA0ODxAREhMUFRYX.Qb4vDHAK-xJimdBgtTR5UuBRdx_RRg";
    const OLD_HASH: &str = "ubB91Odx.FwpnzfvyE-RT366tufoACcXHnO2jDwAdp2cuNw7xjkE";

    #[test]
    fn what_the_first_version_wrote_is_read() {
        let ring = ring(&["0b", "0a"]);
        assert_eq!(ring.open(&A, OLD_SEALED).unwrap(), "s3cret");
        assert_eq!(ring.id_in(OLD_SEALED), ring.ids().nth(1));
        assert!(matches!(ring.open(&B, OLD_SEALED), Err(SealError::Damaged { .. })));
        assert_eq!(ring.old_hash_is_of(&A, "s3cret", OLD_HASH), Some(true));
        assert_eq!(ring.old_hash_is_of(&A, "t", OLD_HASH), Some(false));
        assert_eq!(ring.old_hash_is_of(&B, "s3cret", OLD_HASH), Some(false));
        assert!(!ring.keeps_old_hash(OLD_HASH));
        let new = self::ring(&["0b"]);
        assert_eq!(new.old_hash_is_of(&A, "s3cret", OLD_HASH), None);
        assert!(matches!(new.open(&A, OLD_SEALED), Err(SealError::UnknownKey { .. })));
    }

    #[test]
    fn a_key_is_called_by_the_first_digits_of_its_digest() {
        // printf '\x0a%.0s' {1..32} | sha256sum
        assert_eq!(ring(&["0a"]).ids().collect::<Vec<_>>(), ["b9b07dd4"]);
        assert!(ring(&["0a"]).seal(&A, "s").starts_with("v1.b9b07dd4."));
    }

    #[test]
    fn what_is_no_key_is_refused_and_no_key_is_printed() {
        for text in ["", "12", &"zz".repeat(32), &format!("{},", "0a".repeat(32))] {
            assert!(Keyring::read(text).is_err(), "{text}");
        }
        assert!(!format!("{:?}", ring(&["0a"])).contains("0a0a"));
    }
}
