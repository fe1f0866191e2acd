//! Properties of declarations and of their check.

use proptest::prelude::*;
use varde_core::{CataloguePath, LocalisedText, OrganisationId, Period};
use varde_permit::{Aggregate, Codes, Cohort, Events, Granularity, Index, Measure, Which, Window};

use super::{Declaration, DeclaredColumn, FlawKind, Known};
use crate::engine::{Column, Kind, Schema, extract::Asked};

const KINDS: [(&str, Kind); 5] = [
    ("day", Kind::Date),
    ("code", Kind::Code),
    ("amount", Kind::Integer),
    ("weight", Kind::Decimal),
    ("urgent", Kind::Boolean),
];

fn path(text: &str) -> CataloguePath {
    text.parse().unwrap()
}

fn known() -> Vec<Known> {
    let schema = |dataset: &str, event_date: Option<&str>| Schema {
        dataset: path(dataset),
        event_date: event_date.map(str::to_owned),
        columns: KINDS.iter().map(|(name, kind)| Column::new(name, *kind)).collect(),
    };
    let holder = Some(OrganisationId::from_uuid(uuid::Uuid::from_u128(8)));
    vec![Known { schema: schema("a/stay", Some("day")), holder }, Known { schema: schema("b/sale", None), holder }]
}

fn variables() -> impl Strategy<Value = CataloguePath> {
    let dataset = prop::sample::select(vec!["a/stay", "b/sale"]);
    (dataset, prop::sample::select(KINDS.to_vec())).prop_map(|(dataset, (name, _))| path(dataset).join(name).unwrap())
}

fn granularities() -> impl Strategy<Value = Granularity> {
    use Granularity::{AsIs, Band, Month, Prefix, RelativeDays, Rounded, Shifted, Year};
    prop_oneof![
        4 => Just(AsIs),
        1 => prop::sample::select(vec![Month, Year, RelativeDays, Shifted(7), Band(5), Rounded(10), Prefix(1), Band(0)]),
    ]
}

fn measures() -> impl Strategy<Value = Measure> {
    let aggregate = prop::option::weighted(0.8, prop::sample::select(Aggregate::ALL.to_vec()));
    let window = prop::option::weighted(0.2, (-9_i32..2, -9_i32..9));
    let having = prop::option::weighted(0.2, variables());
    (aggregate, window, having).prop_map(|(aggregate, window, having)| Measure {
        aggregate,
        window: window.map(|(from, until)| Window { from: Some(from), until: Some(until) }),
        having: having.map(|variable| Codes { variable, prefixes: vec!["I".to_owned()] }),
        name: None,
    })
}

fn rules() -> impl Strategy<Value = Cohort> {
    let codes = variables().prop_map(|variable| Cohort::HasCode { variable, prefixes: vec!["I50".to_owned()] });
    let events = variables()
        .prop_map(|variable| Cohort::Events(Events::once(Codes { variable, prefixes: vec!["I50".to_owned()] })));
    let leaf = prop_oneof![Just(Cohort::Everyone), codes, events, Just(Cohort::Resident { areas: Vec::new() })];
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Cohort::All),
            inner.prop_map(|rule| Cohort::Not(Box::new(rule))),
        ]
    })
}

pub(crate) fn declarations() -> impl Strategy<Value = Declaration> {
    let columns = prop::collection::vec((variables(), granularities(), measures()), 0..4);
    let index = prop::option::weighted(0.3, variables()).prop_map(|variable| {
        let codes = |variable| Codes { variable, prefixes: vec!["I".to_owned()] };
        variable.map(|variable| Index::Event { events: Events::once(codes(variable)), which: Which::First })
    });
    let sources = prop::sample::subsequence(vec![path("a/stay"), path("b/sale")], 0..=2);
    (rules(), index, columns, sources, any::<bool>()).prop_map(|(population, index, columns, sources, all)| {
        Declaration {
            dataset: path("p/made"),
            name: LocalisedText::new("Et produkt", "", ""),
            description: LocalisedText::default(),
            sources: if all { vec![path("a/stay"), path("b/sale")] } else { sources },
            population,
            index,
            period: Period::since(jiff::civil::date(2020, 1, 1)),
            event_date: None,
            columns: columns
                .into_iter()
                .enumerate()
                .map(|(at, (variable, granularity, measure))| DeclaredColumn {
                    name: format!("column_{at}"),
                    variable,
                    granularity,
                    measure,
                    label: LocalisedText::default(),
                })
                .collect(),
        }
    })
}

/// One that nothing is wrong with.
fn good() -> Declaration {
    let column = |name: &str, variable: &str, aggregate| DeclaredColumn {
        name: name.to_owned(),
        variable: path(variable),
        granularity: Granularity::AsIs,
        measure: Measure::of(aggregate),
        label: LocalisedText::default(),
    };
    Declaration {
        dataset: path("p/made"),
        name: LocalisedText::new("Et produkt", "", ""),
        description: LocalisedText::default(),
        sources: vec![path("a/stay"), path("b/sale")],
        population: Cohort::HasCode { variable: path("a/stay/code"), prefixes: vec!["I50".to_owned()] },
        index: None,
        period: Period::since(jiff::civil::date(2020, 1, 1)),
        event_date: Some("first".to_owned()),
        columns: vec![column("first", "a/stay/day", Aggregate::First), column("sold", "b/sale/amount", Aggregate::Sum)],
    }
}

proptest! {
    /// Whatever passes the check is what the engine can make, and has a release's columns.
    #[test]
    fn whatever_passes_can_be_made(declaration in declarations()) {
        let known = known();
        let schemas: Vec<&Schema> =
            known.iter().map(|one| &one.schema).filter(|schema| declaration.sources.contains(&schema.dataset)).collect();
        let need = declaration.need();
        let variables = declaration.variables();
        let asked = Asked { cohort: &need.cohort, design: &need.design, variables: &variables };
        let flaws = declaration.flaws(&known);
        if flaws.is_empty() {
            prop_assert_eq!(asked.errors(&schemas), []);
            let schema = declaration.schema(&schemas).unwrap();
            prop_assert_eq!(schema.check(), Ok(()));
            prop_assert_eq!(schema.columns.len(), declaration.columns.len());
            let described = declaration.described(&schemas).unwrap();
            let mut both = described.variables.iter().zip(&declaration.columns);
            let told = both.all(|(variable, column)| variable.versions[0].description.nb.contains(column.variable.as_str()));
            prop_assert!(told);
        }
        prop_assert!(flaws.iter().all(|flaw| !flaw.place.is_empty()));
    }

    #[test]
    fn what_is_written_reads_back_with_the_same_digest(declaration in declarations()) {
        let read = Declaration::read(&declaration.written()).unwrap();
        prop_assert_eq!(read.digest(), declaration.digest());
        prop_assert_eq!(read, declaration);
    }
}

type Change = fn(&mut Declaration);

#[test]
fn what_is_wrong_is_named_with_its_place() {
    assert_eq!(good().flaws(&known()), []);
    let changes: [(Change, &str, FlawKind); 20] = [
        (|d| d.dataset = path("made"), "dataset", FlawKind::NotADataset),
        (|d| d.name = LocalisedText::default(), "name.nb", FlawKind::NoName),
        (|d| d.period.until = Some(jiff::civil::date(2019, 1, 1)), "period", FlawKind::Period),
        (|d| d.sources.push(path("c/none")), "sources[2]", FlawKind::UnknownSource),
        (|d| d.sources.push(path("a/stay")), "sources[2]", FlawKind::SourceTwice),
        (|d| d.sources.push(path("p/made")), "sources[2]", FlawKind::OwnSource),
        (|d| drop(d.columns.pop()), "sources[1]", FlawKind::UnusedSource),
        (|d| drop(d.sources.pop()), "columns[1].variable", FlawKind::NotASource),
        (|d| d.columns[1].variable = path("b/sale/none"), "columns[1].variable", FlawKind::UnknownVariable),
        (|d| d.columns[1].granularity = Granularity::Month, "columns[1].granularity", FlawKind::Granularity),
        (|d| d.columns[0].granularity = Granularity::Shifted(7), "columns[0].granularity", FlawKind::Shifted),
        (|d| d.columns[0].granularity = Granularity::RelativeDays, "columns[0].granularity", FlawKind::Relative),
        (|d| d.columns[1].measure = Measure::of(Aggregate::First), "columns[1].measure", FlawKind::NoDates),
        (|d| d.columns[1].name = "First".to_owned(), "columns[1].name", FlawKind::ColumnName),
        (|d| d.columns[1].name = "person_index".to_owned(), "columns[1].name", FlawKind::ColumnName),
        (|d| d.columns[1].name = "first".to_owned(), "columns[1].name", FlawKind::ColumnTwice),
        (|d| d.columns[1].measure.name = Some("x".to_owned()), "columns[1].measure.name", FlawKind::MeasureName),
        (|d| d.event_date = Some("sold".to_owned()), "event_date", FlawKind::EventDate),
        (|d| d.population = Cohort::Any(Vec::new()), "population", FlawKind::Empty),
        (
            |d| d.columns[0].measure.window = Some(Window { from: None, until: Some(3) }),
            "columns[0].measure",
            FlawKind::NeedsIndex,
        ),
    ];
    for (change, place, kind) in changes {
        let mut wrong = good();
        change(&mut wrong);
        let flaws = wrong.flaws(&known());
        assert!(flaws.iter().any(|flaw| flaw.place == place && flaw.kind == kind), "{place} {kind:?}: {flaws:?}");
    }
    let mut rows = good();
    rows.columns.iter_mut().for_each(|column| column.measure = Measure::default());
    let flaws = rows.flaws(&known());
    assert!(flaws.iter().any(|flaw| flaw.kind == FlawKind::RowsOfTwo && flaw.place == "columns[1].variable"));
}

#[test]
fn every_flaw_has_a_name_of_its_own() {
    let names: std::collections::BTreeSet<&str> = FlawKind::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(names.len(), FlawKind::ALL.len());
    for kind in FlawKind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
    }
}
