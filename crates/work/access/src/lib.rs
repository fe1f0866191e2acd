//! varde-access
