//! ID tokens that must not be believed, each wrong in one way, beside one that is right.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use jsonwebtoken::{Algorithm, EncodingKey, Header, jwk::Jwk};
use serde_json::{Value, json};
use varde_core::LoginLevel;
use varde_identity::oidc::{Expected, IdTokenFault, Identified, verify};
use varde_jose::KeySet;

const ISSUER: &str = "https://idp.example";
const NOW: i64 = 1_795_348_800;

struct Provider {
    key: EncodingKey,
    public: Jwk,
    keys: KeySet,
}

fn key() -> EncodingKey {
    use aws_lc_rs::{
        rand::SystemRandom,
        signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
    };
    let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    EncodingKey::from_ec_der(der.as_ref())
}

fn provider() -> Provider {
    let key = key();
    let mut public = Jwk::from_encoding_key(&key, Algorithm::ES256).unwrap();
    public.common.key_id = Some("k1".to_owned());
    let keys = KeySet::parse(json!({ "keys": [public] }).to_string().as_bytes()).unwrap();
    Provider { key, public, keys }
}

/// The official example of a synthetic number (month + 80) is not needed here: any that parses is.
fn number() -> String {
    let birth = "1985-03-14".parse().unwrap();
    let rule = varde_core::identifier::Rule::Of1964;
    let individual = varde_core::identifier::individual_numbers(1985, rule);
    let mut numbers = individual.filter_map(|i| varde_core::identifier::synthetic(birth, i, rule));
    numbers.next().unwrap().digits_for_storage().to_owned()
}

fn claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "s", "aud": "varde", "iat": NOW - 1, "exp": NOW + 300, "nonce": "n-1",
        "acr": "idporten-loa-high", "pid": number(),
    })
}

fn sign(key: &EncodingKey, claims: &Value, kid: Option<&str>) -> String {
    let mut header = Header::new(Algorithm::ES256);
    header.kid = kid.map(str::to_owned);
    jsonwebtoken::encode(&header, claims, key).unwrap()
}

fn judge(provider: &Provider, token: &str) -> Result<Identified, IdTokenFault> {
    let levels = [
        ("idporten-loa-substantial".to_owned(), LoginLevel::Substantial),
        ("idporten-loa-high".to_owned(), LoginLevel::High),
    ];
    let expected = Expected {
        issuer: ISSUER,
        client_id: "varde",
        nonce: "n-1",
        levels: &levels,
        at_least: LoginLevel::High,
        not_before: Some(Timestamp::from_second(NOW).unwrap()),
        national_number_claim: "pid",
    };
    verify(token, &provider.keys, &expected, Timestamp::from_second(NOW).unwrap())
}

#[test]
fn a_token_that_is_right_is_believed() {
    let provider = provider();
    let identified = judge(&provider, &sign(&provider.key, &claims(), Some("k1"))).unwrap();
    assert_eq!(identified.level, LoginLevel::High);
    assert!(!format!("{identified:?}").contains(&number()));
    let mut many = claims();
    many["aud"] = json!(["varde"]);
    many["azp"] = json!("varde");
    assert!(judge(&provider, &sign(&provider.key, &many, None)).is_ok(), "the only key needs no name");
}

#[test]
fn a_token_with_one_wrong_claim_is_not() {
    let provider = provider();
    let cases = [
        ("iss", json!("https://idp.example/"), IdTokenFault::Issuer),
        ("iss", json!("https://evil.example"), IdTokenFault::Issuer),
        ("aud", json!("other"), IdTokenFault::Audience),
        ("aud", json!(["varde", "other"]), IdTokenFault::Audience),
        ("aud", json!([]), IdTokenFault::Audience),
        ("azp", json!("other"), IdTokenFault::Audience),
        ("exp", json!(NOW - 60), IdTokenFault::Expired),
        ("iat", json!(NOW + 120), IdTokenFault::IssuedAt),
        ("iat", json!(NOW - 7200), IdTokenFault::IssuedAt),
        ("nonce", json!("n-2"), IdTokenFault::Nonce),
        ("nonce", Value::Null, IdTokenFault::Nonce),
        ("acr", json!("idporten-loa-low"), IdTokenFault::UnknownLevel),
        ("acr", Value::Null, IdTokenFault::UnknownLevel),
        ("acr", json!("idporten-loa-substantial"), IdTokenFault::LevelTooLow),
        ("auth_time", json!(NOW - 60), IdTokenFault::NotAnew),
        ("pid", json!("12345678901"), IdTokenFault::NationalNumber),
        ("pid", Value::Null, IdTokenFault::NationalNumber),
        ("exp", json!("tomorrow"), IdTokenFault::Malformed),
    ];
    for (name, value, fault) in cases {
        let mut claims = claims();
        claims[name] = value.clone();
        let judged = judge(&provider, &sign(&provider.key, &claims, Some("k1")));
        assert_eq!(judged.err(), Some(fault), "{name} = {value}");
    }
    for name in ["iss", "aud", "exp", "iat"] {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        let judged = judge(&provider, &sign(&provider.key, &claims, Some("k1")));
        assert_eq!(judged.err(), Some(IdTokenFault::Malformed), "without {name}");
    }
}

#[test]
fn a_token_that_nobody_trusted_signed_is_not() {
    let provider = provider();
    let good = sign(&provider.key, &claims(), Some("k1"));
    assert_eq!(judge(&provider, &sign(&key(), &claims(), Some("k1"))).err(), Some(IdTokenFault::Signature));
    assert_eq!(judge(&provider, &sign(&provider.key, &claims(), Some("k2"))).err(), Some(IdTokenFault::UnknownKey));
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let (head, body) = signed.split_once('.').unwrap();
    let mut other = claims();
    other["pid"] = json!("someone else");
    let changed = format!("{head}.{}.{signature}", URL_SAFE_NO_PAD.encode(other.to_string()));
    assert_eq!(judge(&provider, &changed).err(), Some(IdTokenFault::Signature));
    let head_of = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    for (alg, tail) in [("none", ""), ("None", ""), ("HS256", signature), ("ES384", signature), ("EdDSA", signature)] {
        let token = format!("{}.{body}.{tail}", head_of(json!({ "alg": alg, "kid": "k1" })));
        assert_eq!(judge(&provider, &token).err(), Some(IdTokenFault::Algorithm), "{alg}");
    }
    // A key is for the algorithm it was published for.
    let confused = format!("{}.{body}.{signature}", head_of(json!({ "alg": "RS256", "kid": "k1" })));
    assert_eq!(judge(&provider, &confused).err(), Some(IdTokenFault::UnknownKey));
    let critical = format!("{}.{body}.{signature}", head_of(json!({ "alg": "ES256", "kid": "k1", "crit": ["x"] })));
    for token in ["", ".", "..", "a.b.c", &critical, signed] {
        assert_eq!(judge(&provider, token).err(), Some(IdTokenFault::Malformed), "{token:?}");
    }
}

#[test]
fn hmac_with_the_public_key_as_secret_is_not_taken() {
    let provider = provider();
    let public = serde_json::to_vec(&provider.public).unwrap();
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("k1".to_owned());
    let token = jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(&public)).unwrap();
    assert_eq!(judge(&provider, &token).err(), Some(IdTokenFault::Algorithm));
}
