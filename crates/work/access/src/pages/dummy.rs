//! Invented data of the shape of the application's need, to write code with while waiting.

use std::sync::Arc;

use axum::{
    extract::State as Service,
    http::header,
    response::{IntoResponse as _, Response},
};
use varde_core::ApplicationId;
use varde_web::{Failure, Id, Visit};

use crate::AccessService;

/// `GET /soknader/{id}/oppdiktede-data`: a zip file. It holds nothing about anybody, so that nothing is
/// entered; the same need gives the same bytes.
pub(super) async fn fetch(
    Service(service): Service<Arc<AccessService>>,
    visit: Visit,
    Id(id): Id<ApplicationId>,
) -> Result<Response, Failure> {
    let application = service.file(&visit.actor, id).await?.application;
    let content = &application.content;
    let bytes = service.ports().dummy.zip(&content.need, &content.title).await?;
    let name = format!("attachment; filename=\"oppdiktet-{}.zip\"", application.reference.replace('/', "-"));
    let headers = [(header::CONTENT_TYPE, "application/zip".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, bytes).into_response())
}
