//! The rules of the house as tests. What changes on purpose is a file beside them that shows in the
//! review: run the tests once with `VARDE_UPDATE=1` and read the difference.

mod arrows;
mod files;
mod migrations;
mod routes;
mod security;
pub(crate) mod site;
mod statements;
mod texts;

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The repository.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Every file below the folders of our own crates with that ending, sorted.
fn files(ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for folder in ["crates", "xtask"] {
        walk(&repository().join(folder), ending, &mut found);
    }
    found.sort();
    assert!(!found.is_empty(), "no {ending} files: the test looks in the wrong place");
    found
}

fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, ending, found);
        } else if path.extension().is_some_and(|e| e == ending) {
            found.push(path);
        }
    }
}

/// The file's path as the repository writes it.
fn place(path: &Path) -> String {
    path.strip_prefix(repository()).unwrap().display().to_string()
}

fn kept(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/house").join(name)
}

/// Compares with the reviewed file of that name, or writes it when asked to.
fn reviewed(name: &str, text: &str) {
    let path = kept(name);
    if env::var_os("VARDE_UPDATE").is_some() {
        fs::write(&path, text).unwrap();
    }
    let before = fs::read_to_string(&path).unwrap_or_default();
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let (old, new) = (lines(&before), lines(text));
    let gone: Vec<_> = old.iter().filter(|line| !new.contains(line)).map(|line| format!("- {line}")).collect();
    let come: Vec<_> = new.iter().filter(|line| !old.contains(line)).map(|line| format!("+ {line}")).collect();
    assert!(
        before == text,
        "{name} is not as reviewed; run with VARDE_UPDATE=1 and review the difference:\n{}",
        [gone, come].concat().join("\n")
    );
}
