//! What a choice means for a project, and how an entry is told; pure.

mod choice;
mod project;
mod story;

pub use choice::{in_force, is_consent, opted_out_since, withholds};
pub use project::{Meaning, Part, meaning};
pub use story::{is_own_view, known};
