//! The public register of permits (EHDS art. 57(1)(j)) for people: which projects may use health
//! data, whose they are, why, and exactly what they may use. No person is named.

mod revoke;
mod shown;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use askama::Template;
use async_trait::async_trait;
use axum::{
    extract::{FromRef, Path, RawQuery, State},
    http::Method,
    response::Response,
};
use varde_core::{Actor, CataloguePath, LocalisedText, OrganisationId};
use varde_web::{Failure, Form, Routes, Visit, ui::Link};

use crate::{Published, Register, api};
use shown::{Detail, Row};

/// How many permits a page of the register shows.
const PER_PAGE: usize = 50;

/// The names of what a permit mentions by id. What is unknown is left out and shown by its id.
#[async_trait]
pub trait Names: Send + Sync {
    /// The organisations' names.
    async fn organisations(&self, actor: &Actor, organisations: &[OrganisationId]) -> BTreeMap<OrganisationId, String>;

    /// The variables' names in the catalogue.
    async fn variables(&self, actor: &Actor, variables: &[CataloguePath]) -> BTreeMap<CataloguePath, LocalisedText>;
}

/// The state of the handlers.
#[derive(Clone, FromRef)]
pub(crate) struct Pages {
    pub(crate) register: Arc<Register>,
    names: Arc<dyn Names>,
}

/// The routes of this context, pages and API.
pub fn routes(register: Arc<Register>, names: Arc<dyn Names>) -> Routes {
    Routes::new()
        .open_page(Method::GET, "/tillatelser", "permit.register.list", list)
        .open_page(Method::GET, "/tillatelser/{id}", "permit.register.read", one)
        .page(Method::GET, "/tillatelser/{id}/trekk-tilbake", "permit.permit.revoke", revoke::ask)
        .page(Method::POST, "/tillatelser/{id}/trekk-tilbake", "permit.permit.revoke", revoke::revoke)
        .merge(api::routes())
        .with_state(Pages { register, names })
}

#[derive(Template)]
#[template(path = "permits.html")]
struct ListPage<'a> {
    visit: &'a Visit,
    words: String,
    total: usize,
    found: usize,
    rows: Vec<Row>,
    earlier: Option<String>,
    later: Option<String>,
}

impl ListPage<'_> {
    /// Whether no permit was issued yet.
    fn is_empty(&self) -> bool {
        self.total == 0
    }
}

/// `GET /tillatelser?q=…&side=…`.
async fn list(visit: Visit, State(pages): State<Pages>, RawQuery(raw): RawQuery) -> Result<Response, Failure> {
    let raw = raw.unwrap_or_default();
    let query = Form::of(url::form_urlencoded::parse(raw.as_bytes()).map(|(n, v)| (n.into_owned(), v.into_owned())));
    let published = pages.register.published().await?;
    let names = pages.organisations(&visit, &published).await;
    let words = query.value("q").to_owned();
    let total = published.len();
    let found: Vec<Row> =
        published.into_iter().map(|permit| Row::of(&visit, permit, &names)).filter(|row| row.matches(&words)).collect();
    let page = query.value("side").parse().unwrap_or(1_usize).clamp(1, found.len().div_ceil(PER_PAGE).max(1));
    let (earlier, later) = (page > 1, page * PER_PAGE < found.len());
    Ok(visit.page(ListPage {
        visit: &visit,
        total,
        found: found.len(),
        rows: found.into_iter().skip((page - 1) * PER_PAGE).take(PER_PAGE).collect(),
        earlier: earlier.then(|| address(&words, page - 1)),
        later: later.then(|| address(&words, page + 1)),
        words,
    }))
}

fn address(words: &str, page: usize) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if !words.is_empty() {
        query.append_pair("q", words);
    }
    format!("/tillatelser?{}", query.append_pair("side", &page.to_string()).finish())
}

#[derive(Template)]
#[template(path = "permit.html")]
struct PermitPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    permit: Detail,
    /// Whether whoever looks may revoke it.
    revocable: bool,
}

/// `GET /tillatelser/{id}`.
async fn one(visit: Visit, State(pages): State<Pages>, Path(id): Path<String>) -> Result<Response, Failure> {
    let id = api::parse(&id)?;
    let published = pages.register.published_one(id).await?;
    let organisations = pages.organisations(&visit, std::slice::from_ref(&published)).await;
    let paths: Vec<CataloguePath> = published.variables.iter().map(|v| v.variable.clone()).collect();
    let variables = pages.names.variables(&visit.actor, &paths).await;
    let crumbs = vec![Link::new("/tillatelser", visit.t("permit-register"))];
    let permit = Detail::of(&visit, published, &organisations, &variables);
    let revocable = pages.register.can_revoke(&visit.actor, id).await?;
    Ok(visit.page(PermitPage { crumbs, permit, revocable, visit: &visit }))
}

impl Pages {
    async fn organisations(&self, visit: &Visit, permits: &[Published]) -> BTreeMap<OrganisationId, String> {
        let ids: BTreeSet<OrganisationId> = permits.iter().flat_map(|p| [p.holder, p.access_body]).collect();
        self.names.organisations(&visit.actor, &ids.into_iter().collect::<Vec<_>>()).await
    }
}
