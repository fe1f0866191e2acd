//! One record, many profiles: pure mappings from the catalogue to graphs.

mod address;
mod catalogue;
mod checked;
mod classification;
mod concepts;
mod dataset;
mod embedded;
mod health;
mod part;
mod profile;
mod record;
mod said;
mod schema_org;
mod source_of_harvest;
mod terms;

pub use address::Addresses;
pub use catalogue::{Part, catalogue, source};
pub(crate) use checked::lacks;
pub use checked::{Checked, KeptCheck};
pub use classification::{Classified, classification};
pub use concepts::concepts;
pub(crate) use embedded::embedded;
pub use profile::{Access, Profile, UnknownProfile};
pub use record::{About, Agent, Record};
pub(crate) use source_of_harvest::BOUNDS;
pub use source_of_harvest::{
    Counts, HarvestId, HarvestRun, HarvestSource, Outcome, TELL_AFTER, Trouble, lost_too_many,
};
pub(crate) use terms::frequency as frequency_code;
