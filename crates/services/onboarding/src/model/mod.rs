//! Types and rules; pure.

pub(crate) mod email;
pub(crate) mod listing;
pub(crate) mod mail;
pub(crate) mod notice;
pub(crate) mod order;
pub(crate) mod power;
pub(crate) mod slug;
pub(crate) mod terms;
