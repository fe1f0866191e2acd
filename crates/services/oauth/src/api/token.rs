//! `/connect/token`.

use std::sync::Arc;

use axum::{body::Bytes, extract::State, http::HeaderMap, response::Response};

use crate::{
    AuthorisationServer, CallOutcome,
    api::{answer, path},
    fault::Fault,
    protocol::dpop,
    service::authentication::Incoming,
};

/// A token, or the reason why not.
pub(super) async fn token(State(server): State<Arc<AuthorisationServer>>, headers: HeaderMap, body: Bytes) -> Response {
    match asked(&server, &headers, &body).await {
        Ok(response) => response,
        Err(fault) => answer::refused(&server, &fault),
    }
}

async fn asked(server: &AuthorisationServer, headers: &HeaderMap, body: &[u8]) -> Result<Response, Fault> {
    let form = answer::form(headers, body)?;
    let address = answer::address(server, path::TOKEN)?;
    let answered = async {
        let incoming = Incoming { address: &address, proof: dpop::one(headers)?, form: &form };
        server.token(&incoming).await
    };
    let answered = answered.await;
    server.note(&form, answered.as_ref().map(|_| CallOutcome::TokenGiven));
    Ok(answer::good(&answered?))
}
