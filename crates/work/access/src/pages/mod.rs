//! The pages of the applicant and of the access body.

mod application;
mod choices;
mod content_form;
mod count_words;
mod decide_form;
mod decision;
mod design_form;
mod design_words;
mod desk;
mod dummy;
mod edit;
mod part;
mod part_fields;
mod part_page;
mod shown;
mod updates_form;

use std::sync::Arc;

use axum::http::Method;
use varde_web::Routes;

use crate::{AccessService, api};

/// The routes of this context, pages and API.
pub fn routes(service: Arc<AccessService>) -> Routes {
    let get = Method::GET;
    let post = Method::POST;
    let write = "access.application.write";
    Routes::new()
        .page(get.clone(), "/soknader", "access.application.list", application::list)
        .page(post.clone(), "/soknader", "access.application.begin", application::begin)
        .page(get.clone(), "/soknader/ny", "access.application.list", application::new)
        .page(get.clone(), "/soknader/{id}", "access.application.read", application::show)
        .page(get.clone(), "/soknader/{id}/oppdiktede-data", "access.application.read", dummy::fetch)
        .page(get.clone(), "/soknader/{id}/rediger", write, edit::show)
        .page(post.clone(), "/soknader/{id}/rediger", write, edit::act)
        .page(get.clone(), "/soknader/{id}/rediger/{part}", write, part_page::show)
        .page(post.clone(), "/soknader/{id}/rediger/{part}", write, part_page::save)
        .page(get.clone(), "/soknader/{id}/rediger/opplysninger/{place}", write, part_page::show_variable)
        .page(post.clone(), "/soknader/{id}/rediger/opplysninger/{place}", write, part_page::save_variable)
        .page(post.clone(), "/soknader/{id}/trekk", "access.application.withdraw", application::withdraw)
        .page(post.clone(), "/soknader/{id}/kopier", "access.application.begin", application::copy)
        .page(post.clone(), "/soknader/{id}/svar/{number}", "access.application.answer", application::answer)
        .page(get.clone(), "/saker", "access.desk.read", desk::list)
        .page(get.clone(), "/saker/{id}", "access.desk.read", desk::show)
        .page(post.clone(), "/saker/{id}/sporsmal", "access.desk.ask", desk::ask)
        .page(post.clone(), "/saker/{id}/vurdering", "access.desk.assess", desk::assess)
        .page(post, "/saker/{id}/vedtak", "access.desk.decide", desk::decide)
        .page(get.clone(), "/soknader/{id}/vedtak", "access.application.read", decision::show)
        .page(get, "/soknader/{id}/vedtak.pdf", "access.application.read", decision::letter)
        .merge(api::routes())
        .with_state(service)
}
