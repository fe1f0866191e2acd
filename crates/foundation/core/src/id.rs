//! One opaque identifier type per entity. All are UUIDs (version 7: ordered by creation), so a
//! person's id can never be handed to a function that wants an application's.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Clock, Randomness};

/// Makes a typed identifier. Use it once per entity, here for those that cross crates and in the
/// owning crate for the rest.
#[macro_export]
macro_rules! define_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// A new identifier, ordered by the clock's time.
            pub fn new(clock: &dyn $crate::Clock, randomness: &$crate::Randomness) -> Self {
                Self($crate::id::version_seven(clock, randomness))
            }

            /// The identifier read back from the database or the wire.
            pub const fn from_uuid(value: uuid::Uuid) -> Self {
                Self(value)
            }

            /// The identifier for the database or the wire.
            pub const fn uuid(self) -> uuid::Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::id::NotAnId;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $crate::id::parse(text).map(Self)
            }
        }
    };
}

define_id!(
    /// A person in the population register, stable over changes of national number.
    PersonId
);
define_id!(
    /// An organisation (main unit or sub unit).
    OrganisationId
);
define_id!(
    /// An application for data.
    ApplicationId
);
define_id!(
    /// A decision on an application.
    DecisionId
);
define_id!(
    /// A permit. A new version of a permit has a new id and names its predecessor.
    PermitId
);
define_id!(
    /// A release: an immutable copy of a dataset on the platform.
    ReleaseId
);
define_id!(
    /// An extract made under a permit.
    ExtractId
);
define_id!(
    /// A sealed project room.
    RoomId
);
define_id!(
    /// A request to let files out of a room.
    ReleaseRequestId
);
define_id!(
    /// An entry on the log.
    EntryId
);
define_id!(
    /// A durable job.
    JobId
);
define_id!(
    /// A preference (consent, reservation or restriction) of a person.
    PreferenceId
);

/// The text is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier: expected 36 characters such as 01890a5d-ac96-774b-bcce-b302099a8057")]
pub struct NotAnId;

#[doc(hidden)]
pub fn parse(text: &str) -> Result<Uuid, NotAnId> {
    Uuid::from_str(text).map_err(|_| NotAnId)
}

#[doc(hidden)]
pub fn version_seven(clock: &dyn Clock, randomness: &Randomness) -> Uuid {
    let milliseconds = u64::try_from(clock.now().as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &randomness.bytes()).into_uuid()
}

/// A catalogue path such as `npr/contact/main_condition`: lower-case words joined by `_`, parts
/// joined by `/`. Stable over editions of the catalogue, readable in permits and manifests.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CataloguePath(String);

impl CataloguePath {
    /// The whole path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The parts, outermost first.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/')
    }

    /// The last part: the name of the column for a variable.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The path one level up, `None` at a source.
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('/').map(|(up, _)| Self(up.to_owned()))
    }

    /// This path with one more part.
    pub fn join(&self, part: &str) -> Result<Self, NotAPath> {
        Self::try_from(format!("{}/{part}", self.0))
    }
}

/// The text is not a catalogue path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a catalogue path: {0:?} (use lower-case letters a–z, digits and _, parts joined by /)")]
pub struct NotAPath(String);

impl TryFrom<String> for CataloguePath {
    type Error = NotAPath;
    fn try_from(text: String) -> Result<Self, NotAPath> {
        let good = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        if text.len() <= 200 && text.split('/').all(good) { Ok(Self(text)) } else { Err(NotAPath(text)) }
    }
}

impl FromStr for CataloguePath {
    type Err = NotAPath;
    fn from_str(text: &str) -> Result<Self, NotAPath> {
        Self::try_from(text.to_owned())
    }
}

impl From<CataloguePath> for String {
    fn from(path: CataloguePath) -> Self {
        path.0
    }
}

impl fmt::Display for CataloguePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for CataloguePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
