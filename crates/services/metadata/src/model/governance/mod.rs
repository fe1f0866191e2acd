//! How a description comes to be published: states of a proposal, edits of fields, four eyes, and
//! the yearly confirmation. Pure.

mod attestation;
mod edit;
mod state;

pub use attestation::{Standing, due_after, standing};
pub use edit::{Edit, Field, WrongEdit, apply};
pub use state::{Approval, ProposalState};
