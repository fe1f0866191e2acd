//! A preference: what somebody chose, about what, from when, and when we knew.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{PersonId, PreferenceId};

/// The three types of setting (Personvernkomponenten's `typePi`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Samtykke: data may be used because the person said yes.
    Consent,
    /// Reservasjon: data may be used unless the person said no (EHDS art. 71; helseregisterloven).
    Reservation,
    /// Tilgangsbegrensning: data may be used, but not by these or not shown to those.
    Restriction,
}

impl Kind {
    /// The name in the database, entries and locale keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Reservation => "reservation",
            Self::Restriction => "restriction",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Consent, Self::Reservation, Self::Restriction].into_iter().find(|k| k.name() == name)
    }
}

/// What a preference is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// All secondary use of the person's health data.
    SecondaryUse,
    /// Secondary use of one source, by its name in the catalogue (`noric`).
    Source(String),
}

impl Scope {
    /// The text in the database: `secondary_use` or `source:noric`.
    pub fn code(&self) -> String {
        match self {
            Self::SecondaryUse => "secondary_use".to_owned(),
            Self::Source(source) => format!("source:{source}"),
        }
    }

    /// The scope of that code.
    pub fn from_code(code: &str) -> Option<Self> {
        if code == "secondary_use" {
            return Some(Self::SecondaryUse);
        }
        code.strip_prefix("source:").filter(|s| !s.is_empty()).map(|source| Self::Source(source.to_owned()))
    }
}

/// What a person chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Which type.
    pub kind: Kind,
    /// About what.
    pub scope: Scope,
    /// Whether it is in force: `false` takes it back.
    pub active: bool,
}

/// A choice as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preference {
    /// Its id.
    pub id: PreferenceId,
    /// Whose.
    pub person: PersonId,
    /// What was chosen.
    pub choice: Choice,
    /// From when it applies (a letter applies from the day it arrived).
    pub applies_from: Timestamp,
    /// When we knew.
    pub recorded_at: Timestamp,
}

/// A point in both times: what applied at one time, as known at another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsAt {
    /// What applied then.
    pub applied: Timestamp,
    /// As we knew it then.
    pub known: Timestamp,
}

impl AsAt {
    /// What applied at a time, with all that is known by then.
    pub const fn both(time: Timestamp) -> Self {
        Self { applied: time, known: time }
    }
}

/// The preferences in force: the last row for each person, kind and scope that applied and was
/// known at that point. Rows may come in any order; of rows that apply from the same instant the
/// one recorded last counts.
pub fn current(rows: &[Preference], at: AsAt) -> Vec<&Preference> {
    let mut last: std::collections::BTreeMap<_, &Preference> = std::collections::BTreeMap::new();
    for row in rows.iter().filter(|r| r.applies_from <= at.applied && r.recorded_at <= at.known) {
        let key = (row.person, row.choice.kind, &row.choice.scope);
        let newer = |other: &&mut &Preference| {
            (row.applies_from, row.recorded_at, row.id) > (other.applies_from, other.recorded_at, other.id)
        };
        match last.get_mut(&key) {
            Some(other) if newer(&other) => *other = row,
            Some(_) => {}
            None => {
                last.insert(key, row);
            }
        }
    }
    last.into_values().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn time(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn row(id: u128, applies: i64, recorded: i64, active: bool) -> Preference {
        Preference {
            id: PreferenceId::from_uuid(Uuid::from_u128(id)),
            person: PersonId::from_uuid(Uuid::from_u128(1)),
            choice: Choice { kind: Kind::Reservation, scope: Scope::SecondaryUse, active },
            applies_from: time(applies),
            recorded_at: time(recorded),
        }
    }

    fn active(rows: &[Preference], applied: i64, known: i64) -> bool {
        current(rows, AsAt { applied: time(applied), known: time(known) }).iter().any(|p| p.choice.active)
    }

    #[test]
    fn a_letter_that_was_opened_late_counts_from_its_day_but_was_not_known_before() {
        let rows = [row(1, 10, 50, true)];
        assert!(!active(&rows, 20, 20));
        assert!(active(&rows, 20, 50));
        assert!(!active(&rows, 9, 50));
    }

    #[test]
    fn taking_back_and_choosing_again() {
        let rows = [row(3, 30, 30, true), row(1, 10, 10, true), row(2, 20, 20, false)];
        assert_eq!([5, 15, 25, 35].map(|t| active(&rows, t, t)), [false, true, false, true]);
    }

    #[test]
    fn scopes_read_back() {
        for scope in [Scope::SecondaryUse, Scope::Source("noric".into())] {
            assert_eq!(Scope::from_code(&scope.code()), Some(scope));
        }
        assert_eq!(Scope::from_code("source:"), None);
        assert_eq!(Scope::from_code("all"), None);
    }

    proptest! {
        #[test]
        fn the_order_of_the_rows_does_not_matter(
            rows in prop::collection::vec((0_i64..50, 0_i64..50, any::<bool>()), 1..12), shift in 0_usize..12, at in 0_i64..60,
        ) {
            let rows: Vec<_> = rows.iter().enumerate().map(|(i, (a, r, on))| row(i as u128, *a, *r, *on)).collect();
            let mut turned = rows.clone();
            turned.rotate_left(shift % rows.len());
            prop_assert_eq!(active(&rows, at, at), active(&turned, at, at));
        }
    }
}
