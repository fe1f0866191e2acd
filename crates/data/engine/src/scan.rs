//! Reading releases. The only way to rows is a [`Scan`], and a scan is built from the set of people
//! who may not be read: nothing above it, and no one who writes a query, can forget an opt-out.

use std::sync::Arc;

use datafusion::arrow::{
    array::{ArrayRef, AsArray, RecordBatch, UInt32Array},
    datatypes::SchemaRef,
};
use roaring::RoaringBitmap;
use varde_core::Period;
use varde_permit::{Codes, Window};

use super::{
    EngineError, ExclusionSet, Release,
    index_date::IndexDates,
    pages::spelt_out,
    reading::{self, Admission, Part, Test, Wanted},
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
    rows: Rows,
}

/// Which of the rows in the period.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    /// Only rows whose event date lies in the window around their person's index date.
    pub(crate) window: Option<(Window, IndexDates)>,
    /// Only rows that have one of the codes.
    pub(crate) having: Option<Codes>,
}

impl Scan {
    /// A scan of the release that never gives a row of an excluded person.
    pub fn new(release: &Release, exclusions: ExclusionSet) -> Self {
        let columns = release.schema().columns.iter().map(|c| c.name.clone()).collect();
        Self { release: release.clone(), exclusions, people: None, columns, period: None, rows: Rows::default() }
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

    /// Only these rows. A row without a date, and a row of a person without an index date, lies in no
    /// window.
    #[must_use]
    pub(crate) fn only(mut self, rows: Rows) -> Self {
        self.rows = rows;
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
        let batches = self.parts()?.flat_map(move |part| {
            let (batches, failed) = match part.and_then(|part| batches(&part, &schema)) {
                Ok(batches) => (batches, None),
                Err(error) => (Vec::new(), Some(Err(error))),
            };
            batches.into_iter().map(Ok).chain(failed)
        });
        Ok(batches)
    }

    /// The same by row groups, columns coded as the file has them and in the order of [`Scan::schema`].
    pub(crate) fn parts(&self) -> Result<impl Iterator<Item = Result<Part, EngineError>> + Send + use<>, EngineError> {
        let schema = self.schema();
        let Rows { window, having } = self.rows.clone();
        let mut tests = Vec::new();
        tests.extend(having.map(|codes| with_code(codes.variable.name(), not_empty(&codes.prefixes))));
        tests.extend(self.period.and_then(|period| within(&self.release, period)));
        tests.extend(window.and_then(|(window, index)| around_index(&self.release, window, index)));
        let wanted = Wanted {
            admission: Admission::of(self.people.as_ref(), self.exclusions.people()),
            tests,
            columns: schema.fields().iter().skip(1).map(|field| field.name().clone()).collect(),
        };
        reading::read(&self.release, wanted)
    }
}

/// The rows of a part, values spelt out.
fn batches(part: &Part, schema: &SchemaRef) -> Result<Vec<RecordBatch>, EngineError> {
    let persons = UInt32Array::from(part.spread(|person| person));
    let slices = (0..part.rows).step_by(BATCH).map(|from| {
        let many = BATCH.min(part.rows - from);
        let columns = part.columns.iter().map(|column| spelt_out(&column.slice(from, many)));
        let person: ArrayRef = Arc::new(persons.slice(from, many));
        let columns = std::iter::once(Ok(person)).chain(columns).collect::<Result<Vec<_>, EngineError>>()?;
        Ok(RecordBatch::try_new(schema.clone(), columns)?)
    });
    slices.collect()
}

/// Who has a row in the period, with a code in the column that begins with one of the prefixes where one is
/// named. It answers with people, never with rows, and is what tells how many would have been included had
/// they not opted out.
pub(crate) fn who(
    release: &Release,
    period: Option<Period>,
    codes: Option<(&str, &[String])>,
) -> Result<RoaringBitmap, EngineError> {
    let mut tests: Vec<Test> =
        codes.into_iter().map(|(column, prefixes)| with_code(column, prefixes.to_vec())).collect();
    tests.extend(period.and_then(|period| within(release, period)));
    let mut found = RoaringBitmap::new();
    for part in everybody(release, tests, &[])? {
        found.extend(part?.persons.into_iter().map(|(person, _)| person));
    }
    Ok(found)
}

/// Who has rows in the period with a code that begins with one of the prefixes, and when: the day of each
/// such row, the rows of a person together, persons in order. Like [`who`] it reads as if nobody had opted
/// out and answers with people and their days, never with rows. Nothing in a dataset without event dates.
pub(crate) fn when(
    release: &Release,
    period: Period,
    column: &str,
    prefixes: &[String],
    mut visit: impl FnMut(u32, i32),
) -> Result<(), EngineError> {
    let Some(date) = release.schema().event_date.as_deref() else { return Ok(()) };
    let tests = std::iter::once(with_code(column, not_empty(prefixes))).chain(within(release, period)).collect();
    for part in everybody(release, tests, &[date])? {
        let part = part?;
        let date = spelt_out(&part.columns[0])?;
        for (person, day) in part.spread(|person| person).into_iter().zip(days(&date)) {
            if let Some(day) = day {
                visit(person, day);
            }
        }
    }
    Ok(())
}

/// Reads as if nobody had opted out: for what counts people, and lets no row out of here.
fn everybody(
    release: &Release,
    tests: Vec<Test>,
    columns: &[&str],
) -> Result<impl Iterator<Item = Result<Part, EngineError>>, EngineError> {
    let columns = columns.iter().map(|name| (*name).to_owned()).collect();
    reading::read(release, Wanted { admission: Admission::of(None, &RoaringBitmap::new()), tests, columns })
}

fn within(release: &Release, period: Period) -> Option<Test> {
    let name = release.schema().event_date.clone()?;
    let (first, last) = (day_number(period.from), period.until.map_or(i32::MAX, day_number));
    let inside = move |day: Option<i32>| day.is_some_and(|day| first <= day && day <= last);
    Some(Test::Value(name, Box::new(move |values| Ok(days(values).map(inside).collect()))))
}

fn not_empty(prefixes: &[String]) -> Vec<String> {
    prefixes.iter().filter(|prefix| !prefix.is_empty()).cloned().collect()
}

fn with_code(column: &str, prefixes: Vec<String>) -> Test {
    let hit = move |code: &str| prefixes.iter().any(|prefix| code.starts_with(prefix.as_str()));
    let passes = move |values: &ArrayRef| {
        let codes = values.as_string_opt::<i32>();
        let found = codes.map(|codes| codes.iter().map(|code| code.is_some_and(&hit)).collect());
        // Only codes and text can hold a code: a column of anything else holds none.
        Ok(found.unwrap_or_else(|| vec![false; values.len()]))
    };
    Test::Value(column.to_owned(), Box::new(passes))
}

fn around_index(release: &Release, window: Window, index: IndexDates) -> Option<Test> {
    let name = release.schema().event_date.clone()?;
    let passes = move |persons: &[(u32, usize)], values: &ArrayRef| {
        let begins = persons.iter().flat_map(|(person, rows)| std::iter::repeat_n(index.get(*person), *rows));
        let inside = |(begin, day): (Option<i32>, Option<i32>)| {
            day.zip(begin).is_some_and(|(day, begin)| window.contains(i64::from(day) - i64::from(begin)))
        };
        Ok(begins.zip(days(&spelt_out(values)?)).map(inside).collect())
    };
    Some(Test::Row(name, Box::new(passes)))
}
