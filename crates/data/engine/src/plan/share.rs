//! A plan carried out in shares: each makes some of a table's rows, wherever it is, and one writes the file.

use std::path::Path;

use datafusion::arrow::array::RecordBatch;

use super::Plan;
use crate::{
    EngineError, Release,
    delivery::Table,
    extract::{ExtractError, Order, Selection, Share, TableWriter, share, tables},
    pseudonym::ProjectKey,
};

impl Plan {
    /// The tables of rows, in the order of the delivery's files. What is told of each person besides their rows
    /// is not among them.
    ///
    /// # Errors
    /// When a variable is not in its release.
    pub fn tables(&self, releases: &[Release]) -> Result<Vec<Table>, EngineError> {
        Ok(tables(&self.spec, releases)?.into_iter().map(|(_, _, table)| table).collect())
    }

    /// Hands on the rows of a share of a table, in the order of pseudonyms; nothing of a table that there is
    /// none of. `memory` is about how many bytes of rows to hold while sorting, and the rest lies in `folder`
    /// meanwhile.
    ///
    /// # Errors
    /// When the plan lacks ids of people whom the selection concerns, or rows cannot be read.
    pub fn share(
        &self,
        releases: &[Release],
        selection: &Selection,
        (table, of): (u32, Share),
        folder: &Path,
        memory: usize,
        each: impl FnMut(RecordBatch) -> Result<(), EngineError>,
    ) -> Result<(), ExtractError> {
        let tables = tables(&self.spec, releases)?;
        let Some(rows) = usize::try_from(table).ok().and_then(|at| tables.get(at)) else { return Ok(()) };
        let order = Order {
            spec: &self.spec,
            releases,
            exclusions: &self.exclusions,
            selection,
            ids: &self.ids(selection)?,
            key: &ProjectKey::new(&self.key),
            title: &self.title,
            memory,
            previous: None,
        };
        share(&order, rows, of, folder, each)
    }

    /// Begins the file of a table in a folder; `None` when there is no such table.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn writer(&self, releases: &[Release], table: u32, folder: &Path) -> Result<Option<TableWriter>, EngineError> {
        let tables = tables(&self.spec, releases)?;
        let rows = usize::try_from(table).ok().and_then(|at| tables.get(at));
        rows.map(|rows| TableWriter::create(&self.spec, rows, folder)).transpose()
    }
}
