//! Pages below `/kvalitet`.

mod files;
mod indicator;
mod model;
mod overview;
mod shown;
mod source;

use axum::http::Method;
use varde_web::{Routes, Visit, ui::Link};

use crate::{Fair, api::READ};

/// Where the pages begin.
const HOME: &str = "/kvalitet";

pub(crate) fn routes() -> Routes<Fair> {
    const JUDGE: &str = "fair.judgement.write";
    Routes::new()
        .page(Method::GET, HOME, READ, overview::show)
        .page(Method::GET, "/kvalitet/poeng.csv", READ, files::all)
        .page(Method::GET, "/kvalitet/{source}", READ, source::show)
        .page(Method::GET, "/kvalitet/{source}/poeng.csv", READ, files::source)
        .page(Method::GET, "/kvalitet/{source}/{model}", READ, model::show)
        .page(Method::GET, "/kvalitet/{source}/{model}/{indicator}", READ, indicator::show)
        .page(Method::POST, "/kvalitet/{source}/{model}/{indicator}", JUDGE, indicator::save)
}

/// The way back to the comparison, and to a source.
fn crumbs(visit: &Visit, subject: Option<&crate::Subject>) -> Vec<Link> {
    let mut crumbs = vec![Link::new(HOME, visit.t("fair-title"))];
    if let Some(subject) = subject {
        crumbs.push(Link::new(format!("{HOME}/{}", subject.path), visit.local(&subject.name)));
    }
    crumbs
}
