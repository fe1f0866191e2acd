//! Whether the three languages say the same things: the same keys with the same variables.

use std::collections::{BTreeMap, BTreeSet};

use varde_core::Language;

use super::TextSource;

type Messages = BTreeMap<String, BTreeSet<String>>;

/// The keys of all sources, as bokmål has them.
pub(super) fn keys(sources: &[TextSource]) -> BTreeSet<String> {
    sources.iter().flat_map(|s| messages(s.files[Language::Nb as usize]).into_keys()).collect()
}

/// Where the languages differ.
pub(super) fn differences(sources: &[TextSource]) -> Vec<String> {
    let mut faults = Vec::new();
    for source in sources {
        let per_language = source.files.map(messages);
        let everything: BTreeSet<_> = per_language.iter().flat_map(BTreeMap::keys).collect();
        for key in everything {
            compare(source.context, key, &per_language, &mut faults);
        }
    }
    faults
}

fn compare(context: &str, key: &str, per_language: &[Messages; 3], faults: &mut Vec<String>) {
    let expected = per_language.iter().find_map(|m| m.get(key));
    for (language, messages) in Language::ALL.iter().zip(per_language) {
        match messages.get(key) {
            None => faults.push(format!("locales/{language}/{context}.ftl: {key} is missing")),
            Some(found) if Some(found) != expected => faults.push(format!(
                "locales/{language}/{context}.ftl: {key} uses {found:?}, another language uses {:?}",
                expected.unwrap_or(found)
            )),
            Some(_) => {}
        }
    }
}

/// The messages of a Fluent file and the variables of each. Entries begin in the first column and
/// go on in indented lines, which is all that is needed here; Fluent's parser reports the rest.
fn messages(file: &str) -> Messages {
    let mut found = Messages::new();
    let mut current: Option<String> = None;
    for line in file.lines() {
        if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
            current = line.split_once('=').map(|(key, _)| key.trim().to_owned());
        } else if !line.starts_with([' ', '}']) && !line.is_empty() {
            current = None;
        }
        if let Some(key) = &current {
            found.entry(key.clone()).or_default().extend(variables(line));
        }
    }
    found
}

fn variables(line: &str) -> impl Iterator<Item = String> {
    line.split('$').skip(1).filter_map(|rest| {
        let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect();
        (!name.is_empty()).then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(nb: &'static str, nn: &'static str, en: &'static str) -> TextSource {
        TextSource { context: "x", files: [nb, nn, en] }
    }

    #[test]
    fn equal_files_are_well() {
        let text = "# note\na = Hei { $who }\nb =\n    { $n ->\n        [one] en\n       *[other] { $n }\n    }\n";
        assert!(differences(&[source(text, text, text)]).is_empty());
        assert_eq!(keys(&[source(text, text, text)]), BTreeSet::from(["a".to_owned(), "b".to_owned()]));
    }

    #[test]
    fn a_missing_key_and_a_missing_variable_are_named() {
        let faults = differences(&[source("a = { $n }\nb = B\n", "a = uten\nb = B\n", "a = { $n }\n")]);
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].starts_with("locales/nn/x.ftl: a uses"));
        assert_eq!(faults[1], "locales/en/x.ftl: b is missing");
    }
}
