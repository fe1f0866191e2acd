//! What a delegation is and by which rules it comes and goes. Pure.

pub(crate) mod change;
pub(crate) mod organisation;
pub(crate) mod resource;
pub(crate) mod rules;
pub(crate) mod used;
