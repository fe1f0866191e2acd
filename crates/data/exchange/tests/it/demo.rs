//! What we tell of the demo world meets every profile that is checked: by our own shapes always, and by
//! the published ones where they are at hand.

use std::collections::BTreeSet;

use varde_exchange::{Access, Part, Profile, Shapes, catalogue, source};
use varde_rdf::{
    Statements,
    shacl::{self, Severity},
};

use crate::world::{about, addresses, published, records};

fn told(profile: Profile) -> Statements {
    let records = records();
    let part = Part { page: 1, pages: 1, sources: records.len() };
    catalogue(&about(), &records, part, profile, &addresses())
}

#[test]
fn our_own_shapes_find_nothing_in_any_source() {
    let shapes = Shapes::load().unwrap();
    for record in records() {
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
    for (profile, file) in
        [(Profile::National2, "shacl/dcat-ap-no-2.ttl"), (Profile::Health, "shacl/healthdcat-ap-sensitive.ttl")]
    {
        let Some(shapes) = published(file) else { continue };
        let report = shacl::Shapes::read(&shapes).unwrap().validate(&told(profile).graph()).unwrap();
        let reasons: BTreeSet<String> = report
            .of(&Severity::Violation)
            .map(|f| format!("{} {}", f.focus.to_string().rsplit('/').next().unwrap_or_default(), f.reason.en))
            .collect();
        assert!(reasons.is_empty(), "{file}: {reasons:#?}");
    }
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
