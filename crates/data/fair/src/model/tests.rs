//! The models by name, and the laws that hold for all of them.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::civil::date;
use proptest::prelude::*;

use super::{judgement::with_judgements, *};

const SITE: &str = "https://varde.example";
const AUTHORITY: &str = "http://publications.europa.eu/resource/authority/";

fn nothing(access: Access) -> Facts {
    Facts {
        source: "npr".parse().unwrap(),
        edition: 1,
        site: SITE.to_owned(),
        access,
        told: BTreeMap::new(),
        dictionary: Share::default(),
        shared_codes: Share::default(),
        national: Some(7),
        health: Some(9),
    }
}

/// A value as it would be told, good enough for every rule.
fn good(field: Field) -> String {
    match field {
        Field::Identifier | Field::LandingPage | Field::AccessUrl | Field::DownloadUrl => format!("{SITE}/a"),
        Field::Theme => format!("{AUTHORITY}data-theme/HEAL"),
        Field::AccessRights => format!("{AUTHORITY}access-right/NON_PUBLIC"),
        Field::Spatial => format!("{AUTHORITY}country/NOR"),
        Field::Format => format!("{AUTHORITY}file-type/CSV"),
        Field::MediaType => "https://www.iana.org/assignments/media-types/text/csv".to_owned(),
        Field::License => format!("{AUTHORITY}licence/CC_BY_4_0"),
        Field::Law => "helseregisterloven § 11".to_owned(),
        other => other.name().to_owned(),
    }
}

fn everything(access: Access) -> Facts {
    Facts {
        told: Field::ALL.iter().map(|field| (*field, vec![good(*field)])).collect(),
        dictionary: Share { some: 9, all: 9 },
        shared_codes: Share { some: 4, all: 4 },
        national: Some(0),
        health: Some(0),
        ..nothing(access)
    }
}

/// Read once: the laws are tried on many facts.
static OUTLINES: LazyLock<Outlines> = LazyLock::new(|| Outlines::built_in().unwrap());

fn outlines() -> &'static Outlines {
    &OUTLINES
}

fn score(model: Model, facts: &Facts) -> Score {
    let outlines = outlines();
    let outline = outlines.of(model);
    Score::of(outline, facts, judge(outline, facts))
}

fn outcome(model: Model, facts: &Facts, indicator: &str) -> Outcome {
    score(model, facts).finding(indicator).unwrap_or_else(|| panic!("{indicator} is not there")).outcome
}

#[test]
fn the_weights_are_those_published() {
    let outlines = outlines();
    let sum = |model: Model| -> BTreeMap<String, u32> {
        let sum = |d: &Dimension| d.indicators.iter().map(|one| one.weight).sum();
        outlines.of(model).dimensions.iter().map(|d| (d.id.clone(), sum(d))).collect()
    };
    let mqa = sum(Model::Mqa);
    for (dimension, points) in [
        ("findability", 100),
        ("accessibility", 100),
        ("interoperability", 140),
        ("reusability", 75),
        ("contextuality", 20),
    ] {
        assert_eq!(mqa[dimension], points, "{dimension}");
    }
    assert_eq!(mqa.values().sum::<u32>(), 435, "405 of the EU's assessment, and 15 + 15 of formats");
    assert_eq!(outlines.of(Model::Mqa).indicators().count(), 25);
    assert_eq!(outlines.of(Model::Fdmm).indicators().count(), 41);
    let letters: Vec<_> = outlines.of(Model::Label).dimensions.iter().map(|d| d.id.as_str()).collect();
    assert_eq!(letters, ["a", "b", "c", "d", "e", "f"], "art. 78(3)");
}

#[test]
fn every_indicator_has_a_rule_of_its_own() {
    for model in Model::ALL {
        let rule = match model {
            Model::Fdmm => fdmm::rule,
            Model::Mqa => mqa::rule,
            Model::Label => label::rule,
            Model::Health => health::rule,
        };
        for (_, indicator) in outlines().of(*model).indicators() {
            assert!(rule(&indicator.id, &nothing(Access::NonPublic)).is_some(), "{}", indicator.id);
        }
    }
}

#[test]
fn what_is_mandatory_follows_the_access_rights() {
    let outlines = outlines();
    let mandatory = |access| {
        let all = outlines.of(Model::Health).indicators().map(|(_, one)| one.obligation(access).unwrap());
        all.filter(|one| *one == Obligation::Mandatory).count()
    };
    assert_eq!((mandatory(Access::Public), mandatory(Access::Restricted), mandatory(Access::NonPublic)), (11, 15, 22));
    let of = |access| outlines.of(Model::Health).indicator("provenance").unwrap().1.obligation(access).unwrap();
    assert_eq!((of(Access::Restricted), of(Access::NonPublic)), (Obligation::Recommended, Obligation::Mandatory));
    let all: Vec<&str> = score(Model::Health, &everything(Access::Public)).dimensions.keys().map(|_| "").collect();
    assert_eq!(all.len(), 3, "points stand by obligation");
}

#[test]
fn who_tells_everything_has_every_point() {
    for access in Access::ALL {
        let facts = everything(access);
        let mqa = score(Model::Mqa, &facts);
        assert_eq!((mqa.points.halves, mqa.points.possible), (870, 435), "{access:?}");
        assert_eq!(Class::of(mqa.points), Some(Class::Excellent));
        assert_eq!(score(Model::Health, &facts).points.percent(), Some(100));
        assert_eq!(score(Model::Fdmm, &facts).points.percent(), Some(100));
        assert_eq!(score(Model::Label, &facts).points.percent(), Some(100));
    }
}

#[test]
fn who_tells_nothing_has_none_and_what_only_people_know_is_not_judged() {
    let facts = nothing(Access::Public);
    assert_eq!(score(Model::Mqa, &facts).points.halves, 0);
    assert_eq!(score(Model::Health, &facts).points.halves, 0);
    for checked in ["RDA-I1-02M", "RDA-R1.3-01M", "RDA-R1.3-02M"] {
        assert_eq!(outcome(Model::Fdmm, &facts, checked), Outcome::Partly, "it was checked, with violations");
    }
    let met = score(Model::Fdmm, &facts).counts().get(&Outcome::Met).copied();
    assert_eq!(met, None);
    for indicator in ["b-uniqueness", "b-accuracy", "b-consistency", "c-maturity", "c-audit", "c-bias", "e-provision"] {
        assert_eq!(outcome(Model::Label, &facts, indicator), Outcome::NotJudged, "{indicator}");
    }
    assert_eq!(outcome(Model::Fdmm, &facts, "RDA-I3-02D"), Outcome::NotJudged);
}

#[test]
fn the_law_that_restricts_is_the_evidence() {
    let mut facts = nothing(Access::NonPublic);
    for indicator in ["downloadUrlAvailability", "downloadUrlStatusCode", "licenceAvailability", "knownLicence"] {
        assert_eq!(outcome(Model::Mqa, &facts, indicator), Outcome::NotJudged, "{indicator}: no law is told");
    }
    facts.told.insert(Field::Law, vec!["helseregisterloven § 11".to_owned()]);
    for (model, indicator) in [
        (Model::Mqa, "downloadUrlAvailability"),
        (Model::Mqa, "downloadUrlStatusCode"),
        (Model::Mqa, "licenceAvailability"),
        (Model::Mqa, "knownLicence"),
        (Model::Mqa, "formatMatch"),
        (Model::Fdmm, "RDA-A1-03D"),
        (Model::Fdmm, "RDA-A1-05D"),
        (Model::Fdmm, "RDA-R1.1-02M"),
        (Model::Fdmm, "RDA-R1.1-03M"),
    ] {
        let found = score(model, &facts).finding(indicator).unwrap().clone();
        assert_eq!(found.outcome, Outcome::RightlyRestricted, "{indicator}");
        let law = found.evidence.iter().find(|one| one.field == Field::Law).unwrap();
        assert_eq!(law.value, "helseregisterloven § 11");
        assert_eq!(found.improve, None, "nothing is to be done about {indicator}");
    }
    facts.access = Access::Public;
    assert_eq!(outcome(Model::Mqa, &facts, "downloadUrlAvailability"), Outcome::NotMet, "open data must be there");
}

#[test]
fn named_metrics_follow_their_definitions() {
    let mut facts = everything(Access::NonPublic);
    let told = |facts: &mut Facts, field, value: &str| facts.told.insert(field, vec![value.to_owned()]);
    told(&mut facts, Field::MediaType, "text/csv");
    assert_eq!(outcome(Model::Mqa, &facts, "formatMediaTypeVocabularyAlignment"), Outcome::NotMet);
    assert_eq!(outcome(Model::Mqa, &facts, "formatMediaTypeNonProprietary"), Outcome::Met, "the format is CSV");
    told(&mut facts, Field::Format, &format!("{AUTHORITY}file-type/XLSX"));
    told(&mut facts, Field::MediaType, "application/vnd.ms-excel");
    assert_eq!(outcome(Model::Mqa, &facts, "formatMediaTypeNonProprietary"), Outcome::NotMet);
    told(&mut facts, Field::AccessUrl, "https://elsewhere.example/a");
    assert_eq!(outcome(Model::Mqa, &facts, "accessUrlStatusCode"), Outcome::NotJudged, "we call nobody");
    facts.national = Some(1);
    assert_eq!(outcome(Model::Mqa, &facts, "dcatApCompliance"), Outcome::NotMet, "the metric is a yes or a no");
    assert_eq!(outcome(Model::Fdmm, &facts, "RDA-I1-02M"), Outcome::Partly);
    facts.national = None;
    assert_eq!(outcome(Model::Mqa, &facts, "dcatApCompliance"), Outcome::NotJudged);
}

#[test]
fn named_indicators_follow_the_facts() {
    let mut facts = everything(Access::NonPublic);
    facts.told.insert(Field::Identifier, vec!["npr".to_owned()]);
    assert_eq!(outcome(Model::Fdmm, &facts, "RDA-F1-01M"), Outcome::Met);
    assert_eq!(outcome(Model::Fdmm, &facts, "RDA-F1-02M"), Outcome::NotMet, "npr is not unique in the world");
    facts.told.remove(&Field::Keyword);
    assert_eq!(outcome(Model::Fdmm, &facts, "RDA-F2-01M"), Outcome::Partly);
    facts.dictionary = Share { some: 5, all: 9 };
    assert_eq!(outcome(Model::Fdmm, &facts, "RDA-I1-02D"), Outcome::Partly);
    facts.shared_codes = Share { some: 1, all: 9 };
    assert_eq!(outcome(Model::Fdmm, &facts, "RDA-I2-01D"), Outcome::Partly);
    facts.shared_codes = Share::default();
    assert_eq!(outcome(Model::Fdmm, &facts, "RDA-I2-01D"), Outcome::NotRelevant, "nothing is coded");
    facts.told.remove(&Field::Release);
    assert_eq!(outcome(Model::Fdmm, &facts, "RDA-F1-01D"), Outcome::NotJudged, "data elsewhere may have an identifier");
    facts.told.remove(&Field::Rows);
    assert_eq!(outcome(Model::Label, &facts, "b-validity"), Outcome::Partly, "there is a note in words");
}

#[test]
fn a_maturity_level_is_what_is_known_and_what_it_may_be() {
    let outlines = outlines();
    let outline = outlines.of(Model::Fdmm);
    let of = |facts: &Facts, id: &str| {
        let dimension = outline.dimensions.iter().find(|one| one.id == id).unwrap();
        maturity(dimension, &score(Model::Fdmm, facts))
    };
    let facts = everything(Access::NonPublic);
    assert_eq!(of(&facts, "F"), Maturity { least: 5, most: 5 });
    assert_eq!(of(&facts, "I"), Maturity { least: 4, most: 5 }, "RDA-I3-02D is a person's to judge");
    let mut open = nothing(Access::Public);
    open.told.insert(Field::Identifier, vec![good(Field::Identifier)]);
    assert_eq!(of(&open, "F"), Maturity { least: 0, most: 0 });
}

fn judgement(outcome: Outcome) -> Judgement {
    Judgement { outcome, reason: "Fordi.".to_owned(), evidence: vec!["Notat 7".to_owned()], day: date(2026, 3, 1) }
}

#[test]
fn a_judgement_counts_for_a_year_and_only_where_nothing_better_is_known() {
    let outlines = outlines();
    let facts = nothing(Access::Public);
    let judged = |indicator: &str, outcome, today| {
        let said = BTreeMap::from([(indicator.to_owned(), judgement(outcome))]);
        let all = with_judgements(judge(outlines.of(Model::Label), &facts), &said, today);
        all.into_iter().find(|one| one.indicator == indicator).unwrap()
    };
    let last = judged("c-audit", Outcome::Met, date(2027, 3, 1));
    assert_eq!((last.outcome, last.computed), (Outcome::Met, Some(Outcome::NotJudged)));
    let over = judged("c-audit", Outcome::Met, date(2027, 3, 2));
    assert_eq!(over.outcome, Outcome::NotJudged);
    assert!(over.statement.unwrap().must_confirm);
    let computed = judged("a-origin", Outcome::Met, date(2026, 3, 2));
    assert_eq!((computed.outcome, computed.statement), (Outcome::NotMet, None), "nobody can say that it is told");
    let law = judged("a-origin", Outcome::RightlyRestricted, date(2026, 3, 2));
    assert_eq!((law.outcome, law.improve), (Outcome::RightlyRestricted, None));
}

#[test]
fn what_is_wrong_with_a_judgement_is_told_by_the_field() {
    let fields = |one: Judgement| one.check().into_iter().map(|p| p.field.to_string()).collect::<Vec<_>>();
    let good = judgement(Outcome::Met);
    assert!(fields(good.clone()).is_empty());
    assert_eq!(fields(Judgement { reason: " ".to_owned(), ..good.clone() }), ["reason"]);
    assert_eq!(fields(Judgement { evidence: vec![], ..good.clone() }), ["evidence"]);
    assert_eq!(fields(Judgement { evidence: vec!["a".repeat(301)], ..good.clone() }), ["evidence"]);
    assert_eq!(fields(Judgement { evidence: vec!["a".to_owned(); 11], ..good.clone() }), ["evidence"]);
    let missing = Judgement { outcome: Outcome::NotMet, evidence: vec![], ..good.clone() };
    assert!(fields(missing).is_empty(), "nothing shows what is not there");
    assert_eq!(fields(Judgement { outcome: Outcome::RightlyRestricted, evidence: vec![], ..good }), ["evidence"]);
}

#[test]
fn classes_have_the_published_bounds() {
    let of = |points: u32| Class::of(Points { halves: points * 2, possible: 405, all: 405 }).unwrap();
    for (points, class) in [
        (0, Class::Bad),
        (120, Class::Bad),
        (121, Class::Sufficient),
        (220, Class::Sufficient),
        (221, Class::Good),
        (350, Class::Good),
        (351, Class::Excellent),
        (405, Class::Excellent),
    ] {
        assert_eq!(of(points), class, "{points}");
    }
    assert_eq!(Class::of(Points::default()), None);
}

prop_compose! {
    fn facts()(
        fields in proptest::sample::subsequence(Field::ALL.to_vec(), 0..=Field::ALL.len()),
        access in proptest::sample::select(Access::ALL.to_vec()),
        described in 0u32..10, shared in 0u32..10, coded in 0u32..10, national in 0u32..9, health in 0u32..9,
        elsewhere in any::<bool>(),
    ) -> Facts {
        let value = |field: Field| match field {
            Field::AccessUrl | Field::DownloadUrl if elsewhere => "https://elsewhere.example/a".to_owned(),
            other => good(other),
        };
        Facts {
            told: fields.into_iter().map(|field| (field, vec![value(field)])).collect(),
            dictionary: Share { some: described, all: 9 },
            shared_codes: Share { some: shared.min(coded), all: coded },
            national: Some(national),
            health: Some(health),
            ..nothing(access)
        }
    }
}

/// How good an outcome is, for those that can be compared.
fn worse(before: Outcome, after: Outcome) -> bool {
    match before {
        Outcome::Met => after != Outcome::Met,
        Outcome::Partly => !matches!(after, Outcome::Partly | Outcome::Met),
        Outcome::NotMet => false,
        _ => after.lacks(),
    }
}

proptest! {
    #[test]
    fn the_same_facts_give_the_same_score(facts in facts()) {
        for model in Model::ALL {
            let (one, two) = (score(*model, &facts), score(*model, &facts.clone()));
            prop_assert_eq!(&one, &two);
            let text = serde_json::to_string(&one).unwrap();
            prop_assert_eq!(serde_json::from_str::<Score>(&text).unwrap(), one);
        }
    }

    #[test]
    fn a_field_more_never_lowers_a_score(before in facts(), field in proptest::sample::select(Field::ALL.to_vec())) {
        let mut after = before.clone();
        after.told.entry(field).or_insert_with(|| vec![good(field)]);
        for model in Model::ALL {
            let (one, two) = (score(*model, &before), score(*model, &after));
            for (a, b) in one.findings.iter().zip(&two.findings) {
                prop_assert!(!worse(a.outcome, b.outcome), "{} by {}: {:?} to {:?}",
                    a.indicator, field.name(), a.outcome, b.outcome);
            }
            let (one, two) = (one.points, two.points);
            prop_assert!(u64::from(one.halves) * u64::from(two.possible) <= u64::from(two.halves) * u64::from(one.possible)
                || two.possible == 0 || one.possible == 0, "{:?} {:?} {:?}", model, one, two);
        }
    }

    #[test]
    fn better_figures_never_lower_a_score(before in facts()) {
        let mut after = before.clone();
        after.dictionary.some = 9;
        after.shared_codes.some = after.shared_codes.all;
        after.national = Some(0);
        after.health = Some(0);
        for model in Model::ALL {
            let (one, two) = (score(*model, &before), score(*model, &after));
            for (a, b) in one.findings.iter().zip(&two.findings) {
                prop_assert!(!worse(a.outcome, b.outcome), "{}", a.indicator);
            }
        }
    }

    #[test]
    fn what_is_rightly_restricted_never_counts_as_failed(facts in facts()) {
        let outlines = outlines();
        for model in Model::ALL {
            let outline = outlines.of(*model);
            let findings = judge(outline, &facts);
            let whole = Score::of(outline, &facts, findings.clone());
            for (at, found) in findings.iter().enumerate() {
                if found.outcome != Outcome::RightlyRestricted { continue; }
                prop_assert!(found.evidence.iter().any(|one| one.field == Field::Law && !one.value.is_empty()));
                prop_assert!(progress(found.outcome) == Some(0) && found.improve.is_none());
                // As if it were not asked for: it takes nothing from what could be had, and a failure would.
                let mut failed = findings.clone();
                failed[at].outcome = Outcome::NotMet;
                let failed = Score::of(outline, &facts, failed);
                prop_assert_eq!(whole.points.halves, failed.points.halves);
                prop_assert!(whole.points.possible < failed.points.possible);
                let mut other = findings.clone();
                other[at].outcome = Outcome::NotRelevant;
                prop_assert_eq!(Score::of(outline, &facts, other).points, whole.points);
            }
        }
    }
}
