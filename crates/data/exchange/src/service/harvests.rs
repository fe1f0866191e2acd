//! Other catalogues that are read again and again: adding one, leaving it alone, reading it now, its history.

use std::collections::BTreeSet;

use varde_core::{Actor, FieldProblem, Language, OrganisationId};
use varde_ledger::Draft;
use varde_policy::{Permission, Resource};

use super::Exchange;
use crate::{ExchangeError, HarvestId, HarvestRun, HarvestSource, store::harvests};

/// See them.
pub(crate) const READ: &str = "exchange.harvest.read";
/// Add and change them.
pub(crate) const CHANGE: &str = "exchange.harvest.change";
/// How many times are shown.
const SHOWN: i64 = 50;
/// The longest title.
const LONGEST: usize = 200;

/// What somebody wants to have read again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHarvest {
    /// What it is called here.
    pub title: String,
    /// Where it is.
    pub address: String,
    /// How often, in hours: 1 to 8760.
    pub every_hours: u32,
    /// The function that is told when it fails again and again.
    pub mail: String,
    /// The language of that mail.
    pub language: Language,
}

/// What is changed of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HarvestChange {
    /// It is left alone.
    Pause,
    /// It is read again, from now on.
    Resume,
    /// It is read at once, as a whole.
    Now {
        /// What is gone is meant to be gone.
        allow_loss: bool,
    },
}

impl HarvestChange {
    const fn name(self) -> &'static str {
        match self {
            Self::Pause => "paused",
            Self::Resume => "resumed",
            Self::Now { .. } => "hurried",
        }
    }
}

impl Exchange {
    /// Those that the actor may see, by title.
    ///
    /// # Errors
    /// When the actor may see none at all.
    pub async fn harvests(&self, actor: &Actor) -> Result<Vec<HarvestSource>, ExchangeError> {
        self.guard.check(actor, READ, &resource("*", actor.organisation)).await?;
        let mut read = self.store.read(actor).await?;
        let all = harvests::all(read.connection()).await?;
        drop(read);
        let may = |one: &HarvestSource| self.guard.would_allow(actor, READ, &resource(&one.id, Some(one.holder)));
        Ok(all.into_iter().filter(may).collect())
    }

    /// One of them, with what came of the last times.
    pub async fn harvest(
        &self,
        actor: &Actor,
        id: HarvestId,
    ) -> Result<(HarvestSource, Vec<HarvestRun>), ExchangeError> {
        let (found, _) = self.harvest_for(actor, READ, id).await?;
        let mut read = self.store.read(actor).await?;
        let runs = harvests::runs(read.connection(), id, SHOWN).await?;
        Ok((found, runs))
    }

    /// Whether the actor may add one, and change those of its organisation.
    pub fn may_harvest(&self, actor: &Actor, holder: Option<OrganisationId>) -> bool {
        holder.is_some() && self.guard.would_allow(actor, CHANGE, &resource("*", holder))
    }

    /// Adds one for the actor's organisation. It is read at once.
    ///
    /// # Errors
    /// [`ExchangeError::Invalid`] with the fields; [`ExchangeError::AlreadyHarvested`]; refusals.
    pub async fn add_harvest(&self, actor: &Actor, new: &NewHarvest) -> Result<HarvestId, ExchangeError> {
        let permission = self.guard.check(actor, CHANGE, &resource("*", actor.organisation)).await?;
        let Some(holder) = actor.organisation else { return Err(ExchangeError::NotFound("organisation".to_owned())) };
        let source = self.checked(new, holder)?;
        let mut work = self.store.begin(actor).await?;
        if !harvests::add(work.connection(), &source, source.next_at).await? {
            return Err(ExchangeError::AlreadyHarvested);
        }
        let entry = Draft::new("exchange.harvest.added", "harvest", source.id)
            .because(permission.legal_basis())
            .with("address", &source.address)
            .with("every_hours", source.every_hours);
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(source.id)
    }

    /// Leaves one alone, reads it again, or at once.
    pub async fn change_harvest(
        &self,
        actor: &Actor,
        id: HarvestId,
        change: HarvestChange,
    ) -> Result<(), ExchangeError> {
        let (_, permission) = self.harvest_for(actor, CHANGE, id).await?;
        let mut work = self.store.begin(actor).await?;
        let (db, now) = (work.connection(), self.store.clock().now());
        match change {
            HarvestChange::Pause => harvests::pause(db, id, true, now).await?,
            HarvestChange::Resume => harvests::pause(db, id, false, now).await?,
            HarvestChange::Now { allow_loss } => harvests::hurry(db, id, allow_loss, now).await?,
        }
        let name = format!("exchange.harvest.{}", change.name());
        let entry = Draft::new(&name, "harvest", id)
            .because(permission.legal_basis())
            .with("allow_loss", change == HarvestChange::Now { allow_loss: true });
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// One of them, if the actor may do this with it. Whoever may not see it does not learn that it is there.
    async fn harvest_for(
        &self,
        actor: &Actor,
        action: &str,
        id: HarvestId,
    ) -> Result<(HarvestSource, Permission), ExchangeError> {
        let mut read = self.store.read(actor).await?;
        let found = harvests::one(read.connection(), id).await?;
        drop(read);
        let found = found.ok_or_else(|| ExchangeError::NotFound(format!("harvest {id}")))?;
        let permission = self.guard.check(actor, action, &resource(&id, Some(found.holder))).await?;
        Ok((found, permission))
    }

    fn checked(&self, new: &NewHarvest, holder: OrganisationId) -> Result<HarvestSource, ExchangeError> {
        let mut problems = Vec::new();
        let mut wrong = |field: &str, key: &str| problems.push(FieldProblem::new(field, key));
        let title = new.title.trim();
        if !(1..=LONGEST).contains(&title.chars().count()) {
            wrong("title", "exchange-error-title");
        }
        let address = match self.fetcher.check(new.address.trim()) {
            Ok(address) => address.to_string(),
            Err(varde_fetch::Trouble::NotPublic) => {
                wrong("address", "exchange-error-not-public");
                String::new()
            }
            Err(_) => {
                wrong("address", "exchange-error-address");
                String::new()
            }
        };
        if !(1..=8760).contains(&new.every_hours) {
            wrong("every", "exchange-error-every");
        }
        if self.letters.as_ref().is_some_and(|letters| !letters.is_address(&new.mail)) || !new.mail.contains('@') {
            wrong("mail", "exchange-error-mail");
        }
        if !problems.is_empty() {
            return Err(ExchangeError::Invalid(problems));
        }
        let clock = self.store.clock();
        Ok(HarvestSource {
            id: HarvestId::new(&**clock, self.store.randomness()),
            address,
            title: title.to_owned(),
            holder,
            mail: new.mail.trim().to_owned(),
            language: new.language,
            every_hours: new.every_hours,
            paused: false,
            allow_loss: false,
            tag: None,
            modified: None,
            failures: 0,
            next_at: clock.now(),
        })
    }
}

/// A catalogue that is read, as the policies see it.
fn resource<I: ToString + ?Sized>(id: &I, holder: Option<OrganisationId>) -> Resource {
    let holders: BTreeSet<OrganisationId> = holder.into_iter().collect();
    Resource::new("HarvestSource").id(id.to_string()).organisations("holders", holders)
}
