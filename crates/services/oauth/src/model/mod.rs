//! What the authorisation server knows and decides by: pure.

pub(crate) mod acting_for;
pub(crate) mod api;
pub(crate) mod attest;
pub(crate) mod call;
pub(crate) mod claims;
pub(crate) mod client;
pub(crate) mod details;
pub(crate) mod details_schema;
pub(crate) mod exchange;
pub(crate) mod id_token;
pub(crate) mod pseudonym;
pub(crate) mod redirect;
pub(crate) mod request;
pub(crate) mod scope;
pub(crate) mod used;
