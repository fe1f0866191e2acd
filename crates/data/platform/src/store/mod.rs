//! Queries. Nobody outside sees them.

pub(crate) mod amendments;
pub(crate) mod extracts;
pub(crate) mod ingestions;
pub(crate) mod keys;
pub(crate) mod lineage;
pub(crate) mod observations;
pub(crate) mod products;
pub(crate) mod quality;
pub(crate) mod quarantine;
pub(crate) mod releases;

use roaring::RoaringBitmap;
use varde_store::Context;

use crate::PlatformError;

/// The context: schema `platform`.
pub static CONTEXT: Context = Context { name: "platform", migrations: sqlx::migrate!() };

pub(crate) fn people_to_bytes(people: &RoaringBitmap) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(people.serialized_size());
    // Writing to memory does not fail.
    let _ = people.serialize_into(&mut bytes);
    bytes
}

pub(crate) fn people_from_bytes(bytes: &[u8]) -> Result<RoaringBitmap, PlatformError> {
    RoaringBitmap::deserialize_from(bytes).map_err(|_| PlatformError::Unreadable("set of people"))
}

pub(crate) fn digest(bytes: &[u8]) -> Result<varde_core::Digest, PlatformError> {
    let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| PlatformError::Unreadable("digest"))?;
    Ok(varde_core::Digest::from_bytes(bytes))
}

pub(crate) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
