//! What a data holder demands of a dataset's releases.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, response::Response};
use varde_core::{CataloguePath, FieldProblem};
use varde_web::{Failure, Form, Id, Visit, ui::Link};

use super::{Asked, answer, way_to};
use crate::{Platform, PlatformError, SetThresholds, quality::Thresholds};

/// What the names of fields of variables begin with.
const COMPLETE: &str = "complete-";

#[derive(Template)]
#[template(path = "quality/thresholds.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    dataset: CataloguePath,
    form: Form,
    /// The variables of the newest release: the field's name, the variable's, and what it is called.
    variables: Vec<(String, String, String)>,
    may: bool,
    versions: Vec<Version>,
}

/// A version in the list of all.
struct Version {
    number: i32,
    at: String,
    reason: String,
    demands: String,
}

type Address = (String, String);

/// `GET /register/krav/{source}/{dataset}`.
pub(super) async fn show((visit, State(platform), Id((source, dataset))): Asked<Address>) -> Result<Response, Failure> {
    let page = page(&visit, &platform, &path(&source, &dataset)?, None).await?;
    Ok(visit.page(page))
}

/// `POST /register/krav/{source}/{dataset}`.
pub(super) async fn save(
    (visit, State(platform), Id((source, dataset))): Asked<Address>,
    form: Form,
) -> Result<Response, Failure> {
    let path = path(&source, &dataset)?;
    let seen = form.value("seen").parse().unwrap_or_default();
    let done = match read(&form) {
        Ok(content) => platform.set_thresholds(&visit.actor, &path, (seen, content), form.value("reason")).await,
        Err(problems) => Err(PlatformError::Invalid(problems)),
    };
    let again = |problems| page(&visit, &platform, &path, Some(form.with_problems(problems)));
    answer(&visit, done, format!("/register/krav/{path}"), again).await
}

fn path(source: &str, dataset: &str) -> Result<CataloguePath, Failure> {
    format!("{source}/{dataset}").parse().map_err(|_| Failure::not_found())
}

/// What the form demands; an empty field demands nothing.
fn read(form: &Form) -> Result<Thresholds, Vec<FieldProblem>> {
    let mut problems = Vec::new();
    let mut number = |field: &str| {
        let given = form.given(field)?;
        let read = given.parse().ok();
        if read.is_none() {
            problems.push(FieldProblem::new(field, "quality-error-number"));
        }
        read
    };
    let names: Vec<&str> = form.pairs().filter_map(|(name, _)| name.strip_prefix(COMPLETE)).collect();
    let complete: BTreeMap<String, u64> =
        names.into_iter().filter_map(|name| Some((name.to_owned(), number(&format!("{COMPLETE}{name}"))?))).collect();
    let content = Thresholds {
        complete,
        rows_change: number("rows_change"),
        invalid: number("invalid"),
        coverage: number("coverage"),
    };
    if problems.is_empty() { Ok(content) } else { Err(problems) }
}

async fn page<'a>(
    visit: &'a Visit,
    platform: &Platform,
    dataset: &CataloguePath,
    form: Option<Form>,
) -> Result<Page<'a>, PlatformError> {
    let release = platform.newest_of(&visit.actor, dataset).await?;
    let versions = platform.thresholds(&visit.actor, dataset).await?;
    let current = versions.first();
    let view = platform.quality(&visit.actor, release.id).await?;
    let content = current.map(|set| set.content.clone()).unwrap_or_default();
    let mut names: BTreeMap<&str, &str> = content.complete.keys().map(|name| (name.as_str(), "")).collect();
    let known = view.assessment.iter().flat_map(|found| &found.report.variables);
    names.extend(known.map(|variable| (variable.name.as_str(), visit.local(&variable.label))));
    let field = |(name, label): (&str, &str)| (format!("{COMPLETE}{name}"), name.to_owned(), label.to_owned());
    let variables = names.into_iter().map(field).collect();
    let version = |set: &SetThresholds| Version {
        number: set.version,
        at: visit.time(set.set_at),
        reason: set.reason.clone(),
        demands: demands(visit, &set.content),
    };
    Ok(Page {
        crumbs: way_to(visit, &release),
        may: platform.may_demand(&visit.actor, &release),
        form: form.unwrap_or_else(|| filled(&content, current.map_or(0, |set| set.version))),
        versions: versions.iter().map(version).collect(),
        dataset: dataset.clone(),
        variables,
        visit,
    })
}

fn filled(content: &Thresholds, version: i32) -> Form {
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let form = Form::new()
        .with("seen", version.to_string())
        .with("rows_change", number(content.rows_change))
        .with("invalid", number(content.invalid))
        .with("coverage", number(content.coverage));
    content.complete.iter().fold(form, |form, (name, least)| form.with(&format!("{COMPLETE}{name}"), least.to_string()))
}

/// What is demanded, in words.
fn demands(visit: &Visit, content: &Thresholds) -> String {
    if content.is_empty() {
        return visit.t("quality-demands-nothing");
    }
    let mut all: Vec<String> = Vec::new();
    for (variable, least) in &content.complete {
        let arguments = [("variable", variable.as_str().into()), ("least", (*least).into())];
        all.push(visit.t_with("quality-demands-complete", &arguments));
    }
    let one = |key: &str, number: Option<u64>| number.map(|number| visit.t_with(key, &[("number", number.into())]));
    all.extend(one("quality-demands-rows", content.rows_change));
    all.extend(one("quality-demands-invalid", content.invalid));
    all.extend(one("quality-demands-coverage", content.coverage));
    all.join(" ")
}
