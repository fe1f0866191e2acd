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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use varde_core::{PersonId, Randomness};
    use varde_ledger::{Draft, SecretKey, key::KeyKind};
    use varde_store::{log::Sequencer, testing::database};

    use super::*;
    use crate::app::operations::CONTEXT;

    async fn enter_about(store: &Store, person: PersonId) {
        let mut work = store.context(&CONTEXT).begin(&Actor::system(Component::Flows)).await.unwrap();
        let entered = work.enter(Draft::new("operations.test.made", "test", 1).concerning(person)).await.unwrap();
        work.commit(entered).await.unwrap();
    }

    #[tokio::test]
    async fn heads_are_published_when_a_chain_has_grown_and_only_then() {
        let database = database(&[&CONTEXT]).await;
        let store = database.simulated();
        let key = SecretKey::generate("varde.test/log", KeyKind::Log, &Randomness::seeded(1)).unwrap();
        let (log, sequencer) = (Log::new(&store), Sequencer::new(&store, Arc::new(key)));
        assert!(!publish(&log).await.unwrap(), "nobody has a chain");
        let person = PersonId::new(&**store.clock(), store.randomness());
        for _ in 0..2 {
            enter_about(&store, person).await;
            sequencer.catch_up().await.unwrap();
            assert!(publish(&log).await.unwrap(), "the chain has grown");
            sequencer.catch_up().await.unwrap();
            assert!(!publish(&log).await.unwrap(), "the publication itself is about nobody");
        }
    }
}
