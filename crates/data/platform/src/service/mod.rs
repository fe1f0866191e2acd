//! Use cases: check policy → load → decide → save and enter, in one unit of work.

mod amendments;
mod count;
mod database;
mod deletion;
mod explore;
mod extracts;
mod facts;
mod ingest;
mod keys;
mod large;
mod life;
mod observe;
mod own;
mod prepare;
mod quality;
mod quarantine;
mod releases;
mod sealed_rows;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use jiff::Timestamp;
use varde_basedata::{AsAt, Basedata};
use varde_core::{Actor, CataloguePath, ExtractId, ReleaseId};
use varde_ledger::Draft;
use varde_permit::Exclusion;
use varde_policy::{Guard, Permission, Resource};
use varde_store::{ContextStore, Receipt, Store, Work};

use crate::{
    PlatformError,
    engine::{Exclusions, Release},
    model::LargeExtract,
    ports::{Descriptions, ExclusionSource, Permits, Signer, Trees},
    store::{CONTEXT, releases as kept},
};

pub use amendments::NewAmendment;
pub use count::{About, Coarser, Counted, Rehearsed};
pub use database::SourceDatabase;
pub use deletion::{DELETION_JOB, DeleteDelivery};
pub use extracts::Verification;
pub use ingest::{Delivery, INGESTION_JOB, ImportRequest, Imported, Staged, TakeIn};
pub use keys::MasterKey;
pub use large::LetGo;
pub use life::UsedBy;
pub use observe::{OBSERVATION_JOB, ObserveRelease};
pub use own::{InExtract, Own};
pub use prepare::{EXTRACT_JOB, MakeExtract};
pub use quality::{ASSESSMENT_JOB, AssessRelease, QualityView};

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
        let new = Self { store: store.context(&CONTEXT), guard, parts: Arc::new(parts), descriptions: None };
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

    /// Where a delivery is, or will be.
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

    /// Everybody who may not be read, as it was known at the time.
    async fn exclusions(
        &self,
        actor: &Actor,
        sources: &[String],
        as_at: Timestamp,
    ) -> Result<Exclusions, PlatformError> {
        let mut all = self.parts.exclusions.exclusions(sources, as_at).await?;
        let protected = self.parts.basedata.confidential_addresses(actor, both(as_at)).await;
        all.everywhere(Exclusion::ConfidentialAddress, protected.map_err(|e| PlatformError::neighbour(&e))?);
        Ok(all)
    }

    async fn approved(&self, actor: &Actor) -> Result<Vec<crate::ReleaseRecord>, PlatformError> {
        let mut read = self.store.read(actor).await?;
        kept::approved(read.connection()).await
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

/// Opens a registered release after comparing every byte with its digest.
fn open(path: &Path, digest: varde_core::Digest) -> Result<Release, PlatformError> {
    Ok(Release::open_verified(path, digest)?)
}
