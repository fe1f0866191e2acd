//! Real, de-identified hospital tables, when they are there.

use std::path::PathBuf;

use varde_permit::{Cohort, Granularity, Permit, RuleSet};
use varde_platform::ReleaseStatus;

use crate::{
    support::{World, system},
    world::{path, permit},
};

fn folder() -> Option<PathBuf> {
    let given = std::env::var_os("VARDE_SHARED_REAL").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/real");
    let found = given.unwrap_or(beside).join("mimic");
    if found.is_dir() {
        Some(found)
    } else {
        eprintln!("the real hospital tables are not there: set VARDE_SHARED_REAL to test with them");
        None
    }
}

#[tokio::test]
async fn real_tables_become_releases_and_an_extract() {
    let Some(folder) = folder() else { return };
    let world = World::new().await;
    for (file, table) in [
        ("ADMISSIONS.csv", "admissions"),
        ("DIAGNOSES_ICD.csv", "diagnoses"),
        ("PRESCRIPTIONS.csv", "prescriptions"),
        ("PATIENTS.csv", "patients"),
    ] {
        let request = world.request(folder.join(file), table, "subject_id", "local:mimic");
        let record = world.approved(&request).await;
        assert_eq!(record.status, ReleaseStatus::Draft, "{file}: {:?}", record.quality);
        assert_eq!(record.quality.unusable(), 0, "{file}: {:?}", record.quality.faults);
        assert!(record.people <= 100 && record.people > 50, "{file}: {}", record.people);
    }
    let rule = Cohort::HasCode { variable: path("hospital/diagnoses/icd9_code"), prefixes: vec!["4".to_owned()] };
    let variables = [
        ("hospital/admissions/admittime", Granularity::RelativeDays),
        ("hospital/diagnoses/icd9_code", Granularity::Prefix(3)),
        ("hospital/prescriptions/ndc", Granularity::AsIs),
    ];
    let period = varde_core::Period::since(jiff::civil::date(2050, 1, 1));
    let permit = Permit { rule_set: RuleSet::Norway, period, ..permit(rule, &variables, 5) };
    let id = world.prepared(&permit).await;
    let made = world.platform.make(&system(), id, None).await.unwrap();
    let manifest = made.manifest.unwrap();
    assert!(manifest.people >= 20, "{}", manifest.people);
    let codes = crate::world::rows(&world.platform.delivery(id).join("hospital_prescriptions.parquet"));
    assert!(codes.iter().any(|row| row[1].starts_with("00")), "drug codes keep their leading zeros");
}
