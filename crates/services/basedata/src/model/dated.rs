//! Values with validity, and the two times of a read.

use jiff::{Timestamp, civil::Date};
use varde_core::{Clock, Period};

/// A value and the days it is valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated<T> {
    /// The value.
    pub value: T,
    /// When it is valid in the world, both days included.
    pub valid: Period,
}

impl<T> Dated<T> {
    /// A value valid in a period.
    pub const fn new(value: T, valid: Period) -> Self {
        Self { value, valid }
    }

    /// A value valid from a day on.
    pub fn since(value: T, from: Date) -> Self {
        Self { value, valid: Period::since(from) }
    }
}

/// The two times of a read: what was valid on a day, as it was known at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsAt {
    /// The day in the world.
    pub valid: Date,
    /// The instant, UTC, of our knowledge: what was recorded later is not seen.
    pub recorded: Timestamp,
}

impl AsAt {
    /// Today, as it is known now.
    pub fn now(clock: &dyn Clock) -> Self {
        Self { valid: clock.today(), recorded: clock.now() }
    }

    /// A day, as it is known now.
    pub fn day(valid: Date, clock: &dyn Clock) -> Self {
        Self { valid, recorded: clock.now() }
    }
}
