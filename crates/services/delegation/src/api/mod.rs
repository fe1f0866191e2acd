//! JSON: the registry of resources, and giving, ending and reading rights.

use std::collections::BTreeMap;

use axum::{
    Json,
    extract::{Query, State},
};
use http::{Method, StatusCode, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::OpenApi;
use varde_core::identifier::OrganisationNumber;
use varde_web::{Failure, Id, Routes, Sent, Visit};

use crate::{
    AsAt, Change, DelegableResource, Delegation, DelegationId, Delegations, Outcome, Registered, ResourceId, Right,
    Total, Use, UseId, pages,
};

#[derive(OpenApi)]
#[openapi(
    paths(list, one_resource, register, sides, rights, grant, one, revoke, uses, proof),
    tags((name = "delegation", description = "Rights that organisations give suppliers"))
)]
struct Document;

/// The description of the context's API.
pub fn open_api() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// The context's routes, API and pages.
pub fn routes(service: Delegations) -> Routes {
    const READ: &str = "delegation.right.read";
    const USE: &str = "delegation.use.read";
    const PROOF: &str = "delegation.proof.read";
    Routes::new()
        .open_api(Method::GET, "/api/delegation/resources", "find what can be delegated", list)
        .open_api(Method::GET, "/api/delegation/resources/{id}", "read what can be delegated", one_resource)
        .api(Method::POST, "/api/delegation/resources", "delegation.resource.register", register)
        .api(Method::GET, "/api/delegation/organisations", "delegation.side.list", sides)
        .api(Method::GET, "/api/delegation/organisations/{number}/rights", READ, rights)
        .api(Method::POST, "/api/delegation/rights", "delegation.right.grant", grant)
        .api(Method::GET, "/api/delegation/organisations/{number}/rights/{id}", READ, one)
        .api(
            Method::POST,
            "/api/delegation/organisations/{number}/rights/{id}/revocation",
            "delegation.right.revoke",
            revoke,
        )
        .api(Method::GET, "/api/delegation/organisations/{number}/rights/{id}/uses", USE, uses)
        .api(Method::GET, "/api/delegation/organisations/{number}/rights/{id}/uses/{one}/proof", PROOF, proof)
        .merge(pages::routes())
        .with_state(service)
}

/// What somebody searches for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Search {
    #[serde(default)]
    q: String,
}

#[utoipa::path(get, path = "/api/delegation/resources", tag = "delegation",
    params(("q" = Option<String>, Query, description = "words that all occur in its texts, in the language of the request")),
    responses((status = 200, description = "what can be found and given now, the latest version of each, by name")))]
pub(crate) async fn list(
    State(service): State<Delegations>,
    visit: Visit,
    Query(search): Query<Search>,
) -> Result<Json<Vec<Registered>>, Failure> {
    Ok(Json(service.search(&search.q, visit.language).await?))
}

#[utoipa::path(get, path = "/api/delegation/resources/{id}", tag = "delegation", params(("id" = String, Path)),
    responses((status = 200, description = "its latest version"), (status = 404, description = "no such resource")))]
pub(crate) async fn one_resource(
    State(service): State<Delegations>,
    Id(id): Id<ResourceId>,
) -> Result<Json<Registered>, Failure> {
    Ok(Json(service.resource(&id).await?))
}

#[utoipa::path(post, path = "/api/delegation/resources", tag = "delegation", request_body = Object,
    responses((status = 200, description = "each resource of the list with its version; all or none are registered"),
        (status = 403, description = "not an operator at level high"), (status = 422, description = "one of them is flawed")))]
pub(crate) async fn register(
    State(service): State<Delegations>,
    visit: Visit,
    Sent(resources): Sent<Vec<DelegableResource>>,
) -> Result<Json<Vec<Outcome>>, Failure> {
    Ok(Json(service.register(&visit.actor, &resources).await?))
}

/// An organisation where somebody manages access.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct SideDocument {
    /// Its number.
    #[schema(value_type = String)]
    number: OrganisationNumber,
    /// Its name.
    name: String,
    /// The registry roles that carry it; none when the role of administrator was given.
    roles: Vec<String>,
}

#[utoipa::path(get, path = "/api/delegation/organisations", tag = "delegation",
    responses((status = 200, body = Vec<SideDocument>, description = "the main units where one manages access, by name"),
        (status = 401, description = "nobody is logged in")))]
pub(crate) async fn sides(
    State(service): State<Delegations>,
    visit: Visit,
) -> Result<Json<Vec<SideDocument>>, Failure> {
    let sides = service.sides(&visit.actor).await?;
    let document = |side: crate::Side| SideDocument {
        number: side.organisation.number,
        name: side.organisation.name,
        roles: side.roles,
    };
    Ok(Json(sides.into_iter().map(document).collect()))
}

/// A point in the two times, each now when it is not given.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Point {
    valid: Option<Timestamp>,
    known: Option<Timestamp>,
}

impl Point {
    fn as_at(&self, now: Timestamp) -> AsAt {
        AsAt { valid: self.valid.unwrap_or(now), known: self.known.unwrap_or(now) }
    }
}

/// The rights that an organisation is a party to.
#[derive(Serialize)]
pub(crate) struct RightsDocument {
    given: Vec<Delegation>,
    received: Vec<Delegation>,
    names: BTreeMap<String, String>,
    /// How often each was used and when last, by delegation; those that never were are not here.
    uses: BTreeMap<String, Total>,
}

#[utoipa::path(get, path = "/api/delegation/organisations/{number}/rights", tag = "delegation",
    security((), ("program" = ["varde:api/delegation.read"])),
    params(("number" = String, Path), ("valid" = Option<String>, Query, description = "what applied then; RFC 3339"),
        ("known" = Option<String>, Query, description = "by what the register knew then; RFC 3339")),
    responses((status = 200, description = "what it has given and received, with the organisations' names and how often each was used"),
        (status = 403, description = "does not manage access there"), (status = 404, description = "no such main unit")))]
pub(crate) async fn rights(
    State(service): State<Delegations>,
    visit: Visit,
    Id(number): Id<OrganisationNumber>,
    Query(point): Query<Point>,
) -> Result<Json<RightsDocument>, Failure> {
    let as_at = point.as_at(visit.clock().now());
    let found = service.parties(&visit.actor, number, Some(as_at)).await?;
    let names = found.names.into_iter().map(|(number, name)| (number.to_string(), name)).collect();
    let uses = found.totals.into_iter().map(|(id, total)| (id.to_string(), total)).collect();
    Ok(Json(RightsDocument { given: found.given, received: found.received, names, uses }))
}

#[utoipa::path(post, path = "/api/delegation/rights", tag = "delegation", request_body = Object,
    responses((status = 201, description = "the delegation; the body is one right: `resource`, `from` and `to`"),
        (status = 403, description = "does not manage access there, or the login level is too low"),
        (status = 409, description = "given already"), (status = 422, description = "cannot be given; see the fields")))]
pub(crate) async fn grant(
    State(service): State<Delegations>,
    visit: Visit,
    Sent(right): Sent<Right>,
) -> Result<(StatusCode, Json<Delegation>), Failure> {
    Ok((StatusCode::CREATED, Json(service.grant(&visit.actor, &right).await?)))
}

#[utoipa::path(get, path = "/api/delegation/organisations/{number}/rights/{id}", tag = "delegation",
    security((), ("program" = ["varde:api/delegation.read"])),
    params(("number" = String, Path), ("id" = uuid::Uuid, Path)),
    responses((status = 200, description = "its changes, the grant first"),
        (status = 404, description = "no such delegation, or the organisation is not a party to it")))]
pub(crate) async fn one(
    State(service): State<Delegations>,
    visit: Visit,
    Id((number, id)): Id<(OrganisationNumber, DelegationId)>,
) -> Result<Json<Vec<Change>>, Failure> {
    Ok(Json(service.one(&visit.actor, number, id).await?))
}

/// How a right is ended.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Revocation {
    /// As from when, RFC 3339; now when it is not given. Never ahead, never before it was given.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    applies_from: Option<Timestamp>,
}

#[utoipa::path(post, path = "/api/delegation/organisations/{number}/rights/{id}/revocation", tag = "delegation",
    params(("number" = String, Path, description = "the party that ends it: the giver or the receiver"),
        ("id" = uuid::Uuid, Path)), request_body = Revocation,
    responses((status = 200, description = "the change that ended it"), (status = 403, description = "does not manage access there"),
        (status = 404, description = "no such delegation, or the organisation is not a party to it"),
        (status = 409, description = "ended already"), (status = 422, description = "the time is wrong")))]
pub(crate) async fn revoke(
    State(service): State<Delegations>,
    visit: Visit,
    Id((number, id)): Id<(OrganisationNumber, DelegationId)>,
    Sent(body): Sent<Revocation>,
) -> Result<Json<Change>, Failure> {
    Ok(Json(service.revoke(&visit.actor, id, number, body.applies_from).await?))
}

/// From where in the uses.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Before {
    before: Option<UseId>,
}

/// Uses of a delegation, newest first.
#[derive(Serialize)]
pub(crate) struct UsesDocument {
    total: Option<Total>,
    uses: Vec<Use>,
    more: bool,
}

#[utoipa::path(get, path = "/api/delegation/organisations/{number}/rights/{id}/uses", tag = "delegation",
    security((), ("program" = ["varde:api/delegation.read"])),
    params(("number" = String, Path, description = "the party that asks: the giver or the receiver"), ("id" = uuid::Uuid, Path),
        ("before" = Option<uuid::Uuid>, Query, description = "a use: those before it; the newest without one")),
    responses((status = 200, description = "how often in all and when last, uses newest first, and whether there are `more`"),
        (status = 403, description = "does not manage access there"),
        (status = 404, description = "no such delegation, or the organisation is not a party to it")))]
pub(crate) async fn uses(
    State(service): State<Delegations>,
    visit: Visit,
    Id((number, id)): Id<(OrganisationNumber, DelegationId)>,
    Query(before): Query<Before>,
) -> Result<Json<UsesDocument>, Failure> {
    let found = service.uses(&visit.actor, number, id, before.before).await?;
    Ok(Json(UsesDocument { total: found.total, uses: found.rows, more: found.more }))
}

#[utoipa::path(get, path = "/api/delegation/organisations/{number}/rights/{id}/uses/{one}/proof", tag = "delegation",
    security((), ("program" = ["varde:api/delegation.read"])),
    params(("number" = String, Path, description = "the party that asks"), ("id" = uuid::Uuid, Path),
        ("one" = uuid::Uuid, Path, description = "the use")),
    responses((status = 200, content_type = "text/plain", description = "the proof that it is on the log (C2SP tlog-proof)"),
        (status = 403, description = "does not manage access there"), (status = 404, description = "no such use"),
        (status = 503, description = "it is not in the log's tree yet; try again in a moment")))]
pub(crate) async fn proof(
    State(service): State<Delegations>,
    visit: Visit,
    Id((number, id, one)): Id<(OrganisationNumber, DelegationId, UseId)>,
) -> Result<([(header::HeaderName, &'static str); 2], String), Failure> {
    let proof = service.use_proof(&visit.actor, number, id, one).await?;
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, proof.to_string()))
}
