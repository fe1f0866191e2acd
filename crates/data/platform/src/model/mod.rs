//! Releases and extracts as the platform keeps them; pure.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{CataloguePath, Digest, EntryId, ExtractId, OrganisationId, Period, PermitId, PersonId, ReleaseId};
use varde_permit::{ExtractSpec, Manifest, Permit, RuleSet};

use crate::import::Quality;

/// Where a release is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseStatus {
    /// Taken in, to be approved.
    Draft,
    /// Taken in, but too many rows could not be used: approving it takes a deliberate step.
    Held,
    /// The one that extracts are made from.
    Approved,
    /// An earlier one; extracts that were made from it can still be made again.
    Superseded,
}

impl ReleaseStatus {
    const ALL: [Self; 4] = [Self::Draft, Self::Held, Self::Approved, Self::Superseded];

    /// The name in the database and, after `platform-release-`, in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Held => "held",
            Self::Approved => "approved",
            Self::Superseded => "superseded",
        }
    }

    /// The status of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }

    /// The status of a new release: held when more rows per thousand were unusable than allowed.
    pub fn of_new(quality: &Quality, allowed_per_thousand: u64) -> Self {
        if quality.unusable_per_thousand() > allowed_per_thousand { Self::Held } else { Self::Draft }
    }
}

/// A release as it is registered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReleaseRecord {
    /// Its id.
    pub id: ReleaseId,
    /// The dataset: `source/dataset`.
    pub dataset: CataloguePath,
    /// Who answers for it.
    pub holder: Option<OrganisationId>,
    /// Where it is.
    pub status: ReleaseStatus,
    /// SHA-256 of the Parquet file.
    pub digest: Digest,
    /// SHA-256 of what was taken in.
    pub source_digest: Digest,
    /// The Parquet file's size in bytes.
    pub bytes: u64,
    /// Rows.
    pub rows: u64,
    /// Different people.
    pub people: u64,
    /// First and last day of the event date.
    pub period: Option<Period>,
    /// What was found when it was taken in.
    pub quality: Quality,
    /// When it was taken in, UTC.
    pub created_at: Timestamp,
    /// When it was approved, UTC.
    pub approved_at: Option<Timestamp>,
}

/// Where an extract is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExtractStatus {
    /// Specified; a job makes it.
    Prepared,
    /// Made, and on the log; not yet at its place.
    Entered,
    /// At its place.
    Delivered,
}

impl ExtractStatus {
    const ALL: [Self; 3] = [Self::Prepared, Self::Entered, Self::Delivered];

    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Entered => "entered",
            Self::Delivered => "delivered",
        }
    }

    /// The status of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.name() == name)
    }
}

/// An extract as it is registered.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExtractRecord {
    /// What to make.
    pub specification: ExtractSpec,
    /// The project's title.
    pub title: String,
    /// The persons whom the permit names.
    pub persons: Vec<PersonId>,
    /// Where it is.
    pub status: ExtractStatus,
    /// What was made.
    pub manifest: Option<Manifest>,
    /// SHA-256 of the manifest's bytes, as it stands on the log.
    pub manifest_digest: Option<Digest>,
    /// The manifest's seal: JWS in compact form.
    pub signature: Option<String>,
    /// The entry that commits to who was in it.
    pub entry: Option<EntryId>,
    /// When it was delivered, UTC.
    pub delivered_at: Option<Timestamp>,
}

/// What `platform.extract.delivered` carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveredEvent {
    /// The extract.
    pub extract: ExtractId,
    /// The permit it was made under.
    pub permit: PermitId,
    /// SHA-256 of the manifest's bytes.
    pub manifest: Digest,
}

/// The time as at which opt-outs count for an extract made now.
///
/// Under Norwegian law a reservation acts on every extract made after it (helseregisterloven § 19 a
/// ff.); under EHDS article 71 one made after the permit was approved leaves the extract as it is.
pub fn preferences_at(permit: &Permit, now: Timestamp) -> Timestamp {
    match permit.rule_set {
        RuleSet::Norway => now.max(permit.decided_at),
        RuleSet::Ehds => permit.decided_at,
    }
}
