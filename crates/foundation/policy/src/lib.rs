//! varde-policy
