//! What every command that works on an installation needs: configuration, keys, store.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use varde_core::{Clock, Randomness, SystemClock};
use varde_store::{
    Store,
    launcher::{Cluster, LauncherError},
};

use super::services::contexts;
use crate::{config::Config, keys::Keys};

/// An opened installation without its services.
pub struct Foundation {
    /// The configuration.
    pub config: Config,
    /// The keys.
    pub keys: Keys,
    /// The store, migrated.
    pub store: Store,
    cluster: Option<Cluster>,
}

/// The keys of an installation without its database.
pub type KeysOnly = Keys;

impl Foundation {
    /// Opens the installation on the machine's clock and randomness. Beside a running `varde serve`
    /// the same private database is used.
    pub async fn open(config: Config) -> Result<Self> {
        Self::open_with(config, Arc::new(SystemClock), Randomness::from_system()).await
    }

    /// Opens the installation with a clock and randomness of the caller's.
    pub async fn open_with(config: Config, clock: Arc<dyn Clock>, randomness: Randomness) -> Result<Self> {
        std::fs::create_dir_all(&config.data)
            .with_context(|| format!("the data directory {} cannot be made", config.data.display()))?;
        let keys = Keys::open(&config.data, &config.log_name, &randomness)?;
        let (store, cluster) = match &config.database_url {
            Some(url) => (Store::connect(url, clock, randomness).await?, None),
            None => Self::private(&config, clock, randomness).await?,
        };
        store.migrate(&contexts()).await?;
        Ok(Self { config, keys, store, cluster })
    }

    async fn private(
        config: &Config,
        clock: Arc<dyn Clock>,
        randomness: Randomness,
    ) -> Result<(Store, Option<Cluster>)> {
        match Cluster::launch(&config.data).await {
            Ok(cluster) => {
                let store = Store::connect_with(cluster.options(), clock, randomness).await?;
                Ok((store, Some(cluster)))
            }
            Err(in_use @ LauncherError::InUse { .. }) => {
                let Some(options) = Cluster::find(&config.data).await? else { return Err(in_use.into()) };
                Ok((Store::connect_with(options, clock, randomness).await?, None))
            }
            Err(other) => Err(other.into()),
        }
    }

    /// Only the keys, for commands that need no database.
    pub fn keys_only(config: Config) -> Result<KeysOnly> {
        Keys::open(&config.data, &config.log_name, &Randomness::from_system())
    }

    /// Whether this process alone holds a private database: then nobody else runs jobs on it.
    pub fn is_private(&self) -> bool {
        self.cluster.is_some()
    }

    /// Closes the connections and stops the private database, if it is ours.
    pub async fn close(self) {
        self.store.close().await;
        if let Some(cluster) = self.cluster {
            cluster.stop().await;
        }
    }
}
