//! Clients, and requests signed ahead: signing must not be part of what is measured.

use anyhow::{Context as _, Result};
use serde_json::{Map, Value, json};
use varde_core::{Clock as _, Randomness, SystemClock, identifier::OrganisationNumber};
use varde_jose::{Algorithm, SigningKey};

/// How long a statement is good, in seconds: what HelseID takes at most, less a little.
const LIFETIME: i64 = 55;

/// A client: the key that it proves itself with, and the one its tokens are bound to.
#[derive(Debug, Clone)]
pub(super) struct Client {
    pub(super) id: String,
    pub(super) key: SigningKey,
    holder: SigningKey,
    /// For whom it acts, when it says so.
    acts_for: Option<OrganisationNumber>,
}

/// A request that is ready to be sent.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) proof: String,
    pub(super) form: String,
}

/// Where requests go.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) issuer: String,
    pub(super) token: String,
    pub(super) scope: String,
}

impl Client {
    /// One with new keys that has no id yet.
    pub(super) fn generate() -> Result<Self> {
        let key = || SigningKey::generate(Algorithm::Es256).context("a key cannot be made");
        Ok(Self { id: String::new(), key: key()?, holder: key()?, acts_for: None })
    }

    /// The same client by the id that a server knows it by.
    pub(super) fn known_as(&self, id: String) -> Self {
        Self { id, ..self.clone() }
    }

    /// The same client, acting for that organisation.
    pub(super) fn acting_for(&self, organisation: OrganisationNumber) -> Self {
        Self { acts_for: Some(organisation), ..self.clone() }
    }

    /// A request that nobody has sent before.
    pub(super) fn request(&self, target: &Target, nonce: Option<&str>) -> Result<Request> {
        let (now, randomness) = (SystemClock.now().as_second(), Randomness::from_system());
        let mut statement = json!({
            "iss": self.id, "sub": self.id, "aud": target.issuer, "jti": randomness.token(), "iat": now,
            "exp": now + LIFETIME,
        });
        if let Some(organisation) = self.acts_for {
            statement["assertion_details"] = json!([details(organisation)]);
        }
        let mut proof = json!({ "jti": randomness.token(), "htm": "POST", "htu": target.token, "iat": now });
        if let Some(nonce) = nonce {
            proof["nonce"] = nonce.into();
        }
        let kid = json!({ "typ": "client-authentication+jwt", "kid": self.key.id() });
        let jwk = json!({ "typ": "dpop+jwt", "jwk": bare(&self.holder) });
        let signed = |key: &SigningKey, header: &Value, claims: Value| -> Result<String> {
            let claims = claims.as_object().cloned().unwrap_or_default();
            key.sign_with(header, &claims).context("a request cannot be signed")
        };
        let statement = signed(&self.key, &kid, statement)?;
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("grant_type", "client_credentials")
            .append_pair("client_id", &self.id)
            .append_pair("scope", &target.scope)
            .append_pair("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            .append_pair("client_assertion", &statement)
            .finish();
        Ok(Request { proof: signed(&self.holder, &jwk, proof)?, form })
    }
}

/// How a client's statement names a main unit (HelseID's `helseid_authorization`).
fn details(organisation: OrganisationNumber) -> Value {
    json!({
        "type": "helseid_authorization",
        "practitioner_role": { "organization": { "identifier": {
            "system": "urn:oid:1.0.6523", "type": "ENH", "value": format!("NO:ORGNR:{}", organisation.as_str()),
        } } },
    })
}

/// The public half without name and use.
fn bare(key: &SigningKey) -> Map<String, Value> {
    let mut jwk = key.public().to_jwk();
    jwk.retain(|member, _| ["kty", "crv", "x", "y"].contains(&member.as_str()));
    jwk
}
