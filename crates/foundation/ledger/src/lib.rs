//! The verifiable log, as pure types and algorithms: entries and their salted commitments, the
//! Merkle tree in tiles (C2SP tlog-tiles), signed checkpoints, proofs (tlog-proof), per-person
//! chains, keyed membership trees, the witness and the offline verifier.
//!
//! Nothing here touches the database: `varde_store` keeps the entries and runs the sequencer.

pub mod entry;

pub use entry::{Draft, Entry, Outcome};
