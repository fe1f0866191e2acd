//! Derived datasets: what they hold, who is not in them, and that they are the same every time.

use std::collections::BTreeMap;

use datafusion::arrow::{
    array::{AsArray, RecordBatch},
    datatypes::{Int64Type, UInt32Type},
    util::display::array_value_to_string,
};
use proptest::prelude::*;
use varde_core::{Digest, ReleaseId};
use varde_engine::{
    Exclusions, Release, Scan, Schema,
    extract::{self, Available, ExtractError, silent},
    facts::Facts,
    product::{Derivation, column},
};
use varde_permit::{
    Aggregate, Codes, Cohort, DataNeed, Design, Events, Exclusion, Granularity, Index, Measure, NeededVariable, Which,
    Window,
};

use crate::world::{Contact, bitmap, contact_schema, contacts, death_schema, deaths, path, release, uuid, year};

struct Sources {
    folder: tempfile::TempDir,
    available: Vec<Available>,
}

fn sources(rows: &[Contact], dead: &[u32]) -> Sources {
    let folder = tempfile::tempdir().unwrap();
    let contact = release(&folder.path().join("contact.parquet"), &contact_schema(), contacts(rows)).0;
    let death = release(&folder.path().join("death.parquet"), &death_schema(), deaths(dead)).0;
    Sources { folder, available: vec![contact, death] }
}

/// A declaration's columns: the name, the variable, how finely, and what is made of its rows.
type Columns<'a> = &'a [(&'a str, &'a str, Granularity, Measure)];

fn need(cohort: Cohort, index: Option<Index>, columns: Columns<'_>) -> DataNeed {
    let needed = columns.iter().map(|(name, variable, granularity, measure)| {
        let name = measure.aggregate.map(|_| (*name).to_owned());
        let measure = Measure { name, ..measure.clone() };
        NeededVariable { measure, ..NeededVariable::rows(path(variable), *granularity, "") }
    });
    let variables = needed.collect();
    DataNeed { design: Design { index, ..Design::default() }, ..DataNeed::plain(cohort, variables, year(2024)) }
}

impl Sources {
    fn made(
        &self,
        need: &DataNeed,
        columns: Columns<'_>,
        excluded: &Exclusions,
        name: &str,
    ) -> Result<(Release, Digest), ExtractError> {
        let spec = extract::draft(need, 0, &self.available).unwrap();
        let schemas = [contact_schema(), death_schema()];
        let of = |variable: &varde_core::CataloguePath| {
            let schema = schemas.iter().find(|schema| Some(&schema.dataset) == variable.parent().as_ref()).unwrap();
            schema.column(variable.name()).unwrap()
        };
        let columns =
            spec.variables.iter().zip(columns).map(|(asked, (name, ..))| column(name, of(&asked.variable), asked));
        let schema = Schema { dataset: path("npr/product"), event_date: None, columns: columns.collect() };
        let pinned = |available: &Available| spec.releases.iter().any(|pin| pin.release == available.release.id());
        let releases: Vec<Release> =
            self.available.iter().filter(|one| pinned(one)).map(|one| one.release.clone()).collect();
        let made = Derivation {
            spec: &spec,
            releases: &releases,
            exclusions: excluded,
            facts: &Facts::default(),
            schema: &schema,
        };
        let place = self.folder.path().join(name);
        let written = made.make(&place, ReleaseId::from_uuid(uuid(77)), &mut silent)?;
        Ok((Release::open_verified(&place, written.file.digest).unwrap(), written.file.digest))
    }
}

/// Every row as text, by person.
fn rows(release: &Release) -> BTreeMap<u32, Vec<Vec<String>>> {
    let everybody = Exclusions::default().for_dataset(&release.schema().dataset);
    let mut all: BTreeMap<u32, Vec<Vec<String>>> = BTreeMap::new();
    for batch in Scan::new(release, everybody).read().unwrap() {
        let batch: RecordBatch = batch.unwrap();
        for row in 0..batch.num_rows() {
            let person = batch.column(0).as_primitive::<UInt32Type>().value(row);
            let values = batch.columns().iter().skip(1).map(|c| array_value_to_string(c, row).unwrap()).collect();
            all.entry(person).or_default().push(values);
        }
    }
    all
}

fn hearts() -> Cohort {
    Cohort::HasCode { variable: path("npr/contact/condition"), prefixes: vec!["I50".to_owned()] }
}

fn figures() -> [(&'static str, &'static str, Granularity, Measure); 3] {
    [
        ("visits", "npr/contact/condition", Granularity::AsIs, Measure::of(Aggregate::Count)),
        ("last", "npr/contact/condition", Granularity::Prefix(3), Measure::of(Aggregate::Last)),
        ("died", "dar/death/died", Granularity::Month, Measure::of(Aggregate::First)),
    ]
}

fn some() -> Vec<Contact> {
    vec![
        (0, 10, "I501", 62, "0301"),
        (0, 40, "J189", 62, "0301"),
        (1, 20, "I50", 55, "0301"),
        (2, 30, "J18", 70, "1103"),
        (3, 35, "I509", 71, "1103"),
    ]
}

#[test]
fn a_product_of_persons_has_one_row_for_each_and_nobody_who_reserved_against_a_source() {
    let world = sources(&some(), &[1, 3]);
    let columns = figures();
    let need = need(hearts(), None, &columns);
    let (made, digest) = world.made(&need, &columns, &Exclusions::default(), "all.parquet").unwrap();
    let told = |visits: &str, last: &str, died: &str| vec![vec![visits.to_owned(), last.to_owned(), died.to_owned()]];
    let whole = rows(&made);
    assert_eq!(whole[&0], told("2", "J18", ""));
    assert_eq!(whole[&1], told("1", "I50", "2024-12"));
    assert_eq!(whole.keys().copied().collect::<Vec<_>>(), [0, 1, 3], "2 has no heart failure");
    let (_, again) = world.made(&need, &columns, &Exclusions::default(), "again.parquet").unwrap();
    assert_eq!(again, digest, "the same every time");
    // Against the one source only: not in the product at all.
    let mut excluded = Exclusions::default();
    excluded.in_source("dar", Exclusion::OptedOut, bitmap([0]));
    let (made, _) = world.made(&need, &columns, &excluded, "without.parquet").unwrap();
    assert_eq!(rows(&made).keys().copied().collect::<Vec<_>>(), [1, 3]);
    excluded.everywhere(Exclusion::OptedOut, bitmap([1, 3]));
    let nobody = world.made(&need, &columns, &excluded, "nobody.parquet").unwrap_err();
    assert!(matches!(nobody, ExtractError::Nobody { .. }), "{nobody}");
}

#[test]
fn rows_of_one_source_are_joined_with_what_is_known_of_their_person() {
    let world = sources(&some(), &[1]);
    let codes = Codes { variable: path("npr/contact/condition"), prefixes: vec!["I50".to_owned()] };
    let index = Index::Event { events: Events::once(codes), which: Which::First };
    let window = Window { from: Some(0), until: Some(40) };
    let rows_of = Measure { window: Some(window), ..Measure::default() };
    let columns = [
        ("day", "npr/contact/in_date", Granularity::RelativeDays, rows_of.clone()),
        ("code", "npr/contact/condition", Granularity::AsIs, rows_of),
        ("dead", "dar/death/cause", Granularity::AsIs, Measure::of(Aggregate::Any)),
    ];
    let need = need(hearts(), Some(index), &columns);
    let (made, _) = world.made(&need, &columns, &Exclusions::default(), "rows.parquet").unwrap();
    let row = |day: &str, code: &str, dead: &str| vec![day.to_owned(), code.to_owned(), dead.to_owned()];
    let whole = rows(&made);
    assert_eq!(whole[&0], [row("0", "I501", "false"), row("30", "J189", "false")]);
    assert_eq!(whole[&1], [row("0", "I50", "true")]);
    assert_eq!((whole.len(), whole.contains_key(&2)), (3, false));
}

#[test]
fn who_reserved_against_a_source_is_not_read_in_what_is_made_of_it() {
    let product = path("heart/failure");
    let mut exclusions = Exclusions::default();
    exclusions.in_source("dar", Exclusion::OptedOut, bitmap([3]));
    exclusions.in_source("heart", Exclusion::ConsentWithdrawn, bitmap([4]));
    assert!(!exclusions.for_dataset(&product).contains(3), "nobody has said what it is made of");
    exclusions.derived(&product, ["npr".to_owned(), "dar".to_owned()]);
    let set = exclusions.for_dataset(&product);
    assert!(set.contains(3) && set.contains(4) && !exclusions.for_dataset(&path("heart/other")).contains(3));
    let text = serde_json::to_string(&exclusions).unwrap();
    assert_eq!(serde_json::from_str::<Exclusions>(&text).unwrap(), exclusions);
}

fn any_contacts() -> impl Strategy<Value = Vec<Contact>> {
    let code = prop::sample::select(vec!["I50", "I501", "J18", "C61"]);
    let place = prop::sample::select(vec!["0301", "1103"]);
    prop::collection::vec((0_u32..12, 0_i16..300, code, 20_i64..90, place), 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Leaving somebody out takes their rows and nothing else: no row of anybody follows from what another
    /// has chosen, also with a rule that finds those who have not.
    #[test]
    fn whoever_is_left_out_takes_their_own_rows_only(
        contacts in any_contacts(), out in prop::collection::btree_set(0_u32..12, 0..5), not in any::<bool>(),
    ) {
        let world = sources(&contacts, &[2, 5, 7]);
        let cohort = if not { Cohort::Not(Box::new(hearts())) } else { hearts() };
        let columns = figures();
        let need = need(cohort, None, &columns);
        let mut excluded = Exclusions::default();
        excluded.in_source("npr", Exclusion::OptedOut, out.iter().copied().collect());
        let read = |exclusions: &Exclusions, name: &str| match world.made(&need, &columns, exclusions, name) {
            Ok((made, _)) => rows(&made),
            Err(ExtractError::Nobody { .. }) => BTreeMap::new(),
            Err(error) => panic!("{error}"),
        };
        let mut whole = read(&Exclusions::default(), "whole.parquet");
        whole.retain(|person, _| !out.contains(person));
        prop_assert_eq!(read(&excluded, "left.parquet"), whole);
    }
}

#[test]
fn a_count_is_whole_and_wide_enough() {
    let world = sources(&some(), &[1]);
    let columns = [figures()[0].clone()];
    let need = need(Cohort::Everyone, None, &columns);
    let (made, _) = world.made(&need, &columns, &Exclusions::default(), "count.parquet").unwrap();
    let everybody = Exclusions::default().for_dataset(&made.schema().dataset);
    let batch = Scan::new(&made, everybody).read().unwrap().next().unwrap().unwrap();
    assert_eq!(batch.column(1).as_primitive::<Int64Type>().values().to_vec(), [2, 1, 1, 1]);
}
