use std::collections::{BTreeMap, HashSet};

use jiff::civil::{Date, date};
use varde_core::identifier::NationalNumber;
use varde_demo::{Person, Register, World};

use crate::world;

/// Number, index and day of every event of every register.
fn events(world: &World) -> Vec<(u32, NationalNumber, Date)> {
    let mut events: Vec<_> = world.contacts().map(|c| (c.index, c.number, c.in_date)).collect();
    events.extend(world.contacts().map(|c| (c.index, c.number, c.in_date)));
    events.extend(world.dispensings().map(|d| (d.index, d.number, d.date)));
    events.extend(world.deaths().map(|d| (d.index, d.number, d.date)));
    events.extend(world.births().map(|b| (b.index, b.number, b.date)));
    events.extend(world.births().map(|b| (b.mother, b.mother_number, b.date)));
    events.extend(world.cancers().map(|c| (c.index, c.number, c.date)));
    events.extend(world.vaccinations().map(|v| (v.index, v.number, v.date)));
    events.extend(world.registrations().map(|r| (r.index, r.number, r.date)));
    events
}

#[test]
fn events_happen_to_the_living_under_the_number_they_had() {
    let world = world(8_000);
    let people: Vec<Person> = world.persons().collect();
    for (index, number, day) in events(&world) {
        let person = &people[index as usize];
        assert!(day >= person.birth_date && person.death_date.is_none_or(|death| day <= death), "{person:?} {day}");
        assert!((date(2016, 1, 1)..=date(2025, 12, 31)).contains(&day), "{person:?} {day}");
        let held = person.numbers.iter().any(|n| n.value == number && n.valid.contains(day));
        assert!(held, "{person:?} {day}");
    }
}

#[test]
fn every_death_in_the_period_has_a_cause() {
    let world = world(8_000);
    let dead: HashSet<u32> = world.deaths().map(|d| d.index).collect();
    let in_time = |p: &Person| p.death_date.is_some_and(|d| d <= date(2025, 12, 31));
    for person in world.persons().filter(in_time) {
        let here = !person.statuses.iter().any(|s| s.value == varde_demo::Status::Emigrated);
        assert_eq!(dead.contains(&person.index), here, "{person:?}");
    }
}

#[test]
fn there_are_as_many_events_as_in_a_country() {
    let dense = world(20_000).with_density(1.0);
    let per_person = |count: usize| count as f64 / f64::from(dense.people());
    let (contacts, dispensings) = (per_person(dense.contacts().count()), per_person(dense.dispensings().count()));
    assert!((16.0..=20.0).contains(&contacts), "{contacts}");
    assert!((6.3..=8.3).contains(&dispensings), "{dispensings}");
}

#[test]
fn the_demo_world_stays_as_it_is() {
    let world = world(2_000);
    let mut counts = BTreeMap::new();
    counts.insert("contacts", world.contacts().count());
    counts.insert("dispensings", world.dispensings().count());
    counts.insert("deaths", world.deaths().count());
    counts.insert("births", world.births().count());
    counts.insert("cancers", world.cancers().count());
    counts.insert("vaccinations", world.vaccinations().count());
    counts.insert("registrations", world.registrations().count());
    counts.insert("relations", world.relations().count());
    counts.insert("preferences", world.preferences().count());
    insta::assert_json_snapshot!(counts);
}

#[test]
fn codes_are_skewed_and_some_people_need_very_much() {
    let (mut codes, mut people): (BTreeMap<&str, u32>, BTreeMap<u32, u32>) = Default::default();
    for contact in world(8_000).with_density(1.0).contacts() {
        *codes.entry(contact.main_condition).or_default() += 1;
        *people.entry(contact.index).or_default() += 1;
        assert!(contact.in_date <= contact.out_date);
    }
    let mut counts: Vec<u32> = codes.values().copied().collect();
    counts.sort_unstable();
    assert!(counts[counts.len() - 1] > 50 * counts[0], "{counts:?}");
    let (most, mean) = (*people.values().max().unwrap(), people.values().sum::<u32>() / people.len() as u32);
    assert!(most > 15 * mean, "{most} {mean}");
}

#[test]
fn influenza_vaccines_are_given_in_autumn() {
    let months =
        world(2_000).vaccinations().filter(|v| v.vaccine == "J07BB02").map(|v| v.date.month()).collect::<HashSet<_>>();
    assert!(months.is_subset(&HashSet::from([10, 11, 12])), "{months:?}");
}

#[test]
fn a_range_of_people_has_the_same_rows_as_in_the_whole() {
    let world = world(600);
    let whole: Vec<_> = world.contacts().filter(|c| (101..333).contains(&c.index)).collect();
    assert_eq!(world.contacts_of(101..333).collect::<Vec<_>>(), whole);
    let indices: Vec<u32> = world.dispensings().map(|d| d.index).collect();
    assert!(indices.is_sorted());
}

#[test]
fn registers_have_names_and_texts_in_three_languages() {
    let world = world(64);
    for source in world.sources() {
        assert_eq!(Register::from_name(source.register.name()), Some(source.register));
        for text in [&source.name, &source.description, &source.dataset_name, &source.dataset_description] {
            assert!(!text.nb.is_empty() && !text.nn.is_empty() && !text.en.is_empty(), "{:?}", source.register);
        }
    }
}
