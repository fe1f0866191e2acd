//! Sealing: a permit or manifest as JWS compact serialisation (RFC 7515), signed with Ed25519
//! (RFC 8037). Anybody with the public key can open it; nobody can change it.
//!
//! Strict on purpose: one algorithm, the type named in the header (`typ`, so that a manifest can never
//! pass for a permit), no other header member, the key named by its thumbprint (RFC 7638). Sealing the
//! same thing twice gives the same text. A key that is replaced goes on verifying what it sealed: see
//! `ring`.

mod ring;

use std::{
    collections::BTreeMap,
    fmt, fs,
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use varde_core::{Problem, ProblemKind, Randomness};
use varde_jose::{Algorithm, Expected, Jws, SigningKey};

use crate::{Manifest, Permit};

/// What can be sealed.
pub trait Sealable: Serialize + DeserializeOwned {
    /// Its type in the header.
    const TYPE: &'static str;
}

impl Sealable for Permit {
    const TYPE: &'static str = "varde-permit+jws";
}

impl Sealable for Manifest {
    const TYPE: &'static str = "varde-manifest+jws";
}

/// Why something could not be sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// Not three parts of base64url, or a header that is not ours.
    #[error("this is not a sealed document of Varde: expected JWS compact serialisation signed with EdDSA")]
    NotSealed,
    /// Another type of document.
    #[error("this is a {found}, not a {expected}")]
    OtherType {
        /// What was asked for.
        expected: &'static str,
        /// What it says it is.
        found: String,
    },
    /// Signed with a key that is not known here.
    #[error("the document was sealed with a key that is not known here: fetch the access body's keys and try again")]
    UnknownKey,
    /// Changed after it was sealed.
    #[error("the seal is broken: the document was changed after it was sealed; fetch it again from the register")]
    Broken,
    /// Sealed, but by a program whose documents look different.
    #[error("the seal is whole, but the content is not what this version of varde knows")]
    Content,
    /// The key file cannot be read or written.
    #[error("the sealing key {path} cannot be read or written: check that it exists and who owns it")]
    KeyFile {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Others can read the key file.
    #[error("the sealing key {path} can be read by other users: chmod 600 it, and replace it if it was exposed")]
    Exposed {
        /// Which.
        path: PathBuf,
    },
    /// The key file holds something else.
    #[error("{path} does not hold a sealing key (64 hexadecimal digits): restore it from a backup")]
    NotAKey {
        /// Which.
        path: PathBuf,
    },
    /// The file with the keys' public halves holds something else.
    #[error(
        "{path} does not hold public keys (a JWK set): restore it from a backup, or what earlier keys sealed cannot be verified"
    )]
    NotARing {
        /// Which.
        path: PathBuf,
    },
    /// The signature could not be made.
    #[error("the document could not be sealed")]
    Sign,
}

impl Problem for SealError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::NotSealed | Self::OtherType { .. } | Self::UnknownKey | Self::Broken | Self::Content => {
                ProblemKind::Invalid
            }
            _ => ProblemKind::Internal,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotSealed => "permit.not_sealed",
            Self::OtherType { .. } => "permit.other_type",
            Self::UnknownKey => "permit.unknown_key",
            Self::Broken => "permit.broken_seal",
            Self::Content => "permit.unknown_content",
            Self::KeyFile { .. } | Self::Exposed { .. } | Self::NotAKey { .. } | Self::NotARing { .. } | Self::Sign => {
                "permit.sealing_key"
            }
        }
    }
}

/// The access body's private key. It does not print.
pub struct SealingKey {
    private: SigningKey,
    public: PublicKeys,
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey({})", self.id())
    }
}

impl SealingKey {
    /// A new key.
    pub fn generate(randomness: &Randomness) -> Result<Self, SealError> {
        Self::from_seed(&randomness.bytes())
    }

    /// The key in a file of its own, and whether it was made now; readable by its owner only.
    fn in_file(path: &Path, randomness: &Randomness) -> Result<(Self, bool), SealError> {
        let mut made = false;
        let broken = |source| SealError::KeyFile { path: path.to_owned(), source };
        let text = match fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let text = hex::encode(randomness.bytes::<32>());
                write_new(path, &text, 0o600).map_err(broken)?;
                made = true;
                text
            }
            Err(error) => return Err(broken(error)),
        };
        if fs::metadata(path).map_err(broken)?.permissions().mode() & 0o077 != 0 {
            return Err(SealError::Exposed { path: path.to_owned() });
        }
        let mut seed = [0; 32];
        let not_a_key = |_| SealError::NotAKey { path: path.to_owned() };
        hex::decode_to_slice(text.trim(), &mut seed).map_err(not_a_key)?;
        Ok((Self::from_seed(&seed)?, made))
    }

    fn from_seed(seed: &[u8; 32]) -> Result<Self, SealError> {
        let private = SigningKey::from_ed25519_seed(seed).map_err(|_| SealError::Sign)?;
        let mut public = PublicKeys::default();
        let jwk = private.public().to_jwk();
        let x = jwk.get("x").and_then(Value::as_str).ok_or(SealError::Sign)?;
        public.add(PublicKey::new(x.to_owned()))?;
        Ok(Self { private, public })
    }

    /// Seals.
    pub fn seal<T: Sealable>(&self, document: &T) -> Result<String, SealError> {
        // Written out, in this order: sealing again must give the same text.
        let header = format!(r#"{{"typ":"{}","alg":"EdDSA","kid":"{}"}}"#, T::TYPE, self.id());
        // Through a `Value`, so that members are in alphabetical order.
        let content = serde_json::to_value(document).map_err(|_| SealError::Content)?;
        self.private.sign_text(&header, &content.to_string()).map_err(|_| SealError::Sign)
    }

    /// Its id: the thumbprint (RFC 7638).
    pub fn id(&self) -> &str {
        self.private.id()
    }

    /// The public keys, with which anybody can open what this one sealed, and those before it.
    pub fn public(&self) -> &PublicKeys {
        &self.public
    }
}

/// Writes under another name first: a process killed half way leaves no half key.
fn write_new(path: &Path, text: &str, mode: u32) -> Result<(), std::io::Error> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let half = path.with_extension("new");
    let _leftover = fs::remove_file(&half);
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(&half)?;
    writeln!(file, "{text}")?;
    file.sync_all()?;
    fs::rename(&half, path)
}

/// The public keys of an access body, by thumbprint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublicKeys(BTreeMap<String, PublicKey>);

/// A public key and when it sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// 32 bytes, base64url.
    x: String,
    /// When it was taken into use, where that is known.
    pub from: Option<Timestamp>,
    /// When another one took its place; it goes on verifying what it sealed.
    pub until: Option<Timestamp>,
}

impl PublicKey {
    fn new(x: String) -> Self {
        Self { x, from: None, until: None }
    }

    /// To verify with; nothing when it is no key.
    fn verifying(&self, id: &str) -> Option<varde_jose::PublicKey> {
        varde_jose::PublicKey::from_jwk(self.jwk(id).as_object()?).ok()
    }

    /// As a JWK; `nbf` and `exp` as for historical keys in OpenID Federation 1.0, section 8.7.
    fn jwk(&self, id: &str) -> Value {
        let mut jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": self.x, "kid": id, "alg": "EdDSA", "use": "sig" });
        for (name, time) in [("nbf", self.from), ("exp", self.until)] {
            if let Some(time) = time {
                jwk[name] = time.as_second().into();
            }
        }
        jwk
    }
}

/// What a sealed document is signed with. Its type is compared before, for an error of its own; the size
/// leaves room for any number of variables and files.
const EXPECTED: Expected<'static> = Expected { types: &[], algorithms: &[Algorithm::EdDsa], largest: 64 * 1024 * 1024 };

/// The only header that is opened.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SealHeader {
    alg: String,
    typ: String,
    kid: String,
}

impl PublicKeys {
    /// Opens what one of these keys sealed.
    pub fn open<T: Sealable>(&self, sealed: &str) -> Result<T, SealError> {
        let header = sealed.split('.').next().unwrap_or_default();
        let header = varde_jose::decode(header).map_err(|_| SealError::NotSealed)?;
        let header: SealHeader = serde_json::from_slice(&header).map_err(|_| SealError::NotSealed)?;
        if header.alg != "EdDSA" || sealed.split('.').count() != 3 {
            return Err(SealError::NotSealed);
        }
        if header.typ != T::TYPE {
            return Err(SealError::OtherType { expected: T::TYPE, found: header.typ });
        }
        let key = self.0.get(&header.kid).ok_or(SealError::UnknownKey)?;
        let key = key.verifying(&header.kid).ok_or(SealError::UnknownKey)?;
        let opened = Jws::parse(sealed, &EXPECTED).and_then(|jws| jws.verify(&key)).map_err(|_| SealError::Broken)?;
        serde_json::from_value(Value::Object(opened)).map_err(|_| SealError::Content)
    }

    /// The keys as a JWK set (RFC 7517), each with when it sealed where that is known.
    pub fn jwks(&self) -> Value {
        json!({ "keys": self.0.iter().map(|(id, key)| key.jwk(id)).collect::<Vec<_>>() })
    }

    /// The keys by id, the one in use first.
    pub fn all(&self) -> Vec<(&str, &PublicKey)> {
        let mut keys: Vec<_> = self.0.iter().map(|(id, key)| (id.as_str(), key)).collect();
        keys.sort_by_key(|(_, key)| std::cmp::Reverse(key.until.unwrap_or(Timestamp::MAX)));
        keys
    }

    /// The Ed25519 keys of a JWK set. Their ids are computed, not believed.
    pub fn from_jwks(set: &Value) -> Result<Self, SealError> {
        let mut keys = Self::default();
        for key in set["keys"].as_array().ok_or(SealError::NotSealed)? {
            if let ("OKP", "Ed25519", Some(x)) =
                (key["kty"].as_str().unwrap_or_default(), key["crv"].as_str().unwrap_or_default(), key["x"].as_str())
            {
                let time = |name: &str| key[name].as_i64().and_then(|second| Timestamp::from_second(second).ok());
                keys.add(PublicKey { x: x.to_owned(), from: time("nbf"), until: time("exp") })?;
            }
        }
        Ok(keys)
    }

    /// Adds a key; its id is its thumbprint (RFC 7638 § 3, RFC 8037 § 2).
    fn add(&mut self, key: PublicKey) -> Result<String, SealError> {
        let id = key.verifying("").ok_or(SealError::NotSealed)?.thumbprint();
        self.0.insert(id.clone(), key);
        Ok(id)
    }
}
