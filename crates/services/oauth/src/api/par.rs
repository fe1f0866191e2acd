//! `/connect/par`.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};

use crate::{
    AuthorisationServer, CallOutcome,
    api::{answer, path},
    fault::Fault,
    protocol::dpop,
    service::authentication::Incoming,
};

/// The address of a request, or the reason why not.
pub(super) async fn push(State(server): State<Arc<AuthorisationServer>>, headers: HeaderMap, body: Bytes) -> Response {
    match pushed(&server, &headers, &body).await {
        Ok(response) => response,
        Err(fault) => answer::refused(&server, &fault),
    }
}

async fn pushed(server: &AuthorisationServer, headers: &HeaderMap, body: &[u8]) -> Result<Response, Fault> {
    let form = answer::form(headers, body)?;
    let address = answer::address(server, path::PAR)?;
    let answered = async {
        let incoming = Incoming { address: &address, proof: dpop::one(headers)?, form: &form };
        server.push(&incoming).await
    };
    let answered = answered.await;
    server.note(&form, answered.as_ref().map(|_| CallOutcome::RequestTaken));
    let mut response = answer::good(&answered?);
    // RFC 9126, section 2.2.
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}
