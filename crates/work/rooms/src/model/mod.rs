//! What rooms and the airlock are: types and decisions, without I/O.

mod airlock;
mod disk;
mod finding;
mod room;
mod run;

pub use airlock::{AirlockError, CheckedFile, ReleaseRequest, RequestState, Review, Verdict};
pub use disk::DiskUse;
pub use finding::{Finding, Severity};
pub use room::{Room, RoomState, RoomUpdate, Standing};
pub use run::{Run, RunState, Tool};
