//! varde-metadata
