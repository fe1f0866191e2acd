//! Looking a delivery through before anything changes: a copy of our own, and whether it can be used.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use jiff::civil::Date;
use tempfile::TempPath;
use varde_basedata::Namespace;
use varde_core::{Actor, CataloguePath, Digest, OrganisationId};
use varde_metadata::Dataset;

use super::{CHUNK, intake::nothing_usable};
use crate::{
    PlatformError,
    engine::digest_file,
    import::{Layout, Quality, Refused, Rows, inspect},
    microdata::Package,
    model::{self, AmendmentId, Plan},
    service::{Platform, SourceDatabase, aside},
    store::amendments,
};

/// Any day: what a release is made of does not change with today.
const ANY_DAY: Date = Date::constant(2000, 1, 1);

/// Where a delivery is.
#[derive(Debug, Clone)]
pub enum Delivery {
    /// A file: CSV, Parquet or Arrow IPC.
    File(PathBuf),
    /// A table or view of the source's own database.
    Database(Box<SourceDatabase>),
    /// A package of microdata.no's tools.
    Package(Box<Package>),
}

impl Delivery {
    /// Why its rows come unprotected from another machine, if they do.
    pub(super) fn unprotected(&self) -> Option<&str> {
        match self {
            Self::File(_) | Self::Package(_) => None,
            Self::Database(database) => database.unprotected(),
        }
    }
}

impl From<PathBuf> for Delivery {
    fn from(path: PathBuf) -> Self {
        Self::File(path)
    }
}

/// A delivery to be taken in.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// Where it is.
    pub from: Delivery,
    /// The dataset as the catalogue describes it.
    pub dataset: Dataset,
    /// Who answers for it.
    pub holder: Option<OrganisationId>,
    /// The heading of the column that says which person a row is about.
    pub person: String,
    /// Where those numbers mean something.
    pub namespace: Namespace,
    /// The variable that dates a row; see [`Layout::of`].
    pub event_date: Option<String>,
}

/// A delivery that was looked through and found good: a copy of our own, which nobody else changes.
#[derive(Debug)]
pub struct Staged {
    pub(super) file: TempPath,
    pub(super) source: Digest,
    pub(super) rows: u64,
    pub(super) plan: Plan,
    /// The plan as on any day.
    timeless: Plan,
}

impl Platform {
    /// Takes a copy of the delivery, so that what is checked is what is taken in, and looks through the
    /// copy: whether its columns are the dataset's, it can be read to its end, and at least one row can
    /// be used. Nothing changes, whatever is found.
    ///
    /// # Errors
    /// The same as [`Self::import`] gives for a delivery that is refused.
    pub async fn stage(&self, actor: &Actor, request: &ImportRequest) -> Result<Staged, PlatformError> {
        self.may_import(actor, &request.dataset.path, request.holder).await?;
        let mut plan = plan_on(request, self.store.clock().today())?;
        self.settle_editions(&mut plan.layout).await?;
        let mut timeless = plan_on(request, ANY_DAY)?;
        timeless.layout = timeless.layout.of_any_day(&plan.layout);
        let folder = self.incoming();
        let file = match &request.from {
            Delivery::File(path) => {
                let path = path.clone();
                aside(move || copy(&path, &folder)).await?
            }
            Delivery::Package(package) => {
                let package = package.clone();
                aside(move || Ok(package.copy_out(&folder)?)).await?
            }
            Delivery::Database(database) => database.copy_out(&request.dataset.path, &plan.layout, &folder).await?,
        };
        let staged = aside(move || {
            let rows = inspect(&file, &plan.layout)?;
            Ok(Staged { source: digest_file(&file)?, file, rows, plan, timeless })
        })
        .await?;
        let (recipe, _) = self.recipe(actor, &request.dataset.path, &staged).await?;
        if self.taken_before(actor, &request.dataset.path, recipe, staged.source).await?.is_none() {
            self.usable(actor, &staged).await?;
        }
        Ok(staged)
    }

    /// What a release of this delivery is made of, and what people have asked for.
    pub(super) async fn recipe(
        &self,
        actor: &Actor,
        dataset: &CataloguePath,
        staged: &Staged,
    ) -> Result<(Digest, Vec<AmendmentId>), PlatformError> {
        let mut read = self.store.read(actor).await?;
        let holding = amendments::holding(read.connection(), dataset, self.store.clock().now()).await?;
        let ids: Vec<AmendmentId> = holding.into_iter().map(|one| one.id).collect();
        Ok((model::recipe(staged.source, &staged.timeless, &ids), ids))
    }

    /// Whether at least one row can be used: good values, and a person whom base data knows. Numbers of
    /// the file's own become known when they are taken in.
    async fn usable(&self, actor: &Actor, staged: &Staged) -> Result<(), PlatformError> {
        let judges = self.judges(&staged.plan.layout).await?;
        let mut rows = Rows::open(&staged.file, &staged.plan.layout, &judges)?;
        let mut quality = Quality::default();
        let mut persons: Vec<String> = Vec::new();
        loop {
            let next = rows.next(&mut quality)?;
            let ended = next.is_none();
            if let Some(Ok(row)) = next {
                persons.push(row.person);
            }
            if persons.is_empty() && !ended {
                continue;
            }
            let known = match &staged.plan.namespace {
                Namespace::Local(_) => !persons.is_empty(),
                Namespace::National if persons.len() < CHUNK && !ended => continue,
                Namespace::National => {
                    let numbers: Vec<&str> = persons.iter().map(String::as_str).collect();
                    let found = self.linked(actor, &staged.plan.namespace, &numbers).await?;
                    found.iter().filter_map(|f| f.err()).for_each(|reason| quality.nobody(reason));
                    found.iter().any(Result::is_ok)
                }
            };
            if known {
                return Ok(());
            }
            if ended {
                return Err(nothing_usable(&quality));
            }
            persons.clear();
        }
    }
}

fn plan_on(request: &ImportRequest, today: Date) -> Result<Plan, PlatformError> {
    let layout = Layout::of(&request.dataset, &request.person, request.event_date.as_deref(), today)?;
    Ok(Plan { layout, namespace: request.namespace.clone() })
}

/// The machine's own copy of the file, readable by its owner only. It goes when it is dropped.
fn copy(from: &Path, folder: &Path) -> Result<TempPath, PlatformError> {
    let unreadable = |e: std::io::Error| Refused::Unreadable(e.to_string());
    let mut source = File::open(from).map_err(unreadable)?;
    if !source.metadata().map_err(unreadable)?.is_file() {
        return Err(Refused::Unreadable("it is not a file".to_owned()).into());
    }
    let made = tempfile::Builder::new().suffix(".partial").tempfile_in(folder);
    let mut file = made.map_err(|e| PlatformError::disk(folder, e))?;
    std::io::copy(&mut source, &mut file).map_err(|e| PlatformError::disk(file.path(), e))?;
    Ok(file.into_temp_path())
}
