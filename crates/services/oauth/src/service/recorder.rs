//! Writes down the tokens that are given, before they leave. What waits at the same moment is written
//! in one transaction: many requests then share the database's work and its wait for the disk, and none
//! waits for a timer. Each gets its own answer, after the commit.

use std::collections::HashSet;

use tokio::{
    sync::{mpsc, oneshot},
    task::yield_now,
};
use varde_core::EntryId;
use varde_ledger::Draft;
use varde_store::{ContextStore, Entered, StoreError, Work};

use crate::{
    ActingFor, CallOutcome, DELEGATION_USED, DelegationUsed, UseKind,
    fault::{Code, Fault},
    model::scope,
    service::{
        authentication::{acting, used_assertion},
        failed, server,
        token::legal_basis,
    },
    store::{
        token_basis::{self, BasisRow},
        tokens::{self, Once, TokenRow},
    },
};

/// The most tokens in one transaction.
const MOST: usize = 128;

/// A token that may be given if neither its client's statement nor its proof was used before.
#[derive(Debug)]
pub(crate) struct Issue {
    /// The one-time id of the client's statement.
    pub(crate) assertion: Once,
    /// The one-time id of the proof of possession.
    pub(crate) proof: Once,
    /// The token; the recorder sets its entry.
    pub(crate) token: TokenRow,
    /// What the client is called.
    pub(crate) client_name: String,
    /// What it rests on beside the client's own right.
    pub(crate) basis: Option<BasisRow>,
    /// The decision that an attest refers to, and its purpose: every party finds the same by it (ATT-46).
    pub(crate) reference: Option<(String, String)>,
}

type Outcome = Result<(), Fault>;
type Waiting = (Issue, oneshot::Sender<Outcome>);

/// Where requests hand in what is to be written. It stops writing when it is dropped.
#[derive(Debug)]
pub(crate) struct Recorder(mpsc::Sender<Waiting>);

impl Recorder {
    /// A recorder that writes beside the requests.
    pub(crate) fn start(store: ContextStore) -> Self {
        let (sender, mut receiver) = mpsc::channel::<Waiting>(MOST);
        tokio::spawn(async move {
            let mut waiting = Vec::with_capacity(MOST);
            while receiver.recv_many(&mut waiting, MOST).await > 0 {
                // Requests that are ready to run hand theirs in first: fewer transactions, and no timer.
                yield_now().await;
                while waiting.len() < MOST
                    && let Ok(more) = receiver.try_recv()
                {
                    waiting.push(more);
                }
                write(&store, waiting.drain(..).unzip()).await;
            }
        });
        Self(sender)
    }

    /// Uses up the one-time ids and enters the token. When this returns well, both are durable, and
    /// nobody had used the ids, on this instance or another.
    ///
    /// # Errors
    /// [`Code::InvalidClient`], [`Code::InvalidDpopProof`] for a second use; when the store fails.
    pub(crate) async fn record(&self, issue: Issue) -> Outcome {
        let gone = || Fault::new(Code::TemporarilyUnavailable, "the server is stopping: try again in a while");
        let (answer, answered) = oneshot::channel();
        self.0.send((issue, answer)).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

/// Writes them together; one by one when that fails for a reason that may be one's own.
async fn write(store: &ContextStore, (mut issues, answers): (Vec<Issue>, Vec<oneshot::Sender<Outcome>>)) {
    let outcomes = match together(store, &mut issues).await {
        Ok(outcomes) => outcomes,
        Err(StoreError::Statement(_) | StoreError::Conflict(_)) if issues.len() > 1 => {
            let mut outcomes = Vec::with_capacity(issues.len());
            for issue in &mut issues {
                let alone = together(store, std::slice::from_mut(issue)).await;
                outcomes.push(alone.map_err(|error| failed(&error)).and_then(|mut one| one.pop().unwrap_or(Ok(()))));
            }
            outcomes
        }
        Err(error) => vec![Err(failed(&error)); issues.len()],
    };
    for (answer, outcome) in answers.into_iter().zip(outcomes) {
        // Who has hung up gets no answer; what was given stays on the log.
        let _hung_up = answer.send(outcome);
    }
}

/// Writes all of them, or finds out which are to be refused and writes the others.
async fn together(store: &ContextStore, issues: &mut [Issue]) -> Result<Vec<Outcome>, StoreError> {
    if all(store, issues).await? { Ok(vec![Ok(()); issues.len()]) } else { sorted_out(store, issues).await }
}

/// One transaction for all of them: the entries, the one-time ids, the tokens. Says whether it was done;
/// nothing was when one of the ids had been used before, which is rare.
async fn all(store: &ContextStore, issues: &mut [Issue]) -> Result<bool, StoreError> {
    let mut work = store.begin(&server()).await?;
    let mut given: Vec<_> = issues.iter_mut().collect();
    let mut entered = enter(&mut work, &mut given).await?;
    let once = once(issues);
    if !tokens::give(work.connection(), &once, issues.iter().map(|issue| &issue.token)).await? {
        return Ok(false);
    }
    let given: Vec<_> = issues.iter().collect();
    tell(&mut work, &given).await?;
    if let Some(entered) = entered.pop() {
        work.commit(entered).await?;
    }
    Ok(true)
}

/// One transaction: the one-time ids, then the entries and tokens of those who brought fresh ones. A
/// refused one leaves nothing in it.
async fn sorted_out(store: &ContextStore, issues: &mut [Issue]) -> Result<Vec<Outcome>, StoreError> {
    let mut work = store.begin(&server()).await?;
    let fresh = tokens::remember(work.connection(), &once(issues)).await?;
    let mut fresh: HashSet<_> = fresh.into_iter().collect();
    let outcomes: Vec<_> = issues.iter().map(|issue| spend(issue, &mut fresh)).collect();
    let mut given: Vec<_> = issues.iter_mut().zip(&outcomes).filter(|(_, o)| o.is_ok()).map(|(i, _)| i).collect();
    if given.is_empty() {
        return Ok(outcomes);
    }
    if !fresh.is_empty() {
        tokens::give_back(work.connection(), &fresh.into_iter().collect::<Vec<_>>()).await?;
    }
    let mut entered = enter(&mut work, &mut given).await?;
    let given: Vec<&Issue> = given.into_iter().map(|issue| &*issue).collect();
    tokens::insert(work.connection(), given.iter().map(|issue| &issue.token)).await?;
    tell(&mut work, &given).await?;
    if let Some(entered) = entered.pop() {
        work.commit(entered).await?;
    }
    Ok(outcomes)
}

/// The one-time ids of all.
fn once(issues: &[Issue]) -> Vec<&Once> {
    issues.iter().flat_map(|issue| [&issue.assertion, &issue.proof]).collect()
}

/// Enters each token in its client's name, and sets its entry.
async fn enter(work: &mut Work, given: &mut [&mut Issue]) -> Result<Vec<Entered>, StoreError> {
    let acts = given.iter().map(|issue| (acting(issue.token.client), draft(issue))).collect();
    let entered = work.enter_each(acts).await?;
    for (issue, entered) in given.iter_mut().zip(&entered) {
        issue.token.entry = entered.entry().uuid();
    }
    Ok(entered)
}

/// Keeps what the tokens rest on, and tells which delegations were used.
async fn tell(work: &mut Work, given: &[&Issue]) -> Result<(), StoreError> {
    token_basis::insert(work.connection(), given.iter().filter_map(|issue| issue.basis.as_ref())).await?;
    let used: Vec<_> = given.iter().filter_map(|issue| used(issue, EntryId::from_uuid(issue.token.entry))).collect();
    if used.is_empty() { Ok(()) } else { work.emit_each(DELEGATION_USED, &used).await }
}

/// Takes both ids of one out of those that nobody had used. The first of two with the same id gets it.
fn spend(issue: &Issue, fresh: &mut HashSet<[u8; 32]>) -> Outcome {
    if !fresh.contains(&issue.assertion.digest) {
        return Err(used_assertion());
    }
    if !fresh.contains(&issue.proof.digest) {
        let way = "this DPoP proof was used before: make one for each request";
        return Err(Fault::new(Code::InvalidDpopProof, way).because(CallOutcome::UsedAssertion));
    }
    fresh.remove(&issue.assertion.digest);
    fresh.remove(&issue.proof.digest);
    Ok(())
}

/// What whoever keeps delegations is told, when any opened the token.
pub(super) fn used(issue: &Issue, entry: EntryId) -> Option<DelegationUsed> {
    let token = &issue.token;
    (!token.delegations.is_empty()).then(|| DelegationUsed {
        id: token.id,
        kind: UseKind::Token,
        delegations: token.delegations.clone(),
        client: token.client,
        client_name: issue.client_name.clone(),
        audience: token.audience.clone(),
        scopes: token.scopes.clone(),
        child: token.acting_for.as_ref().and_then(|acting_for| acting_for.child),
        entry,
        at: token.issued_at,
    })
}

/// The entry of a token that is given.
pub(super) fn draft(issue: &Issue) -> Draft {
    let token = &issue.token;
    let draft = Draft::new("oauth.token.issued", "access_token", token.id)
        .with("client", token.client)
        .with("audience", &token.audience)
        .with("scope", scope::join(&token.scopes))
        .because(legal_basis());
    let number = |of: fn(&ActingFor) -> Option<&str>| token.acting_for.as_ref().and_then(of);
    let mut draft = match number(|a| Some(a.parent.as_str())) {
        Some(parent) => draft.with("parent", parent),
        None => draft,
    };
    if let Some(child) = number(|a| a.child.as_ref().map(|c| c.as_str())) {
        draft = draft.with("child", child);
    }
    if let Some(supplier) = number(|a| a.supplier.as_ref().map(|s| s.as_str())) {
        draft = draft.with("supplier", supplier);
    }
    if !token.delegations.is_empty() {
        draft = draft.with("delegations", &token.delegations);
    }
    if let Some(from) = issue.basis.as_ref().and_then(|basis| basis.exchanged_from) {
        draft = draft.with("exchanged_from", from);
    }
    if let Some((decision, purpose)) = &issue.reference {
        draft = draft.with("decision", decision).with("purpose_of_use", purpose);
    }
    if let Some(person) = token.person {
        draft = draft.concerning(person);
    }
    draft
}
