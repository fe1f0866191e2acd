//! Publishing the heads of everybody's chains, so that the citizen's list is proved complete at once.

use varde_core::{Actor, Component};
use varde_store::{
    Store,
    log::{Log, LogError},
};

/// Publishes the heads when some chain has grown since last. Called again and again: an error is
/// told to the operator and does not stop the rest.
pub(crate) async fn publish_heads(store: &Store) {
    match publish(&Log::new(store)).await {
        Ok(true) => tracing::info!("the heads of all chains were published"),
        Ok(false) => {}
        Err(error) => tracing::warn!(%error, "the heads of the chains could not be published"),
    }
}

async fn publish(log: &Log) -> Result<bool, LogError> {
    if log.heads_are_current().await? {
        return Ok(false);
    }
    log.publish_heads(&Actor::system(Component::Flows)).await?;
    Ok(true)
}
