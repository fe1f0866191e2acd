//! What the applicant does: plan, keep, send, take back.

use varde_core::{Actor, FieldProblem};
use varde_ledger::Draft;

use super::{BEGIN, READ, WRITE, applicant, resource};
use crate::{
    Exploration, ExplorationError,
    model::{
        Explorable,
        statistics::{Content, Request, RequestId, State},
    },
    store::statistics as kept,
};

/// How many of somebody's requests are shown.
const SHOWN: i64 = 200;

impl Exploration {
    /// Whether the actor may ask for statistics.
    pub fn may_request(&self, actor: &Actor) -> bool {
        applicant(actor).is_ok_and(|(person, organisation)| {
            self.guard.would_allow(actor, BEGIN, &self.to_begin(person, organisation))
        })
    }

    /// The actor's requests for the organisation acted for, the newest first. Action `exploration.request.begin`.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn own_requests(&self, actor: &Actor) -> Result<Vec<Request>, ExplorationError> {
        let (person, organisation) = self.may_begin(actor).await?;
        let mut read = self.store.read(actor).await?;
        kept::requests_of(read.connection(), person, organisation, SHOWN).await
    }

    /// The datasets of which a table can be planned, with their open variables. Action `exploration.request.begin`.
    ///
    /// # Errors
    /// Refusals; neighbours.
    pub async fn plannable(&self, actor: &Actor) -> Result<Vec<Explorable>, ExplorationError> {
        self.may_begin(actor).await?;
        self.open().await
    }

    /// Begins a request: a draft. Entry `exploration.request.begun`.
    ///
    /// # Errors
    /// [`ExplorationError::Invalid`] when it cannot even be kept; refusals; the database.
    pub async fn begin_request(&self, actor: &Actor, content: Content) -> Result<RequestId, ExplorationError> {
        let (person, organisation) = applicant(actor)?;
        let permission = self.guard.check(actor, BEGIN, &self.to_begin(person, organisation)).await?;
        keepable(&content)?;
        let id = RequestId::new(self.store.clock().as_ref(), self.store.randomness());
        let request = Request {
            id,
            applicant: person,
            organisation,
            access_body: self.parts.access_body,
            state: State::Draft,
            content: canonical(content),
            created_at: self.now(),
            sent_at: None,
            decision: None,
            unmade: None,
            statistic: None,
        };
        let mut work = self.store.begin(actor).await?;
        kept::insert_request(work.connection(), &request).await?;
        let entered =
            work.enter(entry("exploration.request.begun", &request).because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        Ok(id)
    }

    /// Changes a draft. Entry `exploration.request.written`.
    ///
    /// # Errors
    /// [`ExplorationError::NotFound`], [`ExplorationError::WrongState`], [`ExplorationError::Invalid`]; refusals;
    /// the database.
    pub async fn write_request(&self, actor: &Actor, id: RequestId, content: Content) -> Result<(), ExplorationError> {
        keepable(&content)?;
        let mut work = self.store.begin(actor).await?;
        let (mut request, permission) = self.loaded(&mut work, actor, WRITE, id).await?;
        in_state(&request, State::Draft)?;
        request.content = canonical(content);
        kept::save_request(work.connection(), &request).await?;
        let draft = entry("exploration.request.written", &request).because(permission.legal_basis());
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Sends a draft to the access body: everything that EHDS art. 69(2) asks for must be there, and the table one
    /// that can be made. Entry `exploration.request.sent`.
    ///
    /// # Errors
    /// [`ExplorationError::NotFound`], [`ExplorationError::WrongState`], [`ExplorationError::Invalid`] with what is
    /// lacking; refusals; neighbours; the database.
    pub async fn send_request(&self, actor: &Actor, id: RequestId) -> Result<(), ExplorationError> {
        let open = self.open().await?;
        let mut work = self.store.begin(actor).await?;
        let (mut request, permission) = self.loaded(&mut work, actor, WRITE, id).await?;
        in_state(&request, State::Draft)?;
        let lacking = request.content.lacking(&open);
        if !lacking.is_empty() {
            return Err(ExplorationError::Invalid(lacking));
        }
        (request.state, request.sent_at) = (State::Sent, Some(self.now()));
        kept::save_request(work.connection(), &request).await?;
        let draft = entry("exploration.request.sent", &request).because(permission.legal_basis());
        let draft = request.content.purpose.into_iter().fold(draft, Draft::for_purpose);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Takes back a draft, or what was sent and is not decided. Entry `exploration.request.withdrawn`.
    ///
    /// # Errors
    /// [`ExplorationError::NotFound`], [`ExplorationError::WrongState`]; refusals; the database.
    pub async fn take_back_request(&self, actor: &Actor, id: RequestId) -> Result<(), ExplorationError> {
        let mut work = self.store.begin(actor).await?;
        let (mut request, permission) = self.loaded(&mut work, actor, WRITE, id).await?;
        if !matches!(request.state, State::Draft | State::Sent) {
            return Err(ExplorationError::WrongState(request.state));
        }
        request.state = State::Withdrawn;
        kept::save_request(work.connection(), &request).await?;
        let draft = entry("exploration.request.withdrawn", &request).because(permission.legal_basis());
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// A request that the actor may read: the applicant, and the access body when it is sent. Action
    /// `exploration.request.read`.
    ///
    /// # Errors
    /// [`ExplorationError::NotFound`]; refusals; the database.
    pub async fn request(&self, actor: &Actor, id: RequestId) -> Result<Request, ExplorationError> {
        let mut read = self.store.read(actor).await?;
        let request = kept::request_of(read.connection(), id).await?.ok_or(ExplorationError::NotFound)?;
        drop(read);
        self.guard.check(actor, READ, &resource(&request)).await?;
        Ok(request)
    }

    /// Whether the actor may change the request.
    pub fn may_write(&self, actor: &Actor, request: &Request) -> bool {
        self.guard.would_allow(actor, WRITE, &resource(request))
    }

    async fn may_begin(
        &self,
        actor: &Actor,
    ) -> Result<(varde_core::PersonId, varde_core::OrganisationId), ExplorationError> {
        // Whoever acts for nobody is refused by the policy, not by us.
        let nobody = varde_core::PersonId::from_uuid(uuid::Uuid::nil());
        let (person, organisation) = applicant(actor).unwrap_or((nobody, self.parts.access_body));
        self.guard.check(actor, BEGIN, &self.to_begin(person, organisation)).await?;
        Ok((person, organisation))
    }
}

fn keepable(content: &Content) -> Result<(), ExplorationError> {
    let flaws: Vec<FieldProblem> = content.flaws();
    if flaws.is_empty() { Ok(()) } else { Err(ExplorationError::Invalid(flaws)) }
}

fn canonical(mut content: Content) -> Content {
    content.plan = content.plan.canonical();
    content.title = content.title.trim().to_owned();
    content
}

fn in_state(request: &Request, wanted: State) -> Result<(), ExplorationError> {
    if request.state == wanted { Ok(()) } else { Err(ExplorationError::WrongState(request.state)) }
}

/// The entry: what was asked by its digest, nothing of what somebody wrote.
fn entry(kind: &str, request: &Request) -> Draft {
    Draft::new(kind, "statistics_request", request.id)
        .with("dataset", &request.content.plan.dataset)
        .with("plan", request.content.digest())
}
