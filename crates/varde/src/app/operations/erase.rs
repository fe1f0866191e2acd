//! Erasing what an entry says, when the law demands it.

use varde_core::{Actor, EntryId, Problem, ProblemKind, identifier::NationalNumber};
use varde_policy::{Guard, Refusal, Resource};
use varde_store::log::{Log, LogError, Sequencer};

use crate::app::Foundation;

/// The longest reason, in characters.
const REASON: usize = 300;

/// Why an entry was not erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseError {
    /// The policy says no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// There is no reason, or it is too long.
    #[error("a reason of 1 to 300 characters is needed, such as the number of the case")]
    Reason,
    /// The reason would put into the log what the erasure takes out.
    #[error("the reason holds a national number: name the case, not the person")]
    PersonInReason,
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
}

impl Problem for EraseError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Refused(refusal) => refusal.kind(),
            Self::Reason | Self::PersonInReason => ProblemKind::Invalid,
            Self::Log(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::Reason | Self::PersonInReason => "operations.erase_reason",
            Self::Log(error) => error.code(),
        }
    }
}

/// Erases what an entry says, and enters that it was done and why. Action `operations.entry.erase`,
/// entry `ledger.entry.erased`, which concerns the same persons. Gives the id of that entry.
///
/// # Errors
/// When the policy says no, the reason is none, or the entry cannot be erased.
pub async fn erase_entry(
    foundation: &Foundation,
    guard: &Guard,
    actor: &Actor,
    entry: EntryId,
    reason: &str,
) -> Result<EntryId, EraseError> {
    let permission = guard.check(actor, "operations.entry.erase", &Resource::new("LogEntry").id(entry)).await?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON {
        return Err(EraseError::Reason);
    }
    let words = reason.split(|c: char| !c.is_ascii_digit());
    if words.into_iter().any(|digits| NationalNumber::parse(digits).is_ok()) {
        return Err(EraseError::PersonInReason);
    }
    let by = Log::new(&foundation.store).erase(entry, actor, permission.legal_basis(), reason).await?;
    // Without a service beside us nobody else would put the entry into the tree.
    Sequencer::new(&foundation.store, std::sync::Arc::clone(&foundation.keys.log)).catch_up().await?;
    Ok(by)
}
