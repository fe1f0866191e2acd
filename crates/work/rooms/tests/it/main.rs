//! The rooms through their public face.

#![expect(clippy::unwrap_used, reason = "a test helper that cannot go on ends the test")]
#![expect(clippy::print_stdout, reason = "the tests print what they measured")]

mod care;
mod entry;
mod notebook;
mod pages;
mod rooms;
mod sandbox;
mod support;
mod told;
mod updates;
mod world;
