//! For which organisation; what it has given and received, now and as at any time; what happened.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::Response,
};
use jiff::{Timestamp, civil::DateTime};
use varde_core::{FieldProblem, clock::norway, identifier::OrganisationNumber};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Event, Link},
};

use super::{
    HOME, crumbs, home, query,
    shown::{Row, event, versions_of},
};
use crate::{AsAt, Delegation, Delegations, Parties, Side};

#[derive(Template)]
#[template(path = "delegation/choose.html")]
struct ChoosePage<'a> {
    visit: &'a Visit,
    sides: Vec<SideRow>,
}

struct SideRow {
    href: String,
    name: String,
    text: String,
}

/// `GET /delegering`.
pub(super) async fn choose(visit: Visit, State(service): State<Delegations>) -> Result<Response, Failure> {
    let row = |side: Side| {
        let number = side.organisation.number.to_string();
        let roles: Vec<String> = side.roles.iter().map(|role| visit.t_of("delegation-role", role)).collect();
        let why = if roles.is_empty() { visit.t("delegation-role-administrator") } else { roles.join(", ") };
        SideRow {
            href: home(side.organisation.number),
            name: side.organisation.name,
            text: visit.t_with("delegation-side", &[("number", number.into()), ("why", why.into())]),
        }
    };
    let sides = service.sides(&visit.actor).await?.into_iter().map(row).collect();
    Ok(visit.page(ChoosePage { visit: &visit, sides }))
}

#[derive(Template)]
#[template(path = "delegation/organisation.html")]
struct OrganisationPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    home: String,
    name: String,
    number: String,
    form: Form,
    /// The time that is shown and what the register knew of it, in words; none for now.
    as_at: Option<(String, String)>,
    removed: bool,
    given: Vec<Row>,
    received: Vec<Row>,
}

/// `GET /delegering/{number}?valid=2026-11-22T12:00&known=…`.
pub(super) async fn organisation(
    visit: Visit,
    State(service): State<Delegations>,
    Id(number): Id<OrganisationNumber>,
    raw: RawQuery,
) -> Result<Response, Failure> {
    let form = query(raw);
    let (point, problems) = point(&form, visit.clock().now());
    let parties = service.parties(&visit.actor, number, point).await?;
    let status = if problems.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let form = form.with_problems(problems);
    let (given, received) = rows(&visit, &service, &parties).await?;
    let page = OrganisationPage {
        crumbs: vec![Link::new(HOME, visit.t("delegation-title"))],
        home: home(number),
        name: parties.organisation.name,
        number: number.to_string(),
        as_at: point.map(|at| as_at(&visit, at)),
        removed: form.has("fjernet", "ja"),
        form,
        given,
        received,
        visit: &visit,
    };
    Ok(visit.page_with(status, page))
}

async fn rows(visit: &Visit, service: &Delegations, parties: &Parties) -> Result<(Vec<Row>, Vec<Row>), Failure> {
    let versions = service.versions(&versions_of(parties.given.iter().chain(&parties.received))).await?;
    let row = |one: &Delegation, other| Row::of(visit, one, other, &parties.names, &versions, &parties.totals);
    let given = parties.given.iter().map(|one| row(one, one.right.to)).collect();
    Ok((given, parties.received.iter().map(|one| row(one, one.right.from)).collect()))
}

fn as_at(visit: &Visit, at: AsAt) -> (String, String) {
    let (valid, known) = (visit.time(at.valid), visit.time(at.known));
    let text = visit.t_with("delegation-as-at-text", &[("known", known.into())]);
    (visit.t_with("delegation-as-at", &[("valid", valid.into())]), text)
}

/// The point in the two times that a form asks for; now when it asks for none.
fn point(form: &Form, now: Timestamp) -> (Option<AsAt>, Vec<FieldProblem>) {
    let mut problems = Vec::new();
    let mut time = |field: &str| match form.given(field) {
        None => None,
        Some(text) => {
            let time = moment(text);
            if time.is_none() {
                problems.push(FieldProblem::new(field, "delegation-error-time"));
            }
            time
        }
    };
    let (valid, known) = (time("valid"), time("known"));
    if !problems.is_empty() || (valid, known) == (None, None) {
        return (None, problems);
    }
    (Some(AsAt { valid: valid.unwrap_or(now), known: known.unwrap_or(now) }), problems)
}

/// A time in Norway, as browsers and people write it: a date, or a date and a time.
fn moment(text: &str) -> Option<Timestamp> {
    let written = text.replace(' ', "T");
    let time = written.parse::<DateTime>().ok()?;
    time.to_zoned(norway()).ok().map(|zoned| zoned.timestamp())
}

#[derive(Template)]
#[template(path = "delegation/history.html")]
struct HistoryPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    home: String,
    events: Vec<Event>,
}

/// `GET /delegering/{number}/historikk`.
pub(super) async fn history(
    visit: Visit,
    State(service): State<Delegations>,
    Id(number): Id<OrganisationNumber>,
) -> Result<Response, Failure> {
    let changes = service.history(&visit.actor, number).await?;
    let organisation = service.organisation(number).await?.ok_or_else(Failure::not_found)?;
    let names = service.names(changes.iter().flat_map(|change| [change.right.from, change.right.to]).collect()).await?;
    let wanted: Vec<_> =
        changes.iter().map(|change| (change.right.resource.clone(), change.resource_version)).collect();
    let versions = service.versions(&wanted).await?;
    let events = changes.iter().map(|change| Event {
        link: Some(Link::new(format!("{}/{}", home(number), change.delegation), visit.t("delegation-history-show"))),
        ..event(&visit, change, &names, &versions, change.recorded_at)
    });
    let events = events.collect();
    Ok(visit.page(HistoryPage { crumbs: crumbs(&visit, &organisation), home: home(number), events, visit: &visit }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_time_in_norway() {
        for (text, utc) in [
            ("2026-11-22T12:30", "2026-11-22T11:30:00Z"),
            ("2026-07-01 12:30:15", "2026-07-01T10:30:15Z"),
            ("2026-11-22", "2026-11-21T23:00:00Z"),
        ] {
            assert_eq!(moment(text), Some(utc.parse().unwrap()), "{text}");
        }
        for wrong in ["", "i går", "2026-13-01", "2026-11-22T25:00", "22.11.2026"] {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_form_without_times_asks_for_now_and_a_wrong_one_is_told_by_its_field() {
        let now: Timestamp = "2026-11-22T11:30:00Z".parse().unwrap();
        assert_eq!(point(&Form::new(), now), (None, Vec::new()));
        let valid = Form::new().with("valid", "2026-11-01");
        let expected = AsAt { valid: "2026-10-31T23:00:00Z".parse().unwrap(), known: now };
        assert_eq!(point(&valid, now), (Some(expected), Vec::new()));
        let (at, problems) = point(&valid.with("known", "før"), now);
        assert_eq!((at, problems.len(), problems[0].field.as_str()), (None, 1, "known"));
    }
}
