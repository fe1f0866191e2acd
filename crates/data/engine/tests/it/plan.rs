//! A plan carries all that an extract follows from: another process that has nothing but its sealed
//! bytes and the releases makes the same delivery, to the byte.

use std::{collections::BTreeMap, fs, path::Path};

use varde_core::{PersonId, Randomness};
use varde_engine::{
    Release, extract,
    plan::{Plan, PlanError, PlanKey},
};

use crate::{another, world::person};

const SHARED: [u8; 32] = [5; 32];

/// Files of a folder by their names.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries.map(|e| (e.file_name().to_string_lossy().into_owned(), fs::read(e.path()).unwrap())).collect()
}

fn releases(folder: &Path) -> Vec<Release> {
    ["contact.parquet", "death.parquet"].map(|name| Release::open(&folder.join(name)).unwrap()).to_vec()
}

/// Not a test of its own: the other process. Without a folder it has nothing to do.
#[test]
fn the_other_process() {
    let Some(folder) = another::given() else { return };
    let sealed = fs::read(folder.join("plan")).unwrap();
    let plan = Plan::open(&sealed, &PlanKey::new(&SHARED).unwrap()).unwrap();
    let releases = plan.pinned(&releases(&folder)).unwrap();
    let selection = plan.select(&releases).unwrap();
    // Another amount of memory, as another machine would have.
    plan.deliver(&releases, &selection, &folder.join("there"), 1 << 14, &mut extract::silent).unwrap();
}

fn planned(folder: &Path) -> Plan {
    another::planned(folder, (400, 97), &[3, 4, 30, 60]).0
}

#[test]
fn a_second_process_makes_the_same_delivery_from_the_bytes_of_the_plan() {
    let folder = tempfile::tempdir().unwrap();
    let plan = planned(folder.path());
    let releases = plan.pinned(&releases(folder.path())).unwrap();
    let selection = plan.select(&releases).unwrap();
    assert!(selection.included.len() > 50 && !selection.excluded.is_empty());
    let ids: Vec<PersonId> = selection.concerned().iter().map(person).collect();
    let plan = plan.with_people(&selection, &ids);
    let here = folder.path().join("here");
    let made = plan.deliver(&releases, &selection, &here, 1 << 20, &mut extract::silent).unwrap();

    let sealed = plan.seal(&PlanKey::new(&SHARED).unwrap(), &Randomness::seeded(1)).unwrap();
    fs::write(folder.path().join("plan"), sealed).unwrap();
    another::run("plan::the_other_process", folder.path());
    let there = extract::read_manifest(&folder.path().join("there")).unwrap();
    assert_eq!(there, made.manifest, "the same digests");
    assert_eq!(files(&folder.path().join("there")), files(&here), "the same bytes");
}

#[test]
fn a_sealed_plan_opens_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let plan = planned(folder.path());
    let (key, other) = (PlanKey::new(&SHARED).unwrap(), PlanKey::new(&[6; 32]).unwrap());
    let sealed = plan.seal(&key, &Randomness::seeded(1)).unwrap();
    assert_eq!(Plan::open(&sealed, &key).unwrap().spec(), plan.spec());
    assert_eq!(Plan::open(&sealed, &other).unwrap_err(), PlanError::Sealed);
    assert_eq!(Plan::open(b"varde-plan-0\n", &key).unwrap_err(), PlanError::NotAPlan);
    for place in 0..sealed.len() {
        let mut altered = sealed.clone();
        altered[place] ^= 1;
        assert!(Plan::open(&altered, &key).is_err(), "the byte {place}");
        assert!(Plan::open(&sealed[..place], &key).is_err(), "cut at {place}");
    }
    let told = format!("{plan:?} {key:?}");
    assert!(!told.contains("Hjertesvikt") && !told.contains("5, 5"), "{told}");
    assert!(!sealed.windows(11).any(|bytes| bytes == b"Hjertesvikt"), "nothing of it can be read in the bytes");
}

#[test]
fn a_plan_without_everybodys_ids_is_not_carried_out() {
    let folder = tempfile::tempdir().unwrap();
    let plan = planned(folder.path());
    let releases = plan.pinned(&releases(folder.path())).unwrap();
    let selection = plan.select(&releases).unwrap();
    let there = folder.path().join("there");
    let refused = plan.deliver(&releases, &selection, &there, 1 << 20, &mut extract::silent);
    assert!(matches!(refused, Err(extract::ExtractError::People { found: 0, .. })), "{refused:?}");
    assert!(!there.exists());
    let missing = plan.pinned(&releases[..1]).unwrap_err();
    assert!(matches!(missing, PlanError::Release(_)), "{missing}");
}
