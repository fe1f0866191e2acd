//! Who may do what to what, for which purpose, on which legal basis: Cedar policies in
//! `policies/<context>.cedar` with a schema beside each, readable by a jurist, default deny.
//!
//! [`Policy`] is pure: it holds the rules and answers. [`Guard`] is what use cases call: it asks
//! the policy and enters every denial on the log. A [`Permission`] carries the legal basis that
//! goes into the entry; a [`Refusal`] carries the why and what would help, in every language.
//!
//! Invariants: no other place decides about access. A rule that cannot be evaluated means no, also
//! when it is one that forbids. An action that no schema declares is refused. Actions are not
//! grouped: each rule lists the actions it speaks about, so a reader sees them.

mod decision;
mod error;
mod guard;
mod matrix;
mod policy;
mod request;
mod resource;
mod rule;
mod shape;

pub use decision::{Cause, Denied, Permission, Refusal, Remedy};
pub use error::LoadError;
pub use guard::{CONTEXT, Guard, Limit, Verdict};
pub use matrix::matrix;
pub use policy::Policy;
pub use resource::Resource;
pub use rule::Rule;
