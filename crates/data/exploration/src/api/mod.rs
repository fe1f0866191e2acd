//! JSON for notebooks: what is open, ask, how the budget stands.

use axum::{Json, extract::State, http::Method};
use serde::Serialize;
use utoipa::OpenApi;
use varde_web::{Failure, Routes, Sent, Visit};

use crate::{
    Exploration, Standing,
    model::{Answer, Explorable, Question},
    service::{ASK, READ},
    store::QuestionId,
};

#[derive(OpenApi)]
#[openapi(paths(datasets, ask, budget), components(schemas(Question, Standing)))]
struct Document;

/// The description of the JSON routes.
pub fn open_api() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

pub(crate) fn routes() -> Routes<Exploration> {
    Routes::new()
        .api(Method::GET, "/api/exploration/datasets", READ, datasets)
        .api(Method::POST, "/api/exploration/questions", ASK, ask)
        .api(Method::GET, "/api/exploration/budget", ASK, budget)
}

/// The datasets that are open for exploration, with their variables and levels.
#[utoipa::path(get, path = "/api/exploration/datasets", tag = "exploration",
    responses((status = 200, description = "by path; `levels` of a variable are what a table can be crossed by")))]
async fn datasets(visit: Visit, State(service): State<Exploration>) -> Result<Json<Vec<Explorable>>, Failure> {
    Ok(Json(service.datasets(&visit.actor).await?))
}

/// What a notebook is told.
#[derive(Debug, Serialize)]
struct Reply {
    /// The question's id: its page is `/utforsk/sporsmal/{id}`.
    id: QuestionId,
    /// Whether it was told before, which costs nothing.
    again: bool,
    standing: Standing,
    answer: Answer,
}

/// Asks for a safe table. The same question of the same release has the same answer.
#[utoipa::path(post, path = "/api/exploration/questions", tag = "exploration", request_body = Question,
    responses((status = 200, description = "the table: `groups` of each dimension; `cells` with the total of each \
        dimension first and the last dimension fastest; `withheld` with a reason when nothing is told; `checked` is \
        the record of what was checked"),
        (status = 401, description = "log in, or send a token"),
        (status = 403, description = "no right to ask: see the scope varde:api/exploration.ask"),
        (status = 422, description = "the question is wrong; `fields` says where"),
        (status = 429, description = "the budget is used up, or the questions close in on few people")))]
async fn ask(
    visit: Visit,
    State(service): State<Exploration>,
    Sent(question): Sent<Question>,
) -> Result<Json<Reply>, Failure> {
    let asked = service.ask(&visit.actor, question).await?;
    Ok(Json(Reply { id: asked.id, again: asked.again, standing: asked.standing, answer: asked.answer }))
}

/// How the budget stands.
#[utoipa::path(get, path = "/api/exploration/budget", tag = "exploration",
    responses((status = 200, description = "what may be asked, what was asked, what is left today", body = Standing),
        (status = 403, description = "no right to ask")))]
async fn budget(visit: Visit, State(service): State<Exploration>) -> Result<Json<Standing>, Failure> {
    Ok(Json(service.standing(&visit.actor, None).await?))
}
