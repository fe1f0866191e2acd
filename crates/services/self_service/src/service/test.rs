//! The connection test: what to call, and what came of the last calls.

use jiff::Timestamp;
use varde_core::Actor;

use super::{ClientView, Customers, SelfService, keys::audiences};
use crate::{ClientId, SelfServiceError, State, ports::Call};

/// What the authorisation server calls a call that was answered with a token.
pub(crate) const GOOD: &str = "token_given";

/// How a configuration's connection stands.
#[derive(Debug, Clone)]
pub struct ConnectionTest {
    /// The configuration with its keys and scopes.
    pub view: ClientView,
    /// The audience of client assertions.
    pub issuer: String,
    /// Where to call.
    pub token_endpoint: String,
    /// What came of its calls, the newest first, one of each kind.
    pub calls: Vec<Call>,
    /// When it last got a token.
    pub succeeded_at: Option<Timestamp>,
    /// Who has delegated to the vendor what the client needs; none for a client of one organisation.
    pub customers: Option<Customers>,
    /// Now.
    pub now: Timestamp,
}

impl SelfService {
    /// What a vendor needs to know to connect, and what is wrong. Action `self_service.client.read`.
    ///
    /// # Errors
    /// As [`Self::client`].
    pub async fn connection_test(&self, actor: &Actor, id: ClientId) -> Result<ConnectionTest, SelfServiceError> {
        let view = self.client(actor, id).await?;
        let calls = match view.client.state {
            State::Active => self.ports.registry.calls(id).await?,
            _ => Vec::new(),
        };
        let succeeded_at = calls.iter().find(|call| call.outcome == GOOD).map(|call| call.at);
        if succeeded_at.is_some()
            && let Some(progress) = &self.ports.progress
            && let Err(error) = progress.connection_tested(view.client.owner, id, &audiences(&view.client)).await
        {
            tracing::warn!(error = %error, "a good connection test could not be reported");
        }
        let customers = self.customers(&view.client, &view.system, &view.vendor).await?;
        let (issuer, token_endpoint) = (self.ports.registry.issuer(), self.ports.registry.token_endpoint());
        let now = self.store.clock().now();
        Ok(ConnectionTest { view, issuer, token_endpoint, calls, succeeded_at, customers, now })
    }
}
