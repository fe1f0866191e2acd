//! The applicant's pages.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State as Service},
    http::StatusCode,
    response::Response,
};
use varde_core::{ApplicationId, Language, Purpose};
use varde_permit::{Aggregate, Format};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Event, Link, Step, Tone},
};

use super::{content_form, design_form, design_words, shown};
use crate::{
    AccessError, AccessService, Coarser, CountAnswer, Tried,
    model::{Application, Question},
    service::{File, Seed},
};

#[derive(Template)]
#[template(path = "applications.html")]
struct ListPage<'a> {
    visit: &'a Visit,
    rows: Vec<shown::Row>,
    lists: Vec<Choice>,
    form: Form,
}

/// Shown to whoever acts for nobody: applications are an organisation's.
#[derive(Template)]
#[template(path = "nobody.html")]
struct NobodyPage<'a> {
    visit: &'a Visit,
}

/// `GET /soknader`
pub(super) async fn list(Service(service): Service<Arc<AccessService>>, visit: Visit) -> Result<Response, Failure> {
    list_page(&service, &visit, Form::new(), StatusCode::OK).await
}

/// What `GET /soknader/ny` is asked with.
#[derive(serde::Deserialize)]
pub(super) struct New {
    liste: Option<uuid::Uuid>,
}

/// `GET /soknader/ny?liste=…`: the list page with that list chosen.
pub(super) async fn new(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Query(new): Query<New>,
) -> Result<Response, Failure> {
    let form = new.liste.map_or_else(Form::new, |list| Form::new().with("list", list.to_string()));
    list_page(&service, &visit, form, StatusCode::OK).await
}

async fn list_page(
    service: &AccessService,
    visit: &Visit,
    form: Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    if visit.logged_in() && visit.actor.organisation.is_none() {
        return Ok(visit.page(NobodyPage { visit }));
    }
    let mine = service.mine(&visit.actor).await?;
    let lists = service.ports().variables.lists(&visit.actor).await?;
    let lists = lists
        .into_iter()
        .map(|(id, name, count)| {
            let hint = visit.t_with("access-list-variables", &[("count", (count as i64).into())]);
            Choice::new(id.to_string(), name).hint(hint)
        })
        .collect();
    let rows = shown::rows(service, visit, "/soknader", mine).await;
    Ok(visit.page_with(status, ListPage { visit, rows, lists, form }))
}

/// `POST /soknader`: begins an application from a list of variables.
pub(super) async fn begin(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    form: Form,
) -> Result<Response, Failure> {
    let Ok(list) = form.value("list").parse::<uuid::Uuid>() else {
        let form = form.with_problems([varde_core::FieldProblem::new("list", "access-error-choose-list")]);
        return list_page(&service, &visit, form, StatusCode::UNPROCESSABLE_ENTITY).await;
    };
    let (name, variables) = service.ports().variables.list(&visit.actor, list).await?;
    let seed = Seed { origin: format!("list:{list}"), title: name, variables };
    let id = service.begin(&visit.actor, seed).await?;
    Ok(visit.see(&format!("/soknader/{id}/rediger")))
}

#[derive(Template)]
#[template(path = "application.html")]
struct ShowPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    application: Application,
    state: String,
    tone: Tone,
    steps: Vec<Step>,
    events: Vec<Event>,
    cohort: Vec<String>,
    period: String,
    variables: Vec<shown::VariableRow>,
    persons: Vec<String>,
    questions: Vec<Question>,
    decided: bool,
    outcome: Option<shown::OutcomeShown>,
    news: Vec<(String, String)>,
    /// Whether whoever looks wrote it, and so may answer and take it back.
    own: bool,
    form: Form,
}

impl ShowPage<'_> {
    fn field_name(&self, field: &str) -> String {
        self.visit.t_of("access-field", field)
    }
}

/// `GET /soknader/{id}`
pub(super) async fn show(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id(id): Id<ApplicationId>,
) -> Result<Response, Failure> {
    show_page(&service, &visit, id, Form::new(), StatusCode::OK).await
}

async fn show_page(
    service: &AccessService,
    visit: &Visit,
    id: ApplicationId,
    form: Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    let file = service.file(&visit.actor, id).await?;
    let ports = service.ports();
    let names = shown::names(ports, visit, &file).await;
    let events = shown::timeline(visit, &file, &names);
    let variables = shown::variables(ports, visit, &file.application).await;
    let persons = shown::by_name(&file.application.content.persons, &names);
    let outcome = shown::outcome(ports, visit, &file, shown::Reader::Applicant).await;
    let news = shown::news(visit, &file);
    let File { application, questions, decision, .. } = file;
    let page = ShowPage {
        visit,
        outcome,
        news,
        own: visit.actor.person() == Some(application.applicant),
        crumbs: vec![Link::new("/soknader", visit.t("access-applications"))],
        state: visit.t_of("access-state", application.state.name()),
        tone: shown::tone(application.state),
        steps: shown::steps(visit, application.state),
        events,
        cohort: shown::cohort(ports, visit, &application.content.need).await,
        period: period(visit, &application),
        variables,
        persons,
        questions,
        decided: decision.is_some(),
        form,
        application,
    };
    Ok(visit.page_with(status, page))
}

/// The period of an application in words.
pub(super) fn period(visit: &Visit, application: &Application) -> String {
    let period = application.content.need.period;
    let until = period.until.map(|d| visit.date(d)).unwrap_or_default();
    format!("{} – {until}", visit.date(period.from))
}

/// One needed variable in the form.
struct EditRow {
    place: usize,
    path: String,
    name: String,
    dataset: String,
    choices: Vec<Choice>,
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
    control_areas: Vec<Choice>,
    kinships: Vec<Choice>,
    aggregates: Vec<Choice>,
    rows: Vec<EditRow>,
    formats: Vec<Choice>,
    languages: Vec<Choice>,
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
            open: ["aggregate", "window_from", "window_until"]
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
        control_areas: control_areas(visit),
        kinships: design_form::KINSHIPS
            .iter()
            .map(|(name, _)| Choice::new(*name, visit.t_of("access-kinship", name)))
            .collect(),
        aggregates: aggregates(visit),
        rows,
        formats: formats(visit),
        languages: Language::ALL.into_iter().map(|l| Choice::new(l.tag(), l.own_name())).collect(),
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
            let count = tried_words(&service, &visit, count).await;
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

/// What the need would come to, a sentence for each thing.
async fn tried_words(service: &AccessService, visit: &Visit, tried: Tried) -> Vec<String> {
    let Tried { people, controls, relatives, too_few, proposals } = tried;
    let mut words = vec![count_words(visit, people)];
    let told = |count: CountAnswer| match count {
        CountAnswer::About(people) => {
            let people = visit.number(i64::try_from(people).unwrap_or(i64::MAX));
            visit.t_with("access-count-some", &[("people", people.into())])
        }
        CountAnswer::FewerThanTen => visit.t("access-count-fewer"),
    };
    let with = |key: &str, count: CountAnswer| visit.t_with(key, &[("people", told(count).into())]);
    words.extend(controls.map(|count| with("access-count-controls", count)));
    words.extend(relatives.map(|count| with("access-count-relatives", count)));
    let stands_out = matches!(too_few, Some(CountAnswer::About(_)));
    words.extend(too_few.filter(|_| stands_out).map(|count| with("access-count-too-few", count)));
    if !stands_out {
        return words;
    }
    let paths: Vec<_> = proposals.iter().map(|proposal| proposal.variable.clone()).collect();
    // Without the catalogue the paths are shown: the page is about more than names.
    let known = service.ports().variables.describe(&paths).await.unwrap_or_default();
    for Coarser { variable, instead, too_few } in proposals {
        let variable = shown::named(visit, &variable, &known);
        let left = told(too_few);
        words.push(match instead {
            Some(granularity) => {
                let granularity = shown::granularity(visit, granularity);
                let texts =
                    [("variable", variable.into()), ("granularity", granularity.into()), ("people", left.into())];
                visit.t_with("access-count-coarser", &texts)
            }
            None => visit.t_with("access-count-without", &[("variable", variable.into()), ("people", left.into())]),
        });
    }
    words
}

/// The count in words.
pub(crate) fn count_words(visit: &Visit, count: CountAnswer) -> String {
    match count {
        CountAnswer::About(people) => {
            let people = visit.number(i64::try_from(people).unwrap_or(i64::MAX));
            visit.t_with("access-count-about", &[("people", people.into())])
        }
        CountAnswer::FewerThanTen => visit.t("access-count-few"),
    }
}

/// `POST /soknader/{id}/trekk`
pub(super) async fn withdraw(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id(id): Id<ApplicationId>,
) -> Result<Response, Failure> {
    service.withdraw(&visit.actor, id).await?;
    Ok(visit.see(&format!("/soknader/{id}")))
}

/// `POST /soknader/{id}/kopier`: a new draft with the same content.
pub(super) async fn copy(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id(id): Id<ApplicationId>,
) -> Result<Response, Failure> {
    let copy = service.copy(&visit.actor, id).await?;
    Ok(visit.see(&format!("/soknader/{copy}/rediger")))
}

/// `POST /soknader/{id}/svar/{number}`
pub(super) async fn answer(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id((id, number)): Id<(ApplicationId, i32)>,
    form: Form,
) -> Result<Response, Failure> {
    let field = format!("answer-{number}");
    match service.answer(&visit.actor, id, number, form.value(&field)).await {
        Ok(()) => Ok(visit.see(&format!("/soknader/{id}"))),
        Err(AccessError::Invalid(_)) => {
            let problems = [varde_core::FieldProblem::new(field, "access-error-answer-empty")];
            show_page(&service, &visit, id, form.with_problems(problems), StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(other) => Err(other.into()),
    }
}
