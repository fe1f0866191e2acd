//! What other contexts ask of code systems: is there such a one, does an edition hold on a day, what
//! is a code called. And every concept of today for who builds an index of them.

use jiff::civil::Date;
use varde_core::Actor;

use super::Terminology;
use crate::{Concept, Edition, EditionId, Key, Kind, TerminologyError, Wording, current, store};

/// A code system as others need to know it.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Its key.
    pub key: Key,
    /// Its canonical address.
    pub url: String,
    /// Its object identifier.
    pub oid: Option<String>,
    /// What it is called.
    pub title: Wording,
    /// The edition of the day asked for.
    pub edition: EditionId,
    /// That edition's version.
    pub version: String,
    /// Whether the day is within the edition's own period; else it is the last one before it.
    pub holds: bool,
}

impl Terminology {
    /// The code system with the edition of that day, by key, address or `urn:oid:…`; `None` when
    /// there is no such one, or nothing of it was published.
    pub async fn known(&self, actor: &Actor, name: &str, day: Date) -> Result<Option<Known>, TerminologyError> {
        let edition = self.of_day(actor, name, day).await?;
        Ok(edition.and_then(|edition| known(&edition, day)))
    }

    /// The code systems of which an edition holds today, with that one.
    pub async fn in_force(&self, actor: &Actor) -> Result<Vec<Known>, TerminologyError> {
        let (today, mut editions) = (self.today(), self.editions(actor).await?);
        editions.retain(|edition| edition.subject.kind() == Kind::CodeSystem);
        let systems = editions.chunk_by(|a, b| a.subject.key() == b.subject.key());
        Ok(systems.filter_map(|editions| known(current(editions, today)?, today)).collect())
    }

    /// What a code of a system meant on that day; `None` when the edition of the day has no such code.
    pub async fn concept_on(
        &self,
        actor: &Actor,
        name: &str,
        code: &str,
        day: Date,
    ) -> Result<Option<Concept>, TerminologyError> {
        let Some(edition) = self.of_day(actor, name, day).await? else { return Ok(None) };
        Ok(self.content(actor, &edition).await?.get(code).cloned())
    }

    /// Hands over every concept of today's editions, system by system, in the owners' order. Nothing
    /// is gathered: an index of them can be built in constant memory beside the editions themselves.
    pub async fn each_concept(
        &self,
        actor: &Actor,
        mut take: impl FnMut(&Edition, &Concept) + Send,
    ) -> Result<(), TerminologyError> {
        for shown in self.of_today(actor).await? {
            shown.content.concepts().iter().for_each(|concept| take(&shown.edition, concept));
        }
        Ok(())
    }

    async fn of_day(&self, actor: &Actor, name: &str, day: Date) -> Result<Option<Edition>, TerminologyError> {
        self.may_read(actor).await?;
        let mut read = self.store.read(actor).await?;
        let editions = match name.parse::<Key>() {
            Ok(key) => store::editions::of(read.connection(), Kind::CodeSystem, &key).await?,
            Err(_) => {
                let mut all = store::editions::all(read.connection()).await?;
                all.retain(|edition| edition.system().is_some_and(|system| system.is_called(name)));
                all
            }
        };
        Ok(current(&editions, day).cloned())
    }
}

/// A code system by an edition of it; `None` for an edition of something else.
fn known(edition: &Edition, day: Date) -> Option<Known> {
    let system = edition.system()?;
    Some(Known {
        key: system.key.clone(),
        url: system.url.clone(),
        oid: system.oid.clone(),
        title: system.title.clone(),
        edition: edition.id,
        version: edition.version.clone(),
        holds: edition.valid.contains(day),
    })
}
