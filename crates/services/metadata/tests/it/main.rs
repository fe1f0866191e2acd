//! The catalogue through its public face, on a real PostgreSQL.

mod catalogue;
mod lists;
mod pages;
mod search;
mod world;
