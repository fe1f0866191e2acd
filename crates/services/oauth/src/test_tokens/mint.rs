//! Making a token and proofs to order.

use std::collections::BTreeMap;

use aws_lc_rs::hmac;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use url::{Position, Url};
use utoipa::ToSchema;
use uuid::Uuid;
use varde_core::FieldProblem;
use varde_jose::{Algorithm, Claims, PublicKey, SigningKey, encode, sha256};

use crate::{
    AuthorisationServer, Scope,
    model::claims::{LIFETIME, TYPE},
    test_tokens::{
        TestTokenError,
        fault::{ProofFault, TokenFault},
    },
};

/// The most proofs in one answer.
const MOST_PROOFS: usize = 20;
/// The most bytes that one's own claims may take.
const LARGEST_CLAIMS: usize = 8 * 1024;
/// The longest audience or client id.
const LONGEST: usize = 200;
/// How far ago or ahead a wrong time lies, in seconds.
const FAR: i64 = 3_600;

/// A token to order.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    /// The API: its short name, the `aud`.
    pub(crate) audience: String,
    /// What it opens.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    scopes: Vec<Scope>,
    /// Whether `scope` is a list, as in the national profile, instead of one text.
    #[serde(default)]
    scope_as_array: bool,
    /// The client; a made-up one without.
    #[serde(default)]
    client_id: Option<String>,
    /// Claims put over the usual ones; `null` leaves one out.
    #[serde(default)]
    #[schema(value_type = Object)]
    claims: BTreeMap<String, Value>,
    /// What is to be wrong with the token.
    #[serde(default)]
    fault: Option<TokenFault>,
    /// The requests to make proofs for, at most 20.
    #[serde(default)]
    proofs: Vec<WantedProof>,
    /// A public JSON Web Key of one's own to bind the token to. Then one makes the proofs oneself.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    key: Option<Map<String, Value>>,
}

/// A proof to order.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedProof {
    /// The method of the request, such as `GET`.
    method: String,
    /// Its whole address. Query and fragment are left out of the proof.
    #[schema(value_type = String)]
    url: Url,
    /// What is to be wrong with the proof.
    #[serde(default)]
    fault: Option<ProofFault>,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Minted {
    /// The token, for `Authorization: DPoP …`.
    access_token: String,
    /// `DPoP`.
    token_type: &'static str,
    /// The proofs in the order in which they were asked for, each for one request.
    proofs: Vec<String>,
}

impl AuthorisationServer {
    /// Makes it.
    ///
    /// # Errors
    /// [`TestTokenError::Invalid`] with what cannot be made.
    pub(crate) fn mint(&self, key: &SigningKey, wanted: &Wanted) -> Result<Minted, TestTokenError> {
        let own_key = check(wanted)?;
        let now = self.store.clock().now();
        let holder = SigningKey::generate(Algorithm::Es256)?;
        let thumbprint = own_key.map_or_else(|| holder.public().thumbprint(), |key| key.thumbprint());
        let claims = self.test_claims(wanted, &thumbprint, now);
        let access_token = sign(key, wanted.fault, &claims)?;
        let proof = |of: &WantedProof| self.test_proof(of, &holder, &access_token, now);
        let proofs = wanted.proofs.iter().map(proof).collect::<Result<_, _>>()?;
        Ok(Minted { access_token, token_type: "DPoP", proofs })
    }

    fn test_claims(&self, wanted: &Wanted, thumbprint: &str, now: Timestamp) -> Claims {
        let made = now.as_second();
        let client = wanted.client_id.clone().unwrap_or_else(|| self.fresh().to_string());
        let scopes: Vec<_> = wanted.scopes.iter().map(Scope::as_str).collect();
        let scope = if wanted.scope_as_array { json!(scopes) } else { json!(scopes.join(" ")) };
        let mut claims = Claims::new();
        let usual = [
            ("iss", json!(self.issuer)),
            ("aud", json!(wanted.audience)),
            ("sub", json!(client)),
            ("client_id", json!(client)),
            ("jti", json!(self.fresh())),
            ("iat", json!(made)),
            ("nbf", json!(made)),
            ("exp", json!(made + LIFETIME.as_secs())),
            ("cnf", json!({ "jkt": thumbprint })),
        ];
        claims.extend(usual.map(|(name, value)| (name.to_owned(), value)));
        if !scopes.is_empty() {
            claims.insert("scope".to_owned(), scope);
        }
        claims.extend(wanted.claims.clone());
        let wrong = match wanted.fault {
            Some(TokenFault::InvalidIssuer) => vec![("iss", json!("https://other-issuer.invalid"))],
            Some(TokenFault::InvalidAudience) => vec![("aud", json!("other:api"))],
            Some(TokenFault::Expired) => {
                let (begun, ended) = (made - FAR - LIFETIME.as_secs(), made - FAR);
                vec![("iat", json!(begun)), ("nbf", json!(begun)), ("exp", json!(ended))]
            }
            Some(TokenFault::InvalidSigningKey | TokenFault::MissingTyp) | None => Vec::new(),
        };
        claims.extend(wrong.into_iter().map(|(name, value)| (name.to_owned(), value)));
        claims.into_iter().filter(|(_, value)| !value.is_null()).collect()
    }

    fn test_proof(
        &self,
        wanted: &WantedProof,
        holder: &SigningKey,
        token: &str,
        now: Timestamp,
    ) -> Result<String, TestTokenError> {
        let now = now.as_second();
        let mut header = json!({ "typ": "dpop+jwt", "jwk": holder.public().to_jwk() });
        let mut claims = Claims::new();
        let usual = [
            ("jti", json!(self.fresh())),
            ("htm", json!(wanted.method)),
            ("htu", json!(&wanted.url[..Position::AfterPath])),
            ("iat", json!(now)),
            ("ath", json!(sha256(token.as_bytes()))),
        ];
        claims.extend(usual.map(|(name, value)| (name.to_owned(), value)));
        match wanted.fault {
            None => {}
            Some(ProofFault::NoHtu) => drop(claims.remove("htu")),
            Some(ProofFault::NoHtm) => drop(claims.remove("htm")),
            Some(ProofFault::NoAth) => drop(claims.remove("ath")),
            Some(ProofFault::NoJti) => drop(claims.remove("jti")),
            Some(ProofFault::IatPast) => drop(claims.insert("iat".to_owned(), json!(now - FAR))),
            Some(ProofFault::IatFuture) => drop(claims.insert("iat".to_owned(), json!(now + FAR))),
            Some(ProofFault::NoAlg) => header["alg"] = Value::Null,
            Some(ProofFault::NoJwk) => header["jwk"] = Value::Null,
            Some(ProofFault::WrongTyp) => header["typ"] = json!("JWT"),
            Some(ProofFault::PrivateKey) => header["jwk"]["d"] = json!(encode(private_half(holder)?)),
            Some(ProofFault::BadSignature) => {
                return Ok(SigningKey::generate(Algorithm::Es256)?.sign_with(&header, &claims)?);
            }
            Some(ProofFault::SymmetricAlg) => {
                header["alg"] = json!("HS256");
                return Ok(symmetric(&header, &claims, holder));
            }
        }
        Ok(holder.sign_with(&header, &claims)?)
    }

    fn fresh(&self) -> Uuid {
        varde_core::id::version_seven(&**self.store.clock(), self.store.randomness())
    }
}

fn sign(key: &SigningKey, fault: Option<TokenFault>, claims: &Claims) -> Result<String, TestTokenError> {
    let header = json!({ "typ": TYPE, "kid": key.id() });
    Ok(match fault {
        Some(TokenFault::MissingTyp) => key.sign_with(&json!({ "kid": key.id() }), claims)?,
        Some(TokenFault::InvalidSigningKey) => SigningKey::generate(key.algorithm())?.sign_with(&header, claims)?,
        _ => key.sign_with(&header, claims)?,
    })
}

/// The known attack on verifiers that let the header choose the algorithm (RFC 8725, section 2.1): the
/// public key, which everybody has, is the secret.
fn symmetric(header: &Value, claims: &Claims, holder: &SigningKey) -> String {
    let message = format!("{}.{}", encode(header.to_string()), encode(json!(claims).to_string()));
    let secret = Value::Object(holder.public().to_jwk()).to_string();
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), message.as_bytes());
    format!("{message}.{}", encode(tag.as_ref()))
}

/// The private number of a key on P-256: 32 bytes after its head in PKCS#8 (RFC 5915, section 3). The
/// key was made for one answer, so that nothing is lost by giving it away.
fn private_half(key: &SigningKey) -> Result<Vec<u8>, varde_jose::Fault> {
    const HEAD: [u8; 5] = [2, 1, 1, 4, 32];
    let der = key.to_pkcs8()?;
    let at = der.windows(HEAD.len()).position(|window| window == HEAD).ok_or(varde_jose::Fault::NotAKey)?;
    der.get(at + HEAD.len()..at + HEAD.len() + 32).map(<[u8]>::to_vec).ok_or(varde_jose::Fault::NotAKey)
}

/// The key of one's own, when everything that was asked for can be made.
fn check(wanted: &Wanted) -> Result<Option<PublicKey>, TestTokenError> {
    let mut wrong = Vec::new();
    let mut find = |field: &str, found: bool, text: &str| {
        if found {
            wrong.push(FieldProblem::new(field, text));
        }
    };
    let unfit = |text: &str| text.is_empty() || text.len() > LONGEST;
    find("audience", unfit(&wanted.audience), "oauth-test-text-wrong");
    find("client_id", wanted.client_id.as_deref().is_some_and(unfit), "oauth-test-text-wrong");
    find("claims", json!(wanted.claims).to_string().len() > LARGEST_CLAIMS, "oauth-test-claims-too-large");
    find("proofs", wanted.proofs.len() > MOST_PROOFS, "oauth-test-too-many-proofs");
    let method = |method: &str| (1..=20).contains(&method.len()) && method.bytes().all(|b| b.is_ascii_uppercase());
    find("proofs.method", wanted.proofs.iter().any(|proof| !method(&proof.method)), "oauth-test-method-wrong");
    let web = |url: &Url| matches!(url.scheme(), "http" | "https");
    find("proofs.url", wanted.proofs.iter().any(|proof| !web(&proof.url)), "oauth-test-url-wrong");
    find("proofs", wanted.key.is_some() && !wanted.proofs.is_empty(), "oauth-test-own-key-makes-proofs");
    let key = wanted.key.as_ref().map(PublicKey::from_jwk).transpose();
    find("key", key.is_err(), "oauth-test-key-wrong");
    match (key, wrong.is_empty()) {
        (Ok(key), true) => Ok(key),
        _ => Err(TestTokenError::Invalid(wrong)),
    }
}
