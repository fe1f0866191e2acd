//! The leaf: rows of an extract in shares.

use std::{
    fmt,
    path::Path,
    sync::{Arc, OnceLock},
};

use datafusion::{
    common::tree_node::TreeNodeRecursion,
    error::{DataFusionError, Result},
    execution::{SendableRecordBatchStream, TaskContext},
    physical_expr::{EquivalenceProperties, LexOrdering, PhysicalExpr, PhysicalSortExpr, expressions::Column},
    physical_plan::{
        DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties, ReplaceChildrenOptions,
        execution_plan::{Boundedness, EmissionType},
        sorts::sort_preserving_merge::SortPreservingMergeExec,
        stream::RecordBatchReceiverStream,
    },
};
use varde_engine::{
    EngineError, Release,
    extract::{ExtractError, Selection, Share, TableWriter},
};

use crate::{ClusterError, Shelf, Task};

/// About how many bytes of rows a share holds while it sorts.
const MEMORY: usize = 256 << 20;
/// Batches that wait for whoever takes them.
const WAITING: usize = 4;

/// The rows of a table of an extract: a partition for each share, each in the order of pseudonyms.
pub struct ExtractExec {
    made: Arc<Made>,
    properties: Arc<PlanProperties>,
}

/// What all shares need.
struct Made {
    task: Task,
    shelf: Shelf,
    releases: Vec<Release>,
    /// Found by the share that comes first.
    selection: OnceLock<Selection>,
}

impl fmt::Debug for ExtractExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtractExec({:?})", self.made.task.plan)
    }
}

impl DisplayAs for ExtractExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Task { plan, table, shares, .. } = &self.made.task;
        write!(f, "ExtractExec: extract={}, table={table}, shares={shares}", plan.spec().extract)
    }
}

/// The rows of a table of an extract, in the order of pseudonyms: the leaf, and what merges its shares.
///
/// # Errors
/// When a release that the plan pins is not on the shelf or not what was registered, or there is no such table.
pub fn rows(task: Task, shelf: Shelf) -> Result<Arc<dyn ExecutionPlan>, ClusterError> {
    let leaf = ExtractExec::new(task, shelf)?;
    let ordering = leaf.ordering()?;
    Ok(Arc::new(SortPreservingMergeExec::new(ordering, Arc::new(leaf))))
}

impl ExtractExec {
    /// The leaf. Opens the releases; of their rows nothing is read yet.
    ///
    /// # Errors
    /// As [`rows`].
    pub fn new(task: Task, shelf: Shelf) -> Result<Self, ClusterError> {
        let opened = task.releases.iter().map(|pinned| shelf.open(pinned)).collect::<Result<Vec<_>, _>>()?;
        let releases = task.plan.pinned(&opened)?;
        let tables = task.plan.tables(&releases)?;
        let table = usize::try_from(task.table).ok().and_then(|at| tables.get(at));
        let schema = table.ok_or(ClusterError::NoTable(task.table))?.arrow(task.plan.spec().handover.language);
        let first = schema.field(0).name().clone();
        let by_pseudonym = PhysicalSortExpr::new_default(Arc::new(Column::new(&first, 0)));
        let properties = PlanProperties::new(
            EquivalenceProperties::new_with_orderings(schema, [[by_pseudonym]]),
            Partitioning::UnknownPartitioning(task.shares.max(1) as usize),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        let made = Arc::new(Made { task, shelf, releases, selection: OnceLock::new() });
        Ok(Self { made, properties: Arc::new(properties) })
    }

    pub(crate) fn task(&self) -> &Task {
        &self.made.task
    }

    /// Begins the table's file.
    pub(crate) fn writer(&self, folder: &Path) -> Result<TableWriter, ClusterError> {
        let Made { task, releases, .. } = &*self.made;
        task.plan.writer(releases, task.table, folder)?.ok_or(ClusterError::NoTable(task.table))
    }

    fn ordering(&self) -> Result<LexOrdering, ClusterError> {
        let first = self.schema().field(0).name().clone();
        let by_pseudonym = PhysicalSortExpr::new_default(Arc::new(Column::new(&first, 0)));
        let none = || DataFusionError::Plan("rows without an order".to_owned());
        Ok(LexOrdering::new([by_pseudonym]).ok_or_else(none)?)
    }
}

impl Made {
    fn selection(&self) -> Result<&Selection, ClusterError> {
        if let Some(found) = self.selection.get() {
            return Ok(found);
        }
        // Two that come at once find the same.
        let found = self.task.plan.select(&self.releases)?;
        Ok(self.selection.get_or_init(|| found))
    }

    fn share(
        &self,
        number: u32,
        each: impl FnMut(datafusion::arrow::array::RecordBatch) -> Result<(), EngineError>,
    ) -> Result<(), ClusterError> {
        let share = Share { number, of: self.task.shares.max(1) };
        let selection = self.selection()?;
        Ok(self.task.plan.share(
            &self.releases,
            selection,
            (self.task.table, share),
            &self.shelf.folder,
            MEMORY,
            each,
        )?)
    }
}

impl ExecutionPlan for ExtractExec {
    fn name(&self) -> &'static str {
        "ExtractExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_new_children(self: Arc<Self>, _: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(&self, partition: usize, _: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let number = u32::try_from(partition).ok().filter(|number| *number < self.made.task.shares.max(1));
        let number = number.ok_or_else(|| DataFusionError::Plan(format!("there is no share {partition}")))?;
        let mut stream = RecordBatchReceiverStream::builder(self.schema(), WAITING);
        let (made, tell) = (Arc::clone(&self.made), stream.tx());
        stream.spawn_blocking(move || {
            let told = made.share(number, |rows| tell.blocking_send(Ok(rows)).map_err(|_| EngineError::Stopped));
            match told {
                // Nobody listens any more.
                Err(ClusterError::Extract(ExtractError::Engine(EngineError::Stopped))) => Ok(()),
                other => Ok(other?),
            }
        });
        Ok(stream.build())
    }
}
