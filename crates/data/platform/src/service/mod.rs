//! Use cases: check policy → load → decide → save and enter, in one unit of work.

mod amendments;
mod coded;
mod count;
mod database;
mod deletion;
mod explore;
mod extracts;
mod facts;
mod ingest;
mod kept;
mod keys;
mod large;
mod life;
mod observe;
mod own;
mod prepare;
mod product;
mod quality;
mod quarantine;
mod releases;
mod running;
mod sealed_rows;
mod updates;

use std::{collections::BTreeSet, fs, path::PathBuf, sync::Arc};

use jiff::Timestamp;
use varde_basedata::{AsAt, Basedata};
use varde_core::{Actor, CataloguePath, ExtractId, ReleaseId};
use varde_ledger::Draft;
use varde_objects::Objects;
use varde_permit::{Exclusion, PinnedRelease};
use varde_policy::{Guard, Permission, Resource};
use varde_store::{ContextStore, Receipt, Store, Work};

use crate::{
    PlatformError,
    engine::{Exclusions, Release},
    model::LargeExtract,
    ports::{Catalogue, CodeSystems, Descriptions, ExclusionSource, Permits, Signer, Trees},
    store::{CONTEXT, lineage::Derived},
};

pub use amendments::NewAmendment;
pub use count::{About, Coarser, Counted, Rehearsed};
pub use database::SourceDatabase;
pub use deletion::{DELETION_JOB, DeleteDelivery};
pub use extracts::Verification;
pub use ingest::{Delivery, INGESTION_JOB, ImportRequest, Imported, Staged, TakeIn};
pub use kept::{Lying, Swept};
pub use keys::MasterKey;
pub use large::LetGo;
pub use life::UsedBy;
pub use observe::{OBSERVATION_JOB, ObserveRelease};
pub use own::{InExtract, Own};
pub use prepare::{EXTRACT_JOB, MakeExtract};
pub use product::{InForceEvent, MakeProduct, Offered, OfferedVariable, PRODUCT_JOB, ProductView};
pub use quality::{ASSESSMENT_JOB, AssessRelease, QualityView};
pub use updates::{PlannedUpdates, Project};

/// About how many bytes of rows to hold while sorting.
const MEMORY: usize = 512 << 20;

/// What the platform is made of.
#[derive(Clone)]
pub struct Parts {
    /// Who is who.
    pub basedata: Basedata,
    /// Who may not be read.
    pub exclusions: Arc<dyn ExclusionSource>,
    /// What was permitted, and whether it still is.
    pub permits: Arc<dyn Permits>,
    /// Where membership trees are kept.
    pub trees: Arc<dyn Trees>,
    /// Who signs manifests.
    pub signer: Arc<dyn Signer>,
    /// What project keys are sealed under.
    pub master: MasterKey,
    /// The folder for releases and deliveries; no other process writes there.
    pub folder: PathBuf,
    /// How many rows per thousand may be unusable before a release is held back.
    pub unusable_per_thousand: u64,
    /// From which size on an extract waits for the access body to look at it once more.
    pub large: LargeExtract,
}

/// The service. Cheap to clone.
#[derive(Clone)]
pub struct Platform {
    store: ContextStore,
    guard: Guard,
    parts: Arc<Parts>,
    descriptions: Option<Arc<dyn Descriptions>>,
    code_systems: Option<Arc<dyn CodeSystems>>,
    catalogue: Option<Arc<dyn Catalogue>>,
    objects: Option<Objects>,
}

impl std::fmt::Debug for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Platform")
    }
}

impl Platform {
    /// The service on a store that has migrated [`CONTEXT`]. Makes the folders it needs.
    ///
    /// # Errors
    /// When the folders cannot be made.
    pub fn new(store: &Store, guard: Guard, parts: Parts) -> Result<Self, PlatformError> {
        let (store, parts) = (store.context(&CONTEXT), Arc::new(parts));
        let new = Self { store, guard, parts, descriptions: None, code_systems: None, catalogue: None, objects: None };
        for folder in ["releases", "incoming", "staging", "deliveries"] {
            let path = new.parts.folder.join(folder);
            fs::create_dir_all(&path).map_err(|e| PlatformError::disk(&path, e))?;
        }
        Ok(new)
    }

    /// The same service, which asks there how the catalogue describes datasets.
    #[must_use]
    pub fn described_by(self, descriptions: Arc<dyn Descriptions>) -> Self {
        Self { descriptions: Some(descriptions), ..self }
    }

    /// The same service, which asks there what the editions of code systems say.
    #[must_use]
    pub fn coded_by(self, code_systems: Arc<dyn CodeSystems>) -> Self {
        Self { code_systems: Some(code_systems), ..self }
    }

    /// The same service, which makes data products of what is in that catalogue.
    #[must_use]
    pub fn catalogued_by(self, catalogue: Arc<dyn Catalogue>) -> Self {
        Self { catalogue: Some(catalogue), ..self }
    }

    /// Where a delivery is, or will be, in the data directory.
    pub fn delivery(&self, extract: ExtractId) -> PathBuf {
        self.parts.folder.join("deliveries").join(extract.to_string())
    }

    /// From which size on an extract waits to be looked at once more.
    pub fn large(&self) -> LargeExtract {
        self.parts.large
    }

    fn staging(&self, extract: ExtractId) -> PathBuf {
        self.parts.folder.join("staging").join(extract.to_string())
    }

    /// Where a release is made, and kept when there is no store beside the data directory.
    fn release_file(&self, release: ReleaseId) -> PathBuf {
        self.parts.folder.join("releases").join(format!("{release}.parquet"))
    }

    /// The CSV of every row of an import that could not be used: line, column, reason.
    pub fn faults_file(&self, release: ReleaseId) -> PathBuf {
        self.parts.folder.join("releases").join(format!("{release}.faults.csv"))
    }

    async fn permitted(&self, actor: &Actor, action: &str, resource: &Resource) -> Result<Permission, PlatformError> {
        Ok(self.guard.check(actor, action, resource).await?)
    }

    /// Everybody who may not be read, as it was known at the time. Of a derived dataset nobody may be read who
    /// may not be in a source that one of its releases was made of by then.
    async fn exclusions(
        &self,
        actor: &Actor,
        sources: &[String],
        as_at: Timestamp,
    ) -> Result<Exclusions, PlatformError> {
        let derived = self.derived(actor, &[], Some(as_at)).await?;
        self.exclusions_in(actor, sources, derived, as_at).await
    }

    /// The same of certain releases: of derived ones, by the sources that those are made of, whatever others
    /// of the same dataset are made of.
    async fn exclusions_of(
        &self,
        actor: &Actor,
        releases: &[PinnedRelease],
        as_at: Timestamp,
    ) -> Result<Exclusions, PlatformError> {
        let ids: Vec<ReleaseId> = releases.iter().map(|pin| pin.release).collect();
        let derived = self.derived(actor, &ids, None).await?;
        self.exclusions_in(actor, &sources(releases.iter().map(|pin| &pin.dataset)), derived, as_at).await
    }

    async fn exclusions_in(
        &self,
        actor: &Actor,
        sources: &[String],
        mut derived: Derived,
        as_at: Timestamp,
    ) -> Result<Exclusions, PlatformError> {
        derived.retain(|dataset, _| dataset.parts().next().is_some_and(|source| sources.iter().any(|s| s == source)));
        let mut every: BTreeSet<String> = sources.iter().cloned().collect();
        every.extend(derived.values().flatten().cloned());
        let every: Vec<String> = every.into_iter().collect();
        let mut all = self.parts.exclusions.exclusions(&every, as_at).await?;
        let protected = self.parts.basedata.confidential_addresses(actor, both(as_at)).await;
        all.everywhere(Exclusion::ConfidentialAddress, protected.map_err(|e| PlatformError::neighbour(&e))?);
        for (dataset, made_of) in derived {
            all.derived(&dataset, made_of);
        }
        Ok(all)
    }

    /// The time as at which opt-outs count now: also when the machine's clock has jumped back behind one.
    async fn known_until(&self) -> Result<Timestamp, PlatformError> {
        let now = self.store.clock().now();
        Ok(self.parts.exclusions.newest().await?.map_or(now, |newest| newest.max(now)))
    }

    async fn approved(&self, actor: &Actor) -> Result<Vec<crate::ReleaseRecord>, PlatformError> {
        let mut read = self.store.read(actor).await?;
        crate::store::releases::approved(read.connection()).await
    }
}

/// The day in Norway at the time, as it was known then.
fn both(as_at: Timestamp) -> AsAt {
    AsAt { valid: as_at.to_zoned(varde_core::clock::norway()).date(), recorded: as_at }
}

/// The sources of datasets, each once.
fn sources<'a>(datasets: impl IntoIterator<Item = &'a CataloguePath>) -> Vec<String> {
    let mut all: Vec<String> = datasets.into_iter().filter_map(|d| d.parts().next()).map(str::to_owned).collect();
    all.sort();
    all.dedup();
    all
}

/// Ends a work with the entry that says what it did.
async fn finish(mut work: Work, permission: &Permission, draft: Draft) -> Result<Receipt, PlatformError> {
    let entered = work.enter(draft.because(permission.legal_basis())).await?;
    Ok(work.commit(entered).await?)
}

/// Runs what takes the processor for long away from the requests.
async fn aside<T: Send + 'static>(
    job: impl FnOnce() -> Result<T, PlatformError> + Send + 'static,
) -> Result<T, PlatformError> {
    match tokio::task::spawn_blocking(job).await {
        Ok(result) => result,
        Err(_) => Err(PlatformError::Unreadable("result of a calculation that stopped")),
    }
}

/// Opens a registered release; nothing is read of it but what was registered.
fn open(kept: &kept::Kept, digest: varde_core::Digest) -> Result<Release, PlatformError> {
    Ok(kept.open(digest)?)
}
