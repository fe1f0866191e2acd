//! The person comes with the address of a pushed request, and goes back to the client with an answer
//! (RFC 6749, section 4.1.2; RFC 9207).

use jiff::Timestamp;
use url::Url;
use varde_core::{Digest, LoginLevel, Problem, ProblemKind};
use varde_ledger::Draft;
use varde_policy::Resource;
use varde_store::StoreError;
use varde_web::Session;

use crate::{
    AuthorisationServer, CallOutcome, Client, RedirectUri,
    fault::{Code, Fault},
    model::{request::Prompt, scope},
    protocol::parameters::Parameters,
    service::{
        failed,
        login::{CODE_LIFETIME, LOGIN_TAKES, URN, all_end},
        server,
    },
    store::{
        logins::{self, Login},
        requests::{self, PushedRow},
    },
};

/// How the login says that the person cancelled it, in the address they come back to.
const CANCELLED: (&str, &str) = ("avbrutt", "ja");

/// What the person's browser does next.
#[derive(Debug)]
pub(crate) enum Next {
    /// It logs in, and comes back to the same address.
    LogIn {
        /// At level high.
        high: bool,
        /// Although a session is good.
        anew: bool,
        /// What it must show when it comes back: its name and, the first time, the secret.
        browser: Option<(String, String)>,
    },
    /// It goes back to the client.
    Answer(Url),
}

/// Why there is nothing to go back to: the person is told on a page, since the address is not to be
/// trusted (RFC 6749, section 4.1.2.1).
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoAnswer {
    /// The parameters are not those of a pushed request.
    #[error("the address of the login is not complete: client_id and request_uri, once each, from /connect/par")]
    Incomplete,
    /// There is no such request of that client.
    #[error("there is no such request of that client")]
    Unknown,
    /// It is too old.
    #[error("the request is too old: begin again in the system you came from")]
    Expired,
    /// It has been answered, or opened in another browser.
    #[error("the request has been used: begin again in the system you came from")]
    Used,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl NoAnswer {
    /// What whoever sets the client up should know; nothing when it is our own failure.
    fn told_to_client(&self) -> Option<Fault> {
        let way = match self {
            Self::Incomplete => "client_id and request_uri must come once each, as /connect/par gave them",
            Self::Unknown => "there is no such request_uri of that client",
            Self::Expired => "the request_uri is too old: send the person within 60 seconds",
            Self::Used => "the request_uri has been used, or was opened in another browser: push one for each login",
            Self::Store(_) => return None,
        };
        Some(Fault::new(Code::InvalidRequestUri, way))
    }
}

impl From<sqlx::Error> for NoAnswer {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem for NoAnswer {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Incomplete | Self::Unknown | Self::Expired | Self::Used => ProblemKind::Invalid,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Incomplete => "oauth.login_incomplete",
            Self::Unknown => "oauth.login_unknown",
            Self::Expired => "oauth.login_expired",
            Self::Used => "oauth.login_used",
            Self::Store(error) => error.code(),
        }
    }
}

/// A request that a person came with.
struct Come {
    digest: Digest,
    row: PushedRow,
    now: Timestamp,
}

impl AuthorisationServer {
    /// What the browser of a person does next, who came with these parameters. Only `client_id` and
    /// `request_uri` count: everything else was pushed.
    ///
    /// # Errors
    /// [`NoAnswer`] when there is no client to answer to.
    pub(crate) async fn authorize(
        &self,
        query: &Parameters,
        session: Option<&Session>,
        browser: impl Fn(&str) -> Option<String>,
    ) -> Result<Next, NoAnswer> {
        let next = self.next(query, session, browser).await;
        let named = query.get("client_id").and_then(|client| client.parse().ok());
        if let (Some(client), Some(fault)) = (named, next.as_ref().err().and_then(NoAnswer::told_to_client)) {
            self.note_of(client, Err(&fault));
        }
        next
    }

    async fn next(
        &self,
        query: &Parameters,
        session: Option<&Session>,
        browser: impl Fn(&str) -> Option<String>,
    ) -> Result<Next, NoAnswer> {
        let come = self.come(query).await?;
        let known = self.known.client(come.row.client).await?.ok_or(NoAnswer::Unknown)?;
        let shown = browser(&cookie_name(come.digest));
        self.is_open(&come, shown.as_deref())?;
        // The login sends the person back so when they cancelled it. Only the browser that began it can.
        let cancelled = come.row.browser.is_some() && query.get(CANCELLED.0) == Some(CANCELLED.1);
        let stepped = if cancelled {
            Err(refused_login("the person did not log in"))
        } else {
            self.step(&come, &known.client, session).await
        };
        let client = come.row.client;
        let answered = match stepped {
            Ok(Step::Answer(fields)) => {
                self.note_of(client, Ok(CallOutcome::CodeGiven));
                fields
            }
            Ok(Step::LogIn { high, anew }) => {
                let browser = self.open_for_browser(&come).await?;
                return Ok(Next::LogIn { high, anew, browser });
            }
            Err(fault) => {
                self.note_of(client, Err(&fault));
                self.refused(&come, &fault).await?
            }
        };
        self.back(&come, &answered).map(Next::Answer)
    }

    async fn come(&self, query: &Parameters) -> Result<Come, NoAnswer> {
        let (Some(client), Some(request)) = (query.get("client_id"), query.get("request_uri")) else {
            return Err(NoAnswer::Incomplete);
        };
        let token = request.strip_prefix(URN).ok_or(NoAnswer::Incomplete)?;
        let digest = Digest::of(token.as_bytes());
        let mut read = self.store.read(&server()).await?;
        let row = requests::by_digest(read.connection(), digest).await?.ok_or(NoAnswer::Unknown)?;
        if row.client.to_string() != client {
            return Err(NoAnswer::Unknown);
        }
        Ok(Come { digest, row, now: self.store.clock().now() })
    }

    /// Whether this browser may go on with it.
    fn is_open(&self, come: &Come, shown: Option<&str>) -> Result<(), NoAnswer> {
        if come.row.used_at.is_some() {
            return Err(NoAnswer::Used);
        }
        if come.row.expires_at <= come.now {
            return Err(NoAnswer::Expired);
        }
        match (&come.row.browser, shown) {
            (None, _) => Ok(()),
            (Some(opened), Some(shown)) if Digest::of(shown.as_bytes()).bytes().as_slice() == opened.as_slice() => {
                Ok(())
            }
            (Some(_), _) => Err(NoAnswer::Used),
        }
    }

    async fn step(&self, come: &Come, client: &Client, session: Option<&Session>) -> Result<Step, Fault> {
        let asked = &come.row.content;
        let least = self.least_level(come).await?;
        let good = session.filter(|session| session.actor().level().is_some_and(|level| Some(level) >= least));
        match good.filter(|session| asked.takes_login_of(session.begun_at(), come.row.opened_at, come.now)) {
            Some(session) => self.log_in(come, client, session).await.map(Step::Answer),
            None if asked.prompt == Prompt::None => {
                Err(Fault::new(Code::LoginRequired, "the person must log in, or log in anew, and prompt is none"))
            }
            None => Ok(Step::LogIn { high: least == Some(LoginLevel::High), anew: session.is_some() }),
        }
    }

    /// The least level of the login: what the client asks for, and what the APIs want with the scopes.
    async fn least_level(&self, come: &Come) -> Result<Option<LoginLevel>, Fault> {
        let apis = self.known.apis().await.map_err(|error| failed(&error))?;
        let asked = &come.row.content;
        let of_apis = asked.scopes.iter().filter_map(|scope| apis.with(scope)?.scopes.get(scope)?.level);
        Ok(of_apis.chain(asked.level).max())
    }

    /// The code, when the policy lets the person log in and the request had not been used. Action
    /// `oauth.login.give`.
    async fn log_in(&self, come: &Come, client: &Client, session: &Session) -> Result<Answered, Fault> {
        let resource = Resource::new("LoginClient").id(client.id);
        let permission = self.guard.check(session.actor(), "oauth.login.give", &resource).await;
        let permission = permission.map_err(|_| refused_login("the rules of this service say no"))?;
        let asked = &come.row.content;
        let code = self.store.randomness().token();
        let login = Login {
            id: varde_core::id::version_seven(&**self.store.clock(), self.store.randomness()),
            client: client.id,
            person: session.person(),
            session: session.id().uuid(),
            level: session.actor().level().unwrap_or(LoginLevel::Substantial),
            logged_in_at: session.begun_at(),
            content: asked.clone(),
            code_until: come.now + CODE_LIFETIME,
            code_used_at: None,
            given_at: come.now,
            expires_at: all_end(client, come.now),
            ended_at: None,
        };
        let mut work = self.store.begin(session.actor()).await.map_err(|error| failed(&error))?;
        let first = requests::use_up(work.connection(), come.digest, come.now).await.map_err(|error| failed(&error))?;
        if !first {
            let way = "the request was answered in another window";
            return Err(Fault::new(Code::AccessDenied, way).because(CallOutcome::RequestUri));
        }
        let digest = Digest::of(code.as_bytes());
        logins::insert(work.connection(), &login, digest).await.map_err(|error| failed(&error))?;
        let draft = Draft::new("oauth.login.given", "login", login.id)
            .concerning(login.person)
            .with("client", client.id)
            .with("level", login.level)
            .with("scope", scope::join(&asked.scopes))
            .because(permission.legal_basis());
        let entered = work.enter(draft).await.map_err(|error| failed(&error))?;
        work.commit(entered).await.map_err(|error| failed(&error))?;
        Ok(vec![("code", code)])
    }

    /// The refusal as an answer; uses the request up.
    async fn refused(&self, come: &Come, fault: &Fault) -> Result<Answered, NoAnswer> {
        tracing::info!(code = fault.code.name(), "a login at a client was refused");
        let mut work = self.store.begin(&server()).await?;
        if requests::use_up(work.connection(), come.digest, come.now).await? {
            let draft = Draft::new("oauth.login.refused", "client", come.row.client).denied();
            let entered = work.enter(draft.with("why", fault.code.name())).await?;
            work.commit(entered).await?;
        }
        Ok(vec![("error", fault.code.name().to_owned()), ("error_description", fault.description.to_string())])
    }

    /// Ties the request to the browser it was opened in, the first time.
    async fn open_for_browser(&self, come: &Come) -> Result<Option<(String, String)>, NoAnswer> {
        if come.row.browser.is_some() {
            return Ok(None);
        }
        let secret = self.store.randomness().token();
        let mut work = self.store.begin(&server()).await?;
        let browser = Digest::of(secret.as_bytes());
        let times = (come.now, come.now + LOGIN_TAKES);
        if !requests::open(work.connection(), come.digest, browser, times).await? {
            return Err(NoAnswer::Used);
        }
        let entered = work.enter(Draft::new("oauth.login.opened", "client", come.row.client)).await?;
        work.commit(entered).await?;
        Ok(Some((cookie_name(come.digest), secret)))
    }

    fn back(&self, come: &Come, answered: &Answered) -> Result<Url, NoAnswer> {
        let asked = &come.row.content;
        let mut fields: Vec<(&str, &str)> = answered.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fields.extend(asked.state.as_deref().map(|state| ("state", state)));
        fields.push(("iss", &self.issuer));
        RedirectUri::with(&asked.redirect_uri, &fields).ok_or(NoAnswer::Unknown)
    }
}

/// The client is told that the login came to nothing, and nothing is wrong with the client.
fn refused_login(way: &'static str) -> Fault {
    Fault::new(Code::AccessDenied, way).because(CallOutcome::LoginRefused)
}

/// The fields of an answer, beside `state` and `iss`.
type Answered = Vec<(&'static str, String)>;

enum Step {
    LogIn { high: bool, anew: bool },
    Answer(Answered),
}

/// The name of the cookie of a request: one for each, so that two windows do not disturb each other.
fn cookie_name(request: Digest) -> String {
    let short: String = request.to_string().chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    format!("varde-oauth-{short}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_requests_have_two_cookies() {
        let (one, other) = (Digest::of(b"one"), Digest::of(b"other"));
        assert_ne!(cookie_name(one), cookie_name(other));
        assert!(cookie_name(one).bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
    }
}
