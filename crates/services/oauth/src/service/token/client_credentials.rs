//! A client for itself, or for an organisation (RFC 6749, section 4.4).

use crate::{
    AuthorisationServer, Client, Scopes,
    fault::{Code, Fault},
    model::{details::Details, scope},
    protocol::parameters::Parameters,
    service::{
        attest::AttestedFor,
        failed,
        token::{
            Answer, Asking, Grounded,
            target::{has_what_it_needs, of_resource, one_api},
        },
    },
};

impl AuthorisationServer {
    /// A token for what the client asks, or for everything it is registered for.
    ///
    /// # Errors
    /// As the specifications name them.
    pub(crate) async fn client_credentials(&self, asking: Asking, form: &Parameters) -> Result<Answer, Fault> {
        let client = &asking.client.known.client;
        let apis = self.known.apis().await.map_err(|error| failed(&error))?;
        let scopes = match form.get("scope") {
            Some(text) => asked(client, scope::parse(text)?)?,
            // One public client sends none: it means all.
            None => client.scopes.iter().filter(|scope| !scope.is_identity()).cloned().collect(),
        };
        let scopes = of_resource(&apis, scopes, form.resources())?;
        let details = match asking.client.claims.get("assertion_details") {
            Some(details) => Details::read(details)?,
            None => Details::default(),
        };
        let acting_for = self.acting_for(client, details.organisation.as_ref()).await?;
        let (scopes, rejected) = self.accepted(&apis, scopes, client, acting_for.as_ref()).await?;
        let api = one_api(&apis, &scopes)?;
        has_what_it_needs(&api, &scopes, &details)?;
        let delegations = self.delegations(&api, &scopes, acting_for.as_ref()).await?;
        let Details { attest, journal_id, .. } = details;
        let by = AttestedFor { acting_for: acting_for.as_ref(), api: &api, scopes: &scopes, now: asking.now };
        let attest = self.attested(attest, client, None, &by).await?;
        let grounded = Grounded {
            api,
            scopes,
            rejected,
            delegations,
            acting_for,
            journal_id,
            attest,
            behind: None,
            exchanged: None,
        };
        self.issue(asking, grounded).await
    }
}

/// The scopes, if the client may have each of them.
fn asked(client: &Client, scopes: Scopes) -> Result<Scopes, Fault> {
    if let Some(own) = scopes.iter().find(|scope| scope.is_identity()) {
        let way = format!("{own} is about a person, and nobody logs in with client_credentials: leave it out");
        return Err(Fault::about(Code::InvalidScope, way));
    }
    match scopes.iter().find(|scope| !client.scopes.contains(*scope)) {
        Some(other) => Err(Fault::about(Code::InvalidScope, format!("the client is not registered for {other}"))),
        None => Ok(scopes),
    }
}
