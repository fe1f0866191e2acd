//! The people of a test: who they are, and what was told of them.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use uuid::Uuid;
use varde_core::{
    PersonId,
    identifier::{NationalNumber, Rule, synthetic},
};
use varde_oauth::ports::{Approval, Coded, HealthPersonnel, People, PersonFacts, PortError, Registered, Told, Wanted};

/// A doctor, who is in the register of health personnel.
pub(crate) fn kari() -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(501))
}

/// Somebody who is not.
pub(crate) fn ola() -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(502))
}

/// Their national number.
pub(crate) fn number(person: PersonId) -> NationalNumber {
    let from = if person == kari() { 0 } else { 20 };
    let birth = jiff::civil::date(1975, 5, 17);
    (from..).find_map(|individual| synthetic(birth, individual, Rule::Of1964)).unwrap()
}

/// Their name.
pub(crate) fn name(person: PersonId) -> &'static str {
    if person == kari() { "Kari Lege" } else { "Ola Pasient" }
}

/// The registers; what is asked of them is remembered.
#[derive(Default)]
pub(crate) struct Population {
    pub(crate) told: Mutex<Vec<(PersonId, Wanted, Told)>>,
    /// Whether there is no register of health personnel.
    pub(crate) without_personnel: AtomicBool,
    /// Whether the doctor is one no longer.
    pub(crate) lost_authorisation: AtomicBool,
}

#[async_trait]
impl People for Population {
    async fn facts(&self, person: PersonId, wanted: Wanted, told: &Told) -> Result<PersonFacts, PortError> {
        self.told.lock().unwrap().push((person, wanted, told.clone()));
        let doctor = Approval {
            profession: "LE".to_owned(),
            authorization: Coded { value: "1".to_owned(), description: "Autorisasjon".to_owned() },
            requisition_rights: Vec::new(),
            specialities: Vec::new(),
        };
        let lost = self.lost_authorisation.load(Ordering::Relaxed);
        let approvals = if lost { Vec::new() } else { vec![doctor] };
        let found = HealthPersonnel { hpr_number: "9144900".parse().unwrap(), approvals };
        Ok(PersonFacts {
            national_number: wanted.national_number.then(|| number(person)),
            name: wanted.name.then(|| name(person).to_owned()),
            health_personnel: match person {
                _ if !wanted.health_personnel || self.without_personnel.load(Ordering::Relaxed) => Registered::Unknown,
                person if person == kari() => Registered::As(found),
                _ => Registered::No,
            },
        })
    }
}
