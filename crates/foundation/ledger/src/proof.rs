//! A proof that an entry is on the log, as one small text file (C2SP tlog-proof) that anybody can
//! check offline with the log's public key.
//!
//! The `extra` line carries the entry itself: 32 bytes of salt, then the entry's canonical JSON.
//! It is believed only because its SHA-256 is the leaf that the rest proves.

use std::{fmt, str::FromStr};

use base64::prelude::{BASE64_STANDARD, Engine};
use tlog_tiles::Hash;
use varde_core::Digest;

use crate::{
    Entry, Policy, SignedCheckpoint,
    checkpoint::{CheckpointError, Cosignature},
    entry::commit,
    policy::PolicyError,
    tree::{self, TreeError},
};

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// An entry with the salt of its commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The salt.
    pub salt: [u8; 32],
    /// The canonical JSON of the [`Entry`].
    pub body: String,
}

impl Opened {
    /// SHA-256 of salt and body.
    pub fn commitment(&self) -> Digest {
        commit(&self.salt, self.body.as_bytes())
    }

    /// The entry.
    pub fn entry(&self) -> Result<Entry, ProofError> {
        serde_json::from_str(&self.body).map_err(|_| ProofError::Entry)
    }
}

/// A `.tlog-proof` file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogProof {
    /// The entry and its salt; `None` when it was erased or is shown elsewhere.
    pub opened: Option<Opened>,
    /// The entry's place on the log, from 0.
    pub index: u64,
    /// The audit path, the leaf's sibling first.
    pub path: Vec<Digest>,
    /// The signed checkpoint.
    pub checkpoint: SignedCheckpoint,
}

/// What a proof shows once it has been checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Proven {
    /// The entry's place on the log.
    pub index: u64,
    /// How many entries the log had.
    pub size: u64,
    /// Which log.
    pub origin: String,
    /// The entry, when the proof carries it.
    pub entry: Option<Entry>,
    /// Which witnesses of the policy vouch for the checkpoint.
    pub cosignatures: Vec<Cosignature>,
}

/// Why a proof could not be read or does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The file is not a proof.
    #[error("line {line} of the proof: {what}")]
    Format {
        /// Which line, from 1.
        line: usize,
        /// What was expected.
        what: &'static str,
    },
    /// The checkpoint in it cannot be read.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The checkpoint is not trusted.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// The path does not lead from the entry to the root.
    #[error(transparent)]
    Tree(#[from] TreeError),
    /// The entry in it is not JSON of the known form.
    #[error("the entry in the proof is not an entry of this log's form")]
    Entry,
    /// The proof carries no entry and none was given.
    #[error("the proof carries no entry (it may be erased): give the entry's commitment to check it")]
    NoEntry,
}

impl LogProof {
    /// Checks the proof with the entry it carries.
    pub fn check(&self, trust: &Policy) -> Result<Proven, ProofError> {
        let opened = self.opened.as_ref().ok_or(ProofError::NoEntry)?;
        let mut proven = self.check_commitment(&opened.commitment(), trust)?;
        proven.entry = Some(opened.entry()?);
        Ok(proven)
    }

    /// Checks the proof for a commitment known from elsewhere, such as an erased entry's.
    pub fn check_commitment(&self, commitment: &Digest, trust: &Policy) -> Result<Proven, ProofError> {
        let cosignatures = trust.check(&self.checkpoint)?;
        let checkpoint = self.checkpoint.checkpoint();
        tree::check_inclusion(&self.path, self.index, checkpoint.size, checkpoint.root, commitment)?;
        Ok(Proven {
            index: self.index,
            size: checkpoint.size,
            origin: checkpoint.origin.clone(),
            entry: None,
            cosignatures,
        })
    }
}

impl fmt::Display for LogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(opened) = &self.opened {
            let extra = [opened.salt.as_slice(), opened.body.as_bytes()].concat();
            writeln!(f, "extra {}", BASE64_STANDARD.encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        for hash in &self.path {
            writeln!(f, "{}", Hash(*hash.bytes()))?;
        }
        write!(f, "\n{}", self.checkpoint.text())
    }
}

impl FromStr for LogProof {
    type Err = ProofError;

    fn from_str(text: &str) -> Result<Self, ProofError> {
        let (head, checkpoint) =
            text.split_once("\n\n").ok_or(ProofError::Format { line: 1, what: "no checkpoint after an empty line" })?;
        let mut lines = head.split('\n').zip(1..).peekable();
        if lines.next().is_none_or(|(line, _)| line != HEADER) {
            return Err(ProofError::Format { line: 1, what: "expected c2sp.org/tlog-proof@v1" });
        }
        let opened = match lines.peek().and_then(|(line, n)| Some((line.strip_prefix("extra ")?, *n))) {
            Some((extra, line)) => {
                lines.next();
                Some(opened(extra).ok_or(ProofError::Format { line, what: "expected salt and entry in base64" })?)
            }
            None => None,
        };
        let index = lines.next().and_then(|(line, _)| decimal(line.strip_prefix("index ")?));
        let index = index.ok_or(ProofError::Format { line: 2, what: "expected `index` and a number" })?;
        let path = lines.map(|(line, n)| {
            let hash = Hash::parse_hash(line).map_err(|_| ProofError::Format { line: n, what: "expected a hash" })?;
            Ok(Digest::from_bytes(hash.0))
        });
        let path = path.collect::<Result<_, ProofError>>()?;
        Ok(Self { opened, index, path, checkpoint: SignedCheckpoint::parse(checkpoint)? })
    }
}

fn opened(extra: &str) -> Option<Opened> {
    let bytes = BASE64_STANDARD.decode(extra).ok()?;
    let (salt, body) = bytes.split_first_chunk::<32>()?;
    Some(Opened { salt: *salt, body: std::str::from_utf8(body).ok()?.to_owned() })
}

/// A number without leading zeroes or sign.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    text.parse::<u64>().ok().filter(|n| n.to_string() == text)
}

#[cfg(test)]
pub(crate) mod tests;
