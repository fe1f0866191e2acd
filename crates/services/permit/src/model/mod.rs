//! The documents themselves; pure.

mod data_need;
mod delivery;
mod extract;
mod granularity;
mod permit;
mod rules;

pub use data_need::{Cohort, DataNeed, NeededVariable};
pub use delivery::{Format, Handover};
pub use extract::{Check, DeliveredFile, Exclusion, ExclusionCount, ExtractSpec, Manifest, PinnedRelease};
pub use granularity::{Granularity, Values};
pub use permit::{Condition, Permit, PermittedVariable, RuleSet};
pub(crate) use rules::flaw;
