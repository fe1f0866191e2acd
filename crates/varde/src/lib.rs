//! The program: configuration, composition, flows, command line and demo world.
//!
//! Read [`flows`] first: it is the one page where services meet. [`app`] builds them; nothing else
//! in the house knows more than one or two of the others.

pub mod app;
pub mod bench;
pub mod cli;
pub mod config;
pub mod demo;
pub mod flows;
pub mod keys;
