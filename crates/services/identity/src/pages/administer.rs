//! The organisation's administrator: who holds which role, what is proposed, and giving a role.
//!
//! The person is found by their national number, which is posted, never in an address, and never
//! shown back: its field begins with `_`, so the shell does not keep it either.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use varde_core::{FieldProblem, OrganisationId, Period, PersonId, Role, identifier::NationalNumber};
use varde_web::{Failure, Form, Visit, ui::Choice};

use super::{ADMINISTER, ROLE};
use crate::{
    Identity, IdentityError, NewAssignment, RoleAssignmentId, RoleProposalId, service::administration::Overview,
};

/// The roles that an administrator gives, in the order of the form.
const GIVEN: [Role; 4] = [Role::Researcher, Role::Handler, Role::Reviewer, Role::Steward];

#[derive(Template)]
#[template(path = "administer.html")]
struct Page<'a> {
    visit: &'a Visit,
    form: &'a Form,
    organisation: String,
    held: Vec<Row>,
    proposed: Vec<Row>,
}

/// A role, or a proposal, in its table.
struct Row {
    id: String,
    name: String,
    role: String,
    from: String,
    until: String,
    by: String,
    /// Whether the reader may end or accept it; the policy decides again when it is asked for.
    mine: bool,
}

#[derive(Template)]
#[template(path = "administer_give.html")]
struct GivePage<'a> {
    visit: &'a Visit,
    form: &'a Form,
    name: String,
    person: PersonId,
    roles: Vec<Choice>,
}

/// `GET /roller`: the roles of the organisation acted for.
pub(super) async fn list(State(identity): State<Arc<Identity>>, visit: Visit) -> Result<Response, Failure> {
    overview(&identity, &visit, &Form::new(), StatusCode::OK).await
}

/// `POST /roller/finn`: the person with a national number.
pub(super) async fn find(State(identity): State<Arc<Identity>>, visit: Visit, form: Form) -> Result<Response, Failure> {
    let Some(organisation) = visit.actor.organisation else { return Ok(choose_first(&visit)) };
    let wrong = |key: &str| Form::new().with_problems([FieldProblem::new("_number", key)]);
    let unusable = StatusCode::UNPROCESSABLE_ENTITY;
    // People write a space after the birth date.
    let digits: String = form.value("_number").chars().filter(|c| !c.is_whitespace()).collect();
    let Ok(number) = NationalNumber::parse(&digits) else {
        return overview(&identity, &visit, &wrong("identity-error-number"), unusable).await;
    };
    match identity.find_person(&visit.actor, organisation, &number).await {
        Ok(known) => {
            let form = Form::new().with("from", visit.clock().today().to_string());
            Ok(give_page(&visit, &form, known.person, known.display_name, StatusCode::OK))
        }
        Err(IdentityError::NoSuchPerson) => {
            overview(&identity, &visit, &wrong("identity-error-nobody"), unusable).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /roller/gi`: gives the role, or proposes it where two must agree.
pub(super) async fn give(State(identity): State<Arc<Identity>>, visit: Visit, form: Form) -> Result<Response, Failure> {
    let Some(organisation) = visit.actor.organisation else { return Ok(choose_first(&visit)) };
    let person: PersonId = form.value("person").parse().map_err(|_| Failure::not_found())?;
    let problems = match wanted(&form, person, organisation) {
        Ok(new) => match identity.give_found(&visit.actor, new).await {
            Ok(_) => return Ok(visit.see(ADMINISTER)),
            Err(IdentityError::Invalid(problems)) => problems,
            Err(IdentityError::AlreadyHeld) => vec![FieldProblem::new("role", "problem-identity-already_held")],
            Err(IdentityError::AlreadyProposed) => vec![FieldProblem::new("role", "problem-identity-already_proposed")],
            Err(error) => return Err(error.into()),
        },
        Err(problems) => problems,
    };
    let name = identity.name_of(&visit.actor, organisation, person).await?;
    let form = form.with_problems(problems);
    Ok(give_page(&visit, &form, person, name, StatusCode::UNPROCESSABLE_ENTITY))
}

/// `POST /roller/{id}/avslutt`.
pub(super) async fn end(
    State(identity): State<Arc<Identity>>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let id: RoleAssignmentId = id.parse().map_err(|_| IdentityError::NoSuchAssignment)?;
    identity.roles.end(&visit.actor, id).await?;
    Ok(visit.see(ADMINISTER))
}

/// `POST /roller/forslag/{id}/godkjenn`.
pub(super) async fn accept(
    State(identity): State<Arc<Identity>>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    identity.roles.accept(&visit.actor, proposal(&id)?).await?;
    Ok(visit.see(ADMINISTER))
}

/// `POST /roller/forslag/{id}/avvis`.
pub(super) async fn reject(
    State(identity): State<Arc<Identity>>,
    visit: Visit,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    identity.roles.reject(&visit.actor, proposal(&id)?).await?;
    Ok(visit.see(ADMINISTER))
}

fn proposal(id: &str) -> Result<RoleProposalId, IdentityError> {
    id.parse().map_err(|_| IdentityError::NoSuchProposal)
}

/// Who acts for nobody administers nobody's roles.
fn choose_first(visit: &Visit) -> Response {
    let next = if visit.logged_in() { ROLE } else { super::LOGIN };
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("til", ADMINISTER).finish();
    visit.see(&format!("{next}?{query}"))
}

fn wanted(form: &Form, person: PersonId, organisation: OrganisationId) -> Result<NewAssignment, Vec<FieldProblem>> {
    let mut problems = Vec::new();
    let role = Role::from_name(form.value("role")).filter(|role| GIVEN.contains(role));
    if role.is_none() {
        problems.push(FieldProblem::new("role", "identity-error-role"));
    }
    let from = form.value("from").parse().ok();
    if from.is_none() {
        problems.push(FieldProblem::new("from", "identity-error-date"));
    }
    let until = form.given("until").map(str::parse).transpose();
    if until.is_err() {
        problems.push(FieldProblem::new("until", "identity-error-date"));
    }
    match (role, from, until) {
        (Some(role), Some(from), Ok(until)) => {
            Ok(NewAssignment { person, organisation, role, period: Period { from, until } })
        }
        _ => Err(problems),
    }
}

fn give_page(visit: &Visit, form: &Form, person: PersonId, name: String, status: StatusCode) -> Response {
    let role = |role: &Role| {
        let hint = visit.t_of("identity-role-means", role.name());
        Choice::new(role.name(), visit.t_of("role", role.name())).hint(hint)
    };
    visit.page_with(status, GivePage { visit, form, name, person, roles: GIVEN.iter().map(role).collect() })
}

async fn overview(identity: &Identity, visit: &Visit, form: &Form, status: StatusCode) -> Result<Response, Failure> {
    let Some(organisation) = visit.actor.organisation else { return Ok(choose_first(visit)) };
    let found = identity.overview(&visit.actor, organisation).await?;
    let (held, proposed) = rows(visit, &found);
    Ok(visit.page_with(status, Page { visit, form, organisation: found.organisation, held, proposed }))
}

fn rows(visit: &Visit, found: &Overview) -> (Vec<Row>, Vec<Row>) {
    let me = visit.actor.person();
    let name = |person: PersonId| {
        let unnamed = || visit.t("identity-administer-unnamed");
        found.names.get(&person).cloned().unwrap_or_else(unnamed)
    };
    let row = |id: String, what: NewAssignment, by: String, mine: bool| Row {
        id,
        name: name(what.person),
        role: visit.t_of("role", what.role.name()),
        from: visit.date(what.period.from),
        until: what.period.until.map_or_else(|| visit.t("identity-administer-open"), |day| visit.date(day)),
        by,
        mine,
    };
    let held = found.administered.assignments.iter().map(|a| {
        let what = NewAssignment { person: a.person, organisation: a.organisation, role: a.role, period: a.period };
        row(a.id.to_string(), what, String::new(), GIVEN.contains(&a.role) || visit.actor.is(Role::Operator))
    });
    let proposed = found.administered.proposals.iter().map(|p| {
        row(
            p.id.to_string(),
            p.what,
            name(p.proposed_by),
            me.is_some_and(|me| me != p.proposed_by && me != p.what.person),
        )
    });
    (held.collect(), proposed.collect())
}
