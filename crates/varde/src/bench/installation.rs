//! An installation to measure. It holds the database while the server runs beside, in a process of its own
//! as it always is.

use std::{fs, net::SocketAddr, path::Path, process::Command};

use anyhow::{Context as _, Result};
use varde_core::OrganisationId;

use super::start::free_port;
use crate::{app::Foundation, config::Config};

/// Its foundation, and where its server listens.
pub(super) struct Installation {
    pub(super) foundation: Foundation,
    listen: SocketAddr,
}

impl Installation {
    /// Makes it below `folder`, or opens what an earlier run made there.
    pub(super) async fn make(folder: &Path) -> Result<Self> {
        let data = folder.join("varde");
        fs::create_dir_all(&data)?;
        let listen = SocketAddr::from(([127, 0, 0, 1], free_port()?));
        let body = OrganisationId::from_uuid(uuid::Uuid::from_u128(1));
        let text = format!(
            "data = {data:?}\nlisten = \"{listen}\"\ndemo = true\naccess_body = \"{body}\"\n\
             log_name = \"varde.bench/log\"\n[rooms]\npython = false\n"
        );
        let file = data.join(Config::FILE);
        fs::write(&file, text).with_context(|| format!("{} cannot be written", file.display()))?;
        Ok(Self { foundation: Foundation::open(Config::read(Some(&file))?).await?, listen })
    }

    /// What starts its server.
    pub(super) fn serve(&self) -> Result<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("serve").arg("--data").arg(&self.foundation.config.data);
        Ok(command)
    }

    /// Where its server is.
    pub(super) fn address(&self) -> String {
        format!("http://{}", self.listen)
    }

    pub(super) async fn close(self) {
        self.foundation.close().await;
    }
}
