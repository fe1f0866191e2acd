//! varde-platform
