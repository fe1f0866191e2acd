//! Searching the codes of code systems, beside the catalogue.
//!
//! They have an index of their own: a few code systems hold more codes than the catalogue has variables,
//! and a search for variables is not to drown in them. A code is shown with how many variables draw their
//! values from its system.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
};

use serde::Serialize;
use varde_core::LocalisedText;
use varde_search::{Change, Document, Field, Group, Index, Query};

use super::{FacetName, HitKind, index::Snapshot};
use crate::{
    CatalogueService, MetadataError,
    ports::{ConceptInForce, Concepts, SystemInForce},
};

/// Codes that are shown beside the hits, at most.
const SHOWN: usize = 5;

/// What a code is called by: the key of its system, then its value.
const BETWEEN: char = '\n';

/// The codes that were found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct CodesFound {
    /// The best of them.
    pub hits: Vec<CodeHit>,
    /// All.
    pub total: i64,
}

/// A code that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CodeHit {
    /// The key of its code system.
    pub system: String,
    /// The code system's name.
    pub system_name: LocalisedText,
    /// The version of the edition that is in force.
    pub version: String,
    /// Its value.
    pub code: String,
    /// What it means.
    pub name: LocalisedText,
    /// How many variables draw their values from the code system.
    pub variables: u32,
    /// What the catalogue is narrowed by to see them, one for each name of the system that they use:
    /// values of the facet `code_system`.
    pub code_systems: Vec<String>,
}

/// The codes of all code systems, and what they were made from.
#[derive(Debug, Default)]
pub(crate) struct CodeIndex(RwLock<Arc<Codes>>);

#[derive(Debug, Default)]
struct Codes {
    systems: BTreeMap<String, SystemInForce>,
    index: Arc<Index>,
}

impl CodeIndex {
    fn current(&self) -> Arc<Codes> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl CatalogueService {
    /// Looks whether other editions of code systems are in force than those that search knows, and then
    /// makes an index of their codes: to be called each second by an instance that serves. Until it was
    /// called, and in a command, no codes are found.
    ///
    /// # Errors
    /// When the code systems cannot be read; the index before goes on answering.
    pub async fn keep_codes(&self, concepts: &dyn Concepts) -> Result<(), MetadataError> {
        let before = self.index.codes.current();
        let read = concepts.systems().await.map_err(MetadataError::Codes)?;
        let systems: BTreeMap<String, SystemInForce> = read.into_iter().map(|s| (s.key.clone(), s)).collect();
        if systems == before.systems {
            return Ok(());
        }
        let mut change = Change::of(&before.index);
        before.systems.keys().filter(|key| !systems.contains_key(*key)).for_each(|key| change.remove(key));
        for (key, system) in systems.iter().filter(|(key, system)| before.systems.get(*key) != Some(*system)) {
            let (key, all) = (key.clone(), concepts.concepts(system).await.map_err(MetadataError::Codes)?);
            change = super::index::aside(move || {
                change.put(group(key, &all));
                change
            })
            .await?;
        }
        let index = super::index::aside(move || change.finish()).await??;
        tracing::info!(codes = index.len(), systems = systems.len(), "search knows the codes in force");
        let made = Arc::new(Codes { systems, index: Arc::new(index) });
        *self.index.codes.0.write().unwrap_or_else(PoisonError::into_inner) = made;
        Ok(())
    }

    /// The codes that a text finds; none when nothing has all its words.
    pub(super) fn find_codes(&self, text: &str, catalogue: &Snapshot) -> Result<CodesFound, MetadataError> {
        let codes = self.index.codes.current();
        if text.trim().is_empty() || codes.index.is_empty() {
            return Ok(CodesFound::default());
        }
        let answer = codes.index.search(&Query { text: text.to_owned(), limit: SHOWN, ..Query::default() })?;
        if answer.partial || answer.hits.is_empty() {
            return Ok(CodesFound::default());
        }
        let used = used(catalogue)?;
        let hits = answer.hits.into_iter().filter_map(|hit| {
            let (key, code) = hit.key.split_once(BETWEEN)?;
            let system = codes.systems.get(key)?;
            let own = |(name, _): &&(String, u32)| system.called.iter().any(|called| called.eq_ignore_ascii_case(name));
            let uses: Vec<&(String, u32)> = used.iter().filter(own).collect();
            Some(CodeHit {
                system: key.to_owned(),
                system_name: system.name.clone(),
                version: system.version.clone(),
                code: code.to_owned(),
                name: serde_json::from_str(&hit.payload).unwrap_or_default(),
                variables: uses.iter().map(|(_, count)| count).sum(),
                code_systems: uses.into_iter().map(|(name, _)| name.clone()).collect(),
            })
        });
        Ok(CodesFound { hits: hits.collect(), total: i64::try_from(answer.total).unwrap_or(i64::MAX) })
    }
}

/// How many variables in use draw their values from each code system, as the catalogue calls it.
fn used(catalogue: &Snapshot) -> Result<Vec<(String, u32)>, MetadataError> {
    let of = |name: &str, value: &str| (name.to_owned(), vec![value.to_owned()]);
    let chosen = vec![of(FacetName::Kind.name(), HitKind::Variable.name()), of(super::STATUS, super::CURRENT)];
    let counted = catalogue.index.search(&Query { chosen, ..Query::default() })?;
    let systems = counted.facets.into_iter().find(|facet| facet.name == FacetName::CodeSystem.name());
    Ok(systems.map(|facet| facet.values).unwrap_or_default())
}

/// The codes of a system.
fn group(key: String, concepts: &[ConceptInForce]) -> Group {
    let mut group = Group::new(key.clone());
    for concept in concepts {
        let payload = serde_json::to_string(&concept.name).unwrap_or_default();
        let mut document = Document::new(format!("{key}{BETWEEN}{}", concept.code), payload);
        document.plain(Field::Code, &concept.code);
        document.localised(Field::Name, &concept.name);
        concept.others.iter().for_each(|other| document.plain(Field::Label, other));
        group.add(&document);
        let name = &concept.name;
        let names = [&name.nb, &name.nn, &name.en].into_iter().chain(&concept.others).filter(|name| !name.is_empty());
        group.mean_the_same(names);
    }
    group
}
