//! Studies with a design, from the permit to the files; and what a rehearsal says before.

use std::{collections::BTreeMap, time::Instant};

use jiff::civil::date;
use varde_engine::{
    Exclusions,
    facts::{Facts, Home, People},
    pseudonym::ProjectKey,
    release::day_number,
    report::rehearse,
};
use varde_permit::{
    Aggregate, Area, Codes, Cohort, Controls, Design, Events, Exclusion, Granularity, Index, Kinship, Measure, Permit,
    PermittedVariable, Which, Window,
};

use crate::world::{
    Contact, KEY, bitmap, contact_schema, contacts, extract, opened, path, permit, person, release, rows, specification,
};

fn pseudonym(index: u32) -> String {
    ProjectKey::new(&KEY).pseudonym(person(index)).iter().map(|b| format!("{b:02x}")).collect()
}

/// Persons 0 and 1 have heart failure, on day 100 and day 200; 2 to 9 have pneumonia on day 50.
fn world() -> Vec<Contact> {
    let others = (2..10).map(|p| (p, 50, "J18", 60, "0301"));
    let cases = [
        (0, 90, "J18", 62, "0301"),
        (0, 100, "I501", 62, "0301"),
        (0, 140, "J18", 62, "0301"),
        (1, 200, "I50", 62, "0301"),
        (1, 20, "J18", 62, "0301"),
    ];
    cases.into_iter().chain(others).collect()
}

fn facts() -> Facts {
    let home = |person| Home { person, from: 0, until: i32::MAX, municipality: if person < 8 { 301 } else { 1103 } };
    let people = People {
        born: vec![Some(day_number(date(1960, 5, 1))); 12],
        sex: vec![None; 12],
        died: (0..12).map(|p| (p == 3).then(|| day_number(date(2024, 3, 1)))).collect(),
        homes: (0..12).map(home).collect(),
        // 10 is the parent of 0, and so of 11: a brother or sister.
        parents: vec![(0, 10), (11, 10)],
    };
    Facts { people, ..Facts::default() }
}

fn study(minimum: u32) -> Permit {
    let codes = Codes { variable: path("npr/contact/condition"), prefixes: vec!["I50".to_owned()] };
    let figure = |aggregate, window: Option<(i32, i32)>, column: &str, granularity| PermittedVariable {
        variable: path(column),
        granularity,
        measure: Measure {
            window: window.map(|(from, until)| Window { from: Some(from), until: Some(until) }),
            ..Measure::of(aggregate)
        },
    };
    let mut permit = permit(Cohort::Everyone, &[("npr/contact/in_date", Granularity::RelativeDays)], minimum);
    permit.variables.push(figure(Aggregate::Count, Some((-30, 60)), "npr/contact/condition", Granularity::AsIs));
    permit.variables.push(figure(Aggregate::Last, None, "npr/contact/condition", Granularity::Prefix(3)));
    permit.design = Design {
        index: Some(Index::Event { events: Events::once(codes), which: Which::First }),
        index_as: Some(Granularity::Year),
        controls: Some(Controls { per_case: 2, birth_years: 1, same_sex: false, same_area: Some(Area::County) }),
        relatives: [Kinship::Siblings].into(),
    };
    permit
}

#[test]
fn a_study_is_delivered_as_it_was_designed() {
    let folder = tempfile::tempdir().unwrap();
    let releases = [release(&folder.path().join("npr.parquet"), &contact_schema(), contacts(&world())).0];
    let spec = specification(&study(1), &releases);
    let mut exclusions = Exclusions::default();
    exclusions.everywhere(Exclusion::OptedOut, bitmap([2]));
    exclusions.in_source("npr", Exclusion::ConsentWithdrawn, bitmap([4]));
    let place = folder.path().join("out");
    let (selection, made) = extract(&spec, &opened(&releases), &exclusions, &facts(), &place, 1 << 20).unwrap();
    assert!(made.manifest.checks.iter().all(|check| check.passed), "{:?}", made.manifest.checks);
    // 2 has opted out, 4 has withdrawn consent, 3 is dead, 8 and 9 live in another county: 5, 6 and 7 are left.
    let people: BTreeMap<String, Vec<String>> =
        rows(&place.join("persons.parquet")).into_iter().map(|row| (row[0].clone(), row[1..].to_vec())).collect();
    let of = |index: u32| people.get(&pseudonym(index)).map(|row| row.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(of(0), Some(vec!["cohort", "2024", "3", "J18"]));
    assert_eq!(of(1), Some(vec!["cohort", "2024", "1", "I50"]));
    assert_eq!(of(11), Some(vec!["sibling", "2024", "0", "∅"]));
    let controls: Vec<u32> = (2..10).filter(|p| of(*p).is_some()).collect();
    assert!(controls.iter().all(|p| [5, 6, 7].contains(p)) && controls.len() == 3, "{controls:?}");
    assert_eq!(selection.included.len(), 6);
    let links = rows(&place.join("links.parquet"));
    assert_eq!(links.len(), 4);
    let siblings: Vec<_> = links.iter().filter(|row| row[1] == "sibling").collect();
    assert_eq!(siblings, [&vec![pseudonym(11), "sibling".to_owned(), pseudonym(0)]]);
    let days: Vec<String> = rows(&place.join("npr_contact.parquet"))
        .into_iter()
        .filter(|row| row[0] == pseudonym(0))
        .map(|row| row[1].clone())
        .collect();
    assert_eq!(days, ["-10", "0", "40"], "days are counted from the index date");
    let guide = std::fs::read_to_string(place.join("codebook.csv")).unwrap();
    assert!(guide.contains("condition_count"), "{guide}");
}

#[test]
fn who_was_there_for_somebodys_sake_leaves_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let releases = [release(&folder.path().join("npr.parquet"), &contact_schema(), contacts(&world())).0];
    let mut permit = study(2);
    permit.variables.push(PermittedVariable::rows(path("npr/contact/age"), Granularity::AsIs));
    let spec = specification(&permit, &releases);
    let mut exclusions = Exclusions::default();
    exclusions.everywhere(Exclusion::OptedOut, bitmap([1]));
    let place = folder.path().join("out");
    // Person 0 is the only one of 62 left: too few, so their controls and their sibling go too.
    let made = extract(&spec, &opened(&releases), &exclusions, &facts(), &place, 1 << 20);
    assert!(matches!(made, Err(varde_engine::extract::ExtractError::Nobody { minimum: 2 })), "{made:?}");
}

#[test]
fn a_rehearsal_says_who_would_stand_out_and_what_would_help() {
    let folder = tempfile::tempdir().unwrap();
    // 40 people of ages 50 to 69 in two municipalities of one county: alone in each year, not in each decade.
    let people: Vec<Contact> =
        (0..40).map(|p| (p, 10, if p % 2 == 0 { "I50" } else { "J18" }, 50 + i64::from(p / 2), "0301")).collect();
    let mut schema = contact_schema();
    schema.columns[1].sensitive = true;
    let releases = [release(&folder.path().join("npr.parquet"), &schema, contacts(&people)).0];
    let variables = [
        ("npr/contact/age", Granularity::AsIs),
        ("npr/contact/condition", Granularity::AsIs),
        ("npr/contact/municipality", Granularity::AsIs),
    ];
    let spec = specification(&permit(Cohort::Everyone, &variables, 5), &releases);
    let told = rehearse(&spec, &opened(&releases), &Exclusions::default(), &Facts::default()).unwrap();
    assert_eq!((told.concerned.cohort, told.smallest, told.too_few, told.variables), (40, 2, 40, 2));
    assert_eq!((told.diversity[0].smallest, told.diversity[0].alike), (2, 0));
    let first = &told.proposals[0];
    assert_eq!((first.variable.as_str(), first.instead), ("npr/contact/age", Some(Granularity::Band(5))));
    assert_eq!((first.too_few, first.values), (0, (20, 4)));
    assert!(told.proposals.iter().all(|p| p.variable != path("npr/contact/municipality")), "that would help nobody");
}

/// pycanon takes 0.31 s for k and 2.4 s for l on as many rows, in a release's optimisation or none.
#[test]
fn two_hundred_thousand_people_are_looked_at_in_a_moment() {
    let folder = tempfile::tempdir().unwrap();
    let place = |p: u32| ["0301", "1103", "5001", "4601", "1101"][(p / 7 % 5) as usize];
    let code = |p: u32| ["I50", "J18", "C34", "C50", "E11", "F32", "K35", "M54"][(p / 3 % 8) as usize];
    let people: Vec<Contact> =
        (0..200_000).map(|p| (p, (p % 300) as i16, code(p), i64::from(p * 31 % 100), place(p))).collect();
    let mut schema = contact_schema();
    schema.columns[1].sensitive = true;
    let releases = [release(&folder.path().join("npr.parquet"), &schema, contacts(&people)).0];
    let variables = [
        ("npr/contact/age", Granularity::AsIs),
        ("npr/contact/condition", Granularity::AsIs),
        ("npr/contact/municipality", Granularity::AsIs),
    ];
    let spec = specification(&permit(Cohort::Everyone, &variables, 5), &releases);
    let begun = Instant::now();
    let told = rehearse(&spec, &opened(&releases), &Exclusions::default(), &Facts::default()).unwrap();
    println!("k, l and proposals of {} people from the file: {:.2?}", told.concerned.cohort, begun.elapsed());
    assert_eq!(told.concerned.cohort, 200_000);
    assert_eq!(told.sizes.larger, 200_000);
}
