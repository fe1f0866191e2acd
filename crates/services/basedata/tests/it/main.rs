//! The registers through their public face, on a real PostgreSQL.

mod bulk;
mod organisations;
mod people;
mod support;
