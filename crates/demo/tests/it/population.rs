use std::collections::{BTreeMap, HashSet};

use jiff::{
    ToSpan,
    civil::{Date, date},
};
use varde_core::{
    Digest, Period,
    identifier::{NumberKind, Rule},
};
use varde_demo::{Dated, Kind, PLACES, Person, World, WorldError};

use crate::world;

fn everything(world: &World) -> Digest {
    let mut text = String::new();
    for person in world.persons() {
        let numbers: Vec<_> =
            person.numbers.iter().map(|n| (n.value.digits_for_storage().to_owned(), n.valid)).collect();
        text += &format!("{} {} {:?} {:?} {:?}", person.index, person.id, numbers, person.names, person.residences);
        text += &format!("{:?} {:?} {:?}", person.statuses, person.protections, person.death_date);
    }
    for relation in world.relations() {
        text += &format!("{relation:?}");
    }
    for preference in world.preferences() {
        text += &format!("{preference:?}");
    }
    Digest::of(text.as_bytes())
}

#[test]
fn the_same_seed_makes_the_same_people() {
    assert_eq!(everything(&world(800)), everything(&world(800)));
    assert_ne!(everything(&world(800)), everything(&World::new(8, 800).unwrap()));
}

#[test]
fn people_are_the_same_alone_and_in_a_larger_world() {
    let (small, large) = (world(803), world(5_000));
    for (person, other) in small.persons().zip(large.persons()) {
        assert_eq!(person, other);
        assert_eq!(small.person(person.index).unwrap(), person);
    }
    assert_eq!(small.persons().count(), 803);
    assert!(small.person(803).is_none());
}

#[test]
fn worlds_have_room_for_those_who_are_planted_and_numbers_for_all() {
    assert_eq!(World::new(1, 63).unwrap_err(), WorldError::TooFew);
    assert_eq!(World::new(1, 6_000_001).unwrap_err(), WorldError::TooMany);
}

#[test]
fn nobody_shares_a_number_and_all_kinds_occur() {
    let mut seen = HashSet::new();
    let (mut d_numbers, mut new_rule, mut changed) = (0, 0, 0);
    for person in world(20_000).persons() {
        assert!(!person.numbers.is_empty());
        changed += usize::from(person.numbers.len() == 2);
        for number in &person.numbers {
            assert!(seen.insert(number.value), "{person:?}");
            assert!(number.value.is_synthetic());
            d_numbers += usize::from(number.value.kind() == NumberKind::DNumber);
            new_rule += usize::from(!number.value.satisfies(Rule::Of1964));
        }
    }
    assert!(d_numbers > 500 && new_rule > 300 && changed > 500, "{d_numbers} {new_rule} {changed}");
}

fn no_overlap<T: std::fmt::Debug>(person: &Person, field: &str, values: &[Dated<T>]) {
    for pair in values.windows(2) {
        assert!(pair[0].valid.until.is_some_and(|until| until < pair[1].valid.from), "{person:?} {field} {values:?}");
    }
    let forwards = |period: &Period| period.until.is_none_or(|until| period.from <= until);
    assert!(values.iter().all(|v| forwards(&v.valid)), "{person:?} {field} {values:?}");
}

#[test]
fn histories_hold_together() {
    for person in world(20_000).persons() {
        no_overlap(&person, "numbers", &person.numbers);
        no_overlap(&person, "names", &person.names);
        no_overlap(&person, "residences", &person.residences);
        no_overlap(&person, "protections", &person.protections);
        no_overlap(&person, "statuses", &person.statuses);
        let end = person.death_date.unwrap_or(date(2026, 10, 31));
        assert!(person.birth_date <= person.known_from && person.known_from <= end, "{person:?}");
        let years = end.year() - person.birth_date.year();
        assert!((0..=105).contains(&years), "{person:?} {years}");
        assert!(person.residences.iter().all(|r| PLACES.iter().any(|p| p.number == r.value)));
    }
}

#[test]
fn families_are_possible() {
    let world = world(20_000);
    let people: Vec<Person> = world.persons().collect();
    let years = |from: Date, until: Date| (until - from).get_days() / 365;
    let mut kinds = BTreeMap::new();
    let mut spouses = HashSet::new();
    for relation in world.relations() {
        *kinds.entry(relation.kind).or_insert(0) += 1;
        let (person, other) = (&people[relation.person as usize], &people[relation.related as usize]);
        match relation.kind {
            Kind::Mother | Kind::Father => {
                let age = years(other.birth_date, person.birth_date);
                assert!((17..=60).contains(&age), "{person:?} {other:?} {age}");
                assert!(other.death_date.is_none_or(|death| death > person.birth_date));
                assert_eq!(other.gender.code(), if relation.kind == Kind::Mother { "female" } else { "male" });
            }
            Kind::Responsible => {
                assert!(relation.valid.until.unwrap() < person.birth_date.checked_add(18.years()).unwrap());
            }
            Kind::Spouse => {
                assert!(years(person.birth_date, relation.valid.from) >= 18);
                assert!(relation.valid.until.is_none_or(|until| relation.valid.from <= until));
                spouses.insert((relation.person, relation.related));
            }
        }
    }
    assert!(spouses.iter().all(|(one, other)| spouses.contains(&(*other, *one))));
    assert!(
        kinds[&Kind::Spouse] > 2_000 && kinds[&Kind::Mother] > 5_000 && kinds[&Kind::Responsible] > 4_000,
        "{kinds:?}"
    );
}

#[test]
fn places_are_skewed_and_the_smallest_have_people() {
    let mut homes: BTreeMap<u16, usize> = BTreeMap::new();
    for person in world(20_000).persons() {
        *homes.entry(person.residences.last().map_or(0, |r| r.value)).or_default() += 1;
    }
    assert!(homes[&301] > 3_000, "{homes:?}");
    assert!((1..20).contains(&homes[&1151]) && (1..20).contains(&homes[&1835]), "{homes:?}");
}

#[test]
fn about_one_in_two_hundred_has_opted_out() {
    let world = world(20_000);
    let active = world.preferences().filter(|p| p.active).map(|p| p.person);
    let people: HashSet<u32> = active.collect();
    let share = people.len() as f64 / f64::from(world.people());
    assert!((0.003..=0.007).contains(&share), "{share}");
    assert!(world.preferences().any(|p| p.source.is_some()) && world.preferences().any(|p| !p.active));
    let ids: HashSet<_> = world.preferences().map(|p| p.id).collect();
    assert_eq!(ids.len(), world.preferences().count());
}

#[test]
fn organisations_have_valid_numbers_and_leaders() {
    let world = world(500);
    let organisations = world.organisations();
    let numbers: HashSet<_> = organisations.iter().map(|o| o.number).collect();
    assert_eq!(numbers.len(), organisations.len());
    for (at, organisation) in organisations.iter().enumerate() {
        let parent_before = |number| organisations[..at].iter().any(|o| o.number == number);
        assert!(organisation.parent.is_none_or(parent_before), "{}", organisation.name);
    }
    let roles = world.registry_roles();
    for organisation in organisations.iter().filter(|o| o.parent.is_none()) {
        for code in ["DAGL", "LEDE", "MEDL", "SIGN"] {
            let has = roles.iter().any(|r| r.organisation == organisation.id && r.code == code);
            assert!(has, "{} {code}", organisation.name);
        }
    }
}
