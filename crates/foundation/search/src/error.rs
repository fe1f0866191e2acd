//! What can go wrong with an index.

/// The index cannot be made or read. It lies in memory: a fault of ours, or no memory.
#[derive(Debug, thiserror::Error)]
#[error("the search index cannot be made or read")]
pub struct SearchError(#[from] tantivy::TantivyError);
