//! Releases and extracts as the platform keeps them; pure.

mod amendment;
mod ingestion;
mod large;
pub(crate) mod product;
mod update;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{CataloguePath, Digest, EntryId, ExtractId, OrganisationId, Period, PermitId, PersonId, ReleaseId};
use varde_permit::{ExtractSpec, Manifest, RuleSet};

use crate::{
    import::Quality,
    quality::{Miss, Report, Thresholds},
};

pub(crate) use amendment::Amending;
pub use amendment::{Amendment, AmendmentContent, AmendmentId, AmendmentKind, Unfit};
pub use ingestion::{Decision, DecisionKind, Ingestion, IngestionState, Plan, Quarantine, QuarantineGroup, Underway};
pub(crate) use ingestion::{lines, recipe, release_of, renewal};

pub use large::{Confirmation, Held, LargeExtract};
pub use product::{
    ApprovedEvent, Build, BuildState, Freshness, LineageStep, LineageView, MadeBy, ProductRecord, ProductVersion,
    VersionState,
};
pub use update::Standing;
pub(crate) use update::{Made, standing};

/// Where a release is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleaseStatus {
    /// Taken in, to be approved.
    Draft,
    /// Taken in, but too many rows could not be used, or it misses what its data holder demands: approving it
    /// takes a reason.
    Held,
    /// The one that extracts are made from.
    Approved,
    /// An earlier one; extracts that were made from it can still be made again.
    Superseded,
    /// Taken back by its data holder, with a reason: nothing is made from it any more.
    Withdrawn,
}

impl ReleaseStatus {
    const ALL: [Self; 5] = [Self::Draft, Self::Held, Self::Approved, Self::Superseded, Self::Withdrawn];

    /// The name in the database and, after `platform-release-`, in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Held => "held",
            Self::Approved => "approved",
            Self::Superseded => "superseded",
            Self::Withdrawn => "withdrawn",
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
    /// Why it was approved though it was held back.
    pub approved_because: Option<String>,
    /// When it was withdrawn, UTC.
    pub withdrawn_at: Option<Timestamp>,
    /// Why it was withdrawn.
    pub withdrawn_because: Option<String>,
}

/// What was found in a release, and what it lacks of what its data holder demands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Assessment {
    /// What was found.
    pub report: Report,
    /// SHA-256 of the whole report's canonical JSON, as it stands on the log.
    pub digest: Digest,
    /// The version of the thresholds that it was judged by.
    pub thresholds: Option<i32>,
    /// What it lacks.
    pub misses: Vec<Miss>,
    /// When, UTC.
    pub assessed_at: Timestamp,
}

/// A version of what is demanded of a dataset's releases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SetThresholds {
    /// 1, 2, 3 …; the highest holds.
    pub version: i32,
    /// The organisation that demands it.
    pub holder: Option<OrganisationId>,
    /// What.
    pub content: Thresholds,
    /// Why.
    pub reason: String,
    /// When it was set, UTC.
    pub set_at: Timestamp,
}

/// An extract that was made from a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MadeFrom {
    /// The extract.
    pub extract: ExtractId,
    /// Its permit.
    pub permit: PermitId,
}

/// What `platform.release.withdrawn` carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawnEvent {
    /// The release.
    pub release: ReleaseId,
    /// Its dataset.
    pub dataset: CataloguePath,
    /// The extracts that were made from it, or are being made.
    pub extracts: Vec<MadeFrom>,
}

/// Where an extract is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExtractStatus {
    /// Specified; a job makes it.
    Prepared,
    /// Being made: the time as at which opt-outs count is settled and on the log.
    Making,
    /// About so many people that it waits for the access body to look at it once more.
    Held,
    /// Made, and on the log; not yet at its place.
    Entered,
    /// At its place.
    Delivered,
    /// Ended: nobody is left in it, since the rule finds too few people or all of them are left out.
    Empty,
    /// Ended: its permit was revoked or ran out before it was delivered.
    Stopped,
}

impl ExtractStatus {
    const ALL: [Self; 7] =
        [Self::Prepared, Self::Making, Self::Held, Self::Entered, Self::Delivered, Self::Empty, Self::Stopped];

    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Making => "making",
            Self::Held => "held",
            Self::Entered => "entered",
            Self::Delivered => "delivered",
            Self::Empty => "empty",
            Self::Stopped => "stopped",
        }
    }

    /// Whether nothing more will happen to it.
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Delivered | Self::Empty | Self::Stopped)
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
    /// That it is, or was, held since it is large.
    pub held: Option<Held>,
    /// Who of the project asked for it, when it is an update that did not come by itself.
    pub asked_by: Option<PersonId>,
    /// When it was specified, UTC: the releases it reads were settled then.
    pub specified_at: Timestamp,
    /// When it was delivered, UTC.
    pub delivered_at: Option<Timestamp>,
    /// When its files were deleted, UTC.
    pub deleted_at: Option<Timestamp>,
}

impl ExtractRecord {
    /// Which update of its project it is; 0 for the first extract.
    pub fn number(&self) -> u32 {
        self.specification.update.map_or(0, |update| update.number)
    }

    /// Whether its files lie at their place.
    pub fn lies(&self) -> bool {
        self.status == ExtractStatus::Delivered && self.deleted_at.is_none()
    }
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

/// The time as at which opt-outs count for an extract whose making begins now. `earlier` is the
/// decision's time, or the one that was settled when it was prepared.
///
/// Under Norwegian law a reservation acts on every extract made after it (helseregisterloven § 19 a
/// ff.); under EHDS article 71 one made after the permit was approved leaves the extract as it is.
pub fn preferences_at(rule_set: RuleSet, earlier: Timestamp, now: Timestamp) -> Timestamp {
    match rule_set {
        RuleSet::Norway => now.max(earlier),
        RuleSet::Ehds => earlier,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_set_says_whether_a_later_opt_out_counts() {
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(preferences_at(RuleSet::Norway, at(100), at(200)), at(200));
        assert_eq!(preferences_at(RuleSet::Norway, at(100), at(50)), at(100), "a clock that jumped back");
        assert_eq!(preferences_at(RuleSet::Ehds, at(100), at(200)), at(100));
    }

    #[test]
    fn statuses_read_back() {
        for status in ExtractStatus::ALL {
            assert_eq!(ExtractStatus::from_name(status.name()), Some(status));
        }
    }
}
