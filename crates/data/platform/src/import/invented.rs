//! What invented data is made from: the catalogue's description of a dataset.

use jiff::civil::Date;
use varde_metadata::Dataset;

use super::{Interval, Layout, LayoutError};
use crate::engine::dummy::Invented;

/// The dataset's columns as a release of it would have them, and the usual numbers of each. `today`
/// stands for the bound of that name.
///
/// # Errors
/// When no release could be made by the description.
pub fn invented(dataset: &Dataset, today: Date) -> Result<Invented, LayoutError> {
    // No column says which person a row is about: nobody is in it.
    let layout = Layout::of(dataset, "", None, today)?;
    let numbers = layout.fields.iter().filter_map(|field| {
        let usual = numbers(field.normal).or_else(|| numbers(field.possible))?;
        Some((field.column.name.clone(), usual))
    });
    Ok(Invented { numbers: numbers.collect(), schema: layout.schema })
}

/// Both ends, when both are said.
fn numbers(interval: Interval) -> Option<(f64, f64)> {
    let (low, high) = interval.numbers;
    low.zip(high).filter(|(low, high)| low <= high)
}
