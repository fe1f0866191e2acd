//! `varde ledger check FILE`: whatever proof the file holds, checked offline.

use varde_core::{Digest, PersonId};

use crate::{
    CompletenessProof, LogProof, MembershipProof, Policy,
    completeness::{Complete, CompletenessError},
    membership::MembershipError,
    proof::{ProofError, Proven},
};

/// What a file proved.
#[derive(Debug, Clone, PartialEq)]
pub enum Checked {
    /// That an entry is on the log.
    Entry(Proven),
    /// That a person's list of entries is complete.
    Complete(Complete),
    /// What a person's part was in something that concerned many.
    Member {
        /// The entry that tells of it.
        proven: Proven,
        /// Whom it is about.
        person: PersonId,
        /// Their status; `None` when they are proved not to have been part.
        status: Option<String>,
    },
}

/// Why a file proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// None of the known formats.
    #[error(
        "the file is no proof: expected a .tlog-proof file, or the JSON of a completeness or membership proof, \
         as it was downloaded"
    )]
    Unknown,
    /// A log proof that does not hold.
    #[error(transparent)]
    Entry(#[from] ProofError),
    /// A completeness proof that does not hold.
    #[error(transparent)]
    Complete(#[from] CompletenessError),
    /// A membership proof that does not hold.
    #[error(transparent)]
    Member(#[from] MembershipError),
}

/// Checks a proof file against a trust policy. `commitment` is needed only for a log proof that
/// carries no entry, because the entry was erased.
pub fn check(text: &str, commitment: Option<&Digest>, trust: &Policy) -> Result<Checked, CheckError> {
    if text.starts_with("c2sp.org/tlog-proof@") {
        let proof: LogProof = text.parse()?;
        let proven = match (proof.check(trust), commitment) {
            (Err(ProofError::NoEntry), Some(commitment)) => proof.check_commitment(commitment, trust),
            (outcome, _) => outcome,
        };
        return Ok(Checked::Entry(proven?));
    }
    if let Ok(proof) = serde_json::from_str::<CompletenessProof>(text) {
        return Ok(Checked::Complete(proof.check(trust)?));
    }
    let proof: MembershipProof = serde_json::from_str(text).map_err(|_| CheckError::Unknown)?;
    let (proven, status) = proof.check(trust)?;
    Ok(Checked::Member { proven, person: proof.person(), status })
}

#[cfg(test)]
mod tests {
    use varde_core::Randomness;

    use super::*;
    use crate::{SecretKey, key::KeyKind};

    #[test]
    fn other_files_are_told_from_proofs() {
        let key = SecretKey::generate("l.example", KeyKind::Log, &Randomness::seeded(1)).unwrap();
        let trust = Policy::trusting(key.public().clone());
        for text in ["", "{}", "[]", "PK\u{3}\u{4}", "{\"format\":\"varde-completeness-proof@v1\"}"] {
            assert_eq!(check(text, None, &trust), Err(CheckError::Unknown), "{text:?}");
        }
        let cut = check("c2sp.org/tlog-proof@v1\nindex 1\n", None, &trust);
        assert!(matches!(cut, Err(CheckError::Entry(ProofError::Format { .. }))), "{cut:?}");
    }
}
