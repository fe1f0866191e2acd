//! The object store for tests: moto, with Python packages by `web/tests/objects/requirements.txt`. Tests
//! start it themselves (`varde_objects::testing`).

use anyhow::Result;

use crate::{assets, python};

/// Installs it.
pub(crate) fn ensure() -> Result<()> {
    python::with("objects", &assets::root().join("web/tests/objects/requirements.txt")).map(drop)
}
