//! How the store of releases and deliveries stands, for the operator's page. It is looked at beside requests, and
//! the page tells what was seen last: a store that is away keeps nobody waiting.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::Result;
use jiff::Timestamp;
use tokio::time::{sleep, timeout};
use varde_core::Randomness;
use varde_objects::{Objects, ObjectsError, Tried};
use varde_platform::Swept;
use varde_store::Store;

use crate::app::{Foundation, Services};

/// How often the store is tried.
const PAUSE: Duration = Duration::from_secs(600);
/// The same, while it does not do what it should: whoever mends it sees it soon.
const IMPATIENT: Duration = Duration::from_secs(60);
/// How long a try may take before the store is said not to answer.
const ANSWER: Duration = Duration::from_secs(20);

/// What this server has seen of the store.
pub(in crate::app) struct Kept {
    objects: Option<Objects>,
    store: Store,
    seen: Mutex<Seen>,
}

/// What was seen last, and when.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    /// The last try.
    pub(super) tried: Option<(Timestamp, Result<Tried, Trouble>)>,
    /// The last sweep that was carried out.
    pub(super) swept: Option<(Timestamp, Swept)>,
}

/// Why the store cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    /// What is to be done, after `operations-store-` in the locale files.
    pub(super) name: &'static str,
    /// What happened, without credentials.
    pub(super) says: String,
}

impl Trouble {
    fn of(error: &ObjectsError) -> Self {
        let name = match error {
            ObjectsError::Refused(_) => "refused",
            ObjectsError::NoBucket(_) => "no-bucket",
            _ if error.may_pass() => "away",
            _ => "unlike",
        };
        Self { name, says: error.to_string() }
    }
}

impl Kept {
    /// Where releases and deliveries are kept. Nothing is asked of the store yet.
    pub(in crate::app) fn open(foundation: &Foundation) -> Result<Self> {
        let objects = foundation.config.platform.objects()?;
        Ok(Self { objects, store: foundation.store.clone(), seen: Mutex::default() })
    }

    /// What the store is called; `None` for the data directory.
    pub(super) fn place(&self) -> Option<String> {
        self.objects.as_ref().map(Objects::to_string)
    }

    /// What was seen last.
    pub(super) fn seen(&self) -> Seen {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tries the store again and again; ends at once where there is none.
    pub(in crate::app) async fn watch(&self) {
        let Some(objects) = &self.objects else { return };
        loop {
            let tried = tried(objects).await;
            let pause = if tried.is_ok() { PAUSE } else { IMPATIENT };
            self.note(|seen, now| seen.tried = Some((now, tried)));
            sleep(pause).await;
        }
    }

    /// Removes what killed processes have left there.
    pub(in crate::app) async fn sweep(&self, services: &Services) {
        if let Some(swept) = services.sweep_store().await {
            self.note(|seen, now| seen.swept = Some((now, swept)));
        }
    }

    fn note(&self, change: impl FnOnce(&mut Seen, Timestamp)) {
        let now = self.store.clock().now();
        change(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner), now);
    }
}

/// Tries the store away from the requests. One that takes too long is not waited for: its thread ends with it.
async fn tried(objects: &Objects) -> Result<Tried, Trouble> {
    let (objects, name) = (objects.clone(), trial());
    let away = |says: String| Trouble { name: "away", says };
    match timeout(ANSWER, tokio::task::spawn_blocking(move || objects.try_out(&name))).await {
        Ok(Ok(tried)) => tried.map_err(|error| Trouble::of(&error)),
        Ok(Err(stopped)) => Err(away(stopped.to_string())),
        Err(_) => Err(away(format!("it has not answered within {} seconds", ANSWER.as_secs()))),
    }
}

/// A name that nothing in a store has yet, below those that sweeping removes.
pub(crate) fn trial() -> String {
    let name: [u8; 8] = Randomness::from_system().bytes();
    format!("tried/{:016x}", u64::from_be_bytes(name))
}

#[cfg(test)]
mod tests {
    use varde_objects::{
        Place,
        testing::{answering, gone},
    };

    use super::*;

    #[tokio::test]
    async fn what_is_wrong_is_told_by_what_is_to_be_done_and_without_credentials() {
        let folder = tempfile::tempdir().unwrap();
        let fine = tried(&Objects::open(&Place::Folder(folder.path().to_owned())).unwrap()).await;
        assert_eq!(fine.unwrap(), Tried { keeps_versions: false });
        assert_eq!(std::fs::read_dir(folder.path().join("tried")).map_or(0, Iterator::count), 0, "nothing stays");
        let no_bucket = "<Error><Code>NoSuchBucket</Code><Message>AKIDTESTS hemmelig-nok</Message></Error>";
        for (place, expected) in [
            (answering("403 Forbidden", "<Error>AKIDTESTS hemmelig-nok</Error>"), "refused"),
            (answering("404 Not Found", no_bucket), "no-bucket"),
            (gone(), "away"),
        ] {
            let trouble = tried(&Objects::open(&place).unwrap()).await.unwrap_err();
            assert_eq!(trouble.name, expected, "{}", trouble.says);
            assert!(!trouble.says.contains("hemmelig"), "{}", trouble.says);
        }
    }
}
