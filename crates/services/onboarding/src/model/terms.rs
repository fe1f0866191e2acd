//! Terms of use: versions that apply one after the other, and whether an organisation has accepted
//! the one that applies.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use varde_core::{FieldProblem, LocalisedText};

use crate::{ServiceId, model::listing::untold};

/// A version of a service's terms of use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TermsVersion {
    /// Whose.
    pub service: ServiceId,
    /// Its version, from 1.
    pub version: u32,
    /// What it says, in all three languages; paragraphs with an empty line between.
    pub text: LocalisedText,
    /// From when it applies, UTC.
    pub applies_from: Timestamp,
    /// When it was published, UTC.
    pub published_at: Timestamp,
}

/// New terms as they are published: the shape of the JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewTerms {
    /// What they say, in all three languages; paragraphs with an empty line between.
    pub text: LocalisedText,
    /// From when they apply, UTC. Not before they are published, and for all but the first version
    /// at least the service's days of notice later.
    pub applies_from: Timestamp,
}

/// Terms that cannot be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPublishable {
    /// A language is missing.
    #[error("text must be written in nb, nn and en")]
    Text,
    /// Organisations would have too little time to accept them.
    #[error(
        "applies_from must be at least {0} days ahead, so that organisations can accept the new terms before the old lapse"
    )]
    Notice(u16),
    /// They would apply before those published earlier.
    #[error("applies_from must be later than that of the version before")]
    Order,
}

impl NotPublishable {
    /// The field that is wrong.
    pub fn field(self) -> FieldProblem {
        match self {
            Self::Text => FieldProblem::new("text", "onboarding-terms-text"),
            Self::Notice(_) => FieldProblem::new("applies_from", "onboarding-terms-notice"),
            Self::Order => FieldProblem::new("applies_from", "onboarding-terms-order"),
        }
    }
}

/// The number that new terms get after the latest version.
///
/// # Errors
/// [`NotPublishable`].
pub(crate) fn next_version(
    latest: Option<&TermsVersion>,
    new: &NewTerms,
    notice_days: u16,
    now: Timestamp,
) -> Result<u32, NotPublishable> {
    if untold(&new.text) {
        return Err(NotPublishable::Text);
    }
    let Some(latest) = latest else { return Ok(1) };
    if new.applies_from <= latest.applies_from {
        return Err(NotPublishable::Order);
    }
    if new.applies_from < now + SignedDuration::from_hours(24 * i64::from(notice_days)) {
        return Err(NotPublishable::Notice(notice_days));
    }
    Ok(latest.version + 1)
}

/// How an organisation stands to a service's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// No terms are published: nothing can be accepted.
    NoTerms,
    /// It has not accepted what applies: this version is to be accepted. `lapsed` when it had
    /// accepted an earlier one.
    Missing {
        /// The newest version.
        version: u32,
        /// Whether it had accepted an earlier version.
        lapsed: bool,
    },
    /// It has accepted what applies and what comes.
    Holds {
        /// The newest version.
        version: u32,
    },
    /// It has accepted what applies; a newer version is to be accepted before this time.
    AskedAgain {
        /// The newest version.
        version: u32,
        /// When what it has accepted lapses, UTC.
        lapses: Timestamp,
    },
}

impl Standing {
    /// Whether what applies now has been accepted.
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::Holds { .. } | Self::AskedAgain { .. })
    }

    /// The version that is to be accepted, when one is.
    pub const fn to_accept(self) -> Option<u32> {
        match self {
            Self::Missing { version, .. } | Self::AskedAgain { version, .. } => Some(version),
            Self::NoTerms | Self::Holds { .. } => None,
        }
    }
}

/// How an organisation that has accepted that version, or none, stands to these at that time.
/// Accepting a version accepts those before it.
pub fn standing(versions: &[TermsVersion], accepted: Option<u32>, at: Timestamp) -> Standing {
    let Some(version) = versions.iter().map(|terms| terms.version).max() else { return Standing::NoTerms };
    let Some(accepted) = accepted else { return Standing::Missing { version, lapsed: false } };
    let later = versions.iter().filter(|terms| terms.version > accepted);
    match later.map(|terms| terms.applies_from).min() {
        None => Standing::Holds { version },
        Some(lapses) if lapses > at => Standing::AskedAgain { version, lapses },
        Some(_) => Standing::Missing { version, lapsed: true },
    }
}

/// How long before new terms apply organisations that have not accepted them are reminded; the last
/// one tells that the old ones have lapsed.
pub const REMINDERS_DAYS: [i64; 4] = [14, 7, 1, 0];

/// When to remind, and how many days are left then. What lies before the publication is left out:
/// that mail tells of the new terms itself.
pub(crate) fn reminders(applies_from: Timestamp, published_at: Timestamp) -> Vec<(i64, Timestamp)> {
    let at = |days: i64| applies_from - SignedDuration::from_hours(24 * days);
    REMINDERS_DAYS.into_iter().map(|days| (days, at(days))).filter(|(_, at)| *at > published_at).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(1_795_348_800 + day * 86_400).unwrap()
    }

    fn new(day: i64) -> NewTerms {
        NewTerms { text: LocalisedText::new("a", "b", "c"), applies_from: at(day) }
    }

    fn published(version: u32, new: &NewTerms, now: Timestamp) -> TermsVersion {
        TermsVersion {
            service: "persontjenesten".parse().unwrap(),
            version,
            text: new.text.clone(),
            applies_from: new.applies_from,
            published_at: now,
        }
    }

    #[test]
    fn the_first_terms_apply_at_once_and_later_ones_after_notice() {
        assert_eq!(next_version(None, &new(0), 30, at(0)), Ok(1));
        let first = published(1, &new(0), at(0));
        assert_eq!(next_version(Some(&first), &new(29), 30, at(0)), Err(NotPublishable::Notice(30)));
        assert_eq!(next_version(Some(&first), &new(30), 30, at(0)), Ok(2));
        let second = published(2, &new(90), at(0));
        assert_eq!(next_version(Some(&second), &new(90), 30, at(1)), Err(NotPublishable::Order));
        let mut untranslated = new(200);
        untranslated.text.nn.clear();
        assert_eq!(next_version(Some(&second), &untranslated, 30, at(1)), Err(NotPublishable::Text));
    }

    #[test]
    fn a_new_version_asks_again_before_the_old_lapses() {
        let versions = [published(1, &new(0), at(0)), published(2, &new(60), at(10))];
        for (accepted, day, expected) in [
            (None, 20, Standing::Missing { version: 2, lapsed: false }),
            (Some(1), 20, Standing::AskedAgain { version: 2, lapses: at(60) }),
            (Some(1), 60, Standing::Missing { version: 2, lapsed: true }),
            (Some(2), 20, Standing::Holds { version: 2 }),
            (Some(2), 90, Standing::Holds { version: 2 }),
        ] {
            assert_eq!(standing(&versions, accepted, at(day)), expected, "{accepted:?} on day {day}");
        }
        assert_eq!(standing(&[], Some(1), at(0)), Standing::NoTerms);
    }

    #[test]
    fn reminders_come_before_the_lapse_and_never_before_the_publication() {
        let days = |applies, published| reminders(at(applies), at(published)).into_iter().map(|(d, _)| d).collect();
        let all: Vec<i64> = days(30, 0);
        assert_eq!(all, REMINDERS_DAYS);
        let few: Vec<i64> = days(5, 0);
        assert_eq!(few, [1, 0]);
        assert!(reminders(at(30), at(0)).is_sorted_by_key(|(_, at)| *at));
    }

    proptest! {
        #[test]
        fn what_holds_lapses_only_when_something_newer_applies(
            gaps in proptest::collection::vec(1_i64..100, 1..8), accepted in proptest::option::of(1_u32..9), day in 0_i64..900,
        ) {
            let mut versions: Vec<TermsVersion> = Vec::new();
            let mut applies = 0;
            for (version, gap) in (1_u32..).zip(&gaps) {
                applies += gap;
                // Each is published as early as its notice allows.
                let published_at = at(applies - gap);
                let latest = versions.last();
                let number = next_version(latest, &new(applies), u16::try_from(*gap).unwrap(), published_at).unwrap();
                prop_assert_eq!(number, version);
                versions.push(published(number, &new(applies), published_at));
            }
            let newest = u32::try_from(versions.len()).unwrap();
            let accepted = accepted.filter(|version| *version <= newest);
            let standing = standing(&versions, accepted, at(day));
            let in_force = versions.iter().filter(|t| t.applies_from <= at(day)).map(|t| t.version).max();
            let is_accepted = accepted.is_some_and(|version| version >= in_force.unwrap_or(0));
            prop_assert_eq!(standing.is_accepted(), is_accepted);
            prop_assert_eq!(standing.to_accept().is_none(), accepted == Some(newest));
            if let Standing::AskedAgain { lapses, .. } = standing {
                prop_assert!(lapses > at(day));
                let after = super::standing(&versions, accepted, lapses);
                prop_assert_eq!(after, Standing::Missing { version: newest, lapsed: true });
            }
        }
    }
}
