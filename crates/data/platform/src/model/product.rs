//! Data products as the platform keeps them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{CataloguePath, Digest, OrganisationId, ReleaseId};

use crate::product::{Declaration, Lineage};

/// Where a version of a declaration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionState {
    /// Being written.
    Draft,
    /// Waits for the others who answer for its sources.
    Asked,
    /// What the product is.
    InForce,
    /// Not any more: another took its place, or it was ended with a reason.
    Ended,
}

impl VersionState {
    const ALL: [Self; 4] = [Self::Draft, Self::Asked, Self::InForce, Self::Ended];

    /// The name in the database and, after `product-state-`, in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Asked => "asked",
            Self::InForce => "in_force",
            Self::Ended => "ended",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A version of what a product is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProductVersion {
    /// 1, 2, 3 …
    pub version: i32,
    /// Where it is.
    pub state: VersionState,
    /// What it says.
    pub declaration: Declaration,
    /// SHA-256 of its canonical JSON.
    pub digest: Digest,
    /// The other organisations that answer for its sources.
    pub holders: Vec<OrganisationId>,
    /// Those of them who have let it be, and when, UTC.
    pub consents: Vec<(OrganisationId, Timestamp)>,
    /// When it was written last, UTC.
    pub edited_at: Timestamp,
    /// Since when it is, or was, in force, UTC.
    pub in_force_at: Option<Timestamp>,
    /// Since when it is not any more, UTC.
    pub ended_at: Option<Timestamp>,
    /// Why not, where somebody said so.
    pub ended_because: Option<String>,
}

impl ProductVersion {
    /// The organisations that have not let it be yet.
    pub fn missing(&self) -> Vec<OrganisationId> {
        let given = |holder: &OrganisationId| self.consents.iter().any(|(who, _)| who == holder);
        self.holders.iter().copied().filter(|holder| !given(holder)).collect()
    }
}

/// A product with all its versions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProductRecord {
    /// What it is called in the catalogue.
    pub dataset: CataloguePath,
    /// Who answers for it.
    pub holder: OrganisationId,
    /// How often somebody wanted it made, and how many of those have been taken up.
    pub wants: (i64, i64),
    /// Its versions, the newest first.
    pub versions: Vec<ProductVersion>,
}

impl ProductRecord {
    /// The version that is in force.
    pub fn in_force(&self) -> Option<&ProductVersion> {
        self.versions.iter().find(|version| version.state == VersionState::InForce)
    }

    /// The version that is being written, or waits for others.
    pub fn draft(&self) -> Option<&ProductVersion> {
        self.versions.iter().find(|version| matches!(version.state, VersionState::Draft | VersionState::Asked))
    }

    /// The version to show: in force, else being written, else the newest.
    pub fn shown(&self) -> Option<&ProductVersion> {
        self.in_force().or_else(|| self.draft()).or_else(|| self.versions.first())
    }
}

/// Where a making of a product is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BuildState {
    /// A job makes it.
    Open,
    /// It became a release.
    Done,
    /// It would have become the same as before.
    Unchanged,
    /// It cannot be made.
    Failed,
}

impl BuildState {
    const ALL: [Self; 4] = [Self::Open, Self::Done, Self::Unchanged, Self::Failed];

    /// The name in the database and, after `product-build-`, in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Unchanged => "unchanged",
            Self::Failed => "failed",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A making of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Build {
    /// The version of the declaration.
    pub version: i32,
    /// Where it is.
    pub state: BuildState,
    /// What it became.
    pub release: Option<ReleaseId>,
    /// Opt-outs as they were known at this time, UTC.
    pub preferences_at: Option<Timestamp>,
    /// When it began, UTC.
    pub begun_at: Timestamp,
    /// When it ended, UTC.
    pub ended_at: Option<Timestamp>,
    /// Why it failed.
    pub failure: Option<String>,
}

/// How a product stands to its sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Freshness {
    /// No version is in force.
    NotInForce,
    /// It is being made, or waits to be.
    Building,
    /// One of its sources has no approved release.
    Waiting,
    /// The newest making failed.
    Failed,
    /// A release that the approved one is made of was withdrawn: nothing new is made of it.
    Withdrawn,
    /// A source, or the declaration, is another than the newest release was made of.
    Stale,
    /// Made of what its sources are now, and waits for approval.
    ToApprove,
    /// Made of what its sources are now.
    Current,
}

impl Freshness {
    /// The name in JSON and, after `product-fresh-`, in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotInForce => "not_in_force",
            Self::Building => "building",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
            Self::Withdrawn => "withdrawn",
            Self::Stale => "stale",
            Self::ToApprove => "to_approve",
            Self::Current => "current",
        }
    }
}

/// What is looked at to tell how fresh a product is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    /// Whether a version is in force.
    pub(crate) in_force: bool,
    /// Whether it is being made, or waits to be.
    pub(crate) building: bool,
    /// Whether the newest making failed.
    pub(crate) failed: bool,
    /// Whether a source has no approved release.
    pub(crate) lacking: bool,
    /// Whether its approved release is made of one that was withdrawn.
    pub(crate) withdrawn: bool,
    /// Whether the newest release is made of what the sources and the declaration are now.
    pub(crate) newest: bool,
    /// Whether that one is approved.
    pub(crate) approved: bool,
}

impl Standing {
    /// How fresh it is: what somebody must do something about comes first.
    pub(crate) const fn freshness(&self) -> Freshness {
        match self {
            Self { in_force: false, .. } => Freshness::NotInForce,
            Self { building: true, .. } => Freshness::Building,
            Self { withdrawn: true, newest: false, .. } => Freshness::Withdrawn,
            Self { lacking: true, .. } => Freshness::Waiting,
            Self { failed: true, .. } => Freshness::Failed,
            Self { newest: true, approved: true, .. } => Freshness::Current,
            Self { newest: true, .. } => Freshness::ToApprove,
            _ => Freshness::Stale,
        }
    }
}

/// What a release is made of, and what is made of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LineageView {
    /// How it came to be; `None` for one that was taken in from a delivery.
    pub made: Option<MadeBy>,
    /// The releases it is made of.
    pub made_of: Vec<LineageStep>,
    /// The releases that are made of it.
    pub made_from_it: Vec<LineageStep>,
}

impl LineageView {
    /// Whether one of the releases that it is made of was withdrawn.
    pub fn has_withdrawn_source(&self) -> bool {
        self.made_of.iter().any(|step| step.status == super::ReleaseStatus::Withdrawn)
    }
}

/// The declaration and the engine that made a release.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MadeBy {
    /// The product.
    pub product: CataloguePath,
    /// The version of its declaration.
    pub version: i32,
    /// Declaration, engine and columns.
    #[serde(flatten)]
    pub lineage: Lineage,
}

/// A release above or below another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineageStep {
    /// The release.
    pub release: ReleaseId,
    /// Its dataset.
    pub dataset: CataloguePath,
    /// SHA-256 of its file.
    pub digest: Digest,
    /// Where it is.
    pub status: super::ReleaseStatus,
    /// Whether nothing is between them.
    pub direct: bool,
    /// When it was taken in or made, UTC.
    pub created_at: Timestamp,
}

/// What `platform.release.approved` carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovedEvent {
    /// The release.
    pub release: ReleaseId,
    /// Its dataset.
    pub dataset: CataloguePath,
}

/// What the release of a product is made of: with the same, the same bytes come of it.
pub(crate) fn recipe(declaration: Digest, sources: &[(ReleaseId, Digest)], engine: u32, known: Digest) -> Digest {
    let mut sources = sources.to_vec();
    sources.sort_unstable();
    let canonical = crate::canonical(&(declaration, sources, engine, known));
    Digest::of(&canonical)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_sources_in_any_order_are_the_same_recipe() {
        let (one, two) = (Digest::of(b"1"), Digest::of(b"2"));
        let id = |number: u128| ReleaseId::from_uuid(uuid::Uuid::from_u128(number));
        let of = |sources: &[(ReleaseId, Digest)]| recipe(one, sources, 1, two);
        assert_eq!(of(&[(id(1), one), (id(2), two)]), of(&[(id(2), two), (id(1), one)]));
        assert_ne!(of(&[(id(1), one)]), of(&[(id(1), two)]));
        assert_ne!(recipe(one, &[], 1, two), recipe(one, &[], 2, two));
    }

    #[test]
    fn what_must_be_done_is_told_first() {
        let whole = Standing { in_force: true, newest: true, approved: true, ..Standing::default() };
        assert_eq!(whole.freshness(), Freshness::Current);
        let waits = Standing { approved: false, ..whole.clone() };
        assert_eq!(waits.freshness(), Freshness::ToApprove);
        assert_eq!(Standing { newest: false, ..whole.clone() }.freshness(), Freshness::Stale);
        assert_eq!(Standing { newest: false, withdrawn: true, ..whole.clone() }.freshness(), Freshness::Withdrawn);
        assert_eq!(Standing { building: true, withdrawn: true, ..whole }.freshness(), Freshness::Building);
        assert_eq!(Standing::default().freshness(), Freshness::NotInForce);
    }

    #[test]
    fn states_read_back() {
        assert!(VersionState::ALL.into_iter().all(|one| VersionState::from_name(one.name()) == Some(one)));
        assert!(BuildState::ALL.into_iter().all(|one| BuildState::from_name(one.name()) == Some(one)));
    }
}
