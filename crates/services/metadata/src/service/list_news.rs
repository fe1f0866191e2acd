//! What a new edition of a code system means for people's lists.

use jiff::Timestamp;
use serde::Serialize;
use varde_core::{Actor, CataloguePath, CodeNews, Component, LocalisedText};
use varde_ledger::Draft;
use varde_policy::Resource;

use super::{CatalogueService, ListSummary};
use crate::{MetadataError, store::list_news};

/// A new edition of a code system, as it stands on a list whose variables have codes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListNews {
    /// The code system's short name.
    pub key: String,
    /// What the code system is called.
    pub title: LocalisedText,
    /// The edition's version.
    pub version: String,
    /// How many of the list's variables have codes of it.
    pub variables: i64,
    /// When it was told.
    pub told_at: Timestamp,
}

/// The lists that hold some variables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HoldingLists {
    /// How many, whoever's they are.
    pub count: i64,
    /// The actor's own among them.
    pub own: Vec<ListSummary>,
}

impl CatalogueService {
    /// How many lists hold one of the variables, and which of the actor's own do. Whose the others are
    /// nobody learns. A part of Varde counts: a person's connection sees only their own.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn lists_holding(
        &self,
        actor: &Actor,
        variables: &[CataloguePath],
    ) -> Result<HoldingLists, MetadataError> {
        let flows = Actor::system(Component::Flows);
        self.check(&flows, "metadata.list.tell", &Resource::new("Catalogue")).await?;
        let mut read = self.store.read(&flows).await?;
        let count = list_news::count(read.connection(), variables).await?;
        drop(read);
        let Some(person) = actor.person() else { return Ok(HoldingLists { count, own: Vec::new() }) };
        let mut read = self.store.read(actor).await?;
        Ok(HoldingLists { count, own: list_news::holding(read.connection(), person, variables).await? })
    }

    /// Tells the owners of lists that hold one of the variables of a new edition of their code system:
    /// each list once for each edition. Gives how many were told.
    ///
    /// # Errors
    /// The policy's no: only a part of Varde tells; the store's.
    pub async fn tell_list_owners(&self, actor: &Actor, news: &CodeNews) -> Result<u64, MetadataError> {
        let permission = self.check(actor, "metadata.list.tell", &Resource::new("Catalogue")).await?;
        let mut work = self.store.begin(actor).await?;
        let told = list_news::tell(work.connection(), news, self.store.clock().now()).await?;
        if told == 0 {
            return Ok(0);
        }
        let entry = Draft::new("metadata.list.told", "code_system", &news.key)
            .because(permission.legal_basis())
            .with("edition", news.edition)
            .with("version", &news.version)
            .with("lists", told);
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(told)
    }
}
