//! JSON: services and their terms, orders, the owner's desk.

mod documents;

use axum::{Json, extract::State};
use http::{Method, StatusCode};
use serde::Deserialize;
use utoipa::OpenApi;
use varde_web::{Failure, Id, Routes, Sent, Visit};

use self::documents::{OrderDocument, SummaryDocument, TermsDocument};
use crate::{
    Answer, NewOrder, NewTerms, Onboarding, OrderId, Outcome, Registered, Service, ServiceId, TermsVersion, Wanted,
};

#[derive(OpenApi)]
#[openapi(
    paths(
        services, service, register, terms, publish, mine, begin, order, change, accept, submit, withdraw, reopen,
        go_live, end, desk, decide
    ),
    tags((name = "onboarding", description = "Taking services into use"))
)]
struct Document;

/// The description of the context's API.
pub fn open_api() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// The context's routes for programs.
pub(crate) fn routes() -> Routes<Onboarding> {
    let (get, post) = (Method::GET, Method::POST);
    Routes::new()
        .open_api(get.clone(), "/api/onboarding/services", "find services to take into use", services)
        .open_api(get.clone(), "/api/onboarding/services/{id}", "read about a service", service)
        .api(post.clone(), "/api/onboarding/services", "onboarding.service.register", register)
        .open_api(get.clone(), "/api/onboarding/services/{id}/terms", "read terms of use", terms)
        .api(post.clone(), "/api/onboarding/services/{id}/terms", "onboarding.terms.publish", publish)
        .api(get.clone(), "/api/onboarding/orders", "onboarding.order.list", mine)
        .api(post.clone(), "/api/onboarding/orders", "onboarding.order.begin", begin)
        .api(get.clone(), "/api/onboarding/orders/{id}", "onboarding.order.read", order)
        .api(Method::PUT, "/api/onboarding/orders/{id}", "onboarding.order.write", change)
        .api(post.clone(), "/api/onboarding/orders/{id}/acceptance", "onboarding.order.accept", accept)
        .api(post.clone(), "/api/onboarding/orders/{id}/submission", "onboarding.order.submit", submit)
        .api(post.clone(), "/api/onboarding/orders/{id}/withdrawal", "onboarding.order.withdraw", withdraw)
        .api(post.clone(), "/api/onboarding/orders/{id}/reopening", "onboarding.order.reopen", reopen)
        .api(post.clone(), "/api/onboarding/orders/{id}/use", "onboarding.order.go_live", go_live)
        .api(post.clone(), "/api/onboarding/orders/{id}/end", "onboarding.order.end", end)
        .api(get, "/api/onboarding/desk", "onboarding.desk.read", desk)
        .api(post, "/api/onboarding/orders/{id}/decision", "onboarding.desk.decide", decide)
}

#[utoipa::path(get, path = "/api/onboarding/services", tag = "onboarding",
    responses((status = 200, description = "the latest version of each service, by name")))]
pub(crate) async fn services(State(service): State<Onboarding>) -> Result<Json<Vec<Registered>>, Failure> {
    Ok(Json(service.services().await?))
}

#[utoipa::path(get, path = "/api/onboarding/services/{id}", tag = "onboarding", params(("id" = String, Path)),
    responses((status = 200, description = "its latest version"), (status = 404, description = "no such service")))]
pub(crate) async fn service(
    State(service): State<Onboarding>,
    Id(id): Id<ServiceId>,
) -> Result<Json<Registered>, Failure> {
    Ok(Json(service.service(&id).await?))
}

#[utoipa::path(post, path = "/api/onboarding/services", tag = "onboarding", request_body = Object,
    responses((status = 200, description = "its version, and whether it is a new one"),
        (status = 403, description = "not an operator at level high"),
        (status = 409, description = "an API belongs to another service"),
        (status = 422, description = "it is flawed; see the fields")))]
pub(crate) async fn register(
    State(service): State<Onboarding>,
    visit: Visit,
    Sent(new): Sent<Service>,
) -> Result<Json<Outcome>, Failure> {
    Ok(Json(service.register(&visit.actor, &new).await?))
}

#[utoipa::path(get, path = "/api/onboarding/services/{id}/terms", tag = "onboarding", params(("id" = String, Path)),
    responses((status = 200, description = "every version, the first one first"),
        (status = 404, description = "no such service")))]
pub(crate) async fn terms(
    State(service): State<Onboarding>,
    Id(id): Id<ServiceId>,
) -> Result<Json<Vec<TermsVersion>>, Failure> {
    service.service(&id).await?;
    Ok(Json(service.terms(&id).await?))
}

#[utoipa::path(post, path = "/api/onboarding/services/{id}/terms", tag = "onboarding", params(("id" = String, Path)),
    request_body = Object,
    responses((status = 201, description = "the new version; those who use the service are told by mail"),
        (status = 403, description = "not an operator at level high"),
        (status = 422, description = "a language is missing, or there is too little notice")))]
pub(crate) async fn publish(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<ServiceId>,
    Sent(new): Sent<NewTerms>,
) -> Result<(StatusCode, Json<TermsVersion>), Failure> {
    Ok((StatusCode::CREATED, Json(service.publish_terms(&visit.actor, &id, &new).await?)))
}

#[utoipa::path(get, path = "/api/onboarding/orders", tag = "onboarding",
    responses((status = 200, body = Vec<SummaryDocument>,
        description = "the orders of those for whom one may order, the newest first"),
        (status = 401, description = "nobody is logged in")))]
pub(crate) async fn mine(
    State(service): State<Onboarding>,
    visit: Visit,
) -> Result<Json<Vec<SummaryDocument>>, Failure> {
    Ok(Json(service.mine(&visit.actor).await?.iter().map(SummaryDocument::of).collect()))
}

#[utoipa::path(post, path = "/api/onboarding/orders", tag = "onboarding", request_body = Object,
    responses((status = 201, body = OrderDocument, description = "the draft"),
        (status = 403, description = "may not order that for that organisation"),
        (status = 404, description = "no such service"),
        (status = 409, description = "the organisation has an order of the service"),
        (status = 422, description = "see the fields")))]
pub(crate) async fn begin(
    State(service): State<Onboarding>,
    visit: Visit,
    Sent(new): Sent<NewOrder>,
) -> Result<(StatusCode, Json<OrderDocument>), Failure> {
    Ok((StatusCode::CREATED, Json(OrderDocument::of(&service.begin(&visit.actor, &new).await?))))
}

#[utoipa::path(get, path = "/api/onboarding/orders/{id}", tag = "onboarding", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = OrderDocument, description = "the order, its terms and what happened"),
        (status = 403, description = "neither orders for the organisation nor handles for the service's owner"),
        (status = 404, description = "no such order")))]
pub(crate) async fn order(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
) -> Result<Json<OrderDocument>, Failure> {
    Ok(Json(OrderDocument::whole(&service.file(&visit.actor, id).await?)))
}

/// What is wanted now, of an order that was read at a certain revision.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Changed {
    revision: i64,
    wanted: Wanted,
}

#[utoipa::path(put, path = "/api/onboarding/orders/{id}", tag = "onboarding", params(("id" = uuid::Uuid, Path)),
    request_body = Object,
    responses((status = 200, body = OrderDocument, description = "the draft; the terms are to be accepted anew"),
        (status = 409, description = "it was sent, or somebody changed it since that revision"),
        (status = 422, description = "see the fields")))]
pub(crate) async fn change(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
    Sent(new): Sent<Changed>,
) -> Result<Json<OrderDocument>, Failure> {
    Ok(Json(OrderDocument::of(&service.change(&visit.actor, id, new.revision, &new.wanted).await?)))
}

#[utoipa::path(post, path = "/api/onboarding/orders/{id}/acceptance", tag = "onboarding",
    params(("id" = uuid::Uuid, Path)), request_body = TermsDocument,
    responses((status = 200, body = OrderDocument, description = "the terms are accepted for the organisation"),
        (status = 409, description = "that is not the newest version, or the order is over")))]
pub(crate) async fn accept(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
    Sent(terms): Sent<TermsDocument>,
) -> Result<Json<OrderDocument>, Failure> {
    Ok(Json(OrderDocument::of(&service.accept_terms(&visit.actor, id, terms.version).await?)))
}

#[utoipa::path(post, path = "/api/onboarding/orders/{id}/submission", tag = "onboarding",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = OrderDocument, description = "it waits for the owner's decision"),
        (status = 409, description = "the newest terms are not accepted, or it was sent")))]
pub(crate) async fn submit(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
) -> Result<Json<OrderDocument>, Failure> {
    Ok(Json(OrderDocument::of(&service.submit(&visit.actor, id).await?)))
}

#[utoipa::path(post, path = "/api/onboarding/orders/{id}/withdrawal", tag = "onboarding",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = OrderDocument, description = "it is withdrawn"),
        (status = 409, description = "it was decided")))]
pub(crate) async fn withdraw(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
) -> Result<Json<OrderDocument>, Failure> {
    Ok(Json(OrderDocument::of(&service.withdraw(&visit.actor, id).await?)))
}

#[utoipa::path(post, path = "/api/onboarding/orders/{id}/reopening", tag = "onboarding",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = OrderDocument, description = "it is a draft again"),
        (status = 409, description = "it was not refused, or there is a newer order")))]
pub(crate) async fn reopen(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
) -> Result<Json<OrderDocument>, Failure> {
    Ok(Json(OrderDocument::of(&service.reopen(&visit.actor, id).await?)))
}

#[utoipa::path(post, path = "/api/onboarding/orders/{id}/use", tag = "onboarding", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = OrderDocument, description = "the service is in use"),
        (status = 409, description = "the connection has not been tested")))]
pub(crate) async fn go_live(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
) -> Result<Json<OrderDocument>, Failure> {
    Ok(Json(OrderDocument::of(&service.go_live(&visit.actor, id).await?)))
}

#[utoipa::path(post, path = "/api/onboarding/orders/{id}/end", tag = "onboarding", params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = OrderDocument, description = "the service is closed to the organisation"),
        (status = 409, description = "it is not open")))]
pub(crate) async fn end(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
) -> Result<Json<OrderDocument>, Failure> {
    Ok(Json(OrderDocument::of(&service.end(&visit.actor, id).await?)))
}

#[utoipa::path(get, path = "/api/onboarding/desk", tag = "onboarding",
    responses((status = 200, body = Vec<SummaryDocument>,
        description = "the orders of the services that the organisation acted for owns, those that wait first"),
        (status = 403, description = "not a handler at level high")))]
pub(crate) async fn desk(
    State(service): State<Onboarding>,
    visit: Visit,
) -> Result<Json<Vec<SummaryDocument>>, Failure> {
    Ok(Json(service.desk(&visit.actor).await?.iter().map(SummaryDocument::of).collect()))
}

#[utoipa::path(post, path = "/api/onboarding/orders/{id}/decision", tag = "onboarding",
    params(("id" = uuid::Uuid, Path)), request_body = Object,
    responses((status = 200, body = OrderDocument, description = "granted or refused"),
        (status = 403, description = "not a handler of the owner's, or has taken part in the order"),
        (status = 409, description = "it does not wait for a decision"),
        (status = 422, description = "the class or the reason is missing")))]
pub(crate) async fn decide(
    State(service): State<Onboarding>,
    visit: Visit,
    Id(id): Id<OrderId>,
    Sent(answer): Sent<Answer>,
) -> Result<Json<OrderDocument>, Failure> {
    Ok(Json(OrderDocument::of(&service.decide(&visit.actor, id, &answer).await?)))
}
