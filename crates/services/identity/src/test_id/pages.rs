//! The page where one chooses whom to be.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use varde_core::{FieldProblem, LoginLevel};
use varde_web::{Failure, Form, Visit, ui::Choice};

use super::{
    AuthorizationRequest, LEVELS, RequestFault, TestId, TestPerson,
    authorize::{acr, level},
};

/// How many people the list shows; the search finds the others.
const SHOWN: usize = 24;

/// The words in the search box.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    sok: String,
}

#[derive(Template)]
#[template(path = "test_id.html")]
struct Page<'a> {
    visit: &'a Visit,
    form: &'a Form,
    action: &'a str,
    hidden: Vec<(String, String)>,
    words: &'a str,
    people: Vec<Choice>,
    levels: Vec<Choice>,
    level_hint: String,
    shown: usize,
}

#[derive(Template)]
#[template(path = "test_id_error.html")]
struct ErrorPage<'a> {
    visit: &'a Visit,
}

/// `GET /test-id/authorize`: the list.
pub(super) async fn choose(
    State(provider): State<Arc<TestId>>,
    visit: Visit,
    Query(request): Query<AuthorizationRequest>,
    Query(search): Query<Search>,
) -> Result<Response, Failure> {
    match provider.check(&request) {
        Ok(_) => {
            let form = Form::new().with("level", acr(LoginLevel::High));
            Ok(page(&provider, &visit, &request, search.sok.trim(), &form, StatusCode::OK).await)
        }
        Err(fault) => Ok(refused(&provider, &visit, &request, fault)),
    }
}

/// `POST /test-id/authorize`: the choice, or the way back.
pub(super) async fn answer(State(provider): State<Arc<TestId>>, visit: Visit, form: Form) -> Result<Response, Failure> {
    let request = request_in(&form);
    let redirect = match provider.check(&request) {
        Ok(redirect) => redirect,
        Err(fault) => return Ok(refused(&provider, &visit, &request, fault)),
    };
    if form.has("cancel", "yes") {
        return Ok(visit.see(provider.refuse(redirect, &request, "access_denied").as_str()));
    }
    let (person, problems) = chosen(&provider, &request, &form).await;
    match (person, level(form.value("level"))) {
        (Some(person), Some(level)) if problems.is_empty() => match provider.log_in(&request, &person, level) {
            Ok(redirect) => Ok(visit.see(redirect.as_str())),
            Err(fault) => Ok(refused(&provider, &visit, &request, fault)),
        },
        _ => {
            let form = form.with_problems(problems);
            let words = form.value("sok").to_owned();
            Ok(page(&provider, &visit, &request, &words, &form, StatusCode::UNPROCESSABLE_ENTITY).await)
        }
    }
}

async fn chosen(
    provider: &TestId,
    request: &AuthorizationRequest,
    form: &Form,
) -> (Option<TestPerson>, Vec<FieldProblem>) {
    let mut problems = Vec::new();
    let person = provider.people.by_key(form.value("person")).await;
    if person.is_none() {
        problems.push(FieldProblem::new("person", "identity-error-person"));
    }
    if level(form.value("level")).is_none_or(|l| l < request.at_least()) {
        problems.push(FieldProblem::new("level", "identity-error-level"));
    }
    (person, problems)
}

fn request_in(form: &Form) -> AuthorizationRequest {
    let pairs: serde_json::Map<_, _> =
        form.pairs().map(|(name, value)| (name.to_owned(), serde_json::Value::from(value))).collect();
    serde_json::from_value(pairs.into()).unwrap_or_default()
}

async fn page(
    provider: &TestId,
    visit: &Visit,
    request: &AuthorizationRequest,
    words: &str,
    form: &Form,
    status: StatusCode,
) -> Response {
    let words: String = words.chars().take(100).collect();
    let people = provider.people.find(&words, SHOWN).await;
    let person = |p: &TestPerson| Choice::new(&p.key, &p.name).hint(visit.local(&p.what));
    let wanted = LEVELS.iter().filter(|(_, level)| *level >= request.at_least());
    let levels = wanted.map(|(acr, level)| {
        let name = if *level == LoginLevel::High { "high" } else { "substantial" };
        Choice::new(*acr, visit.t_of("identity-level", name)).hint(visit.t_of("identity-level-hint", name))
    });
    let template = Page {
        visit,
        form,
        action: &format!("{}/authorize", provider.config.issuer.path().trim_end_matches('/')),
        hidden: request.pairs(),
        words: &words,
        shown: people.len(),
        people: people.iter().map(person).collect(),
        levels: levels.collect(),
        level_hint: visit.t(match request.at_least() {
            LoginLevel::High => "identity-test-level-high",
            LoginLevel::Substantial => "identity-test-level-hint",
        }),
    };
    visit.page_with(status, template)
}

/// Tells the client by redirect, unless the client is the problem.
fn refused(provider: &TestId, visit: &Visit, request: &AuthorizationRequest, fault: RequestFault) -> Response {
    let redirect = request.redirect_uri.parse();
    match (fault, redirect) {
        (RequestFault::Refused(error), Ok(redirect)) => visit.see(provider.refuse(redirect, request, error).as_str()),
        _ => visit.page_with(StatusCode::BAD_REQUEST, ErrorPage { visit }),
    }
}
