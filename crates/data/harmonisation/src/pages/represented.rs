//! Represented variables: the variables of the sources side by side; described, changed.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use varde_core::{FieldProblem, LocalisedText, Problem as _};
use varde_metadata::{Code, DataType};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Event, Link},
};

use super::{
    HOME, crumbs, day, localised, query, seen,
    shown::{self, Row, Words},
    with_localised,
};
use crate::{
    Harmonisation, HarmonisationError, RelationView, RepresentedView,
    concept::{ConceptId, Represented, RepresentedId},
    relation::State as RelationState,
    service::DESCRIBE,
};

#[derive(Template)]
#[template(path = "harmonisation/represented.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    as_at: Option<String>,
    path: String,
    id: RepresentedId,
    name: Words,
    definition: Words,
    facts: Vec<(String, String)>,
    codes: Vec<(String, Words)>,
    /// The variables that hold, side by side.
    holds: Vec<Row>,
    /// For each code of the represented variable the codes of each of those.
    matrix: Vec<(String, Words, Vec<String>)>,
    /// Their codes that become nothing.
    left: Vec<String>,
    headers: Vec<String>,
    others: Vec<Row>,
    events: Vec<Event>,
    describes: bool,
    proposes: bool,
}

/// `GET /harmonisering/variabler/{id}?dag=…`.
pub(super) async fn show(
    State(service): State<Harmonisation>,
    visit: Visit,
    Id(id): Id<RepresentedId>,
    raw: RawQuery,
) -> Result<Response, Failure> {
    let form = query(raw);
    let (day, wrong) = day(&form, service.today());
    let view = service.represented(&visit.actor, id, day).await?;
    let status = if wrong.is_none() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut crumbs = crumbs(&visit);
    let concept = &view.concept;
    crumbs.push(Link::new(format!("{HOME}/begreper/{}", concept.id), visit.local(&concept.content.name)));
    let (holds, others): (Vec<&RelationView>, Vec<&RelationView>) =
        view.relations.iter().partition(|one| one.state == RelationState::Accepted);
    let content = &view.represented.content;
    let page = Page {
        crumbs,
        as_at: day.map(|day| visit.date(day)),
        path: format!("{HOME}/variabler/{id}"),
        id,
        name: Words::of(&visit, &content.name),
        definition: Words::of(&visit, &content.definition),
        facts: facts(&visit, &view),
        codes: content.codes.iter().map(|code| (code.value.clone(), Words::of(&visit, &code.text))).collect(),
        headers: headers(&visit, &holds),
        matrix: matrix(&visit, content, &holds),
        left: left(&visit, &holds),
        holds: holds.iter().map(|one| Row::of(&visit, one)).collect(),
        others: others.iter().map(|one| Row::of(&visit, one)).collect(),
        events: shown::versions(&visit, &view.history, |one| &one.name),
        describes: day.is_none() && service.may(&visit.actor, DESCRIBE),
        proposes: day.is_none() && service.proposes(&visit.actor),
        form: form.with_problems(wrong),
        visit: &visit,
    };
    Ok(visit.page_with(status, page))
}

fn facts(visit: &Visit, view: &RepresentedView) -> Vec<(String, String)> {
    let content = &view.represented.content;
    let mut facts = vec![
        (visit.t("harmonisation-concept"), visit.local(&view.concept.content.name).to_owned()),
        (visit.t("harmonisation-type-of"), visit.t_of("harmonisation-type", content.data_type.name())),
    ];
    let more = [("harmonisation-unit", &content.unit), ("harmonisation-code-system", &content.code_system)];
    facts.extend(more.into_iter().filter_map(|(key, value)| Some((visit.t(key), value.clone()?))));
    facts
}

/// The columns of the codes side by side: the represented variable's, and then each variable's.
fn headers(visit: &Visit, holds: &[&RelationView]) -> Vec<String> {
    let own = [visit.t("harmonisation-code"), visit.t("harmonisation-means")];
    let of = |one: &&RelationView| format!("{}: {}", visit.local(&one.from.source), visit.local(&one.from.name));
    own.into_iter().chain(holds.iter().map(of)).collect()
}

fn matrix(visit: &Visit, content: &Represented, holds: &[&RelationView]) -> Vec<(String, Words, Vec<String>)> {
    let cell = |code: &Code, one: &&RelationView| {
        let own = one.codes.iter().filter(|line| line.to.as_deref() == Some(code.value.as_str()));
        let own: Vec<String> = own.map(|line| format!("{} {}", line.code, visit.local(&line.text))).collect();
        if own.is_empty() { "–".to_owned() } else { own.join("; ") }
    };
    let line = |code: &Code| {
        let cells = holds.iter().map(|one| cell(code, one)).collect();
        (code.value.clone(), Words::of(visit, &code.text), cells)
    };
    content.codes.iter().map(line).collect()
}

/// Codes of the variables that become no code of the represented variable, in words.
fn left(visit: &Visit, holds: &[&RelationView]) -> Vec<String> {
    let of = |one: &&RelationView| {
        let codes = one.codes.iter().filter(|line| line.to.is_none());
        let codes: Vec<String> = codes.map(|line| format!("{} {}", line.code, visit.local(&line.text))).collect();
        let source = visit.local(&one.from.source).to_owned();
        (!codes.is_empty()).then(|| {
            visit.t_with("harmonisation-left", &[("source", source.into()), ("codes", codes.join("; ").into())])
        })
    };
    holds.iter().filter_map(of).collect()
}

#[derive(Template)]
#[template(path = "harmonisation/represented_form.html")]
struct FormPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    types: Vec<Choice>,
    title: String,
    back: String,
}

async fn form_page(
    service: &Harmonisation,
    visit: &Visit,
    form: Form,
    (concept, id): (ConceptId, Option<RepresentedId>),
) -> Result<Response, Failure> {
    let view = service.concept(&visit.actor, concept, None).await?;
    let status = if form.is_valid() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let mut crumbs = crumbs(visit);
    let of_concept = format!("{HOME}/begreper/{concept}");
    crumbs.push(Link::new(&of_concept, visit.local(&view.concept.content.name)));
    let kind = |kind: &DataType| Choice::new(kind.name(), visit.t_of("harmonisation-type", kind.name()));
    let title = if id.is_some() { "harmonisation-represented-change" } else { "harmonisation-represented-new" };
    let page = FormPage {
        visit,
        crumbs,
        form,
        types: DataType::ALL.iter().map(kind).collect(),
        title: visit.t(title),
        back: id.map_or(of_concept, |id| format!("{HOME}/variabler/{id}")),
    };
    Ok(visit.page_with(status, page))
}

/// `GET /harmonisering/begreper/{id}/ny`.
pub(super) async fn new(
    State(service): State<Harmonisation>,
    visit: Visit,
    Id(concept): Id<ConceptId>,
) -> Result<Response, Failure> {
    service.check_bench(&visit.actor, DESCRIBE).await?;
    form_page(&service, &visit, Form::new(), (concept, None)).await
}

/// `POST /harmonisering/begreper/{id}/ny`.
pub(super) async fn add(
    State(service): State<Harmonisation>,
    visit: Visit,
    Id(concept): Id<ConceptId>,
    form: Form,
) -> Result<Response, Failure> {
    describe(&service, &visit, form, (concept, None)).await
}

/// `GET /harmonisering/variabler/{id}/endre`.
pub(super) async fn edit(
    State(service): State<Harmonisation>,
    visit: Visit,
    Id(id): Id<RepresentedId>,
) -> Result<Response, Failure> {
    service.check_bench(&visit.actor, DESCRIBE).await?;
    let view = service.represented(&visit.actor, id, None).await?;
    let content = &view.represented.content;
    let codes: Vec<String> = content.codes.iter().map(code_line).collect();
    let form = with_localised(Form::new(), "name", &content.name);
    let form = with_localised(form, "definition", &content.definition)
        .with("data_type", content.data_type.name())
        .with("unit", content.unit.clone().unwrap_or_default())
        .with("code_system", content.code_system.clone().unwrap_or_default())
        .with("codes", codes.join("\n"))
        .with("seen", view.represented.number.to_string());
    form_page(&service, &visit, form, (content.concept, Some(id))).await
}

/// `POST /harmonisering/variabler/{id}/endre`.
pub(super) async fn change(
    State(service): State<Harmonisation>,
    visit: Visit,
    Id(id): Id<RepresentedId>,
    form: Form,
) -> Result<Response, Failure> {
    let concept = service.represented(&visit.actor, id, None).await?.represented.content.concept;
    describe(&service, &visit, form, (concept, Some(id))).await
}

async fn describe(
    service: &Harmonisation,
    visit: &Visit,
    form: Form,
    (concept, id): (ConceptId, Option<RepresentedId>),
) -> Result<Response, Failure> {
    let outcome = match read(&form, concept) {
        Ok(represented) => {
            service.describe_represented(&visit.actor, id.map(|id| (id, seen(&form))), &represented).await
        }
        Err(problem) => {
            service.check_bench(&visit.actor, DESCRIBE).await?;
            Err(HarmonisationError::Invalid(vec![problem]))
        }
    };
    match outcome {
        Ok(id) => Ok(visit.see(&format!("{HOME}/variabler/{id}"))),
        Err(error @ HarmonisationError::Invalid(_)) => {
            form_page(service, visit, form.with_problems(error.fields()), (concept, id)).await
        }
        Err(error) => Err(error.into()),
    }
}

fn read(form: &Form, concept: ConceptId) -> Result<Represented, FieldProblem> {
    let data_type = DataType::from_name(form.value("data_type"))
        .ok_or_else(|| FieldProblem::new("data_type", "harmonisation-error-type"))?;
    let given = |field: &str| form.given(field).map(|text| text.trim().to_owned());
    let lines = form.value("codes").lines().filter(|line| !line.trim().is_empty());
    let codes = lines.map(code).collect::<Option<Vec<Code>>>();
    Ok(Represented {
        concept,
        name: localised(form, "name"),
        definition: localised(form, "definition"),
        data_type,
        unit: given("unit"),
        code_system: given("code_system"),
        codes: codes.ok_or_else(|| FieldProblem::new("codes", "harmonisation-error-codes"))?,
    })
}

/// A code as the form writes it: `1 = Mann | Mann | Man`.
fn code(line: &str) -> Option<Code> {
    let (value, texts) = line.split_once('=')?;
    let mut texts = texts.split('|').map(|text| text.trim().to_owned());
    let mut next = || texts.next().unwrap_or_default();
    let text = LocalisedText { nb: next(), nn: next(), en: next() };
    Some(Code { value: value.trim().to_owned(), text, from: None, until: None })
}

fn code_line(code: &Code) -> String {
    let texts = [&code.text.nb, &code.text.nn, &code.text.en].map(String::as_str);
    let used = texts.iter().rposition(|text| !text.is_empty()).map_or(0, |at| at + 1);
    format!("{} = {}", code.value, texts[..used].join(" | "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_they_are_written() {
        for line in ["1 = Mann | Mann | Man", "0 = Aldri", "9 = Ukjent |  | Unknown"] {
            let read = code(line).unwrap();
            assert_eq!(code(&code_line(&read)), Some(read), "{line}");
        }
        assert_eq!(code("uten tegn"), None);
    }
}
