//! Reading the catalogue: the tree, editions, and what other services ask.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use varde_core::{Actor, CataloguePath, Digest};

use super::{AsAt, CatalogueService, EditionId};
use crate::{
    MetadataError,
    model::{DataSource, Dataset, Difference, Inherited, Variable, VariableDescription},
    store::{
        edition::{self, EditionRow},
        tree::{self, Placed},
    },
};

/// A source in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceSummary {
    /// The source without its datasets.
    pub source: DataSource,
    /// The edition shown.
    pub edition: EditionSummary,
}

/// An edition of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EditionSummary {
    /// Its id.
    pub id: EditionId,
    /// Its number within the source, from 1.
    pub number: i32,
    /// The digest of its content: cite it.
    pub digest: Digest,
    /// Where it came from.
    pub origin: String,
    /// Its variables.
    pub variables: i32,
    /// When it was imported.
    pub imported_at: Timestamp,
    /// When it became current, if it did.
    pub published_at: Option<Timestamp>,
    /// When the next one took its place.
    pub superseded_at: Option<Timestamp>,
}

impl From<&EditionRow> for EditionSummary {
    fn from(row: &EditionRow) -> Self {
        Self {
            id: row.id,
            number: row.number,
            digest: row.digest,
            origin: row.origin.clone(),
            variables: row.variables,
            imported_at: row.imported_at,
            published_at: row.published_at,
            superseded_at: row.superseded_at,
        }
    }
}

/// A source with its datasets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceView {
    /// The source without its datasets.
    pub source: DataSource,
    /// The edition shown.
    pub edition: EditionSummary,
    /// The datasets without their variables, and how many each has.
    pub datasets: Vec<(Dataset, i64)>,
    /// The published editions, the newest first.
    pub history: Vec<EditionSummary>,
}

/// A dataset with its variables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DatasetView {
    /// The source without its datasets.
    pub source: DataSource,
    /// The edition shown.
    pub edition: EditionSummary,
    /// The dataset with its variables.
    pub dataset: Dataset,
}

/// A variable with what it is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VariableView {
    /// The source without its datasets.
    pub source: DataSource,
    /// The edition shown.
    pub edition: EditionSummary,
    /// The dataset without its variables.
    pub dataset: Dataset,
    /// The variable with all its versions.
    pub variable: Variable,
    /// What other services see of it on the day asked for.
    pub description: VariableDescription,
}

impl CatalogueService {
    /// All published sources, by path.
    pub async fn sources(&self, actor: &Actor, as_at: AsAt) -> Result<Vec<SourceSummary>, MetadataError> {
        let mut read = self.reading(actor).await?;
        let editions = edition::all_at(read.connection(), self.recorded(as_at)).await?;
        let summary = |e: EditionRow| SourceSummary { edition: (&e).into(), source: e.about };
        Ok(editions.into_iter().map(summary).collect())
    }

    /// A source with its datasets; `None` when the catalogue has no such source (at that time).
    pub async fn source(
        &self,
        actor: &Actor,
        path: &CataloguePath,
        as_at: AsAt,
    ) -> Result<Option<SourceView>, MetadataError> {
        let mut read = self.reading(actor).await?;
        let Some(found) = edition::at(read.connection(), path.as_str(), self.recorded(as_at)).await? else {
            return Ok(None);
        };
        let datasets = tree::datasets(read.connection(), found.id).await?;
        let history = edition::history(read.connection(), path).await?;
        let history = history.iter().filter(|e| e.published_at.is_some()).map(EditionSummary::from).collect();
        Ok(Some(SourceView { edition: (&found).into(), source: found.about, datasets, history }))
    }

    /// A dataset with its variables.
    pub async fn dataset(
        &self,
        actor: &Actor,
        path: &CataloguePath,
        as_at: AsAt,
    ) -> Result<Option<DatasetView>, MetadataError> {
        let mut read = self.reading(actor).await?;
        let found = edition::at(read.connection(), source_of(path), self.recorded(as_at)).await?;
        let Some(found) = found else { return Ok(None) };
        let Some(mut dataset) = tree::dataset(read.connection(), found.id, path).await? else { return Ok(None) };
        dataset.variables = tree::variables(read.connection(), found.id, path).await?;
        Ok(Some(DatasetView { edition: (&found).into(), source: found.about, dataset }))
    }

    /// A variable with its dataset and source.
    pub async fn variable(
        &self,
        actor: &Actor,
        path: &CataloguePath,
        as_at: AsAt,
    ) -> Result<Option<VariableView>, MetadataError> {
        let mut read = self.reading(actor).await?;
        let views = self.views(read.connection(), std::slice::from_ref(path), as_at).await?;
        Ok(views.into_iter().next().map(|(_, view)| view))
    }

    /// Several variables with their datasets and sources, in the order asked for. Paths that the catalogue
    /// does not know (at that time) are left out: compare the lengths.
    pub async fn variables(
        &self,
        actor: &Actor,
        paths: &[CataloguePath],
        as_at: AsAt,
    ) -> Result<Vec<VariableView>, MetadataError> {
        let mut read = self.reading(actor).await?;
        let mut views = self.views(read.connection(), paths, as_at).await?;
        Ok(paths.iter().filter_map(|path| views.remove(path)).collect())
    }

    /// What `access`, `platform` and `citizen` need to know of variables, in the order asked for.
    /// Paths that the catalogue does not know (at that time) are left out: compare the lengths.
    pub async fn describe(
        &self,
        actor: &Actor,
        paths: &[CataloguePath],
        as_at: AsAt,
    ) -> Result<Vec<VariableDescription>, MetadataError> {
        let mut read = self.reading(actor).await?;
        let views = self.views(read.connection(), paths, as_at).await?;
        Ok(paths.iter().filter_map(|path| views.get(path)).map(|view| view.description.clone()).collect())
    }

    /// The dataset that rows of a file are to be read by, with the source it is in.
    pub async fn codebook_for(
        &self,
        actor: &Actor,
        dataset: &CataloguePath,
    ) -> Result<Option<DatasetView>, MetadataError> {
        self.dataset(actor, dataset, AsAt::default()).await
    }

    /// The difference of two published editions of a source, with the source as the new one has it.
    /// What a draft changes is answered at its import.
    pub async fn difference(
        &self,
        actor: &Actor,
        old: EditionId,
        new: EditionId,
    ) -> Result<(DataSource, Difference), MetadataError> {
        let mut read = self.reading(actor).await?;
        let mut published = Vec::with_capacity(2);
        for id in [old, new] {
            let found = edition::by_id(read.connection(), id).await?.filter(|e| e.published_at.is_some());
            let found = found.ok_or_else(|| MetadataError::NotFound(format!("edition {id}")))?;
            published.push(edition::whole(read.connection(), &found).await?);
        }
        match (published.pop(), published.pop()) {
            (Some(new), Some(old)) if old.path == new.path => {
                let difference = Difference::of(&old, &new);
                Ok((DataSource { datasets: Vec::new(), ..new }, difference))
            }
            _ => Err(MetadataError::NotFound("two editions of one source".to_owned())),
        }
    }

    /// The variables at the paths, by path, with one statement. Paths that the catalogue does not know
    /// (at that time), and variables that no version held for on the day, are not among them.
    pub(super) async fn views(
        &self,
        db: &mut sqlx::PgConnection,
        paths: &[CataloguePath],
        as_at: AsAt,
    ) -> Result<HashMap<CataloguePath, VariableView>, MetadataError> {
        let placed = tree::placed(db, paths, self.recorded(as_at)).await?;
        let day = self.valid(as_at);
        Ok(placed.into_iter().filter_map(|(path, placed)| Some((path, view(placed, day)?))).collect())
    }
}

fn view(placed: Placed, day: Date) -> Option<VariableView> {
    let Placed { edition, dataset, variable } = placed;
    let inherited = Inherited {
        source_name: edition.about.name.clone(),
        dataset_name: dataset.name.clone(),
        holder: edition.about.holder,
        legal_basis: edition.about.legal_basis.clone(),
        link_kind: edition.about.link_kind,
    };
    let description = VariableDescription::of(&variable, day, inherited)?;
    Some(VariableView { edition: (&edition).into(), source: edition.about, dataset, variable, description })
}

fn source_of(path: &CataloguePath) -> &str {
    path.parts().next().unwrap_or_default()
}
