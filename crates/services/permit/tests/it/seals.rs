//! Seals: whoever has the public key can open them, nobody can change them.

use std::{fs, os::unix::fs::PermissionsExt};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;
use varde_core::Randomness;
use varde_permit::{Manifest, Permit, PublicKeys, SealError, SealingKey};

use crate::permit;

fn key(seed: u64) -> SealingKey {
    SealingKey::generate(&Randomness::seeded(seed)).unwrap()
}

/// The sealed text with another header and the signature left as it was.
fn with_header(sealed: &str, header: &str) -> String {
    let rest = sealed.split_once('.').unwrap().1;
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header))
}

#[test]
fn anybody_with_the_published_key_opens_it() {
    let key = key(1);
    let sealed = key.seal(&permit(1)).unwrap();
    let published = PublicKeys::from_jwks(&key.public().jwks()).unwrap();
    assert_eq!(published.open::<Permit>(&sealed).unwrap(), permit(1));
    assert_eq!(key.seal(&permit(1)).unwrap(), sealed, "the same every time");
}

#[test]
fn another_key_another_type_and_other_algorithms_are_refused() {
    let sealed = key(1).seal(&permit(1)).unwrap();
    let keys = key(1).public().clone();
    assert!(matches!(key(2).public().open::<Permit>(&sealed), Err(SealError::UnknownKey)));
    assert!(matches!(keys.open::<Manifest>(&sealed), Err(SealError::OtherType { .. })));
    assert!(matches!(keys.open::<Permit>("not a seal"), Err(SealError::NotSealed)));
    assert!(matches!(keys.open::<Permit>(""), Err(SealError::NotSealed)));
    let kid = keys.jwks()["keys"][0]["kid"].as_str().unwrap().to_owned();
    for header in [
        format!(r#"{{"alg":"none","typ":"varde-permit+jws","kid":"{kid}"}}"#),
        format!(r#"{{"alg":"HS256","typ":"varde-permit+jws","kid":"{kid}"}}"#),
        format!(r#"{{"alg":"EdDSA","typ":"varde-permit+jws","kid":"{kid}","crit":["exp"]}}"#),
    ] {
        assert!(matches!(keys.open::<Permit>(&with_header(&sealed, &header)), Err(SealError::NotSealed)), "{header}");
    }
    // A manifest's signature never passes for a permit's: the type is signed.
    let header = format!(r#"{{"typ":"varde-manifest+jws","alg":"EdDSA","kid":"{kid}"}}"#);
    assert!(matches!(keys.open::<Manifest>(&with_header(&sealed, &header)), Err(SealError::Broken)));
}

proptest! {
    #[test]
    fn a_change_of_any_character_is_found(position in any::<prop::sample::Index>(), other in "[A-Za-z0-9_.-]") {
        let key = key(1);
        let sealed = key.seal(&permit(1)).unwrap();
        let at = position.index(sealed.len());
        let changed = format!("{}{other}{}", &sealed[..at], &sealed[at + 1..]);
        prop_assume!(changed != sealed);
        prop_assert!(key.public().open::<Permit>(&changed).is_err());
    }
}

#[test]
fn the_key_file_is_made_once_and_for_its_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys/permit.key");
    let first = SealingKey::load_or_create(&path, &Randomness::seeded(1)).unwrap();
    let again = SealingKey::load_or_create(&path, &Randomness::seeded(2)).unwrap();
    assert_eq!(first.public(), again.public());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!format!("{first:?}").contains(fs::read_to_string(&path).unwrap().trim()));

    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let exposed = SealingKey::load_or_create(&path, &Randomness::seeded(1)).unwrap_err();
    assert!(matches!(exposed, SealError::Exposed { .. }), "{exposed}");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&path, "something else").unwrap();
    let damaged = SealingKey::load_or_create(&path, &Randomness::seeded(1)).unwrap_err();
    assert!(matches!(damaged, SealError::NotAKey { .. }), "{damaged}");
}
