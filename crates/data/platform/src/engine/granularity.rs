//! How finely a value is delivered.

use std::sync::Arc;

use datafusion::arrow::{
    array::{ArrayRef, AsArray, Int32Array, StringArray},
    datatypes::{DataType, Float64Type, Int64Type},
};
use varde_permit::Granularity;

use super::{
    EngineError, Kind,
    release::{day, days},
};

/// Whether values of this kind can be delivered at this granularity.
pub fn fits(kind: Kind, granularity: Granularity) -> bool {
    match granularity {
        Granularity::AsIs => true,
        Granularity::Month | Granularity::Year | Granularity::RelativeDays => kind.is_temporal(),
        Granularity::Band(width) => width > 0 && matches!(kind, Kind::Integer | Kind::Decimal),
        Granularity::Prefix(length) => length > 0 && matches!(kind, Kind::Code | Kind::Text),
    }
}

/// Whether `asked` tells no more than `permitted` does.
pub fn within(asked: Granularity, permitted: Granularity) -> bool {
    use Granularity::{AsIs, Band, Month, Prefix, Year};
    match (permitted, asked) {
        (AsIs, _) | (Month, Year) => true,
        // Bands of 10 tell less than bands of 5, but bands of 7 cut across them.
        (Band(permitted), Band(asked)) => permitted > 0 && asked.is_multiple_of(permitted) && asked > 0,
        (Prefix(permitted), Prefix(asked)) => asked > 0 && asked <= permitted,
        (permitted, asked) => permitted == asked,
    }
}

/// The Arrow type of a delivered column.
pub fn delivered(kind: Kind, granularity: Granularity) -> DataType {
    match granularity {
        Granularity::AsIs => kind.arrow(),
        Granularity::Month | Granularity::Band(_) | Granularity::Prefix(_) => DataType::Utf8,
        Granularity::Year | Granularity::RelativeDays => DataType::Int32,
    }
}

/// What the codebook of a delivery calls it.
pub fn describe(granularity: Granularity) -> String {
    match granularity {
        Granularity::AsIs => "as_is".to_owned(),
        Granularity::Month => "month".to_owned(),
        Granularity::Year => "year".to_owned(),
        Granularity::RelativeDays => "relative_days".to_owned(),
        Granularity::Band(width) => format!("band_{width}"),
        Granularity::Prefix(length) => format!("prefix_{length}"),
    }
}

/// The column at the granularity. `origin` gives, for a row, the day that relative days count from.
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
            let relative = days(column).enumerate().map(|(row, day)| Some(day? - origin(row)?));
            Arc::new(relative.collect::<Int32Array>())
        }
        Granularity::Band(width) => Arc::new(bands(column, i64::from(width.max(1)))),
        Granularity::Prefix(length) => Arc::new(prefixes(column, length as usize)),
    })
}

fn bands(column: &ArrayRef, width: i64) -> StringArray {
    let band = |value: i64| {
        let low = value.div_euclid(width) * width;
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
    use datafusion::arrow::array::{Date32Array, Float64Array, Int64Array};
    use jiff::civil::date;

    use super::*;
    use crate::engine::release::day_number;

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

    #[test]
    fn a_coarser_wish_is_within_a_finer_permit() {
        use Granularity::{AsIs, Band, Month, Prefix, RelativeDays, Year};
        for (asked, permitted) in [(Year, Month), (Band(10), Band(5)), (Prefix(2), Prefix(3)), (Month, AsIs)] {
            assert!(within(asked, permitted), "{asked:?} {permitted:?}");
            assert!(!within(permitted, asked), "{permitted:?} {asked:?}");
        }
        assert!(!within(Band(7), Band(5)));
        assert!(!within(RelativeDays, Month), "days tell more than months");
    }
}
