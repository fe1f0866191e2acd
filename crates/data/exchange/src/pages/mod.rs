//! Pages for stewards: what sources lack in other catalogues, and which other catalogues are read.

mod check;
mod harvest;

use axum::http::Method;
use varde_web::Routes;

use crate::{
    api::{READ, Service},
    service,
};

pub(crate) fn routes() -> Routes<Service> {
    const ONE: &str = "/katalog/hosting/{id}";
    Routes::new()
        .page(Method::GET, "/katalog/kontroll/{source}", READ, check::show)
        .page(Method::GET, harvest::HOME, service::READ, harvest::list)
        .page(Method::POST, harvest::HOME, service::CHANGE, harvest::add)
        .page(Method::GET, ONE, service::READ, harvest::show)
        .page(Method::POST, ONE, service::CHANGE, harvest::change)
}
