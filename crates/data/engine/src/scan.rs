//! Reading releases. The only way to rows is a [`Scan`], and a scan is built from the set of people
//! who may not be read: nothing above it, and no one who writes a query, can forget an opt-out.

use std::sync::Arc;

use datafusion::{
    arrow::{
        array::{Array, AsArray, BooleanArray, RecordBatch, UInt32Array},
        datatypes::{SchemaRef, UInt32Type},
    },
    parquet::{
        arrow::{
            ProjectionMask,
            arrow_reader::{
                ArrowPredicate, ArrowPredicateFn, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowFilter,
            },
        },
        file::statistics::Statistics,
    },
};
use roaring::RoaringBitmap;
use varde_core::Period;

use super::{
    EngineError, ExclusionSet, Release,
    people::Bits,
    release::{day_number, days},
    schema::PERSON,
};

/// Rows read at a time.
const BATCH: usize = 32_768;

/// A reading of one release without the excluded people.
///
/// ```compile_fail
/// fn read_everybody(release: &varde_engine::Release) {
///     // The second argument cannot be left out.
///     let scan = varde_engine::Scan::new(release);
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Scan {
    release: Release,
    exclusions: ExclusionSet,
    people: Option<RoaringBitmap>,
    columns: Vec<String>,
    period: Option<Period>,
}

impl Scan {
    /// A scan of the release that never gives a row of an excluded person.
    pub fn new(release: &Release, exclusions: ExclusionSet) -> Self {
        let columns = release.schema().columns.iter().map(|c| c.name.clone()).collect();
        Self { release: release.clone(), exclusions, people: None, columns, period: None }
    }

    /// Only these people's rows, still without the excluded.
    #[must_use]
    pub fn of(mut self, people: RoaringBitmap) -> Self {
        self.people = Some(people);
        self
    }

    /// Only these columns; the person's index always comes first.
    pub fn columns<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Result<Self, EngineError> {
        self.columns = names.into_iter().map(str::to_owned).collect();
        match self.columns.iter().find(|name| self.release.schema().column(name).is_none()) {
            None => Ok(self),
            Some(name) => {
                let dataset = self.release.schema().dataset.clone();
                Err(EngineError::NoColumn { dataset, column: name.clone() })
            }
        }
    }

    /// Only rows whose event date lies in the period; a row without a date is not known to, and is
    /// left out. Without effect on a dataset that has no event date.
    #[must_use]
    pub fn within(mut self, period: Period) -> Self {
        self.period = Some(period);
        self
    }

    /// The columns that the batches will have, in the file's order.
    pub fn schema(&self) -> SchemaRef {
        let whole = self.release.schema().arrow();
        let wanted = |name: &str| name == PERSON || self.columns.iter().any(|c| c == name);
        let kept: Vec<usize> = (0..whole.fields().len()).filter(|at| wanted(whole.field(*at).name())).collect();
        whole.project(&kept).map_or(whole, Arc::new)
    }

    /// Reads: batches of the person's index and the columns, in the file's order, sorted by person.
    pub fn read(&self) -> Result<impl Iterator<Item = Result<RecordBatch, EngineError>> + Send + use<>, EngineError> {
        let schema = self.schema();
        let names = schema.fields().iter().map(|f| f.name().as_str()).collect::<Vec<_>>();
        let reader = reader(&self.release, &names, self.predicates(), &self.row_groups())?;
        Ok(reader.map(|batch| batch.map_err(EngineError::from)))
    }

    fn admits(&self) -> Admission {
        let people = self.people.as_ref().map(|people| Bits::of(&(people - self.exclusions.people())));
        Admission { people, excluded: Bits::of(self.exclusions.people()) }
    }

    fn predicates(&self) -> Vec<Box<dyn ArrowPredicate>> {
        let admits = self.admits();
        let mut all = vec![person_predicate(&self.release, move |person| admits.person(person))];
        all.extend(self.period.and_then(|period| period_predicate(&self.release, period)));
        all
    }

    /// The row groups that can hold somebody: their smallest and largest person are in the footer.
    fn row_groups(&self) -> Vec<usize> {
        let Some(people) = self.people.as_ref().map(|people| people - self.exclusions.people()) else {
            return (0..self.release.metadata().metadata().num_row_groups()).collect();
        };
        let groups = self.release.metadata().metadata().row_groups().iter().enumerate();
        groups
            .filter(|(_, group)| match group.column(0).statistics() {
                Some(Statistics::Int32(range)) => match (range.min_opt(), range.max_opt()) {
                    (Some(first), Some(last)) => people.range_cardinality(*first as u32..=*last as u32) > 0,
                    _ => true,
                },
                _ => true,
            })
            .map(|(at, _)| at)
            .collect()
    }
}

/// Whom a scan admits.
struct Admission {
    people: Option<Bits>,
    excluded: Bits,
}

impl Admission {
    fn person(&self, person: u32) -> bool {
        match &self.people {
            Some(people) => people.contains(person),
            None => !self.excluded.contains(person),
        }
    }
}

/// Who has a row in the period that satisfies `test` on one column. It answers with people, never
/// with rows, and is what tells how many would have been included had they not opted out.
pub(crate) fn who(
    release: &Release,
    period: Option<Period>,
    column: Option<&str>,
    mut test: impl FnMut(&RecordBatch) -> Result<Option<BooleanArray>, EngineError>,
) -> Result<RoaringBitmap, EngineError> {
    let names: Vec<&str> = std::iter::once(PERSON).chain(column).collect();
    let predicates = period.and_then(|period| period_predicate(release, period)).into_iter().collect();
    let groups: Vec<usize> = (0..release.metadata().metadata().num_row_groups()).collect();
    let mut found = RoaringBitmap::new();
    for batch in reader(release, &names, predicates, &groups)? {
        let batch = batch?;
        let passed = test(&batch)?;
        let persons = batch.column(0).as_primitive::<UInt32Type>().values();
        let mut last = None;
        for (row, person) in persons.iter().enumerate() {
            let passes = passed.as_ref().is_none_or(|p| p.is_valid(row) && p.value(row));
            if passes && last != Some(*person) {
                found.insert(*person);
                last = Some(*person);
            }
        }
    }
    Ok(found)
}

fn reader(
    release: &Release,
    names: &[&str],
    predicates: Vec<Box<dyn ArrowPredicate>>,
    groups: &[usize],
) -> Result<ParquetRecordBatchReader, EngineError> {
    let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(release.file()?, release.metadata().clone());
    let mask = mask(release, names);
    let mut builder = builder.with_batch_size(BATCH).with_projection(mask).with_row_groups(groups.to_vec());
    if !predicates.is_empty() {
        builder = builder.with_row_filter(RowFilter::new(predicates));
    }
    Ok(builder.build()?)
}

fn mask(release: &Release, names: &[&str]) -> ProjectionMask {
    ProjectionMask::columns(release.metadata().parquet_schema(), names.iter().copied())
}

fn person_predicate(release: &Release, admits: impl Fn(u32) -> bool + Send + 'static) -> Box<dyn ArrowPredicate> {
    Box::new(ArrowPredicateFn::new(mask(release, &[PERSON]), move |batch: RecordBatch| {
        let persons = batch.column(0).as_primitive::<UInt32Type>().values();
        Ok(BooleanArray::from_unary(&UInt32Array::new(persons.clone(), None), &admits))
    }))
}

fn period_predicate(release: &Release, period: Period) -> Option<Box<dyn ArrowPredicate>> {
    let name = release.schema().event_date.as_deref()?;
    let (first, last) = (day_number(period.from), period.until.map_or(i32::MAX, day_number));
    Some(Box::new(ArrowPredicateFn::new(mask(release, &[name]), move |batch: RecordBatch| {
        let inside = days(batch.column(0)).map(|day| Some(day.is_some_and(|day| first <= day && day <= last)));
        Ok(inside.collect::<BooleanArray>())
    })))
}
