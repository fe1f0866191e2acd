//! The pages: the catalogue, ordering step by step, one's orders, the owner's desk.

mod catalogue;
mod desk;
mod mailbox;
mod order;
mod order_form;
mod shown;
mod steps;

use http::Method;
use varde_web::{Routes, ui::Tone};

use crate::{Mailbox, Onboarding, api};

/// The tones of messages in templates.
pub(crate) const INFO: Tone = Tone::Info;
pub(crate) const WARNING: Tone = Tone::Warning;

/// The context's routes, pages and API.
pub fn routes(service: Onboarding) -> Routes {
    const LIST: &str = "onboarding.order.list";
    const READ: &str = "onboarding.order.read";
    let (get, post) = (Method::GET, Method::POST);
    Routes::new()
        .open_page(get.clone(), "/tjenester", "find services to take into use", catalogue::list)
        .open_page(get.clone(), "/tjenester/{service}", "read about a service", catalogue::one)
        .open_page(get.clone(), "/tjenester/{service}/vilkar/{version}", "read terms of use", catalogue::terms)
        .page(get.clone(), "/tjenester/{service}/bestill", LIST, order_form::new)
        .page(post.clone(), "/tjenester/{service}/bestill", "onboarding.order.begin", order_form::begin)
        .page(get.clone(), "/tjenester/bestillinger", LIST, order::list)
        .page(get.clone(), "/tjenester/bestillinger/{id}", READ, order::show)
        .page(get.clone(), "/tjenester/bestillinger/{id}/rediger", READ, order_form::edit)
        .page(post.clone(), "/tjenester/bestillinger/{id}/rediger", "onboarding.order.write", order_form::save)
        .page(get.clone(), "/tjenester/bestillinger/{id}/vilkar", READ, steps::terms)
        .page(post.clone(), "/tjenester/bestillinger/{id}/vilkar", "onboarding.order.accept", steps::accept)
        .page(get.clone(), "/tjenester/bestillinger/{id}/send", READ, steps::review)
        .page(post.clone(), "/tjenester/bestillinger/{id}/send", "onboarding.order.submit", steps::submit)
        .page(post.clone(), "/tjenester/bestillinger/{id}/trekk", "onboarding.order.withdraw", order::withdraw)
        .page(post.clone(), "/tjenester/bestillinger/{id}/gjenapne", "onboarding.order.reopen", order::reopen)
        .page(post.clone(), "/tjenester/bestillinger/{id}/i-bruk", "onboarding.order.go_live", order::go_live)
        .page(post.clone(), "/tjenester/bestillinger/{id}/avslutt", "onboarding.order.end", order::end)
        .page(get.clone(), "/tjenester/behandling", "onboarding.desk.read", desk::list)
        .page(get, "/tjenester/behandling/{id}", READ, desk::show)
        .page(post, "/tjenester/behandling/{id}", "onboarding.desk.decide", desk::decide)
        .merge(api::routes())
        .with_state(service)
}

/// The mailbox of a demonstration. Everybody may read it: there is nobody real in it.
pub fn demo_routes(mailbox: Mailbox) -> Routes {
    Routes::new()
        .open_page(Method::GET, "/demo/postkasse", "read the mail of a demonstration", mailbox::show)
        .with_state(mailbox)
}
