//! What can be taken into use: open to everybody.

use askama::Template;
use axum::{extract::State, response::Response};
use varde_core::Role;
use varde_web::{Failure, Id, Visit, ui::Link};

use super::shown;
use crate::{Onboarding, OnboardingError, Registered, ServiceId};

struct Card {
    href: String,
    title: String,
    text: String,
}

#[derive(Template)]
#[template(path = "services.html")]
struct ListPage<'a> {
    visit: &'a Visit,
    cards: Vec<Card>,
    handles: bool,
}

/// `GET /tjenester`
pub(super) async fn list(State(service): State<Onboarding>, visit: Visit) -> Result<Response, Failure> {
    let card = |one: &Registered| Card {
        href: format!("/tjenester/{}", one.service.id),
        title: visit.local(&one.service.title).to_owned(),
        text: shown::paragraphs(visit.local(&one.service.description)).into_iter().next().unwrap_or_default(),
    };
    let cards = service.services().await?.iter().map(card).collect();
    Ok(visit.page(ListPage { visit: &visit, cards, handles: visit.actor.is(Role::Handler) }))
}

struct ClassShown {
    title: String,
    paragraphs: Vec<String>,
    bases: Vec<String>,
    scopes: Vec<String>,
}

#[derive(Template)]
#[template(path = "service.html")]
struct OnePage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    id: String,
    title: String,
    paragraphs: Vec<String>,
    owner: String,
    contact: String,
    classes: Vec<ClassShown>,
    /// The versions of the terms that can be read, the newest first: number and from when.
    terms: Vec<(u32, String)>,
}

/// `GET /tjenester/{service}`
pub(super) async fn one(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<ServiceId>,
) -> Result<Response, Failure> {
    let Registered { service: found, .. } = service.service(&id).await?;
    let terms = service.terms(&id).await?;
    let classes = found.classes.iter().map(|class| ClassShown {
        title: visit.local(&class.title).to_owned(),
        paragraphs: shown::paragraphs(visit.local(&class.description)),
        bases: class.bases.iter().map(ToString::to_string).collect(),
        scopes: class.scopes.iter().cloned().collect(),
    });
    let page = OnePage {
        visit: &visit,
        crumbs: vec![Link::new("/tjenester", visit.t("onboarding-services"))],
        id: id.to_string(),
        title: visit.local(&found.title).to_owned(),
        paragraphs: shown::paragraphs(visit.local(&found.description)),
        owner: service.organisation_name(found.owner).await?,
        contact: found.contact.email.as_str().to_owned(),
        classes: classes.collect(),
        terms: terms.iter().rev().map(|one| (one.version, visit.time(one.applies_from))).collect(),
    };
    Ok(visit.page(page))
}

#[derive(Template)]
#[template(path = "terms.html")]
struct TermsPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    title: String,
    terms: shown::Terms,
}

/// `GET /tjenester/{service}/vilkar/{version}`
pub(super) async fn terms(
    State(service): State<Onboarding>,
    visit: Visit,
    Id((id, version)): Id<(ServiceId, u32)>,
) -> Result<Response, Failure> {
    let found = service.service(&id).await?.service;
    let versions = service.terms(&id).await?;
    let terms = versions.iter().find(|one| one.version == version).ok_or(OnboardingError::NoSuchTerms)?;
    let name = visit.local(&found.title);
    let page = TermsPage {
        visit: &visit,
        crumbs: vec![
            Link::new("/tjenester", visit.t("onboarding-services")),
            Link::new(format!("/tjenester/{id}"), name),
        ],
        title: visit.t_with("onboarding-terms-of", &[("service", name.into())]),
        terms: shown::terms(&visit, terms),
    };
    Ok(visit.page(page))
}
