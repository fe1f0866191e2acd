//! The platform's disclosure control as a check of the airlock.

use varde_core::{Language, LocalisedText};
use varde_platform::disclosure::{
    self, Finding as Found, Rules,
    differencing::{
        Population, Table,
        paper::{self, Given},
    },
};
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

    /// What a table gives away beside others, as the airlock says it.
    fn given(&self, given: &Given) -> Finding {
        let key = format!("varde-differencing-{}", given.kind.name());
        Finding {
            rule: format!("differencing_{}", given.kind.name()),
            severity: Severity::Explain,
            place: group(&given.group),
            what: self.in_all(&key, &[]),
            why: self.in_all("varde-differencing-why", &[]),
            advice: self.in_all("varde-differencing-advice", &[]),
        }
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
        let minimum = u64::from(file.minimum_group).max(5);
        let rules = Rules { minimum, people: file.people, ..Rules::default() };
        disclosure::examine(file.name, file.bytes, &rules).into_iter().map(|found| self.finding(found)).collect()
    }

    fn tells(&self, file: &ResultFile<'_>) -> Vec<serde_json::Value> {
        let tables = disclosure::files::told(PROJECT, file.name, file.bytes);
        tables.iter().filter_map(|table| serde_json::to_value(table).ok()).collect()
    }

    fn beside(&self, file: &ResultFile<'_>, told: &[serde_json::Value]) -> Vec<Finding> {
        // What another check keeps is no table of ours.
        let told: Vec<Table> = told.iter().filter_map(|kept| serde_json::from_value(kept.clone()).ok()).collect();
        let minimum = u64::from(file.minimum_group).max(5);
        let tables = disclosure::files::told(PROJECT, file.name, file.bytes);
        let mut found: Vec<Given> = tables.iter().flat_map(|table| paper::compare(table, &told, minimum)).collect();
        // Once each, whichever table it takes.
        found.iter_mut().for_each(|given| given.with = None);
        found.sort();
        found.dedup();
        found.iter().map(|given| self.given(given)).collect()
    }
}

/// A room's tables are about the people of its own extract; the room keeps them apart from others.
const PROJECT: &str = "project";

/// The group in the words of the table itself; empty for everybody.
fn group(of: &Population) -> String {
    of.to_string().split_once("; ").map_or_else(String::new, |(_, group)| group.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(name: &str, bytes: &[u8], people: u64) -> Vec<String> {
        let file = ResultFile { name, bytes, minimum_group: 5, people };
        Disclosure::new().check(&file).into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn a_table_with_about_as_many_rows_as_the_extract_has_people_is_found() {
        let rows: String = (0..95).map(|n| format!("{n},{}\n", n * 7)).collect();
        let table = format!("age,weight\n{rows}");
        assert_eq!(found("t.csv", table.as_bytes(), 100), ["row_per_person"]);
        assert!(found("t.csv", table.as_bytes(), 10_000).is_empty());
    }

    fn rules(file: &ResultFile<'_>, told: &[serde_json::Value]) -> Vec<(String, String)> {
        Disclosure::new().beside(file, told).into_iter().map(|finding| (finding.rule, finding.place)).collect()
    }

    /// ACRO 1.0.2 counts totals without the cell that it withholds; another table has the true ones.
    #[test]
    fn a_total_beside_one_that_leaves_three_people_out_is_found() {
        let file = |bytes| ResultFile { name: "t.csv", bytes, minimum_group: 10, people: 5_000 };
        let first = file(b"year,n\n2010,683\n2011,187\ntotal,870\n");
        let second = file(b"year;n\n2010;683\n2011;190\ntotal;873\n");
        let check = Disclosure::new();
        let told = check.tells(&first);
        assert!(rules(&first, &[]).is_empty() && rules(&first, &told).is_empty(), "the same again tells nothing new");
        let found = rules(&second, &told);
        assert!(found.contains(&("differencing_two_numbers".to_owned(), String::new())), "{found:?}");
        assert!(found.contains(&("differencing_two_numbers".to_owned(), "year = 2011".to_owned())), "{found:?}");
        assert!(rules(&second, &[serde_json::json!({ "of": "another check" })]).is_empty());
        for finding in check.beside(&second, &told) {
            assert!(!finding.what.nb.is_empty() && !finding.advice.nn.is_empty(), "{finding:?}");
        }
    }

    /// Both checks of the airlock let the same kinds of files through, and the advice names no other.
    #[test]
    fn the_checks_agree_on_what_may_leave() {
        let texts = [
            ("csv", "a\n"),
            ("tsv", "a\n"),
            ("txt", "a"),
            ("md", "a"),
            ("json", "{}"),
            ("html", "<p>a"),
            ("svg", "<svg/>"),
        ];
        for (ending, text) in texts {
            let name = format!("t.{ending}");
            let file = ResultFile { name: &name, bytes: text.as_bytes(), minimum_group: 5, people: 100 };
            let files = varde_rooms::FileChecks.check(&file).is_empty();
            assert_eq!(files, found(&name, text.as_bytes(), 100).is_empty(), "{ending}");
        }
        let file = ResultFile { name: "t.svg", bytes: b"<svg/>", minimum_group: 5, people: 0 };
        let advice = &Disclosure::new().check(&file)[0].advice;
        assert!(["CSV", "JSON", "HTML"].iter().all(|kind| advice.en.contains(kind)), "{}", advice.en);
        assert!(!advice.en.contains("SVG"), "{}", advice.en);
    }
}
