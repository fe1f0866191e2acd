//! DCATNO-MQA: the metrics of data.norge.no, by their names in the published vocabulary.

use super::{
    Evidence, Facts, Field, How, Outcome,
    finding::{Found, open, profile, told},
};

/// Where file types are listed.
const FILE_TYPE: &str = "http://publications.europa.eu/resource/authority/file-type/";
/// Where media types are listed.
const MEDIA_TYPE: &str = "https://www.iana.org/assignments/media-types/";
/// Where access rights are listed.
const ACCESS_RIGHT: &str = "http://publications.europa.eu/resource/authority/access-right/";
/// Where licences are listed that the vocabulary counts as known.
const LICENCES: [&str; 3] = [
    "http://publications.europa.eu/resource/authority/licence/",
    "https://creativecommons.org/",
    "http://creativecommons.org/",
];
const NORWEGIAN_LICENCE: &str = "https://data.norge.no/nlod/";

/// File types that nobody owns, and that machines read: by the code in the EU's list or the end of a media
/// type, in lower case.
const OPEN: [&str; 17] = [
    "csv",
    "json",
    "json_ld",
    "ld+json",
    "xml",
    "rdf_turtle",
    "turtle",
    "rdf_xml",
    "rdf+xml",
    "rdf_n_triples",
    "n-triples",
    "parquet",
    "vnd.apache.parquet",
    "geojson",
    "tsv",
    "gml",
    "odf",
];

pub(super) fn rule(id: &str, facts: &Facts) -> Option<Found> {
    use Field as F;
    Some(match id {
        "keywordAvailability" => told(facts, F::Keyword),
        "categoryAvailability" => told(facts, F::Theme),
        "spatialAvailability" => told(facts, F::Spatial),
        "temporalAvailability" => told(facts, F::Temporal),
        "accessUrlStatusCode" => answers(facts, F::AccessUrl),
        "downloadUrlAvailability" => open(facts, values(facts, F::DownloadUrl), F::DownloadUrl, How::Download),
        "downloadUrlStatusCode" if facts.has(F::DownloadUrl) => answers(facts, F::DownloadUrl),
        "downloadUrlStatusCode" => open(facts, None, F::DownloadUrl, How::Download),
        "formatAvailability" => told(facts, F::Format),
        "mediaTypeAvailability" => told(facts, F::MediaType),
        "formatMediaTypeVocabularyAlignment" => aligned(facts),
        "formatMediaTypeNonProprietary" | "formatMediaTypeMachineInterpretable" => open_format(facts),
        "dcatApCompliance" => complies(facts),
        "formatMatch" | "syntaxValid" => file(facts),
        "licenceAvailability" => open(facts, values(facts, F::License), F::License, How::License),
        "knownLicence" => open(facts, known_licence(facts), F::License, How::License),
        "accessRightsAvailability" => told(facts, F::AccessRights),
        "accessRightsVocabularyAlignment" => within(facts, F::AccessRights, ACCESS_RIGHT),
        "contactPointAvailability" => told(facts, F::Contact),
        "publisherAvailability" => told(facts, F::Publisher),
        "rightsAvailability" => told(facts, F::Rights),
        "byteSizeAvailability" => told(facts, F::ByteSize),
        "dateIssuedAvailability" => told(facts, F::DistributionIssued),
        "dateModifiedAvailability" => told(facts, F::DistributionModified),
        _ => return None,
    })
}

/// Whether an address answers. Ours do; others are not called from here, so that a person must say.
pub(super) fn answers(facts: &Facts, field: Field) -> Found {
    if !facts.has(field) {
        return Found::new(Outcome::NotMet, facts.evidence(field)).fill(field);
    }
    let here = format!("{}/", facts.site);
    match facts.values(field).iter().find(|address| address.starts_with(&here)) {
        Some(address) => Found::met(vec![Evidence { field, value: address.clone() }]),
        None => Found::person(facts.evidence(field)),
    }
}

/// The values as evidence, when there are any.
pub(super) fn values(facts: &Facts, field: Field) -> Option<Vec<Evidence>> {
    facts.has(field).then(|| facts.evidence(field))
}

/// A licence of a published list, when one is told.
pub(super) fn known_licence(facts: &Facts) -> Option<Vec<Evidence>> {
    let known = |one: &str| LICENCES.iter().any(|list| one.starts_with(list)) || one.starts_with(NORWEGIAN_LICENCE);
    let found = facts.values(Field::License).iter().find(|one| known(one))?;
    Some(vec![Evidence { field: Field::License, value: found.clone() }])
}

/// Whether a field's value is of a controlled list.
fn within(facts: &Facts, field: Field, list: &str) -> Found {
    let is = facts.values(field).iter().any(|value| value.starts_with(list));
    Found::new(if is { Outcome::Met } else { Outcome::NotMet }, facts.evidence(field)).fill(field)
}

/// Format and media type, both from their lists.
fn aligned(facts: &Facts) -> Found {
    let of = |field, list: &str| facts.values(field).iter().any(|value| value.starts_with(list));
    let (format, media) = (of(Field::Format, FILE_TYPE), of(Field::MediaType, MEDIA_TYPE));
    let outcome = if format && media { Outcome::Met } else { Outcome::NotMet };
    let lacks = if format { Field::MediaType } else { Field::Format };
    Found::new(outcome, facts.evidence_of(&[Field::Format, Field::MediaType])).fill(lacks)
}

/// A format that nobody owns and machines read.
fn open_format(facts: &Facts) -> Found {
    let fields = [Field::Format, Field::MediaType];
    let is = |value: &String| {
        let code = value.rsplit(['/', '#']).next().unwrap_or_default().to_ascii_lowercase();
        OPEN.contains(&code.as_str())
    };
    let found = fields.into_iter().flat_map(|field| facts.values(field)).any(is);
    let outcome = if found { Outcome::Met } else { Outcome::NotMet };
    Found::new(outcome, facts.evidence_of(&fields)).fill(Field::Format)
}

/// The metric is a yes or a no: one violation is a no.
fn complies(facts: &Facts) -> Found {
    let found = profile(facts.national, Field::NationalCheck, How::National);
    match facts.national {
        Some(1..) => {
            let value = facts.national.unwrap_or_default().to_string();
            Found::new(Outcome::NotMet, vec![Evidence { field: Field::NationalCheck, value }]).how(How::National)
        }
        _ => found,
    }
}

/// What the file itself would show. Releases are read and written by the platform, row by row; data that the
/// law keeps from being fetched nobody outside can look at.
fn file(facts: &Facts) -> Found {
    if facts.has(Field::Release) {
        return Found::met(facts.evidence_of(&[Field::Release, Field::Rows]));
    }
    match facts.restriction() {
        Some(law) => Found::new(Outcome::RightlyRestricted, law),
        None => Found::person(facts.evidence(Field::Format)),
    }
}
