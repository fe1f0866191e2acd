//! Codes held up against codes: what is mapped to what, and how far that goes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use varde_core::LocalisedText;
use varde_metadata::{CodeLinkKind, Variable};

use super::concept::Represented;

/// What somebody has found out about one code of a variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeMatch {
    /// The code of the variable that the relation starts from.
    pub code: String,
    /// The code of the other that it becomes; `None` when the other has none for it.
    pub to: Option<String>,
}

/// How the values of a variable are coded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coding {
    /// The code system that its values are drawn from.
    pub system: Option<String>,
    /// The codes of its own lists, in their order.
    pub codes: Vec<(String, LocalisedText)>,
}

impl Coding {
    /// The coding of a variable: every code that it has or has had in any of its versions. Data from
    /// former years hold former codes, so that a mapping without them is no whole one.
    pub fn of_variable(variable: &Variable) -> Self {
        let newest = variable.newest();
        let linked = variable.details.code_links.iter().filter(|link| link.kind != CodeLinkKind::Local);
        let own = newest.and_then(|version| version.code_system.clone());
        let system = own.or_else(|| linked.clone().map(|link| link.reference.clone()).next());
        let mut codes: Vec<(String, LocalisedText)> = Vec::new();
        let of_versions = variable.versions.iter().rev().flat_map(|version| &version.codes);
        for code in of_versions.chain(linked.flat_map(|link| &link.codes)) {
            if !codes.iter().any(|(value, _)| *value == code.value) {
                codes.push((code.value.clone(), code.text.clone()));
            }
        }
        Self { system, codes }
    }

    /// The coding of a represented variable.
    pub fn of_represented(represented: &Represented) -> Self {
        let codes = represented.codes.iter().map(|code| (code.value.clone(), code.text.clone()));
        Self { system: represented.code_system.clone(), codes: codes.collect() }
    }

    /// Whether its values are codes at all.
    pub fn is_coded(&self) -> bool {
        self.system.is_some() || !self.codes.is_empty()
    }

    fn has(&self, value: &str) -> bool {
        self.codes.iter().any(|(known, _)| known == value)
    }
}

/// How far the codes of one variable are mapped to those of another. Always worked out from the code
/// lists as they are, never kept: what somebody says of it is not asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "extent", rename_all = "snake_case")]
pub enum Coverage {
    /// Neither has codes.
    NotCoded,
    /// Both draw from the same code system and list no codes themselves. Editions may still differ.
    SameSystem {
        /// Its name.
        system: String,
    },
    /// One has codes and the other has not, or they draw from systems whose codes are not listed here.
    NotComparable,
    /// Some codes are not mapped.
    Partly {
        /// How many codes are mapped to one that the other has.
        mapped: usize,
        /// How many there are.
        of: usize,
    },
    /// Every code that the variable has or has had is mapped to one that the other has.
    Whole {
        /// How many.
        of: usize,
    },
}

impl Coverage {
    /// Worked out from the two code lists and what was found out.
    pub fn of(from: &Coding, to: &Coding, matches: &[CodeMatch]) -> Self {
        if from.codes.is_empty() || to.codes.is_empty() {
            return match (&from.system, &to.system) {
                (Some(own), Some(other)) if own == other => Self::SameSystem { system: own.clone() },
                _ if !from.is_coded() && !to.is_coded() => Self::NotCoded,
                _ => Self::NotComparable,
            };
        }
        let found: BTreeMap<&str, &str> =
            matches.iter().filter_map(|one| Some((one.code.as_str(), one.to.as_deref()?))).collect();
        let mapped =
            from.codes.iter().filter(|(code, _)| found.get(code.as_str()).is_some_and(|to_code| to.has(to_code)));
        let (mapped, of) = (mapped.count(), from.codes.len());
        if mapped == of { Self::Whole { of } } else { Self::Partly { mapped, of } }
    }

    /// Its name, in texts and on the wire.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NotCoded => "not_coded",
            Self::SameSystem { .. } => "same_system",
            Self::NotComparable => "not_comparable",
            Self::Partly { .. } => "partly",
            Self::Whole { .. } => "whole",
        }
    }
}

/// The codes that are written and called alike in both: what a form proposes, for somebody to look at.
/// Equal texts go before equal values: `1` may be anything.
pub fn proposed(from: &Coding, to: &Coding) -> Vec<CodeMatch> {
    let same = |a: &LocalisedText, b: &LocalisedText| {
        let plain = |text: &str| text.trim().to_lowercase();
        let pairs = [(&a.nb, &b.nb), (&a.nn, &b.nn), (&a.en, &b.en)];
        pairs.into_iter().any(|(a, b)| !a.trim().is_empty() && plain(a) == plain(b))
    };
    let found =
        |text: &LocalisedText| to.codes.iter().find(|(_, other)| same(text, other)).map(|(value, _)| value.clone());
    let matched = from.codes.iter().filter_map(|(code, text)| Some((code.clone(), found(text)?)));
    matched.map(|(code, to)| CodeMatch { code, to: Some(to) }).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn coding(codes: &[&str]) -> Coding {
        let codes = codes.iter().map(|code| ((*code).to_owned(), LocalisedText::bokmaal(format!("Kode {code}"))));
        Coding { system: None, codes: codes.collect() }
    }

    fn matched(code: &str, to: Option<&str>) -> CodeMatch {
        CodeMatch { code: code.to_owned(), to: to.map(str::to_owned) }
    }

    #[test]
    fn what_is_not_mapped_is_counted_whatever_was_said() {
        let (from, to) = (coding(&["0", "1", "2"]), coding(&["a", "b"]));
        let cover = |matches: &[CodeMatch]| Coverage::of(&from, &to, matches);
        assert_eq!(cover(&[]), Coverage::Partly { mapped: 0, of: 3 });
        let some = [matched("0", Some("a")), matched("1", Some("b")), matched("2", None)];
        assert_eq!(cover(&some), Coverage::Partly { mapped: 2, of: 3 });
        let all = [matched("0", Some("a")), matched("1", Some("b")), matched("2", Some("b"))];
        assert_eq!(cover(&all), Coverage::Whole { of: 3 });
        let gone = [matched("0", Some("a")), matched("1", Some("b")), matched("2", Some("c"))];
        assert_eq!(cover(&gone), Coverage::Partly { mapped: 2, of: 3 }, "the other has no such code");
        let foreign = [matched("7", Some("a")), matched("8", Some("a")), matched("9", Some("a"))];
        assert_eq!(cover(&foreign), Coverage::Partly { mapped: 0, of: 3 }, "the variable has no such code");
    }

    #[test]
    fn without_lists_nothing_is_said_to_be_whole() {
        let system = |name: &str| Coding { system: Some(name.to_owned()), codes: Vec::new() };
        let none = Coding::default();
        assert_eq!(Coverage::of(&none, &none, &[]), Coverage::NotCoded);
        assert_eq!(Coverage::of(&system("icd10"), &system("icd10"), &[]).name(), "same_system");
        for (from, to) in [
            (system("icd10"), system("icpc2")),
            (system("icd10"), none.clone()),
            (none.clone(), coding(&["1"])),
            (coding(&["1"]), none),
        ] {
            assert_eq!(Coverage::of(&from, &to, &[matched("1", Some("1"))]), Coverage::NotComparable);
        }
    }

    #[test]
    fn codes_are_proposed_by_their_texts() {
        let named = |pairs: &[(&str, &str)]| Coding {
            system: None,
            codes: pairs.iter().map(|(v, t)| ((*v).to_owned(), LocalisedText::bokmaal(*t))).collect(),
        };
        let from = named(&[("1", "Mann"), ("2", "Kvinne"), ("9", "Vet ikke")]);
        let to = named(&[("M", "mann"), ("K", "Kvinne "), ("1", "Ukjent")]);
        assert_eq!(proposed(&from, &to), [matched("1", Some("M")), matched("2", Some("K"))]);
    }

    proptest! {
        /// Whole is said exactly when every code has a counterpart that is there.
        #[test]
        fn coverage_is_never_overstated(
            from in proptest::collection::btree_set("[a-e]", 1..5),
            to in proptest::collection::btree_set("[v-z]", 1..5),
            matches in proptest::collection::vec(("[a-g]", proptest::option::of("[t-z]")), 0..12),
        ) {
            let own: Vec<&str> = from.iter().map(String::as_str).collect();
            let other: Vec<&str> = to.iter().map(String::as_str).collect();
            let matches: Vec<CodeMatch> =
                matches.into_iter().map(|(code, to)| CodeMatch { code, to }).collect();
            let really = own.iter().filter(|code| {
                let last = matches.iter().rev().find(|m| m.code == **code && m.to.is_some());
                last.and_then(|m| m.to.as_deref()).is_some_and(|to| other.contains(&to))
            }).count();
            match Coverage::of(&coding(&own), &coding(&other), &matches) {
                Coverage::Whole { of } => prop_assert!(of == own.len() && really == of),
                Coverage::Partly { mapped, of } => {
                    prop_assert!(mapped < of && of == own.len());
                    prop_assert_eq!(mapped, really);
                }
                other => prop_assert!(false, "{other:?}"),
            }
        }

        /// A code more in the list never makes a mapping look better.
        #[test]
        fn a_new_code_opens_what_was_whole(codes in proptest::collection::btree_set("[a-e]", 1..5)) {
            let own: Vec<&str> = codes.iter().map(String::as_str).collect();
            let matches: Vec<CodeMatch> = own.iter().map(|code| matched(code, Some("x"))).collect();
            prop_assert_eq!(Coverage::of(&coding(&own), &coding(&["x"]), &matches).name(), "whole");
            let mut more = own.clone();
            more.push("new");
            prop_assert_eq!(Coverage::of(&coding(&more), &coding(&["x"]), &matches).name(), "partly");
        }
    }
}
