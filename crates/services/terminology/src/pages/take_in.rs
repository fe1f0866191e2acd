//! The steward's form for a file.

use askama::Template;
use axum::{
    extract::{Multipart, RawQuery, State},
    response::Response,
};
use http::StatusCode;
use varde_core::{FieldProblem, Role};
use varde_web::{
    Failure, Form, Visit,
    ui::{Choice, Link},
};

use super::shown;
use crate::{
    Confirmed, Loss, SystemKind, Terminology, TerminologyError, Wording,
    import::{Described, ImportFault},
};

/// What is asked when an edition would lose too much.
struct Question {
    text: String,
    examples: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "terminology/take_in.html")]
struct FormPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    kinds: Vec<Choice>,
    /// Whether the code system is here already, so that only the edition is to be described.
    known: bool,
    question: Option<Question>,
    faults: Vec<String>,
    steward: bool,
}

fn page(visit: &Visit, form: Form, status: StatusCode, question: Option<Question>, faults: Vec<String>) -> Response {
    let kind = |kind: &SystemKind| Choice::new(kind.name(), visit.t_of("terminology-system", kind.name()));
    visit.page_with(
        status,
        FormPage {
            visit,
            crumbs: shown::crumbs(visit, None),
            known: form.has("known", "yes"),
            kinds: SystemKind::ALL.iter().map(kind).collect(),
            steward: visit.actor.is(Role::Steward),
            form,
            question,
            faults,
        },
    )
}

/// `GET /kodeverk/inn?kodeverk=icd10`
pub(super) async fn form(visit: Visit, RawQuery(raw): RawQuery) -> Result<Response, Failure> {
    let asked = shown::query(raw);
    let form = match asked.given("kodeverk") {
        Some(key) => Form::new().with("key", key).with("known", "yes"),
        None => Form::new(),
    };
    Ok(page(&visit, form, StatusCode::OK, None, Vec::new()))
}

/// `POST /kodeverk/inn`
pub(super) async fn take_in(
    State(service): State<Terminology>,
    visit: Visit,
    parts: Multipart,
) -> Result<Response, Failure> {
    let (form, file) = received(parts).await?;
    let described = match described(&visit, &form) {
        Ok(described) => described,
        Err(problem) => return Ok(wrong(&visit, form.with_problems([problem]), None, Vec::new())),
    };
    let confirmed = Confirmed::because(form.value("reason"));
    match service.import_file(&visit.actor, &file, &described, confirmed.as_ref()).await {
        Ok((imported, _)) => {
            let first = imported.first().map(|one| one.edition);
            let edition = first.ok_or_else(Failure::not_found)?;
            Ok(visit.see(&format!("/kodeverk/utgave/{edition}")))
        }
        Err(TerminologyError::Loss(loss)) => {
            let question = question(&visit, &loss);
            Ok(wrong(
                &visit,
                form.with_problems([FieldProblem::new("reason", "terminology-error-reason")]),
                Some(question),
                Vec::new(),
            ))
        }
        Err(TerminologyError::Import(fault)) => {
            let faults = fault.messages().iter().map(|m| shown::message(&visit, m)).collect();
            let problems = varde_core::Problem::fields(&TerminologyError::Import(fault));
            Ok(wrong(&visit, form.with_problems(problems), None, faults))
        }
        Err(error @ (TerminologyError::UrlTaken(_) | TerminologyError::KeyTaken(_))) => {
            Ok(wrong(&visit, form.with_problems(varde_core::Problem::fields(&error)), None, Vec::new()))
        }
        Err(error) => Err(error.into()),
    }
}

fn wrong(visit: &Visit, form: Form, question: Option<Question>, faults: Vec<String>) -> Response {
    page(visit, form, StatusCode::UNPROCESSABLE_ENTITY, question, faults)
}

/// The fields of the form, and the file.
async fn received(mut parts: Multipart) -> Result<(Form, Vec<u8>), Failure> {
    let too_large = |_| Failure::from(TerminologyError::Import(ImportFault::TooLarge));
    let mut form = Form::new();
    let mut file = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(too_large)? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(too_large)?;
        match name.as_str() {
            "file" => file = bytes.to_vec(),
            // The session's token was read before the form came here.
            "_csrf" => {}
            _ => form = form.with(&name, String::from_utf8_lossy(&bytes).into_owned()),
        }
    }
    Ok((form, file))
}

/// What the form says about the file.
fn described(visit: &Visit, form: &Form) -> Result<Described, FieldProblem> {
    let text = |name: &str| form.given(name).map(str::to_owned);
    let day = |name: &str| match form.given(name) {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| FieldProblem::new(name, "terminology-error-date")),
    };
    let key = match form.given("key") {
        None => None,
        Some(key) => Some(key.parse().map_err(|_| FieldProblem::new("key", "terminology-error-key"))?),
    };
    Ok(Described {
        key,
        url: text("url"),
        title: Wording::nb(form.value("title")).with("nn", form.value("title_nn")).with("en", form.value("title_en")),
        oid: text("oid"),
        owner: visit.actor.organisation,
        publisher: text("publisher"),
        copyright: text("copyright"),
        kind: form.given("kind").and_then(SystemKind::from_name),
        version: text("version"),
        from: day("from")?,
        until: day("until")?,
        by_prefix: form.has("by_prefix", "yes"),
        part: form.has("part", "yes"),
        format: None,
    })
}

fn question(visit: &Visit, loss: &Loss) -> Question {
    let text = visit.t_with(
        "terminology-loss",
        &[
            ("lost", loss.lost.into()),
            ("of", loss.of.into()),
            ("version", loss.predecessor.as_str().into()),
            ("now", loss.now.into()),
            ("percent", loss.percent().into()),
            ("limit", usize::from(loss.limit).into()),
        ],
    );
    Question { text, examples: loss.examples.clone() }
}
