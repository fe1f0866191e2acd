//! `/connect/userinfo`.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, Method},
    response::{IntoResponse, Response},
};

use crate::{
    AuthorisationServer,
    api::{answer, path},
    resource::{Credentials, Refused},
};

/// Who logged in, for the client that has the access token.
pub(super) async fn userinfo(
    State(server): State<Arc<AuthorisationServer>>,
    method: Method,
    headers: HeaderMap,
) -> Response {
    match told(&server, &method, &headers).await {
        Ok(response) => response,
        Err(refused) => refused.into_response(),
    }
}

async fn told(server: &AuthorisationServer, method: &Method, headers: &HeaderMap) -> Result<Response, Refused> {
    let sent = Credentials::read(headers)?.ok_or(Refused::Missing)?;
    let address = answer::address(server, path::USERINFO).map_err(Refused::Unchecked)?;
    Ok(answer::good(&server.userinfo(method, &address, sent).await?))
}
