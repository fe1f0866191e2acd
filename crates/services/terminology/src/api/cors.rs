//! Lets pages of other sites read FHIR (Fetch standard, CORS). What is here is open to everybody, and a
//! browser never sends or shows anything of a session to another site: no credentials are allowed, so that
//! the answer is the one that nobody in particular gets. Every operation can be asked by GET; a POST from
//! another site is refused before it comes here, as everywhere but below `/api/`.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};

/// How long a browser may remember what is allowed, in seconds: a day.
const REMEMBERED: &str = "86400";

/// Answers a browser that asks first, and marks every answer as readable from anywhere.
pub(super) async fn open_to_other_sites(request: Request, next: Next) -> Response {
    let asks_first = request.method() == Method::OPTIONS;
    let mut response = if asks_first { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let mut put = |name: HeaderName, value: &'static str| {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    };
    put(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    if asks_first {
        put(header::ACCESS_CONTROL_ALLOW_METHODS, "GET");
        put(header::ACCESS_CONTROL_ALLOW_HEADERS, "accept, accept-language");
        put(header::ACCESS_CONTROL_MAX_AGE, REMEMBERED);
    }
    response
}
