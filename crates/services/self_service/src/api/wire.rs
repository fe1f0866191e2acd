//! Bodies of requests and answers, with the names that HelseID's self-service uses.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use varde_core::{FieldProblem, identifier::OrganisationNumber};

use crate::{ClientId, Draft, Key, OwnStatus, SelfServiceError, Settings};

/// A claim and its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClaimValue {
    /// The claim's name, one of the product's.
    key: String,
    /// Its value.
    value: String,
}

/// A draft, as a product asks for it.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct DraftRequest {
    /// The main unit of the organisation.
    #[schema(value_type = String)]
    organization_number: OrganisationNumber,
    /// The public JSON Web Key.
    #[schema(value_type = Object)]
    public_jwk: Map<String, Value>,
    /// The scopes; all that the product may when it is left out.
    api_scopes: Option<BTreeSet<String>>,
    /// Values of claims.
    audience_specific_client_claims: Option<Vec<ClaimValue>>,
    /// Where people come back to; the product's when it is left out.
    redirect_uris: Option<BTreeSet<String>>,
    /// Where people come back to after logging out.
    post_logout_redirect_uris: Option<BTreeSet<String>>,
    /// The sub-units it may name.
    #[schema(value_type = Option<Vec<String>>)]
    child_organization_numbers: Option<BTreeSet<OrganisationNumber>>,
    /// Where whoever confirms is sent back to, with `status` in its query: `confirmed` or `refused`.
    post_client_confirmation_redirect_uri: Option<String>,
}

impl DraftRequest {
    pub(crate) fn into_draft(self) -> Result<Draft, SelfServiceError> {
        Ok(Draft {
            owner: self.organization_number,
            public_jwk: self.public_jwk,
            scopes: self.api_scopes.unwrap_or_default(),
            claims: claims(self.audience_specific_client_claims)?,
            redirect_uris: self.redirect_uris.unwrap_or_default(),
            post_logout_redirect_uris: self.post_logout_redirect_uris.unwrap_or_default(),
            sub_units: self.child_organization_numbers.unwrap_or_default(),
            return_to: self.post_client_confirmation_redirect_uri,
        })
    }
}

/// Everything of a client at once: what is left out or null is removed.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(crate) struct Replacement {
    /// The scopes; there must be one.
    api_scopes: Option<BTreeSet<String>>,
    /// Values of claims.
    audience_specific_client_claims: Option<Vec<ClaimValue>>,
    /// Where people come back to.
    redirect_uris: Option<BTreeSet<String>>,
    /// Where people come back to after logging out.
    post_logout_redirect_uris: Option<BTreeSet<String>>,
    /// The sub-units it may name.
    #[schema(value_type = Option<Vec<String>>)]
    child_organization_numbers: Option<BTreeSet<OrganisationNumber>>,
}

impl Replacement {
    pub(crate) fn into_settings(self) -> Result<Settings, SelfServiceError> {
        Ok(Settings {
            scopes: self.api_scopes.unwrap_or_default(),
            sub_units: self.child_organization_numbers.unwrap_or_default(),
            redirect_uris: self.redirect_uris.unwrap_or_default(),
            post_logout_redirect_uris: self.post_logout_redirect_uris.unwrap_or_default(),
            claims: claims(self.audience_specific_client_claims)?,
        })
    }
}

/// Each claim has one value.
fn claims(all: Option<Vec<ClaimValue>>) -> Result<BTreeMap<String, String>, SelfServiceError> {
    let mut claims = BTreeMap::new();
    for ClaimValue { key, value } in all.unwrap_or_default() {
        if claims.insert(key, value).is_some() {
            let problem = FieldProblem::new("audienceSpecificClientClaims", "self_service-error-claim-twice");
            return Err(SelfServiceError::Invalid(vec![problem]));
        }
    }
    Ok(claims)
}

/// A draft that was made.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Made {
    /// The id of the client it becomes.
    #[schema(value_type = String)]
    client_id: ClientId,
    /// The page where the organisation confirms it, below the installation's address.
    confirmation_path: String,
}

impl Made {
    pub(crate) fn of(client_id: ClientId) -> Self {
        Self { client_id, confirmation_path: format!("/klienter/bekreft/{client_id}") }
    }
}

/// A client as it sees itself.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnClient {
    #[schema(value_type = String)]
    client_id: ClientId,
    #[schema(value_type = String)]
    organization_number: OrganisationNumber,
    api_scopes: Vec<OwnScope>,
    audience_specific_client_claims: Vec<OwnClaim>,
    redirect_uris: BTreeSet<String>,
    post_logout_redirect_uris: BTreeSet<String>,
    #[schema(value_type = Vec<String>)]
    child_organization_numbers: BTreeSet<OrganisationNumber>,
    /// Where the organisation confirms what waits; null when nothing does.
    confirmation_path: Option<String>,
}

/// A scope and how it stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct OwnScope {
    scope: String,
    /// `ok`, `pending` or `refused`.
    status: &'static str,
    /// Why it does not work.
    status_reason: Option<&'static str>,
}

/// A claim and how it stands.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct OwnClaim {
    key: String,
    active_claim_value: Option<String>,
    pending_claim_value: Option<String>,
    /// `ok`, `pending` or `updatePending`.
    status: &'static str,
}

impl From<OwnStatus> for OwnClient {
    fn from(own: OwnStatus) -> Self {
        let OwnStatus { client, scopes, claims } = own;
        let waits = client.wanted.is_some().then(|| Made::of(client.id).confirmation_path);
        let settings = client.active.unwrap_or_default();
        let scope = |status: crate::ScopeStatus| OwnScope {
            scope: status.scope,
            status: status.standing.name(),
            status_reason: status.why.map(crate::Why::name),
        };
        let claim = |status: crate::ClaimStatus| OwnClaim {
            status: status.name_of_status(),
            key: status.name,
            active_claim_value: status.active,
            pending_claim_value: status.pending,
        };
        Self {
            client_id: client.id,
            organization_number: client.owner,
            api_scopes: scopes.into_iter().map(scope).collect(),
            audience_specific_client_claims: claims.into_iter().map(claim).collect(),
            redirect_uris: settings.redirect_uris,
            post_logout_redirect_uris: settings.post_logout_redirect_uris,
            child_organization_numbers: settings.sub_units,
            confirmation_path: waits,
        }
    }
}

/// What comes back for a key.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyAnswer {
    /// Its name (`kid`).
    kid: String,
    /// Until when it is good, RFC 3339.
    #[schema(value_type = String)]
    expiration: Timestamp,
}

impl From<Key> for KeyAnswer {
    fn from(key: Key) -> Self {
        Self { kid: key.id, expiration: key.valid_until }
    }
}
