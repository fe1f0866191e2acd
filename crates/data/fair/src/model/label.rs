//! The data quality and utility label (Regulation (EU) 2025/327 art. 78(3)): each element is something that
//! the label must tell. Met means told here.

use super::{
    Facts, Field, How, Outcome,
    finding::{Found, many, profile, share, told},
};

pub(super) fn rule(id: &str, facts: &Facts) -> Option<Found> {
    use Field as F;
    Some(match id {
        "a-metadata" => profile(facts.health, F::HealthCheck, How::Health),
        "a-support" => told(facts, F::Page),
        "a-dictionary" => share(facts.dictionary, F::Dictionary, How::Dictionary),
        "a-standards" => many(facts, &[F::Format, F::CodingSystem], 2, 1),
        "a-origin" => told(facts, F::Provenance),
        "a-model" => told(facts, F::Variables),
        "b-completeness" => figure(facts, F::Empty),
        "b-validity" => figure(facts, F::Rows),
        "b-timeliness" => many(facts, &[F::Frequency, F::Released], 2, 1),
        "d-period" => told(facts, F::Temporal),
        "d-population" => told(facts, F::Population),
        "d-representativity" => any(facts, &[F::Coverage, F::Participation]),
        "f-links" => any(facts, &[F::Linkage, F::Relation, F::DerivedFrom]),
        // What shows something of it stands beside the question; the answer is a person's.
        "b-uniqueness" | "b-accuracy" | "b-consistency" | "c-maturity" | "c-audit" => {
            Found::person(facts.evidence_of(&[F::QualityNote, F::QualityAnnotation]))
        }
        "c-bias" => Found::person(facts.evidence_of(&[F::Criteria, F::Participation])),
        "d-appearance" => Found::person(facts.evidence_of(&[F::Temporal, F::Retention])),
        "e-addition" => Found::person(facts.evidence_of(&[F::Frequency, F::Released])),
        "e-provision" => Found::person(facts.evidence(F::AccessUrl)),
        "f-merging" => Found::person(facts.evidence_of(&[F::Provenance, F::Editions])),
        _ => return None,
    })
}

/// A figure that the platform found when it took data in; a note in words is a part of it.
fn figure(facts: &Facts, field: Field) -> Found {
    if facts.has(field) {
        return Found::met(facts.evidence(field));
    }
    let noted = facts.has(Field::QualityNote);
    let outcome = if noted { Outcome::Partly } else { Outcome::NotMet };
    Found::new(outcome, facts.evidence_of(&[field, Field::QualityNote])).how(How::Release)
}

/// Met when any of the fields is told.
fn any(facts: &Facts, fields: &[Field]) -> Found {
    many(facts, fields, 1, 1)
}
