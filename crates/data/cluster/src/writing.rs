//! A delivery's file from rows that were made elsewhere.

use std::{any::Any, path::Path, sync::Arc};

use datafusion::{error::DataFusionError, execution::SendableRecordBatchStream, physical_plan::ExecutionPlan};
use futures::TryStreamExt as _;
use varde_permit::DeliveredFile;

use crate::{ClusterError, ExtractExec};

/// Writes a table's file into the folder from what carrying out the plan gave, wherever that was; gives what a
/// manifest says of it. The plan is one of [`crate::rows`].
///
/// # Errors
/// When the rows cannot be made or written, or the plan is none of an extract's rows.
pub async fn write(
    plan: &Arc<dyn ExecutionPlan>,
    mut rows: SendableRecordBatchStream,
    folder: &Path,
) -> Result<DeliveredFile, ClusterError> {
    let none = || DataFusionError::Plan("the plan has no rows of an extract".to_owned());
    let mut writer = leaf(plan).ok_or_else(none)?.writer(folder)?;
    while let Some(rows) = rows.try_next().await? {
        writer.push(&rows)?;
    }
    Ok(writer.finish()?)
}

fn leaf(plan: &Arc<dyn ExecutionPlan>) -> Option<&ExtractExec> {
    let node: &dyn Any = plan.as_ref();
    node.downcast_ref().or_else(|| plan.children().into_iter().find_map(leaf))
}
