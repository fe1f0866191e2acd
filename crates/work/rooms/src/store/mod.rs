//! Queries. Nobody outside sees them.

pub(crate) mod requests;
pub(crate) mod rooms;
pub(crate) mod runs;
pub(crate) mod told;
pub(crate) mod updates;
