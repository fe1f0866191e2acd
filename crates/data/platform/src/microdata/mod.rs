//! Packages of microdata.no: one identifier, one measure and when it held, with a description of both
//! (statisticsnorway/microdata-tools 2.2, MIT). Pure, but for reading the files that are handed in.
//!
//! - [`Described`]: `NAME.json`, as a codebook.
//! - [`Package`]: the folder before it is packed, or the tar file after: rows without a heading, in pieces
//!   that are encrypted under a key of their own, which is encrypted to the receiver.
//! - [`ReceiverKey`]: opens them.

mod describe;
mod key;
mod package;

pub use describe::{Described, Misdescribed, PERSON};
pub use key::ReceiverKey;
pub use package::{NotUnpacked, Package};
