//! The connection test: what to call, and what came of it, in plain words.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use varde_web::{Failure, Id, Visit, ui::Tone};

use super::{START, shown};
use crate::{ClientId, ConnectionTest, SelfService, State as ClientState, ports::Call};

/// Outcomes that have words of their own; others are told by what the server answered.
const TOLD: [&str; 18] = [
    "token_given",
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
];

#[derive(Template)]
#[template(path = "self_service_test.html")]
struct Page<'a> {
    visit: &'a Visit,
    test: &'a ConnectionTest,
    verdict: Verdict,
    calls: Vec<CallRow>,
    keys: String,
    scopes: String,
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

/// `GET /klienter/klient/{id}/test`.
pub(super) async fn show(
    State(service): State<Arc<SelfService>>,
    visit: Visit,
    Id(id): Id<ClientId>,
) -> Result<Response, Failure> {
    let test = service.connection_test(&visit.actor, id).await?;
    let calls: Vec<CallRow> = test.calls.iter().map(|call| row(&visit, call)).collect();
    let page = Page {
        visit: &visit,
        verdict: verdict(&visit, &test),
        calls,
        keys: shown::listed(test.view.keys.iter().map(|key| key.id.as_str())),
        scopes: shown::listed(test.view.scopes.iter().map(|status| status.scope.as_str())),
        test: &test,
    };
    Ok(visit.page(page))
}

/// The newest call says how it stands. Asking for a nonce is the usual first step of every call: it is
/// something wrong only when nothing came after it.
fn verdict(visit: &Visit, test: &ConnectionTest) -> Verdict {
    let newest =
        test.calls.iter().find(|call| call.outcome != "nonce" || test.succeeded_at.is_none_or(|at| at < call.at));
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
            Verdict { tone: Tone::Danger, title: row.title, text: row.text }
        }
    }
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
            "nonce" => Tone::Info,
            _ => Tone::Danger,
        },
    }
}
