//! The platform through its public face.

mod engine;
mod reading;
mod world;
