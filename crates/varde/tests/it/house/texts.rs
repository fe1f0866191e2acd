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

/// The codes that a file's implementations of `Problem` give.
fn problem_codes(code: &str) -> Vec<String> {
    let bodies = code.split("Problem for ").skip(1).map(|rest| rest.split("\n}\n").next().unwrap_or(""));
    let is_code = |word: &&str| {
        word.contains('.') && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"._".contains(&b))
    };
    bodies
        .filter_map(|body| body.split("fn code(&self)").nth(1)?.split("\n    }\n").next())
        .flat_map(|function| function.split('"').skip(1).step_by(2).filter(is_code).map(str::to_owned))
        .collect()
}

fn rust_files(folder: &std::path::Path, into: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, into);
        } else if path.extension().is_some_and(|e| e == "rs") {
            into.push(path);
        }
    }
}

/// Whoever meets a problem is told what happened and what to do. The title is the problem's own in
/// every language; what to do is its own, or that of its HTTP status. A refusal's title follows from
/// whether a login would help, and the policy says why.
#[test]
fn every_problem_has_a_title_of_its_own() {
    let mut files = Vec::new();
    for folder in folders() {
        rust_files(&folder, &mut files);
    }
    let codes: std::collections::BTreeSet<String> =
        files.iter().flat_map(|file| problem_codes(&fs::read_to_string(file).unwrap())).collect();
    assert!(codes.len() > 80, "the search for codes finds only {codes:?}");
    let texts = varde::app::all_texts();
    let missing = |code: &&String| !texts.has(&format!("problem-{}", code.replace('.', "-")));
    let untitled: Vec<_> = codes.iter().filter(|code| *code != "policy.refused").filter(missing).collect();
    assert!(untitled.is_empty(), "problems without a title in the locales: {untitled:?}");
}

#[test]
fn problem_codes_are_found_where_they_are() {
    let code = concat!(
        "impl Problem for E {\n    fn kind(&self) -> K {\n        k(\"a.b\")\n    }\n\n",
        "    fn code(&self) -> &'static str {\n        match self {\n            Self::X => \"x.no_room\",\n",
        "            Self::Y(e) => e.code(),\n        }\n    }\n}\n\nfn later() {\n    f(\"not.this\")\n}\n"
    );
    assert_eq!(problem_codes(code), ["x.no_room"]);
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
