//! A release as a table of a DataFusion plan. It is made from a [`Scan`], so whatever plan is built
//! above it, the excluded people are gone below it.

use std::sync::Arc;

use datafusion::{
    arrow::datatypes::SchemaRef,
    catalog::{Session, TableProvider},
    error::{DataFusionError, Result},
    execution::{SendableRecordBatchStream, TaskContext},
    logical_expr::{Expr, TableType},
    physical_plan::{
        ExecutionPlan,
        stream::RecordBatchStreamAdapter,
        streaming::{PartitionStream, StreamingTableExec},
    },
};

use super::Scan;

/// A table over a scan.
///
/// ```compile_fail
/// # use varde_engine::{Release, table::GuardedTable};
/// fn forgetful(release: &Release) -> GuardedTable {
///     // A release is no table: only a scan is, and a scan knows who may not be read.
///     GuardedTable::new(release)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct GuardedTable {
    scan: Scan,
}

impl GuardedTable {
    /// The table of what the scan gives.
    pub fn new(scan: Scan) -> Self {
        Self { scan }
    }
}

#[async_trait::async_trait]
impl TableProvider for GuardedTable {
    fn schema(&self) -> SchemaRef {
        self.scan.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let whole = self.scan.schema();
        // Read only the wanted columns; the plan's own projection then takes the person's index
        // away, or puts columns in another order.
        let wanted = projection.map_or_else(
            || whole.fields().iter().map(|f| f.name().clone()).collect::<Vec<_>>(),
            |p| p.iter().map(|at| whole.field(*at).name().clone()).collect(),
        );
        let columns = wanted.iter().map(String::as_str).filter(|name| *name != super::schema::PERSON);
        let scan = self.scan.clone().columns(columns).map_err(external)?;
        let read = scan.schema();
        let places = wanted.iter().map(|name| Ok(read.index_of(name)?)).collect::<Result<Vec<_>>>()?;
        let part: Arc<dyn PartitionStream> = Arc::new(Part { schema: read.clone(), scan });
        Ok(Arc::new(StreamingTableExec::try_new(read, vec![part], Some(&places), [], false, limit)?))
    }
}

#[derive(Debug)]
struct Part {
    schema: SchemaRef,
    scan: Scan,
}

impl PartitionStream for Part {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let batches: Box<dyn Iterator<Item = Result<_>> + Send> = match self.scan.read() {
            Ok(batches) => Box::new(batches.map(|batch| batch.map_err(external))),
            Err(error) => Box::new(std::iter::once(Err(external(error)))),
        };
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), futures::stream::iter(batches)))
    }
}

fn external(error: super::EngineError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}
