//! Rules that hold for every source file.

use std::fs;

use super::{files, place};

/// The longest file, in lines (STYLE.md).
const LONGEST: usize = 800;

#[test]
fn no_file_is_too_long() {
    let long: Vec<String> = files("rs")
        .iter()
        .map(|path| (place(path), fs::read_to_string(path).unwrap().lines().count()))
        .filter(|(_, lines)| *lines > LONGEST)
        .map(|(place, lines)| format!("{place}: {lines} lines"))
        .collect();
    assert!(long.is_empty(), "make folders of these: {long:#?}");
}

#[test]
fn nothing_is_left_half_done() {
    // Written in two halves, so that this file does not find itself.
    let words = [
        concat!("to", "do!("),
        concat!("unimpl", "emented!("),
        concat!("db", "g!("),
        concat!("FIX", "ME"),
        concat!("TO", "DO"),
        concat!("#[ign", "ore"),
    ];
    let mut found = Vec::new();
    for path in files("rs") {
        for (number, line) in (1..).zip(fs::read_to_string(&path).unwrap().lines()) {
            if words.iter().any(|word| line.contains(word)) {
                found.push(format!("{}:{number}: {}", place(&path), line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "finish these: {found:#?}");
}

/// Personal data opens only with the receipt of an entry that is durable (DESIGN.md 4.3). Rust's
/// rules let any crate below implement the sealing trait; this one does not let it.
#[test]
fn only_the_receipt_of_an_entry_opens_personal_data() {
    let needle = concat!("Sealed", " for ");
    let places: Vec<String> = files("rs")
        .iter()
        .filter(|path| fs::read_to_string(path).unwrap().contains(needle))
        .map(|path| place(path))
        .collect();
    assert_eq!(places, ["crates/foundation/store/src/work.rs"]);
}
