//! Queries. Row-level security keeps organisations apart beneath all of them.

pub(crate) mod applications;
pub(crate) mod desk;
pub(crate) mod news;
