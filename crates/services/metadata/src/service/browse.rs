//! Looking around in the catalogue without searching: its tree with counts, the variables of a dataset in
//! pages, a variable through the editions. Nothing here reads a whole source, so that a survey of thousands
//! of variables opens as quickly as a small register.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::Serialize;
use varde_core::{Actor, CataloguePath, Digest};

use super::{AsAt, CatalogueService, EditionSummary, ListSummary, SourceView};
use crate::{
    MetadataError,
    model::{DataSource, Dataset, Registry, Variable, VariableVersion},
    store::{
        browse::{self, Wanted},
        edition, registry, tree,
    },
};

/// How many variables there are at a place, and from when until when they were collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Span {
    /// How many variables.
    pub variables: i64,
    /// How many of them are still collected.
    pub current: i64,
    /// The first day of any; `None` where there is no variable.
    pub first: Option<Date>,
    /// The last day of any; `None` while one is still collected.
    pub last: Option<Date>,
}

/// A source with what its datasets hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceTree {
    /// The source, its datasets and editions.
    pub view: SourceView,
    /// What each dataset holds, by path.
    pub spans: BTreeMap<String, Span>,
}

/// Which variables of a dataset to show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DatasetQuery {
    /// Those of a group, by code; all without one.
    pub group: Option<String>,
    /// What must stand in the name, path or column, in any case. Empty for all.
    pub text: String,
    /// The page, from 1.
    pub page: i64,
    /// Variables on a page, from 1.
    pub size: i64,
}

/// A dataset with a page of its variables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DatasetPage {
    /// The source without its datasets.
    pub source: DataSource,
    /// The edition shown.
    pub edition: EditionSummary,
    /// The dataset without its variables.
    pub dataset: Dataset,
    /// What each group holds, by code; `None` for what is in no group.
    pub groups: Vec<(Option<String>, Span)>,
    /// How many variables it holds.
    pub held: i64,
    /// The variables of the page.
    pub variables: Vec<Variable>,
    /// How many are asked for in all.
    pub total: i64,
    /// The page, from 1: the last one where fewer are there.
    pub page: i64,
}

/// What the catalogue said of a variable's versions, and how long it said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    /// The first edition that said so: its number.
    pub edition: i32,
    /// The digest of that edition.
    pub digest: Digest,
    /// From when the catalogue said so.
    pub from: Timestamp,
    /// Until when; `None` while it does.
    pub until: Option<Timestamp>,
    /// The versions, the oldest first.
    pub versions: Vec<VariableVersion>,
}

impl CatalogueService {
    /// A source with its datasets and how many variables each holds; `None` when the catalogue has no such
    /// source (at that time).
    pub async fn source_tree(
        &self,
        actor: &Actor,
        path: &CataloguePath,
        as_at: AsAt,
    ) -> Result<Option<SourceTree>, MetadataError> {
        let Some(view) = self.source(actor, path, as_at).await? else { return Ok(None) };
        let mut read = self.reading(actor).await?;
        let spans = browse::spans(read.connection(), view.edition.id).await?;
        Ok(Some(SourceTree { view, spans: spans.into_iter().collect() }))
    }

    /// A dataset with a page of its variables; `None` when the catalogue has no such dataset (at that time).
    pub async fn dataset_page(
        &self,
        actor: &Actor,
        path: &CataloguePath,
        query: &DatasetQuery,
        as_at: AsAt,
    ) -> Result<Option<DatasetPage>, MetadataError> {
        let mut read = self.reading(actor).await?;
        let source = path.parts().next().unwrap_or_default();
        let found = edition::at(read.connection(), source, self.recorded(as_at)).await?;
        let Some(found) = found else { return Ok(None) };
        let Some(dataset) = tree::dataset(read.connection(), found.id, path).await? else { return Ok(None) };
        let groups = browse::group_spans(read.connection(), found.id, path).await?;
        let text = query.text.trim().to_lowercase();
        let wanted = Wanted { edition: found.id, dataset: path, group: query.group.as_deref(), text: &text };
        let held = browse::count(read.connection(), Wanted { group: None, text: "", ..wanted }).await?;
        let (size, total) = (query.size.max(1), browse::count(read.connection(), wanted).await?);
        let page = query.page.clamp(1, ((total + size - 1) / size).max(1));
        let variables = browse::page(read.connection(), wanted, (page - 1) * size, size).await?;
        Ok(Some(DatasetPage {
            edition: (&found).into(),
            source: found.about,
            dataset,
            groups,
            held,
            variables,
            total,
            page,
        }))
    }

    /// What the catalogue has said of a variable through its editions, as known at a time; editions that say
    /// the same are one. The newest first.
    pub async fn told_of(&self, actor: &Actor, path: &CataloguePath, as_at: AsAt) -> Result<Vec<Told>, MetadataError> {
        let mut read = self.reading(actor).await?;
        let until = self.recorded(as_at);
        let mut told: Vec<Told> = Vec::new();
        for (edition, variable) in browse::through(read.connection(), path, until).await? {
            let Some(from) = edition.published_at else { continue };
            // What happened after the time asked for was not known then.
            let ended = edition.superseded_at.filter(|end| *end <= until);
            match told.last_mut().filter(|last| last.until == Some(from) && last.versions == variable.versions) {
                Some(last) => last.until = ended,
                None => told.push(Told {
                    edition: edition.number,
                    digest: edition.digest,
                    from,
                    until: ended,
                    versions: variable.versions,
                }),
            }
        }
        told.reverse();
        Ok(told)
    }

    /// The actor's own lists that hold a variable, the one changed last first; none for who is no person.
    pub async fn lists_with(&self, actor: &Actor, path: &CataloguePath) -> Result<Vec<ListSummary>, MetadataError> {
        if actor.person().is_none() {
            return Ok(Vec::new());
        }
        let lists = self.lists(actor).await?;
        let mut read = self.store.read(actor).await?;
        let holding = browse::listed(read.connection(), path).await?;
        Ok(lists.into_iter().filter(|list| holding.contains(&list.id)).collect())
    }

    /// What is common to all sources: definitions of properties, names of code systems and instruments.
    pub async fn registry(&self, actor: &Actor) -> Result<Registry, MetadataError> {
        let mut read = self.reading(actor).await?;
        registry::newest(read.connection()).await
    }
}
