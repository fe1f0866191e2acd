//! One file at a place.

use std::{fmt, ops::Range};

use bytes::Bytes;

use crate::{Objects, ObjectsError};

/// A file at a place, by its name. Cheap to clone; it prints as the place and the name, without credentials.
#[derive(Debug, Clone)]
pub struct Object {
    pub(crate) objects: Objects,
    pub(crate) name: String,
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.objects, self.name)
    }
}

impl Object {
    /// How many bytes it has.
    ///
    /// # Errors
    /// As [`Objects::length`].
    pub fn length(&self) -> Result<u64, ObjectsError> {
        self.objects.length(&self.name)
    }

    /// The bytes of a range, all of them.
    ///
    /// # Errors
    /// As [`Objects::ranges`].
    pub fn read(&self, range: Range<u64>) -> Result<Bytes, ObjectsError> {
        let read = self.ranges(&[range])?;
        read.into_iter().next().ok_or_else(|| ObjectsError::Short(self.name.clone()))
    }

    /// The bytes of each range, in their order. What lies near each other is one request.
    ///
    /// # Errors
    /// As [`Objects::ranges`].
    pub fn ranges(&self, ranges: &[Range<u64>]) -> Result<Vec<Bytes>, ObjectsError> {
        self.objects.ranges(&self.name, ranges)
    }
}
