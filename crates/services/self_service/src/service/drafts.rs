//! Drafts that a product makes by itself, with an API key that may come with the product: it can only
//! ask, and whoever manages access in the organisation answers.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde_json::{Map, Value};
use varde_core::{FieldProblem, identifier::OrganisationNumber};
use varde_policy::Resource;

use super::{SelfService, clients, clients::MOST_WAITING, itself, keys::read_key, systems::digest};
use crate::{
    Client, Names, SelfServiceError, Settings, Tenancy, model::client::PATIENCE, model::settings::is_registered, store,
};

/// The most configurations that a product gets in an hour.
const MOST_AN_HOUR: i64 = 200;

/// What a product asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The organisation it is for.
    pub owner: OrganisationNumber,
    /// Its public key.
    pub public_jwk: Map<String, Value>,
    /// The scopes; everything the product may when there are none.
    pub scopes: BTreeSet<String>,
    /// Values of claims.
    pub claims: BTreeMap<String, String>,
    /// Where people come back to after logging in; the product's own when there are none.
    pub redirect_uris: BTreeSet<String>,
    /// Where people come back to after logging out.
    pub post_logout_redirect_uris: BTreeSet<String>,
    /// The sub-units it may name.
    pub sub_units: BTreeSet<OrganisationNumber>,
    /// Where whoever has confirmed is sent back to; one that the vendor has registered.
    pub return_to: Option<String>,
}

impl SelfService {
    /// Makes a draft. Who asks proves whose product it is by an API key, and nothing else: it is a part
    /// of Varde that acts, and the entry names the key. Action `self_service.draft.make`, entry
    /// `self_service.draft.made`.
    ///
    /// # Errors
    /// [`SelfServiceError::ApiKey`], [`SelfServiceError::NoDraftsForMany`],
    /// [`SelfServiceError::SystemEnded`], [`SelfServiceError::PrivateKey`], [`SelfServiceError::Key`],
    /// [`SelfServiceError::Invalid`] by the API's members, [`SelfServiceError::TooMany`]; neighbours.
    pub async fn make_draft(&self, api_key: &str, draft: Draft) -> Result<Client, SelfServiceError> {
        let now = self.store.clock().now();
        let mut work = self.store.begin(&itself()).await?;
        let found = store::systems::by_api_key(work.connection(), &digest(api_key)).await?;
        let (key, system) = found.ok_or(SelfServiceError::ApiKey)?;
        let system = store::systems::by_id(work.connection(), system).await?.ok_or(SelfServiceError::NoSuchSystem)?;
        let permission = self.guard.check(&itself(), "self_service.draft.make", &Resource::new("ClientDrafts")).await?;
        if system.ended_at.is_some() {
            return Err(SelfServiceError::SystemEnded);
        }
        if system.product.tenancy == Tenancy::MultiTenant {
            return Err(SelfServiceError::NoDraftsForMany);
        }
        let hour_ago = now - SignedDuration::from_hours(1);
        if store::clients::made_since(work.connection(), system.id, hour_ago).await? >= MOST_AN_HOUR
            || store::clients::waiting(work.connection(), system.id, draft.owner, now - PATIENCE).await? >= MOST_WAITING
        {
            return Err(SelfServiceError::TooMany);
        }
        let public_key = read_key(Value::Object(draft.public_jwk).to_string().as_bytes())?;
        let found = self.ports.organisations.by_number(draft.owner).await?.filter(|o| o.parent.is_none());
        let wrong = |field: &str, key: &str| SelfServiceError::Invalid(vec![FieldProblem::new(field, key)]);
        let owner = found.ok_or_else(|| wrong("organizationNumber", "self_service-error-organisation"))?;
        let product = &system.product;
        if draft.return_to.as_ref().is_some_and(|address| !is_registered(address, &product.return_addresses)) {
            return Err(wrong("postClientConfirmationRedirectUri", "self_service-error-return-unknown"));
        }
        let or =
            |asked: BTreeSet<String>, usual: &BTreeSet<String>| if asked.is_empty() { usual.clone() } else { asked };
        let settings = Settings {
            scopes: or(draft.scopes, &product.scopes),
            sub_units: draft.sub_units,
            redirect_uris: or(draft.redirect_uris, &product.redirect_uris),
            post_logout_redirect_uris: draft.post_logout_redirect_uris,
            claims: draft.claims,
        };
        self.check_settings(&settings, &system, &owner, &Names::API).await?;
        let mut client = self.fresh(&system, owner.number, settings);
        client.first_key = Some(public_key.to_jwk());
        client.return_to = draft.return_to;
        store::clients::insert(work.connection(), &client, owner.id, &itself()).await?;
        let entry = clients::entry("self_service.draft.made", &client)
            .with("api_key", key)
            .with("thumbprint", public_key.thumbprint())
            .because(permission.legal_basis());
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(client)
    }
}
