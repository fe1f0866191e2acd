//! The application's form: what it offers, saving, counting and sending.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State as Service, http::StatusCode, response::Response};
use varde_core::{ApplicationId, Language, Purpose};
use varde_permit::{Aggregate, Format, Granularity};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Link},
};

use super::{content_form, count_words, design_form, design_words, shown, updates_form};
use crate::{AccessError, AccessService, model::Application, service::DescribedVariable};

/// One needed variable in the form.
struct EditRow {
    place: usize,
    path: String,
    name: String,
    dataset: String,
    choices: Vec<Choice>,
    /// The variables of its dataset by whose codes its rows can be chosen.
    having: Vec<Choice>,
    /// Whether what is made of its rows is shown unfolded.
    open: bool,
}

#[derive(Template)]
#[template(path = "edit.html")]
struct EditPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    id: ApplicationId,
    reference: String,
    form: Form,
    saved: bool,
    count: Vec<String>,
    purposes: Vec<Choice>,
    legal_bases: Vec<Choice>,
    persons: Vec<Choice>,
    cohorts: Vec<Choice>,
    code_variables: Vec<Choice>,
    design_open: bool,
    indices: Vec<Choice>,
    index_as: Vec<Choice>,
    controls_open: bool,
    relatives_open: bool,
    control_areas: Vec<Choice>,
    kinships: Vec<Choice>,
    aggregates: Vec<Choice>,
    rows: Vec<EditRow>,
    formats: Vec<Choice>,
    languages: Vec<Choice>,
    updates: Vec<Choice>,
}

/// `GET /soknader/{id}/rediger`
pub(super) async fn edit(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id(id): Id<ApplicationId>,
) -> Result<Response, Failure> {
    let file = service.file(&visit.actor, id).await?;
    if !file.application.state.can_edit() {
        return Ok(visit.see(&format!("/soknader/{id}")));
    }
    let form = content_form::to_form(&file.application.content, file.application.revision);
    edit_page(&service, &visit, &file.application, form, EditNews::default(), StatusCode::OK).await
}

/// The fields of the design that are folded away while nobody uses them.
const DESIGN_FIELDS: [&str; 13] = [
    "index",
    "index_day",
    "index_variable",
    "index_codes",
    "index_times",
    "index_apart",
    "index_until",
    "age_from",
    "age_until",
    "controls",
    "controls_years",
    "relatives",
    "index_as",
];

/// Which event gives the index date.
fn indices(visit: &Visit) -> Vec<Choice> {
    let events = design_form::WHICH.iter().map(|(name, _)| *name);
    let names = ["none"].into_iter().chain(events).chain(["day"]);
    names.map(|name| Choice::new(name, visit.t_of("access-index", name))).collect()
}

fn control_areas(visit: &Visit) -> Vec<Choice> {
    let names = ["anywhere"].into_iter().chain(design_form::AREAS.iter().map(|(name, _)| *name));
    names.map(|name| Choice::new(name, visit.t_of("access-control-area", name))).collect()
}

/// What can be made of a variable's rows.
fn aggregates(visit: &Visit) -> Vec<Choice> {
    let figures = Aggregate::ALL.into_iter();
    let figures = figures.map(|one| Choice::new(one.name(), visit.t(design_words::aggregate_key(one))));
    std::iter::once(Choice::new("rows", visit.t("access-aggregate-rows"))).chain(figures).collect()
}

/// Whether a part of the form that is folded away holds something, or something wrong.
fn in_use(form: &Form, fields: &[&str]) -> bool {
    fields.iter().any(|field| form.error(field).is_some() || !matches!(form.value(field), "" | "none" | "rows"))
}

/// The application's variables of the same dataset by whose codes the rows can be chosen.
fn having(visit: &Visit, described: &[DescribedVariable], path: &str) -> Vec<Choice> {
    let dataset = path.rsplit_once('/').map(|(dataset, _)| dataset);
    let beside =
        |one: &&DescribedVariable| one.is_code && one.path.as_str().rsplit_once('/').map(|(d, _)| d) == dataset;
    let all = Choice::new("none", visit.t("access-having-all"));
    let coded = described.iter().filter(beside);
    std::iter::once(all).chain(coded.map(|d| Choice::new(d.path.as_str(), visit.local(&d.name).to_owned()))).collect()
}

/// How finely the index date itself can be delivered.
fn index_as(visit: &Visit) -> Vec<Choice> {
    let dates = [Granularity::AsIs, Granularity::Month, Granularity::Year];
    let choice = |one: Granularity| Choice::new(content_form::granularity_code(one), shown::granularity(visit, one));
    std::iter::once(Choice::new("none", visit.t("access-index-as-none"))).chain(dates.map(choice)).collect()
}

/// The formats that can come beside Parquet.
fn formats(visit: &Visit) -> Vec<Choice> {
    let beside = Format::ALL.into_iter().filter(|format| *format != Format::Parquet);
    let choice = |format: Format| {
        let hint = visit.t_of("access-format-hint", format.name());
        Choice::new(format.name(), visit.t_of("access-format", format.name())).hint(hint)
    };
    beside.map(choice).collect()
}

/// What the page says beside the form.
#[derive(Default)]
struct EditNews {
    saved: bool,
    count: Vec<String>,
}

async fn edit_page(
    service: &AccessService,
    visit: &Visit,
    application: &Application,
    form: Form,
    news: EditNews,
    status: StatusCode,
) -> Result<Response, Failure> {
    let ports = service.ports();
    let paths: Vec<_> = form.all("variable").iter().filter_map(|p| p.parse().ok()).collect();
    let described = ports.variables.describe(&paths).await?;
    let colleagues = ports.directory.colleagues(&visit.actor, application.organisation).await;
    let rows = form.all("variable").iter().enumerate().map(|(place, path)| {
        let found = described.iter().find(|d| d.path.as_str() == path);
        let choices = found.map_or_else(Vec::new, |d| {
            d.granularities
                .iter()
                .map(|g| Choice::new(content_form::granularity_code(*g), shown::granularity(visit, *g)))
                .collect()
        });
        EditRow {
            place,
            path: path.clone(),
            name: found.map_or_else(|| path.clone(), |d| visit.local(&d.name).to_owned()),
            dataset: found.map_or_else(String::new, |d| visit.local(&d.dataset).to_owned()),
            choices,
            having: having(visit, &described, path),
            open: ["aggregate", "window_from", "window_until", "having", "having_codes", "figure"]
                .iter()
                .any(|field| in_use(&form, &[&format!("{field}_{place}")])),
        }
    });
    let rows: Vec<EditRow> = rows.collect();
    let coded = described.iter().filter(|d| d.is_code);
    let mut cohorts = vec![
        Choice::new("everyone", visit.t("access-cohort-everyone")),
        Choice::new("code", visit.t("access-cohort-code")),
    ];
    if form.has("cohort", "other") {
        cohorts.push(Choice::new("other", visit.t("access-cohort-other")));
    }
    let page = EditPage {
        visit,
        crumbs: vec![
            Link::new("/soknader", visit.t("access-applications")),
            Link::new(format!("/soknader/{}", application.id), application.reference.clone()),
        ],
        id: application.id,
        reference: application.reference.clone(),
        saved: news.saved,
        count: news.count,
        purposes: Purpose::ALL.iter().map(|p| Choice::new(p.name(), visit.t_of("access-purpose", p.name()))).collect(),
        legal_bases: content_form::LEGAL_BASES
            .iter()
            .map(|(code, law, section)| {
                Choice::new(*code, visit.t_of("access-basis", code)).hint(format!("{law} {section}"))
            })
            .collect(),
        persons: colleagues.into_iter().map(|(id, name)| Choice::new(id.to_string(), name)).collect(),
        cohorts,
        code_variables: coded
            .map(|d| Choice::new(d.path.as_str(), format!("{} – {}", visit.local(&d.dataset), visit.local(&d.name))))
            .collect(),
        design_open: in_use(&form, &DESIGN_FIELDS),
        indices: indices(visit),
        index_as: index_as(visit),
        controls_open: in_use(&form, &["controls", "controls_years", "controls_area"]),
        relatives_open: in_use(&form, &["relatives"]),
        control_areas: control_areas(visit),
        kinships: design_form::KINSHIPS
            .iter()
            .map(|(name, _)| Choice::new(*name, visit.t_of("access-kinship", name)))
            .collect(),
        aggregates: aggregates(visit),
        rows,
        formats: formats(visit),
        languages: Language::ALL.into_iter().map(|l| Choice::new(l.tag(), l.own_name())).collect(),
        updates: updates_form::choices(visit),
        form,
    };
    Ok(visit.page_with(status, page))
}

/// `POST /soknader/{id}/rediger`: saves, and then counts or sends when that button was pressed.
pub(super) async fn save(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id(id): Id<ApplicationId>,
    form: Form,
) -> Result<Response, Failure> {
    let file = service.file(&visit.actor, id).await?;
    let (revision, content) = match content_form::from_form(&form, &file.application.content) {
        Ok(read) => read,
        Err(problems) => return wrong(&service, &visit, &file.application, form.with_problems(problems)).await,
    };
    match service.save(&visit.actor, id, revision, &content).await {
        Ok(()) => {}
        Err(AccessError::Invalid(problems)) => {
            return wrong(&service, &visit, &file.application, form.with_problems(problems)).await;
        }
        Err(AccessError::Changed) => {
            let problem = varde_core::FieldProblem::new("title", "access-error-changed");
            return wrong(&service, &visit, &file.application, form.with_problems([problem])).await;
        }
        Err(other) => return Err(other.into()),
    }
    match form.value("then") {
        "send" => send(&service, &visit, id).await,
        "count" => {
            let count = service.count(&visit.actor, id).await?;
            let count = count_words::tried(&service, &visit, count).await;
            saved(&service, &visit, id, EditNews { saved: true, count }).await
        }
        _ => saved(&service, &visit, id, EditNews { saved: true, count: Vec::new() }).await,
    }
}

async fn wrong(
    service: &AccessService,
    visit: &Visit,
    application: &Application,
    form: Form,
) -> Result<Response, Failure> {
    edit_page(service, visit, application, form, EditNews::default(), StatusCode::UNPROCESSABLE_ENTITY).await
}

async fn saved(service: &AccessService, visit: &Visit, id: ApplicationId, news: EditNews) -> Result<Response, Failure> {
    let file = service.file(&visit.actor, id).await?;
    let form = content_form::to_form(&file.application.content, file.application.revision);
    edit_page(service, visit, &file.application, form, news, StatusCode::OK).await
}

async fn send(service: &AccessService, visit: &Visit, id: ApplicationId) -> Result<Response, Failure> {
    match service.submit(&visit.actor, id).await {
        Ok(()) => Ok(visit.see(&format!("/soknader/{id}"))),
        Err(error @ (AccessError::Incomplete(_) | AccessError::Invalid(_))) => {
            let file = service.file(&visit.actor, id).await?;
            let form = content_form::to_form(&file.application.content, file.application.revision)
                .with_problems(varde_core::Problem::fields(&error));
            wrong(service, visit, &file.application, form).await
        }
        Err(other) => Err(other.into()),
    }
}
