//! Codes of code systems that are kept elsewhere, as of a day: the edition in force then says whether a code
//! can be used.

use std::{collections::HashMap, sync::Arc};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Reason;

/// The code system of a column, with the editions that its codes are judged by. They are settled when a
/// delivery is looked through, so that it is read the same way after a kill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coded {
    /// What the codebook calls the system.
    pub system: String,
    /// The editions in the order of their days; none when nobody here keeps the system.
    pub editions: Vec<EditionFrom>,
}

/// An edition of a code system, and from which day on it is the one in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditionFrom {
    /// The first day, until the next one's.
    pub from: Date,
    /// The edition. What it says never changes.
    pub edition: Uuid,
    /// What its owner calls it: a year, a number.
    pub version: String,
}

impl Coded {
    /// Whether there is an edition to judge a code of the day by.
    pub fn judges(&self, day: Date) -> bool {
        self.editions.first().is_some_and(|first| first.from <= day)
    }
}

/// A code of an edition, and on which days it can be used besides the edition's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsableCode {
    /// As its owner writes it.
    pub code: String,
    /// The first day, where the owner names one.
    pub from: Option<Date>,
    /// The last day, where the owner names one.
    pub until: Option<Date>,
}

/// All codes of an edition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EditionCodes {
    /// Whether `a00` and `A00` are different codes.
    pub case_sensitive: bool,
    /// The codes; those that are there and can never be used are left out.
    pub codes: Vec<UsableCode>,
}

type Days = (Option<Date>, Option<Date>);

/// What may stand in a column on a day. Every edition's codes are laid out once; a value is one look-up.
#[derive(Debug, Default)]
pub struct Judge {
    /// The first day of each edition.
    begins: Vec<Date>,
    /// Codes as they are written, and in small letters where those mean the same: the editions they are in.
    codes: HashMap<String, Vec<(usize, Days)>>,
}

impl Judge {
    /// By editions in the order of their days.
    pub fn new(editions: impl IntoIterator<Item = (Date, EditionCodes)>) -> Self {
        let mut judge = Self::default();
        for (at, (from, edition)) in editions.into_iter().enumerate() {
            judge.begins.push(from);
            for UsableCode { code, from, until } in edition.codes {
                let folded = code.to_lowercase();
                if !edition.case_sensitive && folded != code {
                    judge.codes.entry(folded).or_default().push((at, (from, until)));
                }
                judge.codes.entry(code).or_default().push((at, (from, until)));
            }
        }
        judge
    }

    /// Whether the code can be used on the day. Of days before the first edition nothing is known.
    ///
    /// # Errors
    /// [`Reason::NotACode`] when no edition has it, [`Reason::CodeNotValidThen`] when the one in force on the
    /// day has not, or not for that day.
    pub fn judge(&self, code: &str, day: Date) -> Result<(), Reason> {
        let Some(edition) = self.begins.partition_point(|from| *from <= day).checked_sub(1) else { return Ok(()) };
        let held = self.codes.get(code).or_else(|| self.codes.get(&code.to_lowercase())).ok_or(Reason::NotACode)?;
        let usable = |(at, (from, until)): &(usize, Days)| {
            *at == edition && from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until)
        };
        if held.iter().any(usable) { Ok(()) } else { Err(Reason::CodeNotValidThen) }
    }
}

/// The judges of a layout's fields, in their order; the default judges nothing.
#[derive(Debug, Clone, Default)]
pub struct Judges(pub Vec<Option<Arc<Judge>>>);

impl Judges {
    /// The judge of a field.
    pub fn of(&self, field: usize) -> Option<&Arc<Judge>> {
        self.0.get(field)?.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn edition(codes: &[(&str, Option<Date>, Option<Date>)], case_sensitive: bool) -> EditionCodes {
        let code = |(code, from, until): &(&str, _, _)| UsableCode { code: (*code).into(), from: *from, until: *until };
        EditionCodes { case_sensitive, codes: codes.iter().map(code).collect() }
    }

    #[test]
    fn a_code_is_judged_by_the_edition_of_the_day() {
        let first = edition(&[("I50", None, None), ("A00", None, None)], false);
        let second = edition(&[("I50", None, None), ("U07", Some(date(2020, 3, 1)), Some(date(2020, 12, 31)))], false);
        let judge = Judge::new([(date(2019, 1, 1), first), (date(2020, 1, 1), second)]);
        for (code, day, expected) in [
            ("I50", date(2019, 6, 1), Ok(())),
            ("i50", date(2020, 6, 1), Ok(())),
            ("A00", date(2019, 12, 31), Ok(())),
            ("A00", date(2020, 1, 1), Err(Reason::CodeNotValidThen)),
            ("U07", date(2019, 6, 1), Err(Reason::CodeNotValidThen)),
            ("U07", date(2020, 2, 29), Err(Reason::CodeNotValidThen)),
            ("U07", date(2020, 3, 1), Ok(())),
            ("U07", date(2021, 1, 1), Err(Reason::CodeNotValidThen)),
            ("Q99", date(2020, 6, 1), Err(Reason::NotACode)),
            ("Q99", date(2018, 12, 31), Ok(())),
        ] {
            assert_eq!(judge.judge(code, day), expected, "{code} {day}");
        }
    }

    #[test]
    fn letters_of_another_size_are_another_code_where_the_owner_says_so() {
        let judge = Judge::new([(date(2019, 1, 1), edition(&[("aB1", None, None)], true))]);
        assert_eq!(judge.judge("aB1", date(2020, 1, 1)), Ok(()));
        assert_eq!(judge.judge("AB1", date(2020, 1, 1)), Err(Reason::NotACode));
    }
}
