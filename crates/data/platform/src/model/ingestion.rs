//! Deliveries on their way to a release, and the rows of them that could not be used; pure.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use varde_basedata::Namespace;
use varde_core::{CataloguePath, Digest, OrganisationId, ReleaseId};

use super::AmendmentId;
use crate::import::{Layout, Reason};

/// How a delivery is read: settled when it begins, so that it is read the same way after a kill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Its columns.
    pub layout: Layout,
    /// Where the numbers of its people mean something.
    pub namespace: Namespace,
}

/// Where an ingestion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IngestionState {
    /// Begun: whoever finds it goes on with it.
    Open,
    /// There is a release.
    Done,
    /// There was nothing new to make a release of.
    Nothing,
    /// It cannot be.
    Failed,
}

impl IngestionState {
    const ALL: [Self; 4] = [Self::Open, Self::Done, Self::Nothing, Self::Failed];

    /// The name in the database and, after `platform-ingestion-`, in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Nothing => "nothing",
            Self::Failed => "failed",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// A delivery that is taken in, or a release that is made anew of an earlier one and its quarantine.
#[derive(Debug, Clone, PartialEq)]
pub struct Ingestion {
    /// The release that it becomes.
    pub release: ReleaseId,
    /// The dataset.
    pub dataset: CataloguePath,
    /// Who answers for it.
    pub holder: Option<OrganisationId>,
    /// Where it is.
    pub state: IngestionState,
    /// The release that is made anew; `None` for a delivery.
    pub base: Option<ReleaseId>,
    /// SHA-256 of the delivery.
    pub source_digest: Digest,
    /// What the release is made of.
    pub recipe: Digest,
    /// Rows of the delivery, or of the release and its quarantine.
    pub rows: u64,
    /// How it is read.
    pub plan: Plan,
    /// When it was begun, UTC. What people had asked for until then is heeded.
    pub begun_at: Timestamp,
    /// When it ended, UTC.
    pub ended_at: Option<Timestamp>,
    /// Why it cannot be.
    pub failure: Option<String>,
}

/// How far an ingestion is.
#[derive(Debug, Clone, PartialEq)]
pub struct Underway {
    /// The ingestion.
    pub ingestion: Ingestion,
    /// Rows that are read, where a job has told.
    pub done: u64,
}

/// What a release is made of, as one digest: the same makes the same release.
///
/// `plan` is the one of a fixed day, so that a bound called today does not make another release tomorrow.
pub(crate) fn recipe(source: Digest, plan: &Plan, amendments: &[AmendmentId]) -> Digest {
    let what = serde_json::json!({ "delivery": source, "plan": plan, "amendments": amendments });
    Digest::of(what.to_string().as_bytes())
}

/// What a release is made of that is made anew for the `attempt`th time.
pub(crate) fn renewal(base: ReleaseId, attempt: u64) -> Digest {
    Digest::of(serde_json::json!({ "release": base, "attempt": attempt }).to_string().as_bytes())
}

/// The id of the release of a dataset that is made of that: a UUID of version 8 (RFC 9562, 5.8) with bits
/// of SHA-256, so that whoever makes it again makes the same.
pub(crate) fn release_of(dataset: &CataloguePath, recipe: Digest) -> ReleaseId {
    let digest = Sha256::new().chain_update("varde.release").chain_update(dataset.as_str()).chain_update([0]);
    let digest: [u8; 32] = digest.chain_update(recipe.bytes()).finalize().into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    ReleaseId::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Rows that cannot be used, for the same reason in the same column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuarantineGroup {
    /// Why.
    pub reason: Reason,
    /// The heading of the column; empty when it is about the row.
    pub column: String,
    /// How many there are.
    pub rows: u64,
    /// How many of them wait for somebody.
    pub open: u64,
    /// The first lines of those that wait.
    pub lines: Vec<u64>,
}

/// What was decided of rows that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DecisionKind {
    /// They are lost, and that is accepted.
    Accepted,
    /// The source was asked for a new delivery.
    Redelivery,
    /// A release was made anew; what is still unusable waits there.
    Renewed,
}

impl DecisionKind {
    const ALL: [Self; 3] = [Self::Accepted, Self::Redelivery, Self::Renewed];

    /// The name in the database and, after `platform-quarantine-did-`, in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Redelivery => "redelivery",
            Self::Renewed => "renewed",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A decision on rows that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// What.
    pub kind: DecisionKind,
    /// The group; `None` when it is about all of them.
    pub group: Option<(Reason, String)>,
    /// The lines; none when it is about the whole group.
    pub lines: Vec<u64>,
    /// Why.
    pub because: String,
    /// The release that was made anew.
    pub renewed_as: Option<ReleaseId>,
    /// When, UTC.
    pub decided_at: Timestamp,
}

/// The rows of a release that could not be used.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Quarantine {
    /// The groups, those with most open rows first.
    pub groups: Vec<QuarantineGroup>,
    /// What was decided, the newest first.
    pub decisions: Vec<Decision>,
}

impl Quarantine {
    /// Rows that wait for somebody.
    pub fn open(&self) -> u64 {
        self.groups.iter().map(|group| group.open).sum()
    }

    /// Open rows that making the release anew could save.
    pub fn may_pass(&self) -> u64 {
        self.groups.iter().filter(|group| group.reason.may_pass()).map(|group| group.open).sum()
    }

    /// The release that took over, if one did.
    pub fn renewed_as(&self) -> Option<ReleaseId> {
        self.decisions.iter().find_map(|decision| decision.renewed_as)
    }
}

/// Lines as people write them: `12, 15-20 31`. `None` when they cannot be read or are more than 10 000.
pub(crate) fn lines(text: &str) -> Option<Vec<u64>> {
    let mut all = Vec::new();
    for part in text.split([',', ' ', ';']).map(str::trim).filter(|part| !part.is_empty()) {
        let (first, last) = part.split_once(['-', '–']).unwrap_or((part, part));
        let (first, last): (u64, u64) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
        if last < first || last - first >= 10_000 {
            return None;
        }
        all.extend(first..=last);
    }
    all.sort_unstable();
    all.dedup();
    (all.len() <= 10_000).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_people_write_them() {
        assert_eq!(lines("12, 15-17 31;12"), Some(vec![12, 15, 16, 17, 31]));
        assert_eq!(lines(""), Some(Vec::new()));
        for wrong in ["a", "5-3", "1-20000", "1--2"] {
            assert_eq!(lines(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_release_has_the_id_of_what_it_is_made_of() {
        let (stay, other) = ("h/stay".parse().unwrap(), "h/other".parse().unwrap());
        let (one, two) = (Digest::of(b"1"), Digest::of(b"2"));
        let id = release_of(&stay, one);
        assert_eq!(id, release_of(&stay, one));
        assert!(id != release_of(&stay, two) && id != release_of(&other, one));
        assert_eq!(id.uuid().get_version_num(), 8);
    }
}
