//! What is to be made of a permit, and what was made.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{Digest, ExtractId, Period, PermitId, ReleaseId, id::CataloguePath};

use super::{Cohort, Design, Handover, PermittedVariable, RuleSet};

/// One release, pinned by digest, that the extract reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedRelease {
    /// The dataset: `source/dataset`.
    pub dataset: CataloguePath,
    /// Its release.
    pub release: ReleaseId,
    /// The digest of the release's Parquet file.
    pub digest: Digest,
}

/// What a permit compiles to. The same specification gives the same bytes, every time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtractSpec {
    /// The extract it makes.
    pub extract: ExtractId,
    /// The permit.
    pub permit: PermitId,
    /// The digest of the signed permit, as text.
    pub permit_digest: Digest,
    /// The law that says what a later opt-out means.
    pub rule_set: RuleSet,
    /// Preferences as at this time, UTC: the decision's under EHDS, the start of making under Norwegian
    /// law.
    pub preferences_at: Timestamp,
    /// The releases that are read.
    pub releases: Vec<PinnedRelease>,
    /// Who.
    pub cohort: Cohort,
    /// Who else, and from which day time is counted.
    #[serde(default, skip_serializing_if = "Design::is_simple")]
    pub design: Design,
    /// What, at which granularity.
    pub variables: Vec<PermittedVariable>,
    /// From which period.
    pub period: Period,
    /// The smallest group allowed.
    pub minimum_group: u32,
    /// The id of the project's pseudonym key; the key itself never leaves the key store.
    pub key: String,
    /// How it is handed over.
    #[serde(default, skip_serializing_if = "Handover::is_default")]
    pub handover: Handover,
    /// Which delivery of the project it updates; nothing for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub update: Option<Update>,
    /// The edition of the engine that it was specified for: another may make other bytes of it. Deliveries
    /// from before editions were named say nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edition: Option<u32>,
}

/// That an extract updates an earlier delivery of the same permit, under the same project key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Update {
    /// Which update it is: 1 for the first.
    pub number: u32,
    /// The newest delivery before it, which the account of changes is told from.
    pub of: ExtractId,
    /// The digest of that delivery's manifest.
    pub manifest: Digest,
}

/// Why a person is not in an extract, though the cohort's rule finds them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Exclusion {
    /// Has opted out of secondary use (EHDS art. 71; reservation by law).
    OptedOut,
    /// Has withdrawn the consent that the register rests on.
    ConsentWithdrawn,
    /// Has an address that is strictly confidential or confidential (folkeregisterloven § 10-4).
    ConfidentialAddress,
    /// Stood out: shared the quasi-identifiers with fewer others than the permit allows.
    SmallGroup,
}

/// How many were excluded for a reason, rounded as the permit's rules say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExclusionCount {
    /// Why.
    pub reason: Exclusion,
    /// How many people.
    pub people: u64,
}

/// One file of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveredFile {
    /// The file's name in the delivery.
    pub name: String,
    /// The dataset, for data files.
    pub dataset: Option<CataloguePath>,
    /// SHA-256 of its bytes.
    pub digest: Digest,
    /// Its size in bytes.
    pub bytes: u64,
    /// Rows, for data files.
    pub rows: Option<u64>,
    /// Columns in order, for data files.
    pub columns: Vec<String>,
}

/// A check that was made, machine readable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Which, such as `minimum_group`, `columns_within_permit`, `nobody_excluded_present`.
    pub name: String,
    /// Whether it passed. A manifest whose checks did not all pass is never signed.
    pub passed: bool,
    /// Figures behind it.
    pub figures: BTreeMap<String, u64>,
}

/// What was made: signed, and on the log before the first byte is delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The extract.
    pub extract: ExtractId,
    /// The permit.
    pub permit: PermitId,
    /// The digest of the specification's canonical JSON.
    pub specification: Digest,
    /// The releases that were read.
    pub releases: Vec<PinnedRelease>,
    /// People in the extract.
    pub people: u64,
    /// People left out, by reason.
    pub excluded: Vec<ExclusionCount>,
    /// The root of the keyed membership tree: who was in, and who was left out and why.
    pub membership_root: Digest,
    /// The files.
    pub files: Vec<DeliveredFile>,
    /// The checks.
    pub checks: Vec<Check>,
}
