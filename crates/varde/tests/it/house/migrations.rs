//! Migrations are append-only: an installation that has run one must find it again, byte for byte.

use std::{collections::BTreeMap, env, fs};

use varde_core::Digest;

use super::{files, kept, place};

const KEPT: &str = "migrations.txt";

/// The digest of every migration by its place.
fn migrations() -> BTreeMap<String, String> {
    let digest = |path| Digest::of(&fs::read(path).unwrap()).to_string();
    files("sql").iter().map(|path| (place(path), digest(path))).filter(|(p, _)| p.contains("/migrations/")).collect()
}

fn lines(migrations: &BTreeMap<String, String>) -> String {
    migrations.iter().map(|(place, digest)| format!("{digest}  {place}\n")).collect()
}

#[test]
fn migrations_are_only_added() {
    let now = migrations();
    let text = fs::read_to_string(kept(KEPT)).unwrap_or_default();
    let before: BTreeMap<String, String> =
        text.lines().filter_map(|l| l.split_once("  ")).map(|(d, p)| (p.to_owned(), d.to_owned())).collect();
    for (place, digest) in &before {
        assert_eq!(now.get(place), Some(digest), "{place} was changed or removed: add a new migration instead");
    }
    if env::var_os("VARDE_UPDATE").is_some() {
        fs::write(kept(KEPT), lines(&now)).unwrap();
    }
    let new: Vec<&String> = now.keys().filter(|place| !before.contains_key(*place)).collect();
    let written = env::var_os("VARDE_UPDATE").is_some();
    assert!(new.is_empty() || written, "new migrations; run with VARDE_UPDATE=1 to keep their digests: {new:?}");
}
