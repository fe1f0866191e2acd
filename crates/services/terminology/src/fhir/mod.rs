//! FHIR R4 and R5: resources in and out, and the terminology operations. Pure: what an operation
//! needs is loaded before it runs.

mod answer;
pub(crate) mod capability;
pub(crate) mod code_system;
pub(crate) mod concept_map;
pub(crate) mod expand;
mod filter;
mod head;
pub(crate) mod library;
pub(crate) mod lookup;
mod members;
pub(crate) mod object;
pub(crate) mod outcome;
pub(crate) mod parameters;
pub(crate) mod translate;
pub(crate) mod validate;
pub(crate) mod value_set;

pub use object::Misfit;

/// The release of FHIR that a client speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Release {
    /// 4.0.1.
    R4,
    /// 5.0.0.
    R5,
}

impl Release {
    /// The version that a CapabilityStatement names.
    pub const fn version(self) -> &'static str {
        match self {
            Self::R4 => "4.0.1",
            Self::R5 => "5.0.0",
        }
    }

    /// The part of the address that names it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::R4 => "r4",
            Self::R5 => "r5",
        }
    }

    /// The release that a part of an address names.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::R4, Self::R5].into_iter().find(|release| release.name() == name)
    }
}
