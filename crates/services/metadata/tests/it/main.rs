//! The catalogue through its public face, on a real PostgreSQL.

mod catalogue;
mod lists;
mod search;
mod world;
