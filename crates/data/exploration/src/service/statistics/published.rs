//! What is published, for everybody.

use varde_core::{Actor, FieldProblem};
use varde_disclosure::record::Record;
use varde_ledger::Draft;

use super::{READ_PUBLISHED, WITHDRAW};
use crate::{
    Exploration, ExplorationError,
    model::statistics::StatisticId,
    service::exploration,
    store::statistics::{self as kept, Listed, Published},
};

/// How many published tables stand on a page.
pub(crate) const PAGE: i64 = 20;

/// A page of published tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The tables of the page, the newest first.
    pub tables: Vec<Listed>,
    /// How many there are in all.
    pub all: u64,
    /// Which page it is, from 1.
    pub page: i64,
    /// How many pages there are, at least 1.
    pub pages: i64,
}

impl Exploration {
    /// Published tables whose title or dataset holds the words, the newest first; all without words. For
    /// everybody. Action `exploration.statistic.read`.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn statistics(&self, actor: &Actor, words: &str, page: i64) -> Result<Found, ExplorationError> {
        self.guard.check(actor, READ_PUBLISHED, &exploration()).await?;
        let mut read = self.store.read(actor).await?;
        let mut page = page.clamp(1, 1 << 20);
        let (mut tables, mut all) = kept::search(read.connection(), words.trim(), ((page - 1) * PAGE, PAGE)).await?;
        if tables.is_empty() && page > 1 {
            page = 1;
            (tables, all) = kept::search(read.connection(), words.trim(), (0, PAGE)).await?;
        }
        let pages = i64::try_from(all).unwrap_or(i64::MAX).saturating_add(PAGE - 1) / PAGE;
        Ok(Found { tables, all, page, pages: pages.max(1) })
    }

    /// A published table, also one that was withdrawn: then with the reason. For everybody. Action
    /// `exploration.statistic.read`.
    ///
    /// # Errors
    /// [`ExplorationError::NotFound`]; refusals; the database.
    pub async fn statistic(&self, actor: &Actor, id: StatisticId) -> Result<Published, ExplorationError> {
        self.guard.check(actor, READ_PUBLISHED, &exploration()).await?;
        let mut read = self.store.read(actor).await?;
        kept::published(read.connection(), id).await?.ok_or(ExplorationError::NotFound)
    }

    /// What each rule found when the table was made: for the access body only, since it tells more than the table.
    /// Action `exploration.request.handle`.
    ///
    /// # Errors
    /// [`ExplorationError::NotFound`]; refusals; the database.
    pub async fn statistic_record(&self, actor: &Actor, id: StatisticId) -> Result<Record, ExplorationError> {
        self.guard.check(actor, super::DESK, &self.any_sent()).await?;
        let mut read = self.store.read(actor).await?;
        kept::record(read.connection(), id).await?.ok_or(ExplorationError::NotFound)
    }

    /// Whether the actor may withdraw what is published.
    pub fn may_withdraw(&self, actor: &Actor) -> bool {
        self.guard.would_allow(actor, WITHDRAW, &self.any_sent())
    }

    /// Withdraws a published table in which a fault was found, with a reason for everybody to read. The ledger
    /// keeps what it told. Action `exploration.statistic.withdraw`, entry of the same name in the past.
    ///
    /// # Errors
    /// [`ExplorationError::NotFound`], also when it was withdrawn before; [`ExplorationError::Invalid`] without a
    /// reason; refusals; the database.
    pub async fn withdraw_statistic(
        &self,
        actor: &Actor,
        id: StatisticId,
        because: &str,
    ) -> Result<(), ExplorationError> {
        let permission = self.guard.check(actor, WITHDRAW, &self.any_sent()).await?;
        let because = because.trim();
        if because.is_empty() || because.chars().count() > LONGEST {
            return Err(ExplorationError::Invalid(vec![FieldProblem::new("because", "statistics-error-because")]));
        }
        let mut work = self.store.begin(actor).await?;
        let now = self.now();
        if !kept::withdraw(work.connection(), id, now, because).await? {
            return Err(ExplorationError::NotFound);
        }
        let draft = Draft::new("exploration.statistic.withdrawn", "statistic", id).because(permission.legal_basis());
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }
}

/// The longest reason, in characters.
const LONGEST: usize = 2_000;
