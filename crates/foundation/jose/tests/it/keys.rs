//! Keys: which are taken, and which never.

use serde_json::{Value, json};
use varde_jose::{Algorithm, Fault, Jws, KeySet, PublicKey, SigningKey};

use crate::{EVERYTHING, claims, key, sample};

#[test]
fn every_algorithm_signs_and_verifies() {
    for algorithm in Algorithm::ALL {
        let key = key(algorithm);
        let token = key.sign("test+jwt", &sample()).expect("a token");
        let public = PublicKey::from_jwk(&key.public().to_jwk()).expect("a public key");
        assert_eq!(Jws::parse(&token, &EVERYTHING).expect("readable").verify(&public), Ok(sample()));
        assert_eq!(public.thumbprint(), key.id());
    }
}

#[test]
fn a_kept_key_is_the_same_key() {
    for algorithm in Algorithm::ALL {
        let key = key(algorithm);
        let kept = SigningKey::from_pkcs8(algorithm, &key.to_pkcs8().expect("PKCS#8")).expect("the key");
        assert_eq!(kept.id(), key.id());
        assert_eq!(SigningKey::from_pkcs8(algorithm, b"no key").err(), Some(Fault::NotAKey));
    }
}

#[test]
fn a_key_of_one_kind_verifies_nothing_of_another() {
    let keys = Algorithm::ALL.map(key);
    for signer in &keys {
        let token = signer.sign("test+jwt", &sample()).expect("a token");
        for other in keys.iter().filter(|other| other.algorithm() != signer.algorithm()) {
            let refused = Jws::parse(&token, &EVERYTHING).expect("readable").verify(other.public());
            assert_eq!(refused, Err(Fault::KeyMismatch), "{signer:?} with {other:?}");
        }
    }
}

#[test]
fn a_private_key_is_never_taken_for_a_public_one() {
    for algorithm in [Algorithm::Es256, Algorithm::Rs256, Algorithm::EdDsa] {
        for member in ["d", "p", "q", "dp", "dq", "qi", "oth"] {
            let mut jwk = key(algorithm).public().to_jwk();
            jwk.insert(member.to_owned(), json!("AQAB"));
            assert_eq!(PublicKey::from_jwk(&jwk).err(), Some(Fault::PrivateKey));
            let set = json!({ "keys": [jwk] }).to_string();
            assert_eq!(KeySet::parse(set.as_bytes()).err(), Some(Fault::PrivateKey));
        }
    }
}

#[test]
fn what_is_no_key_for_signatures_is_refused() {
    let good = key(Algorithm::Es256).public().to_jwk();
    let with = |member: &str, value: Value| {
        let mut jwk = good.clone();
        jwk.insert(member.to_owned(), value);
        PublicKey::from_jwk(&jwk).err()
    };
    assert_eq!(with("kty", json!("oct")), Some(Fault::SymmetricKey));
    assert_eq!(with("k", json!("AQAB")), Some(Fault::SymmetricKey));
    assert_eq!(with("kty", json!("XYZ")), Some(Fault::NotAKey));
    assert_eq!(with("kty", json!(1)), Some(Fault::NotAKey));
    assert_eq!(with("crv", json!("secp256k1")), Some(Fault::NotAKey));
    assert_eq!(with("x", json!("AQAB")), Some(Fault::NotAKey));
    assert_eq!(with("x", good["y"].clone()), Some(Fault::NotAKey), "a point that is not on the curve");
    assert_eq!(with("use", json!("enc")), Some(Fault::KeyMismatch));
    assert_eq!(with("key_ops", json!(["sign"])), Some(Fault::KeyMismatch));
    assert_eq!(with("key_ops", json!(["verify"])), None);
    assert_eq!(with("alg", json!("ES384")), Some(Fault::KeyMismatch));
    assert_eq!(with("alg", json!("HS256")), Some(Fault::KeyMismatch));
}

#[test]
fn weak_and_odd_rsa_keys_are_refused() {
    let good = key(Algorithm::Ps256).public().to_jwk();
    let with = |member: &str, bytes: Vec<u8>| {
        let mut jwk = good.clone();
        jwk.insert(member.to_owned(), json!(varde_jose::encode(bytes)));
        PublicKey::from_jwk(&jwk).err()
    };
    assert_eq!(with("n", vec![0xff; 128]), Some(Fault::NotAKey), "1024 bits");
    assert_eq!(with("n", vec![0xff; 2048]), Some(Fault::NotAKey), "16384 bits");
    assert_eq!(with("e", vec![2]), Some(Fault::NotAKey), "an even exponent");
    assert_eq!(with("e", vec![1, 0, 0, 0, 1]), Some(Fault::NotAKey), "an exponent of 33 bits");
    assert_eq!(with("e", vec![]), Some(Fault::NotAKey));
}

#[test]
fn a_key_set_finds_by_name_and_kind() {
    let (first, second, third) = (key(Algorithm::Es256), key(Algorithm::Es256), key(Algorithm::EdDsa));
    let keys = [&first, &second, &third].map(|k| Value::Object(k.public().to_jwk()));
    let mut set = json!({ "keys": keys });
    set["keys"].as_array_mut().expect("keys").push(json!({ "kty": "AKP", "alg": "ML-DSA-44", "pub": "AQAB" }));
    let set = KeySet::parse(set.to_string().as_bytes()).expect("a set; what is not known is passed over");
    assert_eq!(set.keys().len(), 3);
    assert_eq!(set.find(Some(second.id()), Algorithm::Es256).ok(), Some(second.public()));
    assert_eq!(set.find(None, Algorithm::EdDsa).ok(), Some(third.public()));
    assert_eq!(set.find(None, Algorithm::Es256).err(), Some(Fault::UnknownKey), "two, and no name to choose by");
    assert_eq!(set.find(Some("other"), Algorithm::Es256).err(), Some(Fault::UnknownKey));
    assert_eq!(set.find(Some(first.id()), Algorithm::EdDsa).err(), Some(Fault::UnknownKey));
}

#[test]
fn too_many_keys_are_refused() {
    let one = Value::Object(key(Algorithm::Es256).public().to_jwk());
    let many = claims(&json!({ "keys": vec![one; 51] }));
    assert_eq!(KeySet::from_members(&many).err(), Some(Fault::TooLarge));
}
