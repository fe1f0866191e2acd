//! One figure for each person from their rows: counted, first, last, summed, smallest, largest.

use std::{collections::BTreeSet, sync::Arc};

use datafusion::arrow::{
    array::{
        Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int32Array, Int64Array, UInt32Array, new_null_array,
    },
    compute::{cast, interleave, take},
    datatypes::{DataType, Float64Type, Int64Type, TimestampMicrosecondType, UInt32Type},
};
use varde_permit::{Aggregate, PermittedVariable};

use crate::{
    EngineError, Kind, Release, Scan,
    extract::select::{Reading, rows, with_figures},
    granularity,
    people::Places,
    release::days,
    schema::PERSON,
};

/// The figures of the wanted variables: name and values, in the order of the people, as they are
/// delivered.
pub(crate) fn figures(
    reading: &Reading<'_>,
    wanted: impl Fn(&Release, &PermittedVariable) -> bool,
) -> Result<Vec<(String, ArrayRef)>, EngineError> {
    let places = Places::of(reading.people);
    let mut made = Vec::new();
    for (release, variables) in with_figures(reading.spec, reading.releases) {
        for variable in variables.into_iter().filter(|variable| wanted(release, variable)) {
            made.push((variable.column(), figure(reading, release, variable, &places)?));
        }
    }
    Ok(made)
}

/// The Arrow type of a delivered figure.
pub(crate) fn delivered(kind: Kind, variable: &PermittedVariable) -> DataType {
    match variable.measure.aggregate {
        Some(Aggregate::Count | Aggregate::Distinct) => DataType::Int32,
        Some(Aggregate::Any) => DataType::Boolean,
        _ => granularity::delivered(kind, variable.granularity),
    }
}

/// The figure of one variable, as it is delivered, in the order of the people.
pub(crate) fn figure(
    reading: &Reading<'_>,
    release: &Release,
    variable: &PermittedVariable,
    places: &Places,
) -> Result<ArrayRef, EngineError> {
    let schema = release.schema();
    let name = variable.variable.name();
    let missing = || EngineError::NoColumn { dataset: schema.dataset.clone(), column: name.to_owned() };
    let kind = schema.column(name).ok_or_else(missing)?.kind;
    let aggregate = variable.measure.aggregate.unwrap_or(Aggregate::Count);
    let date = schema.event_date.as_deref().filter(|_| aggregate.needs_dates());
    let exclusions = reading.exclusions.for_dataset(&schema.dataset);
    let scan = Scan::new(release, exclusions).of(reading.people.clone()).within(reading.spec.period);
    let scan = scan.only(rows(&variable.measure, reading.index)).columns(date.into_iter().chain([name]))?;
    let people = reading.people.len() as usize;
    let persons: Vec<u32> = reading.people.iter().collect();
    let origin = |place: usize| reading.origins.get(persons[place], variable.granularity);
    let mut fold = Fold::new(aggregate, kind, people);
    for batch in scan.read()? {
        let batch = batch?;
        let at: Vec<u32> = batch
            .column_by_name(PERSON)
            .map(|column| column.as_primitive::<UInt32Type>().values().iter().filter_map(|p| places.get(*p)).collect())
            .unwrap_or_default();
        let values = batch.column_by_name(name).ok_or_else(missing)?;
        match &mut fold {
            Fold::Distinct { .. } => {
                let seen = granularity::apply(values, variable.granularity, &|row| origin(at[row] as usize))?;
                fold.add(&at, &seen, None)?;
            }
            _ => fold.add(&at, values, date.and_then(|date| batch.column_by_name(date)))?,
        }
    }
    let made = fold.finish(kind)?;
    match aggregate {
        Aggregate::Count | Aggregate::Any | Aggregate::Distinct => Ok(made),
        _ => granularity::apply(&made, variable.granularity, &origin),
    }
}

/// What has been seen of each person, by place.
enum Fold {
    Count(Vec<i32>),
    Any(Vec<bool>),
    Distinct { counts: Vec<i32>, place: Option<u32>, seen: BTreeSet<String> },
    Whole(Vec<Option<i128>>),
    Decimal(Vec<Option<f64>>),
    Best(Best),
}

impl Fold {
    fn new(aggregate: Aggregate, kind: Kind, people: usize) -> Self {
        match aggregate {
            Aggregate::Count => Self::Count(vec![0; people]),
            Aggregate::Any => Self::Any(vec![false; people]),
            Aggregate::Distinct => Self::Distinct { counts: vec![0; people], place: None, seen: BTreeSet::new() },
            Aggregate::Sum if kind == Kind::Decimal => Self::Decimal(vec![None; people]),
            Aggregate::Sum => Self::Whole(vec![None; people]),
            Aggregate::First | Aggregate::Min => Self::Best(Best::new(people, false)),
            Aggregate::Last | Aggregate::Max => Self::Best(Best::new(people, true)),
        }
    }

    /// Adds rows: where each one's person is, their values, and their dates when what is first is asked.
    fn add(&mut self, at: &[u32], values: &ArrayRef, dates: Option<&ArrayRef>) -> Result<(), EngineError> {
        let known = at.iter().copied().enumerate().filter(|(row, _)| values.is_valid(*row));
        match self {
            Self::Count(counts) => known.for_each(|(_, place)| {
                counts[place as usize] = counts[place as usize].saturating_add(1);
            }),
            Self::Any(found) => known.for_each(|(_, place)| found[place as usize] = true),
            Self::Distinct { counts, place: last, seen } => {
                let texts = cast(values, &DataType::Utf8)?;
                let texts = texts.as_string::<i32>();
                for (row, place) in known {
                    if *last != Some(place) {
                        *last = Some(place);
                        seen.clear();
                    }
                    if !seen.contains(texts.value(row)) {
                        seen.insert(texts.value(row).to_owned());
                        counts[place as usize] = counts[place as usize].saturating_add(1);
                    }
                }
            }
            Self::Whole(sums) => {
                let values = values.as_primitive::<Int64Type>();
                for (row, place) in known {
                    let sum = &mut sums[place as usize];
                    *sum = Some(sum.unwrap_or(0) + i128::from(values.value(row)));
                }
            }
            Self::Decimal(sums) => {
                let values = values.as_primitive::<Float64Type>();
                for (row, place) in known {
                    let sum = &mut sums[place as usize];
                    *sum = Some(sum.unwrap_or(0.0) + values.value(row));
                }
            }
            Self::Best(best) => best.add(at, values, dates)?,
        }
        Ok(())
    }

    fn finish(self, kind: Kind) -> Result<ArrayRef, EngineError> {
        Ok(match self {
            Self::Count(counts) | Self::Distinct { counts, .. } => Arc::new(Int32Array::from(counts)),
            Self::Any(found) => Arc::new(BooleanArray::from(found)),
            // A sum that a whole number of 64 bits cannot hold is not told rather than told wrongly.
            Self::Whole(sums) => {
                let told = sums.into_iter().map(|sum| i64::try_from(sum?).ok());
                Arc::new(told.collect::<Int64Array>())
            }
            Self::Decimal(sums) => Arc::new(Float64Array::from(sums)),
            Self::Best(best) => best.finish(kind)?,
        })
    }
}

/// Each person's best row so far: the one with the smallest or largest key. Of several, the first in the
/// file for the smallest, the last for the largest.
struct Best {
    largest: bool,
    keys: Vec<Option<i64>>,
    from: Vec<(usize, usize)>,
    pieces: Vec<ArrayRef>,
}

impl Best {
    fn new(people: usize, largest: bool) -> Self {
        Self { largest, keys: vec![None; people], from: vec![(0, 0); people], pieces: Vec::new() }
    }

    fn add(&mut self, at: &[u32], values: &ArrayRef, dates: Option<&ArrayRef>) -> Result<(), EngineError> {
        let keys = match dates {
            Some(dates) => days(dates).map(|day| day.map(i64::from)).collect(),
            None => keys(values),
        };
        let (mut kept, mut won) = (Vec::new(), Vec::new());
        for (row, place) in at.iter().copied().enumerate().filter(|(row, _)| values.is_valid(*row)) {
            let Some(key) = keys[row] else { continue };
            let best = &mut self.keys[place as usize];
            if best.is_none_or(|best| if self.largest { best <= key } else { key < best }) {
                *best = Some(key);
                won.push((place, row));
            }
        }
        // Only the rows that won are kept; what somebody won twice in this part counts the last time.
        for (place, row) in won {
            self.from[place as usize] = (self.pieces.len() + 1, kept.len());
            kept.push(row as u32);
        }
        self.pieces.push(take(values, &UInt32Array::from(kept), None)?);
        Ok(())
    }

    fn finish(self, kind: Kind) -> Result<ArrayRef, EngineError> {
        // Who has no row gets the one value of the first piece, which is none.
        let nothing = new_null_array(&kind.arrow(), 1);
        let pieces: Vec<&dyn Array> =
            std::iter::once(&nothing).chain(&self.pieces).map(|piece| piece.as_ref()).collect();
        Ok(interleave(&pieces, &self.from)?)
    }
}

/// A number for each value that has the order of the values. What is not a number has none.
fn keys(values: &ArrayRef) -> Vec<Option<i64>> {
    if let Some(whole) = values.as_primitive_opt::<Int64Type>() {
        return whole.iter().collect();
    }
    if let Some(decimal) = values.as_primitive_opt::<Float64Type>() {
        let key = |value: f64| {
            let bits = value.to_bits().cast_signed();
            // The bits of negative numbers, but for the sign, are in the other order.
            bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
        };
        return decimal.iter().map(|value| value.filter(|v| !v.is_nan()).map(key)).collect();
    }
    if let Some(moments) = values.as_primitive_opt::<TimestampMicrosecondType>() {
        return moments.iter().collect();
    }
    days(values).map(|day| day.map(i64::from)).collect()
}
