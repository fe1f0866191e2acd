//! RDF through the crate's public face.

mod reading;
mod real;
mod writing;
