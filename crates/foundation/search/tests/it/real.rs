//! Real texts of code systems, where they are: what must be found is, what only looks alike is not.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use varde_core::LocalisedText;
use varde_search::{Document, Field, Index, Query};

use crate::corpus;

/// The texts of ICD-10 and ICPC-2B, by code; `None` where they are not.
fn texts() -> Option<Vec<(String, String)>> {
    let root = std::env::var_os("VARDE_SHARED_REAL")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/real"), PathBuf::from);
    let read = |file: &str| fs::read_to_string(root.join("code-systems").join(file)).ok();
    let (icd, icpc) = (read("icd10no_2017.sas")?, read("icpc2b_with_icd10_map.csv")?);
    let of_icd = icd.lines().filter_map(|line| {
        let (code, text) = line.trim().split_once('=')?;
        Some((code.strip_prefix('\'')?.strip_suffix('\'')?.to_owned(), text.trim_matches('"').to_owned()))
    });
    let of_icpc = icpc.lines().skip(1).filter_map(|line| {
        let columns: Vec<&str> = line.split(';').collect();
        Some(((*columns.get(5)?).to_owned(), (*columns.get(2)?).to_owned()))
    });
    Some(of_icd.chain(of_icpc).collect())
}

fn index(texts: &[(String, String)]) -> Index {
    let document = |(code, text): &(String, String)| {
        let mut document = Document::new(code.as_str(), text.as_str());
        document.plain(Field::Code, code);
        document.localised(Field::Name, &LocalisedText::bokmaal(text.as_str()));
        document
    };
    let documents: Vec<Document> = texts.iter().map(document).collect();
    Index::build([corpus::group("all", &documents)]).unwrap()
}

/// The texts that a search finds, and how many documents.
fn found(index: &Index, text: &str) -> (BTreeSet<String>, usize) {
    let answer = index.search(&Query { text: text.to_owned(), limit: 100_000, ..Query::default() }).unwrap();
    (answer.hits.into_iter().map(|hit| hit.payload.to_lowercase()).collect(), answer.total)
}

#[test]
fn real_code_texts_are_found_by_form_and_part() {
    let Some(texts) = texts() else {
        println!("ICD-10 and ICPC-2B are not here: nothing was tried");
        return;
    };
    let began = Instant::now();
    let index = index(&texts);
    println!("{} texts indexed in {:?}", index.len(), began.elapsed());
    let holds = |part: &str| texts.iter().filter(|(_, text)| text.to_lowercase().contains(part)).count();
    // Forms are one, and compounds are found that hold the word.
    for (one, other) in [("sykdom", "sykdommer"), ("fødsel", "fødsler"), ("legemiddel", "legemidler")] {
        assert_eq!(found(&index, one), found(&index, other), "{one}, {other}");
    }
    for (word, share) in [("infarkt", 0.99), ("fødsel", 0.95), ("sykdom", 0.95)] {
        let (hits, total) = found(&index, word);
        let holding = hits.iter().filter(|text| text.contains(word)).count();
        println!("{word}: {total} found, {} hold the letters", holds(word));
        assert!(total as f64 >= share * holds(word) as f64, "{word}: {total} of {}, {holding}", holds(word));
    }
    // What only shares letters is not found.
    for (word, alike) in [("kreft", "naturkrefter"), ("kreft", "bekreftet"), ("angst", "fangst")] {
        assert!(holds(alike) > 0, "the texts no longer hold {alike}: choose another");
        let (hits, total) = found(&index, word);
        println!("{word}: {total} found, {} hold the letters", holds(word));
        let only = hits.iter().find(|text| text.contains(alike) && !text.replace(alike, "").contains(word));
        assert!(total > 0 && only.is_none(), "{word} finds {only:?}");
    }
    let (hits, _) = found(&index, "I21");
    assert!(hits.len() > 5 && hits.iter().all(|text| text.contains("infarkt")), "{hits:?}");
    let mut times: Vec<Duration> = Vec::new();
    for text in ["kreft", "sykdom", "sykdom i lunge", "diabetes type 2", "I21", "diagnsoe", "hjert", "brudd i lårbein"]
    {
        for _ in 0..20 {
            let began = Instant::now();
            index.search(&Query { text: text.to_owned(), limit: 25, ..Query::default() }).unwrap();
            times.push(began.elapsed());
        }
    }
    times.sort_unstable();
    println!("search: p50 {:?}, p95 {:?}", times[times.len() / 2], times[times.len() * 95 / 100]);
}
