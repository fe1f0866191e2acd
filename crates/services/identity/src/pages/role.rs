//! For whom one acts.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use serde::Deserialize;
use varde_core::{FieldProblem, OrganisationId, Role};
use varde_web::{Failure, Form, Visit, ui::Choice};

use crate::{Identity, IdentityError, ReturnTo};

/// The value that stands for oneself.
const ONESELF: &str = "self";

/// Where to go afterwards.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    til: String,
}

#[derive(Template)]
#[template(path = "role.html")]
struct Page<'a> {
    visit: &'a Visit,
    form: &'a Form,
    sides: Vec<Choice>,
    return_to: &'a str,
    alone: bool,
}

/// `GET /rolle`: the choice.
pub(super) async fn choose(
    State(identity): State<Arc<Identity>>,
    visit: Visit,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Failure> {
    let now = visit.actor.organisation.map_or_else(|| ONESELF.to_owned(), |o| o.to_string());
    let form = Form::new().with("side", now).with("til", wanted.til);
    page(&identity, &visit, &form, StatusCode::OK).await
}

/// `POST /rolle`: the choice made.
pub(super) async fn chosen(
    State(identity): State<Arc<Identity>>,
    visit: Visit,
    form: Form,
) -> Result<Response, Failure> {
    let session = visit.session().ok_or(IdentityError::NotLoggedIn)?;
    let organisation: Option<OrganisationId> = match form.value("side") {
        ONESELF => None,
        other => match other.parse() {
            Ok(organisation) => Some(organisation),
            Err(_) => {
                let form = form.clone().with_problems([FieldProblem::new("side", "identity-error-side")]);
                return page(&identity, &visit, &form, StatusCode::UNPROCESSABLE_ENTITY).await;
            }
        },
    };
    let cookie = identity.act_for(session, organisation).await?;
    let return_to = ReturnTo::parse(form.value("til"));
    Ok(cookie.attach(visit.see(return_to.as_str())))
}

async fn page(identity: &Identity, visit: &Visit, form: &Form, status: StatusCode) -> Result<Response, Failure> {
    let session = visit.session().ok_or(IdentityError::NotLoggedIn)?;
    let sides = identity.sides(session).await?;
    let alone = sides.is_empty();
    let role = |r: &Role| visit.t_of("role", r.name());
    let organisations = sides.iter().map(|side| {
        let roles: Vec<String> = side.roles.iter().map(role).collect();
        Choice::new(side.organisation.to_string(), &side.name).hint(roles.join(", "))
    });
    let oneself = Choice::new(ONESELF, visit.t("identity-role-self")).hint(visit.t("identity-role-self-hint"));
    let sides = organisations.chain([oneself]).collect();
    let return_to = form.value("til");
    Ok(visit.page_with(status, Page { visit, form, sides, return_to, alone }))
}
