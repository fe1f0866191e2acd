//! What is kept of the check of each published edition, and how a source stands now.

use varde_core::{Actor, CataloguePath, Component};
use varde_ledger::Draft;
use varde_metadata::{AsAt, DataSource, EditionId, ports::Weight};

use super::Exchange;
use crate::{Checked, ExchangeError, KeptCheck, Shapes, store::checks};

/// How a source stands in other catalogues.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The source without its datasets.
    pub source: DataSource,
    /// What it lacks by each profile that is checked, as it is published now.
    pub now: Vec<Checked>,
    /// What was found when each edition was published, the newest first. Editions from before checks were
    /// kept have none.
    pub kept: Vec<KeptCheck>,
}

impl Exchange {
    /// How a source stands now, and how its editions stood when they were published.
    pub async fn standing(&self, actor: &Actor, path: &CataloguePath) -> Result<Standing, ExchangeError> {
        let mut record = self.found(actor, path).await?;
        let now = self.checker.check(&record, &Shapes::CHECKED).await?;
        let mut read = self.store.read(actor).await?;
        let kept = checks::of(read.connection(), path).await?;
        record.source.datasets.clear();
        Ok(Standing { source: record.source, now, kept })
    }

    /// Checks an edition that was published, and keeps what was found. Once is enough: again changes nothing.
    ///
    /// # Errors
    /// When the catalogue or the store fails.
    pub async fn keep_check(&self, path: &CataloguePath, edition: EditionId) -> Result<(), ExchangeError> {
        let flows = Actor::system(Component::Flows);
        let Some(view) = self.view(&flows, path, AsAt::default()).await? else { return Ok(()) };
        // Another edition may have taken its place since.
        let published = view.history.iter().find(|one| one.id == edition).and_then(|one| one.published_at);
        let Some(published) = published else { return Ok(()) };
        let then = AsAt { recorded: Some(published), valid: None };
        let Some(record) = self.record(&flows, path, then, &self.checker.bytes().await).await? else { return Ok(()) };
        let checked = self.checker.check(&record, &Shapes::CHECKED).await?;
        let mut work = self.store.begin(&flows).await?;
        let now = self.store.clock().now();
        let mut new = false;
        for one in &checked {
            let number = (edition, record.edition);
            new |= checks::keep(work.connection(), path, number, one, Shapes::digest(), now).await?;
        }
        if !new {
            return Ok(());
        }
        let breaches: usize = checked.iter().map(|one| one.count(Weight::Breach)).sum();
        let entry = Draft::new("exchange.edition.checked", "source", path)
            .with("edition", edition)
            .with("profiles", checked.iter().map(|one| one.profile.name()).collect::<Vec<_>>())
            .with("breaches", breaches);
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(())
    }
}
