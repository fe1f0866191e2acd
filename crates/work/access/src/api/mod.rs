//! JSON routes: the same use cases as the pages.

use std::sync::Arc;

use axum::{
    Json,
    extract::State as Service,
    http::{Method, StatusCode},
    response::{IntoResponse as _, Response},
};
use serde::{Deserialize, Serialize};
use varde_core::{Actor, ApplicationId, id::CataloguePath};
use varde_web::{Failure, Id, Routes, Sent, Visit};

use crate::{
    AccessService, CountAnswer,
    model::{Application, Assessment, Content, Decision, Finding, Proposal, State},
    service::Seed,
};

pub(crate) fn routes() -> Routes<Arc<AccessService>> {
    let (get, post) = (Method::GET, Method::POST);
    Routes::new()
        .api(get.clone(), "/api/applications", "access.application.list", list)
        .api(post.clone(), "/api/applications", "access.application.begin", begin)
        .api(get.clone(), "/api/applications/{id}", "access.application.read", read)
        .api(Method::PUT, "/api/applications/{id}/content", "access.application.write", save)
        .api(get.clone(), "/api/applications/{id}/count", "access.application.read", count)
        .api(post.clone(), "/api/applications/{id}/submit", "access.application.submit", submit)
        .api(post.clone(), "/api/applications/{id}/withdraw", "access.application.withdraw", withdraw)
        .api(post.clone(), "/api/applications/{id}/copy", "access.application.begin", copy)
        .api(post.clone(), "/api/applications/{id}/questions", "access.desk.ask", ask)
        .api(post.clone(), "/api/applications/{id}/questions/{number}/answer", "access.application.answer", answer)
        .api(post.clone(), "/api/applications/{id}/assessments", "access.desk.assess", assess)
        .api(post, "/api/applications/{id}/decision", "access.desk.decide", decide)
        .api(get, "/api/desk/applications", "access.desk.read", desk)
}

/// The part of the OpenAPI document that this context answers for.
pub fn open_api() -> utoipa::openapi::OpenApi {
    <Document as utoipa::OpenApi>::openapi()
}

#[derive(utoipa::OpenApi)]
#[openapi(
    paths(list, begin, read, save, count, submit, withdraw, copy, ask, answer, assess, decide, desk),
    tags((name = "access", description = "Applications for data and the decisions on them"))
)]
struct Document;

/// An application in a list.
#[derive(Serialize, utoipa::ToSchema)]
struct Summary {
    /// UUID.
    #[schema(value_type = String, format = Uuid)]
    id: ApplicationId,
    /// Such as `26/00017`.
    reference: String,
    /// The project's title.
    title: String,
    /// draft, submitted, processing, awaiting_answer, decided or withdrawn.
    #[schema(value_type = String)]
    state: State,
    /// RFC 3339, UTC.
    submitted_at: Option<String>,
}

impl From<Application> for Summary {
    fn from(it: Application) -> Self {
        Self {
            id: it.id,
            reference: it.reference,
            title: it.content.title,
            state: it.state,
            submitted_at: it.submitted_at.map(|t| t.to_string()),
        }
    }
}

/// A question and its answer.
#[derive(Serialize, utoipa::ToSchema)]
struct QuestionBody {
    /// Its number within the application.
    number: i32,
    /// The field it is about.
    field: String,
    /// What was asked.
    text: String,
    /// What was answered, if it was.
    answer: Option<String>,
}

/// An application with everything that belongs to it.
#[derive(Serialize, utoipa::ToSchema)]
struct FileBody {
    /// In short.
    #[serde(flatten)]
    summary: Summary,
    /// Counts every saved change; send it back when saving.
    revision: i64,
    /// What the applicant wrote.
    #[schema(value_type = Object)]
    content: Content,
    /// Questions and answers.
    questions: Vec<QuestionBody>,
    /// Assessments, for the access body and, after the decision, for the applicant.
    #[schema(value_type = Vec<Object>)]
    assessments: Vec<Assessment>,
    /// The decision, once made.
    #[schema(value_type = Option<Object>)]
    decision: Option<Decision>,
}

async fn file_body(service: &AccessService, actor: &Actor, id: ApplicationId) -> Result<FileBody, Failure> {
    let file = service.file(actor, id).await?;
    Ok(FileBody {
        revision: file.application.revision,
        content: file.application.content.clone(),
        summary: file.application.into(),
        questions: file
            .questions
            .into_iter()
            .map(|q| QuestionBody { number: q.number, field: q.field, text: q.text, answer: q.answer })
            .collect(),
        assessments: file.assessments,
        decision: file.decision,
    })
}

type Access = Service<Arc<AccessService>>;

/// The caller's own applications, newest first.
#[utoipa::path(get, path = "/api/applications", tag = "access", responses((status = 200, body = Vec<Summary>)))]
async fn list(Service(service): Access, visit: Visit) -> Result<Json<Vec<Summary>>, Failure> {
    Ok(Json(service.mine(&visit.actor).await?.into_iter().map(Summary::from).collect()))
}

/// Everything sent to the access body, open ones first.
#[utoipa::path(get, path = "/api/desk/applications", tag = "access", responses((status = 200, body = Vec<Summary>)))]
async fn desk(Service(service): Access, visit: Visit) -> Result<Json<Vec<Summary>>, Failure> {
    Ok(Json(service.desk(&visit.actor).await?.into_iter().map(Summary::from).collect()))
}

/// What a new application begins with.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Begin {
    /// The caller's own key for this application: the same key gives the same draft.
    origin: String,
    /// A first title.
    title: String,
    /// Variables as catalogue paths.
    #[schema(value_type = Vec<String>)]
    variables: Vec<CataloguePath>,
}

/// Begins an application; the same origin gives the same one.
#[utoipa::path(post, path = "/api/applications", tag = "access", request_body = Begin,
    responses((status = 201, body = FileBody), (status = 422)))]
async fn begin(Service(service): Access, visit: Visit, Sent(body): Sent<Begin>) -> Result<Response, Failure> {
    let seed = Seed { origin: format!("api:{}", body.origin), title: body.title, variables: body.variables };
    let id = service.begin(&visit.actor, seed).await?;
    Ok((StatusCode::CREATED, Json(file_body(&service, &visit.actor, id).await?)).into_response())
}

/// One application.
#[utoipa::path(get, path = "/api/applications/{id}", tag = "access", params(("id" = String, Path)),
    responses((status = 200, body = FileBody), (status = 404)))]
async fn read(Service(service): Access, visit: Visit, Id(id): Id<ApplicationId>) -> Result<Json<FileBody>, Failure> {
    Ok(Json(file_body(&service, &visit.actor, id).await?))
}

/// A changed content and the revision it was made from.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Save {
    /// The revision that was read.
    revision: i64,
    /// The whole content.
    #[schema(value_type = Object)]
    content: Content,
}

/// Saves the draft; 409 when it was changed meanwhile.
#[utoipa::path(put, path = "/api/applications/{id}/content", tag = "access", params(("id" = String, Path)),
    request_body = Save, responses((status = 200, body = FileBody), (status = 409), (status = 422)))]
async fn save(
    Service(service): Access,
    visit: Visit,
    Id(id): Id<ApplicationId>,
    Sent(body): Sent<Save>,
) -> Result<Json<FileBody>, Failure> {
    service.save(&visit.actor, id, body.revision, &body.content).await?;
    Ok(Json(file_body(&service, &visit.actor, id).await?))
}

/// About how many people.
#[derive(Serialize, utoipa::ToSchema)]
struct Count {
    /// Rounded to the nearest ten; absent when there are fewer than ten.
    people: Option<u64>,
    /// Whether there are fewer than ten.
    fewer_than_ten: bool,
}

/// About how many people the need is about.
#[utoipa::path(get, path = "/api/applications/{id}/count", tag = "access", params(("id" = String, Path)),
    responses((status = 200, body = Count)))]
async fn count(Service(service): Access, visit: Visit, Id(id): Id<ApplicationId>) -> Result<Json<Count>, Failure> {
    Ok(Json(match service.count(&visit.actor, id).await?.people {
        CountAnswer::About(people) => Count { people: Some(people), fewer_than_ten: false },
        CountAnswer::FewerThanTen => Count { people: None, fewer_than_ten: true },
    }))
}

/// Sends the application.
#[utoipa::path(post, path = "/api/applications/{id}/submit", tag = "access", params(("id" = String, Path)),
    responses((status = 200, body = FileBody), (status = 409), (status = 422)))]
async fn submit(Service(service): Access, visit: Visit, Id(id): Id<ApplicationId>) -> Result<Json<FileBody>, Failure> {
    service.submit(&visit.actor, id).await?;
    Ok(Json(file_body(&service, &visit.actor, id).await?))
}

/// Takes the application back.
#[utoipa::path(post, path = "/api/applications/{id}/withdraw", tag = "access", params(("id" = String, Path)),
    responses((status = 200, body = FileBody), (status = 409)))]
async fn withdraw(
    Service(service): Access,
    visit: Visit,
    Id(id): Id<ApplicationId>,
) -> Result<Json<FileBody>, Failure> {
    service.withdraw(&visit.actor, id).await?;
    Ok(Json(file_body(&service, &visit.actor, id).await?))
}

/// Begins a draft with the content of an application that is over.
#[utoipa::path(post, path = "/api/applications/{id}/copy", tag = "access", params(("id" = String, Path)),
    responses((status = 201, body = FileBody), (status = 404), (status = 409)))]
async fn copy(Service(service): Access, visit: Visit, Id(id): Id<ApplicationId>) -> Result<Response, Failure> {
    let copy = service.copy(&visit.actor, id).await?;
    Ok((StatusCode::CREATED, Json(file_body(&service, &visit.actor, copy).await?)).into_response())
}

/// A question on a field.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Ask {
    /// The field, such as `summary` or `cohort`.
    field: String,
    /// What is asked.
    text: String,
}

/// Asks the applicant.
#[utoipa::path(post, path = "/api/applications/{id}/questions", tag = "access", params(("id" = String, Path)),
    request_body = Ask, responses((status = 200, body = FileBody), (status = 409), (status = 422)))]
async fn ask(
    Service(service): Access,
    visit: Visit,
    Id(id): Id<ApplicationId>,
    Sent(body): Sent<Ask>,
) -> Result<Json<FileBody>, Failure> {
    service.ask(&visit.actor, id, &body.field, &body.text).await?;
    Ok(Json(file_body(&service, &visit.actor, id).await?))
}

/// An answer.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Answer {
    /// What is answered.
    text: String,
}

/// Answers a question.
#[utoipa::path(post, path = "/api/applications/{id}/questions/{number}/answer", tag = "access",
    params(("id" = String, Path), ("number" = i32, Path)), request_body = Answer,
    responses((status = 200, body = FileBody), (status = 409), (status = 422)))]
async fn answer(
    Service(service): Access,
    visit: Visit,
    Id((id, number)): Id<(ApplicationId, i32)>,
    Sent(body): Sent<Answer>,
) -> Result<Json<FileBody>, Failure> {
    service.answer(&visit.actor, id, number, &body.text).await?;
    Ok(Json(file_body(&service, &visit.actor, id).await?))
}

/// An assessment of one criterion.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
struct Assess {
    /// The criterion's key.
    criterion: String,
    /// met, partly, not_met or not_relevant.
    #[schema(value_type = String)]
    finding: Finding,
    /// Why.
    reason: String,
}

/// Assesses one criterion.
#[utoipa::path(post, path = "/api/applications/{id}/assessments", tag = "access", params(("id" = String, Path)),
    request_body = Assess, responses((status = 200, body = FileBody), (status = 409), (status = 422)))]
async fn assess(
    Service(service): Access,
    visit: Visit,
    Id(id): Id<ApplicationId>,
    Sent(body): Sent<Assess>,
) -> Result<Json<FileBody>, Failure> {
    service.assess(&visit.actor, id, &body.criterion, body.finding, &body.reason).await?;
    Ok(Json(file_body(&service, &visit.actor, id).await?))
}

/// Decides.
#[utoipa::path(post, path = "/api/applications/{id}/decision", tag = "access", params(("id" = String, Path)),
    request_body = Object, responses((status = 200, body = FileBody), (status = 409), (status = 422)))]
async fn decide(
    Service(service): Access,
    visit: Visit,
    Id(id): Id<ApplicationId>,
    Sent(proposal): Sent<Proposal>,
) -> Result<Json<FileBody>, Failure> {
    service.decide(&visit.actor, id, &proposal).await?;
    Ok(Json(file_body(&service, &visit.actor, id).await?))
}
