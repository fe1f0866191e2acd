//! What is done once for the whole installation, however many servers it has: publishing heads,
//! asking witnesses, deleting what has been done.

use std::{future::Future, time::Duration};

use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use varde_store::Store;

use super::{heads::publish_heads, witnesses::ask_witnesses};
use crate::config::{Config, WitnessConfig};

/// How often the heads of all chains are committed to, when somebody's chain has grown.
const HEADS: Duration = Duration::from_secs(300);
/// How often what has been done is deleted.
const RETENTION: Duration = Duration::from_secs(3_600);
/// How long after the start it is done first.
const SOON: Duration = Duration::from_secs(60);
/// A day.
const DAY: Duration = Duration::from_secs(86_400);

/// The care of an installation.
pub(in crate::app) struct Care {
    store: Store,
    witnesses: Vec<WitnessConfig>,
    keep: Duration,
}

impl Care {
    pub(in crate::app) fn new(store: &Store, config: &Config) -> Self {
        let keep = DAY * config.retention.finished_days;
        Self { store: store.clone(), witnesses: config.witnesses.clone(), keep }
    }

    /// Cares, and never ends.
    pub(in crate::app) async fn tend(&self) {
        tokio::join!(
            again(HEADS, HEADS, || publish_heads(&self.store)),
            again(SOON, RETENTION, || self.forget()),
            ask_witnesses(&self.store, self.witnesses.clone(), CancellationToken::new()),
        );
    }

    async fn forget(&self) {
        match self.store.forget_finished(self.keep).await {
            Ok(gone) if gone == varde_store::Forgotten::default() => {}
            Ok(gone) => tracing::info!(gone.events, gone.jobs, "what was done long ago was deleted"),
            Err(error) => tracing::warn!(%error, "what was done long ago could not be deleted"),
        }
    }
}

/// Calls `act` after a while, then again and again.
async fn again<F: Future<Output = ()>>(first: Duration, pause: Duration, act: impl Fn() -> F) {
    sleep(first).await;
    loop {
        act().await;
        sleep(pause).await;
    }
}
