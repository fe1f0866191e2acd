//! Rows that could not be used, and what a steward does about them.

use askama::Template;
use axum::{extract::State, response::Response};
use varde_core::{FieldProblem, ReleaseId};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Link},
};

use super::{Asked, answer, way_to};
use crate::{
    Decision, DecisionKind, IngestionState, Platform, PlatformError, Quarantine, ReleaseRecord, ReleaseStatus,
    Underway, import::Reason, model::lines,
};

#[derive(Template)]
#[template(path = "quarantine.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    form: Form,
    release: ReleaseRecord,
    quarantine: Quarantine,
    groups: Vec<Choice>,
    renewal: Option<Underway>,
    /// Whether the reader may do something about it.
    settles: bool,
    renewable: bool,
}

impl Page<'_> {
    fn group(&self, reason: &Reason, column: &str) -> String {
        told(self.visit, *reason, column)
    }

    fn lines(&self, lines: &[u64], open: &u64) -> String {
        if lines.is_empty() {
            return "–".to_owned();
        }
        let all = lines.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        if (lines.len() as u64) < *open { format!("{all} …") } else { all }
    }

    fn decided(&self, decision: &Decision) -> String {
        let what = self.visit.t_of("platform-quarantine-did", decision.kind.name());
        match &decision.group {
            None => what,
            Some((reason, column)) => format!("{what}: {}", told(self.visit, *reason, column)),
        }
    }

    fn which(&self, decision: &Decision) -> String {
        match decision.kind {
            DecisionKind::Accepted if decision.lines.is_empty() => self.visit.t("platform-quarantine-whole-group"),
            DecisionKind::Accepted => self.lines(&decision.lines, &0),
            _ => "–".to_owned(),
        }
    }

    fn underway(&self) -> Option<(u64, u64)> {
        let renewal = self.renewal.as_ref().filter(|r| r.ingestion.state == IngestionState::Open)?;
        Some((renewal.done, renewal.ingestion.rows))
    }

    fn ended(&self, state: &str) -> bool {
        self.renewal.as_ref().is_some_and(|renewal| renewal.ingestion.state.name() == state)
    }
}

fn told(visit: &Visit, reason: Reason, column: &str) -> String {
    let why = visit.t_of("platform-reason", reason.name());
    if column.is_empty() { why } else { format!("{why} ({column})") }
}

/// `GET /register/{id}/karantene`.
pub(super) async fn show((visit, State(platform), Id(id)): Asked<ReleaseId>) -> Result<Response, Failure> {
    let page = page(&visit, &platform, id, Form::new()).await?;
    Ok(visit.page(page))
}

/// `POST /register/{id}/karantene/godta`.
pub(super) async fn accept(
    (visit, State(platform), Id(id)): Asked<ReleaseId>,
    form: Form,
) -> Result<Response, Failure> {
    let group = form.value("group");
    // What is about the whole row has no column.
    let (reason, column) = group.split_once(' ').unwrap_or((group, ""));
    let done = match (Reason::from_name(reason), lines(form.value("lines"))) {
        (Some(reason), Some(lines)) => {
            platform.accept_loss(&visit.actor, id, (reason, column), &lines, form.value("because")).await
        }
        (None, _) => Err(wrong("group", "platform-error-group")),
        (_, None) => Err(wrong("lines", "platform-error-lines")),
    };
    let again = |problems| page(&visit, &platform, id, form.with_problems(problems));
    answer(&visit, done, format!("/register/{id}/karantene"), again).await
}

/// `POST /register/{id}/karantene/bestill`.
pub(super) async fn ask((visit, State(platform), Id(id)): Asked<ReleaseId>, form: Form) -> Result<Response, Failure> {
    let done = platform.ask_for_delivery(&visit.actor, id, form.value("request")).await;
    // The use case calls every reason so; this page has two.
    let here = |problems: Vec<FieldProblem>| problems.into_iter().map(|p| FieldProblem::new("request", &p.message));
    let again = |problems| page(&visit, &platform, id, form.with_problems(here(problems)));
    answer(&visit, done, format!("/register/{id}/karantene"), again).await
}

/// `POST /register/{id}/karantene/koble`.
pub(super) async fn renew((visit, State(platform), Id(id)): Asked<ReleaseId>) -> Result<Response, Failure> {
    platform.renew(&visit.actor, id).await?;
    Ok(visit.see(&format!("/register/{id}/karantene")))
}

fn wrong(field: &str, message: &str) -> PlatformError {
    PlatformError::Invalid(vec![FieldProblem::new(field, message)])
}

async fn page<'a>(visit: &'a Visit, platform: &Platform, id: ReleaseId, form: Form) -> Result<Page<'a>, PlatformError> {
    let release = platform.release(&visit.actor, id).await?;
    let quarantine = platform.quarantine(&visit.actor, id).await?;
    let renewal = platform.renewal_of(&visit.actor, id).await?;
    let open = quarantine.groups.iter().filter(|group| group.open > 0);
    let choice = |group: &crate::QuarantineGroup| {
        let value = format!("{} {}", group.reason.name(), group.column);
        Choice::new(value, told(visit, group.reason, &group.column))
            .hint(visit.t_with("platform-quarantine-some", &[("rows", group.open.into())]))
    };
    let settles = platform.settles(&visit.actor, &release);
    let newest = !matches!(release.status, ReleaseStatus::Superseded | ReleaseStatus::Withdrawn);
    let at_rest = renewal.as_ref().is_none_or(|renewal| renewal.ingestion.state != IngestionState::Open);
    Ok(Page {
        visit,
        crumbs: way_to(visit, &release),
        form,
        groups: open.map(choice).collect(),
        renewable: settles && newest && at_rest,
        release,
        quarantine,
        renewal,
        settles,
    })
}
