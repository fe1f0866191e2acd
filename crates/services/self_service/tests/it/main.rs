//! Self-service through its pages and its API, on a database of its own.

mod addresses;
mod drafts;
mod keys;
mod own;
mod pages;
mod registry;
mod texts;
mod world;
