//! Who has looked at or used data about me, and the proofs.

use std::time::Duration;

use serde::Serialize;
use varde_core::{Actor, Component, EntryId, OrganisationId, PersonId, Subject};
use varde_ledger::{CompletenessProof, Entry, LogProof};
use varde_store::log::{LogError, StoredEntry};

use super::{CitizenService, Use};
use crate::{CitizenError, model};

/// How long a proof waits for the sequencer, which runs every second.
const PATIENCE: Duration = Duration::from_secs(3);

/// Who did it, as the person concerned is told: an employee by their organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The person themselves.
    You,
    /// Varde on its own.
    Varde,
    /// Somebody at work in an organisation, by its name.
    Organisation(String),
    /// Another person, on their own behalf.
    Person,
    /// A registered system, by its client id.
    Client(String),
    /// Nobody was logged in.
    Nobody,
}

/// An entry that concerns the person.
#[derive(Debug, Clone, Serialize)]
pub struct LogEntry {
    /// Its id.
    pub id: EntryId,
    /// Its place on the log; `None` in its first second.
    pub index: Option<u64>,
    /// What it says; `None` when it was erased.
    pub entry: Option<Entry>,
    /// Who did it; `None` when it was erased.
    pub who: Option<Who>,
    /// Whether it is only the person's own look at their own pages.
    pub own_view: bool,
}

/// Everything on the log about the person.
#[derive(Debug, Clone, Serialize)]
pub struct Entries {
    /// The extracts they were in or left out of: each is one entry about many.
    pub extracts: Vec<Use>,
    /// The entries about them alone, newest first.
    pub entries: Vec<LogEntry>,
}

impl CitizenService {
    /// Every entry that concerns whoever is logged in, newest first. Reading it is not itself an
    /// entry about them, or the list would never be complete; the look-up of extracts is.
    ///
    /// # Errors
    /// When nobody is logged in, or a service is away.
    pub async fn entries(&self, actor: &Actor) -> Result<Entries, CitizenError> {
        let me = self.me(actor, "citizen.log.read").await?;
        let (own, history) = self.own(actor, me).await?;
        let extracts = self.uses_in(actor, &own, &history).await?;
        Ok(Entries { extracts, entries: self.told(actor, me).await? })
    }

    /// One of them.
    ///
    /// # Errors
    /// [`CitizenError::NotFound`] when it does not concern whoever asks.
    pub async fn entry(&self, actor: &Actor, id: EntryId) -> Result<LogEntry, CitizenError> {
        let me = self.me(actor, "citizen.log.read").await?;
        self.told(actor, me).await?.into_iter().find(|e| e.id == id).ok_or(CitizenError::NotFound)
    }

    /// The proof that an entry is on the log. Waits up to three seconds for the sequencer.
    ///
    /// # Errors
    /// [`CitizenError::NotFound`] when it does not concern whoever asks; [`CitizenError::NotYet`].
    pub async fn entry_proof(&self, actor: &Actor, id: EntryId) -> Result<LogProof, CitizenError> {
        let me = self.me(actor, "citizen.proof.read").await?;
        let mine = self.ports.log.entries_of(me).await?;
        if !mine.iter().any(|e| e.id == id) {
            return Err(CitizenError::NotFound);
        }
        let waiting = tokio::time::timeout(PATIENCE, self.ports.log.sequenced(id)).await;
        waiting.map_err(|_| CitizenError::NotYet)??;
        Ok(self.ports.log.prove(id).await?)
    }

    /// The proof that the list of entries leaves nothing out.
    ///
    /// # Errors
    /// [`CitizenError::NotYet`] when the sequencer does not answer; a service that is away.
    pub async fn complete(&self, actor: &Actor) -> Result<CompletenessProof, CitizenError> {
        let me = self.me(actor, "citizen.proof.read").await?;
        let _one_at_a_time = self.publishing.lock().await;
        // The entry with everybody's heads is in everybody's proof: it must not say who asked.
        Ok(self.ports.log.completeness(me, &Actor::system(Component::Flows)).await?)
    }

    async fn told(&self, actor: &Actor, me: PersonId) -> Result<Vec<LogEntry>, CitizenError> {
        let stored = self.ports.log.entries_of(me).await?;
        let read = |s: StoredEntry| Ok((s.id, s.index, s.entry()?));
        let read: Vec<(EntryId, Option<u64>, Option<Entry>)> =
            stored.into_iter().map(read).collect::<Result<_, LogError>>()?;
        let organisations = read.iter().filter_map(|(.., e)| e.as_ref()?.actor.organisation);
        let names = self.organisations(actor, organisations).await?;
        let name = |id: OrganisationId| names.get(&id).cloned().unwrap_or_else(|| id.to_string());
        let told = |(id, index, entry): (EntryId, Option<u64>, Option<Entry>)| LogEntry {
            id,
            index,
            who: entry.as_ref().map(|e| who(&e.actor, me, &name)),
            own_view: entry.as_ref().is_some_and(|e| model::is_own_view(e, me)),
            entry,
        };
        Ok(read.into_iter().rev().map(told).collect())
    }
}

fn who(actor: &Actor, me: PersonId, name: &impl Fn(OrganisationId) -> String) -> Who {
    match (&actor.subject, actor.organisation) {
        (Subject::Person { person, .. }, _) if *person == me => Who::You,
        (Subject::Person { .. }, Some(organisation)) => Who::Organisation(name(organisation)),
        (Subject::Person { .. }, None) => Who::Person,
        (Subject::Client { .. }, Some(organisation)) => Who::Organisation(name(organisation)),
        (Subject::Client { client }, None) => Who::Client(client.clone()),
        (Subject::System { .. }, _) => Who::Varde,
        (Subject::Anonymous, _) => Who::Nobody,
    }
}
