//! The choke point that use cases call.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU64, Ordering},
};

use varde_core::Actor;
use varde_ledger::Draft;
use varde_store::{Context, ContextStore, Store, StoreError};

use crate::{Denied, Permission, Policy, Refusal, Resource};

mod limit;

pub use limit::{Limit, Verdict};

/// The context under which denials are entered. It owns no tables.
pub static CONTEXT: Context = Context { name: "policy", migrations: sqlx::migrate::Migrator::DEFAULT };

/// Asks the policy, and enters every denial on the log (`policy.denied`) before it answers.
///
/// Denials are bounded, so that nobody can fill the log by knocking: a subject has 60 entries a
/// minute, all who are not logged in share 60; what is above that is counted and the count is
/// entered with the next denial (`withheld`).
#[derive(Debug, Clone)]
pub struct Guard {
    policy: Arc<Policy>,
    log: Option<ContextStore>,
    limit: Arc<Mutex<Limit>>,
    denials: Arc<AtomicU64>,
}

impl Guard {
    /// A guard that enters denials in the store's log. The store must know [`CONTEXT`].
    pub fn new(policy: Policy, store: Store) -> Self {
        Self {
            policy: Arc::new(policy),
            log: Some(store.context(&CONTEXT)),
            limit: Arc::default(),
            denials: Arc::default(),
        }
    }

    /// A guard that enters nothing. For unit tests without a database.
    pub fn without_log(policy: Policy) -> Self {
        Self { policy: Arc::new(policy), log: None, limit: Arc::default(), denials: Arc::default() }
    }

    /// The policy, for pure questions (which buttons to show) that are not attempts.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// How often this process has said no, entered or withheld: for the operator's figures.
    pub fn denials(&self) -> u64 {
        self.denials.load(Ordering::Relaxed)
    }

    /// Whether the actor would be allowed. Nothing is entered: for showing or hiding, never for
    /// doing.
    pub fn would_allow(&self, actor: &Actor, action: &str, resource: &Resource) -> bool {
        self.policy.check(actor, action, resource).is_ok()
    }

    /// Whether the actor may do this. A denial is durable on the log when this returns.
    ///
    /// # Errors
    /// [`Refusal::Denied`] when the policy says no; [`Refusal::NotEntered`] when it says no and
    /// the log is out of reach.
    pub async fn check(&self, actor: &Actor, action: &str, resource: &Resource) -> Result<Permission, Refusal> {
        match self.policy.check(actor, action, resource) {
            Ok(permission) => Ok(permission),
            Err(denied) => {
                self.enter(actor, &denied).await.map_err(Refusal::NotEntered)?;
                Err(denied.into())
            }
        }
    }

    async fn enter(&self, actor: &Actor, denied: &Denied) -> Result<(), StoreError> {
        self.denials.fetch_add(1, Ordering::Relaxed);
        tracing::info!(action = denied.action, cause = denied.cause.name(), "access denied");
        let Some(log) = &self.log else { return Ok(()) };
        let withheld = {
            let mut limit = self.limit.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            match limit.ask(&actor.subject, log.clock().now()) {
                Verdict::Withhold => return Ok(()),
                Verdict::Enter { withheld } => withheld,
            }
        };
        let mut work = log.begin(actor).await?;
        let entered = work.enter(draft(denied, withheld)).await?;
        work.commit(entered).await?;
        Ok(())
    }
}

/// The entry for a denial. The resource's id may come from a URL, so it is cut to size.
fn draft(denied: &Denied, withheld: u64) -> Draft {
    let (kind, id) = denied.resource.split_once(':').unwrap_or((&denied.resource, ""));
    let id: String = id.chars().take(80).collect();
    let mut draft = Draft::new("policy.denied", kind, id)
        .denied()
        .with("action", denied.action.chars().take(80).collect::<String>())
        .with("why", denied.cause.name());
    if let crate::Cause::Forbidden { rule } = &denied.cause {
        draft = draft.with("rule", rule);
    }
    if let Some(basis) = &denied.legal_basis {
        draft = draft.because(basis.clone());
    }
    if withheld > 0 {
        draft = draft.with("withheld", withheld);
    }
    draft
}
