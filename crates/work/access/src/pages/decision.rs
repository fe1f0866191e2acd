//! The decision as a page and as an accessible letter.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State as Service,
    http::header,
    response::{IntoResponse as _, Response},
};
use varde_core::ApplicationId;
use varde_documents::{Letter, Section, Table, letter as set_letter};
use varde_permit::AssessedAsLarge;
use varde_web::{
    Failure, Id, Visit,
    ui::{Link, Tone},
};

use super::{shown, updates_form};
use crate::{
    AccessError, AccessService,
    model::{Application, Assessment, CRITERIA, Decision},
    service::File,
};

/// A criterion as it was found.
struct Found {
    name: String,
    basis: String,
    finding: String,
    reason: String,
}

/// A variable as it was granted.
struct Granted {
    name: String,
    path: String,
    granularity: String,
}

#[derive(Template)]
#[template(path = "decision.html")]
struct DecisionPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    id: ApplicationId,
    application: Application,
    decision: Decision,
    outcome: String,
    tone: Tone,
    valid: String,
    updates: Option<String>,
    large: Option<AssessedAsLarge>,
    decided_by: String,
    found: Vec<Found>,
    granted: Vec<Granted>,
    conditions: Vec<(String, String)>,
}

/// `GET /soknader/{id}/vedtak`
pub(super) async fn show(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id(id): Id<ApplicationId>,
) -> Result<Response, Failure> {
    let page = page(&service, &visit, id).await?;
    Ok(visit.page(page))
}

async fn page<'a>(
    service: &AccessService,
    visit: &'a Visit,
    id: ApplicationId,
) -> Result<DecisionPage<'a>, AccessError> {
    let file = service.file(&visit.actor, id).await?;
    let matter = file.matter();
    let File { application, decision, assessments, .. } = file;
    let decision = decision.ok_or(AccessError::NotFound)?;
    let by = decision.decided_by;
    let mut names = service.ports().directory.names(&visit.actor, &matter, &[by]).await;
    let rows = shown::variables(service.ports(), visit, &application).await;
    let granted = decision
        .variables
        .iter()
        .map(|granted| {
            let path = granted.variable.to_string();
            let name = rows.iter().find(|r| r.path == path).map_or_else(|| path.clone(), |r| r.name.clone());
            Granted { name, path, granularity: shown::permitted(visit, granted, &[]) }
        })
        .collect();
    let conditions = decision.permit(&application, varde_core::PermitId::from_uuid(uuid::Uuid::nil())).map_or_else(
        Vec::new,
        |permit| {
            let shown = permit.conditions.iter();
            shown.map(|c| (visit.local(&c.text).to_owned(), c.legal_basis.to_string())).collect()
        },
    );
    Ok(DecisionPage {
        visit,
        crumbs: vec![
            Link::new("/soknader", visit.t("access-applications")),
            Link::new(format!("/soknader/{id}"), application.reference.clone()),
        ],
        id,
        outcome: visit.t_of("access-decided", decision.outcome.name()),
        tone: shown::outcome_tone(decision.outcome),
        valid: valid(visit, &decision),
        updates: updates_form::words(visit, decision.updates),
        large: decision.large.clone(),
        decided_by: names.remove(&by).unwrap_or_default(),
        found: found(visit, &assessments),
        granted,
        conditions,
        application,
        decision,
    })
}

/// About how many people, in words.
fn large_words(visit: &Visit, large: &AssessedAsLarge) -> String {
    let people = visit.number(i64::try_from(large.people).unwrap_or(i64::MAX));
    visit.t_with("access-large-words", &[("people", people.into())])
}

fn valid(visit: &Visit, decision: &Decision) -> String {
    decision.valid.map_or_else(String::new, |period| {
        let until = period.until.map(|d| visit.date(d)).unwrap_or_default();
        format!("{} – {until}", visit.date(period.from))
    })
}

fn found(visit: &Visit, assessments: &[Assessment]) -> Vec<Found> {
    CRITERIA
        .iter()
        .filter_map(|criterion| {
            let assessment = assessments.iter().find(|a| a.criterion == criterion.key)?;
            Some(Found {
                name: visit.t_of("access-criterion", criterion.key),
                basis: format!("{} {}", criterion.law, criterion.section),
                finding: visit.t_of("access-finding", assessment.finding.name()),
                reason: assessment.reason.clone(),
            })
        })
        .collect()
}

/// `GET /soknader/{id}/vedtak.pdf`
pub(super) async fn letter(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id(id): Id<ApplicationId>,
) -> Result<Response, Failure> {
    let page = page(&service, &visit, id).await?;
    let sender = service.ports().directory.organisation(page.application.access_body).await;
    let recipient = service.ports().directory.organisation(page.application.organisation).await;
    let letter = write(&page, sender, recipient);
    let pdf = tokio::task::spawn_blocking(move || set_letter(&letter))
        .await
        .map_err(|_| AccessError::NotFound)?
        .map_err(AccessError::from)?;
    let name = format!("attachment; filename=\"vedtak-{}.pdf\"", page.application.reference.replace('/', "-"));
    Ok(([(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, name)], pdf)
        .into_response())
}

fn write(page: &DecisionPage<'_>, sender: String, recipient: String) -> Letter {
    let visit = page.visit;
    let decided = page.decision.decided_at.to_zoned(varde_core::clock::norway()).date();
    let mut facts = vec![
        (visit.t("access-reference"), page.application.reference.clone()),
        (visit.t("access-project"), page.application.content.title.clone()),
        (visit.t("access-date"), visit.date(decided)),
    ];
    if !page.valid.is_empty() {
        facts.push((visit.t("access-valid"), page.valid.clone()));
    }
    if let Some(updates) = &page.updates {
        facts.push((visit.t("access-field-updates"), updates.clone()));
    }
    Letter {
        language: visit.language,
        title: visit.t("access-letter-title"),
        sender,
        recipient,
        date: decided,
        facts,
        sections: sections(page),
        closing: vec![
            visit.t_with("access-letter-decided-by", &[("name", page.decided_by.clone().into())]),
            visit.t("access-letter-complaint"),
        ],
    }
}

fn sections(page: &DecisionPage<'_>) -> Vec<Section> {
    let visit = page.visit;
    let plain = |heading: &str, paragraphs: Vec<String>| Section {
        heading: visit.t(heading),
        paragraphs,
        points: Vec::new(),
        table: None,
    };
    let mut sections = vec![plain("access-letter-decision", vec![page.outcome.clone(), page.decision.reasons.clone()])];
    if !page.granted.is_empty() {
        let mut section = plain(
            "access-letter-granted",
            vec![visit.t_with("access-letter-group", &[("count", i64::from(page.decision.minimum_group).into())])],
        );
        section.table = Some(Table {
            header: vec![visit.t("access-variable"), visit.t("access-path"), visit.t("access-granularity")],
            rows: page.granted.iter().map(|g| vec![g.name.clone(), g.path.clone(), g.granularity.clone()]).collect(),
        });
        sections.push(section);
    }
    let mut assessed = plain("access-letter-assessed", Vec::new());
    assessed.points =
        page.found.iter().map(|f| format!("{} ({}): {}. {}", f.name, f.basis, f.finding, f.reason)).collect();
    sections.push(assessed);
    if let Some(large) = &page.large {
        let check = format!("{}: {}", visit.t("access-large-check"), large.background_check);
        let paragraphs = vec![large_words(visit, large), large.assessment.clone(), check];
        sections.push(plain("access-large-heading", paragraphs));
    }
    if !page.conditions.is_empty() {
        let mut section = plain("access-letter-conditions", Vec::new());
        section.points = page.conditions.iter().map(|(text, basis)| format!("{text} ({basis})")).collect();
        sections.push(section);
    }
    sections
}
