//! The library `jsonwebtoken` signs what we verify and verifies what we sign. It has no ES512; the
//! vectors have.

use jsonwebtoken::{DecodingKey, EncodingKey, Header, Validation, jwk::Jwk};
use serde_json::Value;
use varde_jose::{Algorithm, Jws, SigningKey};

use crate::{EVERYTHING, key, sample};

/// What it can do too.
const SHARED: [(Algorithm, jsonwebtoken::Algorithm); 9] = [
    (Algorithm::Es256, jsonwebtoken::Algorithm::ES256),
    (Algorithm::Es384, jsonwebtoken::Algorithm::ES384),
    (Algorithm::Ps256, jsonwebtoken::Algorithm::PS256),
    (Algorithm::Ps384, jsonwebtoken::Algorithm::PS384),
    (Algorithm::Ps512, jsonwebtoken::Algorithm::PS512),
    (Algorithm::Rs256, jsonwebtoken::Algorithm::RS256),
    (Algorithm::Rs384, jsonwebtoken::Algorithm::RS384),
    (Algorithm::Rs512, jsonwebtoken::Algorithm::RS512),
    (Algorithm::EdDsa, jsonwebtoken::Algorithm::EdDSA),
];

#[test]
fn another_library_believes_what_we_sign() {
    for (ours, theirs) in SHARED {
        let key = key(ours);
        let token = key.sign("test+jwt", &sample()).expect("a token");
        let jwk: Jwk = serde_json::from_value(Value::Object(key.public().to_jwk())).expect("a JSON Web Key");
        let mut validation = Validation::new(theirs);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        let read = jsonwebtoken::decode::<Value>(&token, &DecodingKey::from_jwk(&jwk).expect("a key"), &validation);
        assert_eq!(read.expect("believed").claims, Value::Object(sample()), "{}", ours.name());
    }
}

#[test]
fn we_believe_what_another_library_signs() {
    for (ours, theirs) in SHARED {
        let key = key(ours);
        let mut header = Header::new(theirs);
        header.typ = Some("test+jwt".to_owned());
        let token = jsonwebtoken::encode(&header, &sample(), &encoding_key(&key)).expect("a token");
        let jws = Jws::parse(&token, &EVERYTHING).expect("readable");
        assert_eq!(jws.verify(key.public()), Ok(sample()), "{}", ours.name());
    }
}

#[test]
fn another_library_makes_the_same_thumbprint() {
    for (ours, _) in SHARED {
        let key = key(ours);
        let jwk: Jwk = serde_json::from_value(Value::Object(key.public().to_jwk())).expect("a JSON Web Key");
        let theirs = jwk.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256).expect("a thumbprint");
        assert_eq!(key.public().thumbprint(), theirs, "{}", ours.name());
    }
}

fn encoding_key(key: &SigningKey) -> EncodingKey {
    let der = key.to_pkcs8().expect("PKCS#8");
    match key.algorithm() {
        Algorithm::Es256 | Algorithm::Es384 => EncodingKey::from_ec_der(&der),
        Algorithm::EdDsa => EncodingKey::from_ed_der(&der),
        _ => EncodingKey::from_rsa_pkcs8_or_pkcs1(&der),
    }
}

trait Pkcs8 {
    fn from_rsa_pkcs8_or_pkcs1(der: &[u8]) -> EncodingKey;
}

impl Pkcs8 for EncodingKey {
    /// `from_rsa_der` wants PKCS#1, which lies in PKCS#8 after 26 bytes of header (RFC 5208).
    fn from_rsa_pkcs8_or_pkcs1(der: &[u8]) -> EncodingKey {
        Self::from_rsa_der(&der[26..])
    }
}
