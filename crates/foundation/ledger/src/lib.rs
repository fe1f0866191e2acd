//! The verifiable log, as pure types and algorithms: entries and their salted commitments, the
//! Merkle tree in tiles (C2SP tlog-tiles), signed checkpoints, proofs (tlog-proof), per-person
//! chains, keyed membership trees, the witness and the offline verifier.
//!
//! Nothing here touches the database: `varde_store` keeps the entries and runs the sequencer.
//! The tree, the tiles, the checkpoint's text and the notes are the crates `tlog_tiles` and
//! `signed_note`; what is ours is what a citizen needs beyond them. `docs/log.md` has the formats.

pub mod chain;
pub mod check;
pub mod checkpoint;
pub mod completeness;
pub mod entry;
pub mod key;
pub mod keyed;
pub mod membership;
pub mod policy;
pub mod proof;
pub mod shards;
pub mod tree;
pub mod witness;

pub use check::{Checked, check};
pub use checkpoint::{Checkpoint, SignedCheckpoint};
pub use completeness::CompletenessProof;
pub use entry::{Draft, Entry, Outcome};
pub use key::{PublicKey, SecretKey};
pub use membership::{Membership, MembershipProof};
pub use policy::Policy;
pub use proof::LogProof;
