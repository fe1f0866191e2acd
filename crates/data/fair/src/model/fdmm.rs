//! The RDA FAIR Data Maturity Model (DOI 10.15497/rda00050): its 41 indicators, by their names. What only
//! somebody who knows the data can say is left to a person.

use super::{
    Evidence, Facts, Field, How, Outcome,
    finding::{Found, many, open, profile, released, share, told},
    mqa::{answers, known_licence, values},
};

/// Vocabularies whose terms have addresses that answer.
const SHARED: &str = "http://publications.europa.eu/resource/authority/";

pub(super) fn rule(id: &str, facts: &Facts) -> Option<Found> {
    findable(id, facts)
        .or_else(|| accessible(id, facts))
        .or_else(|| interoperable(id, facts))
        .or_else(|| reusable(id, facts))
}

fn findable(id: &str, facts: &Facts) -> Option<Found> {
    use Field as F;
    const RICH: [Field; 8] =
        [F::Title, F::Description, F::Keyword, F::Theme, F::Publisher, F::Contact, F::Spatial, F::Temporal];
    Some(match id {
        "RDA-F1-01M" => told(facts, F::Identifier),
        // A release has an id and a digest of its own, for good.
        "RDA-F1-01D" | "RDA-F1-02D" => released(facts, &[]),
        "RDA-F1-02M" => address(facts, F::Identifier),
        "RDA-F2-01M" => many(facts, &RICH, RICH.len(), 4),
        "RDA-F3-01M" => many(facts, &[F::Distribution, F::AccessUrl], 2, 1),
        // The catalogue is harvested as RDF; a source is in it once it has an address there.
        "RDA-F4-01M" => here(facts, F::Identifier),
        _ => return None,
    })
}

fn accessible(id: &str, facts: &Facts) -> Option<Found> {
    use Field as F;
    Some(match id {
        "RDA-A1-01M" => many(facts, &[F::AccessRights, F::AccessUrl, F::Contact], 3, 1),
        "RDA-A1-02M" => here(facts, F::LandingPage),
        "RDA-A1-02D" => answers(facts, F::AccessUrl),
        "RDA-A1-03M" => here(facts, F::Identifier),
        "RDA-A1-03D" | "RDA-A1-05D" => open(facts, values(facts, F::DownloadUrl), F::DownloadUrl, How::Download),
        "RDA-A1-04M" | "RDA-A1.1-01M" => address(facts, F::Identifier),
        // What is on the platform is delivered over HTTPS, to those whom a permit names.
        "RDA-A1-04D" | "RDA-A1.1-01D" | "RDA-A1.2-01D" => released(facts, &[]),
        // Editions of descriptions are never deleted.
        "RDA-A2-01M" => told(facts, F::Editions),
        _ => return None,
    })
}

fn interoperable(id: &str, facts: &Facts) -> Option<Found> {
    use Field as F;
    Some(match id {
        "RDA-I1-01M" => told(facts, F::Identifier),
        "RDA-I1-01D" => told(facts, F::Format),
        "RDA-I1-02M" => profile(facts.national, F::NationalCheck, How::National),
        "RDA-I1-02D" => share(facts.dictionary, F::Dictionary, How::Dictionary),
        "RDA-I2-01M" => shared_words(facts),
        "RDA-I2-01D" => codes(facts),
        "RDA-I3-01M" => many(facts, &[F::CodingSystem, F::Legislation, F::Page, F::Relation], 1, 1),
        "RDA-I3-03M" => many(facts, &[F::CodingSystem, F::Legislation, F::Publisher], 2, 1),
        "RDA-I3-01D" => linked(facts),
        "RDA-I3-02M" | "RDA-I3-04M" => described_link(facts),
        "RDA-I3-02D" => Found::person(facts.evidence_of(&[F::Linkage, F::Relation])),
        _ => return None,
    })
}

fn reusable(id: &str, facts: &Facts) -> Option<Found> {
    use Field as F;
    const ATTRIBUTES: [Field; 7] =
        [F::Provenance, F::Purpose, F::Population, F::Temporal, F::Frequency, F::Variables, F::HealthCategory];
    Some(match id {
        "RDA-R1-01M" => many(facts, &ATTRIBUTES, 6, 3),
        "RDA-R1.1-01M" => many(facts, &[F::Rights, F::License], 1, 1),
        // Terms of data that need a permit stand in each decision: no standard licence can say them.
        "RDA-R1.1-02M" | "RDA-R1.1-03M" => open(facts, known_licence(facts), F::License, How::License),
        "RDA-R1.2-01M" => told(facts, F::Provenance),
        "RDA-R1.2-02M" => many(facts, &[F::Provenance, F::Attribution], 2, 1),
        "RDA-R1.3-01M" | "RDA-R1.3-02M" => profile(facts.health, F::HealthCheck, How::Health),
        "RDA-R1.3-01D" => released(facts, &[]),
        "RDA-R1.3-02D" => released(facts, &[F::Variables]),
        _ => return None,
    })
}

/// Met when a value is an address that is the same in all the world.
fn address(facts: &Facts, field: Field) -> Found {
    let is = |value: &String| ["https://", "http://", "urn:"].iter().any(|scheme| value.starts_with(scheme));
    let outcome = if facts.values(field).iter().any(is) { Outcome::Met } else { Outcome::NotMet };
    Found::new(outcome, facts.evidence(field)).fill(field)
}

/// Met when a value is an address of this installation: it answers.
fn here(facts: &Facts, field: Field) -> Found {
    let site = format!("{}/", facts.site);
    let outcome =
        if facts.values(field).iter().any(|value| value.starts_with(&site)) { Outcome::Met } else { Outcome::NotMet };
    Found::new(outcome, facts.evidence(field)).fill(field)
}

/// Theme, access rights and place by terms that others use too.
fn shared_words(facts: &Facts) -> Found {
    let fields = [Field::Theme, Field::AccessRights, Field::Spatial];
    let shared = |field: &Field| facts.values(*field).iter().any(|value| value.starts_with(SHARED));
    let count = fields.iter().filter(|field| shared(field)).count();
    let outcome = match count {
        3 => Outcome::Met,
        1.. => Outcome::Partly,
        _ => Outcome::NotMet,
    };
    let lacks = fields.iter().find(|field| !shared(field)).copied().unwrap_or(Field::Theme);
    Found::new(outcome, facts.evidence_of(&fields)).fill(lacks)
}

/// Codes from systems that are published by somebody; where nothing is coded it is not relevant.
fn codes(facts: &Facts) -> Found {
    let codes = facts.shared_codes;
    if codes.all == 0 {
        let value = "0/0".to_owned();
        return Found::new(Outcome::NotRelevant, vec![Evidence { field: Field::SharedCodes, value }]);
    }
    let found = share(codes, Field::SharedCodes, How::Codes);
    let value = format!("{}/{}", codes.some, codes.all);
    match codes.percent() {
        Some(1..50) => Found::new(Outcome::Partly, vec![Evidence { field: Field::SharedCodes, value }]).how(How::Codes),
        _ => found,
    }
}

/// Rows that find their person in other sources refer to their data.
fn linked(facts: &Facts) -> Found {
    if facts.has(Field::Linkage) {
        return Found::met(facts.evidence(Field::Linkage));
    }
    Found::person(facts.evidence(Field::Linkage))
}

/// A description that names the data it comes from, or belongs to.
fn described_link(facts: &Facts) -> Found {
    let fields = [Field::DerivedFrom, Field::Relation];
    if fields.iter().any(|field| facts.has(*field)) {
        return Found::met(facts.evidence_of(&fields));
    }
    Found::person(facts.evidence_of(&fields)).fill(Field::DerivedFrom)
}
