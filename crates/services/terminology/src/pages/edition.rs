//! One edition: where it stands, what it changes, whom it touches; and what its owner can do.

use askama::Template;
use axum::{extract::State, response::Response};
use varde_core::Role;
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Link, Tone},
};

use super::shown::{self, Words};
use crate::{
    Difference, Edition, EditionId, Impact, Kind, Mapping, Rules, Status, Subject, Terminology,
    ports::{Counted, PermitAbout},
    predecessor,
};

/// How many mappings are shown.
const SHOWN: usize = 200;

struct Touched {
    lead: String,
    variables: Vec<(String, Words, Words)>,
    /// Lists, then applications.
    needs: [Needs; 2],
    permits: Vec<(String, String, String)>,
}

/// Lists or applications: in words how many, links to those that the reader may see, and how many more.
struct Needs {
    count: String,
    seen: Vec<(String, String)>,
    others: String,
}

struct MappingRow {
    source: String,
    relation: String,
    target: String,
}

#[derive(Template)]
#[template(path = "terminology/edition.html")]
struct EditionPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    title: String,
    status: String,
    tone: Tone,
    facts: Vec<(String, String)>,
    remarks: Vec<String>,
    changes: Option<(String, String)>,
    impact: Option<Touched>,
    mappings: Vec<MappingRow>,
    rules_in_words: Vec<String>,
    owner: bool,
    draft: bool,
    address: String,
    publish_at: String,
    close_at: String,
    form: Form,
    eyes: Vec<Choice>,
    fhir: String,
}

/// `GET /kodeverk/utgave/{id}`
pub(super) async fn show(
    State(service): State<Terminology>,
    visit: Visit,
    Id(id): Id<EditionId>,
) -> Result<Response, Failure> {
    page(&service, &visit, id, None).await
}

async fn page(service: &Terminology, visit: &Visit, id: EditionId, form: Option<Form>) -> Result<Response, Failure> {
    let edition = service.edition(&visit.actor, id).await?;
    let (kind, key) = (edition.subject.kind(), edition.subject.key());
    let rules = service.rules(&visit.actor, kind, key).await?;
    let owner = visit.actor.is(Role::Steward)
        && edition.subject.owner().is_some()
        && visit.actor.organisation == edition.subject.owner();
    let impact = match owner && kind == Kind::CodeSystem {
        true => Some(touched(visit, &service.impact(&visit.actor, id).await?)),
        false => None,
    };
    let mappings = match kind {
        Kind::ConceptMap => mapping_rows(visit, &service.mappings(&visit.actor, id).await?),
        _ => Vec::new(),
    };
    let name = Words::of(visit, edition.subject.title()).text;
    let title =
        visit.t_with("terminology-edition", &[("name", name.into()), ("version", edition.version.as_str().into())]);
    let filled =
        || Form::new().with("eyes", rules.eyes.to_string()).with("loss_percent", rules.loss_percent.to_string());
    let choice = |value: &str| Choice::new(value, visit.t_of("terminology-eyes", value));
    Ok(visit.page(EditionPage {
        crumbs: shown::crumbs(visit, Some(&edition)),
        title,
        status: visit.t_of("terminology-status", edition.status.name()),
        tone: shown::tone(edition.status),
        facts: facts(visit, &edition),
        remarks: if owner { remarks(visit, &edition) } else { Vec::new() },
        changes: changes(service, visit, &edition).await?,
        impact,
        mappings,
        rules_in_words: rules_of_set(visit, &edition.subject),
        owner,
        draft: edition.status == Status::Draft,
        address: format!("/kodeverk/utgave/{id}"),
        publish_at: format!("/kodeverk/utgave/{id}/publiser"),
        close_at: format!("/kodeverk/utgave/{id}/lukk"),
        form: form.unwrap_or_else(filled),
        eyes: vec![choice("2"), choice("1")],
        fhir: format!("/fhir/r4/{}/{id}", fhir_type(kind)),
        visit,
    }))
}

const fn fhir_type(kind: Kind) -> &'static str {
    match kind {
        Kind::CodeSystem => "CodeSystem",
        Kind::ConceptMap => "ConceptMap",
        Kind::ValueSet => "ValueSet",
    }
}

fn facts(visit: &Visit, edition: &Edition) -> Vec<(String, String)> {
    let mut facts = vec![
        (visit.t("terminology-fact-valid"), shown::period(visit, edition.valid)),
        (visit.t("terminology-fact-size"), visit.number(i64::try_from(edition.size).unwrap_or(i64::MAX))),
        (visit.t("terminology-fact-imported"), visit.time(edition.imported_at)),
    ];
    facts.extend(edition.published_at.map(|at| (visit.t("terminology-fact-published"), visit.time(at))));
    facts.extend(edition.loss_reason.clone().map(|why| (visit.t("terminology-fact-loss"), why)));
    facts.push((visit.t("terminology-fact-digest"), edition.digest.to_string().chars().take(16).collect()));
    facts
}

/// What was worth a look in the file.
fn remarks(visit: &Visit, edition: &Edition) -> Vec<String> {
    edition.remarks.iter().map(|remark| shown::message(visit, &remark.message())).collect()
}

/// What the edition changes against the one before it, and where to read it in full.
async fn changes(service: &Terminology, visit: &Visit, edition: &Edition) -> Result<Option<(String, String)>, Failure> {
    if edition.subject.kind() != Kind::CodeSystem {
        return Ok(None);
    }
    let mut others = service.editions_of(&visit.actor, Kind::CodeSystem, edition.subject.key()).await?;
    others.retain(|other| other.id != edition.id);
    let Some(before) = predecessor(&others, &edition.version, edition.valid.from) else { return Ok(None) };
    let (_, _, difference): (_, _, Difference) = service.difference(&visit.actor, before.id, edition.id).await?;
    let arguments = [
        ("version", before.version.as_str().into()),
        ("added", difference.added.len().into()),
        ("removed", difference.removed.len().into()),
        ("renamed", difference.renamed.len().into()),
        ("moved", difference.moved.len().into()),
    ];
    let address = format!("/kodeverk/endringer/{}/{}", before.id, edition.id);
    Ok(Some((visit.t_with("terminology-changes", &arguments), address)))
}

fn touched(visit: &Visit, impact: &Impact) -> Touched {
    let variable = |used: &crate::ports::UsedBy| {
        (format!("/katalog/variabel/{}", used.path), Words::of(visit, &used.name), Words::of(visit, &used.source))
    };
    let permit = |p: &PermitAbout| {
        let extract = visit.t_of("terminology-extract", p.extract.name());
        (format!("/tillatelser/{}", p.id), p.title.clone(), extract)
    };
    let codes = [("codes", impact.codes.into()), ("added", impact.added.into())];
    Touched {
        lead: visit.t_with("terminology-impact-lead", &codes),
        variables: impact.variables.iter().map(variable).collect(),
        needs: [
            needs(visit, "terminology-impact-lists", &impact.lists),
            needs(visit, "terminology-impact-applications", &impact.applications),
        ],
        permits: impact.permits.iter().map(permit).collect(),
    }
}

fn needs(visit: &Visit, key: &str, counted: &Counted) -> Needs {
    let others = match (counted.seen.len(), counted.others()) {
        (0, _) | (_, 0) => String::new(),
        (_, others) => visit.t_with("terminology-impact-others", &[("count", others.into())]),
    };
    Needs {
        count: visit.t_with(key, &[("count", counted.count.into())]),
        seen: counted.seen.iter().map(|one| (one.href.clone(), one.name.clone())).collect(),
        others,
    }
}

fn mapping_rows(visit: &Visit, mappings: &[Mapping]) -> Vec<MappingRow> {
    let named = |code: &str, display: &str| format!("{code} {display}").trim().to_owned();
    let mut rows = Vec::new();
    for mapping in mappings.iter().take(SHOWN) {
        let source = named(&mapping.code, &mapping.display);
        if mapping.targets.is_empty() {
            let target = visit.t("terminology-map-nothing");
            rows.push(MappingRow { source: source.clone(), relation: String::new(), target });
        }
        rows.extend(mapping.targets.iter().map(|target| MappingRow {
            source: source.clone(),
            relation: visit.t_of("terminology-relation", target.relation.short()),
            target: named(&target.code, &target.display),
        }));
    }
    rows
}

/// The rules of a value set, each in a line.
fn rules_of_set(visit: &Visit, subject: &Subject) -> Vec<String> {
    let Subject::ValueSet(set) = subject else { return Vec::new() };
    let line = |rule: &crate::Include, key: &str| {
        let system = rule.system.clone().unwrap_or_default();
        let filters: Vec<String> =
            rule.filters.iter().map(|f| format!("{} {} {}", f.property, f.op, f.value)).collect();
        let codes: Vec<&str> = rule.concepts.iter().take(20).map(|c| c.code.as_str()).collect();
        let what = [filters.join(", "), codes.join(", "), rule.value_sets.join(", ")];
        let what: Vec<String> = what.into_iter().filter(|part| !part.is_empty()).collect();
        let what = if what.is_empty() { visit.t("terminology-rule-all") } else { what.join("; ") };
        visit.t_with(key, &[("system", system.into()), ("what", what.into())])
    };
    let include = set.include.iter().map(|rule| line(rule, "terminology-rule-include"));
    include.chain(set.exclude.iter().map(|rule| line(rule, "terminology-rule-exclude"))).collect()
}

/// `POST /kodeverk/utgave/{id}/publiser`
pub(super) async fn publish(
    State(service): State<Terminology>,
    visit: Visit,
    Id(id): Id<EditionId>,
) -> Result<Response, Failure> {
    service.publish(&visit.actor, id).await?;
    Ok(visit.see(&format!("/kodeverk/utgave/{id}")))
}

/// `POST /kodeverk/utgave/{id}/lukk`
pub(super) async fn close(
    State(service): State<Terminology>,
    visit: Visit,
    Id(id): Id<EditionId>,
) -> Result<Response, Failure> {
    service.close(&visit.actor, id).await?;
    Ok(visit.see(&format!("/kodeverk/utgave/{id}")))
}

/// `POST /kodeverk/utgave/{id}/regler`
pub(super) async fn set_rules(
    State(service): State<Terminology>,
    visit: Visit,
    Id(id): Id<EditionId>,
    form: Form,
) -> Result<Response, Failure> {
    let edition = service.edition(&visit.actor, id).await?;
    let eyes = form.value("eyes").parse::<u8>().ok().filter(|eyes| (1..=2).contains(eyes));
    let loss_percent = form.value("loss_percent").parse::<u8>().ok().filter(|percent| *percent <= 100);
    let (Some(eyes), Some(loss_percent)) = (eyes, loss_percent) else {
        let field = if eyes.is_none() { "eyes" } else { "loss_percent" };
        let problem = varde_core::FieldProblem::new(field, "terminology-error-rules");
        return page(&service, &visit, id, Some(form.with_problems([problem]))).await;
    };
    let rules = Rules { eyes, loss_percent };
    service.set_rules(&visit.actor, edition.subject.kind(), edition.subject.key(), rules).await?;
    Ok(visit.see(&format!("/kodeverk/utgave/{id}")))
}
