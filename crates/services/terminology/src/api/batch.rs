//! Several questions in one request (FHIR: batch; transaction, which of reads alone is a batch that must
//! succeed as a whole).

use serde_json::{Value, json};
use varde_core::Actor;

use super::fhir::problem;
use crate::{
    Kind, Release, Terminology,
    fhir::{outcome::Fault, parameters::Asked},
    service::{FhirError, Operation, type_name},
};

/// How many questions one request may hold.
const MOST: usize = 100;

/// One question of a bundle.
struct Question<'a> {
    post: bool,
    /// The path below the release's address, such as `CodeSystem/$lookup`.
    path: &'a str,
    query: &'a str,
    /// The Parameters of a POST.
    body: Option<&'a Value>,
}

/// Answers a bundle.
///
/// # Errors
/// It is no batch, or holds too much; of a transaction, the first question that has no answer.
pub(super) async fn answer(
    service: &Terminology,
    actor: &Actor,
    release: Release,
    language: Option<String>,
    body: &[u8],
) -> Result<Value, FhirError> {
    let bundle: Value = serde_json::from_slice(body).map_err(|error| {
        Fault::invalid(format!("the body is not JSON: line {}, column {}", error.line(), error.column()))
    })?;
    let kind = bundle.get("type").and_then(Value::as_str).unwrap_or_default();
    let is_bundle = bundle.get("resourceType").and_then(Value::as_str) == Some("Bundle");
    if !is_bundle || !matches!(kind, "batch" | "transaction") {
        return Err(Fault::invalid("a Bundle of type batch or transaction is expected").into());
    }
    let entries: &[Value] = bundle.get("entry").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if entries.len() > MOST {
        return Err(Fault::too_costly(format!("a bundle may hold at most {MOST} questions")).into());
    }
    let whole = kind == "transaction";
    let mut answers = Vec::with_capacity(entries.len());
    for (at, entry) in entries.iter().enumerate() {
        let outcome = match question(entry, at, release) {
            Ok(question) => ask(service, actor, release, language.clone(), &question).await,
            Err(fault) => Err(fault.into()),
        };
        answers.push(match outcome {
            Ok(resource) => json!({ "resource": resource, "response": { "status": "200" } }),
            Err(error) if whole => return Err(error),
            Err(error) => {
                let (status, outcome) = problem(error);
                json!({ "response": { "status": status.as_str(), "outcome": outcome } })
            }
        });
    }
    Ok(json!({ "resourceType": "Bundle", "type": format!("{kind}-response"), "entry": answers }))
}

/// Reads one entry; the address may be the whole one or begin below the release.
fn question(entry: &Value, at: usize, release: Release) -> Result<Question<'_>, Fault> {
    let place = format!("Bundle.entry[{at}].request");
    let wrong = |what: &str| Fault::invalid(format!("{place}: {what}"));
    let text = |name: &str| entry.get("request").and_then(|request| request.get(name)).and_then(Value::as_str);
    let post = match text("method") {
        Some("GET") => false,
        Some("POST") => true,
        _ => return Err(wrong("the method is GET or POST: nothing is changed here")),
    };
    let url = text("url").ok_or_else(|| wrong("url is missing"))?;
    let base = format!("/fhir/{}/", release.name());
    let below = url.split_once(&base).map_or(url, |(_, below)| below).trim_start_matches('/');
    let (path, query) = below.split_once('?').unwrap_or((below, ""));
    Ok(Question { post, path, query, body: entry.get("resource") })
}

async fn ask(
    service: &Terminology,
    actor: &Actor,
    release: Release,
    language: Option<String>,
    question: &Question<'_>,
) -> Result<Value, FhirError> {
    let asked = match question.body.filter(|_| question.post) {
        Some(body) => Asked::of_body(question.query, body.to_string().as_bytes())?,
        None => Asked::of_query(question.query)?,
    };
    if let Some(operation) = operation(question.path) {
        return service.operate(actor, release, operation, &asked, language).await;
    }
    let unknown = || Fault::not_found(format!("there is nothing at {}", question.path));
    if question.post {
        return Err(unknown().into());
    }
    if question.path == "metadata" {
        return service.capabilities(actor, release, asked.text("mode") == Some("terminology")).await;
    }
    let (name, id) = question.path.split_once('/').map_or((question.path, None), |(name, id)| (name, Some(id)));
    let kind = Kind::ALL.into_iter().find(|kind| type_name(*kind) == name).ok_or_else(unknown)?;
    match id {
        Some(id) => service.resource(actor, release, kind, id).await,
        None => service.find_resources(actor, release, kind, &asked, &format!("/fhir/{}", release.name())).await,
    }
}

fn operation(path: &str) -> Option<Operation> {
    Some(match path {
        "CodeSystem/$lookup" => Operation::Lookup,
        "CodeSystem/$subsumes" => Operation::Subsumes,
        "CodeSystem/$validate-code" => Operation::InCodeSystem,
        "ValueSet/$expand" => Operation::Expand,
        "ValueSet/$validate-code" => Operation::InValueSet,
        "ConceptMap/$translate" => Operation::Translate,
        _ => return None,
    })
}
