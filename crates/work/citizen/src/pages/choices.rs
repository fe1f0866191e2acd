//! My choices: see them, confirm, choose, receipt.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use varde_core::{Actor, EntryId};
use varde_privacy::Scope;
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Link, Tone},
};

use super::{
    Service, crumbs, query,
    words::{ProjectRow, about, confirm_href, state, turn, turning},
};
use crate::{CitizenError, CitizenService, Setting, Use, model::Meaning};

#[derive(Template)]
#[template(path = "choices.html")]
struct ListPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    everything: Row,
    sources: Vec<Row>,
}

struct Row {
    about: String,
    state: String,
    tone: Tone,
    turn: String,
    href: String,
}

impl Row {
    fn of(visit: &Visit, setting: &Setting) -> Self {
        let (state, tone) = state(visit, setting);
        Self { about: about(visit, setting), state, tone, turn: turn(visit, setting), href: confirm_href(setting) }
    }
}

/// `GET /min-side/valg`.
pub(super) async fn list(visit: Visit, State(service): Service) -> Result<Response, Failure> {
    let settings = service.settings(&visit.actor).await?;
    let mut rows = settings.iter().map(|s| Row::of(&visit, s));
    let everything = rows.next().ok_or(CitizenError::NotAChoice)?;
    let page = ListPage { crumbs: crumbs(&visit), everything, sources: rows.collect(), visit: &visit };
    Ok(visit.page(page))
}

#[derive(Template)]
#[template(path = "confirm.html")]
struct ConfirmPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    title: String,
    consequence: String,
    scope: String,
    withhold: &'static str,
    yes: String,
    projects: Vec<ProjectRow>,
}

/// `GET /min-side/valg/bekreft?om=source:npr`: what turning a choice round means, before it is done.
pub(super) async fn confirm(
    visit: Visit,
    State(service): Service,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let setting = setting(&service, &visit.actor, &query(raw)).await?;
    let projects = if setting.withheld { Vec::new() } else { touched(&service, &visit.actor, &setting.scope).await? };
    let what = turning(&setting);
    let mut crumbs = crumbs(&visit);
    crumbs.push(Link::new("/min-side/valg", visit.t("citizen-choices")));
    let page = ConfirmPage {
        title: format!("{}: {}", visit.t_of("citizen-turn", what), about(&visit, &setting)),
        consequence: visit.t_of("citizen-consequence", what),
        scope: setting.scope.code(),
        withhold: if setting.withheld { "nei" } else { "ja" },
        yes: visit.t_of("citizen-confirm", what),
        projects: projects.iter().map(|p| ProjectRow::of(&visit, p)).collect(),
        visit: &visit,
        crumbs,
    };
    Ok(visit.page(page))
}

/// `POST /min-side/valg`: `om` is the scope, `hold` whether to say no (`ja`) or take it back.
pub(super) async fn choose(visit: Visit, State(service): Service, form: Form) -> Result<Response, Failure> {
    let setting = setting(&service, &visit.actor, &form).await?;
    let withhold = match form.value("hold") {
        "ja" => true,
        "nei" => false,
        _ => return Err(CitizenError::NotAChoice.into()),
    };
    // A second tab, or a form sent twice: it stands so already.
    let receipt =
        if setting.withheld == withhold { None } else { service.choose(&visit.actor, setting.turned()).await? };
    Ok(match receipt {
        Some(entry) => visit.see(&format!("/min-side/valg/kvittering/{entry}")),
        None => visit.see("/min-side/valg"),
    })
}

#[derive(Template)]
#[template(path = "receipt.html")]
struct ReceiptPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    about: String,
    done: String,
    now: String,
    at: String,
    entry: String,
    projects: Vec<ProjectRow>,
}

/// `GET /min-side/valg/kvittering/{entry}`: what was chosen, what happens now, and the proof.
pub(super) async fn receipt(
    visit: Visit,
    State(service): Service,
    Id(entry): Id<EntryId>,
) -> Result<Response, Failure> {
    let found = service.entry(&visit.actor, entry).await?;
    let told = found.entry.filter(|e| e.kind == varde_privacy::CHANGED).ok_or(CitizenError::NotFound)?;
    let scope = told.details.get("scope").and_then(|s| Scope::from_code(s.as_str()?)).ok_or(CitizenError::NotFound)?;
    let active = told.details.get("active").and_then(serde_json::Value::as_bool).unwrap_or_default();
    let setting = service.setting_for(&visit.actor, &scope).await?;
    let consent = told.details.get("kind").is_some_and(|k| k == "consent");
    let (what, withheld) = match (consent, active) {
        (true, false) => ("withdraw", true),
        (true, true) => ("consent", false),
        (false, true) => ("reserve", true),
        (false, false) => ("unreserve", false),
    };
    let projects = if withheld { touched(&service, &visit.actor, &scope).await? } else { Vec::new() };
    let mut crumbs = crumbs(&visit);
    crumbs.push(Link::new("/min-side/valg", visit.t("citizen-choices")));
    let page = ReceiptPage {
        about: about(&visit, &setting),
        done: visit.t_of("citizen-done", what),
        now: visit.t_of("citizen-now", what),
        at: visit.time(told.at),
        entry: found.id.to_string(),
        projects: projects.iter().map(|p| ProjectRow::of(&visit, p)).collect(),
        visit: &visit,
        crumbs,
    };
    Ok(visit.page(page))
}

/// The setting that a query or a form names.
async fn setting(service: &CitizenService, actor: &Actor, form: &Form) -> Result<Setting, CitizenError> {
    let scope = Scope::from_code(form.value("om")).ok_or(CitizenError::NotAChoice)?;
    service.setting_for(actor, &scope).await
}

/// The projects that go on with data the choice is about.
async fn touched(service: &CitizenService, actor: &Actor, scope: &Scope) -> Result<Vec<Use>, CitizenError> {
    let mut projects = service.projects(actor).await?;
    projects.retain(|p| p.touches(scope) && !matches!(p.meaning, Meaning::NotInIt | Meaning::Over));
    Ok(projects)
}
