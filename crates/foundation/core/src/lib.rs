//! The words every other crate speaks: identifiers, time, randomness, localised text, who acts,
//! for which purpose, on which legal basis, and how errors are told apart.
//!
//! Nothing here does I/O. Time and randomness are parameters ([`Clock`], [`Randomness`]); the
//! ambient ones are forbidden by clippy in every other crate.

pub mod actor;
pub mod canonical;
pub mod clock;
pub mod digest;
pub mod id;
pub mod identifier;
pub mod legal;
pub mod matter;
pub mod period;
pub mod personal;
pub mod port;
pub mod problem;
pub mod purpose;
pub mod randomness;
pub mod reminder;
pub mod scope;
pub mod text;

pub use actor::{Actor, Component, LoginLevel, Role, Subject};
pub use canonical::canonical_json;
pub use clock::{Clock, SimulatedClock, SystemClock};
pub use digest::Digest;
pub use id::*;
pub use legal::LegalBasis;
pub use matter::Matter;
pub use period::Period;
pub use personal::{Disclosed, Personal};
pub use port::{CodeNews, Letter, Letters, PortError};
pub use problem::{FieldProblem, Problem, ProblemKind};
pub use purpose::Purpose;
pub use randomness::Randomness;
pub use reminder::reminder_due;
pub use scope::ApiScope;
pub use text::{Language, LocalisedText};
