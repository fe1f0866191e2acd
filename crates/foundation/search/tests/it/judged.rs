//! How good the answers are: nDCG@10 over the judged queries, beside SQLite's FTS5 where Python is.

use std::{collections::HashMap, process::Command};

use varde_search::{Index, Query};

use crate::corpus;

/// The mean must not fall below this. Raise it when search gets better, and never lower it.
const FLOOR: f64 = 0.96;

/// No single query may be worse than this: a mean hides one that finds nothing.
const WORST: f64 = 0.40;

fn gain(grade: u32, place: usize) -> f64 {
    (f64::from(2u32.pow(grade)) - 1.0) / f64::log2(f64::from(u32::try_from(place).unwrap()) + 2.0)
}

/// Normalised discounted cumulative gain of the first ten.
fn ndcg(found: &[String], judged: &[(&str, u32)]) -> f64 {
    let grades: HashMap<&str, u32> = judged.iter().copied().collect();
    let gained = found.iter().take(10).enumerate();
    let gained: f64 = gained.map(|(place, key)| gain(grades.get(key.as_str()).copied().unwrap_or(0), place)).sum();
    let mut best: Vec<u32> = grades.values().copied().collect();
    best.sort_unstable_by(|a, b| b.cmp(a));
    let possible: f64 = best.into_iter().take(10).enumerate().map(|(place, grade)| gain(grade, place)).sum();
    gained / possible
}

fn found(index: &Index, text: &str) -> Vec<String> {
    let query = Query { text: text.to_owned(), limit: 10, ..Query::default() };
    index.search(&query).unwrap().hits.into_iter().map(|hit| hit.key).collect()
}

/// What FTS5 with its own tokeniser finds for each query, by Python's sqlite3; `None` without Python.
fn fts5() -> Option<Vec<Vec<String>>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/corpus/fts5.py");
    let answered = Command::new("python3").arg(script).output().ok().filter(|output| output.status.success())?;
    let lines = String::from_utf8(answered.stdout).ok()?;
    Some(lines.lines().map(|line| line.split_whitespace().map(str::to_owned).collect()).collect())
}

#[test]
fn the_judged_queries_are_answered() {
    let index = corpus::index();
    let queries = corpus::queries();
    assert!(index.len() >= 300 && queries.len() >= 60, "{} documents, {} queries", index.len(), queries.len());
    let keys: Vec<String> = corpus::documents().into_iter().map(|document| document.key).collect();
    let peer = fts5();
    let (mut sum, mut of_peer) = (0.0, 0.0);
    let mut bad = Vec::new();
    for (number, (text, judged)) in queries.iter().enumerate() {
        for (key, _) in judged {
            assert!(keys.iter().any(|known| known == key), "{text}: there is no {key}");
        }
        let answer = found(&index, text);
        let score = ndcg(&answer, judged);
        sum += score;
        of_peer += peer.as_ref().and_then(|p| p.get(number)).map_or(0.0, |found| ndcg(found, judged));
        if score < 0.85 {
            println!("  {score:.2} {text}: {answer:?}");
        }
        if score < WORST {
            bad.push(*text);
        }
    }
    let many = f64::from(u32::try_from(queries.len()).unwrap());
    println!("nDCG@10 over {many} queries and {} documents: {:.3}", index.len(), sum / many);
    match peer {
        Some(_) => println!("  the same by SQLite FTS5 (unicode61, any word, bm25): {:.3}", of_peer / many),
        None => println!("  python3 with sqlite3 is not here: not compared with FTS5"),
    }
    assert!(bad.is_empty(), "answered badly: {bad:?}");
    assert!(sum / many >= FLOOR, "nDCG@10 is {:.3}", sum / many);
}

#[test]
fn what_only_looks_alike_is_not_found() {
    let index = corpus::index();
    for (text, never) in [
        ("kreft", "reg/ulykke/naturkrefter"),
        ("kreft", "reg/ulykke/bekreftet"),
        ("kreft", "X36"),
        ("angst", "reg/fiske/fangst"),
        ("angst", "reg/fiske/kvikksolv"),
        ("lege", "reg/fodsel/lengde"),
    ] {
        let query = Query { text: text.to_owned(), limit: 500, ..Query::default() };
        let keys: Vec<String> = index.search(&query).unwrap().hits.into_iter().map(|hit| hit.key).collect();
        assert!(!keys.iter().any(|key| key == never), "{text} finds {never}");
    }
}
