//! varde-citizen
