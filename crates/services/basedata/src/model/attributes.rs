//! The register's fields by index, for building cohorts.

use jiff::civil::Date;
use roaring::RoaringBitmap;

use super::{Gender, Municipality, Status};

/// Fields of every person as at a day, by person index: place `i` of each column is the person
/// with index `i`. All columns have the length [`Attributes::len`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attributes {
    /// Registered birth dates.
    pub birth_date: Vec<Option<Date>>,
    /// Registered genders.
    pub gender: Vec<Option<Gender>>,
    /// Municipalities of residence.
    pub municipality: Vec<Option<Municipality>>,
    /// Statuses.
    pub status: Vec<Option<Status>>,
    /// Dates of death.
    pub death_date: Vec<Option<Date>>,
}

impl Attributes {
    /// Columns for this many persons of whom nothing is known.
    pub fn unknown(persons: usize) -> Self {
        Self {
            birth_date: vec![None; persons],
            gender: vec![None; persons],
            municipality: vec![None; persons],
            status: vec![None; persons],
            death_date: vec![None; persons],
        }
    }

    /// How many persons: one more than the highest index.
    pub fn len(&self) -> usize {
        self.birth_date.len()
    }

    /// Whether there are no persons.
    pub fn is_empty(&self) -> bool {
        self.birth_date.is_empty()
    }

    /// The indices for which the condition holds.
    pub fn select(&self, condition: impl Fn(&Self, usize) -> bool) -> RoaringBitmap {
        (0u32..).zip(0..self.len()).filter(|(_, i)| condition(self, *i)).map(|(index, _)| index).collect()
    }
}
