//! An index that was changed step by step is the one that is made from the same groups at once.

use std::{collections::BTreeMap, sync::Arc};

use proptest::prelude::*;
use varde_search::{Answer, Change, Document, Group, Index, Query, Sort};

use crate::corpus;

/// Documents of a part: few, so that the fixture has several.
const PART: usize = 40;

/// The fixture's documents by what is before the first two slashes: its registers, and its codes.
fn registers() -> BTreeMap<String, Vec<Document>> {
    let mut registers: BTreeMap<String, Vec<Document>> = BTreeMap::new();
    for document in corpus::documents() {
        let register = document.key.split('/').nth(1).unwrap_or("codes").to_owned();
        registers.entry(register).or_default().push(document);
    }
    registers
}

/// A group of some of a register's documents. The codes come with what they are called besides.
fn group(key: &str, documents: &[Document]) -> Group {
    let mut group = corpus::group(key, documents);
    if key == "codes" {
        corpus::synonyms().into_iter().for_each(|names| group.mean_the_same(names));
    }
    group
}

/// Everything that an index can say about some searches.
fn answers(index: &Index) -> Vec<Answer> {
    let texts =
        corpus::queries().into_iter().map(|(text, _)| text).chain(["", "naturkraft", "kreft i lungene", "xyzzy"]);
    let query = |text: &str| Query { text: text.to_owned(), limit: 500, sort: Sort::Best, ..Query::default() };
    texts.map(|text| index.search(&query(text)).unwrap()).collect()
}

/// The same without the order of the hits, which a rounding of ranks may turn.
fn unordered(mut answers: Vec<Answer>) -> Vec<Answer> {
    for answer in &mut answers {
        answer.hits.sort_by(|a, b| a.key.cmp(&b.key));
    }
    answers
}

/// A step: which register gets how many of its documents (none: it goes).
fn steps() -> impl Strategy<Value = Vec<(prop::sample::Index, usize)>> {
    prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![Just(0), Just(1), Just(5), Just(1_000)]), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn step_by_step_is_as_at_once(steps in steps(), several in 1usize..4) {
        let registers = registers();
        let keys: Vec<&String> = registers.keys().collect();
        let mut there: BTreeMap<&str, usize> = BTreeMap::new();
        let mut index = Arc::new(Index::in_parts_of(PART));
        for steps in steps.chunks(several) {
            let mut change = Change::of(&index);
            for (which, many) in steps {
                let key = which.get(&keys).as_str();
                let documents = &registers[key];
                let many = (*many).min(documents.len());
                if many == 0 {
                    there.remove(key);
                    change.remove(key);
                } else {
                    there.insert(key, many);
                    change.put(group(key, &documents[..many]));
                }
            }
            index = Arc::new(change.finish().unwrap());
        }
        let at_once = Index::build(there.iter().map(|(key, many)| group(key, &registers[*key][..*many]))).unwrap();
        prop_assert_eq!(index.len(), at_once.len());
        prop_assert_eq!(unordered(answers(&index)), unordered(answers(&at_once)));
    }
}

#[test]
fn a_new_word_elsewhere_takes_apart_what_was_one() {
    let document = |key: &str, name: &str| {
        let mut document = Document::new(key, "");
        document.localised(varde_search::Field::Name, &varde_core::LocalisedText::bokmaal(name));
        document
    };
    let keys = |index: &Index, text: &str| -> Vec<String> {
        let query = Query { text: text.to_owned(), limit: 10, ..Query::default() };
        index.search(&query).unwrap().hits.into_iter().map(|hit| hit.key).collect()
    };
    let mut index = Arc::new(Index::in_parts_of(1));
    let step = |index: &Arc<Index>, group: Group| {
        let mut change = Change::of(index);
        change.put(group);
        Arc::new(change.finish().unwrap())
    };
    index = step(&index, corpus::group("a", &[document("a", "Kvantefeltet")]));
    index = step(&index, corpus::group("c", &[document("c", "Et annet navn")]));
    // Nobody knows what it is made of: the letters are found as an ending only.
    assert_eq!(keys(&index, "kvante felt"), ["a"]);
    let by = |index: &Index| {
        index.search(&Query { text: "felt".into(), limit: 1, ..Query::default() }).unwrap().hits[0].why[0].by
    };
    let before = by(&index);
    index = step(&index, corpus::group("b", &[document("b", "Kvante og felter, felt"), document("d", "Felt")]));
    let mut found = keys(&index, "felt");
    found.sort();
    assert_eq!(found, ["a", "b", "d"], "a is now taken apart, in a part that nobody touched");
    let mut change = Change::of(&index);
    assert_eq!(change.keys().collect::<Vec<_>>(), ["a", "b", "c"]);
    change.remove("b");
    index = Arc::new(change.finish().unwrap());
    assert_eq!((by(&index), keys(&index, "felt")), (before, vec!["a".to_owned()]));
}
