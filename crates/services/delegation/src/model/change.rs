//! The register's rows. Nothing is changed: a right that ends is one more row.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{define_id, identifier::OrganisationNumber};

use crate::ResourceId;

define_id!(
    /// A delegation, from the grant that began it to whatever ends it. Given again, it is another one.
    DelegationId
);

define_id!(
    /// A change in the register.
    ChangeId
);

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The right was given.
    Grant,
    /// Whoever gave it took it back.
    Revoke,
    /// The supplier gave it up.
    RevokeByReceiver,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Grant, Self::Revoke, Self::RevokeByReceiver];

    /// The name in the database, entries and texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Grant => "grant",
            Self::Revoke => "revoke",
            Self::RevokeByReceiver => "revoke_by_receiver",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Which right, from whom, to whom: exactly one right at a time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Right {
    /// The resource.
    pub resource: ResourceId,
    /// The organisation that gives it.
    pub from: OrganisationNumber,
    /// The supplier that gets it.
    pub to: OrganisationNumber,
}

/// A row of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its id.
    pub id: ChangeId,
    /// The delegation that it begins or ends.
    pub delegation: DelegationId,
    /// Which right.
    #[serde(flatten)]
    pub right: Right,
    /// The version of the resource that was given.
    pub resource_version: u32,
    /// What happened.
    pub kind: Kind,
    /// Its place among the changes of the same right, from 1.
    pub position: u32,
    /// From when it applies, UTC; never after it was recorded.
    pub applies_from: Timestamp,
    /// When the register learnt of it, UTC.
    pub recorded_at: Timestamp,
}

/// A right that is held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delegation {
    /// Its id.
    pub id: DelegationId,
    /// Which right.
    #[serde(flatten)]
    pub right: Right,
    /// The version of the resource that was given.
    pub resource_version: u32,
    /// Since when, UTC.
    pub since: Timestamp,
}

/// A point in two times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsAt {
    /// What applied then.
    pub valid: Timestamp,
    /// By what the register knew then.
    pub known: Timestamp,
}

impl AsAt {
    /// What applies now, by all that is known.
    pub const fn now(now: Timestamp) -> Self {
        Self { valid: now, known: now }
    }
}

/// The rights that were held at a point in the two times, by the changes in any order: for each
/// right its latest change decides. In the order of the rights.
pub fn held(changes: &[Change], as_at: AsAt) -> Vec<Delegation> {
    let mut latest: BTreeMap<&Right, &Change> = BTreeMap::new();
    let counts = |change: &&Change| change.recorded_at <= as_at.known && change.applies_from <= as_at.valid;
    for change in changes.iter().filter(counts) {
        let decides = latest.entry(&change.right).or_insert(change);
        if change.position > decides.position {
            *decides = change;
        }
    }
    latest.into_values().filter_map(begun).collect()
}

/// The delegation that a grant begins.
pub(crate) fn begun(change: &Change) -> Option<Delegation> {
    (change.kind == Kind::Grant).then(|| Delegation {
        id: change.delegation,
        right: change.right.clone(),
        resource_version: change.resource_version,
        since: change.applies_from,
    })
}
