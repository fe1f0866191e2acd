//! From rows to deliveries: what must hold for every specification.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::Arc,
};

use datafusion::{arrow::array::AsArray, prelude::SessionContext};
use proptest::prelude::*;
use varde_engine::{
    Exclusions, Scan,
    cohort::Facts,
    extract::{CompileError, ExtractError, Finding, check_files, compile, exceeds},
    pseudonym::ProjectKey,
    table::GuardedTable,
};
use varde_permit::{Cohort, Exclusion, Granularity};

use crate::world::{
    Contact, KEY, bitmap, contact_schema, contacts, death_schema, deaths, extract, opened, path, permit, person,
    release, rows, specification,
};

fn pseudonym(index: u32) -> String {
    ProjectKey::new(&KEY).pseudonym(person(index)).iter().map(|b| format!("{b:02x}")).collect()
}

const VARIABLES: [(&str, Granularity); 4] = [
    ("npr/contact/in_date", Granularity::RelativeDays),
    ("npr/contact/condition", Granularity::Prefix(3)),
    ("npr/contact/age", Granularity::Band(10)),
    ("npr/contact/municipality", Granularity::Prefix(2)),
];

fn code() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["I501", "I50", "C349", "J18", "00123"])
}

fn place() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["0301", "1103", "5001"])
}

fn contact() -> impl Strategy<Value = Contact> {
    (0_u32..40, -30_i16..400, code(), 0_i64..60, place())
}

fn cohort() -> impl Strategy<Value = Cohort> {
    let has =
        |prefix: &str| Cohort::HasCode { variable: path("npr/contact/condition"), prefixes: vec![prefix.to_owned()] };
    let leaf = prop::sample::select(vec![
        Cohort::Everyone,
        has("I50"),
        has("C"),
        Cohort::Resident { areas: vec!["03".to_owned()] },
    ]);
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3).prop_map(Cohort::All),
            prop::collection::vec(inner.clone(), 1..3).prop_map(Cohort::Any),
            inner.prop_map(|c| Cohort::Not(Box::new(c))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// For every world and every specification: nobody excluded is present, no column is outside the
    /// permit, every group is large enough, and doing it again with other memory gives the same bytes.
    #[test]
    fn a_delivery_holds_what_the_permit_allows_and_nothing_else(
        rows_in in prop::collection::vec(contact(), 1..150),
        dead in prop::collection::btree_set(0_u32..40, 0..10),
        out in prop::collection::btree_set(0_u32..40, 0..8),
        withdrawn in prop::collection::btree_set(0_u32..40, 0..8),
        rule in cohort(),
        chosen in prop::sample::subsequence(VARIABLES.to_vec(), 1..=4),
        with_deaths in any::<bool>(),
        minimum in 1_u32..6,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut releases = vec![release(&folder.path().join("npr.parquet"), &contact_schema(), contacts(&rows_in)).0];
        let mut variables = chosen;
        let dead: Vec<u32> = dead.into_iter().collect();
        releases.push(release(&folder.path().join("dar.parquet"), &death_schema(), deaths(&dead)).0);
        if with_deaths {
            variables.push(("dar/death/cause", Granularity::AsIs));
        }
        let mut exclusions = Exclusions::default();
        exclusions.everywhere(Exclusion::OptedOut, bitmap(out.iter().copied()));
        exclusions.in_source("npr", Exclusion::ConsentWithdrawn, bitmap(withdrawn.iter().copied()));
        let mut facts = Facts::default();
        facts.resident.insert(vec!["03".to_owned()], bitmap(0..20));
        let permit = permit(rule, &variables, minimum);
        let spec = specification(&permit, &releases);
        prop_assert_eq!(exceeds(&spec, &permit), vec![]);
        let opened = opened(&releases);
        let one = folder.path().join("one");
        let made = match extract(&spec, &opened, &exclusions, &facts, &one, usize::MAX) {
            Err(ExtractError::Nobody { .. }) => return Ok(()),
            other => other.unwrap(),
        };
        let (selection, delivery) = made;

        // The same bytes, whatever the memory.
        let (_, again) = extract(&spec, &opened, &exclusions, &facts, &folder.path().join("two"), 1).unwrap();
        prop_assert_eq!(&delivery.manifest, &again.manifest);
        prop_assert_eq!(delivery.digest, again.digest);

        let opted_out: BTreeSet<String> = out.iter().map(|p| pseudonym(*p)).collect();
        let withdrew: BTreeSet<String> = withdrawn.iter().map(|p| pseudonym(*p)).collect();
        let mut present = BTreeSet::new();
        let mut combinations: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
        for file in delivery.manifest.files.iter().filter(|f| f.dataset.is_some()) {
            let dataset = file.dataset.as_ref().unwrap().to_string();
            for column in &file.columns[1..] {
                let permitted = variables.iter().any(|(v, _)| **v == format!("{dataset}/{column}"));
                prop_assert!(permitted, "{} is not in the permit", column);
            }
            let rows = rows(&one.join(&file.name));
            prop_assert!(rows.is_sorted_by_key(|r| r[0].clone()), "in the order of pseudonyms");
            for row in rows {
                prop_assert!(!opted_out.contains(&row[0]), "an opted-out person is present");
                prop_assert!(dataset != "npr/contact" || !withdrew.contains(&row[0]), "a withdrawn person is present");
                for (name, cell) in file.columns.iter().zip(&row).skip(1) {
                    if ["age", "municipality"].contains(&name.as_str()) {
                        combinations.entry(row[0].clone()).or_default().insert((name.clone(), cell.clone()));
                    }
                }
                combinations.entry(row[0].clone()).or_default();
                present.insert(row[0].clone());
            }
        }
        let included: BTreeSet<String> = selection.included.iter().map(pseudonym).collect();
        prop_assert_eq!(&present, &included);
        let mut sizes: BTreeMap<&BTreeSet<(String, String)>, u32> = BTreeMap::new();
        for combination in combinations.values() {
            *sizes.entry(combination).or_default() += 1;
        }
        prop_assert!(sizes.values().all(|size| *size >= minimum), "{:?}", sizes);
        for people in selection.excluded.values() {
            prop_assert!(people.is_disjoint(&selection.included));
        }
        prop_assert!(check_files(&one, &delivery.manifest).unwrap().is_empty());
    }
}

fn ten_people() -> Vec<Contact> {
    (0..10).flat_map(|p| [(p, 10, "I501", 62, "0301"), (p, 20, "J18", 62, "0301")]).collect()
}

#[test]
fn values_are_delivered_as_coarsely_as_permitted() {
    let folder = tempfile::tempdir().unwrap();
    let releases = [release(&folder.path().join("npr.parquet"), &contact_schema(), contacts(&ten_people())).0];
    let spec = specification(&permit(Cohort::Everyone, &VARIABLES, 5), &releases);
    let place = folder.path().join("out");
    let (selection, delivery) =
        extract(&spec, &opened(&releases), &Exclusions::default(), &Facts::default(), &place, 1 << 20).unwrap();
    assert_eq!(selection.included.len(), 10);
    let rows = rows(&place.join("npr_contact.parquet"));
    assert_eq!(rows.len(), 20);
    assert_eq!(rows[0][1..], ["0", "I50", "60-69", "03"]);
    assert_eq!(rows[1][1..], ["10", "J18", "60-69", "03"]);
    assert!(delivery.manifest.checks.iter().all(|c| c.passed));
    let guide = fs::read_to_string(place.join("codebook.csv")).unwrap();
    assert!(guide.contains("npr_contact,age,npr/contact/age,text,band_10"), "{guide}");
}

#[test]
fn every_altered_byte_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let releases = [release(&folder.path().join("npr.parquet"), &contact_schema(), contacts(&ten_people())).0];
    let spec = specification(&permit(Cohort::Everyone, &VARIABLES, 5), &releases);
    let place = folder.path().join("out");
    let (_, made) =
        extract(&spec, &opened(&releases), &Exclusions::default(), &Facts::default(), &place, 1 << 20).unwrap();
    let names: Vec<String> =
        fs::read_dir(&place).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(names.len(), 7, "{names:?}");
    for name in names {
        let file = place.join(&name);
        let good = fs::read(&file).unwrap();
        for at in (0..good.len()).step_by(1 + good.len() / 25) {
            let mut bad = good.clone();
            bad[at] ^= 1;
            fs::write(&file, bad).unwrap();
            assert_eq!(check_files(&place, &made.manifest).unwrap(), [Finding::Altered(name.clone())], "byte {at}");
        }
        fs::remove_file(&file).unwrap();
        assert_eq!(check_files(&place, &made.manifest).unwrap(), [Finding::Missing(name.clone())]);
        fs::write(&file, good).unwrap();
    }
    fs::write(place.join("extra.csv"), "x").unwrap();
    assert_eq!(check_files(&place, &made.manifest).unwrap(), [Finding::Unlisted("extra.csv".to_owned())]);
}

#[test]
fn a_killed_run_leaves_nothing_that_counts() {
    let folder = tempfile::tempdir().unwrap();
    let releases = [release(&folder.path().join("npr.parquet"), &contact_schema(), contacts(&ten_people())).0];
    let spec = specification(&permit(Cohort::Everyone, &VARIABLES, 5), &releases);
    let place = folder.path().join("out");
    // What a process that was killed leaves: a folder beside the place, half written.
    let half = folder.path().join("out.partial");
    fs::create_dir_all(half.join(".sorting-x")).unwrap();
    fs::write(half.join("npr_contact.parquet"), "PAR1").unwrap();
    let run = || extract(&spec, &opened(&releases), &Exclusions::default(), &Facts::default(), &place, 1 << 20);
    let (_, first) = run().unwrap();
    assert!(!half.exists());
    assert!(check_files(&place, &first.manifest).unwrap().is_empty());
    // Killed after the move and before the register heard of it: doing it again is the same.
    let (_, second) = run().unwrap();
    assert_eq!(first.digest, second.digest);
    // Another delivery at the same place is never overwritten.
    let mut other = Exclusions::default();
    other.everywhere(Exclusion::OptedOut, bitmap([3]));
    let refused = extract(&spec, &opened(&releases), &other, &Facts::default(), &place, 1 << 20);
    assert!(matches!(refused, Err(ExtractError::Occupied { .. })));
    assert!(check_files(&place, &first.manifest).unwrap().is_empty());
}

#[test]
fn a_permit_that_does_not_fit_says_why_for_each_variable() {
    let folder = tempfile::tempdir().unwrap();
    let releases = [release(&folder.path().join("npr.parquet"), &contact_schema(), contacts(&ten_people())).0];
    let wanted = [
        ("npr/contact/age", Granularity::Month),
        ("npr/contact/weight", Granularity::AsIs),
        ("lmr/dispensing/atc", Granularity::AsIs),
    ];
    let rule = Cohort::HasCode { variable: path("npr/contact/age"), prefixes: vec!["6".to_owned()] };
    let permit = permit(rule, &wanted, 5);
    let extract = varde_core::ExtractId::from_uuid(crate::world::uuid(1));
    let errors = compile(&permit, varde_core::Digest::of(b""), extract, permit.decided_at, &releases, "k").unwrap_err();
    assert_eq!(errors.0.len(), 4);
    assert!(matches!(&errors.0[0], CompileError::Granularity { granularity: Granularity::Month, .. }));
    assert_eq!(errors.0[1], CompileError::NoColumn(path("npr/contact/weight")));
    assert_eq!(errors.0[2], CompileError::NoRelease(path("lmr/dispensing/atc")));
    assert_eq!(errors.0[3], CompileError::NoCodes(path("npr/contact/age")));
}

/// Whatever plan is built above a table, the excluded are gone below it.
#[tokio::test]
async fn a_plan_above_a_guarded_table_never_sees_the_excluded() {
    let folder = tempfile::tempdir().unwrap();
    let (made, _) = release(&folder.path().join("npr.parquet"), &contact_schema(), contacts(&ten_people()));
    let mut exclusions = Exclusions::default();
    exclusions.everywhere(Exclusion::OptedOut, bitmap([3, 4]));
    let scan = Scan::new(&made.release, exclusions.for_dataset(&path("npr/contact")));
    let context = SessionContext::new();
    context.register_table("contact", Arc::new(GuardedTable::new(scan))).unwrap();
    for (query, expected) in [
        ("SELECT count(DISTINCT person_index) FROM contact", 8),
        ("SELECT count(*) FROM contact WHERE person_index IN (3, 4)", 0),
        ("SELECT count(*) FROM contact WHERE condition = 'J18' OR person_index = 3", 8),
        ("SELECT count(*) FROM (SELECT age, in_date FROM contact)", 16),
    ] {
        let batches = context.sql(query).await.unwrap().collect().await.unwrap();
        let found = batches[0].column(0).as_primitive::<datafusion::arrow::datatypes::Int64Type>().value(0);
        assert_eq!(found, expected, "{query}");
    }
}
