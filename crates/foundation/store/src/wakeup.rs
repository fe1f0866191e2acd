//! Waking workers by LISTEN/NOTIFY. A notification can be lost (the connection broke), so whoever
//! waits also looks now and then.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sqlx::postgres::PgListener;
use tokio::{sync::watch, time::sleep};

use crate::Store;

/// Wakes the receivers whenever the channel is notified. Never ends.
pub(crate) async fn listen(store: &Store, channel: &'static str, wake: &watch::Sender<()>) {
    loop {
        if let Err(error) = notifications(store, channel, wake).await {
            tracing::debug!(%error, channel, "notifications stopped for a moment");
        }
        sleep(Duration::from_secs(1)).await;
    }
}

async fn notifications(store: &Store, channel: &'static str, wake: &watch::Sender<()>) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(store.pool()).await?;
    listener.listen(channel).await?;
    // What happened before we listened.
    wake.send_replace(());
    loop {
        listener.recv().await?;
        wake.send_replace(());
    }
}

/// Waits to be woken, but not longer than `look`.
pub(crate) async fn wait(woken: &mut watch::Receiver<()>, look: Duration) {
    let changed = tokio::time::timeout(look, woken.changed()).await;
    if matches!(changed, Ok(Err(_))) {
        // Nobody can wake us any more.
        sleep(look).await;
    }
}

/// The instant so much later; the end of time at most.
pub(crate) fn later(now: Timestamp, by: Duration) -> Timestamp {
    SignedDuration::try_from(by).ok().and_then(|by| now.checked_add(by).ok()).unwrap_or(Timestamp::MAX)
}
