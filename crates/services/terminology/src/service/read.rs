//! Reading: editions, hierarchy, single codes, search, differences.

use std::sync::Arc;

use jiff::civil::Date;
use varde_core::Actor;

use super::Terminology;
use crate::{
    Concept, ConceptMap, Content, Difference, Edition, EditionId, Key, Kind, Mapping, Subject, TerminologyError,
    current,
    find::{Finder, Hit},
    store,
};

/// An edition of a code system with its concepts.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The edition.
    pub edition: Edition,
    /// Its concepts.
    pub content: Arc<Content>,
}

/// A code that was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The edition it is in.
    pub edition: Arc<Edition>,
    /// The concept.
    pub concept: Concept,
    /// How it was found.
    pub hit: Hit,
}

/// A mapping that a code takes part in.
#[derive(Debug, Clone)]
pub struct Mapped {
    /// The map.
    pub map: ConceptMap,
    /// The map's version.
    pub version: String,
    /// The mapping.
    pub mapping: Mapping,
    /// Whether the code is the mapping's source; else it is one of its targets.
    pub forward: bool,
}

impl Terminology {
    /// The editions that the actor may see, by kind and key, the newest first.
    pub async fn editions(&self, actor: &Actor) -> Result<Vec<Edition>, TerminologyError> {
        self.may_read(actor).await?;
        let mut read = self.store.read(actor).await?;
        let mut all = store::editions::all(read.connection()).await?;
        all.retain(|edition| self.sees(actor, edition));
        Ok(all)
    }

    /// The editions of one thing that the actor may see, the newest first; there is at least one.
    ///
    /// # Errors
    /// [`TerminologyError::NotFound`].
    pub async fn editions_of(&self, actor: &Actor, kind: Kind, key: &Key) -> Result<Vec<Edition>, TerminologyError> {
        self.may_read(actor).await?;
        let mut read = self.store.read(actor).await?;
        let mut all = store::editions::of(read.connection(), kind, key).await?;
        all.retain(|edition| self.sees(actor, edition));
        if all.is_empty() { Err(TerminologyError::NotFound(key.to_string())) } else { Ok(all) }
    }

    /// One edition.
    ///
    /// # Errors
    /// [`TerminologyError::NotFound`], also for a draft that is somebody else's.
    pub async fn edition(&self, actor: &Actor, id: EditionId) -> Result<Edition, TerminologyError> {
        self.may_read(actor).await?;
        self.found(actor, id).await
    }

    /// An edition of a code system with its concepts: of that version, or the one that holds today.
    ///
    /// # Errors
    /// [`TerminologyError::NotFound`].
    pub async fn shown(&self, actor: &Actor, key: &Key, version: Option<&str>) -> Result<Shown, TerminologyError> {
        let editions = self.editions_of(actor, Kind::CodeSystem, key).await?;
        let edition = match version {
            Some(version) => editions.iter().find(|e| e.version == version),
            // A system that has drafts only is shown to those who see them.
            None => current(&editions, self.today()).or(editions.first()),
        };
        let edition =
            edition.ok_or_else(|| TerminologyError::NotFound(format!("{key} {}", version.unwrap_or_default())))?;
        self.with_content(actor, edition.clone()).await
    }

    /// An edition of a code system with its concepts, by its id.
    ///
    /// # Errors
    /// [`TerminologyError::NotFound`], also for a draft that is somebody else's.
    pub async fn content_of(&self, actor: &Actor, id: EditionId) -> Result<Shown, TerminologyError> {
        self.may_read(actor).await?;
        let edition = self.found(actor, id).await?;
        self.with_content(actor, edition).await
    }

    /// An edition of a code system with its concepts.
    pub(crate) async fn with_content(&self, actor: &Actor, edition: Edition) -> Result<Shown, TerminologyError> {
        let content = self.content(actor, &edition).await?;
        Ok(Shown { edition, content })
    }

    /// The mappings of an edition of a map.
    pub async fn mappings(&self, actor: &Actor, id: EditionId) -> Result<Vec<Mapping>, TerminologyError> {
        let edition = self.edition(actor, id).await?;
        let mut read = self.store.read(actor).await?;
        store::content::mappings(read.connection(), edition.id).await
    }

    /// What changed from one edition of a code system to another.
    ///
    /// # Errors
    /// [`TerminologyError::NotComparable`]; [`TerminologyError::NotFound`].
    pub async fn difference(
        &self,
        actor: &Actor,
        old: EditionId,
        new: EditionId,
    ) -> Result<(Edition, Edition, Difference), TerminologyError> {
        let (old, new) = (self.edition(actor, old).await?, self.edition(actor, new).await?);
        let same = old.subject.key() == new.subject.key() && old.subject.kind() == new.subject.kind();
        if !same || new.subject.kind() != Kind::CodeSystem {
            return Err(TerminologyError::NotComparable);
        }
        let (before, now) = (self.content(actor, &old).await?, self.content(actor, &new).await?);
        let difference = Difference::of(&before, &now);
        Ok((old, new, difference))
    }

    /// Looks for codes and words: in one edition, or in the edition of today of every code system.
    /// The best first, at most `limit`, and how many there are.
    pub async fn search(
        &self,
        actor: &Actor,
        text: &str,
        within: Option<&Shown>,
        limit: usize,
    ) -> Result<(Vec<Found>, usize), TerminologyError> {
        self.may_read(actor).await?;
        let Some(finder) = Finder::new(text) else { return Ok((Vec::new(), 0)) };
        let places = match within {
            Some(shown) => vec![shown.clone()],
            None => self.of_today(actor).await?,
        };
        let mut found = Vec::new();
        for Shown { edition, content } in places {
            let edition = Arc::new(edition);
            for concept in content.concepts() {
                if let Some(hit) = finder.finds(concept) {
                    found.push((hit, Arc::clone(&edition), concept.clone()));
                }
            }
        }
        let total = found.len();
        found.sort_by_key(|(hit, _, concept)| (*hit, !concept.active));
        found.truncate(limit);
        Ok((found.into_iter().map(|(hit, edition, concept)| Found { edition, concept, hit }).collect(), total))
    }

    /// The edition of every code system that holds today, with its concepts.
    pub(super) async fn of_today(&self, actor: &Actor) -> Result<Vec<Shown>, TerminologyError> {
        let editions = self.editions(actor).await?;
        let systems =
            editions.chunk_by(|a, b| a.subject.kind() == b.subject.kind() && a.subject.key() == b.subject.key());
        let mut shown = Vec::new();
        for editions in systems.filter(|group| group[0].subject.kind() == Kind::CodeSystem) {
            if let Some(edition) = current(editions, self.today()) {
                shown.push(self.with_content(actor, edition.clone()).await?);
            }
        }
        Ok(shown)
    }

    /// A code through the editions that have it, the newest first.
    pub async fn through_editions(
        &self,
        actor: &Actor,
        key: &Key,
        code: &str,
    ) -> Result<Vec<(Edition, Concept)>, TerminologyError> {
        let mut through = Vec::new();
        for edition in self.editions_of(actor, Kind::CodeSystem, key).await? {
            let content = self.content(actor, &edition).await?;
            if let Some(concept) = content.get(code) {
                through.push((edition, concept.clone()));
            }
        }
        Ok(through)
    }

    /// The mappings of today's maps that the code of that system takes part in.
    pub async fn mapped(&self, actor: &Actor, system: &str, code: &str) -> Result<Vec<Mapped>, TerminologyError> {
        let editions = self.editions(actor).await?;
        let maps = editions.chunk_by(|a, b| a.subject.kind() == b.subject.kind() && a.subject.key() == b.subject.key());
        let today = self.today();
        let maps = maps.filter(|group| group[0].subject.kind() == Kind::ConceptMap);
        let maps: Vec<&Edition> = maps.filter_map(|group| current(group, today)).collect();
        let ids: Vec<EditionId> = maps.iter().map(|edition| edition.id).collect();
        let mut read = self.store.read(actor).await?;
        let rows = store::content::about(read.connection(), &ids, code).await?;
        let mapped = rows.into_iter().filter_map(|(id, mapping)| {
            let edition = maps.iter().find(|edition| edition.id == id)?;
            let Subject::ConceptMap(map) = &edition.subject else { return None };
            let forward = mapping.code == code && mapping.source.url == system;
            let backward = mapping.targets.iter().any(|t| t.code == code && t.system.url == system);
            let (map, version) = (map.clone(), edition.version.clone());
            (forward || backward).then_some(Mapped { map, version, mapping, forward })
        });
        Ok(mapped.collect())
    }

    /// Today in Norway.
    pub(crate) fn today(&self) -> Date {
        self.store.clock().today()
    }
}
