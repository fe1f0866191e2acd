//! The gateway: the only door between a browser and a room's notebook. Members with a live session
//! pass, by the policy, at every request; what may pass is in `rules`.

mod rules;
pub(crate) mod socket;

use std::{future::Future, sync::Arc, time::Duration};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use hyper::{Method, client::conn::http1, upgrade};
use hyper_util::rt::TokioIo;
use varde_core::RoomId;
use varde_web::{Failure, Id, Visit};

use crate::{RoomsError, RoomsService};

/// How long a websocket lives before the browser must open it anew, and be asked again who it is:
/// Jupyter's page does so by itself.
const CONNECTION_LIFE: Duration = Duration::from_secs(30 * 60);

/// Everything below `/rom/{room}/jupyter/`.
pub(crate) async fn notebook(
    State(service): State<Arc<RoomsService>>,
    visit: Visit,
    Id((room, rest)): Id<(RoomId, String)>,
    request: Request,
) -> Result<Response, Failure> {
    let query = request.uri().query().unwrap_or("");
    if !rules::may_pass(request.method(), &rest, query) {
        return Ok((StatusCode::FORBIDDEN, visit.t("rooms-gateway-closed")).into_response());
    }
    let folder = service.notebook(&visit.actor, room).await?;
    let content = request.method() == Method::GET && rules::is_content(&rest);
    let base = RoomsService::notebook_path(room);
    let (watching, actor) = (Arc::clone(&service), visit.actor.clone());
    let refused = async move { watching.until_refused(&actor, room).await };
    let response =
        forward(&folder, &base, request, refused).await.map_err(|error| RoomsError::Notebook(error.to_string()))?;
    if content && length(response.headers()).is_none_or(|bytes| bytes > rules::LARGEST_CONTENT) {
        return Ok((StatusCode::PAYLOAD_TOO_LARGE, visit.t("rooms-gateway-large")).into_response());
    }
    Ok(response)
}

fn length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn forward(
    folder: &std::path::Path,
    base: &str,
    mut request: Request,
    refused: impl Future<Output = ()> + Send + 'static,
) -> Result<Response, Box<dyn std::error::Error + Send + Sync>> {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("").to_owned();
    let upgrades = request.headers().contains_key(header::UPGRADE);
    let browser = upgrades.then(|| upgrade::on(&mut request));
    let (parts, body) = request.into_parts();
    let target = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let mut inner = http::Request::builder().method(parts.method).uri(target).body(body)?;
    *inner.headers_mut() = rules::inward(&parts.headers);

    let stream = socket::connect(folder, "jupyter.sock").await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection.with_upgrades());
    let mut answer = sender.send_request(inner).await?;

    if let (StatusCode::SWITCHING_PROTOCOLS, Some(browser)) = (answer.status(), browser) {
        let room = upgrade::on(&mut answer);
        tokio::spawn(async move {
            if let (Ok(browser), Ok(room)) = tokio::join!(browser, room) {
                let (mut browser, mut room) = (TokioIo::new(browser), TokioIo::new(room));
                let copied = tokio::io::copy_bidirectional(&mut browser, &mut room);
                // Either side closing, the time being up, or a role that has ended, ends it.
                tokio::select! {
                    _ = tokio::time::timeout(CONNECTION_LIFE, copied) => {}
                    () = refused => {}
                }
            }
        });
    }
    let (parts, body) = answer.into_parts();
    let attachment =
        parts.headers.get(header::CONTENT_DISPOSITION).is_some_and(|d| d.as_bytes().starts_with(b"attachment"));
    if attachment {
        return Ok(StatusCode::FORBIDDEN.into_response());
    }
    let mut response = Response::new(Body::new(body));
    *response.status_mut() = parts.status;
    *response.headers_mut() = rules::outward(&parts.headers, base, &host);
    Ok(response)
}
