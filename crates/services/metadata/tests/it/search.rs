use std::time::Instant;

use jiff::civil::date;
use varde_core::{Actor, LocalisedText};
use varde_metadata::{Code, DataType, SearchPage, SearchQuery, Variable, Why};

use crate::world::{World, contacts, source, variable};

async fn find(world: &World, text: &str) -> SearchPage {
    let query = SearchQuery { text: text.to_owned(), ..SearchQuery::default() };
    world.catalogue.search(&Actor::anonymous(), &query).await.unwrap()
}

fn paths(page: &SearchPage) -> Vec<&str> {
    page.hits.iter().map(|h| h.path.as_str()).collect()
}

#[tokio::test]
async fn hits_say_why() {
    let world = World::new().await;
    world.publish(&contacts()).await;
    let hits = find(&world, "kjønn").await;
    assert_eq!(paths(&hits), ["npr/contact/sex"]);
    assert_eq!(hits.hits[0].why, [Why::Name]);
    let hits = find(&world, "kvinner").await;
    assert_eq!(paths(&hits), ["npr/contact/sex"], "the stem of a code's text");
    assert!(matches!(&hits.hits[0].why[..], [Why::Code { value, .. }] if value == "2"), "{:?}", hits.hits[0].why);
    let hits = find(&world, "sykdommer").await;
    assert_eq!(paths(&hits), ["npr/contact/main_condition"]);
    assert_eq!(hits.hits[0].why, [Why::Description]);
    let hits = find(&world, "main condition").await;
    assert_eq!(hits.hits[0].why, [Why::Column]);
    assert_eq!(paths(&find(&world, "ICD10").await), ["npr/contact/main_condition"]);
    let part = find(&world, "tilstand").await;
    assert_eq!(paths(&part), ["npr/contact/main_condition"], "the end of a compound");
    assert_eq!(part.hits[0].why, [Why::Part]);
    assert_eq!(paths(&find(&world, "innlegg").await), ["npr/contact/admitted"], "the beginning of a word");
    assert!(find(&world, "romskip").await.hits.is_empty());
    for odd in ["'", "&", "a & | !", "%", "\\", ":*", "æ", "\u{0}", "<b>"] {
        find(&world, odd).await;
    }
}

#[tokio::test]
async fn facets_count_what_the_other_facet_leaves() {
    let world = World::new().await;
    world.publish(&contacts()).await;
    world.publish(&source("lmr", vec![variable("lmr/dispensed/date", "Utleveringsdato", DataType::Date)])).await;
    let all = find(&world, "").await;
    assert_eq!((all.total, all.pages, all.first(), all.last()), (5, 1, 1, 5));
    let query = SearchQuery { sources: vec!["npr".into()], types: vec![DataType::Date], ..SearchQuery::default() };
    let page = world.catalogue.search(&Actor::anonymous(), &query).await.unwrap();
    assert_eq!(paths(&page), ["npr/contact/admitted"]);
    let count = |value: &str| page.sources.iter().chain(&page.types).find(|f| f.value == value).map(|f| f.count);
    assert_eq!((count("npr"), count("lmr")), (Some(1), Some(1)), "sources among dates");
    assert_eq!((count("date"), count("list")), (Some(1), Some(1)), "types within npr");
    assert_eq!(page.sources[0].name.nb, "Register lmr");
}

#[tokio::test]
async fn retired_variables_are_found_when_asked_for() {
    let world = World::new().await;
    let mut old = variable("npr/contact/old", "Gammelt felt", DataType::Text);
    old.versions[0].valid.until = Some(date(2020, 1, 1));
    world.publish(&source("npr", vec![old])).await;
    assert_eq!(find(&world, "gammelt").await.total, 0);
    let query = SearchQuery { text: "gammelt".into(), retired: true, ..SearchQuery::default() };
    let page = world.catalogue.search(&Actor::anonymous(), &query).await.unwrap();
    assert!(page.hits[0].retired);
}

#[tokio::test]
async fn pages_beyond_the_last_show_the_last() {
    let world = World::new().await;
    let many = (0..60).map(|n| variable(&format!("many/rows/v{n}"), "Måling", DataType::Integer)).collect();
    world.publish(&source("many", many)).await;
    let page = |page| SearchQuery { text: "måling".into(), page, ..SearchQuery::default() };
    let second = world.catalogue.search(&Actor::anonymous(), &page(2)).await.unwrap();
    assert_eq!((second.first(), second.last(), second.total), (26, 50, 60));
    let last = world.catalogue.search(&Actor::anonymous(), &page(99)).await.unwrap();
    assert_eq!((last.page, last.first(), last.last()), (3, 51, 60));
}

/// A catalogue of the national one's size: the figure is printed, and the limit is generous to a
/// busy machine.
#[tokio::test]
async fn eighteen_thousand_variables_are_searched_quickly() {
    const WORDS: [&str; 12] = [
        "hjerte",
        "dato",
        "blodtrykk",
        "fødsel",
        "legemiddel",
        "diagnose",
        "kontakt",
        "vekt",
        "operasjon",
        "kvalitet",
        "svangerskap",
        "vaksine",
    ];
    let world = World::new().await;
    for register in 0..30 {
        let variables = (0..600).map(|n| large(register, n, &WORDS)).collect();
        world.publish(&source(&format!("r{register}"), variables)).await;
    }
    let mut times = Vec::new();
    for round in 0..5 {
        for text in ["hjerte", "dato", "dato kontakt", "h", "legemidler ved fødsel", "trykk", "", "k12", "vaks"] {
            let begun = Instant::now();
            let page = find(&world, text).await;
            if round > 0 {
                times.push(begun.elapsed());
            }
            assert!(page.total > 0, "{text}");
        }
    }
    times.sort_unstable();
    let p95 = times[times.len() * 95 / 100];
    println!("search of 18,000 variables: p50 {:?}, p95 {p95:?}", times[times.len() / 2]);
    assert!(p95.as_millis() < 1_000, "p95 {p95:?}");
}

fn large(register: usize, n: usize, words: &[&str]) -> Variable {
    let word = |k: usize| words[(register * 7 + n * k + k) % words.len()];
    let name = format!("{} ved {} nummer {n}", word(1), word(5));
    let mut made = variable(&format!("r{register}/data/v{n}"), &name, [DataType::List, DataType::Date][n % 2]);
    let long = format!("Måling av {} og {} hos pasienter med {}.", word(2), word(3), word(7)).repeat(3);
    made.versions[0].description = LocalisedText::bokmaal(long);
    if n.is_multiple_of(2) {
        let code = |k: usize| Code {
            value: format!("K{k}"),
            text: LocalisedText::bokmaal(format!("{} {k}", word(k))),
            from: None,
            until: None,
        };
        made.versions[0].codes = (10..18).map(code).collect();
    }
    made
}
