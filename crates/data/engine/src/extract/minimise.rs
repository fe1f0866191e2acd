//! Rows as they leave: pseudonyms for persons, permitted columns at the permitted granularity.
//!
//! Between the release and the file a row is a few numbers: the rank of its pseudonym, and for every column
//! that the release has by a dictionary the number of its value. Values are made coarser once each.

use std::sync::Arc;

use datafusion::arrow::{
    array::{ArrayRef, RecordBatch, UInt32Array},
    datatypes::{DataType, Field, Schema, SchemaRef},
};
use varde_permit::PermittedVariable;

use super::{Order, select::Selection};
use crate::{
    EngineError, Release, Scan,
    coded::{Lexicon, at, by_value, with_values},
    pages::{has_small_dictionaries, spelt_out},
    pseudonym::Pseudonyms,
    reading::Part,
};

/// Makes the rows of one dataset.
pub(super) struct Minimiser<'a> {
    selection: &'a Selection,
    pseudonyms: &'a Pseudonyms,
    schema: SchemaRef,
    columns: Vec<Column<'a>>,
}

struct Column<'a> {
    variable: &'a PermittedVariable,
    /// Where it is in a part.
    place: usize,
    /// Its values, when only their numbers are held.
    lexicon: Option<Lexicon>,
}

impl<'a> Minimiser<'a> {
    /// `schema` is that of the delivered table: the pseudonym, then the variables.
    pub(super) fn new(
        order: &Order<'a>,
        release: &Release,
        scan: &Scan,
        variables: &[&'a PermittedVariable],
        (schema, pseudonyms): (SchemaRef, &'a Pseudonyms),
    ) -> Result<Self, EngineError> {
        let read = scan.schema();
        let column = |(at, variable): (usize, &&'a PermittedVariable)| {
            let name = variable.variable.name();
            let coded = by_value(variable.granularity) && has_small_dictionaries(release, name);
            let lexicon = coded.then(|| Lexicon::of(schema.field(at + 1).data_type())).transpose()?;
            Ok::<_, EngineError>(Column { variable, place: read.index_of(name)? - 1, lexicon })
        };
        let columns = variables.iter().enumerate().map(column).collect::<Result<_, _>>()?;
        Ok(Self { selection: order.selection, pseudonyms, columns, schema })
    }

    /// What is sorted: the pseudonym's rank, and numbers or values.
    pub(super) fn sorted(&self) -> SchemaRef {
        let rank = Field::new("rank", DataType::UInt32, false);
        let columns = self.columns.iter().zip(self.schema.fields().iter().skip(1)).map(|(column, field)| {
            let kind = if column.lexicon.is_some() { DataType::UInt32 } else { field.data_type().clone() };
            Field::new(field.name(), kind, true)
        });
        Arc::new(Schema::new(std::iter::once(rank).chain(columns).collect::<Vec<_>>()))
    }

    /// The rows of a part, to be sorted.
    pub(super) fn minimise(&mut self, part: &Part) -> Result<RecordBatch, EngineError> {
        let origins = &self.selection.origins;
        let schema = self.sorted();
        let persons = part.spread(|person| person);
        // The scan gives included people only, and each of them has a rank.
        let ranks = part.spread(|person| self.pseudonyms.rank(person).unwrap_or(u32::MAX));
        let mut columns: Vec<ArrayRef> = vec![Arc::new(UInt32Array::from(ranks))];
        for column in &mut self.columns {
            let granularity = column.variable.granularity;
            let origin = |row: usize| origins.get(persons[row], granularity);
            let made = at(&part.columns[column.place], granularity, &origin)?;
            columns.push(match &mut column.lexicon {
                Some(lexicon) => Arc::new(lexicon.numbers(&made)?),
                None => spelt_out(&made)?,
            });
        }
        Ok(RecordBatch::try_new(schema, columns)?)
    }

    /// Everything that is known when all parts have been seen.
    pub(super) fn finish(self) -> Result<Finished, EngineError> {
        let values = self.columns.iter().map(|column| column.lexicon.as_ref().map(Lexicon::values).transpose());
        let values = std::iter::once(Ok(Some(self.pseudonyms.texts()))).chain(values).collect::<Result<_, _>>()?;
        Ok(Finished { values })
    }
}

/// What numbers mean.
pub(super) struct Finished {
    /// Of each column, where it holds numbers.
    values: Vec<Option<ArrayRef>>,
}

impl Finished {
    /// Sorted rows with values for numbers, text by dictionaries.
    pub(super) fn written(&self, batch: &RecordBatch) -> Result<RecordBatch, EngineError> {
        let columns = batch.columns().iter().zip(&self.values).map(|(column, values)| match values {
            Some(values) => with_values(column, values),
            None => Ok(column.clone()),
        });
        let columns = columns.collect::<Result<Vec<_>, _>>()?;
        let schema = batch.schema();
        let fields = schema.fields().iter().zip(&columns);
        let fields =
            fields.map(|(field, column)| Field::new(field.name(), column.data_type().clone(), field.is_nullable()));
        let schema = Schema::new(fields.collect::<Vec<_>>());
        Ok(RecordBatch::try_new(Arc::new(schema), columns)?)
    }
}
