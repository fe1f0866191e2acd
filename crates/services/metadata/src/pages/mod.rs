//! The catalogue's pages: search, sources, datasets, variables, and one's own lists.

mod availability;
mod codes;
mod compare;
mod dataset;
mod difference;
mod governance;
mod list;
mod pager;
mod search;
mod source;
mod statistics;
mod terms;
mod text;
mod timeline;
mod tree;
mod used;
mod variable;

use std::{collections::BTreeSet, sync::Arc};

use axum::http::Method;
use varde_core::CataloguePath;
use varde_web::{Failure, Routes, Visit};

use crate::{AsAt, CatalogueService, ListSummary, MetadataError};

pub(crate) use variable::Variables;

/// The state of most handlers.
pub(crate) type Service = Arc<CatalogueService>;

/// The pages' routes.
pub(crate) fn routes() -> Routes<Service> {
    const READ: &str = "metadata.catalogue.read";
    const LIST: &str = "metadata.list.read";
    const CHANGE: &str = "metadata.list.change";
    Routes::new()
        .page(Method::GET, "/katalog", READ, search::show)
        .page(Method::GET, "/katalog/{source}", READ, source::show)
        .page(Method::GET, "/katalog/{source}/{dataset}", READ, dataset::show)
        .page(Method::GET, "/katalog/sammenlign", READ, compare::show)
        .page(Method::GET, "/katalog/endringer/{old}/{new}", READ, difference::show)
        .page(Method::GET, "/katalog/tilgjengelighet/{source}/{dataset}", READ, availability::show)
        .page(Method::GET, "/katalog/statistikk/{*path}", READ, statistics::show)
        .page(Method::GET, "/liste", LIST, list::show_all)
        .page(Method::POST, "/liste", CHANGE, list::create)
        .page(Method::POST, "/liste/legg-til", CHANGE, list::add)
        .page(Method::POST, "/liste/ta-ut", CHANGE, list::take_out)
        .page(Method::GET, "/liste/{id}", LIST, list::show)
        .page(Method::POST, "/liste/{id}/navn", CHANGE, list::rename)
        .page(Method::POST, "/liste/{id}/tom", CHANGE, list::clear)
        .page(Method::POST, "/liste/{id}/slett", CHANGE, list::delete)
        .page(Method::POST, "/liste/{id}/lest", CHANGE, list::see_news)
        .merge(governance::routes())
}

/// The page of a variable: it also tells where variables are used.
pub(crate) fn variable_routes() -> Routes<Variables> {
    Routes::new().page(Method::GET, "/katalog/variabel/{*path}", "metadata.catalogue.read", variable::show)
}

/// What the pages show of the list that is being filled.
#[derive(Debug, Default)]
pub(crate) struct Basket {
    /// The list changed last; `None` when there is none or nobody is logged in.
    pub(crate) list: Option<ListSummary>,
    /// Its variables.
    pub(crate) paths: BTreeSet<CataloguePath>,
}

impl Basket {
    async fn of(visit: &Visit, service: &Service) -> Result<Self, MetadataError> {
        if !visit.logged_in() {
            return Ok(Self::default());
        }
        let newest = service.newest_list(&visit.actor).await?;
        Ok(newest.map_or_else(Self::default, |(list, paths)| Self { list: Some(list), paths }))
    }
}

/// How a variable stands to the list: what button its row has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// It can be added.
    Add,
    /// It is in the list.
    Listed,
    /// It is never delivered.
    Never,
    /// Log in first.
    LogIn,
}

impl Mark {
    fn of(visit: &Visit, basket: &Basket, path: &CataloguePath, deliverable: bool) -> Self {
        match () {
            () if !deliverable => Self::Never,
            () if !visit.logged_in() => Self::LogIn,
            () if basket.paths.contains(path) => Self::Listed,
            () => Self::Add,
        }
    }

    /// The name that the templates choose by.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Listed => "listed",
            Self::Never => "never",
            Self::LogIn => "log-in",
        }
    }
}

/// A path from the address, or "not found": a wrong one names nothing.
pub(crate) fn path(text: &str) -> Result<CataloguePath, Failure> {
    text.parse().map_err(|_| Failure::not_found())
}

/// Which catalogue an address asks for: `?per=2024-01-31`, else now. A date that is none is
/// ignored: the page says which day it shows.
fn as_at(form: &varde_web::Form) -> AsAt {
    form.given("per").and_then(|day| day.parse().ok()).map_or_else(AsAt::default, AsAt::day)
}

/// The query of an address as a form.
pub(crate) fn query(raw: Option<String>) -> varde_web::Form {
    let raw = raw.unwrap_or_default();
    varde_web::Form::of(url::form_urlencoded::parse(raw.as_bytes()).map(|(n, v)| (n.into_owned(), v.into_owned())))
}

/// The address of a page with these pairs, empty ones left out.
fn address<'a>(page: &str, pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    if query.is_empty() { page.to_owned() } else { format!("{page}?{query}") }
}

/// What an address must go on saying so that the same day is shown: `?per=2024-01-31`, or nothing.
fn same_day(as_at: AsAt) -> String {
    as_at.valid.map(|day| format!("?per={day}")).unwrap_or_default()
}

/// Where to go back to after a change: one of our own pages, never another site.
fn back(form: &varde_web::Form) -> &str {
    let wanted = form.value("back");
    let ours = ["/katalog", "/liste"]
        .iter()
        .any(|p| wanted.strip_prefix(p).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?'])));
    if ours && !wanted.contains(['\\', '\r', '\n']) { wanted } else { "/liste" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        let to = |address: &str| back(&varde_web::Form::new().with("back", address)).to_owned();
        assert_eq!(to("/katalog?q=a&side=2"), "/katalog?q=a&side=2");
        for foreign in ["https://evil.example", "//evil.example", "/katalogen", "/katalog\\evil", "/liste.evil", ""] {
            assert_eq!(to(foreign), "/liste", "{foreign}");
        }
    }
}
