//! The platform's disclosure control as a check of the airlock.

use varde_core::{Language, LocalisedText};
use varde_platform::disclosure::{self, Finding as Found, Rules};
use varde_rooms::{
    ResultCheck, ResultFile,
    model::{Finding, Severity},
};
use varde_web::{Argument, Texts};

/// Counts, dominance, rows about people: what a table gives away.
pub(crate) struct Disclosure {
    texts: Texts,
}

impl std::fmt::Debug for Disclosure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Disclosure")
    }
}

impl Disclosure {
    pub(crate) fn new() -> Self {
        Self { texts: Texts::new(vec![varde_platform::TEXTS, crate::app::TEXTS]) }
    }

    fn in_all(&self, key: &str, arguments: &[(&str, Argument)]) -> LocalisedText {
        let text = |language| self.texts.get_with(language, key, arguments);
        LocalisedText::new(text(Language::Nb), text(Language::Nn), text(Language::En))
    }

    fn finding(&self, found: Found) -> Finding {
        let key = format!("platform-disclosure-{}", found.rule.name());
        let place = match (found.row, &found.column) {
            (Some(row), Some(column)) => format!("{row}: {column}"),
            (Some(row), None) => row.to_string(),
            (None, Some(column)) => column.clone(),
            (None, None) => String::new(),
        };
        let why = if found.stops { "varde-disclosure-stops" } else { "varde-disclosure-explain" };
        Finding {
            rule: found.rule.name().to_owned(),
            severity: if found.stops { Severity::Stop } else { Severity::Explain },
            place,
            what: self.in_all(&key, &[]),
            why: self.in_all(why, &[]),
            advice: self.in_all(&format!("{key}-advice"), &[]),
        }
    }
}

impl ResultCheck for Disclosure {
    fn check(&self, file: &ResultFile<'_>) -> Vec<Finding> {
        let rules = Rules { minimum: u64::from(file.minimum_group).max(5), ..Rules::default() };
        disclosure::examine(file.name, file.bytes, &rules).into_iter().map(|found| self.finding(found)).collect()
    }
}
