//! Sessions of people: server-side, ended by idleness, age, logout or the person's own wish.
//!
//! The cookie holds 256 random bits, the table their digest. The cookie changes at login and is
//! renewed every few minutes of use; the renewal is what keeps the session from growing idle. The
//! token against forged requests lives as long as the session, so that forms in other tabs stay
//! good over a renewal.

mod cookie;
mod held;
mod store;

use std::sync::Arc;

use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use varde_core::{Actor, Clock, Digest, PersonId, Problem, ProblemKind, Randomness, define_id};
use varde_ledger::Draft;
use varde_store::{Context, ContextStore, Store, StoreError, Work};

pub(crate) use cookie::CookieJarExt;
pub use cookie::SessionCookie;
pub use held::{HeldForm, HeldFormId};

/// The shell's tables.
pub static CONTEXT: Context = Context { name: "web", migrations: sqlx::migrate!() };

/// A session without a request ends after this long (NIST SP 800-63B section 7.2, AAL2: 30 minutes).
pub const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// A session ends after this long whatever happens: a working day.
pub const ABSOLUTE: SignedDuration = SignedDuration::from_hours(8);
/// The cookie is renewed when it is this old.
pub const RENEWAL: SignedDuration = SignedDuration::from_mins(5);
/// The cookie before a renewal stays good for this long.
pub const GRACE: SignedDuration = SignedDuration::from_mins(2);
/// A held form is kept for this long, and ended sessions so that its owner can be told.
pub const HELD: SignedDuration = SignedDuration::from_hours(24);

define_id!(
    /// A session. Its id is no secret; the cookie is.
    SessionId
);

/// The event when a person has logged out, or was logged out: [`SessionEnded`]. A session that grows idle or
/// old ends without one.
pub const SESSION_ENDED: &str = "web.session.ended";

/// What [`SESSION_ENDED`] tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionEnded {
    /// Who is logged out.
    pub person: PersonId,
    /// The sessions that are over, those among them whose place another had taken.
    pub sessions: Vec<SessionId>,
}

/// How the header names who is logged in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Display {
    /// The person's name.
    pub person: String,
    /// The organisation acted for.
    #[serde(default)]
    pub organisation: Option<String>,
}

/// A session that is good now.
#[derive(Clone)]
pub struct Session {
    id: SessionId,
    person: PersonId,
    actor: Actor,
    display: Display,
    csrf: String,
    begun_at: Timestamp,
}

impl Session {
    /// Its id.
    pub fn id(&self) -> SessionId {
        self.id
    }

    /// Who is logged in, as identity settled it at login.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The person.
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// How the header names them.
    pub fn display(&self) -> &Display {
        &self.display
    }

    /// When they logged in: what a step-up is measured from.
    pub fn begun_at(&self) -> Timestamp {
        self.begun_at
    }

    /// The token every form of this session carries.
    pub(crate) fn csrf(&self) -> &str {
        &self.csrf
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("id", &self.id).finish_non_exhaustive()
    }
}

/// What became of the cookie a request came with.
#[derive(Debug, Clone)]
pub(crate) enum Found {
    /// No cookie, or one we do not know.
    Nothing,
    /// It was this person's, but the session has ended.
    Ended(PersonId),
    /// It is good; the new cookie, if it is time for one.
    Good(Box<Session>, Option<SessionCookie>),
}

/// An error of the sessions.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// Only persons have sessions.
    #[error("only a person can have a session: clients use tokens")]
    NotAPerson,
    /// The store failed.
    #[error("the sessions could not be read or written")]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for SessionError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl Problem for SessionError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::NotAPerson => ProblemKind::Internal,
            Self::Store(error) => error.kind(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NotAPerson => "web.not_a_person",
            Self::Store(error) => error.code(),
        }
    }
}

/// All sessions. Cloning is cheap.
#[derive(Debug, Clone)]
pub struct Sessions {
    store: ContextStore,
    secure: bool,
}

impl Sessions {
    /// Sessions in the store. `secure`: whether people reach us over https; without it (loopback
    /// only) the cookie cannot be marked `Secure`.
    pub fn new(store: &Store, secure: bool) -> Self {
        Self { store: store.context(&CONTEXT), secure }
    }

    /// Begins a session after a login or a step-up to a higher level. `previous` is the session the
    /// browser had, which ends: the new one takes its place when it is the same person's, else that
    /// person is logged out. Put the cookie on the response by [`SessionCookie::attach`]. Entry:
    /// `web.session.begun`.
    pub async fn begin(
        &self,
        previous: Option<&Session>,
        actor: Actor,
        display: Display,
    ) -> Result<SessionCookie, SessionError> {
        self.start(previous, actor, display, self.clock().now()).await
    }

    /// Goes on with the login of a session as another actor, after a choice of whom to act for: a new
    /// session in the place of the old one, which began when the person logged in. Entry:
    /// `web.session.begun`.
    pub async fn go_on(
        &self,
        previous: &Session,
        actor: Actor,
        display: Display,
    ) -> Result<SessionCookie, SessionError> {
        self.start(Some(previous), actor, display, previous.begun_at).await
    }

    async fn start(
        &self,
        previous: Option<&Session>,
        actor: Actor,
        display: Display,
        begun_at: Timestamp,
    ) -> Result<SessionCookie, SessionError> {
        let person = actor.person().ok_or(SessionError::NotAPerson)?;
        let (cookie, digest) = self.new_cookie();
        let id = SessionId::new(&**self.clock(), self.randomness());
        let csrf = self.randomness().token();
        let now = self.clock().now();
        let mut work = self.store.begin(&actor).await?;
        store::purge(work.connection(), now - ABSOLUTE - HELD, now - HELD).await?;
        if let Some(previous) = previous {
            self.leave(&mut work, previous, (id, person), now).await?;
        }
        let (actor, display, csrf) = (&actor, &display, csrf.as_str());
        let row = store::NewSession { id, digest, person, actor, display, csrf, begun_at, now };
        store::insert(work.connection(), &row).await?;
        let entered = work.enter(Draft::new("web.session.begun", "session", id).concerning(person)).await?;
        work.commit(entered).await?;
        Ok(cookie)
    }

    /// Ends the session that a browser had before this one of that person.
    async fn leave(
        &self,
        work: &mut Work,
        previous: &Session,
        (next, person): (SessionId, PersonId),
        now: Timestamp,
    ) -> Result<(), SessionError> {
        if previous.person == person {
            store::follow(work.connection(), previous.id, next, now).await?;
            return Ok(());
        }
        let sessions = store::end(work.connection(), previous.id, now).await?;
        work.emit(SESSION_ENDED, &SessionEnded { person: previous.person, sessions }).await?;
        Ok(())
    }

    /// Ends a session. Entry: `web.session.ended`, event [`SESSION_ENDED`]. The response should carry
    /// [`Sessions::removal`].
    pub async fn end(&self, session: &Session) -> Result<(), SessionError> {
        let mut work = self.store.begin(&session.actor).await?;
        let sessions = store::end(work.connection(), session.id, self.clock().now()).await?;
        work.emit(SESSION_ENDED, &SessionEnded { person: session.person, sessions }).await?;
        let draft = Draft::new("web.session.ended", "session", session.id).concerning(session.person);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Ends all sessions of a person, in every browser; by themselves or because their rights
    /// changed. Answers how many there were. Entry: `web.session.all_ended`, event [`SESSION_ENDED`].
    pub async fn end_all(&self, actor: &Actor, person: PersonId) -> Result<u64, SessionError> {
        let mut work = self.store.begin(actor).await?;
        let (ended, sessions) = store::end_all(work.connection(), person, self.clock().now()).await?;
        work.emit(SESSION_ENDED, &SessionEnded { person, sessions }).await?;
        let draft = Draft::new("web.session.all_ended", "person", person).concerning(person).with("sessions", ended);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(ended)
    }

    /// The response with the browser's cookie removed.
    pub fn removal(&self, response: Response) -> Response {
        SessionCookie::removal(self.secure).attach(response)
    }

    /// What the browser's cookie is worth, renewed when it is time.
    pub(crate) async fn find(&self, secret: &str) -> Result<Found, SessionError> {
        let digest = Digest::of(secret.as_bytes());
        let mut read = self.store.read(&Actor::anonymous()).await?;
        let Some(row) = store::by_digest(read.connection(), digest).await? else { return Ok(Found::Nothing) };
        drop(read);
        let now = self.clock().now();
        let age = now.duration_since(row.renewed_at);
        let outdated = row.by_previous && age > GRACE;
        let too_old = now.duration_since(row.session.begun_at) > ABSOLUTE || age > IDLE;
        if row.ended || outdated || too_old {
            return Ok(Found::Ended(row.session.person));
        }
        let renewal = if age > RENEWAL && !row.by_previous { self.renew(&row.session, digest).await? } else { None };
        Ok(Found::Good(Box::new(row.session), renewal))
    }

    /// Whose form carries that token, whether or not their session still runs.
    pub(crate) async fn person_of_form(&self, csrf: &str) -> Result<Option<PersonId>, SessionError> {
        let mut read = self.store.read(&Actor::anonymous()).await?;
        Ok(store::person_by_csrf(read.connection(), csrf).await?)
    }

    /// Whether the database answers.
    pub(crate) async fn reachable(&self) -> Result<(), SessionError> {
        let mut read = self.store.read(&Actor::anonymous()).await?;
        store::ping(read.connection()).await?;
        Ok(())
    }

    /// The name of the cookie.
    pub(crate) fn cookie_name(&self) -> &'static str {
        SessionCookie::name(self.secure)
    }

    /// `None` when another request of the same browser renewed it first: its answer has the cookie.
    async fn renew(&self, session: &Session, digest: Digest) -> Result<Option<SessionCookie>, SessionError> {
        let (cookie, new_digest) = self.new_cookie();
        let mut work = self.store.begin(&session.actor).await?;
        if !store::renew(work.connection(), digest, new_digest, self.clock().now()).await? {
            return Ok(None);
        }
        let entered = work.enter(Draft::new("web.session.renewed", "session", session.id)).await?;
        work.commit(entered).await?;
        Ok(Some(cookie))
    }

    fn new_cookie(&self) -> (SessionCookie, Digest) {
        let secret = self.randomness().token();
        let digest = Digest::of(secret.as_bytes());
        (SessionCookie::new(secret, self.secure), digest)
    }

    fn clock(&self) -> &Arc<dyn Clock> {
        self.store.clock()
    }

    fn randomness(&self) -> &Randomness {
        self.store.randomness()
    }

    fn store(&self) -> &ContextStore {
        &self.store
    }
}

/// A uuid column as a person.
fn person(value: Uuid) -> PersonId {
    PersonId::from_uuid(value)
}
