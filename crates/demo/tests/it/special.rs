use jiff::civil::date;
use varde_core::identifier::NumberKind;
use varde_demo::{Contact, PreferenceKind, Protection, Register, Status, World};

/// Every seed and size must keep the promises that the demo rests on.
fn for_worlds(check: impl Fn(&World)) {
    for people in [64, 500, 2_000, 20_000] {
        for seed in [1, 7, 42] {
            check(&World::new(seed, people).unwrap());
        }
    }
}

#[test]
fn those_who_act_are_alive_and_of_age_with_ordinary_addresses() {
    for_worlds(|world| {
        for assignment in world.assignments() {
            let person = world.person(assignment.person).unwrap();
            assert!(person.death_date.is_none() && person.protections.is_empty());
            assert!(person.birth_date < date(2000, 1, 1));
            assert_eq!(person.statuses.last().unwrap().value, Status::Resident);
            assert_eq!(person.numbers.len(), 1);
            assert!(world.organisations().iter().any(|o| o.id == assignment.organisation));
        }
    });
}

#[test]
fn patients_with_heart_failure_are_in_the_cohort_with_medicines() {
    for_worlds(|world| {
        let s = world.special();
        let patients = [
            s.citizen,
            s.opted_out_before,
            s.opts_out_later,
            s.opts_out_after_decision,
            s.changed_number,
            s.second_rare_disease,
            s.withdrew_consent,
        ];
        for patient in patients {
            let contacts: Vec<_> = world.contacts_of(patient..patient + 1).collect();
            for year in 2020..=2024 {
                let seen = |c: &Contact| c.main_condition.starts_with("I50") && c.in_date.year() == year;
                assert!(contacts.iter().any(seen), "{patient} {year}");
            }
            let medicines: Vec<_> = world.dispensings_of(patient..patient + 1).map(|d| d.atc).collect();
            for atc in ["C03", "C07", "C09"] {
                assert!(medicines.iter().any(|m| m.starts_with(atc)), "{patient} {atc}");
            }
            assert!(world.registrations().any(|r| r.index == patient), "{patient}");
            assert!(world.person(patient).unwrap().death_date.is_none());
        }
        assert!(world.vaccinations().any(|v| v.index == s.citizen));
        assert!(world.person(s.citizen).unwrap().protections.is_empty());
    });
}

#[test]
fn only_the_one_who_opted_out_long_before_has_done_so() {
    for_worlds(|world| {
        let s = world.special();
        let of = |person| world.preferences().filter(|p| p.person == person).collect::<Vec<_>>();
        let early = of(s.opted_out_before);
        assert!(early.len() == 1 && early[0].active && early[0].kind == PreferenceKind::Reservation);
        assert!(early[0].source.is_none());
        assert!(
            of(s.opts_out_later).is_empty() && of(s.opts_out_after_decision).is_empty() && of(s.citizen).is_empty()
        );
        let consent = of(s.withdrew_consent);
        assert!(consent.last().unwrap().source == Some(Register::HeartFailure) && !consent.last().unwrap().active);
    });
}

#[test]
fn the_changed_number_has_events_under_both() {
    for_worlds(|world| {
        let index = world.special().changed_number;
        let person = world.person(index).unwrap();
        assert_eq!(person.numbers[0].value.kind(), NumberKind::DNumber);
        assert_eq!(person.numbers[1].value.kind(), NumberKind::BirthNumber);
        for number in &person.numbers {
            assert!(world.contacts_of(index..index + 1).any(|c| c.number == number.value));
        }
    });
}

#[test]
fn rare_diseases_are_in_small_municipalities() {
    for_worlds(|world| {
        let s = world.special();
        for (index, code, municipality) in [(s.rare_disease, "E752", 1151), (s.second_rare_disease, "G122", 1835)] {
            let mut contacts = world.contacts_of(index..index + 1);
            assert!(contacts.any(|c| c.main_condition == code && c.municipality == municipality));
        }
    });
}

#[test]
fn protected_addresses_have_contacts() {
    for_worlds(|world| {
        let s = world.special();
        let wanted =
            [(s.secret_address, Protection::StrictlyConfidential), (s.confidential_address, Protection::Confidential)];
        for (index, protection) in wanted {
            assert_eq!(world.person(index).unwrap().protections[0].value, protection);
            assert!(world.contacts_of(index..index + 1).count() > 0, "{index}");
        }
    });
}

#[test]
fn twins_are_born_together_to_their_parents() {
    for_worlds(|world| {
        let s = world.special();
        for family in 0..2 {
            let [one, other] = s.twins[family].map(|index| world.person(index).unwrap());
            assert_eq!(one.birth_date, other.birth_date);
            assert!(one.number() != other.number());
            for twin in s.twins[family] {
                let birth = world.births().find(|b| b.index == twin).unwrap();
                assert_eq!((birth.mother, birth.plurality), (s.twin_mothers[family], 2));
                let mut relations = world.relations().filter(|r| r.person == twin);
                assert!(relations.any(|r| r.related == s.twin_fathers[family]));
            }
        }
    });
}
