//! The register of permits and its seals through their public face.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops with the place and the error")]

mod api;
mod register;
mod seals;

use jiff::civil::date;
use varde_core::{
    ApplicationId, DecisionId, LegalBasis, OrganisationId, Period, PermitId, PersonId, Purpose, Randomness,
    SimulatedClock,
};
use varde_permit::{Cohort, Granularity, Permit, PermittedVariable, RuleSet};
use varde_store::testing::START;

/// A permit whose ids are the seed's.
fn permit(seed: u64) -> Permit {
    let (clock, randomness) = (SimulatedClock::new(START), Randomness::seeded(seed));
    Permit {
        id: PermitId::new(&clock, &randomness),
        version: 1,
        predecessor: None,
        application: ApplicationId::new(&clock, &randomness),
        decision: DecisionId::new(&clock, &randomness),
        title: "Heart failure and medicines".to_owned(),
        decided_at: START,
        valid: Period { from: date(2026, 11, 22), until: Some(date(2030, 12, 31)) },
        access_body: OrganisationId::new(&clock, &randomness),
        holder: OrganisationId::new(&clock, &randomness),
        persons: vec![PersonId::new(&clock, &randomness)],
        purpose: Purpose::Research,
        legal_bases: vec![LegalBasis::new("helseregisterloven", "§ 19 a")],
        rule_set: RuleSet::Norway,
        cohort: Cohort::Everyone,
        variables: vec![PermittedVariable {
            variable: "npr/contact/main_condition".parse().unwrap(),
            granularity: Granularity::Prefix(3),
            measure: varde_permit::Measure::default(),
        }],
        period: Period { from: date(2020, 1, 1), until: Some(date(2024, 12, 31)) },
        minimum_group: 5,
        design: varde_permit::Design::default(),
        handover: varde_permit::Handover::default(),
        large: None,
        conditions: Vec::new(),
    }
}
