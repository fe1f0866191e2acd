//! The store through its public face.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops with the place and the error")]

mod attendance;
mod isolation;
mod jobs;
mod launcher;
mod migrations;
mod outbox;
mod retention;

use varde_core::{Actor, Component, OrganisationId};
use varde_store::{Context, Store};

static ALPHA: Context = Context { name: "alpha", migrations: sqlx::migrate!("tests/fixtures/alpha") };
static BETA: Context = Context { name: "beta", migrations: sqlx::migrate!("tests/fixtures/beta") };

fn system() -> Actor {
    Actor::system(Component::Flows)
}

fn acting_for(organisation: OrganisationId) -> Actor {
    let mut actor = system();
    actor.organisation = Some(organisation);
    actor
}

fn id(store: &Store) -> uuid::Uuid {
    OrganisationId::new(&**store.clock(), store.randomness()).uuid()
}
