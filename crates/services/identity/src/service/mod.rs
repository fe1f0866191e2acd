//! Use cases.

pub(crate) mod administration;
pub(crate) mod directory;
pub(crate) mod login;
pub(crate) mod proposals;
pub(crate) mod roles;

use std::sync::{Arc, Mutex};

use varde_policy::{Guard, Limit};
use varde_store::{ContextStore, Store};
use varde_web::Sessions;

use crate::{CONTEXT, PersonDirectory, Roles, oidc::RelyingParty};

/// The context's services, as its routes need them.
#[derive(Debug)]
pub struct Identity {
    pub(crate) store: ContextStore,
    pub(crate) guard: Guard,
    pub(crate) sessions: Sessions,
    pub(crate) roles: Roles,
    pub(crate) directory: Arc<dyn PersonDirectory>,
    pub(crate) provider: RelyingParty,
    pub(crate) failures: Mutex<Limit>,
}

impl Identity {
    /// Identity with one login provider.
    pub fn new(
        store: &Store,
        guard: Guard,
        sessions: Sessions,
        directory: Arc<dyn PersonDirectory>,
        provider: RelyingParty,
    ) -> Self {
        let roles = Roles::new(store, guard.clone(), sessions.clone());
        Self { store: store.context(&CONTEXT), guard, sessions, roles, directory, provider, failures: Mutex::default() }
    }

    /// The roles.
    pub fn roles(&self) -> &Roles {
        &self.roles
    }
}
