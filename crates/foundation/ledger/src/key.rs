//! Keys that sign checkpoints (the log's) and cosign them (a witness's), as the one-line texts of
//! C2SP signed-note: `name+id+base64` for the public half, `PRIVATE+KEY+name+id+base64` for the
//! secret one. Ed25519 only: the kept crates have no ML-DSA-44 yet (see `docs/log.md`).

use std::fmt;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::prelude::{BASE64_STANDARD, Engine};
use signed_note::Verifier;
use varde_core::Randomness;

/// What a key signs; the byte is the signature type of C2SP signed-note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    /// A log signs its checkpoint's text (type 0x01).
    Log = 0x01,
    /// A witness cosigns a checkpoint with a time (type 0x04, `cosignature/v1`).
    Witness = 0x04,
}

impl KeyKind {
    fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0x01 => Some(Self::Log),
            0x04 => Some(Self::Witness),
            _ => None,
        }
    }
}

/// The text is not a key of this kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not of the form `name+id+base64`.
    #[error("not a key: expected name+8 hexadecimal digits+base64 (C2SP signed-note)")]
    Format,
    /// The name is empty or has white space or a plus sign.
    #[error("a key's name must not be empty and must not contain white space or +")]
    Name,
    /// The id is not the digest of name and key: a digit was altered.
    #[error("the key's id does not belong to its name and key: a character was altered")]
    Id,
    /// An algorithm that is not supported.
    #[error("the key is of an unknown algorithm: only Ed25519 (types 01 and 04) is supported")]
    Algorithm,
}

/// A public key with its name: what somebody needs to check a proof.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    name: String,
    kind: KeyKind,
    key: [u8; 32],
}

impl PublicKey {
    /// Reads `name+id+base64`.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let (name, id, kind, key) = parse(text.trim())?;
        let public = Self { name, kind, key };
        if public.id() == id { Ok(public) } else { Err(KeyError::Id) }
    }

    /// The name: for a log its origin, for a witness its own.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The first four bytes of SHA-256 over name, newline, type and key.
    pub fn id(&self) -> u32 {
        signed_note::key_id(&self.name, &self.material())
    }

    /// Whether the signature is this key's over the bytes.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.key).verify(message, signature).is_ok()
    }

    fn material(&self) -> Vec<u8> {
        [&[self.kind as u8], self.key.as_slice()].concat()
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{:08x}+{}", self.name, self.id(), BASE64_STANDARD.encode(self.material()))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// How `signed_note` verifies. A witness's signature is eight bytes of POSIX time followed by the
/// Ed25519 signature over `cosignature/v1`, the time and the checkpoint (C2SP tlog-cosignature).
impl Verifier for PublicKey {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        self.id()
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self.kind {
            KeyKind::Log => self.verifies(message, signature),
            KeyKind::Witness => match signature.split_first_chunk::<8>() {
                Some((time, signature)) => {
                    let cosigned = cosigned_message(u64::from_be_bytes(*time), message);
                    self.verifies(&cosigned, signature)
                }
                None => false,
            },
        }
    }
}

/// What a witness signs: C2SP tlog-cosignature, "Ed25519 signed message".
pub(crate) fn cosigned_message(time: u64, checkpoint: &[u8]) -> Vec<u8> {
    [format!("cosignature/v1\ntime {time}\n").as_bytes(), checkpoint].concat()
}

/// A secret key. It does not print.
pub struct SecretKey {
    public: PublicKey,
    seed: [u8; 32],
    pair: Ed25519KeyPair,
}

impl SecretKey {
    /// A new key. The name of a log's key is its origin: the address it is published at without
    /// the scheme, such as `varde.example.no/log`.
    pub fn generate(name: &str, kind: KeyKind, randomness: &Randomness) -> Result<Self, KeyError> {
        Self::from_seed(name, kind, randomness.bytes())
    }

    /// Reads `PRIVATE+KEY+name+id+base64`.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let rest = text.trim().strip_prefix("PRIVATE+KEY+").ok_or(KeyError::Format)?;
        let (name, id, kind, seed) = parse(rest)?;
        let key = Self::from_seed(&name, kind, seed)?;
        if key.public.id() == id { Ok(key) } else { Err(KeyError::Id) }
    }

    /// The public half.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The secret text, for the key's file and nothing else.
    pub fn secret_text(&self) -> String {
        let material = [&[self.public.kind as u8], self.seed.as_slice()].concat();
        let encoded = BASE64_STANDARD.encode(material);
        format!("PRIVATE+KEY+{}+{:08x}+{encoded}", self.public.name, self.public.id())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        let mut signature = [0; 64];
        // An Ed25519 signature is always 64 bytes (RFC 8032, 5.1.6).
        signature.copy_from_slice(self.pair.sign(message).as_ref());
        signature
    }

    fn from_seed(name: &str, kind: KeyKind, seed: [u8; 32]) -> Result<Self, KeyError> {
        if !signed_note::is_key_name_valid(name) || name.contains(char::is_control) {
            return Err(KeyError::Name);
        }
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| KeyError::Format)?;
        let mut key = [0; 32];
        key.copy_from_slice(pair.public_key().as_ref());
        Ok(Self { public: PublicKey { name: name.to_owned(), kind, key }, seed, pair })
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.public)
    }
}

/// Splits `name+id+base64(type ‖ 32 bytes)`.
fn parse(text: &str) -> Result<(String, u32, KeyKind, [u8; 32]), KeyError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(KeyError::Format);
    };
    if !signed_note::is_key_name_valid(name) {
        return Err(KeyError::Name);
    }
    let hexadecimal = id.len() == 8 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let id = u32::from_str_radix(id, 16).ok().filter(|_| hexadecimal).ok_or(KeyError::Format)?;
    let material = BASE64_STANDARD.decode(encoded).map_err(|_| KeyError::Format)?;
    let (kind, key) = material.split_first().ok_or(KeyError::Format)?;
    let kind = KeyKind::from_byte(*kind).ok_or(KeyError::Algorithm)?;
    let key = key.try_into().map_err(|_| KeyError::Format)?;
    Ok((name.to_owned(), id, kind, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key pair in the documentation of Go's `golang.org/x/mod/sumdb/note`.
    const SECRET: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    #[test]
    fn the_published_key_pair_belongs_together() {
        let key = SecretKey::parse(SECRET).unwrap();
        assert_eq!(key.public().to_string(), PUBLIC);
        assert_eq!(key.secret_text(), SECRET);
        assert_eq!(PublicKey::parse(PUBLIC).unwrap(), *key.public());
        assert!(!format!("{key:?}").contains("PRIVATE"));
    }

    #[test]
    fn every_altered_character_of_a_key_is_refused() {
        for i in 0..PUBLIC.len() {
            let mut altered = PUBLIC.as_bytes().to_vec();
            altered[i] = if altered[i] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).unwrap();
            assert!(PublicKey::parse(&altered).is_err(), "{altered}");
        }
    }

    #[test]
    fn names_with_spaces_or_plus_are_refused() {
        let randomness = Randomness::seeded(1);
        for name in ["", "a b", "a+b", "a\nb"] {
            assert_eq!(SecretKey::generate(name, KeyKind::Log, &randomness).unwrap_err(), KeyError::Name);
        }
    }
}
