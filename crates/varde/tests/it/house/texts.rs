//! Every text in every language, none missing and none unused.

use std::fs;

use varde_web::Usage;

use super::repository;

/// The folders with code and templates of every crate.
fn folders() -> Vec<std::path::PathBuf> {
    let crates = repository().join("crates");
    let floors = ["foundation", "services", "data", "work"].map(|floor| crates.join(floor));
    let inside = floors.iter().flat_map(|floor| fs::read_dir(floor).unwrap()).map(|entry| entry.unwrap().path());
    let all: Vec<_> = inside.chain([crates.join("varde")]).collect();
    all.iter().flat_map(|one| ["src", "templates"].map(|part| one.join(part))).filter(|f| f.is_dir()).collect()
}

#[test]
fn texts_are_complete_in_every_language() {
    let faults = varde::app::all_texts().check();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn every_text_that_is_asked_for_exists_and_every_text_is_used() {
    let faults = varde::app::all_texts().check_usage(&Usage::scan(folders()).unwrap());
    assert!(faults.is_empty(), "{faults:#?}");
}
