//! Principles and requirements, what was assessed, deviations, standards, responsibilities. Pure.

pub(crate) mod assessment;
pub(crate) mod content;
pub(crate) mod deviation;
pub(crate) mod responsibility;
pub(crate) mod standard;
pub(crate) mod state;
pub(crate) mod text;
pub(crate) mod thing;
