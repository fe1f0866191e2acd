//! Another catalogue that is read again and again: when, and what came of it.

use std::{fmt, time::Duration};

use jiff::{SignedDuration, Timestamp};
use varde_core::{Language, OrganisationId, define_id};
use varde_metadata::ProposalId;

define_id!(
    /// Another catalogue that is read again and again.
    HarvestId
);

/// How often in a row a catalogue fails before its owner is told.
pub const TELL_AFTER: u32 = 3;
/// The first pause after a failure; it doubles from failure to failure, up to the catalogue's own pace.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_mins(15);
/// What may be gone at once without a question: of a catalogue cut short in transit more is.
const MOST_LOST_PERCENT: usize = 30;
/// Of a small catalogue any share may be gone.
const SMALL: usize = 5;

/// Another catalogue that is read again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HarvestSource {
    /// Its id.
    pub id: HarvestId,
    /// Where it is.
    pub address: String,
    /// What it is called here.
    pub title: String,
    /// Who answers here for what comes from it.
    pub holder: OrganisationId,
    /// The function that is told when it fails again and again.
    pub mail: String,
    /// The language of that mail.
    pub language: Language,
    /// How often it is read, in hours.
    pub every_hours: u32,
    /// Whether it is left alone for now.
    pub paused: bool,
    /// Whether somebody has said that what is gone is meant to be gone.
    pub allow_loss: bool,
    /// The tag of what was read last.
    pub tag: Option<String>,
    /// When that was changed, as the server writes it.
    pub modified: Option<String>,
    /// How often in a row it has failed.
    pub failures: u32,
    /// When it is read next, UTC.
    pub next_at: Timestamp,
}

impl HarvestSource {
    /// When it is read again after a time that went well, or so many failures in a row.
    pub fn next(&self, now: Timestamp, failures: u32) -> Timestamp {
        let pace = SignedDuration::from_hours(i64::from(self.every_hours));
        let pause = match failures {
            0 => pace,
            n => pace.min(FIRST_PAUSE * 2_i32.pow((n - 1).min(16))),
        };
        now.saturating_add(pause).unwrap_or(Timestamp::MAX)
    }
}

/// Whether so many are gone that a person must say whether it is meant: it may be half a file.
pub fn lost_too_many(known: usize, gone: usize) -> bool {
    known > SMALL && gone * 100 > known * MOST_LOST_PERCENT
}

/// What came of one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HarvestRun {
    /// When, UTC.
    pub at: Timestamp,
    /// What came of it.
    pub outcome: Outcome,
    /// How many datasets were there, and what was proposed of them.
    pub counts: Counts,
}

/// What came of reading another catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Its server says that nothing has changed.
    NotModified,
    /// It says nothing that is not here or has been turned down.
    NothingNew,
    /// What is new waits for a reviewer.
    Proposed(ProposalId),
    /// It could not be taken.
    Failed(Trouble),
}

impl Outcome {
    /// The name in the database and in texts.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NotModified => "not_modified",
            Self::NothingNew => "nothing_new",
            Self::Proposed(_) => "proposed",
            Self::Failed(_) => "failed",
        }
    }
}

/// How many datasets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Those that were there.
    pub datasets: u32,
    /// Those that are new here.
    pub added: u32,
    /// Those that are described otherwise than here.
    pub changed: u32,
    /// Those that are gone there.
    pub withdrawn: u32,
    /// Those without an address, and those that somebody else answers for here.
    pub left_out: u32,
}

/// Why another catalogue could not be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// Not an https address of its own.
    NotHttps,
    /// An address of the inside.
    NotPublic,
    /// No answer in time.
    NoAnswer,
    /// It is not there, or its server failed.
    Status,
    /// It leads on and on.
    Redirects,
    /// It is too large.
    TooLarge,
    /// It is in none of the formats of RDF that are read here.
    NotRdf,
    /// It cannot be read: what it says is broken.
    Broken,
    /// It describes no dataset with an address.
    NoDatasets,
    /// So much is gone that somebody must say whether it is meant.
    LostMany,
    /// What it says cannot be a source of this catalogue.
    WrongSource,
    /// The fault is ours.
    Ours,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::NotHttps,
        Self::NotPublic,
        Self::NoAnswer,
        Self::Status,
        Self::Redirects,
        Self::TooLarge,
        Self::NotRdf,
        Self::Broken,
        Self::NoDatasets,
        Self::LostMany,
        Self::WrongSource,
        Self::Ours,
    ];

    /// The name in the database and in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotHttps => "not_https",
            Self::NotPublic => "not_public",
            Self::NoAnswer => "no_answer",
            Self::Status => "status",
            Self::Redirects => "redirects",
            Self::TooLarge => "too_large",
            Self::NotRdf => "not_rdf",
            Self::Broken => "broken",
            Self::NoDatasets => "no_datasets",
            Self::LostMany => "lost_many",
            Self::WrongSource => "wrong_source",
            Self::Ours => "ours",
        }
    }

    /// The one of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|trouble| trouble.name() == name)
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<varde_fetch::Trouble> for Trouble {
    fn from(trouble: varde_fetch::Trouble) -> Self {
        use varde_fetch::Trouble as At;
        match trouble {
            At::NotHttps => Self::NotHttps,
            At::NotPublic => Self::NotPublic,
            At::NoAnswer => Self::NoAnswer,
            At::Status(_) => Self::Status,
            At::Redirects => Self::Redirects,
            At::TooLarge => Self::TooLarge,
        }
    }
}

/// What is read of another catalogue, and for how long it is waited.
pub(crate) const BOUNDS: varde_fetch::Bounds =
    varde_fetch::Bounds { bytes: 32 * 1024 * 1024, time: Duration::from_secs(60), redirects: 3 };

#[cfg(test)]
mod tests {
    use super::*;
    use varde_core::{Randomness, SystemClock};

    #[test]
    fn who_fails_is_left_alone_for_longer_and_longer() {
        let now: Timestamp = "2026-11-23T00:00:00Z".parse().unwrap();
        let source = HarvestSource {
            id: HarvestId::new(&SystemClock, &Randomness::from_system()),
            address: "https://data.example/".to_owned(),
            title: "Etaten".to_owned(),
            holder: OrganisationId::new(&SystemClock, &Randomness::from_system()),
            mail: "katalog@data.example".to_owned(),
            language: Language::Nb,
            every_hours: 24,
            paused: false,
            allow_loss: false,
            tag: None,
            modified: None,
            failures: 0,
            next_at: now,
        };
        let minutes = |failures| source.next(now, failures).duration_since(now).as_mins();
        assert_eq!([0, 1, 2, 3, 4, 7, 8, 1000].map(minutes), [1440, 15, 30, 60, 120, 960, 1440, 1440]);
    }

    #[test]
    fn half_a_file_is_not_a_change() {
        for (known, gone, too_many) in [(0, 0, false), (5, 5, false), (10, 3, false), (10, 4, true), (133, 60, true)] {
            assert_eq!(lost_too_many(known, gone), too_many, "{gone} of {known}");
        }
    }
}
