//! The context's routes with the shell around them, for people who log in by a header.

use axum::Router;
use varde_core::{Actor, LoginLevel, Role};
use varde_web::{Web, WebConfig, testing::ByName};

use crate::world::{self, CLINIC, LEADER, SUPPLIERS_LEADER, World};

/// Who somebody is, by the name they log in with.
fn named(name: &str) -> Option<Actor> {
    let operator = || {
        let person = world::leader().person().unwrap();
        Actor::employee(person, LoginLevel::High, world::organisation_id(CLINIC), [Role::Operator])
    };
    Some(match name {
        "leader" => world::leader(),
        "low" => world::person(LEADER, LoginLevel::Substantial),
        "supplier" => world::person(SUPPLIERS_LEADER, LoginLevel::High),
        "stranger" => world::person(world::BOARD_MEMBER, LoginLevel::High),
        "operator" => operator(),
        _ => return None,
    })
}

pub(crate) fn site(world: &World) -> Router {
    Web::new(WebConfig::new("http://varde.test".parse().unwrap()), &world.store)
        .routes(varde_delegation::routes(world.service.clone()))
        .open_api(varde_delegation::open_api())
        .texts(varde_delegation::TEXTS)
        .authenticator(std::sync::Arc::new(ByName(named)))
        .router()
}
