//! What questions need to know about people: facts of a time, and record keys.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use aws_lc_rs::hmac;
use jiff::civil::Date;
use varde_disclosure::treatments::cell_key::record_key;
use varde_engine::tabulate::{Attribute, Births};

/// What base data say of everybody, by index.
#[derive(Debug, Clone, Default)]
pub struct People {
    /// Birth dates.
    pub born: Vec<Option<Date>>,
    /// `female` or `male`.
    pub sex: Vec<Option<&'static str>>,
    /// The county of residence: two digits.
    pub county: Vec<Option<String>>,
}

/// What base data said at a time, in the engine's forms.
#[derive(Debug)]
pub struct Known {
    births: Births,
    pub(crate) sex: Attribute,
    pub(crate) county: Attribute,
}

impl Known {
    /// What base data say of everybody.
    pub fn of(people: &People) -> Self {
        let sex = attribute(people.sex.iter().map(|sex| sex.map(str::to_owned)));
        let county = attribute(people.county.iter().cloned());
        // Each question says on which day age counts: see `births`.
        let births = Births::new(people.born.iter().copied(), Date::default());
        Self { births, sex, county }
    }

    /// How many people there are.
    pub(crate) fn people(&self) -> usize {
        self.sex.of.len()
    }

    /// Births, with the day on which age counts for rows without a date.
    pub(crate) fn births(&self, on: Date) -> Births {
        self.births.at(on)
    }
}

fn attribute(values: impl Iterator<Item = Option<String>> + Clone) -> Attribute {
    let mut codes: Vec<String> = values.clone().flatten().collect();
    codes.sort();
    codes.dedup();
    let nowhere = u16::MAX;
    let place = |value: Option<String>| {
        let found = value.and_then(|value| codes.binary_search(&value).ok());
        found.and_then(|at| u16::try_from(at).ok()).unwrap_or(nowhere)
    };
    let of: Vec<u16> = values.map(place).collect();
    Attribute { codes: codes.into(), of: of.into() }
}

/// Everybody's record key, worked out when it is first asked for.
pub struct Keys {
    secret: hmac::Key,
    known: Mutex<Arc<[u32]>>,
}

/// Neither the secret nor what is made of it is printed.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys")
    }
}

impl Keys {
    /// Keys under a secret: whoever has it can take the noise off.
    pub fn new(secret: [u8; 32]) -> Self {
        Self { secret: hmac::Key::new(hmac::HMAC_SHA256, &secret), known: Mutex::new(Arc::from([])) }
    }

    /// The keys of at least so many people. It takes a second or two for a country, once.
    pub fn of(&self, people: usize) -> Arc<[u32]> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < people {
            let mac = |bytes: &[u8]| {
                let tag = hmac::sign(&self.secret, bytes);
                let mut mac = [0; 32];
                mac.copy_from_slice(tag.as_ref());
                mac
            };
            let key = |index: usize| record_key(mac, &(index as u64).to_be_bytes());
            *known = (0..people).map(key).collect();
        }
        Arc::clone(&known)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_the_same_however_many_are_asked_for() {
        let keys = Keys::new([3; 32]);
        let few = keys.of(10);
        let many = keys.of(1000);
        assert_eq!(few[..], many[..10]);
        assert_ne!(few[..], Keys::new([4; 32]).of(10)[..]);
        assert!(many.iter().collect::<std::collections::HashSet<_>>().len() > 990);
    }

    #[test]
    fn what_is_not_known_is_in_no_group() {
        let known = attribute([Some("50"), None, Some("03")].map(|code| code.map(str::to_owned)).into_iter());
        assert_eq!((&known.codes[..], &known.of[..]), (&["03".to_owned(), "50".to_owned()][..], &[1, u16::MAX, 0][..]));
    }
}
