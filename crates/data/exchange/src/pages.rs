//! The steward's page: what a source lacks in other catalogues.

use askama::Template;
use axum::{
    extract::{Path, State},
    http::Method,
    response::Response,
};
use varde_core::CataloguePath;
use varde_rdf::shacl::{Finding, Report, Severity};
use varde_web::{
    Failure, Routes, Visit,
    ui::{Link, Tone},
};

use crate::{
    Profile,
    api::{READ, Service},
};

pub(crate) fn routes() -> Routes<Service> {
    Routes::new().page(Method::GET, "/katalog/kontroll/{source}", READ, show)
}

#[derive(Template)]
#[template(path = "exchange/check.html")]
struct CheckPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    name: String,
    profiles: Vec<Checked>,
}

/// What one profile has to say.
struct Checked {
    title: String,
    count: String,
    turtle: String,
    address: String,
    findings: Vec<Said>,
}

/// The tone of a profile that lacks nothing.
pub(crate) fn good() -> Tone {
    Tone::Success
}

/// One finding.
struct Said {
    tag: String,
    tone: Tone,
    reason: String,
    about: String,
}

/// `GET /katalog/kontroll/{source}`.
async fn show(visit: Visit, State(service): State<Service>, Path(source): Path<String>) -> Result<Response, Failure> {
    let path: CataloguePath = source.parse().map_err(|_| Failure::not_found())?;
    let (source, reports) = service.check(&visit.actor, &path).await?;
    let name = visit.local(&source.name).to_owned();
    Ok(visit.page(CheckPage {
        crumbs: vec![
            Link::new("/katalog", visit.t("exchange-crumb-catalogue")),
            Link::new(format!("/katalog/{path}"), name.clone()),
        ],
        profiles: reports.iter().map(|(profile, report)| checked(&visit, &path, *profile, report)).collect(),
        visit: &visit,
        name,
    }))
}

fn checked(visit: &Visit, path: &CataloguePath, profile: Profile, report: &Report) -> Checked {
    let title = visit.t_of("exchange-profile", profile.name());
    let count = i64::try_from(report.findings.len()).unwrap_or(i64::MAX);
    Checked {
        count: visit.t_with("exchange-check-count", &[("count", count.into())]),
        turtle: visit.t_with("exchange-check-turtle", &[("profile", title.as_str().into())]),
        address: format!("/api/dcat/sources/{path}?profile={}&format=ttl", profile.name()),
        findings: report.findings.iter().map(|finding| said(visit, finding)).collect(),
        title,
    }
}

fn said(visit: &Visit, finding: &Finding) -> Said {
    let (tag, tone) = match finding.severity {
        Severity::Violation => ("violation", Tone::Danger),
        Severity::Warning => ("warning", Tone::Warning),
        Severity::Info | Severity::Other(_) => ("info", Tone::Info),
    };
    // What follows the hash tells which part of the record it is; the record itself needs no telling.
    let focus = finding.focus.to_string();
    let about = focus.trim_end_matches('>').split_once('#').map(|(_, part)| part.to_owned());
    Said {
        tag: visit.t_of("exchange-severity", tag),
        tone,
        reason: visit.local(&finding.reason).to_owned(),
        about: about.unwrap_or_default(),
    }
}
