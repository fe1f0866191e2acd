//! The documents themselves; pure.

mod data_need;
mod delivery;
mod extract;
mod flaws;
mod granularity;
mod measure;
mod permit;
mod rules;
mod study;
mod updates;

pub use data_need::{Cohort, DataNeed, NeededVariable};
pub use delivery::{Format, Handover};
pub use extract::{Check, DeliveredFile, Exclusion, ExclusionCount, ExtractSpec, Manifest, PinnedRelease, Update};
pub use flaws::{DesignFlaw, MOST_BIRTH_YEARS, MOST_CONTROLS, MOST_EVENTS, design_flaws, is_area};
pub use granularity::{Granularity, LONGEST_SHIFT, Values};
pub use measure::{Aggregate, Measure, Window};
pub use permit::{AssessedAsLarge, Condition, Permit, PermittedVariable, RuleSet};
pub(crate) use rules::flaw;
pub use study::{Area, Attribute, Codes, Controls, Design, Events, Index, Kinship, Sex, Which};
pub use updates::{Next, Rhythm, Updates};
