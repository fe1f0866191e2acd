//! JSON: what the register of health personnel says, of oneself and by number. Numbers are posted and
//! never stand in an address.

use axum::{Json, extract::State};
use http::Method;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi, ToSchema};
use varde_core::identifier::HprNumber;
use varde_web::{Failure, Routes, Sent, Visit};

use crate::{AsAt, Basedata, BasedataError, PersonnelView, Qualification, Registered, Standing};

#[derive(OpenApi)]
#[openapi(paths(own, by_number), tags((name = "basedata", description = "Base data: health personnel")))]
struct Document;

/// The description of the context's API.
pub fn open_api() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// The context's routes.
pub fn routes(service: Basedata) -> Routes {
    const READ: &str = "basedata.health_personnel.read";
    Routes::new()
        .api(Method::GET, "/api/me/health-personnel", READ, own)
        .api(Method::POST, "/api/health-personnel/lookup", READ, by_number)
        .with_state(service)
}

/// Somebody in the register of health personnel as at a day.
#[derive(Serialize, ToSchema)]
pub(crate) struct PersonnelDocument {
    /// The number in the register.
    #[schema(value_type = String)]
    hpr_number: HprNumber,
    /// The name in the register of persons.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// The day that it was so.
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// Whether they were authorised as anything.
    authorised: bool,
    /// What they had, also what was suspended or withdrawn.
    qualifications: Vec<QualificationDocument>,
}

/// An authorisation, a speciality or a right to requisition.
#[derive(Serialize, ToSchema)]
pub(crate) struct QualificationDocument {
    /// A code of 9060.
    profession: &'static str,
    /// What it means, in Norwegian.
    profession_name: &'static str,
    /// `authorisation`, `speciality` or `requisition_right`.
    kind: &'static str,
    /// A code of 7704, 7426 or 7701.
    code: String,
    /// What it means, in Norwegian.
    name: String,
    /// `in_force`, `restricted`, `suspended` or `withdrawn`.
    standing: &'static str,
    /// Whether one may practise by it.
    holds: bool,
}

/// Whom to look up, and as at which day; today when it is not given.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LookupDocument {
    /// The number in the register.
    #[schema(value_type = String)]
    hpr_number: HprNumber,
    /// The day.
    #[schema(value_type = Option<String>, format = Date)]
    day: Option<Date>,
}

#[utoipa::path(get, path = "/api/me/health-personnel", tag = "basedata",
    responses((status = 200, body = PersonnelDocument, description = "what the register says today of who is logged in"),
        (status = 401, description = "nobody is logged in"), (status = 404, description = "they are not in the register")))]
pub(crate) async fn own(State(service): State<Basedata>, visit: Visit) -> Result<Json<PersonnelDocument>, Failure> {
    let as_at = service.now();
    match service.own_health_personnel(&visit.actor, as_at).await?.open() {
        Registered::As(view) => Ok(Json(document(view, None, as_at))),
        Registered::No | Registered::NoRegister => Err(BasedataError::NoSuchHealthPersonnel.into()),
    }
}

#[utoipa::path(post, path = "/api/health-personnel/lookup", tag = "basedata", request_body = LookupDocument,
    responses((status = 200, body = PersonnelDocument, description = "whose number it is, and what they are authorised as"),
        (status = 403, description = "neither administrator nor operator at level high"),
        (status = 404, description = "nobody has the number")))]
pub(crate) async fn by_number(
    State(service): State<Basedata>,
    visit: Visit,
    Sent(wanted): Sent<LookupDocument>,
) -> Result<Json<PersonnelDocument>, Failure> {
    let now = service.now();
    let as_at = AsAt { valid: wanted.day.unwrap_or(now.valid), ..now };
    let found = service.health_personnel_by_number(&visit.actor, wanted.hpr_number, as_at).await?.open();
    let (view, name) = found.ok_or(BasedataError::NoSuchHealthPersonnel)?;
    Ok(Json(document(view, name, as_at)))
}

fn document(view: PersonnelView, name: Option<String>, as_at: AsAt) -> PersonnelDocument {
    let qualification = |(held, standing): (Qualification, Standing)| QualificationDocument {
        profession: held.profession.code(),
        profession_name: held.profession.name(),
        kind: held.kind.code(),
        code: held.code,
        name: held.name,
        standing: standing.code(),
        holds: standing.holds(),
    };
    PersonnelDocument {
        hpr_number: view.number,
        name,
        day: as_at.valid,
        authorised: !view.approvals().is_empty(),
        qualifications: view.qualifications.into_iter().map(qualification).collect(),
    }
}
