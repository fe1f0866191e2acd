//! The policies through the crate's public face.

mod files;
mod guard;
mod questions;
