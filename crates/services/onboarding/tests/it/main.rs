//! Taking services into use, through the crate's public face.
