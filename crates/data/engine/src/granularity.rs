//! How finely a value is delivered.

use std::sync::Arc;

use datafusion::arrow::{
    array::{
        ArrayRef, AsArray, Date32Array, Float64Array, Int32Array, Int64Array, StringArray, TimestampMicrosecondArray,
    },
    datatypes::{DataType, Float64Type, Int64Type, TimestampMicrosecondType},
};
use varde_permit::Granularity;

use super::{
    EngineError, Kind,
    release::{day, days},
};

/// The Arrow type of a delivered column.
pub fn delivered(kind: Kind, granularity: Granularity) -> DataType {
    match granularity {
        Granularity::AsIs | Granularity::Shifted(_) | Granularity::Rounded(_) => kind.arrow(),
        Granularity::Month | Granularity::Band(_) | Granularity::Prefix(_) => DataType::Utf8,
        Granularity::Year | Granularity::RelativeDays => DataType::Int32,
    }
}

/// What kind of values a column of `kind` holds when it is delivered as `delivered`.
pub(crate) fn kind_of(kind: Kind, delivered: &DataType) -> Kind {
    match delivered {
        same if *same == kind.arrow() => kind,
        DataType::Int32 | DataType::Int64 => Kind::Integer,
        DataType::Boolean => Kind::Boolean,
        DataType::Float64 => Kind::Decimal,
        _ => Kind::Text,
    }
}

/// What the codebook of a delivery calls it.
pub fn describe(granularity: Granularity) -> String {
    match granularity {
        Granularity::AsIs => "as_is".to_owned(),
        Granularity::Month => "month".to_owned(),
        Granularity::Year => "year".to_owned(),
        Granularity::RelativeDays => "relative_days".to_owned(),
        Granularity::Shifted(days) => format!("shifted_{days}"),
        Granularity::Band(width) => format!("band_{width}"),
        Granularity::Rounded(to) => format!("rounded_{to}"),
        Granularity::Prefix(length) => format!("prefix_{length}"),
    }
}

/// The column at the granularity. `origin` gives, for a row, the days that are taken off its date: the day
/// that relative days count from, or by how many the person's dates are moved back.
pub(crate) fn apply(
    column: &ArrayRef,
    granularity: Granularity,
    origin: &dyn Fn(usize) -> Option<i32>,
) -> Result<ArrayRef, EngineError> {
    Ok(match granularity {
        Granularity::AsIs => column.clone(),
        Granularity::Month => {
            let month = |number| day(number).map(|d| format!("{:04}-{:02}", d.year(), d.month()));
            Arc::new(days(column).map(|d| d.and_then(month)).collect::<StringArray>())
        }
        Granularity::Year => {
            let year = |number| day(number).map(|d| i32::from(d.year()));
            Arc::new(days(column).map(|d| d.and_then(year)).collect::<Int32Array>())
        }
        Granularity::RelativeDays => {
            let relative = days(column).enumerate().map(|(row, day)| day?.checked_sub(origin(row)?));
            Arc::new(relative.collect::<Int32Array>())
        }
        Granularity::Shifted(_) => shifted(column, origin),
        Granularity::Rounded(to) => rounded(column, to.max(1)),
        Granularity::Band(width) => Arc::new(bands(column, i64::from(width.max(1)))),
        Granularity::Prefix(length) => Arc::new(prefixes(column, length as usize)),
    })
}

fn shifted(column: &ArrayRef, back: &dyn Fn(usize) -> Option<i32>) -> ArrayRef {
    const MICROSECONDS: i64 = 86_400_000_000;
    match column.as_primitive_opt::<TimestampMicrosecondType>() {
        Some(moments) => {
            let moved = moments.iter().enumerate();
            let moved =
                moved.map(|(row, moment)| moment?.checked_sub(i64::from(back(row)?).checked_mul(MICROSECONDS)?));
            Arc::new(moved.collect::<TimestampMicrosecondArray>())
        }
        None => {
            let moved = days(column).enumerate().map(|(row, day)| day?.checked_sub(back(row)?));
            Arc::new(moved.collect::<Date32Array>())
        }
    }
}

fn rounded(column: &ArrayRef, to: u32) -> ArrayRef {
    match column.as_primitive_opt::<Int64Type>() {
        Some(whole) => {
            let to = i128::from(to);
            let nearest = |value: i64| i64::try_from((2 * i128::from(value) + to).div_euclid(2 * to) * to).ok();
            Arc::new(whole.iter().map(|value| value.and_then(nearest)).collect::<Int64Array>())
        }
        None => {
            let to = f64::from(to);
            let nearest = |value: f64| (value / to + 0.5).floor() * to;
            let decimal = column.as_primitive::<Float64Type>().iter();
            Arc::new(decimal.map(|value| value.map(nearest)).collect::<Float64Array>())
        }
    }
}

fn bands(column: &ArrayRef, width: i64) -> StringArray {
    // At the ends of what a whole number can be, the band's own ends lie beyond.
    let width = i128::from(width);
    let band = |value: i64| {
        let low = i128::from(value).div_euclid(width) * width;
        format!("{low}-{}", low + width - 1)
    };
    match column.as_primitive_opt::<Int64Type>() {
        Some(whole) => whole.iter().map(|v| v.map(band)).collect(),
        None => {
            let decimal = column.as_primitive::<Float64Type>();
            // A band has room for whole numbers only: 29.5 lies in 20-29.
            decimal.iter().map(|v| v.filter(|v| v.is_finite()).map(|v| band(v.floor() as i64))).collect()
        }
    }
}

fn prefixes(column: &ArrayRef, length: usize) -> StringArray {
    let cut = |text: &str| -> usize { text.char_indices().nth(length).map_or(text.len(), |(at, _)| at) };
    column.as_string::<i32>().iter().map(|text| text.map(|text| &text[..cut(text)])).collect()
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{Array, BooleanArray};
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;
    use crate::release::day_number;

    fn texts(column: &ArrayRef) -> Vec<Option<&str>> {
        column.as_string::<i32>().iter().collect()
    }

    #[test]
    fn values_become_coarser_as_the_permit_says() {
        let none = |_| None;
        let dates: ArrayRef = Arc::new(Date32Array::from(vec![Some(day_number(date(2024, 3, 9))), None]));
        assert_eq!(texts(&apply(&dates, Granularity::Month, &none).unwrap()), [Some("2024-03"), None]);
        let years = apply(&dates, Granularity::Year, &none).unwrap();
        assert_eq!(years.as_primitive::<datafusion::arrow::datatypes::Int32Type>().value(0), 2024);
        let start = day_number(date(2024, 3, 1));
        let relative = apply(&dates, Granularity::RelativeDays, &|_| Some(start)).unwrap();
        assert_eq!(relative.as_primitive::<datafusion::arrow::datatypes::Int32Type>().value(0), 8);
        let moved = apply(&dates, Granularity::Shifted(30), &|_| Some(-7)).unwrap();
        assert_eq!(days(&moved).collect::<Vec<_>>(), [Some(day_number(date(2024, 3, 16))), None]);
        let doses: ArrayRef = Arc::new(Int64Array::from(vec![Some(12), Some(-3), Some(i64::MAX), None]));
        let doses = apply(&doses, Granularity::Rounded(5), &none).unwrap();
        assert_eq!(
            doses.as_primitive::<Int64Type>(),
            &Int64Array::from(vec![Some(10), Some(-5), Some(9_223_372_036_854_775_805), None])
        );
        let ages: ArrayRef = Arc::new(Int64Array::from(vec![Some(29), Some(30), Some(-1), None]));
        assert_eq!(
            texts(&apply(&ages, Granularity::Band(10), &none).unwrap()),
            [Some("20-29"), Some("30-39"), Some("-10--1"), None]
        );
        let weights: ArrayRef = Arc::new(Float64Array::from(vec![29.5, f64::NAN]));
        assert_eq!(texts(&apply(&weights, Granularity::Band(10), &none).unwrap()), [Some("20-29"), None]);
        let codes: ArrayRef = Arc::new(StringArray::from(vec!["I501", "Æ", "0301"]));
        assert_eq!(texts(&apply(&codes, Granularity::Prefix(2), &none).unwrap()), [Some("I5"), Some("Æ"), Some("03")]);
    }

    /// Any column of the kind, also with the values at the ends of what can be kept.
    fn columns(kind: Kind) -> BoxedStrategy<ArrayRef> {
        fn of<T: std::fmt::Debug + Clone + 'static, A: Array + 'static>(
            values: impl Strategy<Value = T> + 'static,
            make: fn(Vec<Option<T>>) -> A,
        ) -> BoxedStrategy<ArrayRef> {
            let some = prop::collection::vec(prop::option::of(values), 0..20);
            some.prop_map(move |values| Arc::new(make(values)) as ArrayRef).boxed()
        }
        let ends = prop_oneof![any::<i64>(), Just(i64::MIN), Just(i64::MAX)];
        match kind {
            Kind::Integer => of(ends, Int64Array::from),
            Kind::Decimal => of(any::<f64>(), Float64Array::from),
            Kind::Boolean => of(any::<bool>(), BooleanArray::from),
            Kind::Date => of(prop_oneof![any::<i32>(), Just(i32::MIN), Just(i32::MAX)], Date32Array::from),
            Kind::Moment => of(ends, TimestampMicrosecondArray::from),
            Kind::Text | Kind::Code => of(".{0,8}", StringArray::from),
        }
    }

    fn granularities() -> impl Strategy<Value = Granularity> {
        prop_oneof![
            Just(Granularity::AsIs),
            Just(Granularity::Month),
            Just(Granularity::Year),
            Just(Granularity::RelativeDays),
            prop_oneof![0_u32..40, any::<u32>()].prop_map(Granularity::Band),
            prop_oneof![0_u32..40, any::<u32>()].prop_map(Granularity::Rounded),
            (1_u32..400).prop_map(Granularity::Shifted),
            prop_oneof![0_u32..10, any::<u32>()].prop_map(Granularity::Prefix),
        ]
    }

    const KINDS: [Kind; 7] =
        [Kind::Integer, Kind::Decimal, Kind::Boolean, Kind::Date, Kind::Moment, Kind::Text, Kind::Code];

    fn kinds_and_columns() -> impl Strategy<Value = (Kind, ArrayRef)> {
        prop::sample::select(KINDS.to_vec()).prop_flat_map(|kind| columns(kind).prop_map(move |c| (kind, c)))
    }

    proptest! {
        #[test]
        fn whatever_fits_can_be_made(
            (kind, column) in kinds_and_columns(), granularity in granularities(), origin in any::<Option<i32>>(),
        ) {
            prop_assume!(granularity.fits(kind.values()));
            let made = apply(&column, granularity, &|_| origin).unwrap();
            prop_assert_eq!(made.len(), column.len());
            prop_assert_eq!(made.data_type(), &delivered(kind, granularity));
        }
    }
}
