//! What the editions of code systems say, from terminology for the codes of deliveries.

use async_trait::async_trait;
use jiff::{ToSpan as _, civil::Date};
use varde_core::{Actor, Component};
use varde_platform::{
    PlatformError,
    import::{EditionCodes, EditionFrom, UsableCode},
    ports::CodeSystems,
};
use varde_terminology::{ContentKind, Edition, EditionId, Kind, Status, Terminology, current};

/// Asks terminology. What is published is for everybody, so it is read as a part of Varde, whoever asks.
#[derive(Debug)]
pub(crate) struct CodeEditions(pub(crate) Terminology);

#[async_trait]
impl CodeSystems for CodeEditions {
    async fn editions(&self, system: &str) -> Result<Vec<EditionFrom>, PlatformError> {
        let all = self.0.editions(&Actor::system(Component::Flows)).await.map_err(|e| PlatformError::neighbour(&e))?;
        let of_system = |edition: &Edition| {
            edition.subject.kind() == Kind::CodeSystem
                && edition.status == Status::Published
                && edition.system().is_some_and(|known| known.is_named(system))
        };
        let editions: Vec<Edition> = all.into_iter().filter(of_system).collect();
        // Where only some codes are here, one that is not may still be right.
        let whole = |edition: &Edition| edition.system().is_some_and(|known| known.content == ContentKind::Complete);
        Ok(if editions.iter().all(whole) { by_day(&editions) } else { Vec::new() })
    }

    async fn codes(&self, edition: &EditionFrom) -> Result<EditionCodes, PlatformError> {
        let shown = self.0.content_of(&Actor::system(Component::Flows), EditionId::from_uuid(edition.edition)).await;
        let shown = shown.map_err(|e| PlatformError::neighbour(&e))?;
        // A code that is no longer in use stays right for the days until it was retired.
        let usable = shown.content.concepts().iter().filter(|concept| concept.active || concept.until.is_some());
        let code = |concept: &varde_terminology::Concept| UsableCode {
            code: concept.code.clone(),
            from: concept.from,
            until: concept.until,
        };
        let case_sensitive = shown.edition.system().is_some_and(|system| system.case_sensitive);
        Ok(EditionCodes { case_sensitive, codes: usable.map(code).collect() })
    }
}

/// From which day on each edition is the one in force. That can change on a first day and after a last one.
fn by_day(editions: &[Edition]) -> Vec<EditionFrom> {
    let after = |edition: &Edition| edition.valid.until.and_then(|last| last.checked_add(1.day()).ok());
    let mut days: Vec<Date> =
        editions.iter().flat_map(|edition| [Some(edition.valid.from), after(edition)]).flatten().collect();
    days.sort_unstable();
    days.dedup();
    let mut found: Vec<EditionFrom> = Vec::new();
    for from in days {
        let Some(now) = current(editions, from).filter(|edition| edition.valid.from <= from) else { continue };
        if found.last().is_none_or(|last| last.edition != now.id.uuid()) {
            found.push(EditionFrom { from, edition: now.id.uuid(), version: now.version.clone() });
        }
    }
    found
}
