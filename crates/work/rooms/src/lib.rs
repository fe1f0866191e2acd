//! Project rooms: sealed sandboxes where the people named in a permit work on its extract, and the
//! airlock through which only reviewed results leave.
//!
//! [`driver`] makes the sandbox; the room's programs see the extract, their own files and one Unix
//! socket to the gateway, nothing else.

pub mod driver;
