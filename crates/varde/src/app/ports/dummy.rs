//! Invented data for applicants: the catalogue's codebook and the engine, joined.

use std::{
    collections::BTreeSet,
    fs,
    io::{Cursor, Write as _},
    path::Path,
    sync::Arc,
};

use async_trait::async_trait;
use varde_access::{AccessError, service::DummyData};
use varde_core::{Actor, CataloguePath, Clock, Problem, ProblemKind};
use varde_metadata::{AsAt, CatalogueService};
use varde_permit::{DataNeed, DeliveredFile};
use varde_platform::{
    engine::dummy::{Invented, invent},
    import::invented,
};
use zip::{DateTime, ZipWriter, write::SimpleFileOptions};

/// Makes invented data by the catalogue as it is now.
pub(crate) struct Dummy {
    catalogue: Arc<CatalogueService>,
    clock: Arc<dyn Clock>,
}

impl Dummy {
    pub(crate) fn new(catalogue: Arc<CatalogueService>, clock: Arc<dyn Clock>) -> Self {
        Self { catalogue, clock }
    }

    /// The files of the need in the folder, which must be empty or not there.
    pub(crate) async fn files(
        &self,
        need: &DataNeed,
        title: &str,
        folder: &Path,
    ) -> Result<Vec<DeliveredFile>, AccessError> {
        let datasets = self.datasets(need).await?;
        let (need, title, folder) = (need.clone(), title.to_owned(), folder.to_owned());
        let made = tokio::task::spawn_blocking(move || invent(&need, &title, &datasets, &folder)).await;
        made.map_err(|_| wrong(ProblemKind::Internal, "the invented data could not be made"))?
            .map_err(|error| wrong(ProblemKind::Invalid, &error.to_string()))
    }

    async fn datasets(&self, need: &DataNeed) -> Result<Vec<Invented>, AccessError> {
        let variables = need.variables.iter().map(|needed| &needed.variable);
        let looked_in = need.cohort.code_variables();
        let in_design = need.design.events().map(|events| &events.codes.variable);
        let paths: BTreeSet<CataloguePath> =
            variables.chain(looked_in).chain(in_design).filter_map(CataloguePath::parent).collect();
        let mut datasets = Vec::new();
        for path in paths {
            let found = self.catalogue.dataset(&Actor::anonymous(), &path, AsAt::default()).await;
            let view = found.map_err(|error| wrong(error.kind(), &error.to_string()))?;
            let missing = || wrong(ProblemKind::NotFound, &format!("the catalogue has no dataset {path}"));
            let made = invented(&view.ok_or_else(missing)?.dataset, self.clock.today());
            datasets.push(made.map_err(|error| wrong(ProblemKind::Invalid, &error.to_string()))?);
        }
        Ok(datasets)
    }
}

#[async_trait]
impl DummyData for Dummy {
    async fn zip(&self, need: &DataNeed, title: &str) -> Result<Vec<u8>, AccessError> {
        let folder = tempfile::tempdir().map_err(|error| wrong(ProblemKind::Unavailable, &error.to_string()))?;
        let place = folder.path().join("dummy");
        let files = self.files(need, title, &place).await?;
        zipped(&place, &files).map_err(|error| wrong(ProblemKind::Unavailable, &error.to_string()))
    }
}

/// The files as one, without times, so that the same files give the same bytes.
fn zipped(folder: &Path, files: &[DeliveredFile]) -> std::io::Result<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    for file in files {
        zip.start_file(file.name.as_str(), options)?;
        zip.write_all(&fs::read(folder.join(&file.name))?)?;
    }
    Ok(zip.finish()?.into_inner())
}

fn wrong(kind: ProblemKind, message: &str) -> AccessError {
    AccessError::Neighbour { kind, message: message.to_owned() }
}
