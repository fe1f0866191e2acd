//! varde-web
