use varde_core::{Language, LocalisedText};
use varde_search::{Answer, By, Document, Field, Index, Query, Sort};

use crate::corpus;

fn ask(index: &Index, text: &str) -> Answer {
    index.search(&Query { text: text.to_owned(), limit: 10, ..Query::default() }).unwrap()
}

fn keys(answer: &Answer) -> Vec<&str> {
    answer.hits.iter().map(|hit| hit.key.as_str()).collect()
}

/// How and where the first hit answered.
fn why(index: &Index, text: &str) -> (String, By, Field, String) {
    let answer = ask(index, text);
    let why = answer.hits[0].why[0].clone();
    (answer.hits[0].key.clone(), why.by, why.field, why.found)
}

#[test]
fn each_way_to_find_something_is_told() {
    let index = corpus::index();
    let told = |text: &str| {
        let (key, by, field, found) = why(&index, text);
        format!("{key} {} {} {found}", by.name(), field.name())
    };
    assert_eq!(told("kjønn"), "reg/npr/kjonn exact name Kjønn");
    assert_eq!(told("ventetider"), "reg/lege/ventetid form name Ventetid");
    assert_eq!(told("obduksjonar"), "reg/dod/obduksjon form name Obduksjon");
    assert_eq!(told("rullestolen"), "reg/legem/hjelpemiddel form description Rullestol");
    assert_eq!(told("reinnleggelsene"), "reg/npr/reinnlagt form name Reinnleggelse");
    assert_eq!(told("liggetidd"), "reg/npr/liggetid typo name Liggetid");
    assert_eq!(told("spirom"), "reg/lunge/spirometri beginning name Spirometri");
    assert_eq!(told("MMR"), "reg/smitte/vaksine exact code MMR");
    assert_eq!(told("C50.1"), "C50.1 exact code C50.1");
    let parts = ask(&index, "sykmelding");
    assert_eq!(parts.hits[0].why[0].by, By::Exact);
    let prefix = ask(&index, "C09AA");
    assert_eq!((prefix.hits[0].key.as_str(), prefix.hits[0].why[0].by), ("C09AA05", By::CodePrefix));
    let synonym = ask(&index, "hypertensjon");
    assert_eq!(synonym.hits[0].key, "I10");
    let synonym = ask(&index, "gonarthrosis");
    let reasons: Vec<(&str, By)> = synonym.hits.iter().map(|hit| (hit.key.as_str(), hit.why[0].by)).collect();
    assert!(
        reasons.contains(&("M17", By::Exact)) && reasons.contains(&("reg/ledd/artrose", By::Synonym)),
        "{reasons:?}"
    );
}

#[test]
fn a_part_is_marked_within_its_word() {
    let index = corpus::index();
    let answer = ask(&index, "kreft");
    let hit = answer.hits.iter().find(|hit| hit.key == "reg/kreft/lunge").unwrap();
    assert_eq!(hit.why[0].by, By::Part);
    let marked = hit.marked.iter().find(|m| m.field == Field::Name && m.language == Some(Language::Nb)).unwrap();
    assert_eq!(marked.ranges, std::slice::from_ref(&("lunge".len().."lungekreft".len())));
}

#[test]
fn a_code_tells_what_it_means() {
    let index = corpus::index();
    let answer = ask(&index, "metformin");
    let hit = answer.hits.iter().find(|hit| hit.key == "reg/legem/atc").unwrap();
    assert_eq!(hit.why[0].code, Some(("A10BA02".to_owned(), "Metformin".to_owned())));
}

#[test]
fn facets_count_and_narrow() {
    let index = corpus::index();
    let count = |answer: &Answer, facet: &str, value: &str| {
        let facet = answer.facets.iter().find(|f| f.name == facet).unwrap();
        facet.values.iter().find(|(known, _)| known == value).map(|(_, count)| *count)
    };
    let all = ask(&index, "kreft");
    assert_eq!(count(&all, "kind", "variable").unwrap() + count(&all, "kind", "code").unwrap(), all.total as u32);
    let chosen = |chosen: &[(&str, &str)]| {
        let chosen = chosen.iter().map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()])).collect();
        index.search(&Query { text: "kreft".to_owned(), chosen, limit: 100, ..Query::default() }).unwrap()
    };
    let codes = chosen(&[("kind", "code")]);
    assert!(codes.hits.iter().all(|hit| !hit.key.contains('/')) && codes.total > 3);
    assert_eq!(count(&codes, "kind", "variable"), count(&all, "kind", "variable"), "its own choice does not narrow it");
    assert_eq!(count(&codes, "source", "kreft"), None, "another's does");
    let none = chosen(&[("kind", "code"), ("source", "kreft")]);
    assert_eq!(none.total, 0);
    assert_eq!(count(&none, "source", "kreft"), Some(0), "what is chosen stays visible");
    assert_eq!(chosen(&[("source", "is not there")]).total, 0);
    assert_eq!(chosen(&[("is not there", "x")]).total, 0);
}

#[test]
fn pages_and_orders() {
    let document = |name: &str, years| {
        let mut document = Document::new(name, format!("about {name}"));
        document.localised(Field::Name, &LocalisedText::bokmaal(format!("{name} felt")));
        document.years = Some(years);
        document
    };
    let documents = [
        document("Ås", (2000, 2005)),
        document("Ærfugl", (2003, 2010)),
        document("zebra", (2008, 2020)),
        document("Alke", (1990, 1990)),
    ];
    let index = Index::build([corpus::group("all", &documents)]).unwrap();
    let of = |sort, offset, limit| {
        let answer = index.search(&Query { sort, offset, limit, ..Query::default() }).unwrap();
        (answer.hits.into_iter().map(|hit| hit.key).collect::<Vec<_>>(), answer.total)
    };
    assert_eq!(of(Sort::Name(Language::Nb), 0, 10).0, ["Alke", "zebra", "Ærfugl", "Ås"]);
    assert_eq!(of(Sort::Best, 0, 10).0, ["Ås", "Ærfugl", "zebra", "Alke"], "as they came");
    assert_eq!(of(Sort::Place, 1, 2), (vec!["Ærfugl".to_owned(), "zebra".to_owned()], 4));
    assert_eq!(of(Sort::Place, 9, 2), (Vec::new(), 4));
    let narrowed = index.search(&Query { years: Some((2004, 2004)), limit: 9, ..Query::default() }).unwrap();
    assert_eq!(keys(&narrowed), ["Ås", "Ærfugl"]);
    assert_eq!(narrowed.hits[0].payload, "about Ås");
    assert_eq!(narrowed.years.first(), Some(&(1990, 1)), "years do not narrow their own counts");
    assert_eq!(narrowed.years.iter().find(|(year, _)| *year == 2009), Some(&(2009, 2)));
    assert_eq!(narrowed.years.iter().find(|(year, _)| *year == 1995), None);
}

#[test]
fn the_same_name_comes_first() {
    let index = corpus::index();
    assert_eq!(keys(&ask(&index, "hjertesvikt"))[0], "reg/hjerte/svikt");
    assert_eq!(keys(&ask(&index, "Fall i hjemmet"))[0], "reg/ulykke/fall");
}

#[test]
fn some_of_the_words_when_none_has_all() {
    let index = corpus::index();
    let answer = ask(&index, "kneprotese epilepsi");
    assert!(answer.partial);
    assert_eq!(keys(&answer).len(), 3, "the prosthesis, and epilepsy as a variable and as a code: {:?}", keys(&answer));
    assert!(!ask(&index, "kneprotese type").partial);
    let nothing = ask(&index, "xyzzy");
    assert!(nothing.hits.is_empty() && !nothing.partial);
    let half = ask(&index, "xyzzy epilepsi");
    assert!(half.partial && half.total > 0, "a word that is nowhere does not hide the others");
}

#[test]
fn an_empty_index_answers() {
    let index = Index::build([]).unwrap();
    assert!(index.is_empty());
    for text in ["", "kreft", "I21"] {
        assert_eq!(ask(&index, text).total, 0);
    }
}
