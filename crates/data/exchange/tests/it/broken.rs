//! Records that are broken on purpose: what is found, and what is said of it.

use std::{collections::BTreeSet, fs, path::Path};

use varde_rdf::shacl::Shapes;

use crate::world::own;

/// File, and how many findings pyshacl 0.40.1 has for it. The verify step «shapes» compares each finding.
const BROKEN: &[(&str, usize)] = &[
    ("concepts-01-one-language", 9),
    ("health-01-nothing-said", 9),
    ("health-02-wrong-figures", 12),
    ("health-03-tables", 7),
    ("health-non-public-01-bare", 7),
    ("health-non-public-02-inner", 1),
    ("health-restricted-01-nobody-to-ask", 6),
    ("national-01-nothing-said", 7),
    ("national-02-texts-as-addresses", 8),
    ("national-03-wrong-words", 5),
    ("national-04-wrong-times", 8),
    ("national-05-loose-ends", 16),
    ("national-3-01-nothing-said", 14),
];

#[test]
fn every_fault_is_found_and_said_in_three_languages() {
    for (name, expected) in BROKEN {
        let shapes = name.split_once("-0").unwrap().0;
        let shapes = Shapes::read(&own(&format!("shapes/{shapes}.ttl"))).unwrap();
        let report = shapes.validate(&own(&format!("tests/broken/{name}.ttl"))).unwrap();
        let found: Vec<String> = report.findings.iter().map(|f| format!("{} {}", f.focus, f.reason.en)).collect();
        assert_eq!(found.len(), *expected, "{name}: {found:#?}");
        for finding in &report.findings {
            let reason = &finding.reason;
            let texts = BTreeSet::from([&reason.nb, &reason.nn, &reason.en]);
            assert!(texts.len() >= 2 && texts.iter().all(|t| t.ends_with('.')), "{name}: {reason:?}");
        }
    }
}

#[test]
fn every_file_is_in_the_table() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> = files.map(|name| name.trim_end_matches(".ttl").to_owned()).collect();
    assert_eq!(files, BROKEN.iter().map(|(name, _)| (*name).to_owned()).collect());
    assert!(BROKEN.len() >= 10);
}

#[test]
fn a_steward_reads_what_is_lacking_by_its_name() {
    let shapes = Shapes::read(&own("shapes/national.ttl")).unwrap();
    let report = shapes.validate(&own("tests/broken/national-01-nothing-said.ttl")).unwrap();
    let reasons: Vec<&str> = report.findings.iter().map(|f| f.reason.nb.as_str()).collect();
    assert!(reasons.contains(&"tittel (dct:title) mangler."), "{reasons:?}");
    assert!(reasons.contains(&"utgiver (dct:publisher) mangler."), "{reasons:?}");
}
