//! The read API of the national variable explorer over the current editions, so that a client
//! written for that one can read this one.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Value, json};
use varde_core::Actor;

use super::{AsAt, CatalogueService};
use crate::{
    MetadataError,
    model::{
        DataSource, Dataset, PropertyLevel, Registry, Variable,
        explorer::{self, Writer},
    },
    store::{
        edition,
        explorer::{self as answers, Asked},
        registry, tree,
    },
};

/// The facets that variables can be filtered by, as clients name them.
pub(crate) const FACETS: [&str; 11] = [
    "kildeIds",
    "kildeType",
    "delkildeIds",
    "datasamlingIds",
    "variabelgruppeIds",
    "filterIds",
    "datatypes",
    "helsefagligKodeverkReferanser",
    "administrativtKodeverkOids",
    "instrumentIds",
    "datakategorier",
];

/// What a client asks of the variables.
#[derive(Debug, Clone, Default)]
pub struct ExplorerQuery {
    /// Words; each must be part of name, code or description.
    pub search: String,
    /// For each facet the values, any of which will do.
    pub facets: Vec<(String, Vec<String>)>,
    /// Only variables with or without a list of their source's own.
    pub has_list: Option<bool>,
    /// Only variables with data from this day on.
    pub data_from: Option<Date>,
    /// Only variables with data until this day.
    pub data_until: Option<Date>,
    /// Also variables that are no longer in force.
    pub historical: bool,
    /// The order by the client's word: `kode`, `kilde`, `name` …; empty for the catalogue's own.
    pub sort: String,
    /// Whether the order is turned round.
    pub descending: bool,
    /// The page, from 1.
    pub page: i64,
    /// How many a page, 1 to 1000.
    pub size: i64,
}

impl ExplorerQuery {
    fn asked(&self) -> Asked {
        let mark = |(facet, values): &(String, Vec<String>)| {
            (facet.clone(), values.iter().map(|value| format!("{facet}:{value}")).collect())
        };
        Asked {
            words: self.search.to_lowercase().split_whitespace().take(10).map(str::to_owned).collect(),
            facets: self.facets.iter().filter(|(_, values)| !values.is_empty()).map(mark).collect(),
            has_list: self.has_list,
            data_from: self.data_from,
            data_until: self.data_until,
            historical: self.historical,
        }
    }
}

/// What a variable's payloads are written from.
struct Found {
    source: DataSource,
    dataset: Dataset,
    variable: Variable,
    registry: Registry,
}

impl CatalogueService {
    /// `GET /variables`.
    pub async fn explorer_variables(&self, actor: &Actor, query: &ExplorerQuery) -> Result<Value, MetadataError> {
        let mut read = self.reading(actor).await?;
        let asked = query.asked();
        let (page, size) = (query.page.max(1), query.size.clamp(1, 1_000));
        let (total, _, _) = answers::total(read.connection(), &asked).await?;
        let window = (size, (page - 1).saturating_mul(size));
        let items = answers::page(read.connection(), &asked, &query.sort, query.descending, window).await?;
        let pages = (total + size - 1) / size;
        Ok(json!({ "items": items, "totalCount": total, "page": page, "size": size, "totalPages": pages }))
    }

    /// `GET /variables/{id}`. Versions no longer in force are among them when asked for; the last one
    /// always is.
    pub async fn explorer_variable(
        &self,
        actor: &Actor,
        id: &str,
        historical: bool,
    ) -> Result<Option<Value>, MetadataError> {
        let Some(found) = self.explorer_find(actor, id).await? else { return Ok(None) };
        let writer = Writer::new(&found.source, &found.registry, self.store.clock().today());
        let mut value = writer.variable(&found.dataset, &found.variable);
        if let Some(statistics) = self.observed_statistics(&found.variable.path).await? {
            explorer::add_statistics(&mut value, &found.variable, &statistics);
        }
        let shown = value["versjonId"].clone();
        if let Some(versions) = value["versjoner"].as_array_mut().filter(|_| !historical) {
            versions.retain(|version| version["status"] != "Historical" || version["versjonId"] == shown);
        }
        Ok(Some(value))
    }

    /// `GET /variables/{id}/timeline`.
    pub async fn explorer_timeline(&self, actor: &Actor, id: &str) -> Result<Option<Value>, MetadataError> {
        let found = self.explorer_find(actor, id).await?;
        let today = self.store.clock().today();
        Ok(found.map(|f| Writer::new(&f.source, &f.registry, today).timeline(&f.variable)))
    }

    /// `GET /variables/{id}/kodeverk/{type}/{ref}/codes`.
    pub async fn explorer_codes(
        &self,
        actor: &Actor,
        id: &str,
        kind: &str,
        reference: &str,
    ) -> Result<Option<Value>, MetadataError> {
        let (Some(found), Some(kind)) = (self.explorer_find(actor, id).await?, explorer::link(kind)) else {
            return Ok(None);
        };
        let today = self.store.clock().today();
        Ok(Writer::new(&found.source, &found.registry, today).codes(&found.variable, kind, reference))
    }

    /// `GET /kilder`, perhaps only those whose name has the words and that are of a kind.
    pub async fn explorer_sources(&self, actor: &Actor, search: &str, kind: &str) -> Result<Value, MetadataError> {
        let mut read = self.reading(actor).await?;
        let search = search.to_lowercase();
        let meets = |summary: &Value| {
            let name = summary["navn"].as_str().unwrap_or_default().to_lowercase();
            let short = summary["kortNavn"].as_str().unwrap_or_default().to_lowercase();
            let named = search.split_whitespace().all(|word| name.contains(word) || short.contains(word));
            named && (kind.is_empty() || summary["kildetype"] == kind)
        };
        let sources = answers::sources(read.connection()).await?;
        let mut summaries: Vec<Value> =
            sources.into_iter().map(|mut body| body["summary"].take()).filter(meets).collect();
        summaries.sort_by_key(|summary| summary["navn"].as_str().unwrap_or_default().to_lowercase());
        Ok(Value::Array(summaries))
    }

    /// `GET /kilder/{id}` (`source`) and `GET /kilder/{id}/hierarchy` (`hierarchy`).
    pub async fn explorer_source(&self, actor: &Actor, id: &str, part: &str) -> Result<Option<Value>, MetadataError> {
        let mut read = self.reading(actor).await?;
        let found = answers::node(read.connection(), "source", id).await?;
        Ok(found.map(|mut body| body[part].take()))
    }

    /// `GET /datasamling/{id}`.
    pub async fn explorer_dataset(&self, actor: &Actor, id: &str) -> Result<Option<Value>, MetadataError> {
        let mut read = self.reading(actor).await?;
        answers::node(read.connection(), "dataset", id).await
    }

    /// `GET /kilder/egenskaper`: the properties of sources.
    pub async fn explorer_properties(&self, actor: &Actor) -> Result<Value, MetadataError> {
        let mut read = self.reading(actor).await?;
        let registry = registry::newest(read.connection()).await?;
        Ok(explorer::definitions(&registry, PropertyLevel::Source))
    }

    /// `GET /filters`: every value that can be filtered on, with how many variables it would leave. A
    /// facet is counted as if nothing of it were chosen, so that a second choice can be seen first.
    pub async fn explorer_filters(&self, actor: &Actor, query: &ExplorerQuery) -> Result<Value, MetadataError> {
        let mut read = self.reading(actor).await?;
        let asked = query.asked();
        let db = read.connection();
        let (total, first, last) = answers::total(db, &asked).await?;
        let mut counts: BTreeMap<String, Vec<(String, i64)>> = BTreeMap::new();
        let mut add = |marks: Vec<(String, i64)>, only: Option<&str>| {
            for (mark, count) in marks {
                let Some((facet, value)) = mark.split_once(':') else { continue };
                let chosen = asked.facets.iter().any(|(chosen, _)| chosen == facet);
                if only.map_or(!chosen, |only| only == facet) {
                    counts.entry(facet.to_owned()).or_default().push((value.to_owned(), count));
                }
            }
        };
        add(answers::counts(db, &asked, None).await?, None);
        for (facet, _) in &asked.facets {
            add(answers::counts(db, &asked, Some(facet)).await?, Some(facet));
        }
        let registry = registry::newest(db).await?;
        let sources = answers::sources(db).await?;
        Ok(explorer::facets(&counts, &sources, &registry, (total, first, last)))
    }

    async fn explorer_find(&self, actor: &Actor, id: &str) -> Result<Option<Found>, MetadataError> {
        let mut read = self.reading(actor).await?;
        let db = read.connection();
        let Some(path) = answers::variable(db, id).await? else { return Ok(None) };
        let Some(view) = self.views(db, std::slice::from_ref(&path), AsAt::default()).await?.remove(&path) else {
            return Ok(None);
        };
        let Some(current) = edition::at(db, view.source.path.as_str(), self.store.clock().now()).await? else {
            return Ok(None);
        };
        let datasets = tree::datasets(db, current.id).await?;
        let source = DataSource { datasets: datasets.into_iter().map(|(dataset, _)| dataset).collect(), ..view.source };
        let registry = registry::newest(db).await?;
        Ok(Some(Found { source, dataset: view.dataset, variable: view.variable, registry }))
    }
}
