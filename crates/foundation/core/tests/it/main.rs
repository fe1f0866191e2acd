//! The core words through their public face.

mod identifier;
