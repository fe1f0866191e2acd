//! Published catalogues and shapes, where they are at hand.

use std::{env, fs, path::PathBuf};

use varde_rdf::{
    Format, Graph, Limits, read,
    shacl::{Severity, Shapes},
};

/// The folder of published material, or a line that says that it is not there.
fn published(name: &str) -> Option<Graph> {
    let folder = env::var_os("VARDE_SHARED_REAL").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/real"));
    let Ok(text) = fs::read(folder.join(name)) else {
        eprintln!("{name} is not there: set VARDE_SHARED_REAL to the folder of published material");
        return None;
    };
    let base = "https://example.org/";
    Some(read(&text, Format::Turtle, Some(base), Limits::default()).unwrap().graph)
}

/// The numbers are those that pyshacl 0.40.1 gives, counted by `sh:result`.
#[test]
fn a_real_catalogue_breaches_the_national_shapes_as_pyshacl_counts() {
    let (Some(shapes), Some(data)) = (published("shacl/dcat-ap-no-2.ttl"), published("dcat/gdoc-data-2017-10-19.ttl"))
    else {
        return;
    };
    let shapes = Shapes::read(&shapes).unwrap();
    let report = shapes.validate(&data).unwrap();
    let count = |severity| report.of(&severity).count();
    assert_eq!((count(Severity::Violation), count(Severity::Warning)), (445, 101));
    assert_eq!(report.findings.len(), 546);
}

#[test]
fn misspelt_terms_of_the_official_files_are_remarked() {
    let remarks = |name| {
        let shapes = Shapes::read(&published(name)?).unwrap();
        Some(shapes.remarks().iter().map(|r| r.term.clone()).collect::<Vec<_>>())
    };
    if let Some(terms) = remarks("shacl/dcat-ap-no-2.ttl") {
        assert_eq!(terms.len(), 3, "{terms:?}");
        assert!(["targetSubjectOf", "targetSUbjectOf", "MinCount"].iter().all(|term| terms.iter().any(|t| t == term)));
    }
    if let Some(terms) = remarks("shacl/healthdcat-ap-sensitive.ttl") {
        assert_eq!(terms, ["extends", "shape"]);
    }
}
