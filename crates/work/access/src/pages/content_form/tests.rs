use jiff::civil::date;
use proptest::prelude::*;
use varde_permit::{
    Aggregate, Area, Attribute, Codes, Cohort, Controls, Design, Events, Granularity, Index, Kinship, Measure, Rhythm,
    Updates, Which,
};

use super::*;

fn content(cohort: Cohort) -> Content {
    let needed = |path: &str, granularity| NeededVariable::rows(path.parse().unwrap(), granularity, "Fordi");
    Content {
        title: "Tittel".into(),
        summary: "Sammendrag".into(),
        purpose: Purpose::Research,
        legal_bases: vec![LegalBasis::new("GDPR", "art. 6(1)(e)"), LegalBasis::new("GDPR", "art. 9(2)(j)")],
        ethics_approval: "REK 1".into(),
        need: DataNeed {
            cohort,
            variables: vec![
                needed("npr/contact/in_date", Granularity::Month),
                needed("npr/contact/main_condition", Granularity::Prefix(3)),
            ],
            period: Period::new(date(2020, 1, 1), date(2024, 12, 31)).unwrap(),
            design: varde_permit::Design::default(),
            handover: varde_permit::Handover::default(),
        },
        persons: vec![PersonId::from_uuid(uuid::Uuid::from_u128(7))],
        months: 36,
    }
}

/// What is read of a form; nothing may be wrong with it.
fn read(form: &Form, stored: &Content) -> Content {
    let (content, problems) = from_form(form, stored);
    assert_eq!(problems, []);
    content
}

fn cohorts() -> impl Strategy<Value = Cohort> {
    let code = Just(Cohort::HasCode {
        variable: "npr/contact/main_condition".parse().unwrap(),
        prefixes: vec!["I50".into(), "I11".into()],
    });
    let born = Just(Cohort::Born { from: date(1950, 1, 1), until: date(1980, 12, 31) });
    let resident = Just(Cohort::Resident { areas: vec!["03".into(), "5401".into()] });
    let age = (0_u32..40, 40_u32..120).prop_map(|(from, until)| Cohort::AtIndex(Attribute::Age { from, until }));
    let parts = (prop::option::of(code), prop::option::of(born), prop::option::of(resident), prop::option::of(age));
    parts.prop_map(|(a, b, c, d)| {
        let parts: Vec<Cohort> = [a, b, c, d].into_iter().flatten().collect();
        if parts.is_empty() { Cohort::Everyone } else { Cohort::All(parts) }
    })
}

fn designs() -> impl Strategy<Value = Design> {
    let period = prop::option::of(Just(Period::new(date(2018, 1, 1), date(2022, 6, 30)).unwrap()));
    let which = prop::sample::select(vec![Which::First, Which::Last, Which::Reached]);
    let event = (period, 1_u32..5, 0_u32..90, which).prop_map(|(within, at_least, days_between, which)| {
        let variable = "npr/contact/main_condition".parse().unwrap();
        let codes = Codes { variable, prefixes: vec!["I50".into(), "I11".into()] };
        Index::Event { events: Events { codes, within, at_least, days_between }, which }
    });
    let index = prop_oneof![event, Just(Index::Day(date(2020, 5, 17)))];
    let area = prop::sample::select(vec![None, Some(Area::County), Some(Area::Municipality)]);
    let controls =
        (1_u32..=10, 0_u32..=20, any::<bool>(), area).prop_map(|(per_case, birth_years, same_sex, same_area)| {
            Controls { per_case, birth_years, same_sex, same_area }
        });
    let kin = prop::sample::subsequence(vec![Kinship::Parents, Kinship::Children, Kinship::Siblings], 0..=3);
    let told = prop::option::of(prop::sample::select(vec![Granularity::Month, Granularity::RelativeDays]));
    (prop::option::of(index), told, prop::option::of(controls), kin).prop_map(|(index, told, controls, kin)| Design {
        index_as: told.filter(|_| index.is_some()),
        index,
        controls,
        relatives: kin.into_iter().collect(),
    })
}

fn measures() -> impl Strategy<Value = Measure> {
    let window = (prop::option::of(-400_i32..400), prop::option::of(-400_i32..400));
    let window = window
        .prop_map(|(from, until)| (from.is_some() || until.is_some()).then_some(varde_permit::Window { from, until }));
    let aggregate = prop::option::of(prop::sample::select(Aggregate::ALL.to_vec()));
    let having = prop::option::of(prop::collection::vec("[A-Z][0-9]{2}", 1..3));
    let having = having.prop_map(|prefixes| {
        prefixes.map(|prefixes| Codes { variable: "npr/contact/main_condition".parse().unwrap(), prefixes })
    });
    let name = prop::option::of("[a-z][a-z0-9_]{0,8}");
    (window, aggregate, having, name).prop_map(|(window, aggregate, having, name)| Measure {
        window,
        name: name.filter(|_| aggregate.is_some()),
        aggregate,
        having,
    })
}

proptest! {
    #[test]
    fn what_is_shown_and_posted_back_is_what_was_stored(
        cohort in cohorts(), design in designs(), measure in measures(),
    ) {
        let mut stored = content(cohort);
        stored.need.design = design;
        stored.need.variables[1].measure = measure;
        prop_assert_eq!(read(&to_form(&stored), &stored), stored);
    }
}

#[test]
fn a_variable_can_have_one_figure_more_until_there_are_none_left() {
    let mut stored = content(Cohort::Everyone);
    for expected in 3..=10 {
        stored = read(&to_form(&stored).with("again_1", "yes"), &stored);
        assert_eq!(stored.need.variables.len(), expected);
    }
    let asked: Vec<_> = stored.need.variables.iter().map(NeededVariable::asked).collect();
    assert_eq!(varde_permit::design_flaws(&stored.need.cohort, &stored.need.design, &asked), []);
    let whole = read(&to_form(&stored).with("again_1", "yes"), &stored);
    assert_eq!(whole, stored, "every figure is there");
}

#[test]
fn formats_and_language_are_kept_and_parquet_comes_always() {
    let mut stored = content(Cohort::Everyone);
    stored.need.handover = Handover {
        formats: [Format::Parquet, Format::Csv, Format::Stata].into(),
        language: varde_core::Language::En,
        updates: Some(Updates { every: Rhythm::Quarterly, months: 18, when_asked: true }),
    };
    assert_eq!(read(&to_form(&stored), &stored).need.handover, stored.need.handover);
    let none = Form::of([("language", "nn"), ("formats", "xlsx")]);
    let read = read_handover(&none, &stored.need.handover);
    assert_eq!((read.formats, read.language), ([Format::Parquet].into(), varde_core::Language::Nn));
}

#[test]
fn a_cohort_the_form_cannot_show_survives_an_edit() {
    let code =
        || Cohort::HasCode { variable: "npr/contact/main_condition".parse().unwrap(), prefixes: vec!["I".into()] };
    let not = || Cohort::Not(Box::new(code()));
    // The last two are wrong, and can be kept as drafts by the API.
    let backwards = || Cohort::Born { from: date(1990, 1, 1), until: date(1980, 1, 1) };
    let nowhere = Cohort::All(vec![backwards(), Cohort::Resident { areas: vec!["Oslo".into()] }]);
    let twice = Cohort::All(vec![code(), code()]);
    for cohort in [not(), Cohort::All(vec![code(), not()]), twice, backwards(), nowhere] {
        let stored = content(cohort);
        assert_eq!(read(&to_form(&stored), &stored).need.cohort, stored.need.cohort);
    }
}

#[test]
fn every_wrong_field_is_named_at_once() {
    let stored = content(Cohort::Everyone);
    let form = Form::of([
        ("purpose", "x"),
        ("months", "x"),
        ("period_from", "2020-01-01"),
        ("period_until", "2019-01-01"),
        ("cohort", "code"),
        ("born_from", "1990-01-01"),
        ("areas", "Oslo"),
        ("variable", "npr/contact/in_date"),
    ]);
    let fields: Vec<String> = from_form(&form, &stored).1.into_iter().map(|p| p.field).collect();
    let expected = ["purpose", "months", "period_until", "cohort_variable", "born_until", "areas", "granularity_0"];
    assert_eq!(fields, expected);
}

#[test]
fn grounds_that_the_form_does_not_offer_survive_an_edit() {
    let mut stored = content(Cohort::Everyone);
    stored.legal_bases.push(LegalBasis::new("Helseregisterloven", "§ 19 e"));
    assert_eq!(read(&to_form(&stored), &stored).legal_bases, stored.legal_bases);
}

#[test]
fn a_variable_that_cannot_be_read_is_not_lost() {
    let mut stored = content(Cohort::Everyone);
    stored.need.variables[0].granularity = Granularity::Shifted(0);
    let (content, problems) = from_form(&to_form(&stored), &stored);
    assert_eq!(content.need.variables, stored.need.variables);
    assert_eq!(problems, [FieldProblem::new("granularity_0", "access-error-granularity")]);
}
