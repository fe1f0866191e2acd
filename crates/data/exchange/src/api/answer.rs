//! An answer in RDF, with what lets a harvester ask again cheaply (RFC 9110 sections 8.8 and 13).

use axum::{
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use varde_core::Digest;
use varde_rdf::{Format, write};

use crate::{ExchangeError, service::Told};

/// The answer, or 304 when the reader has it already.
pub(super) fn rdf(told: &Told, format: Format, asked: &HeaderMap) -> Result<Response, ExchangeError> {
    let body = write(&told.said, format).map_err(|error| ExchangeError::Writing(error.to_string()))?;
    // The same statements give the same bytes, so that their digest is a strong tag.
    let tag = format!("\"{}\"", Digest::of(&body));
    let known = text(asked, header::IF_NONE_MATCH).is_some_and(|known| matches(known, &tag));
    let since = text(asked, header::IF_MODIFIED_SINCE).filter(|_| !asked.contains_key(header::IF_NONE_MATCH));
    let unchanged = known || since.is_some_and(|since| told.modified.map(http_date).as_deref() == Some(since));
    let mut response = if unchanged {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        let kind = format!("{}; charset=utf-8", format.media_type());
        ([(header::CONTENT_TYPE, kind)], body).into_response()
    };
    let headers = response.headers_mut();
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(header::ETAG, &tag);
    set(header::VARY, "accept");
    set(header::CACHE_CONTROL, "public, no-cache");
    if let Some(modified) = told.modified {
        set(header::LAST_MODIFIED, &http_date(modified));
    }
    Ok(response)
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether a list of tags holds ours; a weak tag of the same content is as good here (section 13.1.2).
fn matches(known: &str, tag: &str) -> bool {
    known.trim() == "*" || known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
}

/// A time as HTTP writes it.
fn http_date(time: Timestamp) -> String {
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use varde_rdf::{Statements, node_of, vocabulary::DCT};

    fn told() -> Told {
        let mut said = Statements::new();
        said.string(&node_of("https://varde.test/a", ""), DCT.term("title"), "A");
        Told { said, modified: Some("2026-11-23T02:03:04.5Z".parse().unwrap()) }
    }

    fn asked(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn who_has_it_is_told_so() {
        let fresh = rdf(&told(), Format::Turtle, &HeaderMap::new()).unwrap();
        assert_eq!(fresh.status(), StatusCode::OK);
        assert_eq!(fresh.headers()[header::CONTENT_TYPE], "text/turtle; charset=utf-8");
        assert_eq!(fresh.headers()[header::LAST_MODIFIED], "Mon, 23 Nov 2026 02:03:04 GMT");
        let tag = fresh.headers()[header::ETAG].to_str().unwrap().to_owned();
        for known in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
            let again = rdf(&told(), Format::Turtle, &asked(header::IF_NONE_MATCH, &known)).unwrap();
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(again.headers()[header::ETAG], tag.as_str());
        }
        let since = asked(header::IF_MODIFIED_SINCE, "Mon, 23 Nov 2026 02:03:04 GMT");
        assert_eq!(rdf(&told(), Format::Turtle, &since).unwrap().status(), StatusCode::NOT_MODIFIED);
        let other = asked(header::IF_NONE_MATCH, "\"other\"");
        assert_eq!(rdf(&told(), Format::Turtle, &other).unwrap().status(), StatusCode::OK);
        // Another format is other bytes, so that its tag is another.
        assert_ne!(rdf(&told(), Format::JsonLd, &HeaderMap::new()).unwrap().headers()[header::ETAG], tag.as_str());
    }
}
