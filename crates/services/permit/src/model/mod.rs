//! The documents themselves; pure.

mod data_need;
mod extract;
mod permit;
mod rules;

pub use data_need::{Cohort, DataNeed, Granularity, NeededVariable};
pub use extract::{Check, DeliveredFile, Exclusion, ExclusionCount, ExtractSpec, Manifest, PinnedRelease};
pub use permit::{Condition, Permit, PermittedVariable, RuleSet};
pub(crate) use rules::flaw;
