//! A small site for tests: a login, a form, an upload, every kind of failure and the gallery of
//! all components. Used by the tests and by the example that the browser walks.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use askama::Template;
use axum::{
    Json, Router,
    extract::{Multipart, Path, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use url::Url;
use varde_core::{
    Actor, ApiScope, Component, FieldProblem, LocalisedText, LoginLevel, OrganisationId, PersonId, Problem,
    ProblemKind, Role,
};
use varde_policy::{Cause, Denied, Refusal, Remedy};
use varde_store::Store;
use varde_web::{
    Authenticator, Display, Failure, Form, ReadyCheck, Routes, Sessions, Visit, Web, WebConfig,
    ui::{Choice, Event, Link, Step, StepState, Tone},
};

/// What the small site's handlers share.
#[derive(Clone)]
pub(crate) struct Site {
    sessions: Sessions,
    /// Whether the log answers, as `/ready` sees it.
    pub(crate) log_answers: Arc<AtomicBool>,
}

/// The small site at an address.
pub(crate) fn web(store: &Store, address: &str) -> (Web, Site) {
    let mut config = WebConfig::new(Url::parse(address).expect("the test gives an address"));
    config.form_targets.push("https://login.example".to_owned());
    config.timeout = std::time::Duration::from_millis(500);
    let sessions = Sessions::new(store, config.secure());
    let site = Site { sessions, log_answers: Arc::new(AtomicBool::new(true)) };
    let answers = site.log_answers.clone();
    let check = ReadyCheck::new("log", move || {
        let good = answers.load(Ordering::SeqCst);
        async move { if good { Ok(()) } else { Err("no checkpoint for a minute".to_owned()) } }
    });
    let web = Web::new(config, store).routes(routes(site.clone())).ready_check(check);
    (web.authenticator(Arc::new(Tokens)), site)
}

/// Knows one token, an operator's.
struct Tokens;

impl Authenticator for Tokens {
    fn authenticate<'a>(
        &'a self,
        parts: &'a Parts,
    ) -> Pin<Box<dyn Future<Output = Result<Option<Actor>, Failure>> + Send + 'a>> {
        let header = parts.headers.get("authorization").and_then(|v| v.to_str().ok()).unwrap_or("");
        let answer = match header.strip_prefix("Bearer ") {
            Some("operator") => {
                let mut actor = Actor::system(Component::CommandLine);
                actor.roles.insert(Role::Operator);
                Ok(Some(actor))
            }
            Some(_) => {
                let told = HeaderValue::from_static("Bearer error=\"invalid_token\"");
                let challenge: HeaderMap = [(header::WWW_AUTHENTICATE, told)].into_iter().collect();
                let failure = Failure::from(TestProblem(ProblemKind::Unauthenticated));
                Err(failure.challenging(StatusCode::UNAUTHORIZED, "another token".to_owned(), challenge))
            }
            None => Ok(None),
        };
        Box::pin(std::future::ready(answer))
    }

    fn challenge(&self) -> Option<HeaderValue> {
        Some(HeaderValue::from_static("Bearer"))
    }
}

/// Its router.
pub(crate) fn router(store: &Store, address: &str) -> Router {
    web(store, address).0.router()
}

fn routes(site: Site) -> Routes {
    Routes::new()
        .open_page(Method::POST, "/logg-inn/{who}", "test login", log_in)
        .page(Method::GET, "/skjema", "test.form.read", show_form)
        .page(Method::POST, "/skjema", "test.form.send", send_form)
        .open_page(Method::POST, "/utenfra", "a form from any site", send_form)
        .from_anywhere("/utenfra")
        .page(Method::POST, "/opplasting", "test.file.send", upload)
        .page(Method::GET, "/galleri", "test.gallery.read", gallery)
        .page(Method::GET, "/feil/{kind}", "test.failure.read", fail)
        .api(Method::GET, "/api/failure/{kind}", "test.failure.read", fail)
        .api(Method::POST, "/api/number", "test.number.send", number)
        .merge(Routes::new().gateway("/verktoy/{*rest}", "test.tool.use", tool).with_own_policy())
        .with_state(site)
}

async fn log_in(visit: Visit, State(site): State<Site>, Path(who): Path<String>) -> Result<Response, Failure> {
    let number = if who == "kari" { 1 } else { 2 };
    let person = PersonId::from_uuid(uuid::Uuid::from_u128(number));
    let organisation = OrganisationId::from_uuid(uuid::Uuid::from_u128(9));
    let role = if who == "drift" { Role::Operator } else { Role::Researcher };
    let actor = Actor::employee(person, LoginLevel::High, organisation, [role]);
    let display = Display { person: "Kari Nordmann".to_owned(), organisation: Some("Universitetet i Nord".to_owned()) };
    let cookie = site.sessions.begin(visit.session(), actor, display).await?;
    Ok(cookie.attach(visit.see("/galleri")))
}

#[derive(Template)]
#[template(path = "form.html")]
struct FormPage {
    visit: Visit,
    form: Form,
}

async fn show_form(visit: Visit) -> Response {
    visit.page(FormPage { visit: visit.clone(), form: Form::new() })
}

async fn send_form(visit: Visit, form: Form) -> Response {
    format!("got {:?}, token visible: {}", form.value("reason"), !form.value("_csrf").is_empty())
        .into_response_with(&visit)
}

trait IntoResponseWith {
    fn into_response_with(self, visit: &Visit) -> Response;
}

impl IntoResponseWith for String {
    fn into_response_with(self, visit: &Visit) -> Response {
        let who = visit.actor.person().map_or("nobody".to_owned(), |p| p.to_string());
        format!("{self}, by {who}").into_response()
    }
}

async fn upload(mut parts: Multipart) -> String {
    let mut bytes = 0;
    while let Ok(Some(part)) = parts.next_field().await {
        let name = part.name().unwrap_or("").to_owned();
        let content = part.bytes().await.unwrap_or_default();
        if name == "file" {
            bytes += content.len();
        }
    }
    format!("received {bytes}")
}

async fn number(Json(number): Json<i64>) -> Json<i64> {
    Json(number + 1)
}

async fn tool() -> Response {
    ([("content-security-policy", "default-src 'self' 'unsafe-inline'")], "a tool").into_response()
}

/// One of every kind of problem.
#[derive(Debug, thiserror::Error)]
#[error("secret internals: {0:?}")]
struct TestProblem(ProblemKind);

impl Problem for TestProblem {
    fn kind(&self) -> ProblemKind {
        self.0
    }

    fn code(&self) -> &'static str {
        "test.problem"
    }

    fn fields(&self) -> Vec<FieldProblem> {
        match self.0 {
            ProblemKind::Invalid => vec![FieldProblem::new("title", "form-errors")],
            _ => Vec::new(),
        }
    }
}

async fn fail(Path(kind): Path<String>) -> Result<Response, Failure> {
    let kind = match kind.as_str() {
        "401" => ProblemKind::Unauthenticated,
        "403" => ProblemKind::Forbidden,
        "404" => ProblemKind::NotFound,
        "409" => ProblemKind::Conflict,
        "413" => ProblemKind::TooLarge,
        "422" => ProblemKind::Invalid,
        "429" => ProblemKind::TooMany,
        "503" => ProblemKind::Unavailable,
        "refused" => return Err(refusal(Remedy::LogInAtLevelHigh).into()),
        "scope" => return Err(refusal(Remedy::Scope(ApiScope::DelegationRead)).into()),
        "slow" => {
            tokio::time::sleep(std::time::Duration::from_secs(60)).await;
            ProblemKind::Internal
        }
        "panic" => panic!("secret internals of a panic"),
        _ => ProblemKind::Internal,
    };
    Err(TestProblem(kind).into())
}

/// A refusal by the policy, as a use case's `?` hands it over.
fn refusal(remedy: Remedy) -> Refusal {
    Refusal::from(Box::new(Denied {
        action: "test.failure.read".to_owned(),
        resource: "Test:1".to_owned(),
        anonymous: false,
        cause: Cause::NoRule,
        why: LocalisedText::new(
            "Bare saksbehandleren kan se dette.",
            "Berre saksbehandlaren.",
            "Only the case handler.",
        ),
        remedy: Some(remedy),
        legal_basis: None,
    }))
}

#[derive(Template)]
#[template(path = "gallery.html")]
struct Gallery {
    visit: Visit,
    form: Form,
    choices: Vec<Choice>,
    crumbs: Vec<Link>,
    steps: Vec<Step>,
    events: Vec<Event>,
}

async fn gallery(visit: Visit) -> Response {
    let form = Form::of([("title", "<script>alert(1)</script>"), ("kind", "b"), ("reason", "To\nlinjer")])
        .with_problems([FieldProblem::new("reason", "form-errors"), FieldProblem::new("kind", "form-errors")]);
    let step = |label: &str, state| Step { label: label.to_owned(), href: Some("/galleri".to_owned()), state };
    let event = |title: &str, tone| Event {
        when: "25. november 2026 kl. 14.05".to_owned(),
        datetime: "2026-11-25T13:05:00Z".to_owned(),
        title: title.to_owned(),
        text: "Saksbehandleren har lest søknaden.".to_owned(),
        link: Some(Link::new("/galleri", "Se vedtaket")),
        tone,
    };
    let page = Gallery {
        form,
        choices: vec![
            Choice::new("a", "Statistikk").hint("Tabeller, ingen personer."),
            Choice::new("b", "Individdata"),
        ],
        crumbs: vec![Link::new("/", "Forside"), Link::new("/soknader", "Mine søknader")],
        steps: vec![
            step("Formål", StepState::Done),
            step("Databehov", StepState::Current),
            Step { label: "Send inn".to_owned(), href: None, state: StepState::Ahead },
        ],
        events: vec![event("Innvilget", Tone::Success), event("Søknad mottatt", Tone::Info)],
        visit: visit.clone(),
    };
    visit.page(page)
}
