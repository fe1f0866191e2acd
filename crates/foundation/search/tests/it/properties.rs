//! What holds whatever is asked.

use std::sync::OnceLock;

use proptest::prelude::*;
use varde_search::{Index, Query, Sort};

use crate::corpus;

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(corpus::index)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn anything_can_be_typed(text in "\\PC{0,40}") {
        let answer = index().search(&Query { text, limit: 10, ..Query::default() }).unwrap();
        prop_assert!(answer.hits.len() <= answer.total.min(10));
    }

    #[test]
    fn pages_put_together_are_the_whole(word in prop::sample::select(vec!["kreft", "", "sykdom", "dato", "antall"]), size in 1usize..30) {
        let ask = |offset, limit| {
            let query = Query { text: word.to_owned(), sort: Sort::Best, offset, limit, ..Query::default() };
            index().search(&query).unwrap()
        };
        let whole = ask(0, 1000);
        let pages = (0..whole.total.div_ceil(size)).flat_map(|page| ask(page * size, size).hits);
        let keys: Vec<String> = pages.map(|hit| hit.key).collect();
        prop_assert_eq!(keys, whole.hits.into_iter().map(|hit| hit.key).collect::<Vec<_>>());
    }

    #[test]
    fn every_hit_says_why_and_marks_lie_within(word in "(hjerte|kreft|fødsel|I2|legemid|sykdommer|diagnsoe)( [a-zæøå]{3,6})?") {
        let answer = index().search(&Query { text: word, limit: 50, ..Query::default() }).unwrap();
        let documents = corpus::documents();
        for hit in answer.hits {
            prop_assert!(!hit.why.is_empty(), "{} does not say why", hit.key);
            let document = documents.iter().find(|d| d.key == hit.key).unwrap();
            for marked in hit.marked {
                let text = document.texts.iter().find(|t| t.field == marked.field && t.language == marked.language).unwrap();
                for range in marked.ranges {
                    prop_assert!(text.text.get(range).is_some());
                }
            }
        }
    }

    #[test]
    fn choosing_a_value_leaves_as_many_as_its_count_said(facet in 0usize..2, value in 0usize..5, word in "(kreft|sykdom|vekt)?") {
        let all = index().search(&Query { text: word.clone(), ..Query::default() }).unwrap();
        let facet = &all.facets[facet];
        if let Some((value, count)) = facet.values.get(value) {
            let chosen = vec![(facet.name.clone(), vec![value.clone()])];
            let left = index().search(&Query { text: word, chosen, ..Query::default() }).unwrap();
            prop_assert_eq!(left.total, *count as usize);
        }
    }
}
