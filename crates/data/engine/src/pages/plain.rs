//! Values of a dictionary (`PLAIN`, Parquet's Encodings.md).

use std::sync::Arc;

use datafusion::arrow::{
    array::{ArrayRef, Date32Array, Float64Array, Int64Array, StringBuilder, TimestampMicrosecondArray},
    datatypes::{DataType, TimeUnit},
};

use super::damaged;
use crate::EngineError;

/// The values of that type; `None` for a type that the engine never keeps in a dictionary.
pub(super) fn values(kind: &DataType, bytes: &[u8], many: usize) -> Result<Option<ArrayRef>, EngineError> {
    Ok(Some(match kind {
        DataType::Utf8 => texts(bytes, many).ok_or_else(damaged)?,
        DataType::Date32 => Arc::new(Date32Array::from_iter_values(words(bytes, many)?.map(i32::from_le_bytes))),
        DataType::Int64 => Arc::new(Int64Array::from_iter_values(words(bytes, many)?.map(i64::from_le_bytes))),
        DataType::Float64 => Arc::new(Float64Array::from_iter_values(words(bytes, many)?.map(f64::from_le_bytes))),
        DataType::Timestamp(TimeUnit::Microsecond, None) => {
            Arc::new(TimestampMicrosecondArray::from_iter_values(words(bytes, many)?.map(i64::from_le_bytes)))
        }
        _ => return Ok(None),
    }))
}

fn words<const N: usize>(bytes: &[u8], many: usize) -> Result<impl Iterator<Item = [u8; N]>, EngineError> {
    let (words, _) = bytes.as_chunks::<N>();
    Ok(words.get(..many).ok_or_else(damaged)?.iter().copied())
}

fn texts(mut bytes: &[u8], many: usize) -> Option<ArrayRef> {
    let mut texts = StringBuilder::with_capacity(many, bytes.len());
    for _ in 0..many {
        let (length, rest) = bytes.split_first_chunk()?;
        let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        texts.append_value(str::from_utf8(text).ok()?);
        bytes = rest;
    }
    Some(Arc::new(texts.finish()))
}
