//! Against forged requests. A request that changes something and comes with a session must come
//! from our own pages (`Sec-Fetch-Site`, or `Origin` from older browsers), and a form must carry
//! the session's token. A websocket is opened by a GET and is held to the same origin.

use axum::{
    body::{Body, Bytes},
    extract::Request,
};
use futures::{StreamExt as _, stream};
use http::{HeaderMap, Method, header};

use crate::form::CSRF_FIELD;

/// Where a request comes from, as far as the browser says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Our own pages.
    Same,
    /// Somewhere else.
    Foreign,
    /// The browser does not say, or it is no browser.
    Unknown,
}

/// Whether the request changes something or opens a websocket, so that its origin matters.
pub(crate) fn matters(method: &Method, headers: &HeaderMap) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) || headers.contains_key(header::UPGRADE)
}

/// Reads `Sec-Fetch-Site` (W3C Fetch Metadata), else compares `Origin` with ours.
pub(crate) fn origin(headers: &HeaderMap, ours: &str) -> Origin {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
        (Some("same-origin" | "none"), _) => Origin::Same,
        (Some(_), _) => Origin::Foreign,
        (None, Some(origin)) if origin == ours => Origin::Same,
        (None, Some(_)) => Origin::Foreign,
        (None, None) => Origin::Unknown,
    }
}

/// Whether the body is of a kind that a foreign page can post without asking first (a "simple"
/// request of the Fetch standard), so that a token is needed.
pub(crate) fn needs_token(headers: &HeaderMap) -> bool {
    let kind = content_type(headers);
    let form = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];
    form.iter().any(|f| kind.starts_with(f)) || kind.is_empty() && has_body(headers)
}

/// Whether the body is an urlencoded form, whose text can be held.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    content_type(headers).starts_with("application/x-www-form-urlencoded")
}

/// Whether the body is a multipart form, as uploads are.
pub(crate) fn is_multipart(headers: &HeaderMap) -> bool {
    content_type(headers).starts_with("multipart/form-data")
}

fn has_body(headers: &HeaderMap) -> bool {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|v| v.to_str().ok()).unwrap_or("0");
    length != "0" || headers.contains_key(header::TRANSFER_ENCODING)
}

fn content_type(headers: &HeaderMap) -> String {
    headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("").to_ascii_lowercase()
}

/// Whether a form has a token as our pages write it, without reading the form: they escape nothing of its
/// name. For requests without session, where a token only tells that there was one.
pub(crate) fn has_token(body: &[u8]) -> bool {
    body.windows(CSRF_FIELD.len()).any(|part| part == CSRF_FIELD.as_bytes())
}

/// The token of an urlencoded form.
pub(crate) fn token_of_form(body: &[u8]) -> Option<String> {
    url::form_urlencoded::parse(body).find(|(name, _)| name == CSRF_FIELD).map(|(_, value)| value.into_owned())
}

/// How far into an upload the token is looked for; the field stands first in the form.
const UPLOAD_HEAD: usize = 16 * 1024;

/// The token of a multipart form, and the request whole again: an upload is not read into memory.
pub(crate) async fn token_of_upload(request: Request) -> (Option<String>, Request) {
    let (parts, body) = request.into_parts();
    let mut rest = body.into_data_stream();
    let (mut read, mut head) = (Vec::<Result<Bytes, axum::Error>>::new(), Vec::<u8>::new());
    let mut token = None;
    while token.is_none() && head.len() < UPLOAD_HEAD {
        let Some(chunk) = rest.next().await else { break };
        if let Ok(bytes) = &chunk {
            head.extend_from_slice(&bytes[..bytes.len().min(UPLOAD_HEAD)]);
        }
        let failed = chunk.is_err();
        read.push(chunk);
        token = token_in_part(&head);
        if failed {
            break;
        }
    }
    (token, Request::from_parts(parts, Body::from_stream(stream::iter(read).chain(rest))))
}

/// Finds `name="_csrf"`, the empty line after it, and the 64 hexadecimal digits there.
fn token_in_part(head: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(head);
    let (_, after) = text.split_once(&format!("name=\"{CSRF_FIELD}\""))?;
    let (_, value) = after.split_once("\r\n\r\n")?;
    let (token, _) = value.split_once("\r\n")?;
    Some(token.to_owned())
}

/// Whether two tokens are the same, in a time that does not tell where they differ.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |all, (x, y)| all | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap())).collect::<HeaderMap>()
    }

    #[test]
    fn the_browser_says_where_a_request_comes_from() {
        let ours = "https://varde.example";
        let cases: [(&[(&'static str, &'static str)], Origin); 7] = [
            (&[("sec-fetch-site", "same-origin")], Origin::Same),
            (&[("sec-fetch-site", "none")], Origin::Same),
            (&[("sec-fetch-site", "same-site")], Origin::Foreign),
            (&[("sec-fetch-site", "cross-site"), ("origin", "https://varde.example")], Origin::Foreign),
            (&[("origin", "https://varde.example")], Origin::Same),
            (&[("origin", "null")], Origin::Foreign),
            (&[], Origin::Unknown),
        ];
        for (pairs, expected) in cases {
            assert_eq!(origin(&headers(pairs), ours), expected, "{pairs:?}");
        }
    }

    #[tokio::test]
    async fn an_upload_keeps_every_byte_when_its_token_is_read() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\nabc\r\n--x--\r\n";
        let chunks = body.as_bytes().chunks(7).map(|c| Ok::<_, std::io::Error>(Bytes::copy_from_slice(c)));
        let request = Request::new(Body::from_stream(stream::iter(chunks.collect::<Vec<_>>())));
        let (token, request) = token_of_upload(request).await;
        assert_eq!(token.as_deref(), Some("abc"));
        let whole = axum::body::to_bytes(request.into_body(), 1000).await.unwrap();
        assert_eq!(whole, body.as_bytes());
    }
}
