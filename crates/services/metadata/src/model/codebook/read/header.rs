//! The first line of a codebook.

use std::collections::BTreeMap;

use csv::StringRecord;

use crate::model::codebook::{
    CodebookProblem, Reason,
    columns::{CLASSIC, known},
};

/// Where each column is.
pub(super) struct Header {
    /// The columns' places in a line, from 0.
    pub(super) places: BTreeMap<&'static str, usize>,
    /// How many columns there are.
    pub(super) width: usize,
}

impl Header {
    pub(super) fn read(header: &StringRecord) -> Result<Self, Vec<CodebookProblem>> {
        let mut problems = Vec::new();
        let mut problem = |column: &str, reason| {
            problems.push(CodebookProblem { line: 1, column: Some(column.to_owned()), reason });
        };
        let mut places = BTreeMap::new();
        for (place, name) in header.iter().enumerate() {
            let name = name.trim().to_lowercase();
            match known(&name) {
                None => problem(&name, Reason::UnknownColumn),
                Some(column) if places.insert(column, place).is_some() => problem(column, Reason::RepeatedColumn),
                Some(_) => {}
            }
        }
        for column in CLASSIC {
            if !places.contains_key(column) {
                problem(column, Reason::MissingColumn);
            }
        }
        if problems.is_empty() { Ok(Self { places, width: header.len() }) } else { Err(problems) }
    }
}
