//! HealthDCAT-AP: whether each property of the profile is told. What is mandatory, recommended and optional
//! follows from the access rights (release 5 has three sets of obligations).

use super::{
    Facts, Field,
    finding::{Found, told},
};

/// The indicators are named as fields are.
pub(super) fn rule(id: &str, facts: &Facts) -> Option<Found> {
    Field::ALL.iter().find(|field| field.name() == id).map(|field| told(facts, *field))
}
