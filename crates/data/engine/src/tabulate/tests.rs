//! Every table against one that is counted row by row, for any rows, exclusions, plan and number of threads.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, RecordBatch, StringArray, UInt32Array,
};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use varde_core::ReleaseId;
use varde_permit::Exclusion;

use super::*;
use crate::{
    Column, Exclusions, Kind, Schema,
    release::{SortingWriter, day, day_number},
};

/// Who, day of 2023 and 2024, code, yes or no, number.
type Event = (u32, Option<i16>, Option<&'static str>, Option<bool>, Option<i16>);

fn schema() -> Schema {
    let columns = [("day", Kind::Date), ("code", Kind::Code), ("truth", Kind::Boolean), ("number", Kind::Decimal)];
    Schema {
        dataset: "npr/contact".parse().unwrap(),
        event_date: Some("day".to_owned()),
        columns: columns.map(|(name, kind)| Column::new(name, kind)).to_vec(),
    }
}

fn day_of(event: &Event) -> Option<i32> {
    event.1.map(|day| day_number(date(2023, 1, 1)) + i32::from(day))
}

fn number(event: &Event) -> Option<f64> {
    event.4.map(|number| f64::from(number) / 2.0)
}

/// A release of the events on disk, in batches of its own.
fn release(folder: &tempfile::TempDir, events: &[Event]) -> Release {
    let columns: Vec<ArrayRef> = vec![
        Arc::new(UInt32Array::from_iter_values(events.iter().map(|event| event.0))),
        Arc::new(events.iter().map(day_of).collect::<Date32Array>()),
        Arc::new(events.iter().map(|event| event.2).collect::<StringArray>()),
        Arc::new(events.iter().map(|event| event.3).collect::<BooleanArray>()),
        Arc::new(events.iter().map(number).collect::<Float64Array>()),
    ];
    let place = folder.path().join("release.parquet");
    let id = ReleaseId::from_uuid(uuid::Uuid::from_u128(1));
    let mut writer = SortingWriter::create(&place, &schema(), id, 1 << 20).unwrap();
    writer.push(RecordBatch::try_new(schema().arrow(), columns).unwrap()).unwrap();
    writer.finish().unwrap();
    Release::open(&place).unwrap()
}

fn excluded(people: &BTreeSet<u32>) -> ExclusionSet {
    let mut all = Exclusions::default();
    all.everywhere(Exclusion::OptedOut, people.iter().copied().collect());
    all.for_dataset(&schema().dataset)
}

const PEOPLE: u32 = 60;

fn born(person: u32) -> Option<Date> {
    (!person.is_multiple_of(7)).then(|| date(1950 + i16::try_from(person).unwrap(), 6, 15))
}

fn births() -> Births {
    Births::new((0..PEOPLE).map(born), date(2024, 1, 1))
}

fn county() -> Attribute {
    let of: Vec<u16> = (0..PEOPLE).map(|person| u16::try_from(person % 4).unwrap()).collect();
    Attribute { codes: Arc::from(["03", "11", "50"].map(str::to_owned)), of: of.into() }
}

/// Full years at a day, counted by the calendar.
fn years(person: u32, event: &Event) -> Option<i64> {
    let (born, at) = (born(person)?, day(day_of(event)?)?);
    let had = (at.month(), at.day()) >= (born.month(), born.day());
    Some(i64::from(at.year() - born.year()) - i64::from(!had))
}

fn group(axis: &Axis, event: &Event) -> Group {
    let when = day_of(event).and_then(day);
    let band = |value: i64, width: u32| {
        let from = value.div_euclid(i64::from(width)) * i64::from(width);
        Group::Band(from, from + i64::from(width) - 1)
    };
    let found = match axis {
        Axis::Codes { length, .. } => event.2.map(|code| {
            Group::Code(length.map_or(code, |length| &code[..code.len().min(usize::from(length))]).to_owned())
        }),
        Axis::Truth { .. } => event.3.map(Group::Truth),
        Axis::Year { .. } => when.map(|date| Group::Year(date.year().into())),
        Axis::Month { .. } => when.map(|date| Group::Month(date.year().into(), u8::try_from(date.month()).unwrap())),
        Axis::Band { width, .. } => number(event).map(|number| band(number.floor() as i64, *width)),
        Axis::Age { width, .. } => years(event.0, event).map(|years| band(years, *width)),
        Axis::Person(attribute) => {
            attribute.codes.get(usize::from(attribute.of[event.0 as usize])).cloned().map(Group::Code)
        }
        Axis::Only { axis, groups } => {
            Some(group(axis, event)).map(|found| if groups.contains(&found) { found } else { Group::Rest })
        }
    };
    found.unwrap_or(Group::Missing)
}

fn passes(filter: &Filter, event: &Event) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().all(|part| passes(part, event)),
        Filter::Any(parts) => parts.iter().any(|part| passes(part, event)),
        Filter::Not(part) => !passes(part, event),
        Filter::Codes { prefixes, .. } => event.2.is_some_and(|code| prefixes.iter().any(|p| code.starts_with(p))),
        Filter::Truth { is, .. } => event.3 == Some(*is),
        Filter::Days { from, until, .. } => day_of(event).is_some_and(|day| *from <= day && day <= *until),
        Filter::Range { from, until, .. } => number(event).is_some_and(|number| *from <= number && number < *until),
        Filter::Age { from, until, .. } => {
            years(event.0, event).is_some_and(|years| i64::from(*from) <= years && years <= i64::from(*until))
        }
        Filter::People(people) => people.contains(event.0),
    }
}

fn numbers(scale: f64) -> Amount {
    Amount::Number { column: "number".to_owned(), low: 0.0, high: 150.0, scale }
}

fn event() -> impl Strategy<Value = Event> {
    let code = prop::sample::select(vec!["I501", "I50", "C349", "J18", "J45"]);
    (
        0..PEOPLE,
        prop::option::weighted(0.9, 0_i16..730),
        prop::option::weighted(0.9, code),
        prop::option::weighted(0.9, any::<bool>()),
        prop::option::weighted(0.9, -40_i16..400),
    )
}

fn axis() -> impl Strategy<Value = Axis> {
    let (code, day) = (|| "code".to_owned(), || "day".to_owned());
    prop::sample::select(vec![
        Axis::Codes { column: code(), length: None },
        Axis::Codes { column: code(), length: Some(1) },
        Axis::Truth { column: "truth".to_owned() },
        Axis::Year { column: day() },
        Axis::Month { column: day() },
        Axis::Band { column: "number".to_owned(), width: 50 },
        Axis::Age { births: births(), width: 10 },
        Axis::Person(county()),
        only(Axis::Codes { column: code(), length: None }, &[Group::Code("I50".to_owned()), Group::Missing]),
        only(Axis::Person(county()), &[Group::Code("11".to_owned()), Group::Code("99".to_owned())]),
        only(Axis::Band { column: "number".to_owned(), width: 50 }, &[]),
    ])
}

fn only(axis: Axis, groups: &[Group]) -> Axis {
    Axis::Only { axis: Box::new(axis), groups: groups.into() }
}

fn filter() -> impl Strategy<Value = Filter> {
    let codes = |prefix: &str| Filter::Codes { column: "code".to_owned(), prefixes: vec![prefix.to_owned()] };
    let first = day_number(date(2023, 3, 1));
    let leaf = prop::sample::select(vec![
        codes("I50"),
        codes("J"),
        Filter::Truth { column: "truth".to_owned(), is: true },
        Filter::Days { column: "day".to_owned(), from: first, until: first + 200 },
        Filter::Range { column: "number".to_owned(), from: 0.0, until: 50.0 },
        Filter::Age { births: births(), from: 20, until: 60 },
        Filter::People(Arc::new((0..40).collect())),
    ]);
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::All),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Filter::Any),
            inner.prop_map(|one| Filter::Not(Box::new(one))),
        ]
    })
}

fn key_of(person: u32) -> u32 {
    (person + 1).wrapping_mul(0x9E37_79B9)
}

/// What those events make up that are in the groups.
fn by_hand(plan: &Plan, kept: &[&Event], groups: &[Option<Group>]) -> Tallied {
    let inside = |event: &&&Event| {
        plan.axes
            .iter()
            .zip(groups)
            .all(|(axis, wanted)| wanted.as_ref().is_none_or(|wanted| &group(axis, event) == wanted))
    };
    let those: Vec<_> = kept.iter().filter(inside).collect();
    let people: BTreeSet<u32> = those.iter().map(|event| event.0).collect();
    let key = people.iter().fold(0_u32, |all, person| all.wrapping_add(key_of(*person)));
    let summed = plan.amount.as_ref().map(|amount| {
        let units = |event: &&&&Event| match amount {
            Amount::Rows => 1,
            Amount::Number { low, high, scale, .. } => {
                number(event).map_or(0, |number| (number.clamp(*low, *high) * scale) as u64)
            }
        };
        let of = |person: &u32| those.iter().filter(|event| event.0 == *person).map(|event| units(&event)).sum::<u64>();
        let mut largest: Vec<u64> = people.iter().map(of).collect();
        let sum = largest.iter().sum();
        largest.sort_unstable_by(|one, other| other.cmp(one));
        let mut steps: BTreeMap<u64, Step> = BTreeMap::new();
        for person in people.iter().filter(|_| plan.steps) {
            let (from, until) = step_of(of(person));
            let step = steps.entry(from).or_insert(Step { from, until, people: 0, key: 0 });
            (step.people, step.key) = (step.people + 1, step.key.wrapping_add(key_of(*person)));
        }
        largest.truncate(5);
        Summed { sum, largest, steps: steps.into_values().collect() }
    });
    let set = plan.sets.then(|| people.iter().copied().collect());
    Tallied { rows: those.len() as u64, people: people.len() as u64, key, summed, set }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_table_is_what_counting_by_hand_gives(
        events in prop::collection::vec(event(), 1..200),
        out in prop::collection::btree_set(0..PEOPLE, 0..10),
        axes in prop::collection::vec(axis(), 0..=3),
        filter in filter(),
        amount in prop::sample::select(vec![None, Some(Amount::Rows), Some(numbers(2.0))]),
        sets in any::<bool>(),
        steps in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let release = release(&folder, &events);
        let plan = Plan { axes, filter, amount, steps, keys: (0..PEOPLE).map(key_of).collect(), sets };
        let counted = tabulate(&release, &excluded(&out), &plan, 1, &|| false).unwrap();
        prop_assert_eq!(&counted, &tabulate(&release, &excluded(&out), &plan, 3, &|| false).unwrap());

        let kept: Vec<&Event> = events
            .iter()
            .filter(|event| !out.contains(&event.0) && passes(&plan.filter, event))
            .filter(|event| !matches!(plan.amount, Some(Amount::Number { .. })) || event.4.is_some())
            .collect();
        let mut places: Vec<Vec<Option<usize>>> = vec![Vec::new()];
        for groups in &counted.groups {
            let all = || std::iter::once(None).chain((0..groups.len()).map(Some));
            places = places.into_iter().flat_map(|before| all().map(move |at| [before.clone(), vec![at]].concat())).collect();
        }
        for place in places {
            let groups: Vec<Option<Group>> =
                place.iter().zip(&counted.groups).map(|(at, groups)| at.map(|at| groups[at].clone())).collect();
            prop_assert_eq!(counted.at(&place).unwrap(), &by_hand(&plan, &kept, &groups), "{:?}", groups);
        }
        let found = people(&release, &excluded(&out), &plan.filter, 2, &|| false).unwrap();
        let wanted = events.iter().filter(|event| !out.contains(&event.0) && passes(&plan.filter, event));
        prop_assert_eq!(found, wanted.clone().map(|event| event.0).collect::<RoaringBitmap>());
        let sketch = spread(&release, &excluded(&out), (&plan.filter, "number"), 2, &|| false).unwrap();
        prop_assert_eq!(sketch.count(), wanted.filter(|event| event.4.is_some()).count() as u64);
    }
}

#[test]
fn what_cannot_be_counted_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let release = release(&folder, &[(1, None, None, None, None)]);
    let ask = |plan: &Plan| tabulate(&release, &excluded(&BTreeSet::new()), plan, 1, &|| false);
    let codes = |column: &str| Axis::Codes { column: column.to_owned(), length: None };
    let missing = Plan { axes: vec![codes("number")], ..Plan::default() };
    assert!(matches!(ask(&missing), Err(EngineError::NoColumn { column, .. }) if column == "number"));
    let four = Plan { axes: vec![codes("code"); 4], ..Plan::default() };
    assert!(matches!(ask(&four), Err(EngineError::TooFine { .. })));
    let stopped = tabulate(&release, &excluded(&BTreeSet::new()), &Plan::default(), 1, &|| true);
    assert!(matches!(stopped, Err(EngineError::Stopped)));
}

/// More groups than there are cells for.
#[test]
fn a_table_that_is_too_fine_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let events: Vec<Event> = (0..400).map(|at| (u32::from(at as u16), None, None, None, Some(at * 2))).collect();
    let release = release(&folder, &events);
    let bands = || Axis::Band { column: "number".to_owned(), width: 1 };
    let ask = |axes| {
        let plan = Plan { axes, ..Plan::default() };
        tabulate(&release, &excluded(&BTreeSet::new()), &plan, 1, &|| false)
    };
    assert_eq!(ask(vec![bands()]).unwrap().groups[0].len(), 400);
    assert!(matches!(ask(vec![bands(), bands()]), Err(EngineError::TooFine { .. })));
    // Told apart by few groups it is counted, and everybody is in it.
    let few = || only(bands(), &[Group::Band(0, 0), Group::Band(399, 399)]);
    let counted = ask(vec![few(), few()]).unwrap();
    assert_eq!(counted.groups[0], [Group::Band(0, 0), Group::Band(399, 399), Group::Rest]);
    assert_eq!((counted.total().unwrap().people, counted.cells()[8].people), (400, 398));
}
