//! An installation to measure: its database, an API, and clients registered as the command line does.

use std::path::Path;

use anyhow::{Context as _, Result};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::{Value, json};
use varde_basedata::OrganisationRecord;
use varde_core::{Actor, Component, LoginLevel, OrganisationId, PersonId, Role, identifier::OrganisationNumber};
use varde_delegation::{DelegationError, Delegations, Fault, ResourceId, Right};
use varde_oauth::AuthorisationServer;

use super::{
    contestant::Contestant,
    requests::{Client, Target},
};
use crate::{
    app::{Foundation, Services, open_authorisation},
    bench::installation::Installation,
};

const SCOPE: &str = "helse:prover/les";
/// What organisations delegate to the supplier, and it opens the scope.
const RESOURCE: &str = "prover-les";
/// Numbers of organisations are made from here on: the owner's first, then those that delegate.
const FIRST_NUMBER: u32 = 31_100_000;
/// How many are registered at the same time.
const TOGETHER: usize = 8;

/// The installation, and who asks it for tokens.
pub(super) struct World {
    installation: Installation,
    pub(super) clients: Vec<Client>,
    /// One client of a supplier's, once for each organisation that has delegated to the supplier.
    pub(super) for_many: Vec<Client>,
}

impl World {
    /// Makes it below `folder`, with these clients, and with so many organisations that delegate.
    pub(super) async fn make(folder: &Path, clients: &[Client], delegating: usize) -> Result<Self> {
        let installation = Installation::make(folder).await?;
        let (clients, for_many) = registered(&installation.foundation, clients, delegating).await?;
        Ok(Self { installation, clients, for_many })
    }

    pub(super) async fn serve(&self) -> Result<Contestant> {
        let issuer = self.installation.address();
        let target = Target { token: format!("{issuer}/connect/token"), issuer, scope: SCOPE.to_owned() };
        let database = self.installation.foundation.database_process();
        Contestant::start("Varde", self.installation.serve()?, database, target, &self.clients).await
    }

    pub(super) async fn close(self) {
        self.installation.close().await;
    }
}

/// The clients as the server knows them, and the supplier's, once for each organisation it acts for.
async fn registered(
    foundation: &Foundation,
    clients: &[Client],
    delegating: usize,
) -> Result<(Vec<Client>, Vec<Client>)> {
    let actor = Actor::system(Component::CommandLine);
    let services = Services::build(foundation)?;
    let numbers = numbers(delegating + 1);
    let (owner, givers) = numbers.split_first().context("there are no numbers of organisations")?;
    let records: Vec<_> = numbers.iter().map(|number| organisation(*number)).collect();
    services.basedata.import_organisations(&actor, "bench", &records).await?;
    let server = open_authorisation(foundation, &services).await?;
    let api = json!({
        "audience": "helse:prover", "owner": owner, "name": "Prøvesvar", "scopes": { SCOPE: { "resource": RESOURCE } },
        "claims": ["client_name", "client_tenancy", "orgnr_parent", "orgnr_supplier"],
    });
    server.register_api(&actor, &serde_json::from_value(api)?).await?;
    let known = stream::iter(clients.iter().map(|client| register(&server, &actor, *owner, client, "single-tenant")))
        .buffered(TOGETHER)
        .try_collect()
        .await?;
    let supplier = register(&server, &actor, *owner, &Client::generate()?, "multi-tenant").await?;
    services.delegations.register(&actor, &[serde_json::from_value(resource(*owner))?]).await?;
    stream::iter(givers.iter().map(|giver| delegate(&services.delegations, *giver, *owner)))
        .buffered(TOGETHER)
        .try_collect::<Vec<()>>()
        .await?;
    Ok((known, givers.iter().map(|giver| supplier.acting_for(*giver)).collect()))
}

/// So many valid numbers: about one in eleven has no control digit and is passed over.
fn numbers(count: usize) -> Vec<OrganisationNumber> {
    (FIRST_NUMBER..).filter_map(OrganisationNumber::from_stem).take(count).collect()
}

fn organisation(number: OrganisationNumber) -> OrganisationRecord {
    let id = Some(id_of(number));
    OrganisationRecord { id, number, parent: None, names: Vec::new(), form: None, municipality: None }
}

/// The id of a made organisation: its number.
fn id_of(number: OrganisationNumber) -> OrganisationId {
    OrganisationId::from_uuid(uuid::Uuid::from_u128(number.as_str().parse().unwrap_or_default()))
}

fn resource(authority: OrganisationNumber) -> Value {
    let text = |nb: &str, nn: &str, en: &str| json!({ "nb": nb, "nn": nn, "en": en });
    json!({
        "id": RESOURCE,
        "title": text("Lese prøvesvar", "Lese prøvesvar", "Read test results"),
        "description": text("For systemer på nett", "For system på nett", "For systems on the net"),
        "right": text("Leverandøren kan lese prøvesvar", "Leverandøren kan lese prøvesvar", "The supplier can read test results"),
        "competent_authority": { "number": authority, "name": "Benken" },
        "least_level": "high",
        "scopes": [SCOPE],
        "delegable": true,
        "visible": true,
    })
}

/// The organisation's administrator gives the right, as on the page.
async fn delegate(delegations: &Delegations, from: OrganisationNumber, to: OrganisationNumber) -> Result<()> {
    let organisation = id_of(from);
    let person = PersonId::from_uuid(organisation.uuid());
    let administrator = Actor::employee(person, LoginLevel::High, organisation, [Role::Administrator]);
    let right = Right { resource: RESOURCE.parse::<ResourceId>()?, from, to };
    match delegations.grant(&administrator, &right).await {
        // An earlier run in the same folder gave it.
        Ok(_) | Err(DelegationError::Fault(Fault::AlreadyGiven)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

async fn register(
    server: &AuthorisationServer,
    actor: &Actor,
    owner: OrganisationNumber,
    client: &Client,
    tenancy: &str,
) -> Result<Client> {
    let new = json!({ "name": "Journalen", "owner": owner, "tenancy": tenancy, "scopes": [SCOPE] });
    let id = server.register_client(actor, serde_json::from_value(new)?).await?.id;
    let jwk = Value::Object(client.key.public().to_jwk()).to_string();
    server.add_key(actor, id, jwk.as_bytes()).await?;
    Ok(client.known_as(id.to_string()))
}
