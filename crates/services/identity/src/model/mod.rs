//! Types and decisions without I/O.

pub(crate) mod assignment;
pub(crate) mod return_to;
