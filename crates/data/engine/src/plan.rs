//! The plan of an extract: everything that its bytes follow from, in one value that can be written
//! down. Nothing is taken from the memory of the process that made it: another process, or another
//! machine that can read the releases, makes the same delivery from it.
//!
//! A plan holds who has opted out, who is who, and the project's key: whoever holds it can make the
//! extract. So it is only ever written sealed (AES-256-GCM under a key that the two sides share).

mod share;

use std::{
    fmt,
    path::{Path, PathBuf},
};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;
use varde_core::{PersonId, Randomness, ReleaseId};
use varde_permit::ExtractSpec;

use crate::{
    Exclusions, Release,
    cohort::Facts,
    extract::{self, Delivery, ExtractError, Listener, Order, Selection},
    pseudonym::ProjectKey,
};

/// What a sealed plan begins with. It is part of what is authenticated.
const MARK: &[u8] = b"varde-plan-1\n";

/// What an extract is made from. It does not print.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    spec: ExtractSpec,
    title: String,
    exclusions: Exclusions,
    facts: Facts,
    people: People,
    key: [u8; 32],
    /// Where the delivery lies that the specification updates. A place, as the releases' are: whoever opens
    /// the plan says it anew.
    #[serde(skip)]
    previous: Option<PathBuf>,
}

/// The stable ids of people: of each in `indices`, in their order, sixteen bytes.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct People {
    indices: RoaringBitmap,
    ids: Vec<Uuid>,
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plan({})", self.spec.extract)
    }
}

/// Why sealed bytes are not a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// They begin otherwise: another file, or a plan of another edition of Varde.
    #[error("these bytes are no plan of this edition")]
    NotAPlan,
    /// Another key, or a byte was altered.
    #[error("the plan cannot be opened: it was altered, or sealed under another key")]
    Sealed,
    /// The content could not be read or written.
    #[error("the plan's content cannot be read or written")]
    Content,
    /// A release that the plan pins is not among those that were opened.
    #[error("the release {0} is not at hand")]
    Release(ReleaseId),
}

/// What plans are sealed under. It does not print.
pub struct PlanKey(LessSafeKey);

impl fmt::Debug for PlanKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PlanKey(…)")
    }
}

impl PlanKey {
    /// The key of these 32 bytes.
    ///
    /// # Errors
    /// Never for 32 bytes; the library's signature allows it.
    pub fn new(bytes: &[u8; 32]) -> Result<Self, PlanError> {
        UnboundKey::new(&AES_256_GCM, bytes).map(|key| Self(LessSafeKey::new(key))).map_err(|_| PlanError::Sealed)
    }

    /// What a plan is part of as sealed bytes: a mark that says what it is, a nonce, and its CBOR (RFC 8949)
    /// under AES-256-GCM. The mark is authenticated too.
    ///
    /// # Errors
    /// When the library refuses; it does not for what memory can hold.
    pub fn seal(&self, mark: &[u8], what: &impl Serialize, randomness: &Randomness) -> Result<Vec<u8>, PlanError> {
        let mut content = Vec::new();
        ciborium::into_writer(what, &mut content).map_err(|_| PlanError::Content)?;
        let nonce: [u8; NONCE_LEN] = randomness.bytes();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(mark), &mut content)
            .map_err(|_| PlanError::Sealed)?;
        Ok([mark, &nonce, &content].concat())
    }

    /// Opens sealed bytes that begin with that mark.
    ///
    /// # Errors
    /// When they begin otherwise, the key is another, or a byte was altered.
    pub fn open<T: DeserializeOwned>(&self, mark: &[u8], bytes: &[u8]) -> Result<T, PlanError> {
        let rest = bytes.strip_prefix(mark).ok_or(PlanError::NotAPlan)?;
        let (nonce, content) = rest.split_at_checked(NONCE_LEN).ok_or(PlanError::NotAPlan)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| PlanError::NotAPlan)?;
        let mut content = content.to_vec();
        let content = self.0.open_in_place(nonce, Aad::from(mark), &mut content).map_err(|_| PlanError::Sealed)?;
        ciborium::from_reader(&*content).map_err(|_| PlanError::Content)
    }
}

impl Plan {
    /// The plan of a specification: who may not be read and what base data says, both as at the time
    /// that it pins, and the project's key.
    pub fn new(spec: ExtractSpec, title: String, exclusions: Exclusions, facts: Facts, key: &ProjectKey) -> Self {
        Self { spec, title, exclusions, facts, people: People::default(), key: key.bytes(), previous: None }
    }

    /// What is to be made.
    pub fn spec(&self) -> &ExtractSpec {
        &self.spec
    }

    /// Who may not be read.
    pub fn exclusions(&self) -> &Exclusions {
        &self.exclusions
    }

    /// Who is in, and who is left out and why.
    ///
    /// # Errors
    /// When the releases are not those that it pins, cannot be read, or nobody is left.
    pub fn select(&self, releases: &[Release]) -> Result<Selection, ExtractError> {
        extract::select(&self.spec, releases, &self.exclusions, &self.facts, &ProjectKey::new(&self.key))
    }

    /// Adds the ids of everybody whom the selection concerns, in the order of the index: with them the
    /// plan is whole.
    #[must_use]
    pub fn with_people(mut self, selection: &Selection, ids: &[PersonId]) -> Self {
        self.people = People { indices: selection.concerned(), ids: ids.iter().map(|id| id.uuid()).collect() };
        self
    }

    /// Says where the delivery lies that the specification updates.
    #[must_use]
    pub fn after(self, previous: PathBuf) -> Self {
        Self { previous: Some(previous), ..self }
    }

    /// Makes the delivery; see [`extract::deliver()`]. `memory` is about how many bytes of rows to hold
    /// while sorting, and changes nothing in what comes out.
    ///
    /// # Errors
    /// As [`extract::deliver()`], and when the plan lacks ids of people whom the selection concerns.
    pub fn deliver(
        &self,
        releases: &[Release],
        selection: &Selection,
        folder: &Path,
        memory: usize,
        listener: Listener<'_>,
    ) -> Result<Delivery, ExtractError> {
        let ids = self.ids(selection)?;
        let order = Order {
            spec: &self.spec,
            releases,
            exclusions: &self.exclusions,
            selection,
            ids: &ids,
            key: &ProjectKey::new(&self.key),
            title: &self.title,
            memory,
            previous: self.previous.as_deref(),
        };
        extract::deliver(&order, folder, listener)
    }

    /// The ids of everybody whom the selection concerns, in the order of the index.
    fn ids(&self, selection: &Selection) -> Result<Vec<PersonId>, ExtractError> {
        let concerned = selection.concerned();
        if concerned != self.people.indices || self.people.ids.len() as u64 != concerned.len() {
            let found = (&concerned & &self.people.indices).len();
            return Err(ExtractError::People { expected: concerned.len(), found });
        }
        Ok(self.people.ids.iter().copied().map(PersonId::from_uuid).collect())
    }

    /// Those of `releases` that the plan pins, in its order.
    ///
    /// # Errors
    /// When one is missing.
    pub fn pinned(&self, releases: &[Release]) -> Result<Vec<Release>, PlanError> {
        let find = |id: ReleaseId| releases.iter().find(|release| release.id() == id).cloned();
        self.spec.releases.iter().map(|pin| find(pin.release).ok_or(PlanError::Release(pin.release))).collect()
    }

    /// The plan as sealed bytes: a mark, a nonce, and its CBOR (RFC 8949) under AES-256-GCM.
    ///
    /// # Errors
    /// When the library refuses; it does not for plans that memory can hold.
    pub fn seal(&self, key: &PlanKey, randomness: &Randomness) -> Result<Vec<u8>, PlanError> {
        key.seal(MARK, self, randomness)
    }

    /// Opens sealed bytes.
    ///
    /// # Errors
    /// When they are not a plan, the key is another, or a byte was altered.
    pub fn open(bytes: &[u8], key: &PlanKey) -> Result<Self, PlanError> {
        key.open(MARK, bytes)
    }
}
