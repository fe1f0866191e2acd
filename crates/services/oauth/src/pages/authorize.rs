//! `GET /connect/authorize`: to the login, or back to the client.

use axum::{
    extract::{RawQuery, State},
    http::HeaderMap,
    response::Response,
};
use varde_web::{Failure, Visit};

use super::{behind, cookie, with_cookie};
use crate::{
    Server,
    api::path,
    protocol::parameters::Parameters,
    service::login::authorize::{Next, NoAnswer},
};

/// The address that begins a login here: the shell's.
const LOGIN: &str = "/logg-inn";
/// How long a browser keeps what ties it to a request, in seconds: as long as the login may take.
const KEPT: u32 = 600;

pub(super) async fn authorize(
    State(server): State<Server>,
    visit: Visit,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    let query = Parameters::read(query.unwrap_or_default().as_bytes()).map_err(|_| NoAnswer::Incomplete)?;
    let next = server.authorize(&query, visit.session(), |name| cookie(&headers, name)).await?;
    Ok(match next {
        Next::Answer(address) => visit.see(address.as_str()),
        Next::LogIn { high, anew, browser } => {
            let response = visit.see(&login_address(&query, high, anew));
            match browser {
                Some((name, secret)) => {
                    let secure = if server.issuer().starts_with("https://") { "; Secure" } else { "" };
                    let at = path::AUTHORIZE;
                    let cookie = format!("{name}={secret}; Path={at}; Max-Age={KEPT}; HttpOnly; SameSite=Lax{secure}");
                    with_cookie(response, &cookie)
                }
                None => response,
            }
        }
    })
}

/// The login, and from there back to the same request.
fn login_address(query: &Parameters, high: bool, anew: bool) -> String {
    let mut back = behind(path::AUTHORIZE);
    for name in ["client_id", "request_uri"] {
        back.append_pair(name, query.get(name).unwrap_or_default());
    }
    let mut login = behind(LOGIN);
    login.append_pair("til", &back.finish());
    if high {
        login.append_pair("niva", "hoyt");
    }
    if anew {
        login.append_pair("ny", "ja");
    }
    login.finish()
}
