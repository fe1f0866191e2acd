//! How requests name an organisation, at random, and what stands in a token.

use serde_json::{Value, json};
use varde_core::{Randomness, identifier::OrganisationNumber};

use crate::world::{details, organisation};

/// For whom a token is: main unit, sub-unit, supplier. None for a client without tenancy.
pub(super) type Place = Option<(OrganisationNumber, Option<OrganisationNumber>, Option<OrganisationNumber>)>;

/// How a request names an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Says {
    Nothing,
    Child(OrganisationNumber),
    Parent(OrganisationNumber, Option<OrganisationNumber>, bool),
}

impl Says {
    pub(super) fn any(dice: &Dice) -> Self {
        let unit = |n| organisation(n);
        match dice.of(6) {
            0 => Self::Nothing,
            1 => Self::Child(unit(dice.of(4))),
            // Also a sub-unit as main unit, one of another's, the supplier itself and one nobody knows.
            n => {
                let child = (n > 3).then(|| unit(dice.of(4)));
                Self::Parent(unit(dice.of(5)), child, dice.of(2) == 0)
            }
        }
    }

    pub(super) fn details(&self) -> Option<Value> {
        match self {
            Self::Nothing => None,
            Self::Child(child) => {
                let mut detail = details(child.as_str());
                detail["practitioner_role"]["organization"]["identifier"]["system"] =
                    json!("urn:oid:2.16.578.1.12.4.1.4.101");
                Some(detail)
            }
            Self::Parent(parent, child, colon) => {
                let child = child.map(|child| format!(":{}", child.as_str()));
                let end = child.unwrap_or_else(|| if *colon { ":".to_owned() } else { String::new() });
                Some(details(&format!("NO:ORGNR:{}{end}", parent.as_str())))
            }
        }
    }
}

pub(super) struct Dice(pub(super) Randomness);

impl Dice {
    pub(super) fn of(&self, sides: usize) -> usize {
        usize::from(self.0.bytes::<1>()[0]) % sides
    }

    pub(super) fn one<'a, T>(&self, all: &'a [T]) -> Option<&'a T> {
        if all.is_empty() { None } else { all.get(self.of(all.len())) }
    }
}

/// The organisation that stands in a token's claims.
pub(super) fn place(claims: &Value) -> Place {
    let number = |name: &str| {
        let claim = claims.get(format!("helseid://claims/client/claims/orgnr_{name}"))?;
        Some(claim.as_str().unwrap().parse::<OrganisationNumber>().unwrap())
    };
    let (child, supplier) = (number("child"), number("supplier"));
    match number("parent") {
        Some(parent) => Some((parent, child, supplier)),
        None => {
            assert_eq!((child, supplier), (None, None));
            None
        }
    }
}
