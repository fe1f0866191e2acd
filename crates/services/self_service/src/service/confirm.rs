//! What the organisation says to a draft or to a change that asks for more.

use url::Url;
use varde_core::Actor;

use super::{ClientView, SelfService, clients::entry};
use crate::{Client, ClientId, SelfServiceError, model::client::NothingToConfirm, store};

/// What came of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// The configuration as it is now.
    pub client: Client,
    /// Where the product wants whoever answered to come back to, with `status` in its query.
    pub return_to: Option<Url>,
}

impl SelfService {
    /// What somebody is asked to confirm, with everything about the configuration. Action
    /// `self_service.client.confirm`.
    ///
    /// # Errors
    /// [`SelfServiceError::NothingToConfirm`], [`SelfServiceError::DraftTooOld`]; refusals; neighbours.
    pub async fn to_confirm(&self, actor: &Actor, id: ClientId) -> Result<ClientView, SelfServiceError> {
        const ACTION: &str = "self_service.client.confirm";
        self.logged_in(actor, ACTION).await?;
        let of = self.load_client(id).await?;
        self.check_client(actor, ACTION, &of).await?;
        of.client.to_confirm(self.store.clock().now()).map_err(nothing)?;
        self.view(actor, of).await
    }

    /// Says yes or no. Action `self_service.client.confirm`, entries `self_service.client.confirmed`
    /// and `self_service.client.refused`.
    ///
    /// # Errors
    /// As [`Self::to_confirm`].
    pub async fn answer(&self, actor: &Actor, id: ClientId, yes: bool) -> Result<Answered, SelfServiceError> {
        const ACTION: &str = "self_service.client.confirm";
        self.logged_in(actor, ACTION).await?;
        let of = self.load_client(id).await?;
        let permission = self.check_client(actor, ACTION, &of).await?;
        let now = self.store.clock().now();
        let mut work = self.store.begin(actor).await?;
        let found = store::clients::locked(work.connection(), id).await?.ok_or(SelfServiceError::NoSuchClient)?;
        found.to_confirm(now).map_err(nothing)?;
        let (client, kind) = match yes {
            true => (found.confirmed(), "self_service.client.confirmed"),
            false => (found.refused(), "self_service.client.refused"),
        };
        store::clients::change(work.connection(), &client, now).await?;
        let entered = work.enter(entry(kind, &client).because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        self.apply(id).await?;
        if yes && client.first_key.is_some() {
            self.tell_key(&client).await;
        }
        let status = if yes { "confirmed" } else { "refused" };
        let return_to = client.return_to.as_deref().and_then(|address| with_status(address, status));
        Ok(Answered { client, return_to })
    }
}

fn nothing(why: NothingToConfirm) -> SelfServiceError {
    match why {
        NothingToConfirm::Answered => SelfServiceError::NothingToConfirm,
        NothingToConfirm::TooOld => SelfServiceError::DraftTooOld,
    }
}

fn with_status(address: &str, status: &str) -> Option<Url> {
    let mut url = Url::parse(address).ok()?;
    url.query_pairs_mut().append_pair("status", status);
    Some(url)
}
