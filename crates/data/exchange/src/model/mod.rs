//! One record, many profiles: pure mappings from the catalogue to graphs.

mod address;
mod catalogue;
mod dataset;
mod health;
mod profile;
mod record;
mod said;
mod schema_org;
mod terms;

pub use address::Addresses;
pub use catalogue::{Part, catalogue, source};
pub use profile::{Access, Profile, UnknownProfile};
pub use record::{About, Agent, Record};
pub(crate) use terms::frequency as frequency_code;
