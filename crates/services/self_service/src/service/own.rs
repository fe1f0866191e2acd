//! What a client does about itself, with an access token of its own.

use varde_core::{Actor, Subject};
use varde_policy::Permission;

use super::{Belonging, SelfService};
use crate::{ClaimStatus, Client, ClientId, Key, Names, ScopeStatus, SelfServiceError, Settings, State};

/// A client as it sees itself.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnStatus {
    /// The configuration.
    pub client: Client,
    /// How each scope stands.
    pub scopes: Vec<ScopeStatus>,
    /// How each claim stands.
    pub claims: Vec<ClaimStatus>,
}

impl SelfService {
    /// How the client that acts stands. Action `self_service.own_client.read`.
    ///
    /// # Errors
    /// [`SelfServiceError::NotAClientOfOurs`]; refusals, also when no client acts; neighbours.
    pub async fn own_client(&self, actor: &Actor) -> Result<OwnStatus, SelfServiceError> {
        let (of, _) = self.own(actor, "self_service.own_client.read").await?;
        let (scopes, claims) = self.standing(&of).await?;
        Ok(OwnStatus { client: of.client, scopes, claims })
    }

    /// Replaces the settings of the client that acts. What asks for more waits for the organisation.
    /// Action `self_service.own_client.replace`, entry `self_service.client.changed`.
    ///
    /// # Errors
    /// [`SelfServiceError::Invalid`] by the API's members, [`SelfServiceError::TooMany`]; as
    /// [`Self::own_client`].
    pub async fn replace_own_client(&self, actor: &Actor, settings: Settings) -> Result<OwnStatus, SelfServiceError> {
        let (of, permission) = self.own(actor, "self_service.own_client.replace").await?;
        self.ask_for(actor, of.clone(), settings, false, &Names::API, &permission).await?;
        let of = self.load_client(of.client.id).await?;
        let (scopes, claims) = self.standing(&of).await?;
        Ok(OwnStatus { client: of.client, scopes, claims })
    }

    /// Hands in a new public key for the client that acts. Action `self_service.own_client.add_key`,
    /// entry `self_service.key.handed_in`.
    ///
    /// # Errors
    /// As [`Self::add_key`] and [`Self::own_client`]; [`SelfServiceError::TooMany`].
    pub async fn add_own_key(&self, actor: &Actor, jwk: &[u8]) -> Result<Key, SelfServiceError> {
        let (of, permission) = self.own(actor, "self_service.own_client.add_key").await?;
        self.hand_in(actor, &of.client, jwk, &permission).await
    }

    async fn own(&self, actor: &Actor, action: &str) -> Result<(Belonging, Permission), SelfServiceError> {
        let resource = varde_policy::Resource::new("OwnClient");
        let permission = self.guard.check(actor, action, &resource).await?;
        let id: ClientId = match &actor.subject {
            Subject::Client { client } => client.parse().map_err(|_| SelfServiceError::NotAClientOfOurs)?,
            _ => return Err(SelfServiceError::NotAClientOfOurs),
        };
        if !self.limiter.admits(id.uuid(), self.store.clock().now()) {
            return Err(SelfServiceError::TooMany);
        }
        let of = self.load_client(id).await.map_err(|error| match error {
            SelfServiceError::NoSuchClient => SelfServiceError::NotAClientOfOurs,
            other => other,
        })?;
        match of.client.state {
            State::Active => Ok((of, permission)),
            _ => Err(SelfServiceError::NotActive),
        }
    }
}
