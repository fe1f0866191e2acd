//! The connection test: what to call, and what came of it, in plain words.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use varde_web::{Failure, Form, Id, Visit, ui::Tone};

use super::{
    START,
    customers::{self, Asked, CustomerView},
    shown,
};
use crate::{ClientId, ConnectionTest, SelfService, State as ClientState, ports::Call};

/// Outcomes that have words of their own; others are told by what the server answered.
const TOLD: [&str; 25] = [
    "token_given",
    "code_given",
    "request_taken",
    "clock",
    "unknown_key",
    "signature",
    "algorithm",
    "audience",
    "assertion",
    "used_assertion",
    "nonce",
    "proof_missing",
    "proof",
    "scope",
    "resource",
    "terms",
    "delegation",
    "organisation",
    "grant",
    "login",
    "request",
    "redirect",
    "request_uri",
    "login_needed",
    "login_refused",
];
/// The steps on the way to a token: one of them came last when the next did not come.
const STEPS: [&str; 3] = ["nonce", "request_taken", "code_given"];

#[derive(Template)]
#[template(path = "self_service_test.html")]
struct Page<'a> {
    visit: &'a Visit,
    test: &'a ConnectionTest,
    verdict: Verdict,
    calls: Vec<CallRow>,
    keys: String,
    scopes: String,
    /// The organisation that is looked up, by the form, and how the scopes stand with it.
    form: Form,
    customer: Option<CustomerView>,
}

/// What the page says first.
struct Verdict {
    tone: Tone,
    title: String,
    text: String,
}

struct CallRow {
    title: String,
    text: String,
    answer: String,
    when: String,
    datetime: String,
    times: String,
    tone: Tone,
}

impl Page<'_> {
    fn start(&self) -> &'static str {
        START
    }

    fn client_path(&self) -> String {
        shown::client_path(self.test.view.client.id)
    }

    fn is_active(&self) -> bool {
        self.test.view.client.state == ClientState::Active
    }
}

/// `GET /klienter/klient/{id}/test`; with `virksomhet`, an organisation's number, how it stands with that
/// one.
pub(super) async fn show(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<ClientId>,
    Query(asked): Query<Asked>,
) -> Result<Response, Failure> {
    let test = service.connection_test(&visit.actor, id).await?;
    let (form, customer) = customers::looked_up(&service, &visit, &test, asked).await?;
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let calls: Vec<CallRow> = test.calls.iter().map(|call| row(&visit, call)).collect();
    let page = Page {
        visit: &visit,
        verdict: verdict(&visit, &test),
        calls,
        keys: shown::listed(test.view.keys.iter().map(|key| key.id.as_str())),
        scopes: shown::listed(test.view.scopes.iter().map(|status| status.scope.as_str())),
        form,
        customer,
        test: &test,
    };
    Ok(visit.page_with(status, page))
}

/// The newest call says how it stands. A step is what comes first each time: it says something only when
/// nothing came after it.
fn verdict(visit: &Visit, test: &ConnectionTest) -> Verdict {
    let newest = test.calls.iter().find(|call| !is_step(call) || test.succeeded_at.is_none_or(|at| at < call.at));
    let say = |tone: Tone, key: &str| Verdict {
        tone,
        title: visit.t_of("self_service-verdict", key),
        text: visit.t_of("self_service-verdict-text", key),
    };
    match newest {
        _ if test.view.client.state != ClientState::Active => say(Tone::Warning, "not-active"),
        None if test.view.keys.is_empty() => say(Tone::Warning, "no-key"),
        None => say(Tone::Info, "no-call"),
        Some(call) if call.outcome == "token_given" => say(Tone::Success, "good"),
        Some(call) => {
            let row = row(visit, call);
            // A nonce that was asked for and never sent is the client's fault; the other steps are somebody's turn.
            let tone = if call.outcome == "nonce" { Tone::Danger } else { row.tone };
            Verdict { tone, title: row.title, text: row.text }
        }
    }
}

fn is_step(call: &Call) -> bool {
    STEPS.contains(&call.outcome.as_str())
}

fn row(visit: &Visit, call: &Call) -> CallRow {
    let outcome = if TOLD.contains(&call.outcome.as_str()) { call.outcome.as_str() } else { "other" };
    let outcome = match (outcome, call.clock) {
        ("clock", Some(ahead)) if ahead > 0 => "clock-ahead",
        ("clock", Some(_)) => "clock-behind",
        (outcome, _) => outcome,
    };
    let seconds = call.clock.unwrap_or_default().abs();
    let text = visit.t_with(&format!("self_service-call-text-{outcome}"), &[("seconds", seconds.into())]);
    CallRow {
        title: visit.t_of("self_service-call", outcome),
        text,
        answer: call.description.clone(),
        when: visit.time(call.at),
        datetime: call.at.to_string(),
        times: visit
            .t_with("self_service-call-times", &[("times", i64::try_from(call.times).unwrap_or(i64::MAX).into())]),
        tone: match outcome {
            "token_given" => Tone::Success,
            "nonce" | "request_taken" | "code_given" | "login_refused" => Tone::Info,
            "request_uri" => Tone::Warning,
            _ => Tone::Danger,
        },
    }
}
