//! Arrows between crates only go down, and sideways only to those that stand first on their
//! floor (DESIGN.md 3): `basedata` and `permit`, and on the data floor `engine` and `tables`.

use std::{collections::BTreeMap, fs};

use super::repository;

/// The floors from the ground up. On the ground floor the crates stand in this order and rest on
/// those before them; on the others the first ones named may be rested on by their neighbours.
const FLOORS: [(&str, &[&str]); 5] = [
    ("foundation", &["core", "ledger", "store", "policy", "web", "documents", "search", "rdf", "fetch", "disclosure"]),
    ("services", &["basedata", "permit"]),
    ("data", &["engine", "tables"]),
    ("work", &[]),
    (".", &["demo"]),
];

/// A crate: its floor and what it rests on.
struct Stone {
    floor: usize,
    rests_on: Vec<String>,
}

fn stones() -> BTreeMap<String, Stone> {
    let mut stones = BTreeMap::new();
    for (floor, (folder, _)) in FLOORS.iter().enumerate() {
        let folder = repository().join("crates").join(folder);
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let Ok(manifest) = fs::read_to_string(path.join("Cargo.toml")) else { continue };
            let manifest: toml::Table = manifest.parse().unwrap();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            // Dependencies of tests may point anywhere: they are not in the program.
            let dependencies = manifest.get("dependencies").and_then(|d| d.as_table());
            let ours = dependencies.into_iter().flat_map(|d| d.keys()).filter_map(|d| d.strip_prefix("varde-"));
            // A folder is named as the context, a package with hyphens as packages are.
            stones.insert(name, Stone { floor, rests_on: ours.map(|name| name.replace('-', "_")).collect() });
        }
    }
    stones
}

fn is_allowed(name: &str, stone: &Stone, on: &str, below: &Stone) -> bool {
    let order = FLOORS[stone.floor].1;
    let position = |name: &str| order.iter().position(|n| *n == name);
    match stone.floor.cmp(&below.floor) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Less => false,
        // The program itself stands on top of the demo world beside it.
        std::cmp::Ordering::Equal if name == "varde" => true,
        std::cmp::Ordering::Equal => match (position(on), position(name)) {
            (Some(lower), Some(upper)) => lower < upper,
            (lower, _) => lower.is_some() && stone.floor > 0,
        },
    }
}

#[test]
fn arrows_go_down() {
    let stones = stones();
    assert!(stones.len() > 15, "crates were not found: {:?}", stones.keys());
    let mut wrong = Vec::new();
    for (name, stone) in &stones {
        for on in &stone.rests_on {
            let below = stones.get(on).unwrap_or_else(|| panic!("{name} rests on {on}, which is nowhere"));
            if !is_allowed(name, stone, on, below) {
                wrong.push(format!("{name} → {on}"));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that DESIGN.md does not draw: {wrong:?}");
}

#[test]
fn no_crate_but_the_program_knows_every_floor() {
    // Whoever rests on `rooms` or `access` knows the work of people: that is the program alone.
    for (name, stone) in stones() {
        let on_work = stone.rests_on.iter().any(|on| ["access", "rooms", "citizen"].contains(&on.as_str()));
        assert!(!on_work || name == "varde", "{name} rests on the floor of work");
    }
}
