//! varde-identity
