//! An installation to measure: its database, an API, and clients registered as the command line does.

use std::{fs, net::SocketAddr, path::Path, process::Command};

use anyhow::{Context as _, Result};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::{Value, json};
use varde_basedata::OrganisationRecord;
use varde_core::{Actor, Component, OrganisationId, identifier::OrganisationNumber};
use varde_oauth::AuthorisationServer;

use super::{
    contestant::Contestant,
    requests::{Client, Target},
};
use crate::{
    app::{Foundation, Services, open_authorisation},
    bench::start::free_port,
    config::Config,
};

const SCOPE: &str = "helse:prover/les";
/// How many are registered at the same time.
const TOGETHER: usize = 8;

/// The installation. It holds the database while the server runs beside.
pub(super) struct World {
    foundation: Foundation,
    listen: SocketAddr,
    pub(super) clients: Vec<Client>,
}

impl World {
    /// Makes it below `folder`, with these clients.
    pub(super) async fn make(folder: &Path, clients: &[Client]) -> Result<Self> {
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
        let foundation = Foundation::open(Config::read(Some(&file))?).await?;
        let clients = registered(&foundation, clients).await?;
        Ok(Self { foundation, listen, clients })
    }

    /// The server, in a process of its own as it always is.
    pub(super) async fn serve(&self) -> Result<Contestant> {
        let issuer = format!("http://{}", self.listen);
        let target = Target { token: format!("{issuer}/connect/token"), issuer, scope: SCOPE.to_owned() };
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("serve").arg("--data").arg(&self.foundation.config.data);
        Contestant::start("Varde", command, self.foundation.database_process(), target, &self.clients).await
    }

    pub(super) async fn close(self) {
        self.foundation.close().await;
    }
}

async fn registered(foundation: &Foundation, clients: &[Client]) -> Result<Vec<Client>> {
    let actor = Actor::system(Component::CommandLine);
    let services = Services::build(foundation)?;
    let owner = OrganisationNumber::from_stem(31_100_000).context("no such number")?;
    let organisation =
        OrganisationRecord { id: None, number: owner, parent: None, names: Vec::new(), form: None, municipality: None };
    services.basedata.import_organisations(&actor, "bench", &[organisation]).await?;
    let server = open_authorisation(foundation, &services).await?;
    let api = json!({
        "audience": "helse:prover", "owner": owner, "name": "Prøvesvar", "scopes": { SCOPE: {} },
        "claims": ["client_name", "client_tenancy", "orgnr_parent"],
    });
    server.register_api(&actor, &serde_json::from_value(api)?).await?;
    stream::iter(clients.iter().map(|client| register(&server, &actor, owner, client)))
        .buffered(TOGETHER)
        .try_collect()
        .await
}

async fn register(
    server: &AuthorisationServer,
    actor: &Actor,
    owner: OrganisationNumber,
    client: &Client,
) -> Result<Client> {
    let new = json!({ "name": "Journalen", "owner": owner, "tenancy": "single-tenant", "scopes": [SCOPE] });
    let id = server.register_client(actor, serde_json::from_value(new)?).await?.id;
    let jwk = Value::Object(client.key.public().to_jwk()).to_string();
    server.add_key(actor, id, jwk.as_bytes()).await?;
    Ok(client.known_as(id.to_string()))
}
