//! The steward's form for a file of mappings.

use askama::Template;
use axum::{
    extract::{Multipart, State},
    http::StatusCode,
    response::Response,
};
use varde_core::FieldProblem;
use varde_web::{
    Failure, Form, Visit,
    ui::{Link, Tone},
};

use super::crumbs;
use crate::{Harmonisation, HarmonisationError, Imported, service::IMPORT};

#[derive(Template)]
#[template(path = "harmonisation/import.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    told: Option<(String, Tone)>,
    faults: Vec<(u64, String)>,
    more: usize,
}

/// How many faults are shown.
const SHOWN: usize = 200;

/// `GET /harmonisering/import`.
pub(super) async fn show(State(service): State<Harmonisation>, visit: Visit) -> Result<Response, Failure> {
    service.check_bench(&visit.actor, IMPORT).await?;
    Ok(page(&visit, Form::new(), None))
}

/// `POST /harmonisering/import`. What was proposed stays so when other rows are wrong; the answer says both.
pub(super) async fn take_in(
    State(service): State<Harmonisation>,
    visit: Visit,
    parts: Multipart,
) -> Result<Response, Failure> {
    let file = received(parts).await?;
    if file.is_empty() {
        service.check_bench(&visit.actor, IMPORT).await?;
        let problem = FieldProblem::new("file", "harmonisation-error-file");
        return Ok(page(&visit, Form::new().with_problems([problem]), None));
    }
    let imported = service.import(&visit.actor, &file).await?;
    Ok(page(&visit, Form::new(), Some(&imported)))
}

async fn received(mut parts: Multipart) -> Result<Vec<u8>, Failure> {
    let too_large = |_| Failure::from(HarmonisationError::TooLarge);
    let mut file = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(too_large)? {
        if part.name() == Some("file") {
            file = part.bytes().await.map_err(too_large)?.to_vec();
        }
    }
    Ok(file)
}

fn page(visit: &Visit, form: Form, imported: Option<&Imported>) -> Response {
    let told = imported.map(|imported| {
        let counts = [
            ("rows", imported.rows.into()),
            ("proposed", imported.proposed.into()),
            ("none", imported.not_available.into()),
            ("faults", imported.faults.len().into()),
        ];
        let tone = if imported.faults.is_empty() { Tone::Success } else { Tone::Warning };
        (visit.t_with("harmonisation-imported", &counts), tone)
    });
    let faults = imported.map(|imported| imported.faults.as_slice()).unwrap_or_default();
    let fault = |(row, fault): &(u64, crate::mappings::Fault)| {
        let text = visit.t_of("harmonisation-fault", fault.name());
        let about = fault.about();
        (*row, if about.is_empty() { text } else { format!("{text}: {about}") })
    };
    let whole = form.is_valid() && imported.is_none_or(|imported| imported.proposed > 0 || faults.is_empty());
    let status = if whole { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Page {
        visit,
        crumbs: crumbs(visit),
        form,
        told,
        faults: faults.iter().take(SHOWN).map(fault).collect(),
        more: faults.len().saturating_sub(SHOWN),
    };
    visit.page_with(status, page)
}
