//! Sorting rows by person with bounded memory: runs that fit are sorted and put aside, then merged.
//! Stable: rows of one person keep the order they came in, so the result does not depend on the
//! memory that was allowed.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fs::File,
    io::{BufReader, BufWriter},
    path::{Path, PathBuf},
};

use datafusion::arrow::{
    array::{AsArray, RecordBatch, UInt32Array},
    compute::{concat_batches, interleave_record_batch, take_record_batch},
    datatypes::{SchemaRef, UInt32Type},
    ipc::{reader::StreamReader, writer::StreamWriter},
};
use tempfile::TempDir;

use super::EngineError;

/// Rows handed on at a time: as many as a file is written by, so that none are copied once more.
const BATCH: usize = 65_536;

/// Collects rows and gives them back sorted by their first column, an unsigned 32-bit number.
pub(crate) struct Sorter {
    schema: SchemaRef,
    budget: usize,
    held: usize,
    buffer: Vec<RecordBatch>,
    runs: Vec<PathBuf>,
    aside: TempDir,
}

impl Sorter {
    /// A sorter that holds at most about `budget` bytes and puts the rest in a folder of its own
    /// under `folder`, gone when it is dropped.
    pub(crate) fn new(schema: SchemaRef, budget: usize, folder: &Path) -> Result<Self, EngineError> {
        let aside = tempfile::Builder::new()
            .prefix(".sorting-")
            .tempdir_in(folder)
            .map_err(|e| EngineError::file(folder, e))?;
        Ok(Self { schema, budget, held: 0, buffer: Vec::new(), runs: Vec::new(), aside })
    }

    /// Adds rows in any order.
    pub(crate) fn push(&mut self, batch: RecordBatch) -> Result<(), EngineError> {
        self.held += batch.get_array_memory_size();
        self.buffer.push(batch);
        if self.held > self.budget { self.spill() } else { Ok(()) }
    }

    /// Hands on every row in order.
    pub(crate) fn finish(
        mut self,
        mut each: impl FnMut(RecordBatch) -> Result<(), EngineError>,
    ) -> Result<(), EngineError> {
        if self.runs.is_empty() {
            let sorted = sort(&self.schema, &std::mem::take(&mut self.buffer))?;
            let rows = sorted.num_rows();
            return (0..rows).step_by(BATCH).try_for_each(|at| each(sorted.slice(at, BATCH.min(rows - at))));
        }
        self.spill()?;
        let runs = self.runs.iter().map(|path| Run::open(path)).collect::<Result<Vec<_>, _>>()?;
        merge(runs, each)
    }

    fn spill(&mut self) -> Result<(), EngineError> {
        let held = std::mem::take(&mut self.buffer);
        self.held = 0;
        if held.is_empty() {
            return Ok(());
        }
        let sorted = sort(&self.schema, &held)?;
        let path = self.aside.path().join(format!("run-{}", self.runs.len()));
        let file = File::create(&path).map_err(|e| EngineError::file(&path, e))?;
        let mut writer = StreamWriter::try_new(BufWriter::new(file), &self.schema)?;
        for at in (0..sorted.num_rows()).step_by(BATCH) {
            writer.write(&sorted.slice(at, BATCH.min(sorted.num_rows() - at)))?;
        }
        writer.finish()?;
        self.runs.push(path);
        Ok(())
    }
}

/// The rows of the batches, sorted by the first column, stable.
pub(crate) fn sort(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<RecordBatch, EngineError> {
    let whole = concat_batches(schema, batches)?;
    let keys = whole.column(0).as_primitive::<UInt32Type>().values();
    if keys.is_sorted() {
        return Ok(whole);
    }
    // Rows of one key mostly lie together, and are moved together. Key and position of a run in one number:
    // one unstable sort of plain numbers is a stable sort of rows.
    let mut order: Vec<(u64, u32)> = Vec::new();
    let mut position = 0;
    for run in keys.chunk_by(|one, next| one == next) {
        order.push((u64::from(run[0]) << 32 | position, run.len() as u32));
        position += run.len() as u64;
    }
    order.sort_unstable();
    let mut positions = Vec::with_capacity(keys.len());
    for (packed, many) in order {
        let first = packed as u32;
        positions.extend(first..first + many);
    }
    Ok(take_record_batch(&whole, &UInt32Array::from(positions))?)
}

/// A sorted run that is being read back.
struct Run {
    reader: StreamReader<BufReader<File>>,
    batch: Option<RecordBatch>,
    row: usize,
}

impl Run {
    fn open(path: &Path) -> Result<Self, EngineError> {
        let file = File::open(path).map_err(|e| EngineError::file(path, e))?;
        let mut run = Self { reader: StreamReader::try_new(BufReader::new(file), None)?, batch: None, row: 0 };
        run.next_batch()?;
        Ok(run)
    }

    fn next_batch(&mut self) -> Result<(), EngineError> {
        self.batch = self.reader.next().transpose()?;
        self.row = 0;
        Ok(())
    }

    fn person(&self) -> Option<u32> {
        self.batch.as_ref().map(|b| b.column(0).as_primitive::<UInt32Type>().value(self.row))
    }
}

/// Merges sorted runs; of equal persons the earlier run's rows come first.
fn merge(mut runs: Vec<Run>, mut each: impl FnMut(RecordBatch) -> Result<(), EngineError>) -> Result<(), EngineError> {
    let mut heads: BinaryHeap<Reverse<(u32, usize)>> =
        runs.iter().enumerate().filter_map(|(at, run)| run.person().map(|p| Reverse((p, at)))).collect();
    let mut gathered = Gathered::new(&runs);
    while let Some(Reverse((_, at))) = heads.pop() {
        let run = &mut runs[at];
        gathered.rows.push((gathered.current[at], run.row));
        run.row += 1;
        if run.batch.as_ref().is_some_and(|b| run.row == b.num_rows()) {
            run.next_batch()?;
            gathered.follow(at, run);
        }
        if let Some(person) = run.person() {
            heads.push(Reverse((person, at)));
        }
        if gathered.rows.len() == BATCH {
            each(gathered.flush(&runs)?)?;
        }
    }
    if gathered.rows.is_empty() { Ok(()) } else { each(gathered.flush(&runs)?) }
}

/// Rows chosen from several batches that are still to be copied out.
struct Gathered {
    batches: Vec<RecordBatch>,
    current: Vec<usize>,
    rows: Vec<(usize, usize)>,
}

impl Gathered {
    fn new(runs: &[Run]) -> Self {
        let mut new = Self { batches: Vec::new(), current: vec![0; runs.len()], rows: Vec::with_capacity(BATCH) };
        new.restart(runs);
        new
    }

    fn restart(&mut self, runs: &[Run]) {
        self.batches.clear();
        runs.iter().enumerate().for_each(|(at, run)| self.follow(at, run));
    }

    fn follow(&mut self, at: usize, run: &Run) {
        if let Some(batch) = &run.batch {
            self.current[at] = self.batches.len();
            self.batches.push(batch.clone());
        }
    }

    fn flush(&mut self, runs: &[Run]) -> Result<RecordBatch, EngineError> {
        let batches: Vec<&RecordBatch> = self.batches.iter().collect();
        let whole = interleave_record_batch(&batches, &self.rows)?;
        self.rows.clear();
        self.restart(runs);
        Ok(whole)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::{
        array::{Int64Array, UInt32Array},
        datatypes::{DataType, Field, Int64Type, Schema},
    };
    use proptest::prelude::*;

    use super::*;

    fn batch(keys: &[u32], from: i64) -> RecordBatch {
        let schema = Arc::new(Schema::new(vec![
            Field::new("person_index", DataType::UInt32, false),
            Field::new("order", DataType::Int64, false),
        ]));
        let order = Int64Array::from_iter_values((0..keys.len() as i64).map(|n| from + n));
        RecordBatch::try_new(schema, vec![Arc::new(UInt32Array::from(keys.to_vec())), Arc::new(order)]).unwrap()
    }

    fn sorted(batches: &[RecordBatch], budget: usize) -> Vec<(u32, i64)> {
        let folder = tempfile::tempdir().unwrap();
        let mut sorter = Sorter::new(batches[0].schema(), budget, folder.path()).unwrap();
        for batch in batches {
            sorter.push(batch.clone()).unwrap();
        }
        let mut rows = Vec::new();
        sorter
            .finish(|b| {
                let (keys, order) = (b.column(0).as_primitive::<UInt32Type>(), b.column(1).as_primitive::<Int64Type>());
                rows.extend(keys.values().iter().copied().zip(order.values().iter().copied()));
                Ok(())
            })
            .unwrap();
        rows
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn memory_does_not_change_the_order(parts in prop::collection::vec(prop::collection::vec(0_u32..50, 1..200), 1..8)) {
            let mut from = 0;
            let batches: Vec<RecordBatch> = parts.iter().map(|keys| {
                let made = batch(keys, from);
                from += keys.len() as i64;
                made
            }).collect();
            let mut expected: Vec<(u32, i64)> =
                parts.iter().flatten().copied().zip(0..).collect();
            expected.sort();
            prop_assert_eq!(&sorted(&batches, usize::MAX), &expected);
            prop_assert_eq!(&sorted(&batches, 600), &expected);
        }
    }
}
