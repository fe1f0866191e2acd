//! What is pure: products, configurations, what is asked for, what is wrong with it.

pub(crate) mod client;
pub(crate) mod contact;
pub(crate) mod settings;
pub(crate) mod status;
pub(crate) mod system;
