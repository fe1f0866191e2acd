//! A plan carries all that an extract follows from: another process that has nothing but its sealed
//! bytes and the releases makes the same delivery, to the byte.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use jiff::civil::date;
use varde_core::{PersonId, Randomness};
use varde_engine::{
    Exclusions, Release,
    cohort::Facts,
    extract,
    plan::{Plan, PlanError, PlanKey},
    pseudonym::ProjectKey,
};
use varde_permit::{Cohort, Exclusion, Granularity};

use crate::world::{
    KEY, bitmap, contact_schema, contacts, death_schema, deaths, path, permit, person, release, specification,
};

/// What tells the other process where everything lies.
const FOLDER: &str = "VARDE_PLAN_FOLDER";
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
    let Some(folder) = std::env::var_os(FOLDER).map(std::path::PathBuf::from) else { return };
    let sealed = fs::read(folder.join("plan")).unwrap();
    let plan = Plan::open(&sealed, &PlanKey::new(&SHARED).unwrap()).unwrap();
    let releases = plan.pinned(&releases(&folder)).unwrap();
    let selection = plan.select(&releases).unwrap();
    // Another amount of memory, as another machine would have.
    plan.deliver(&releases, &selection, &folder.join("there"), 1 << 14, &mut extract::silent).unwrap();
}

/// A plan over two releases in the folder, with opt-outs in general and in one source, and a rule about facts.
fn planned(folder: &Path) -> Plan {
    let code = |n: u32| if n.is_multiple_of(3) { "I501" } else { "J18" };
    let day = |n: u32| i16::try_from(n % 300).unwrap();
    let rows: Vec<_> = (0..400).map(|n| (n % 97, day(n), code(n), i64::from(n % 7) * 10, "0301")).collect();
    let (contact, _) = release(&folder.join("contact.parquet"), &contact_schema(), contacts(&rows));
    let (death, _) = release(&folder.join("death.parquet"), &death_schema(), deaths(&[3, 4, 30, 60]));
    let born = (date(1950, 1, 1), date(1980, 12, 31));
    let rule = Cohort::All(vec![
        Cohort::HasCode { variable: path("npr/contact/condition"), prefixes: vec!["I50".to_owned()] },
        Cohort::Not(Box::new(Cohort::Born { from: born.0, until: born.1 })),
    ]);
    let variables = [
        ("npr/contact/in_date", Granularity::RelativeDays),
        ("npr/contact/condition", Granularity::Prefix(3)),
        ("dar/death/died", Granularity::Month),
    ];
    let spec = specification(&permit(rule, &variables, 1), &[contact, death]);
    let mut exclusions = Exclusions::default();
    exclusions.everywhere(Exclusion::OptedOut, bitmap([3, 6, 90]));
    exclusions.in_source("dar", Exclusion::ConsentWithdrawn, bitmap([30]));
    let facts = Facts { born: BTreeMap::from([(born, bitmap([9, 12, 15]))]), ..Facts::default() };
    Plan::new(spec, "Hjertesvikt".to_owned(), exclusions, facts, &ProjectKey::new(&KEY))
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
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "plan::the_other_process"])
        .env(FOLDER, folder.path())
        .status()
        .unwrap();
    assert!(status.success());
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
