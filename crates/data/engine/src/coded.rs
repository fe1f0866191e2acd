//! Columns that are coded by a dictionary: made coarser value by value, and gathered from many row groups
//! into numbers of one dictionary, which are sorted and put aside instead of the values.

use std::{collections::HashMap, sync::Arc};

use datafusion::arrow::{
    array::{Array, ArrayRef, AsArray, DictionaryArray, UInt32Array},
    compute::take,
    datatypes::{DataType, UInt32Type},
    row::{OwnedRow, RowConverter, SortField},
};
use varde_permit::Granularity;

use crate::{EngineError, granularity, pages::spelt_out};

/// The column at the granularity, as [`granularity::apply`] makes it. A coded one stays coded where each
/// value can be made coarser by itself.
pub(crate) fn at(
    column: &ArrayRef,
    granularity: Granularity,
    origin: &dyn Fn(usize) -> Option<i32>,
) -> Result<ArrayRef, EngineError> {
    match column.as_dictionary_opt::<UInt32Type>() {
        Some(coded) if by_value(granularity) => {
            let values = granularity::apply(coded.values(), granularity, &|_| None)?;
            Ok(Arc::new(coded.with_values(values)))
        }
        _ => granularity::apply(&spelt_out(column)?, granularity, origin),
    }
}

/// Whether the granularity looks at a value alone, and not at whose it is.
pub(crate) const fn by_value(granularity: Granularity) -> bool {
    matches!(
        granularity,
        Granularity::AsIs | Granularity::Month | Granularity::Year | Granularity::Band(_) | Granularity::Prefix(_)
    )
}

/// Different values, in the order in which they came, and their numbers.
pub(crate) struct Lexicon {
    converter: RowConverter,
    numbers: HashMap<OwnedRow, u32>,
    entries: Vec<OwnedRow>,
}

impl Lexicon {
    /// For values of that type.
    pub(crate) fn of(kind: &DataType) -> Result<Self, EngineError> {
        let converter = RowConverter::new(vec![SortField::new(kind.clone())])?;
        Ok(Self { converter, numbers: HashMap::new(), entries: Vec::new() })
    }

    /// The number of each row's value; nothing where there is none. Of a coded column only the values that
    /// some row has are looked at.
    pub(crate) fn numbers(&mut self, column: &ArrayRef) -> Result<UInt32Array, EngineError> {
        let Some(coded) = column.as_dictionary_opt::<UInt32Type>() else {
            let each = UInt32Array::from_iter_values(0..column.len() as u32);
            return self.numbers(&(Arc::new(DictionaryArray::new(each, column.clone())) as ArrayRef));
        };
        let rows = self.converter.convert_columns(&[coded.values().clone()])?;
        let mut known: Vec<Option<u32>> = vec![None; coded.values().len()];
        let mut number = |entry: u32| {
            *known[entry as usize].get_or_insert_with(|| {
                let row = rows.row(entry as usize).owned();
                *self.numbers.entry(row).or_insert_with_key(|row| {
                    self.entries.push(row.clone());
                    (self.entries.len() - 1) as u32
                })
            })
        };
        let keys = coded.keys();
        if keys.null_count() == 0 {
            return Ok(UInt32Array::from_iter_values(keys.values().iter().map(|key| number(*key))));
        }
        Ok(keys.iter().map(|key| key.map(&mut number)).collect())
    }

    /// The values by their numbers.
    pub(crate) fn values(&self) -> Result<ArrayRef, EngineError> {
        let mut values = self.converter.convert_rows(self.entries.iter().map(OwnedRow::row))?;
        Ok(values.swap_remove(0))
    }
}

/// The column of numbers with what they mean: text as a dictionary, which a writer takes as it is, anything
/// else spelt out.
pub(crate) fn with_values(numbers: &ArrayRef, values: &ArrayRef) -> Result<ArrayRef, EngineError> {
    let keys = numbers.as_primitive::<UInt32Type>();
    if stays_coded(values.data_type()) && values.null_count() == 0 {
        return Ok(Arc::new(DictionaryArray::new(keys.clone(), values.clone())));
    }
    Ok(take(values, keys, None)?)
}

fn stays_coded(kind: &DataType) -> bool {
    *kind == DataType::Utf8
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{Float64Array, StringArray};

    use super::*;

    #[test]
    fn values_of_many_dictionaries_have_one_number() {
        let coded = |keys: Vec<Option<u32>>, values: Vec<&str>| -> ArrayRef {
            Arc::new(DictionaryArray::new(UInt32Array::from(keys), Arc::new(StringArray::from(values)) as ArrayRef))
        };
        let mut lexicon = Lexicon::of(&DataType::Utf8).unwrap();
        let one = lexicon.numbers(&coded(vec![Some(1), None, Some(1), Some(0)], vec!["b", "a", "nobody's"])).unwrap();
        let two = lexicon.numbers(&coded(vec![Some(0), Some(1)], vec!["c", "b"])).unwrap();
        assert_eq!(one, UInt32Array::from(vec![Some(0), None, Some(0), Some(1)]));
        assert_eq!(two, UInt32Array::from(vec![2, 1]));
        let values = lexicon.values().unwrap();
        assert_eq!(values.as_string::<i32>(), &StringArray::from(vec!["a", "b", "c"]));
        let spelt = spelt_out(&with_values(&(Arc::new(one) as ArrayRef), &values).unwrap()).unwrap();
        assert_eq!(spelt.as_string::<i32>(), &StringArray::from(vec![Some("a"), None, Some("a"), Some("b")]));
    }

    #[test]
    fn a_coarse_value_may_be_none() {
        let weights: ArrayRef = Arc::new(Float64Array::from(vec![29.5, f64::NAN, 21.0]));
        let coded: ArrayRef = Arc::new(DictionaryArray::new(UInt32Array::from(vec![2, 1, 0, 1]), weights));
        let bands = at(&coded, Granularity::Band(10), &|_| None).unwrap();
        let mut lexicon = Lexicon::of(&DataType::Utf8).unwrap();
        let numbers: ArrayRef = Arc::new(lexicon.numbers(&bands).unwrap());
        let column = with_values(&numbers, &lexicon.values().unwrap()).unwrap();
        let expected = StringArray::from(vec![Some("20-29"), None, Some("20-29"), None]);
        assert_eq!(column.as_string::<i32>(), &expected);
    }
}
