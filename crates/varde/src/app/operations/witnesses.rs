//! Asking outside witnesses to cosign the log (C2SP tlog-witness), so that nobody can be shown
//! another history than everybody else.

use std::{slice, time::Duration};

use futures::future::join_all;
use reqwest::{Client, Response, StatusCode, redirect};
use tokio_util::sync::CancellationToken;
use url::Url;
use varde_ledger::{PublicKey, key::KeyKind};
use varde_store::{
    Store,
    log::{Log, LogError, WitnessRequest},
};

use crate::config::WitnessConfig;

/// How often a witness is asked while it answers.
const PAUSE: Duration = Duration::from_secs(10);
/// The longest pause after it did not; the pause doubles from failure to failure.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);
/// How long a witness may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest answer that is read, in bytes: signature lines are below 200.
const LONGEST_ANSWER: usize = 16 * 1024;

/// A witness that is asked.
#[derive(Debug)]
struct Outside {
    address: Url,
    key: PublicKey,
}

/// Why a witness did not cosign.
#[derive(Debug, thiserror::Error)]
enum WitnessError {
    /// It cannot be reached, or did not answer in time.
    #[error("the witness does not answer: {0}")]
    Away(#[from] reqwest::Error),
    /// It has seen more than we have: the log was rolled back, perhaps by restoring a backup.
    #[error("the witness has cosigned {seen} entries and the log has fewer: was the log rolled back?")]
    Ahead {
        /// How many.
        seen: u64,
    },
    /// It refuses.
    #[error("the witness answers {0}: check that it watches this log's key")]
    Refused(StatusCode),
    /// Its answer is longer than the protocol's.
    #[error("the witness's answer is too long")]
    TooLong,
    /// Its answer holds no signature of the key we know.
    #[error("the witness's answer has no valid cosignature by the configured key")]
    NotCosigned,
    /// Our side failed.
    #[error(transparent)]
    Log(#[from] LogError),
}

/// Asks every configured witness, each at its own pace, until told to stop.
pub(crate) async fn ask_witnesses(store: &Store, witnesses: Vec<WitnessConfig>, stop: CancellationToken) {
    let outside: Vec<Outside> = witnesses.iter().filter_map(known).collect();
    let client = match Client::builder().timeout(PATIENCE).redirect(redirect::Policy::none()).build() {
        Ok(client) if !outside.is_empty() => client,
        Ok(_) => return stop.cancelled().await,
        Err(error) => {
            tracing::error!(%error, "no witness can be asked");
            return stop.cancelled().await;
        }
    };
    let asker = Asker { log: Log::new(store), client };
    join_all(outside.iter().map(|witness| asker.follow(witness, &stop))).await;
}

/// The witness of a configuration; one whose address or key is wrong is told and left out.
fn known(config: &WitnessConfig) -> Option<Outside> {
    let prefix = config.url.as_str().trim_end_matches('/');
    let address = format!("{prefix}/add-checkpoint").parse();
    match (address, PublicKey::parse(&config.key)) {
        (Ok(address), Ok(key)) if key.kind() == KeyKind::Witness => Some(Outside { address, key }),
        _ => {
            tracing::error!(witness = %config.url, "the key of a witness is not one: the witness is not asked");
            None
        }
    }
}

struct Asker {
    log: Log,
    client: Client,
}

impl Asker {
    async fn follow(&self, witness: &Outside, stop: &CancellationToken) {
        let (mut seen, mut pause) = (0, PAUSE);
        loop {
            match self.ask(witness, &mut seen).await {
                Ok(()) => pause = PAUSE,
                Err(error) => {
                    tracing::warn!(witness = witness.key.name(), %error, "a witness did not cosign");
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }

    /// Brings the witness to the latest checkpoint; `seen` is what it has cosigned, as far as known.
    async fn ask(&self, witness: &Outside, seen: &mut u64) -> Result<(), WitnessError> {
        let Some(latest) = self.log.checkpoint().await? else { return Ok(()) };
        if latest.cosigned_by(&witness.key).is_ok() {
            *seen = latest.checkpoint().size;
            return Ok(());
        }
        let mut request = self.request(*seen).await?;
        let mut answer = self.post(witness, &request).await?;
        if answer.status() == StatusCode::CONFLICT {
            *seen = text(answer).await?.trim().parse().map_err(|_| WitnessError::Refused(StatusCode::CONFLICT))?;
            request = self.request(*seen).await?;
            answer = self.post(witness, &request).await?;
        }
        if answer.status() != StatusCode::OK {
            return Err(WitnessError::Refused(answer.status()));
        }
        let lines = text(answer).await?;
        if !self.keep(witness, request.size, &lines).await? {
            return Err(WitnessError::NotCosigned);
        }
        *seen = request.size;
        Ok(())
    }

    async fn request(&self, seen: u64) -> Result<WitnessRequest, WitnessError> {
        self.log.witness_request(seen).await?.ok_or(WitnessError::Ahead { seen })
    }

    async fn post(&self, witness: &Outside, request: &WitnessRequest) -> Result<Response, WitnessError> {
        Ok(self.client.post(witness.address.clone()).body(request.body.clone()).send().await?)
    }

    /// Keeps the cosignature; false when it is not this witness's or not valid.
    async fn keep(&self, witness: &Outside, size: u64, lines: &str) -> Result<bool, WitnessError> {
        Ok(self.log.keep_cosignatures(size, lines, slice::from_ref(&witness.key)).await? > 0)
    }
}

async fn text(mut answer: Response) -> Result<String, WitnessError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST_ANSWER {
            return Err(WitnessError::TooLong);
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
