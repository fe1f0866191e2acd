//! What a new edition of a code system means for open applications.

use std::collections::BTreeSet;

use jiff::Timestamp;
use varde_core::{Actor, ApplicationId, CodeNews, Component, LocalisedText, id::CataloguePath};
use varde_ledger::Draft;
use varde_policy::{Permission, Resource};

use super::{AccessService, resource};
use crate::{
    AccessError,
    model::{Application, mentioned},
    store::news,
};

/// A new edition of a code system, as it stands in an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldOfCodes {
    /// The code system's short name.
    pub key: String,
    /// What the code system is called.
    pub title: LocalisedText,
    /// The edition's version.
    pub version: String,
    /// How many variables of the data need have codes of it.
    pub variables: i64,
    /// When it was told.
    pub told_at: Timestamp,
}

/// The open applications that are about some variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenAbout {
    /// How many.
    pub count: usize,
    /// Those of them that the asker may read: id and reference.
    pub seen: Vec<(ApplicationId, String)>,
}

impl AccessService {
    /// The open applications whose data need mentions one of the variables: how many, and which of them
    /// the actor may read. A part of Varde counts: a person's connection sees their organisation's only.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn open_about(&self, actor: &Actor, variables: &[CataloguePath]) -> Result<OpenAbout, AccessError> {
        let flows = Actor::system(Component::Flows);
        self.may_tell(&flows).await?;
        let mut read = self.store.read(&flows).await?;
        let open = news::open(read.connection()).await?;
        let touched: Vec<Application> = open.into_iter().filter(|one| asks_for(one, variables) > 0).collect();
        let reads = |one: &&Application| self.guard.would_allow(actor, "access.application.read", &resource(one));
        let seen = touched.iter().filter(reads).map(|one| (one.id, one.reference.clone())).collect();
        Ok(OpenAbout { count: touched.len(), seen })
    }

    /// Tells open applications that ask for one of the variables of a new edition of their code system:
    /// each once for each edition. Gives how many were told.
    ///
    /// # Errors
    /// The policy's no: only a part of Varde tells; the store's.
    pub async fn tell_of_codes(&self, actor: &Actor, codes: &CodeNews) -> Result<usize, AccessError> {
        let permission = self.may_tell(actor).await?;
        let mut work = self.store.begin(actor).await?;
        let now = self.store.clock().now();
        let mut told = 0;
        for one in news::open(work.connection()).await? {
            let variables = asks_for(&one, &codes.variables);
            if variables > 0 {
                told += usize::from(news::tell(work.connection(), one.id, codes, variables, now).await?);
            }
        }
        if told == 0 {
            return Ok(0);
        }
        let entry = Draft::new("access.application.told", "code_system", &codes.key)
            .because(permission.legal_basis())
            .with("edition", codes.edition)
            .with("version", &codes.version)
            .with("applications", told);
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(told)
    }

    async fn may_tell(&self, actor: &Actor) -> Result<Permission, AccessError> {
        Ok(self.guard.check(actor, "access.application.tell", &Resource::new("Application")).await?)
    }
}

/// How many of the variables the application's data need mentions.
fn asks_for(application: &Application, variables: &[CataloguePath]) -> usize {
    let asked: BTreeSet<CataloguePath> = mentioned(&application.content.need).into_iter().collect();
    variables.iter().filter(|variable| asked.contains(variable)).count()
}
