//! What is done beside requests: settings that the authorisation server may not know yet, and keys
//! that are read where clients publish them.

use jiff::SignedDuration;

use super::{
    SelfService, itself,
    keys::{next, reading},
};
use crate::{SelfServiceError, Trouble, store};

/// How many addresses are read at the same time: a slow one holds up no more than this share.
const AT_ONCE: usize = 4;
/// The most addresses in a row, so that one round ends.
const IN_A_ROW: usize = 50;
/// A key that is not known lets an address be read early, at most this often: whoever knows a client
/// id could make us knock.
const EARLY: SignedDuration = SignedDuration::from_secs(60);

impl SelfService {
    /// To be done every few seconds. Several instances may.
    ///
    /// # Errors
    /// When the store fails. What fails at others is logged and done again.
    pub async fn tend(&self) -> Result<(), SelfServiceError> {
        let mut read = self.store.read(&itself()).await?;
        let unapplied = store::clients::unapplied(read.connection()).await?;
        drop(read);
        for id in unapplied {
            if let Err(error) = self.apply(id).await {
                tracing::warn!(client = %id, error = %error, "a client's settings are not at the authorisation server yet");
            }
        }
        self.hurry().await?;
        let rounds: [_; AT_ONCE] = std::array::from_fn(|_| self.read_due());
        let [one, two, three, four] = rounds;
        let (one, two, three, four) = tokio::join!(one, two, three, four);
        one.and(two).and(three).and(four)
    }

    /// Lets the addresses of clients be read early that have used a key which is not known.
    async fn hurry(&self) -> Result<(), SelfServiceError> {
        let now = self.store.clock().now();
        let clients = match self.ports.registry.with_unknown_key(now - EARLY).await {
            Ok(clients) if !clients.is_empty() => clients,
            Ok(_) => return Ok(()),
            Err(error) => {
                tracing::warn!(error = %error, "it is not known who has used new keys");
                return Ok(());
            }
        };
        let mut work = self.store.begin(&itself()).await?;
        let count = store::addresses::hurry(work.connection(), &clients, now - EARLY, now).await?;
        if count > 0 {
            let entry = varde_ledger::Draft::new("self_service.keys.hurried", "key_address", "*").with("count", count);
            let entered = work.enter(entry).await?;
            work.commit(entered).await?;
        }
        Ok(())
    }

    /// Reads addresses whose time has come, one after another. Each is locked while it is read.
    async fn read_due(&self) -> Result<(), SelfServiceError> {
        for _ in 0..IN_A_ROW {
            let now = self.store.clock().now();
            let mut work = self.store.begin(&itself()).await?;
            let Some((id, address)) = store::addresses::due(work.connection(), now).await? else { return Ok(()) };
            let keys = self.fetcher.keys(&address).await;
            let trouble = match self.take_keys(id, keys).await {
                Ok(trouble) => trouble,
                Err(error) => {
                    tracing::warn!(client = %id, error = %error, "keys that were read could not be taken");
                    Some(Trouble::NoAnswer)
                }
            };
            store::addresses::tried(work.connection(), id, trouble.map(Trouble::name), now, next(trouble, now)).await?;
            let entered = work.enter(reading(id, trouble)).await?;
            work.commit(entered).await?;
        }
        Ok(())
    }
}
