//! What a client asks, before the person comes (RFC 9126).

use std::collections::BTreeSet;

use serde::Serialize;
use varde_core::Digest;
use varde_ledger::Draft;

use crate::{
    AuthorisationServer, CallOutcome, Grant, Scope,
    fault::{Code, Fault},
    model::{
        details::{self, Details},
        request::{AuthorizationRequest, audiences},
        scope,
    },
    protocol::{client_assertion::Audience, parameters::Parameters, request_object},
    service::{
        authentication::{Authenticated, Incoming, acting, used_assertion},
        failed,
        login::{REQUEST_LIFETIME, URN, details::signed},
        token::legal_basis,
    },
    store::{requests, tokens},
};

/// The address of the request, for the person's browser (RFC 9126, section 2.2).
#[derive(Debug, Serialize)]
pub(crate) struct Pushed {
    request_uri: String,
    expires_in: i64,
}

impl AuthorisationServer {
    /// Checks and keeps a request. What is wrong is told here, and not to the person.
    ///
    /// # Errors
    /// As the specifications name them.
    pub(crate) async fn push(&self, incoming: &Incoming<'_>) -> Result<Pushed, Fault> {
        let now = self.store.clock().now();
        if incoming.form.get("request_uri").is_some() {
            return Err(Fault::new(Code::InvalidRequest, "request_uri belongs to /connect/authorize, not here"));
        }
        // A proof is not needed here; one that holds a nonce must hold ours.
        let shown = self.nonce_if_any(incoming, now)?;
        let client = self.authenticate(incoming.form, now).await?;
        let proof = shown.map(|shown| self.possession(shown, incoming.address, now)).transpose()?;
        if !client.known.client.grants.contains(&Grant::AuthorizationCode) {
            return Err(Fault::new(Code::UnauthorizedClient, "the client is not registered for authorization_code"));
        }
        let form = self.with_object(&client, incoming.form)?;
        let thumbprint = proof.as_ref().map(|(proof, _)| proof.thumbprint.as_str());
        let asked = AuthorizationRequest::read(&form, &client.known.client, thumbprint);
        let mut asked = asked.map_err(about_the_request)?;
        asked.audiences = self.known_audiences(&asked, form.resources()).await?;
        let details = details::one(asked.details.as_ref(), client.claims.get("assertion_details"))?;
        if let Some(at_login) = &asked.details {
            signed(&Details::read(at_login)?, incoming.form.get("authorization_details").is_some())?;
            self.acting_for(&client.known.client, details.organisation.as_ref()).await?;
            asked.details = Some(self.sealed_details(at_login)?);
        }
        let once = proof.map(|(_, once)| once);
        let token = self.store.randomness().token();
        let id = client.known.client.id;
        let mut work = self.store.begin(&acting(id)).await.map_err(|error| failed(&error))?;
        let ids: Vec<_> = [Some(&client.once), once.as_ref()].into_iter().flatten().collect();
        let fresh = tokens::remember(work.connection(), &ids).await.map_err(|error| failed(&error))?;
        if !fresh.contains(&client.once.digest) {
            return Err(used_assertion());
        }
        if fresh.len() < ids.len() {
            return Err(Fault::new(
                Code::InvalidDpopProof,
                "this DPoP proof was used before: make one for each request",
            ));
        }
        let kept = requests::insert(
            work.connection(),
            Digest::of(token.as_bytes()),
            id,
            &asked,
            (now, now + REQUEST_LIFETIME),
        );
        kept.await.map_err(|error| failed(&error))?;
        let draft = Draft::new("oauth.login.asked", "client", id).with("scope", scope::join(&asked.scopes));
        let entered = work.enter(draft.because(legal_basis())).await.map_err(|error| failed(&error))?;
        work.commit(entered).await.map_err(|error| failed(&error))?;
        Ok(Pushed { request_uri: format!("{URN}{token}"), expires_in: REQUEST_LIFETIME.as_secs() })
    }

    /// The parameters with those of the request object, when one came.
    fn with_object(&self, client: &Authenticated, form: &Parameters) -> Result<Parameters, Fault> {
        let Some(object) = form.get("request") else { return Ok(form.clone()) };
        let known = &client.known;
        let audience = Audience { issuer: &self.issuer, algorithms: known.client.algorithms() };
        let id = known.client.id.to_string();
        let claims = request_object::verify(object, &id, &known.keys, audience, self.store.clock().now())?;
        form.clone().with_object(claims)
    }

    /// The APIs asked for, each of which there is.
    async fn known_audiences(
        &self,
        asked: &AuthorizationRequest,
        resources: &[String],
    ) -> Result<BTreeSet<String>, Fault> {
        let apis = self.known.apis().await.map_err(|error| failed(&error))?;
        let gone = |scope: &&Scope| !scope.is_identity() && apis.with(scope).is_none();
        if let Some(scope) = asked.scopes.iter().find(gone) {
            return Err(Fault::about(Code::InvalidScope, format!("no API has the scope {scope} any more")));
        }
        let named = |resource: &String| apis.named(resource).map(|api| api.audience.clone());
        let resources: Option<Vec<_>> = resources.iter().map(named).collect();
        let resources = resources.ok_or(Fault::new(Code::InvalidTarget, "no such resource"))?;
        let audiences = audiences(&asked.scopes, &resources)?;
        if audiences.is_empty() && !asked.scopes.iter().any(|scope| scope.as_str() == scope::OPENID) {
            return Err(Fault::new(Code::InvalidScope, "scope must hold openid, or a scope of an API"));
        }
        Ok(audiences)
    }
}

/// A parameter is missing or wrong: that it is one of the request, for whoever sets the client up.
fn about_the_request(fault: Fault) -> Fault {
    match (fault.code, fault.about) {
        (Code::InvalidRequest, None) => fault.because(CallOutcome::Request),
        _ => fault,
    }
}
