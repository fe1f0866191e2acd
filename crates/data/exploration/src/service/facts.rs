//! What questions need to know about people: facts as at the approval of a release, and record keys.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use aws_lc_rs::hmac;
use jiff::{Timestamp, civil::Date};
use varde_disclosure::treatments::cell_key::record_key;
use varde_engine::tabulate::{Attribute, Births};

use crate::{
    ExplorationError,
    ports::{Data, People},
};

/// What base data said at some times. They do not change: a release has one time for as long as it stands.
#[derive(Debug, Default)]
pub(super) struct Facts {
    known: Mutex<HashMap<Timestamp, Arc<Known>>>,
}

/// How many times are kept: releases that stand are few.
const KEPT: usize = 8;

/// What base data said at a time, in the engine's forms.
#[derive(Debug)]
pub(super) struct Known {
    people: Arc<People>,
    pub(super) sex: Attribute,
    pub(super) county: Attribute,
}

impl Known {
    fn of(people: Arc<People>) -> Self {
        let sex = attribute(people.sex.iter().map(|sex| sex.map(str::to_owned)));
        let county = attribute(people.county.iter().cloned());
        Self { people, sex, county }
    }

    /// Births, with the day on which age counts for rows without a date.
    pub(super) fn births(&self, on: Date) -> Births {
        Births::new(self.people.born.iter().copied(), on)
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

impl Facts {
    /// What base data said at the time.
    pub(super) async fn at(&self, data: &dyn Data, time: Timestamp) -> Result<Arc<Known>, ExplorationError> {
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&time) {
            return Ok(Arc::clone(known));
        }
        let known = Arc::new(Known::of(data.people(time).await?));
        let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KEPT {
            all.clear();
        }
        all.insert(time, Arc::clone(&known));
        Ok(known)
    }
}

/// Everybody's record key, worked out when it is first asked for.
pub(super) struct Keys {
    secret: hmac::Key,
    known: Mutex<Arc<[u32]>>,
}

impl Keys {
    pub(super) fn new(secret: [u8; 32]) -> Self {
        Self { secret: hmac::Key::new(hmac::HMAC_SHA256, &secret), known: Mutex::new(Arc::from([])) }
    }

    /// The keys of at least so many people. It takes a second or two for a country, once.
    pub(super) fn of(&self, people: usize) -> Arc<[u32]> {
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
