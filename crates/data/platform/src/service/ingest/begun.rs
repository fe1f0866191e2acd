//! Ingestions that were begun: the job that goes on with them, and where they are.

use async_trait::async_trait;
use varde_core::{Actor, Component};
use varde_ledger::Draft;
use varde_policy::Resource;
use varde_store::{
    Failure,
    jobs::{Handler, Run},
};

use crate::{
    PlatformError,
    model::{IngestionState, Underway},
    service::{
        Platform, finish,
        running::{self, OfRelease},
    },
    store::ingestions,
};

/// The kind of the job that takes in a delivery or makes a release anew.
pub const INGESTION_JOB: &str = "platform.ingest";

/// Goes on with ingestions: the handler of [`INGESTION_JOB`].
#[derive(Debug, Clone)]
pub struct TakeIn(pub Platform);

#[async_trait]
impl Handler for TakeIn {
    fn kind(&self) -> &'static str {
        INGESTION_JOB
    }

    async fn run(&self, run: &Run) -> Result<(), Failure> {
        let OfRelease { release } = run.payload()?;
        self.0.go_on(&Actor::system(Component::Flows), release, Some(run)).await?;
        Ok(())
    }
}

impl Platform {
    /// What is taken in now or was lately, the newest first.
    ///
    /// # Errors
    /// When the policy refuses.
    pub async fn ingestions(&self, actor: &Actor) -> Result<Vec<Underway>, PlatformError> {
        self.permitted(actor, "platform.release.read", &Resource::new("Release")).await?;
        let mut read = self.store.read(actor).await?;
        let newest = ingestions::newest(read.connection(), 50).await?;
        drop(read);
        let mut all = Vec::with_capacity(newest.len());
        for ingestion in newest {
            let job = match ingestion.state {
                IngestionState::Open => self.store.job(INGESTION_JOB, ingestion.release).await?,
                _ => None,
            };
            all.push(Underway { ingestion, done: job.map_or(0, |job| job.done) });
        }
        Ok(all)
    }

    /// Enqueues a job for every ingestion that was begun by a process that is gone; gives how many. For
    /// the start, when no other process works in the data directory.
    ///
    /// # Errors
    /// When the policy refuses or the database is away.
    pub async fn plan_ingestions(&self, actor: &Actor) -> Result<usize, PlatformError> {
        let mut read = self.store.read(actor).await?;
        let unended = ingestions::unended(read.connection()).await?;
        drop(read);
        let mut planned = 0;
        for ingestion in unended {
            if self.store.job(INGESTION_JOB, ingestion.release).await?.is_some() {
                continue;
            }
            let permission = self.may_import(actor, &ingestion.dataset, ingestion.holder).await?;
            let mut work = self.store.begin(actor).await?;
            work.enqueue(&running::job(INGESTION_JOB, ingestion.release)).await?;
            let draft = Draft::new("platform.release.import_planned", "release", ingestion.release);
            finish(work, &permission, draft.with("dataset", &ingestion.dataset)).await?;
            planned += 1;
        }
        Ok(planned)
    }
}
