//! The context's routes with the shell around them, for people who log in by a header.

use axum::Router;
use varde_core::Actor;
use varde_web::{
    Web, WebConfig,
    testing::{self, ByName, Page},
};

use crate::world::{self, World};

/// Who somebody is, by the name they log in with.
fn named(name: &str) -> Option<Actor> {
    Some(match name {
        "leader" => world::leader(),
        "supplier" => world::suppliers_leader(),
        "handler" => world::handler(),
        "own" => world::handler_who_leads(),
        "stranger" => world::person(99),
        _ => return None,
    })
}

pub(crate) fn site(world: &World) -> Router {
    Web::new(WebConfig::new("http://varde.test".parse().unwrap()), &world.store)
        .routes(varde_onboarding::routes(world.service.clone()))
        .routes(varde_onboarding::demo_routes(world.mailbox()))
        .open_api(varde_onboarding::open_api())
        .texts(varde_onboarding::TEXTS)
        .authenticator(std::sync::Arc::new(ByName(named)))
        .router()
}

pub(crate) async fn get(site: &Router, who: &str, path: &str) -> Page {
    testing::visit(site, who, "nb", path, None).await
}

pub(crate) async fn post(site: &Router, who: &str, path: &str, fields: &[(&str, &str)]) -> Page {
    testing::visit(site, who, "nb", path, Some(fields)).await
}
