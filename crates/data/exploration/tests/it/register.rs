//! The people of the world and their contacts, the same every time.

use std::collections::{BTreeMap, BTreeSet};

pub(crate) const PEOPLE: u32 = 12_000;

/// One contact: who, day of 2023, code, urgent, days in hospital.
pub(crate) type Contact = (u32, i32, &'static str, bool, f64);

/// Somebody with a code that nobody else has.
pub(crate) const RARE: (u32, &str) = (4_242, "Q999");

const CODES: [&str; 6] = ["I501", "I509", "I219", "J189", "J459", "E119"];

/// Everybody's contacts: one to three, the same every time.
pub(crate) fn contacts() -> Vec<Contact> {
    let contact = |person: u32, at: u32| {
        let mixed = person.wrapping_mul(2_654_435_761).wrapping_add(at.wrapping_mul(40_503)) >> 7;
        let code = CODES[(mixed % 6) as usize];
        (person, (mixed % 365) as i32, code, mixed.is_multiple_of(3), f64::from(mixed % 20))
    };
    let mut all: Vec<Contact> =
        (0..PEOPLE).flat_map(|person| (0..=person % 3).map(move |at| contact(person, at))).collect();
    all.push((RARE.0, 200, RARE.1, false, 3.0));
    all
}

/// The same contacts a while later: three people are gone.
pub(crate) fn contacts_later() -> Vec<Contact> {
    contacts().into_iter().filter(|contact| contact.0 >= 3).collect()
}

/// Who was dispensed a beta blocker: every third.
pub(crate) fn dispensed(person: u32) -> bool {
    person.is_multiple_of(3)
}

pub(crate) fn female(person: u32) -> bool {
    person.is_multiple_of(2)
}

pub(crate) fn county(person: u32) -> &'static str {
    ["03", "11", "46", "50"][(person / 7 % 4) as usize]
}

/// The people of those contacts that satisfy it, counted by hand.
pub(crate) fn people(of: impl Fn(&Contact) -> bool) -> BTreeSet<u32> {
    contacts().into_iter().filter(|contact| of(contact)).map(|contact| contact.0).collect()
}

/// How many people each first letter of codes has, but for the rare one.
pub(crate) fn by_letter() -> BTreeMap<String, u64> {
    let mut all: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for contact in contacts().into_iter().filter(|contact| contact.2 != RARE.1) {
        all.entry(contact.2[..1].to_owned()).or_default().insert(contact.0);
    }
    all.into_iter().map(|(letter, people)| (letter, people.len() as u64)).collect()
}
