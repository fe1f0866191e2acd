//! What is alike and why, by cases.

use std::collections::BTreeMap;

use varde_core::{CataloguePath, LocalisedText};
use varde_metadata::DataType;

use super::{Described, Distribution, Part, Reason, Similar};
use crate::model::code::Coding;

fn variable(path: &str, name: LocalisedText, data_type: DataType, unit: &str, codes: &[(&str, &str)]) -> Described {
    let codes = codes.iter().map(|(value, text)| ((*value).to_owned(), LocalisedText::bokmaal(*text)));
    Described {
        path: path.parse().unwrap(),
        name,
        description: LocalisedText::default(),
        data_type,
        unit: Some(unit.to_owned()),
        coding: Coding { system: None, codes: codes.collect() },
    }
}

fn nb(text: &str) -> LocalisedText {
    LocalisedText::bokmaal(text)
}

fn small() -> Similar {
    Similar::of(vec![
        variable("a/x/lungekreft", nb("Lungekreft"), DataType::Boolean, "", &[]),
        variable("b/x/kreft_i_lungen", nb("Kreft i lungen"), DataType::Boolean, "", &[]),
        variable("b/x/naturkrefter", nb("Naturkrefter"), DataType::Boolean, "", &[]),
        variable("a/x/vekt", LocalisedText::new("Vekt", "", "Weight"), DataType::Decimal, "kg", &[]),
        variable("b/x/weight", nb("Weight"), DataType::Decimal, "g", &[]),
        variable("a/x/kjonn", nb("Kjønn"), DataType::List, "", &[("1", "Mann"), ("2", "Kvinne")]),
        variable("b/x/sex", nb("Kjønn"), DataType::List, "", &[("M", "Mann"), ("K", "Kvinne"), ("U", "Ukjent")]),
    ])
}

fn path(text: &str) -> CataloguePath {
    text.parse().unwrap()
}

fn first(similar: &Similar, of: &str) -> super::Alike {
    similar.alike(&path(of), &BTreeMap::new(), 5).unwrap().remove(0)
}

#[test]
fn a_compound_is_met_by_its_parts_and_not_by_its_letters() {
    let similar = small();
    let found = similar.alike(&path("a/x/lungekreft"), &BTreeMap::new(), 5).unwrap();
    assert_eq!(found[0].path.as_str(), "b/x/kreft_i_lungen");
    assert!(found.iter().all(|one| one.path.as_str() != "b/x/naturkrefter"));
}

#[test]
fn every_part_says_what_was_found() {
    let similar = small();
    let weight = first(&similar, "a/x/vekt");
    assert_eq!(weight.path.as_str(), "b/x/weight", "by the English name");
    let units = Reason::Units { own: "kg".to_owned(), other: "g".to_owned() };
    let of = |part: Part| weight.score.parts.iter().find(|one| one.part == part).unwrap();
    assert!(of(Part::Type).reasons.contains(&units) && of(Part::Type).score == Some(0.5));
    assert_eq!(of(Part::Distribution).score, None, "nobody has counted");
    assert_eq!(of(Part::Distribution).weight, 0.0);
    let sex = first(&similar, "a/x/kjonn").score;
    let codes = sex.parts.iter().find(|one| one.part == Part::Codes).unwrap();
    assert!(matches!(&codes.reasons[..], [Reason::Codes { shared: 2, of: 2, other: 3, .. }]), "{codes:?}");
}

#[test]
fn the_total_is_the_weighted_mean_of_what_could_be_compared() {
    let similar = small();
    for of in ["a/x/lungekreft", "a/x/vekt", "a/x/kjonn"] {
        for alike in similar.alike(&path(of), &BTreeMap::new(), 9).unwrap() {
            let score = &alike.score;
            let weights: f64 = score.parts.iter().map(|part| part.weight).sum();
            let mean: f64 = score.parts.iter().map(|part| part.weight * part.score.unwrap_or_default()).sum();
            assert!((weights - 1.0).abs() < 1e-9 && (mean * score.place - score.total).abs() < 1e-9, "{score:?}");
            assert!((0.0..=1.0).contains(&score.total));
            let back = similar.compare(&alike.path, &path(of)).unwrap();
            assert!((back.total - score.total).abs() < 1e-6, "it is the same from the other side");
        }
    }
}

#[test]
fn distributions_count_where_both_are_known() {
    let similar = small();
    let shares = |a: f64| Distribution::Shares([("1".to_owned(), a), ("2".to_owned(), 1.0 - a)].into());
    let both = BTreeMap::from([(path("a/x/kjonn"), shares(0.5)), (path("b/x/sex"), shares(0.5))]);
    let found = similar.alike(&path("a/x/kjonn"), &both, 1).unwrap().remove(0);
    let part = found.score.parts.iter().find(|one| one.part == Part::Distribution).unwrap();
    assert!(part.score == Some(1.0) && part.weight > 0.0);
    assert!(found.score.total > first(&similar, "a/x/kjonn").score.total);
}

#[test]
fn pairs_are_found_once_and_above_the_least() {
    let similar = small();
    let pairs = similar.pairs(0.6);
    let mut seen = std::collections::BTreeSet::new();
    for pair in &pairs {
        assert!(pair.a < pair.b && pair.total >= 0.6 && seen.insert((pair.a.clone(), pair.b.clone())));
    }
    assert!(pairs.iter().any(|pair| pair.a.as_str() == "a/x/kjonn" && pair.b.as_str() == "b/x/sex"), "{pairs:?}");
    assert!(Similar::of(Vec::new()).pairs(0.0).is_empty());
    assert_eq!(similar.alike(&path("c/x/unknown"), &BTreeMap::new(), 5), None);
}

/// What is compared for one variable does not grow with the catalogue, also when all words are common.
#[test]
fn few_are_compared_however_many_there_are() {
    let many =
        (0..4_000).map(|n| variable(&format!("s{n}/d/kjonn"), nb("Kjønn"), DataType::List, "", &[("1", "Mann")]));
    let similar = Similar::of(many.collect());
    assert_eq!(similar.neighbours(&path("s7/d/kjonn")).len(), 200);
    assert_eq!(similar.alike(&path("s7/d/kjonn"), &BTreeMap::new(), 10).unwrap().len(), 10);
}
