//! varde-documents
