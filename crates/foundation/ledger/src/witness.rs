//! The witness (C2SP tlog-witness): somebody outside who remembers, for each log, the last
//! checkpoint and cosigns the next only when it is shown to continue it. A log that shows different
//! histories to different people cannot get both cosigned.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
    sync::Mutex,
};

use serde::{Deserialize, Serialize};
use tlog_tiles::Hash;
use varde_core::{Clock, Digest};

use crate::{PublicKey, SecretKey, SignedCheckpoint, proof::decimal, tree::check_consistency};

/// The content type of the answer 409 (C2SP tlog-witness).
pub const SIZE_CONTENT_TYPE: &str = "text/x.tlog.size";
/// More consistency lines than a tree can need are refused.
const MOST_LINES: usize = 63;

/// The body of an `add-checkpoint` request: what the log sends.
pub fn request(old_size: u64, consistency: &[Digest], checkpoint: &SignedCheckpoint) -> String {
    let lines: String = consistency.iter().map(|d| format!("{}\n", Hash(*d.bytes()))).collect();
    format!("old {old_size}\n{lines}\n{}", checkpoint.text())
}

/// Why a witness does not cosign.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// 400: the request is not of the specification's form.
    #[error("bad request: {0}")]
    BadRequest(&'static str),
    /// 403: the checkpoint is not signed by the log's key.
    #[error("the checkpoint is not signed by a key that this witness trusts for the log")]
    Forbidden,
    /// 404: the witness does not watch this log.
    #[error("this witness does not watch that log")]
    UnknownLog,
    /// 409: the log's old size is not where the witness is; the body is the witness's size.
    #[error("the witness's latest checkpoint of this log has size {0}")]
    Conflict(u64),
    /// 409: another tree of the same size was cosigned before: the log forked.
    #[error("a different tree of size {0} was cosigned before: the log shows two histories")]
    Fork(u64),
    /// 422: the consistency proof does not hold: the log was rolled back or rewritten.
    #[error("the checkpoint is not shown to continue the one that was cosigned before")]
    Inconsistent,
    /// 500: the state could not be made durable, so nothing was signed.
    #[error("the witness could not write its state")]
    State(#[source] std::io::Error),
}

impl Refusal {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::BadRequest(_) => 400,
            Self::Forbidden => 403,
            Self::UnknownLog => 404,
            Self::Conflict(_) | Self::Fork(_) => 409,
            Self::Inconsistent => 422,
            Self::State(_) => 500,
        }
    }

    /// The HTTP body: for 409 the size and a newline with [`SIZE_CONTENT_TYPE`], else plain text.
    pub fn body(&self) -> String {
        match self {
            Self::Conflict(size) | Self::Fork(size) => format!("{size}\n"),
            other => format!("{other}\n"),
        }
    }
}

/// The last checkpoint cosigned of one log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// How many entries it had.
    pub size: u64,
    /// Its root.
    pub root: Digest,
}

/// Why a witness could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The state file cannot be read or written.
    #[error("the witness's state {path:?} cannot be used")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The state file is damaged. Starting afresh would let a log roll back, so it is refused.
    #[error("the witness's state {0:?} is damaged: restore it from a copy, do not delete it")]
    Damaged(PathBuf),
    /// Another process uses the state: two witnesses with one state could cosign two histories.
    #[error("another witness uses the state {0:?}: stop it first")]
    InUse(PathBuf),
    /// The key is not a witness's.
    #[error("the key is not a witness's (type 04)")]
    Key,
}

/// A witness with its key, the logs it watches, and what it has seen, kept in one small file.
#[derive(Debug)]
pub struct Witness {
    key: SecretKey,
    logs: Vec<PublicKey>,
    path: PathBuf,
    seen: Mutex<BTreeMap<String, Seen>>,
    // Held open for its lock.
    _lock: fs::File,
}

impl Witness {
    /// Opens the witness on its state file, which is made when it is not there.
    pub fn open(path: &Path, key: SecretKey, logs: Vec<PublicKey>) -> Result<Self, OpenError> {
        if key.public().kind() != crate::key::KeyKind::Witness {
            return Err(OpenError::Key);
        }
        let failed = |source| OpenError::File { path: path.to_owned(), source };
        let lock = fs::File::create(path.with_extension("lock")).map_err(failed)?;
        lock.try_lock().map_err(|_| OpenError::InUse(path.to_owned()))?;
        let seen = match fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|_| OpenError::Damaged(path.to_owned()))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(failed(error)),
        };
        Ok(Self { key, logs, path: path.to_owned(), seen: Mutex::new(seen), _lock: lock })
    }

    /// The witness's public key, for logs' and citizens' policies.
    pub fn public(&self) -> &PublicKey {
        self.key.public()
    }

    /// What it last cosigned of a log.
    pub fn seen(&self, origin: &str) -> Option<Seen> {
        self.lock().get(origin).copied()
    }

    /// Handles `POST add-checkpoint`: returns the signature line for answer 200, or why not. The
    /// new state is durable before the signature leaves.
    pub fn add_checkpoint(&self, body: &str, clock: &dyn Clock) -> Result<String, Refusal> {
        let request = Request::parse(body)?;
        let checkpoint = request.checkpoint.checkpoint();
        let logs: Vec<_> = self.logs.iter().filter(|l| l.name() == checkpoint.origin).collect();
        if logs.is_empty() {
            return Err(Refusal::UnknownLog);
        }
        if !logs.iter().any(|l| request.checkpoint.verify(l).is_ok()) {
            return Err(Refusal::Forbidden);
        }
        if request.old > checkpoint.size {
            return Err(Refusal::BadRequest("the old size is larger than the checkpoint's"));
        }
        let new = Seen { size: checkpoint.size, root: checkpoint.root };
        // One lock over comparing, writing and signing: two requests cannot pass each other.
        let mut seen = self.lock();
        let before = seen.get(&checkpoint.origin).copied();
        request.continues(before)?;
        if before != Some(new) {
            let mut next = seen.clone();
            next.insert(checkpoint.origin.clone(), new);
            write_durably(&self.path, &next).map_err(Refusal::State)?;
            *seen = next;
        }
        let time = u64::try_from(clock.now().as_second()).unwrap_or(0);
        Ok(request.checkpoint.cosign(&self.key, time))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Seen>> {
        // The map is replaced whole, so a panic elsewhere cannot have left it half changed.
        self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

struct Request {
    old: u64,
    consistency: Vec<Digest>,
    checkpoint: SignedCheckpoint,
}

impl Request {
    fn parse(body: &str) -> Result<Self, Refusal> {
        let (head, checkpoint) = body.split_once("\n\n").ok_or(Refusal::BadRequest("no empty line"))?;
        let mut lines = head.split('\n');
        let old = lines.next().and_then(|l| decimal(l.strip_prefix("old ")?));
        let consistency: Result<Vec<Digest>, _> =
            lines.map(|l| Hash::parse_hash(l).map(|h| Digest::from_bytes(h.0))).collect();
        let consistency = consistency.map_err(|_| Refusal::BadRequest("a consistency line is not a hash"))?;
        if consistency.len() > MOST_LINES {
            return Err(Refusal::BadRequest("more than 63 consistency lines"));
        }
        Ok(Self {
            old: old.ok_or(Refusal::BadRequest("expected `old` and a size"))?,
            consistency,
            checkpoint: SignedCheckpoint::parse(checkpoint)
                .map_err(|_| Refusal::BadRequest("not a signed checkpoint"))?,
        })
    }

    fn continues(&self, before: Option<Seen>) -> Result<(), Refusal> {
        let seen_size = before.map_or(0, |s| s.size);
        if self.old != seen_size {
            return Err(Refusal::Conflict(seen_size));
        }
        let checkpoint = self.checkpoint.checkpoint();
        match before {
            Some(seen) if seen.size == checkpoint.size && seen.root != checkpoint.root => {
                return Err(Refusal::Fork(seen.size));
            }
            None | Some(Seen { size: 0, .. }) if !self.consistency.is_empty() => return Err(Refusal::Inconsistent),
            _ => {}
        }
        let old_root = before.map_or(checkpoint.root, |s| s.root);
        check_consistency(&self.consistency, self.old, old_root, checkpoint.size, checkpoint.root)
            .map_err(|_| Refusal::Inconsistent)
    }
}

/// Writes beside, syncs, renames, syncs the folder: after a crash the file is the old or the new.
fn write_durably(path: &Path, seen: &BTreeMap<String, Seen>) -> std::io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = fs::File::create(&beside)?;
    file.write_all(&serde_json::to_vec_pretty(seen)?)?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests;
