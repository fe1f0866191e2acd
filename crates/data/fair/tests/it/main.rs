//! The context through its public face, on a real PostgreSQL.

mod computed;
mod pages;
mod texts;
mod world;
