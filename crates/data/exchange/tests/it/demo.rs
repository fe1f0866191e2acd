//! What we tell of the demo world meets every profile that is checked: by our own shapes always, and by
//! the published ones where they are at hand.

use std::collections::BTreeSet;

use varde_exchange::{Access, Part, Profile, Shapes, catalogue, concepts, source};
use varde_rdf::{
    Statements,
    shacl::{self, Severity},
};

use crate::world::{about, addresses, open_to, own, published, records, with_product};

fn told(profile: Profile) -> Statements {
    let mut records = records();
    records[0] = with_product(&records[0]);
    let part = Part { page: 1, pages: 1, sources: records.len() };
    catalogue(&about(), &records, part, profile, &addresses())
}

#[test]
fn our_own_shapes_find_nothing_in_any_source() {
    let shapes = Shapes::load().unwrap();
    for record in records().into_iter().flat_map(|record| [with_product(&record), record]) {
        for profile in Shapes::CHECKED {
            let said = source(&about(), &record, profile, &addresses());
            let report = shapes.check(profile, Access::NonPublic, &said).unwrap().unwrap();
            let reasons: Vec<&str> = report.findings.iter().map(|f| f.reason.nb.as_str()).collect();
            assert!(reasons.is_empty(), "{} {}: {reasons:#?}", record.source.path, profile.name());
            assert!(report.remarks.is_empty(), "{:?}", report.remarks);
        }
    }
}

/// What sources share is said once: a holder of seven registers has one name and one page in each.
#[test]
fn our_own_shapes_find_nothing_in_the_whole_catalogue() {
    let shapes = Shapes::load().unwrap();
    for profile in Shapes::CHECKED {
        let report = shapes.check(profile, Access::NonPublic, &told(profile)).unwrap().unwrap();
        let reasons: Vec<&str> = report.findings.iter().map(|f| f.reason.nb.as_str()).collect();
        assert!(reasons.is_empty(), "{}: {reasons:#?}", profile.name());
    }
}

#[test]
fn the_published_shapes_find_no_violation_in_the_catalogue() {
    for (profile, file) in [
        (Profile::National2, "shacl/dcat-ap-no-2.ttl"),
        (Profile::National3, "shacl/dcat-ap-no-3-core.ttl"),
        (Profile::National3, "shacl/dcat-ap-no-3-range.ttl"),
        (Profile::Health, "shacl/healthdcat-ap-sensitive.ttl"),
    ] {
        let Some(shapes) = published(file) else { continue };
        let reasons = violations(&shapes, &told(profile));
        assert!(reasons.is_empty(), "{file}: {reasons:#?}");
    }
}

fn violations(shapes: &varde_rdf::Graph, said: &Statements) -> BTreeSet<String> {
    let report = shacl::Shapes::read(shapes).unwrap().validate(&said.graph()).unwrap();
    let focus = |node: String| node.rsplit('/').next().unwrap_or_default().to_owned();
    report.of(&Severity::Violation).map(|f| format!("{} {}", focus(f.focus.to_string()), f.reason.en)).collect()
}

/// HealthDCAT-AP demands more of data that fewer get at: each set is met by data of its own access, and the
/// stricter sets are not asked of data that more get at.
#[test]
fn each_set_of_obligations_is_met() {
    let shapes = Shapes::load().unwrap();
    for access in [Access::Public, Access::Restricted, Access::NonPublic] {
        for record in records() {
            let said = source(&about(), &open_to(&record, access), Profile::Health, &addresses());
            let report = shapes.check(Profile::Health, access, &said).unwrap().unwrap();
            let reasons: Vec<&str> = report.findings.iter().map(|f| f.reason.nb.as_str()).collect();
            assert!(reasons.is_empty(), "{} {}: {reasons:#?}", record.source.path, access.code());
        }
    }
    let mut bare = records().remove(0);
    bare.source.details.properties = varde_metadata::Properties::default();
    let lacks = |access| {
        let said = source(&about(), &open_to(&bare, access), Profile::Health, &addresses());
        shapes.check(Profile::Health, access, &said).unwrap().unwrap().findings.len()
    };
    let sets = [lacks(Access::Public), lacks(Access::Restricted), lacks(Access::NonPublic)];
    assert!(sets[0] < sets[1] && sets[1] < sets[2], "{sets:?}");
}

/// SKOS-AP-NO-Begrep: by our own shapes always, by Digdir's where they are at hand.
#[test]
fn the_concepts_are_what_the_national_model_asks_for() {
    let said = concepts(&about(), &addresses());
    let found = violations(&own("shapes/concepts.ttl"), &said);
    assert!(found.is_empty(), "{found:#?}");
    let members = said.iter().filter(|t| t.predicate.as_str().ends_with("core#member")).count();
    // Kinds of sources, data products, categories.
    assert_eq!(members, varde_metadata::SourceKind::ALL.len() + 1 + varde_metadata::EhdsCategory::ALL.len());
    if let Some(shapes) = published("shacl/skos-ap-no-begrep-2.ttl") {
        let found = violations(&shapes, &said);
        assert!(found.is_empty(), "{found:#?}");
    }
    let mut about = about();
    about.body.homepage = None;
    about.body.mail = None;
    assert!(violations(&own("shapes/concepts.ttl"), &concepts(&about, &addresses())).is_empty());
}

/// A check that cannot fail proves nothing: what is taken away is missed.
#[test]
fn what_is_taken_away_is_missed() {
    let shapes = Shapes::load().unwrap();
    let lacking = |change: fn(&mut varde_exchange::Record), profile| {
        let mut record = records().remove(0);
        change(&mut record);
        let said = source(&about(), &record, profile, &addresses());
        let report = shapes.check(profile, Access::NonPublic, &said).unwrap().unwrap();
        report.findings.iter().map(|f| f.reason.en.clone()).collect::<Vec<_>>().join(" ")
    };
    assert!(lacking(|r| r.holder = None, Profile::National2).contains("publisher (dct:publisher) is missing."));
    assert!(lacking(|r| r.bytes = None, Profile::Health).contains("size in bytes (dcat:byteSize) is missing"));
    let nothing: fn(&mut varde_exchange::Record) =
        |r| r.source.details.properties = varde_metadata::Properties::default();
    let without = lacking(nothing, Profile::Health);
    for name in ["purpose", "health theme", "provenance", "contact point"] {
        assert!(without.contains(name), "{name}: {without}");
    }
}
