//! Tokens made to deceive, and tokens that are only noise.

use proptest::prelude::*;
use serde_json::{Value, json};
use varde_jose::{Algorithm, Expected, Fault, Jws, PublicKey, encode};

use crate::{EVERYTHING, key, sample};

fn refused(token: &str, expected: &Expected<'_>) -> Option<Fault> {
    Jws::parse(token, expected).err()
}

fn token(header: &Value, claims: &str) -> String {
    format!("{}.{}.{}", encode(header.to_string()), encode(claims), encode("signature"))
}

#[test]
fn no_algorithm_and_symmetric_ones_are_refused() {
    for name in ["none", "None", "HS256", "HS512", "es256", "ES256K", "RSA-OAEP", ""] {
        let token = token(&json!({ "alg": name, "typ": "test+jwt" }), "{}");
        assert_eq!(refused(&token, &EVERYTHING), Some(Fault::Algorithm), "{name}");
    }
    assert_eq!(refused(&token(&json!({ "typ": "test+jwt" }), "{}"), &EVERYTHING), Some(Fault::Algorithm));
    assert_eq!(refused(&token(&json!({ "alg": 1 }), "{}"), &EVERYTHING), Some(Fault::Header));
}

#[test]
fn only_what_the_purpose_takes_is_taken() {
    let key = key(Algorithm::Es256);
    let token = key.sign("test+jwt", &sample()).expect("a token");
    let only = |types, algorithms| Expected { types, algorithms, largest: 4096 };
    assert_eq!(refused(&token, &only(&["test+jwt"], &[Algorithm::EdDsa])), Some(Fault::Algorithm));
    assert_eq!(refused(&token, &only(&["dpop+jwt"], &Algorithm::STRONG)), Some(Fault::Type));
    assert_eq!(refused(&token, &only(&["JWT", "TEST+jwt"], &Algorithm::STRONG)), None);
    assert_eq!(refused(&token, &only(&[], &Algorithm::STRONG)), None);
    assert_eq!(refused(&token, &Expected { largest: token.len() - 1, ..EVERYTHING }), Some(Fault::TooLarge));
    let long = key.sign("application/test+jwt", &sample()).expect("a token");
    assert_eq!(refused(&long, &EVERYTHING), None);
    let untyped = key.sign_with(&json!({ "kid": "k" }), &sample()).expect("a token");
    assert_eq!(refused(&untyped, &EVERYTHING), Some(Fault::Type));
}

#[test]
fn critical_extensions_are_refused() {
    let header = json!({ "alg": "ES256", "typ": "test+jwt", "crit": ["b64"], "b64": false });
    assert_eq!(refused(&token(&header, "{}"), &EVERYTHING), Some(Fault::Critical));
}

#[test]
fn members_named_twice_are_refused() {
    let twice = encode(r#"{"alg":"ES256","typ":"test+jwt","alg":"none"}"#);
    assert_eq!(refused(&format!("{twice}.{}.", encode("{}")), &EVERYTHING), Some(Fault::DuplicateMember));
    let claims = token(&json!({ "alg": "ES256", "typ": "test+jwt" }), r#"{"aud":"a","aud":"b"}"#);
    assert_eq!(refused(&claims, &EVERYTHING), Some(Fault::DuplicateMember));
}

#[test]
fn other_forms_are_refused() {
    let good = key(Algorithm::Es256).sign("test+jwt", &sample()).expect("a token");
    for (text, fault) in [
        (String::new(), Fault::NotCompact),
        ("a.b".to_owned(), Fault::NotCompact),
        (format!("{good}.x"), Fault::NotCompact),
        (format!("{good}="), Fault::Encoding),
        (format!(" {good}"), Fault::Encoding),
        (format!("{good}\n"), Fault::Encoding),
        (format!("{}.e30.e30", encode("[]")), Fault::NotAnObject),
    ] {
        assert_eq!(refused(&text, &EVERYTHING), Some(fault), "{text}");
    }
}

#[test]
fn a_proof_needs_the_public_key_that_signed_it() {
    let key = key(Algorithm::Es256);
    let proof = |header: Value| key.sign_with(&header, &sample()).expect("a proof");
    let verify = |text: &str| Jws::parse(text, &EVERYTHING).and_then(Jws::verify_by_own_key);
    let jwk = key.public().to_jwk();
    let good = proof(json!({ "typ": "test+jwt", "jwk": jwk }));
    let (own, claims) = verify(&good).expect("a proof");
    assert_eq!((own.thumbprint().as_str(), claims), (key.id(), sample()));

    assert_eq!(verify(&proof(json!({ "typ": "test+jwt" }))).err(), Some(Fault::NoKey));
    assert_eq!(verify(&proof(json!({ "typ": "test+jwt", "jwk": "text" }))).err(), Some(Fault::NotAKey));
    let mut private = jwk.clone();
    private.insert("d".to_owned(), json!("AQAB"));
    assert_eq!(verify(&proof(json!({ "typ": "test+jwt", "jwk": private }))).err(), Some(Fault::PrivateKey));
    let symmetric = json!({ "kty": "oct", "k": "AQAB" });
    assert_eq!(verify(&proof(json!({ "typ": "test+jwt", "jwk": symmetric }))).err(), Some(Fault::SymmetricKey));
    let other = crate::key(Algorithm::Es256).public().to_jwk();
    assert_eq!(verify(&proof(json!({ "typ": "test+jwt", "jwk": other }))).err(), Some(Fault::Signature));
}

#[test]
fn a_changed_byte_breaks_every_signature() {
    for algorithm in Algorithm::ALL {
        let key = key(algorithm);
        let token = key.sign("test+jwt", &sample()).expect("a token");
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).expect("ASCII");
            let verdict = Jws::parse(&changed, &EVERYTHING).and_then(|jws| jws.verify(key.public()));
            assert!(verdict.is_err(), "{} at {at}", algorithm.name());
        }
    }
}

proptest! {
    /// Noise is refused, never a panic.
    #[test]
    fn noise_is_refused(text in "\\PC{0,200}", parts in prop::collection::vec("[A-Za-z0-9_-]{0,80}", 0..5)) {
        prop_assert!(Jws::parse(&text, &EVERYTHING).is_err());
        let _ = Jws::parse(&parts.join("."), &EVERYTHING);
    }

    /// So are keys that are only noise, and keys with noise in their members.
    #[test]
    fn noisy_keys_are_refused(member in "kty|crv|x|y|n|e|use|alg|kid|key_ops", noise in any::<Noise>()) {
        let mut jwk = key(Algorithm::Es256).public().to_jwk();
        jwk.insert(member, noise.0);
        let _ = PublicKey::from_jwk(&jwk);
    }

    /// JSON that two readers could read differently never comes through.
    #[test]
    fn whatever_is_read_reads_the_same_again(text in r#"\{("[a-c]":([0-9]|"[a-c]"|\{("[a-b]":1,?){0,2}\}),?){0,4}\}"#) {
        if let Ok(members) = varde_jose::parse_object(text.as_bytes()) {
            let again = Value::Object(members).to_string();
            prop_assert_eq!(again.matches(':').count(), text.matches(':').count());
        }
    }
}

#[derive(Debug, Clone)]
struct Noise(Value);

impl Arbitrary for Noise {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        prop_oneof![
            Just(Value::Null),
            any::<i64>().prop_map(Value::from),
            "[A-Za-z0-9_=+/-]{0,100}".prop_map(Value::from),
            prop::collection::vec("[a-z]{0,6}", 0..3).prop_map(Value::from),
        ]
        .prop_map(Self)
        .boxed()
    }
}
