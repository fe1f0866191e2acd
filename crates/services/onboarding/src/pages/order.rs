//! One's orders, and how far one has come.

use askama::Template;
use axum::{extract::State, response::Response};
use varde_web::{
    Failure, Id, Visit,
    ui::{Event, Link, Step as Stage, Tone},
};

use super::shown;
use crate::{File, Onboarding, OnboardingError, OrderId, Summary};

/// Terms that are to be accepted, in a list.
struct ToAccept {
    href: String,
    asked: shown::Asked,
}

#[derive(Template)]
#[template(path = "orders.html")]
struct ListPage<'a> {
    visit: &'a Visit,
    rows: Vec<shown::Row>,
    to_accept: Vec<ToAccept>,
}

/// `GET /tjenester/bestillinger`
pub(super) async fn list(State(service): State<Onboarding>, visit: Visit) -> Result<Response, Failure> {
    let mine = service.mine(&visit.actor).await?;
    let to_accept = |one: &Summary| {
        let mut asked = shown::asked(&visit, one.order.state, one.standing)?;
        let title = visit.local(&one.service.service.title);
        asked.title = format!("{title}, {}: {}", one.organisation.name, asked.title);
        Some(ToAccept { href: format!("/tjenester/bestillinger/{}/vilkar", one.order.id), asked })
    };
    let page = ListPage {
        visit: &visit,
        rows: shown::rows(&visit, "/tjenester/bestillinger", &mine),
        to_accept: mine.iter().filter_map(to_accept).collect(),
    };
    Ok(visit.page(page))
}

#[derive(Template)]
#[template(path = "order_status.html")]
struct ShowPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    title: String,
    id: OrderId,
    organisation: String,
    state_name: &'static str,
    state: String,
    tone: Tone,
    path: Vec<Stage>,
    asked: Option<shown::Asked>,
    reason: String,
    facts: Vec<(String, String)>,
    mails: Vec<(String, String, Tone)>,
    mail_failed: bool,
    told_by_mail: bool,
    events: Vec<Event>,
    /// Whether whoever looks acts for the organisation.
    own: bool,
    can_withdraw: bool,
    can_end: bool,
}

/// `GET /tjenester/bestillinger/{id}`
pub(super) async fn show(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
) -> Result<Response, Failure> {
    let file = service.file(&visit.actor, id).await?;
    let state = file.order.state;
    let own = file.power.is_some();
    let page = ShowPage {
        visit: &visit,
        crumbs: vec![Link::new("/tjenester/bestillinger", visit.t("onboarding-orders"))],
        title: visit.local(&file.service.service.title).to_owned(),
        id,
        organisation: file.organisation.name.clone(),
        state_name: state.name(),
        state: visit.t_of("onboarding-state", state.name()),
        tone: shown::tone(state),
        path: shown::path(&visit, state),
        asked: shown::asked(&visit, state, file.standing).filter(|_| own),
        reason: file.order.decision.as_ref().map(|decision| decision.reason.clone()).unwrap_or_default(),
        facts: facts(&service, &visit, &file).await?,
        mails: shown::mails(&visit, &file),
        mail_failed: file.mails.last().is_some_and(|(_, fate)| *fate == crate::Fate::Failed),
        told_by_mail: service.tells_by_mail(),
        events: shown::events(&service, &visit, &file).await?,
        own,
        can_withdraw: own && crate::next(state, crate::Step::Withdraw).is_ok(),
        can_end: own && crate::next(state, crate::Step::End).is_ok(),
    };
    Ok(visit.page(page))
}

/// What an order says, name by name.
pub(super) async fn facts(
    service: &Onboarding,
    visit: &Visit,
    file: &File,
) -> Result<Vec<(String, String)>, OnboardingError> {
    let (order, about) = (&file.order, &file.service.service);
    let wanted = &order.wanted;
    let mut facts = vec![
        ("reference", order.reference.clone()),
        ("organisation", shown::organisation(&file.organisation.name, order.organisation.as_str())),
        ("class", shown::class(visit, about, &wanted.class)),
        ("basis", wanted.basis.to_string()),
        ("need", wanted.need.clone()),
    ];
    if let Some(granted) = order.decision.as_ref().and_then(|decision| decision.class.as_ref()) {
        facts.push(("granted", shown::class(visit, about, granted)));
    }
    if let Some(version) = order.terms {
        facts.push(("terms", visit.t_with("onboarding-said-terms", &[("version", version.into())])));
    }
    if let Some(sent) = &order.sent {
        let name = file.names.get(&sent.by).cloned().unwrap_or_default();
        let power = shown::power(service, visit, &sent.power).await?;
        let said = if name.is_empty() { power } else { format!("{name}, {power}") };
        facts.push(("ordered-by", said));
    }
    if let Some(client) = &order.client {
        facts.push(("client", client.clone()));
    }
    let mail = visit.t_with(
        "onboarding-contact",
        &[("email", wanted.contact.email.as_str().into()), ("language", wanted.contact.language.own_name().into())],
    );
    facts.push(("contact", mail));
    Ok(facts.into_iter().map(|(name, value)| (visit.t_of("onboarding-fact", name), value)).collect())
}

fn back(visit: &Visit, id: OrderId) -> Response {
    visit.see(&format!("/tjenester/bestillinger/{id}"))
}

/// `POST /tjenester/bestillinger/{id}/trekk`
pub(super) async fn withdraw(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
) -> Result<Response, Failure> {
    service.withdraw(&visit.actor, id).await?;
    Ok(back(&visit, id))
}

/// `POST /tjenester/bestillinger/{id}/gjenapne`
pub(super) async fn reopen(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
) -> Result<Response, Failure> {
    service.reopen(&visit.actor, id).await?;
    Ok(visit.see(&format!("/tjenester/bestillinger/{id}/rediger")))
}

/// `POST /tjenester/bestillinger/{id}/i-bruk`
pub(super) async fn go_live(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
) -> Result<Response, Failure> {
    service.go_live(&visit.actor, id).await?;
    Ok(back(&visit, id))
}

/// `POST /tjenester/bestillinger/{id}/avslutt`
pub(super) async fn end(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
) -> Result<Response, Failure> {
    service.end(&visit.actor, id).await?;
    Ok(back(&visit, id))
}
