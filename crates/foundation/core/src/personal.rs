//! Personal data that opens only with proof that its disclosure is on the log.

use std::fmt;

/// Proof that the entry for a disclosure is durable. `varde_store` implements it for its receipt;
/// nothing else may.
pub trait Disclosed: sealed::Sealed {}

/// The seal of [`Disclosed`]: implemented beside the receipt in `varde_store` and nowhere else
/// (a house test looks for other implementations).
pub mod sealed {
    /// See [`super::Disclosed`].
    pub trait Sealed {}
}

/// Personal data that cannot be printed, serialised or read before [`Personal::open`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Personal<T>(T);

impl<T> Personal<T> {
    /// Puts the data behind the seal.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Opens the data: the entry that says who reads it and why is already durable.
    pub fn open(self, _receipt: &impl Disclosed) -> T {
        self.0
    }

    /// Reads the data in place under the same condition as [`Self::open`].
    pub fn open_ref(&self, _receipt: &impl Disclosed) -> &T {
        &self.0
    }

    /// Changes what is behind the seal without opening it.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Personal<U> {
        Personal(change(self.0))
    }
}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Personal(…)")
    }
}
