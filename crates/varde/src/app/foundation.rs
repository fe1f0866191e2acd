//! What every command that works on an installation needs: configuration, keys, store.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use varde_core::{Clock, Randomness, SystemClock};
use varde_store::{
    Store,
    launcher::{Cluster, DirectoryUse, Supervisor},
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
    place: Place,
}

/// Where the database is.
enum Place {
    /// In the data directory.
    Private(Cluster),
    /// Elsewhere; the data directory is in use all the same.
    Elsewhere(DirectoryUse),
}

/// The keys of an installation without its database.
pub type KeysOnly = Keys;

impl Foundation {
    /// Opens the installation on the machine's clock and randomness. Processes on one data directory
    /// use one private database, which the last of them stops.
    pub async fn open(config: Config) -> Result<Self> {
        Self::open_with(config, Arc::new(SystemClock), Randomness::from_system()).await
    }

    /// Opens the installation with a clock and randomness of the caller's.
    pub async fn open_with(config: Config, clock: Arc<dyn Clock>, randomness: Randomness) -> Result<Self> {
        std::fs::create_dir_all(&config.data)
            .with_context(|| format!("the data directory {} cannot be made", config.data.display()))?;
        let keys = Keys::open(&config.data, &config.log_name, &randomness)?;
        let (place, store) = match &config.database_url {
            Some(url) => {
                let directory = DirectoryUse::begin(&config.data)?;
                (Place::Elsewhere(directory), Store::connect(url, clock, randomness).await?)
            }
            None => {
                let cluster = Cluster::launch(&config.data).await?;
                let store = Store::connect_with(cluster.options(), clock, randomness).await?;
                (Place::Private(cluster), store)
            }
        };
        store.migrate(&contexts()).await?;
        Ok(Self { config, keys, store, place })
    }

    /// Only the keys, for commands that need no database.
    pub fn keys_only(config: Config) -> Result<KeysOnly> {
        Keys::open(&config.data, &config.log_name, &Randomness::from_system())
    }

    /// What starts a private database again when it dies.
    pub fn supervisor(&self) -> Option<Supervisor> {
        match &self.place {
            Place::Private(cluster) => Some(cluster.supervisor()),
            Place::Elsewhere(_) => None,
        }
    }

    /// The first process of a private database, when it runs.
    pub fn database_process(&self) -> Option<u32> {
        match &self.place {
            Place::Private(cluster) => cluster.process(),
            Place::Elsewhere(_) => None,
        }
    }

    /// Whether the database is a private one.
    pub fn is_private(&self) -> bool {
        matches!(self.place, Place::Private(_))
    }

    /// Whether no other process, such as an import from the command line, uses the data directory.
    pub fn is_alone(&self) -> Result<bool> {
        Ok(match &self.place {
            Place::Private(cluster) => cluster.directory().is_alone()?,
            Place::Elsewhere(directory) => directory.is_alone()?,
        })
    }

    /// Closes the connections, and stops a private database that nobody else uses.
    pub async fn close(self) {
        self.store.close().await;
        if let Place::Private(cluster) = self.place {
            cluster.stop().await;
        }
    }
}
