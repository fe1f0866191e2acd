//! Seals: whoever has the public key can open them, nobody can change them.

use std::{fs, os::unix::fs::PermissionsExt};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use varde_core::Randomness;
use varde_permit::{Manifest, Permit, PublicKeys, SealError, SealingKey};

use crate::permit;

fn key(seed: u64) -> SealingKey {
    SealingKey::generate(&Randomness::seeded(seed)).unwrap()
}

fn now() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
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
    let first = SealingKey::load_or_create(&path, &Randomness::seeded(1), now()).unwrap();
    let again = SealingKey::load_or_create(&path, &Randomness::seeded(2), now()).unwrap();
    assert_eq!(first.public(), again.public());
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!format!("{first:?}").contains(fs::read_to_string(&path).unwrap().trim()));

    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let exposed = SealingKey::load_or_create(&path, &Randomness::seeded(1), now()).unwrap_err();
    assert!(matches!(exposed, SealError::Exposed { .. }), "{exposed}");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&path, "something else").unwrap();
    let damaged = SealingKey::load_or_create(&path, &Randomness::seeded(1), now()).unwrap_err();
    assert!(matches!(damaged, SealError::NotAKey { .. }), "{damaged}");
}

#[test]
fn a_key_that_is_replaced_still_verifies_what_it_sealed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seal.key");
    let randomness = Randomness::seeded(1);
    let later = now() + SignedDuration::from_hours(24);
    let old = SealingKey::load_or_create(&path, &randomness, now()).unwrap();
    let sealed = old.seal(&permit(1)).unwrap();
    let next = SealingKey::prepare_next(&path, &randomness).unwrap();
    assert_eq!(SealingKey::prepare_next(&path, &randomness).unwrap(), next, "prepared once, also after a kill");
    let new = SealingKey::take_next_into_use(&path, &randomness, later).unwrap();
    assert!(new.id() == next && new.id() != old.id());
    assert_eq!(new.public().open::<Permit>(&sealed).unwrap(), permit(1));
    let sealed_anew = new.seal(&permit(2)).unwrap();
    assert!(matches!(old.public().open::<Permit>(&sealed_anew), Err(SealError::UnknownKey)));

    let published = new.public().jwks();
    let keys = published["keys"].as_array().unwrap();
    let of = |id: &str| keys.iter().find(|k| k["kid"] == id).unwrap();
    assert_eq!((&of(old.id())["nbf"], &of(old.id())["exp"]), (&now().as_second().into(), &later.as_second().into()));
    assert!(of(new.id())["exp"].is_null() && of(new.id())["nbf"] == later.as_second());
    let fetched = PublicKeys::from_jwks(&published).unwrap();
    assert_eq!(&fetched, new.public(), "what is published says the same");
    assert_eq!(fetched.all()[0].0, new.id(), "the one in use first");
    assert!(matches!(SealingKey::take_next_into_use(&path, &randomness, later), Err(SealError::KeyFile { .. })));
}

#[test]
fn a_lost_key_file_loses_no_old_seal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("seal.key");
    let old = SealingKey::load_or_create(&path, &Randomness::seeded(1), now()).unwrap();
    let sealed = old.seal(&permit(1)).unwrap();
    fs::remove_file(&path).unwrap();
    let new = SealingKey::load_or_create(&path, &Randomness::seeded(2), now()).unwrap();
    assert_eq!(new.public().open::<Permit>(&sealed).unwrap(), permit(1));
    assert_eq!(new.public().all().len(), 2);
    fs::write(path.with_extension("ring.json"), "{}").unwrap();
    let damaged = SealingKey::load_or_create(&path, &Randomness::seeded(2), now()).unwrap_err();
    assert!(matches!(damaged, SealError::NotARing { .. }), "{damaged}");
}
