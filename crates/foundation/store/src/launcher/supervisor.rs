//! Starting a private server again when it dies under a service: out of memory, a crash, somebody's
//! `kill`. Requests are answered «not ready» meanwhile.

use std::{future::Future, path::PathBuf, time::Duration};

use tokio::time::sleep;

use super::{LauncherError, Server, blocking, directory::Turn};

/// How often to look whether the server lives.
const LOOK: Duration = Duration::from_millis(500);
/// The pause after a start that failed; it doubles from failure to failure.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Keeps one private server running.
#[derive(Debug, Clone)]
pub struct Supervisor {
    pub(super) server: Server,
    pub(super) data: PathBuf,
}

impl Supervisor {
    /// Starts the server again whenever it has died, until `until` completes. A start that fails, on
    /// a full disk or while the old server's last processes are ending, is tried again, each time
    /// after a longer pause.
    pub async fn run(self, until: impl Future<Output = ()>) {
        tokio::select! {
            () = self.watch() => {}
            () = until => {}
        }
    }

    async fn watch(&self) {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.mend().await {
                Ok(false) => {
                    pause = FIRST_PAUSE;
                    sleep(LOOK).await;
                }
                Ok(true) => tracing::warn!("the database had died and was started again"),
                Err(error) => {
                    tracing::error!(%error, retry_s = pause.as_secs_f64(), "the database cannot be started again yet");
                    sleep(pause).await;
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        }
    }

    /// Starts the server if it is dead; whether it was.
    async fn mend(&self) -> Result<bool, LauncherError> {
        let this = self.clone();
        blocking(move || {
            if this.server.lives() {
                return Ok(false);
            }
            // Another process that comes or goes may be starting it at this moment.
            let _turn = Turn::take(&this.data)?;
            this.server.run().map(|_| true)
        })
        .await
    }
}
