//! The access body's desk.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State as Service, http::StatusCode, response::Response};
use varde_core::ApplicationId;
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Event, Link, Tone},
};

use super::{application, decide_form, shown, updates_form};
use crate::{
    AccessError, AccessService,
    model::{Application, CRITERIA, Finding, Question},
    service::File,
};

#[derive(Template)]
#[template(path = "desk.html")]
struct DeskPage<'a> {
    visit: &'a Visit,
    rows: Vec<shown::Row>,
}

/// `GET /saker`
pub(super) async fn list(Service(service): Service<Arc<AccessService>>, visit: Visit) -> Result<Response, Failure> {
    let cases = service.desk(&visit.actor).await?;
    let rows = shown::rows(&service, &visit, "/saker", cases).await;
    Ok(visit.page(DeskPage { visit: &visit, rows }))
}

/// One criterion with what was found so far.
struct CriterionRow {
    key: &'static str,
    basis: String,
    form: Form,
    assessed: bool,
    /// What was found, in words; empty until it is.
    found: String,
    /// Shown unfolded: what is wrong, or else the first that is left to do.
    open: bool,
}

/// What the handler does next, and where on the page or elsewhere.
struct Next {
    text: String,
    link: Option<Link>,
}

/// Which parts of the page are shown unfolded: what is to be done now. What is done folds itself.
struct Open {
    content: bool,
    questions: bool,
    decision: bool,
}

#[derive(Template)]
#[template(path = "case.html")]
struct CasePage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    application: Application,
    organisation: String,
    purpose: String,
    legal_bases: String,
    state: String,
    tone: Tone,
    cohort: Vec<String>,
    period: String,
    persons: Vec<String>,
    events: Vec<Event>,
    questions: Vec<Question>,
    fields: Vec<Choice>,
    criteria: Vec<CriterionRow>,
    findings: Vec<Choice>,
    grants: Vec<decide_form::GrantRow>,
    /// How often the project may be granted updates; empty when it asks for none.
    rhythms: Vec<Choice>,
    /// How many people it would reach, for whoever decides.
    reach: Option<decide_form::ReachShown>,
    /// What it asks for of updates, in words.
    updates: Option<String>,
    outcomes: Vec<Choice>,
    rule_sets: Vec<Choice>,
    next: Next,
    outcome: Option<shown::OutcomeShown>,
    news: Vec<(String, String)>,
    open: Open,
    /// The form that was posted last: `question`, `assessment-<key>` or `decision`.
    ask_form: Form,
    decision_form: Form,
}

impl CasePage<'_> {
    fn field_name(&self, field: &str) -> String {
        self.visit.t_of("access-field", field)
    }
}

/// The fields a question can be about.
const FIELDS: [&str; 8] =
    ["title", "summary", "purpose", "legal_bases", "ethics_approval", "cohort", "variables", "persons"];

/// Which of the page's forms was posted with something wrong.
enum Posted {
    Nothing,
    Question(Form),
    Assessment(String, Form),
    Decision(Form),
}

/// `GET /saker/{id}`
pub(super) async fn show(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id(id): Id<ApplicationId>,
) -> Result<Response, Failure> {
    case_page(&service, &visit, id, Posted::Nothing).await
}

async fn case_page(
    service: &AccessService,
    visit: &Visit,
    id: ApplicationId,
    posted: Posted,
) -> Result<Response, Failure> {
    let file = service.file(&visit.actor, id).await?;
    let ports = service.ports();
    let content = &file.application.content;
    let asked = content.need.handover.updates;
    let status = if matches!(posted, Posted::Nothing) { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (ask_form, assessed_form, decision_form) = match posted {
        Posted::Nothing => (Form::new(), None, decide_form::suggested(asked)),
        Posted::Question(form) => (form, None, decide_form::suggested(asked)),
        Posted::Assessment(key, form) => (Form::new(), Some((key, form)), decide_form::suggested(asked)),
        Posted::Decision(form) => (Form::new(), None, form),
    };
    let criteria = criteria(visit, &file, assessed_form.as_ref());
    let open = open(&file, &criteria, &ask_form, &decision_form);
    let names = shown::names(ports, visit, &file).await;
    let page = CasePage {
        visit,
        crumbs: vec![Link::new("/saker", visit.t("access-desk"))],
        organisation: ports.directory.organisation(file.application.organisation).await,
        purpose: visit.t_of("access-purpose", content.purpose.name()),
        legal_bases: content.legal_bases.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        state: visit.t_of("access-state", file.application.state.name()),
        tone: shown::tone(file.application.state),
        cohort: shown::cohort(ports, visit, &content.need).await,
        period: application::period(visit, &file.application),
        persons: shown::by_name(&content.persons, &names),
        events: shown::timeline(visit, &file, &names),
        fields: FIELDS.iter().map(|f| Choice::new(*f, visit.t_of("access-field", f))).collect(),
        findings: Finding::ALL.iter().map(|f| Choice::new(f.name(), visit.t_of("access-finding", f.name()))).collect(),
        grants: decide_form::grant_rows(service, visit, &file.application).await?,
        rhythms: asked.map(|asked| updates_form::up_to(visit, asked.every)).unwrap_or_default(),
        reach: reach(service, visit, &file.application).await?,
        updates: updates_form::words(visit, asked),
        outcomes: ["all", "part", "no"].iter().map(|o| Choice::new(*o, visit.t_of("access-outcome", o))).collect(),
        rule_sets: ["norway", "ehds"]
            .iter()
            .map(|r| {
                Choice::new(*r, visit.t_of("access-rule-set", r)).hint(visit.t(&format!("access-rule-set-{r}-hint")))
            })
            .collect(),
        next: next(visit, &file, &criteria),
        news: shown::news(visit, &file),
        outcome: shown::outcome(ports, visit, &file, shown::Reader::Handler).await,
        criteria,
        open,
        questions: file.questions,
        application: file.application,
        ask_form,
        decision_form,
    };
    Ok(visit.page_with(status, page))
}

/// What remains: an answer, the assessment, the decision, or nothing.
fn next(visit: &Visit, file: &File, criteria: &[CriterionRow]) -> Next {
    let state = file.application.state;
    let link = |href: &str, key: &str| Some(Link::new(href, visit.t(key)));
    let assessed = criteria.iter().filter(|c| c.assessed).count();
    if file.decision.is_some() {
        let href = format!("/soknader/{}/vedtak", file.application.id);
        return Next { text: visit.t("access-case-decided"), link: link(&href, "access-read-decision") };
    }
    if !state.can_handle() {
        return Next { text: visit.t_of("access-next", state.name()), link: None };
    }
    if assessed < criteria.len() {
        let counts = [("done", assessed.into()), ("all", criteria.len().into())];
        return Next {
            text: visit.t_with("access-case-assess", &counts),
            link: link("#vurdering", "access-to-assessment"),
        };
    }
    if !state.can_decide() {
        return Next { text: visit.t("access-case-waiting"), link: link("#sporsmal", "access-to-questions") };
    }
    Next { text: visit.t("access-case-decide"), link: link("#vedtak", "access-to-decision") }
}

/// How many people it would reach, while it can be decided.
async fn reach(
    service: &AccessService,
    visit: &Visit,
    application: &Application,
) -> Result<Option<decide_form::ReachShown>, AccessError> {
    if !application.state.can_decide() {
        return Ok(None);
    }
    let reach = service.reach(&visit.actor, application.id).await?;
    Ok(Some(decide_form::ReachShown::of(visit, reach)))
}

fn open(file: &File, criteria: &[CriterionRow], ask_form: &Form, decision_form: &Form) -> Open {
    let state = file.application.state;
    let done = criteria.iter().all(|c| c.assessed);
    Open {
        content: state.can_handle() && !criteria.iter().any(|c| c.assessed),
        questions: !ask_form.is_valid() || (state.can_handle() && file.questions.iter().any(|q| q.answer.is_none())),
        decision: !decision_form.is_valid() || (state.can_decide() && done),
    }
}

fn criteria(visit: &Visit, file: &File, posted: Option<&(String, Form)>) -> Vec<CriterionRow> {
    let mut rows: Vec<_> = CRITERIA.iter().map(|c| criterion_row(visit, &file.assessments, c, posted)).collect();
    let wrong = rows.iter().any(|row| row.open);
    if !wrong
        && file.application.state.can_handle()
        && let Some(first) = rows.iter_mut().find(|row| !row.assessed)
    {
        first.open = true;
    }
    rows
}

fn criterion_row(
    visit: &Visit,
    assessments: &[crate::model::Assessment],
    criterion: &crate::model::Criterion,
    posted: Option<&(String, Form)>,
) -> CriterionRow {
    let found = assessments.iter().find(|a| a.criterion == criterion.key);
    let field = |part: &str| format!("{part}-{}", criterion.key);
    let form = match posted {
        Some((key, form)) if key == criterion.key => form.clone(),
        _ => found.map_or_else(Form::new, |a| {
            Form::new().with(&field("finding"), a.finding.name()).with(&field("reason"), &a.reason)
        }),
    };
    let basis = format!("{} {}", criterion.law, criterion.section);
    let words =
        |a: &crate::model::Assessment| format!("{}. {}", visit.t_of("access-finding", a.finding.name()), a.reason);
    CriterionRow {
        key: criterion.key,
        basis,
        open: !form.is_valid(),
        form,
        assessed: found.is_some(),
        found: found.map(words).unwrap_or_default(),
    }
}

/// `POST /saker/{id}/sporsmal`
pub(super) async fn ask(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id(id): Id<ApplicationId>,
    form: Form,
) -> Result<Response, Failure> {
    let field = FIELDS.iter().find(|f| **f == form.value("field")).copied().unwrap_or("summary");
    match service.ask(&visit.actor, id, field, form.value("question")).await {
        Ok(_) => Ok(visit.see(&format!("/saker/{id}"))),
        Err(AccessError::Invalid(problems)) => {
            case_page(&service, &visit, id, Posted::Question(form.with_problems(problems))).await
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /saker/{id}/vurdering`
pub(super) async fn assess(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id(id): Id<ApplicationId>,
    form: Form,
) -> Result<Response, Failure> {
    let key = form.value("criterion").to_owned();
    let field = format!("finding-{key}");
    let Some(finding) = Finding::from_name(form.value(&field)) else {
        let problem = varde_core::FieldProblem::new(field, "access-error-finding");
        return case_page(&service, &visit, id, Posted::Assessment(key, form.with_problems([problem]))).await;
    };
    match service.assess(&visit.actor, id, &key, finding, form.value(&format!("reason-{key}"))).await {
        Ok(()) => Ok(visit.see(&format!("/saker/{id}#vurdering"))),
        Err(AccessError::Invalid(problems)) => {
            case_page(&service, &visit, id, Posted::Assessment(key, form.with_problems(problems))).await
        }
        Err(other) => Err(other.into()),
    }
}

/// `POST /saker/{id}/vedtak`
pub(super) async fn decide(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id(id): Id<ApplicationId>,
    form: Form,
) -> Result<Response, Failure> {
    let file = service.file(&visit.actor, id).await?;
    let proposal = match decide_form::proposal(&form, &file.application) {
        Ok(proposal) => proposal,
        Err(problem) => return case_page(&service, &visit, id, Posted::Decision(form.with_problems([problem]))).await,
    };
    match service.decide(&visit.actor, id, &proposal).await {
        Ok(_) => Ok(visit.see(&format!("/saker/{id}"))),
        Err(AccessError::CannotDecide(refused)) => {
            let problem = varde_core::FieldProblem::new(refused.field(), refused.message());
            case_page(&service, &visit, id, Posted::Decision(form.with_problems([problem]))).await
        }
        Err(other) => Err(other.into()),
    }
}
