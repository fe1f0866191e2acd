//! A running server that gives tokens, and what the kernel says of it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use varde_store::launcher::Cluster;

use super::requests::{Client, Target};
use crate::bench::{
    start::{Running, free_port},
    usage::{cpu_seconds, cpu_seconds_with_children, memory},
};

/// Where the peer's program lies.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Node.js.
    pub node: PathBuf,
    /// The script, beside the packages it needs.
    pub script: PathBuf,
}

/// A server under measurement. It is ended with this value.
pub(super) struct Contestant {
    name: &'static str,
    running: Running,
    /// The first process of its database.
    database: Option<u32>,
    target: Target,
    clients: Vec<Client>,
}

/// Seconds of processor so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cpu {
    pub(super) server: f64,
    pub(super) database: f64,
}

impl Cpu {
    pub(super) fn since(self, before: Self) -> Self {
        Self { server: self.server - before.server, database: self.database - before.database }
    }
}

impl Contestant {
    /// Starts it, and waits until it describes itself.
    pub(super) async fn start(
        name: &'static str,
        command: Command,
        database: Option<u32>,
        target: Target,
        clients: &[Client],
    ) -> Result<Self> {
        let mut running = Running::start(command)?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        running.ready(&http, &format!("{}/.well-known/openid-configuration", target.issuer)).await?;
        Ok(Self { name, running, database, target, clients: clients.to_vec() })
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    pub(super) fn clients(&self) -> &[Client] {
        &self.clients
    }

    pub(super) fn cpu(&self) -> Result<Cpu> {
        let database = self.database.map(cpu_seconds_with_children).transpose()?.unwrap_or_default();
        Ok(Cpu { server: cpu_seconds(&self.running.id())?, database })
    }

    /// Bytes that are resident now.
    pub(super) fn memory(&self) -> Result<u64> {
        memory(&self.running.id(), "VmRSS")
    }
}

impl Peer {
    /// Starts the peer with the same clients. What it remembers is in that database, or in its own memory,
    /// which is its usual way.
    pub(super) async fn serve(
        &self,
        name: &'static str,
        folder: &Path,
        database: Option<&Cluster>,
        clients: &[Client],
    ) -> Result<Contestant> {
        let port = free_port()?;
        let issuer = format!("http://127.0.0.1:{port}");
        let target = Target { token: format!("{issuer}/token"), issuer, scope: "les".to_owned() };
        let keys = |client: &Client| json!({ "id": client.id, "jwk": Value::Object(client.key.public().to_jwk()) });
        let clients_of: Vec<_> = clients.iter().map(keys).collect();
        let at = database.map(|cluster| {
            let options = cluster.options();
            let (host, port) = (options.get_socket(), options.get_port());
            json!({ "host": host, "port": port, "user": options.get_username(), "database": options.get_database() })
        });
        let about = json!({ "port": port, "scope": target.scope, "clients": clients_of, "database": at });
        let file = folder.join(format!("{name}.json"));
        fs::write(&file, about.to_string()).with_context(|| format!("{} cannot be written", file.display()))?;
        let mut command = Command::new(&self.node);
        // As its documentation asks of whoever runs it in earnest; without it some packages check more.
        command.arg(&self.script).arg(&file).env("NODE_ENV", "production");
        Contestant::start(name, command, database.and_then(Cluster::process), target, clients).await
    }
}
