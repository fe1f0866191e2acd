//! What a check of a source came to, as it is shown and kept.

use jiff::Timestamp;
use varde_core::Digest;
use varde_metadata::{
    EditionId,
    ports::{Lack, Weight},
};
use varde_rdf::{
    Format, Statements,
    shacl::{Finding, Report, Severity},
    write,
};

use super::Profile;
use crate::ExchangeError;

/// What a source lacks by one profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The profile.
    pub profile: Profile,
    /// The digest of what was said of the source, as N-Triples: whoever asks for the same can compare.
    pub said: Digest,
    /// What is lacking.
    pub lacks: Vec<Lack>,
}

impl Checked {
    /// What a report says, of what was said.
    pub(crate) fn of(profile: Profile, said: &Statements, report: &Report) -> Result<Self, ExchangeError> {
        let text = write(said, Format::NTriples).map_err(|error| ExchangeError::Writing(error.to_string()))?;
        Ok(Self { profile, said: Digest::of(&text), lacks: lacks(report) })
    }

    /// How much of a weight is lacking.
    pub fn count(&self, weight: Weight) -> usize {
        self.lacks.iter().filter(|lack| lack.weight == weight).count()
    }
}

/// A check of a published edition, as it was kept then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCheck {
    /// The edition.
    pub edition: EditionId,
    /// Its number within the source.
    pub number: i32,
    /// When it was checked, UTC.
    pub at: Timestamp,
    /// The digest of the shapes that it was held up against.
    pub shapes: Digest,
    /// What was found.
    pub checked: Checked,
}

/// What a report says is lacking.
pub(crate) fn lacks(report: &Report) -> Vec<Lack> {
    report.findings.iter().map(lack).collect()
}

fn lack(finding: &Finding) -> Lack {
    let focus = finding.focus.to_string();
    Lack {
        weight: match finding.severity {
            Severity::Violation => Weight::Breach,
            Severity::Warning => Weight::Advice,
            Severity::Info | Severity::Other(_) => Weight::Note,
        },
        reason: finding.reason.clone(),
        place: place(focus.trim_matches(['<', '>'])),
    }
}

/// Which part of the record it is: what follows the hash, after the name of the dataset where it is a data
/// product's. The record itself needs no telling.
fn place(focus: &str) -> String {
    let (node, part) = focus.split_once('#').unwrap_or((focus, ""));
    let product = node.split_once("/api/dcat/sources/").and_then(|(_, path)| path.split_once('/'));
    match product {
        Some((_, product)) if part.is_empty() => product.to_owned(),
        Some((_, product)) => format!("{product}#{part}"),
        None => part.to_owned(),
    }
}
