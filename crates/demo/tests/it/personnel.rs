//! Health personnel of the demo world.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;
use varde_demo::{HealthPersonnel, Status, World};

use crate::world;

fn stands(personnel: &HealthPersonnel) -> &'static str {
    let day = date(2026, 10, 31);
    let standings = &personnel.qualifications[0].standings;
    standings.iter().find(|standing| standing.valid.contains(day)).map_or("nothing", |standing| standing.value)
}

#[test]
fn every_world_has_a_nurse_and_where_the_office_has_leaders_a_doctor_and_one_who_was() {
    for people in [64, 100, 500, 2_000] {
        for seed in [1, 7, 42] {
            let world = World::new(seed, people).unwrap();
            let all: BTreeMap<u32, HealthPersonnel> = world.health_personnel().map(|p| (p.person, p)).collect();
            assert_eq!(all[&world.special().second_researcher].profession.code, "SP", "{people} {seed}");
            let (doctor, former) = (world.doctor(), world.former_doctor());
            assert!(people < 100 || doctor.is_some(), "{people} {seed}");
            assert!(people < 500 || former.is_some(), "{people} {seed}");
            if let Some(doctor) = doctor.map(|doctor| &all[&doctor]) {
                assert_eq!(doctor.profession.code, "LE");
                assert!(matches!(stands(doctor), "in_force" | "restricted"), "{people} {seed}");
            }
            if let Some(former) = former.map(|former| &all[&former]) {
                assert_eq!((former.profession.code, stands(former)), ("LE", "withdrawn"), "{people} {seed}");
                let before = &former.qualifications[0].standings[0];
                assert_eq!((before.value, before.valid.until), ("in_force", Some(date(2025, 2, 28))));
            }
        }
    }
}

#[test]
fn a_small_share_of_adults_are_health_personnel_each_with_a_number_and_one_standing_a_day() {
    let world = world(20_000);
    let all: Vec<HealthPersonnel> = world.health_personnel().collect();
    assert!((400..2_000).contains(&all.len()), "{} of 20000", all.len());
    let numbers: BTreeSet<_> = all.iter().map(|p| p.number).collect();
    assert_eq!(numbers.len(), all.len());
    let professions: BTreeSet<_> = all.iter().map(|p| p.profession.code).collect();
    assert_eq!(professions.len(), 10);
    let mut lost = 0;
    for personnel in &all {
        let person = world.person(personnel.person).unwrap();
        assert_eq!(person.statuses.last().unwrap().value, Status::Resident);
        for qualification in &personnel.qualifications {
            let valid: Vec<_> = qualification.standings.iter().map(|standing| standing.valid).collect();
            assert!(valid.iter().all(|v| v.until.unwrap() >= v.from && v.from >= person.known_from), "{valid:?}");
            assert!(valid.windows(2).all(|pair| pair[0].until.unwrap() < pair[1].from), "{valid:?}");
        }
        assert_eq!(personnel.qualifications[0].kind, "authorisation");
        lost += u32::from(stands(personnel) == "withdrawn");
    }
    assert!(lost > 1, "some have lost it");
    assert_eq!(all, world.health_personnel().collect::<Vec<_>>(), "the same every time");
}
