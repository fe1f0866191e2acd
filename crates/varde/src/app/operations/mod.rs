//! For those who run the installation and those who check it: the operator's page, the public log
//! (C2SP tlog-tiles) with its key, the heads of chains and the witnesses.

mod care;
mod change;
mod erase;
mod figures;
mod heads;
mod kept;
mod key;
mod page;
mod public_log;
mod rotate;
mod witnesses;

use std::sync::Arc;

use axum::http::Method;
use utoipa::OpenApi;
use varde_ledger::PublicKey;
use varde_store::{Context, ContextStore, Store, log::Log};
use varde_web::Routes;

pub(super) use care::Care;
pub use erase::{EraseError, erase_entry};
pub(super) use figures::keep_figures;
pub(super) use kept::Kept;
pub(crate) use kept::trial;
pub use rotate::rotate_seal;

use super::{Foundation, Services};
use crate::config::WitnessConfig;

/// The context under which the operator's changes are entered. It owns no tables.
pub(super) static CONTEXT: Context = Context { name: "operations", migrations: sqlx::migrate::Migrator::DEFAULT };

/// What the handlers need.
struct Operations {
    services: Arc<Services>,
    store: Store,
    changes: ContextStore,
    log: Log,
    key: PublicKey,
    witnesses: Vec<WitnessConfig>,
    kept: Arc<Kept>,
}

/// The routes of the public log and of the operator.
pub(super) fn routes(foundation: &Foundation, services: Arc<Services>, kept: Arc<Kept>) -> Routes {
    const SEE: &str = "operations.installation.read";
    let store = &foundation.store;
    let state = Arc::new(Operations {
        services,
        store: store.clone(),
        changes: store.context(&CONTEXT),
        log: Log::new(store),
        key: foundation.keys.log.public().clone(),
        witnesses: foundation.config.witnesses.clone(),
        kept,
    });
    Routes::new()
        .open_api(Method::GET, "/log/checkpoint", "the log's latest signed checkpoint", public_log::checkpoint)
        .open_api(Method::GET, "/log/tile/{*tile}", "the log's tiles and bundles of entries", public_log::tile)
        .open_api(Method::GET, "/api/log/key", "the log's public key", key::api)
        .open_page(Method::GET, "/log/nokkel", "the log's public key and how to check proofs", key::page)
        .page(Method::GET, "/drift", SEE, page::show)
        .page(Method::POST, "/drift/jobber/{id}/prov-igjen", "operations.job.retry", change::retry_job)
        .page(Method::POST, "/drift/jobber/{id}/avbryt", "operations.job.cancel", change::cancel_job)
        .page(
            Method::POST,
            "/drift/hendelser/{reaction}/{event}/lever",
            "operations.delivery.repeat",
            change::redeliver,
        )
        .with_state(state)
}

#[derive(OpenApi)]
#[openapi(
    paths(public_log::checkpoint, public_log::tile, key::api),
    components(schemas(key::KeyDocument, key::WitnessDocument)),
    tags((name = "log", description = "The verifiable log"))
)]
struct Document;

/// The routes' part of the OpenAPI document.
pub(super) fn open_api() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
