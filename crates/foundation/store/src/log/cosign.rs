//! The log's side of the witness protocol (C2SP tlog-witness): what to send, and keeping what
//! comes back. The HTTP call itself is the program's.

use std::collections::BTreeSet;

use varde_core::Digest;
use varde_ledger::{
    PublicKey, SignedCheckpoint,
    tree::{prove_consistency, tiles_for_consistency},
    witness,
};

use super::{Log, LogError, read::read_tiles, signed};

/// A request to a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessRequest {
    /// The size of the checkpoint in it, for [`Log::keep_cosignatures`].
    pub size: u64,
    /// The body to post to `<prefix>/add-checkpoint`.
    pub body: String,
}

impl Log {
    /// The request that brings a witness from `old` entries to the latest checkpoint. Begin with 0
    /// or what it last cosigned; at answer 409 ask again with the size in its body. `None` while
    /// the log is empty or when the witness claims to be ahead of the log.
    pub async fn witness_request(&self, old: u64) -> Result<Option<WitnessRequest>, LogError> {
        let Some(signed_checkpoint) = self.checkpoint().await? else { return Ok(None) };
        let (size, root) = (signed_checkpoint.checkpoint().size, signed_checkpoint.checkpoint().root);
        if old > size {
            return Ok(None);
        }
        let mut connection = self.pool().acquire().await?;
        let tiles = read_tiles(&mut connection, &tiles_for_consistency(old, size)).await?;
        let proof: Vec<Digest> = prove_consistency(old, size, root, &tiles)?;
        Ok(Some(WitnessRequest { size, body: witness::request(old, &proof, &signed_checkpoint) }))
    }

    /// Keeps the valid cosignatures of known witnesses with the checkpoint of that size; returns how
    /// many of these witnesses have cosigned it. Lines by others are ignored, as the specification
    /// demands; what earlier witnesses have cosigned stays.
    pub async fn keep_cosignatures(&self, size: u64, lines: &str, witnesses: &[PublicKey]) -> Result<usize, LogError> {
        let mut transaction = self.pool().begin().await?;
        let row: Option<(String, Vec<String>)> =
            sqlx::query_as("SELECT note, witnesses FROM log.checkpoint WHERE size = $1 FOR UPDATE")
                .bind(signed(size))
                .fetch_optional(&mut *transaction)
                .await?;
        let (note, before) = row.ok_or(LogError::Empty)?;
        let cosigned = SignedCheckpoint::parse(&note)?.with_cosignatures(lines, witnesses);
        let now = witnesses.iter().filter(|w| cosigned.cosigned_by(w).is_ok()).map(PublicKey::to_string);
        let now: BTreeSet<String> = now.collect();
        let all: BTreeSet<String> = now.iter().cloned().chain(before).collect();
        sqlx::query("UPDATE log.checkpoint SET note = $2, cosignatures = $3, witnesses = $4 WHERE size = $1")
            .bind(signed(size))
            .bind(cosigned.text())
            .bind(i32::try_from(all.len()).unwrap_or(i32::MAX))
            .bind(all.into_iter().collect::<Vec<_>>())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(now.len())
    }
}
