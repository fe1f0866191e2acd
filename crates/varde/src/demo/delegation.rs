//! What it takes to try delegation in the demo world: rights that can be given, an API that they open,
//! and a supplier whose system serves many organisations.

use anyhow::{Context as _, Result};
use serde_json::json;
use varde_core::{Actor, OrganisationId, identifier::OrganisationNumber};
use varde_delegation::DelegableResource;
use varde_demo::World;
use varde_oauth::{Api, AuthorisationServer, NewClient};

use super::Told;
use crate::app::Services;

/// The API that the rights open.
const API: &str = "nhn:demo-journal-api";
/// What the supplier's system is called.
const CLIENT: &str = "Journalhuset på nett (demo)";

/// Registers what is not registered yet.
pub(super) async fn prepare(
    services: &Services,
    server: &AuthorisationServer,
    world: &World,
    actor: &Actor,
) -> Result<Told> {
    let authority = number(world, world.health_network())?;
    let rights = services.delegations.register(actor, &rights(authority)?).await?;
    server.register_api(actor, &api(authority)?).await?;
    let supplier = number(world, world.record_supplier())?;
    let clients = server.clients(actor, supplier).await?;
    if !clients.iter().any(|(client, _)| client.name == CLIENT) {
        server.register_client(actor, client(supplier)?).await?;
    }
    let said = format!("{} rights can be given to suppliers at /delegering", rights.len());
    Ok(Told::new(said).with("rights", rights.len()).with("supplier", supplier).with("authority", authority))
}

fn number(world: &World, organisation: OrganisationId) -> Result<OrganisationNumber> {
    let found = world.organisations().into_iter().find(|one| one.id == organisation);
    Ok(found.context("an organisation of the demo world is missing")?.number)
}

fn rights(authority: OrganisationNumber) -> Result<Vec<DelegableResource>> {
    let by = json!({ "number": authority, "name": "Norsk helsenett SF (demo)" });
    Ok(serde_json::from_value(json!([
        {
            "id": "nhn-helseid",
            "title": {
                "nb": "La din databehandler innhente helseopplysninger på dine vegne (HelseID)",
                "nn": "La databehandlaren din hente inn helseopplysningar på vegner av deg (HelseID)",
                "en": "Let your processor fetch health data on your behalf (HelseID)",
            },
            "description": {
                "nb": "For virksomheter som bruker et system på nett som mange bruker, for eksempel et journalsystem.",
                "nn": "For verksemder som bruker eit system på nett som mange bruker, til dømes eit journalsystem.",
                "en": "For organisations that use a system on the net that many use, such as a record system.",
            },
            "right": {
                "nb": "Leverandørens system kan hente helseopplysninger på vegne av virksomheten.",
                "nn": "Systemet til leverandøren kan hente helseopplysningar på vegner av verksemda.",
                "en": "The supplier's system can fetch health data on behalf of the organisation.",
            },
            "competent_authority": by,
            "least_level": "high",
            "scopes": [format!("{API}/les")],
            "delegable": true,
            "visible": true,
        },
        {
            "id": "nhn-adresseregister",
            "title": {
                "nb": "La din databehandler holde adressene dine oppdatert",
                "nn": "La databehandlaren din halde adressene dine oppdaterte",
                "en": "Let your processor keep your addresses up to date",
            },
            "description": {
                "nb": "For leverandører som setter opp meldingsutveksling for virksomheten.",
                "nn": "For leverandørar som set opp meldingsutveksling for verksemda.",
                "en": "For suppliers that set up message exchange for the organisation.",
            },
            "right": {
                "nb": "Leverandørens system kan endre virksomhetens elektroniske adresser.",
                "nn": "Systemet til leverandøren kan endre dei elektroniske adressene til verksemda.",
                "en": "The supplier's system can change the organisation's electronic addresses.",
            },
            "competent_authority": by,
            "least_level": "substantial",
            "scopes": [format!("{API}/adresser")],
            "delegable": true,
            "visible": true,
        },
    ]))?)
}

fn api(owner: OrganisationNumber) -> Result<Api> {
    Ok(serde_json::from_value(json!({
        "audience": API,
        "owner": owner,
        "name": "Journalopplysninger (demo)",
        "scopes": {
            (format!("{API}/les")): { "resource": "nhn-helseid" },
            (format!("{API}/adresser")): { "resource": "nhn-adresseregister" },
        },
        "claims": ["client_name", "client_tenancy", "orgnr_parent", "orgnr_child", "orgnr_supplier", "client_amr"],
    }))?)
}

fn client(owner: OrganisationNumber) -> Result<NewClient> {
    Ok(serde_json::from_value(json!({
        "name": CLIENT,
        "owner": owner,
        "tenancy": "multi-tenant",
        "scopes": [format!("{API}/les"), format!("{API}/adresser")],
    }))?)
}
