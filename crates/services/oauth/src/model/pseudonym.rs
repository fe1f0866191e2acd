//! What a person is called outside: somebody else at every client (OpenID Connect Core, section 8.1),
//! and the same for all that one organisation owns.

use std::fmt;

use aws_lc_rs::hmac::{Context, HMAC_SHA256, Key};
use uuid::Uuid;
use varde_core::{PersonId, identifier::OrganisationNumber};
use varde_jose::encode;

use crate::ClientId;

/// Makes pseudonyms: HMAC-SHA256 under a secret that all instances share, so that nobody else can
/// say which two belong together.
#[derive(Clone)]
pub(crate) struct Pseudonyms(Key);

impl Pseudonyms {
    /// Pseudonyms under a secret of 32 bytes.
    pub(crate) fn new(secret: &[u8; 32]) -> Self {
        Self(Key::new(HMAC_SHA256, secret))
    }

    /// The `sub` of a person at a client.
    pub(crate) fn subject(&self, client: ClientId, person: PersonId) -> String {
        self.of("subject", &client.to_string(), person.uuid())
    }

    /// The pseudonym of a person at an organisation (`pid_pseudonym`).
    pub(crate) fn shared(&self, owner: OrganisationNumber, person: PersonId) -> String {
        self.of("person", owner.as_str(), person.uuid())
    }

    /// The `sid` of a session at a client.
    pub(crate) fn session(&self, client: ClientId, session: Uuid) -> String {
        self.of("session", &client.to_string(), session)
    }

    /// The length before each part: no two lists of parts are the same text.
    fn of(&self, kind: &str, sector: &str, what: Uuid) -> String {
        let mut context = Context::with_key(&self.0);
        for part in [kind.as_bytes(), sector.as_bytes(), what.as_bytes()] {
            context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(part);
        }
        encode(context.sign().as_ref())
    }
}

impl fmt::Debug for Pseudonyms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pseudonyms")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_the_same_to_two_clients_and_everybody_is_to_one_owner() {
        let pseudonyms = Pseudonyms::new(&[7; 32]);
        let person = |n| PersonId::from_uuid(Uuid::from_u128(n));
        let client = |n| ClientId::from_uuid(Uuid::from_u128(n));
        let owner = OrganisationNumber::from_stem(31_000_001).or(OrganisationNumber::from_stem(31_000_002)).unwrap();
        assert_eq!(pseudonyms.subject(client(1), person(1)), pseudonyms.subject(client(1), person(1)));
        assert_ne!(pseudonyms.subject(client(1), person(1)), pseudonyms.subject(client(2), person(1)));
        assert_ne!(pseudonyms.subject(client(1), person(1)), pseudonyms.subject(client(1), person(2)));
        assert_ne!(pseudonyms.subject(client(1), person(1)), pseudonyms.session(client(1), Uuid::from_u128(1)));
        assert_ne!(pseudonyms.shared(owner, person(1)), pseudonyms.shared(owner, person(2)));
        let other = Pseudonyms::new(&[8; 32]);
        assert_ne!(pseudonyms.subject(client(1), person(1)), other.subject(client(1), person(1)));
    }
}
