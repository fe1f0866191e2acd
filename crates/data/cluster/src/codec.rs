//! A leaf as bytes, and bytes as a leaf.

use std::{fmt, sync::Arc};

use datafusion::{
    error::{DataFusionError, Result},
    execution::TaskContext,
    physical_plan::ExecutionPlan,
};
use datafusion_proto::physical_plan::{PhysicalExtensionCodec, PhysicalProtoConverterExtension};
use varde_core::Randomness;
use varde_engine::plan::PlanKey;

use crate::{ExtractExec, Shelf, Task};

/// Makes bytes of an [`ExtractExec`], and one of bytes. Both sides have one with the same key; the side that
/// carries the plan out has the shelf that is read from.
pub struct ExtractCodec {
    key: PlanKey,
    randomness: Randomness,
    shelf: Shelf,
}

impl fmt::Debug for ExtractCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ExtractCodec({})", self.shelf.store)
    }
}

impl ExtractCodec {
    /// A codec with the key that both sides share.
    pub fn new(key: PlanKey, randomness: Randomness, shelf: Shelf) -> Self {
        Self { key, randomness, shelf }
    }
}

impl PhysicalExtensionCodec for ExtractCodec {
    fn try_decode(
        &self,
        bytes: &[u8],
        inputs: &[Arc<dyn ExecutionPlan>],
        _: &TaskContext,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        if !inputs.is_empty() {
            return Err(DataFusionError::Plan("the rows of an extract have no input".to_owned()));
        }
        let task = Task::open(bytes, &self.key)?;
        Ok(Arc::new(ExtractExec::new(task, self.shelf.clone())?))
    }

    fn try_encode(
        &self,
        node: Arc<dyn ExecutionPlan>,
        bytes: &mut Vec<u8>,
        _: &dyn PhysicalProtoConverterExtension,
    ) -> Result<()> {
        let node: &dyn std::any::Any = node.as_ref();
        let Some(leaf) = node.downcast_ref::<ExtractExec>() else {
            return Err(DataFusionError::Plan("this codec knows the rows of extracts only".to_owned()));
        };
        bytes.extend(leaf.task().seal(&self.key, &self.randomness)?);
        Ok(())
    }
}
