//! What people have had deleted or put right in a dataset.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, response::Response};
use varde_core::{FieldProblem, LegalBasis, ReleaseId};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Link},
};

use super::{Asked, answer, way_to};
use crate::{
    Amendment, AmendmentContent, AmendmentId, AmendmentKind, NewAmendment, Platform, PlatformError, ReleaseRecord,
};

/// The two places where a form can name what stands in the rows.
const KEYS: [(&str, &str); 2] = [("key_column", "key_value"), ("key_column_2", "key_value_2")];

#[derive(Template)]
#[template(path = "amendments.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    release: ReleaseRecord,
    amendments: Vec<Amendment>,
    kinds: Vec<Choice>,
    columns: Vec<Choice>,
}

/// `GET /register/{id}/rettelser`.
pub(super) async fn show((visit, State(platform), Id(id)): Asked<ReleaseId>) -> Result<Response, Failure> {
    let page = page(&visit, &platform, id, Form::new()).await?;
    Ok(visit.page(page))
}

/// `POST /register/{id}/rettelser`.
pub(super) async fn enter((visit, State(platform), Id(id)): Asked<ReleaseId>, form: Form) -> Result<Response, Failure> {
    let release = platform.release(&visit.actor, id).await?;
    let done = match AmendmentKind::from_name(form.value("kind")) {
        None => Err(PlatformError::Invalid(vec![FieldProblem::new("kind", "platform-error-kind")])),
        Some(kind) => {
            let new = NewAmendment {
                dataset: release.dataset,
                number: form.value("_number").to_owned(),
                kind,
                content: content(&form),
                basis: LegalBasis::new("GDPR", form.value("section")),
            };
            platform.amend(&visit.actor, &new).await
        }
    };
    let here = |p: FieldProblem| FieldProblem::new(field(&p.field), &p.message);
    let again = |problems: Vec<FieldProblem>| {
        page(&visit, &platform, id, form.without_secrets().with_problems(problems.into_iter().map(here)))
    };
    answer(&visit, done, format!("/register/{id}/rettelser"), again).await
}

/// `POST /register/{id}/rettelser/trekk`.
pub(super) async fn withdraw(
    (visit, State(platform), Id(id)): Asked<ReleaseId>,
    form: Form,
) -> Result<Response, Failure> {
    let amendment: AmendmentId = form.value("amendment").parse().map_err(|_| PlatformError::NoSuchAmendment)?;
    platform.withdraw_amendment(&visit.actor, amendment).await?;
    Ok(visit.see(&format!("/register/{id}/rettelser")))
}

fn content(form: &Form) -> AmendmentContent {
    let named = |column: &str, value: &str| form.given(column).map(|c| (c.to_owned(), form.value(value).to_owned()));
    let rows: BTreeMap<String, String> = KEYS.iter().filter_map(|(column, value)| named(column, value)).collect();
    AmendmentContent { rows, says: named("column", "value").into_iter().collect() }
}

/// The form's field for the one that the use case names.
fn field(named: &str) -> &str {
    match named {
        "number" => "_number",
        "rows" => "key_value",
        "says" => "value",
        other => other,
    }
}

async fn page<'a>(visit: &'a Visit, platform: &Platform, id: ReleaseId, form: Form) -> Result<Page<'a>, PlatformError> {
    let release = platform.release(&visit.actor, id).await?;
    let amendments = platform.amendments(&visit.actor, &release.dataset).await?;
    let columns = platform.amendable(&visit.actor, &release.dataset).await?;
    let kind = |kind: AmendmentKind| {
        let hint = visit.t_of("platform-amendment-means", kind.name());
        Choice::new(kind.name(), visit.t_of("platform-amendment", kind.name())).hint(hint)
    };
    Ok(Page {
        visit,
        crumbs: way_to(visit, &release),
        form,
        release,
        amendments,
        kinds: AmendmentKind::ALL.map(kind).into(),
        columns: columns.into_iter().map(|name| Choice::new(name.clone(), name)).collect(),
    })
}
