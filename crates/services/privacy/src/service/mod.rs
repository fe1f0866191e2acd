//! Use cases: choosing, reading one's own choices, and the bulk questions that extracts ask.

use jiff::Timestamp;
use varde_core::{Actor, PersonId, PreferenceId};
use varde_ledger::Draft;
use varde_policy::{Guard, Resource};
use varde_store::{ContextStore, Receipt, Store};

use crate::{AsAt, CONTEXT, Choice, Kind, Preference, PrivacyError, Scope, model, store};

/// Preferences of persons.
#[derive(Clone)]
pub struct PrivacyService {
    store: ContextStore,
    guard: Guard,
}

/// The event when somebody chose: its payload is the [`PreferenceId`].
pub const CHANGED: &str = "privacy.preference.changed";

impl PrivacyService {
    /// The service.
    pub fn new(store: &Store, guard: Guard) -> Self {
        Self { store: store.context(&CONTEXT), guard }
    }

    /// A person chooses, from now on. Choosing what is chosen already changes nothing and is not
    /// entered again.
    pub async fn choose(
        &self,
        actor: &Actor,
        person: PersonId,
        choice: Choice,
    ) -> Result<Option<Receipt>, PrivacyError> {
        let permission = self.guard.check(actor, "privacy.preference.choose", &resource(person)).await?;
        let mut work = self.store.begin(actor).await?;
        store::choosing(work.connection()).await?;
        let now = self.store.clock().now();
        let rows = store::of_person(work.connection(), person).await?;
        // What is known last counts, also when the clock stands before it: machines' clocks jump back.
        let newest = rows.iter().map(|r| r.recorded_at).fold(now, jiff::Timestamp::max);
        let before = model::current(&rows, AsAt::both(newest))
            .into_iter()
            .find(|p| p.choice.kind == choice.kind && p.choice.scope == choice.scope);
        // Taking back a reservation that was never made says nothing. A consent without a row may have
        // been given to the register itself, so that the first withdrawal of it is a choice.
        let nothing_new = match before {
            Some(before) => before.choice.active == choice.active,
            None => choice.kind != Kind::Consent && !choice.active,
        };
        if nothing_new {
            return Ok(None);
        }
        // A clock that jumped back must not put the new choice behind the old one.
        let applies_from = before.map_or(now, |p| now.max(p.applies_from + jiff::SignedDuration::from_micros(1)));
        let id = PreferenceId::new(&**self.store.clock(), self.store.randomness());
        let row = Preference { id, person, choice, applies_from, recorded_at: applies_from };
        store::insert(work.connection(), std::slice::from_ref(&row)).await?;
        work.emit(CHANGED, &id).await?;
        let draft = Draft::new(CHANGED, "preference", id)
            .because(permission.legal_basis())
            .concerning(person)
            .with("kind", row.choice.kind.name())
            .with("scope", row.choice.scope.code())
            .with("active", row.choice.active);
        let entered = work.enter(draft).await?;
        Ok(Some(work.commit(entered).await?))
    }

    /// Everything a person chose, oldest first. Reading one's own choices is not entered.
    pub async fn history(&self, actor: &Actor, person: PersonId) -> Result<Vec<Preference>, PrivacyError> {
        self.guard.check(actor, "privacy.preference.read", &resource(person)).await?;
        let mut read = self.store.read(actor).await?;
        store::of_person(read.connection(), person).await
    }

    /// What is in force for a person as at a point.
    pub async fn current(&self, actor: &Actor, person: PersonId, at: AsAt) -> Result<Vec<Preference>, PrivacyError> {
        let rows = self.history(actor, person).await?;
        Ok(model::current(&rows, at).into_iter().cloned().collect())
    }

    /// Whoever has reserved themselves against all secondary use, as at a point. A consultation:
    /// entered with counts before the answer is given. `what_for` names what asks.
    pub async fn opted_out(&self, actor: &Actor, at: AsAt, what_for: &str) -> Result<Vec<PersonId>, PrivacyError> {
        self.consult(actor, (Kind::Reservation, Scope::SecondaryUse, true), at, what_for).await
    }

    /// Whoever has reserved themselves against secondary use of one source, as at a point.
    pub async fn opted_out_of_source(
        &self,
        actor: &Actor,
        source: &str,
        at: AsAt,
        what_for: &str,
    ) -> Result<Vec<PersonId>, PrivacyError> {
        self.consult(actor, (Kind::Reservation, Scope::Source(source.to_owned()), true), at, what_for).await
    }

    /// Whoever has withdrawn the consent that a source rests on, as at a point.
    pub async fn consent_withdrawn(
        &self,
        actor: &Actor,
        source: &str,
        at: AsAt,
        what_for: &str,
    ) -> Result<Vec<PersonId>, PrivacyError> {
        self.consult(actor, (Kind::Consent, Scope::Source(source.to_owned()), false), at, what_for).await
    }

    /// When the newest choice of anybody was recorded, `None` when there is none. It tells nothing of
    /// whom; whoever asks who has opted out "now" asks as at this time at least, since a machine's
    /// clock can jump back behind it.
    ///
    /// # Errors
    /// When the policy refuses, or the database is away.
    pub async fn newest(&self, actor: &Actor) -> Result<Option<Timestamp>, PrivacyError> {
        self.guard.check(actor, "privacy.preferences.consult", &Resource::new("Preferences")).await?;
        let mut read = self.store.read(actor).await?;
        store::newest(read.connection()).await
    }

    async fn consult(
        &self,
        actor: &Actor,
        (kind, scope, active): (Kind, Scope, bool),
        at: AsAt,
        what_for: &str,
    ) -> Result<Vec<PersonId>, PrivacyError> {
        let everyone = Resource::new("Preferences");
        let permission = self.guard.check(actor, "privacy.preferences.consult", &everyone).await?;
        let mut work = self.store.begin(actor).await?;
        store::asking(work.connection()).await?;
        let found = store::persons(work.connection(), kind, &scope, active, at).await?;
        let draft = Draft::new("privacy.preferences.consulted", "preferences", what_for)
            .because(permission.legal_basis())
            .with("kind", kind.name())
            .with("scope", scope.code())
            .with("active", active)
            .with("applied_at", at.applied.to_string())
            .with("known_at", at.known.to_string())
            .with("people", found.len());
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(found)
    }

    /// Loads choices that were made elsewhere (a replaced system, paper, the demo world), with ids
    /// of their own so that loading twice changes nothing. One entry with the count.
    ///
    /// # Errors
    /// [`PrivacyError::InTheFuture`] when one applies from a later time than now.
    pub async fn load(&self, actor: &Actor, rows: &[Preference], source: &str) -> Result<u64, PrivacyError> {
        let everyone = Resource::new("Preferences");
        let permission = self.guard.check(actor, "privacy.preferences.load", &everyone).await?;
        let mut work = self.store.begin(actor).await?;
        store::choosing(work.connection()).await?;
        let now = self.store.clock().now();
        let late = |time: Timestamp| time > now;
        if rows.iter().any(|r| late(r.applies_from) || late(r.recorded_at) || r.applies_from > r.recorded_at) {
            return Err(PrivacyError::InTheFuture);
        }
        let added = store::insert(work.connection(), rows).await?;
        let draft = Draft::new("privacy.preferences.loaded", "preferences", source)
            .because(permission.legal_basis())
            .with("rows", rows.len())
            .with("added", added);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(added)
    }
}

fn resource(person: PersonId) -> Resource {
    Resource::new("Preference").id(person).person("person", person)
}
