//! varde-privacy
