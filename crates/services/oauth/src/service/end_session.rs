//! A person logs out: which client asks for it, where they go afterwards, and what ends with the session.

use std::sync::Arc;

use url::Url;
use varde_core::{Problem, ProblemKind};
use varde_jose::{Algorithm, Expected, Jws};
use varde_ledger::Draft;
use varde_store::StoreError;
use varde_web::SessionId;

use crate::{
    AuthorisationServer, RedirectUri,
    model::{id_token::TYPE, scope},
    service::{OpenError, known::KnownClient, server, token::legal_basis},
    store::logins,
};

/// What our ID tokens are signed with.
const EXPECTED: Expected<'static> = Expected { types: &[TYPE], algorithms: &[Algorithm::Es256], largest: 16 * 1024 };
/// The longest `state`.
const LONGEST_STATE: usize = 2_048;

/// Why the question is not put.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotAsked {
    /// The hint, the client or the address is not good.
    #[error(
        "the address of the logout is not good: id_token_hint must be ours, and post_logout_redirect_uri the client's"
    )]
    Wrong,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The keys could not be read.
    #[error("the keys of the authorisation server could not be read")]
    Keys(#[source] OpenError),
}

impl Problem for NotAsked {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Wrong => ProblemKind::Invalid,
            Self::Store(error) => error.kind(),
            Self::Keys(_) => ProblemKind::Unavailable,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Wrong => "oauth.logout_wrong",
            Self::Store(error) => error.code(),
            Self::Keys(_) => "oauth.neighbour",
        }
    }
}

/// A logout that a client asks for.
pub(crate) struct Ending {
    known: Option<Arc<KnownClient>>,
    client: String,
    address: String,
    state: String,
    /// Where the person goes afterwards: the client's address with its state.
    pub(crate) back: Option<Url>,
}

impl Ending {
    /// What the client is called, to be shown.
    pub(crate) fn client_name(&self) -> Option<&str> {
        self.known.as_ref().map(|known| known.client.name.as_str())
    }

    /// What must come again, with the form too: never the hint, which is a token.
    pub(crate) fn fields(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("client_id", self.client.as_str()),
            ("post_logout_redirect_uri", self.address.as_str()),
            ("state", self.state.as_str()),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }
}

impl AuthorisationServer {
    /// The logout that these parameters ask for. An address is taken only from a client that is
    /// known, by a hint of ours or by its id, and only letter by letter one of its own.
    ///
    /// # Errors
    /// [`NotAsked`].
    pub(crate) async fn ending(&self, parameter: impl Fn(&str) -> Option<String>) -> Result<Ending, NotAsked> {
        let hinted = match parameter("id_token_hint") {
            Some(hint) => Some(self.client_of_hint(&hint).await?),
            None => None,
        };
        let named = parameter("client_id");
        if let (Some(hinted), Some(named)) = (&hinted, &named)
            && hinted != named
        {
            return Err(NotAsked::Wrong);
        }
        let client = hinted.or(named).unwrap_or_default();
        let known = match client.parse() {
            Ok(id) => self.known.client(id).await?,
            Err(_) => None,
        };
        let (address, state) =
            (parameter("post_logout_redirect_uri").unwrap_or_default(), parameter("state").unwrap_or_default());
        let back = match (&known, address.as_str()) {
            (_, "") => None,
            (Some(known), address) if state.len() <= LONGEST_STATE => {
                let own = known.client.post_logout_redirect_uris.iter().any(|registered| registered.fits(address));
                let fields = [("state", state.as_str())];
                let fields = if state.is_empty() { &fields[..0] } else { &fields[..] };
                let back = own.then(|| RedirectUri::with(address, fields)).flatten();
                Some(back.ok_or(NotAsked::Wrong)?)
            }
            _ => return Err(NotAsked::Wrong),
        };
        Ok(Ending { known, client, address, state, back })
    }

    /// Ends what sessions that are over have given at clients: codes that wait, and logins whose client
    /// was not given `offline_access`, with their tokens. A client that was may go on when the person
    /// is not there: that is what they gave it (OpenID Connect Core 1.0, section 11; Back-Channel
    /// Logout 1.0, section 2.7). Gives how many logins it were; entry for each: `oauth.login.ended`.
    ///
    /// # Errors
    /// When the store fails; it may be called again.
    pub async fn end_logins(&self, sessions: &[SessionId]) -> Result<usize, StoreError> {
        let sessions: Vec<_> = sessions.iter().map(|session| session.uuid()).collect();
        let mut work = self.store.begin(&server()).await?;
        let now = self.store.clock().now();
        let ended = logins::end_with_sessions(work.connection(), &sessions, scope::OFFLINE, now).await?;
        let mut entered = None;
        for login in &ended {
            let draft = Draft::new("oauth.login.ended", "login", login.id)
                .concerning(login.person)
                .with("client", login.client)
                .with("why", "logged_out")
                .because(legal_basis());
            entered = Some(work.enter(draft).await?);
        }
        if let Some(entered) = entered {
            work.commit(entered).await?;
        }
        Ok(ended.len())
    }

    /// The client that an ID token of ours was given to. Whether it has expired does not matter here
    /// (RP-Initiated Logout, section 2).
    async fn client_of_hint(&self, hint: &str) -> Result<String, NotAsked> {
        let keys = self.keyring.keys().await.map_err(NotAsked::Keys)?.public();
        let claims = Jws::parse(hint, &EXPECTED).and_then(|jws| {
            let key = keys.find(jws.header().key_id.as_deref(), jws.header().algorithm)?;
            jws.verify(key)
        });
        let claims = claims.map_err(|_| NotAsked::Wrong)?;
        let text = |name: &str| claims.get(name).and_then(|value| value.as_str());
        match (text("iss"), text("aud")) {
            (Some(issuer), Some(client)) if issuer == self.issuer => Ok(client.to_owned()),
            _ => Err(NotAsked::Wrong),
        }
    }
}
