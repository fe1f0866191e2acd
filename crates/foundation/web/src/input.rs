//! What a program sends: ids in addresses and JSON bodies. Each has one rule for what is wrong, so
//! that all contexts answer alike.

use axum::{
    Json,
    extract::{FromRequest, FromRequestParts, Path, Request},
};
use http::{StatusCode, request::Parts};
use serde::de::DeserializeOwned;

use crate::Failure;

/// An id in an address, or several as a tuple. Text that cannot be an id names nothing: 404, the same
/// answer as for an id that nothing has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let found = Path::<T>::from_request_parts(parts, state).await;
        found.map(|Path(id)| Self(id)).map_err(|_| Failure::not_found())
    }
}

/// The JSON of a request's body. What is wrong with it is told in the problem's `detail`: which field,
/// what was expected, where. Values that were sent are not repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let sent = Json::<T>::from_request(request, state).await;
        sent.map(|Json(body)| Self(body)).map_err(|rejection| {
            let code = match rejection.status() {
                StatusCode::UNSUPPORTED_MEDIA_TYPE => "web.media_type",
                StatusCode::PAYLOAD_TOO_LARGE => "web.too_large",
                _ => "web.bad_input",
            };
            Failure::told(rejection.status(), code, without_values(&rejection.body_text()))
        })
    }
}

/// The message without what somebody sent: quoted text and long numbers may be about a person.
fn without_values(message: &str) -> String {
    let mut told = String::with_capacity(message.len());
    let mut digits = String::new();
    let (mut quoted, mut escaped) = (false, false);
    let settle = |told: &mut String, digits: &mut String| {
        told.push_str(if digits.len() > 5 { "…" } else { digits.as_str() });
        digits.clear();
    };
    for letter in message.chars() {
        if quoted {
            if letter == '"' && !escaped {
                quoted = false;
                told.push_str("…\"");
            }
            escaped = letter == '\\' && !escaped;
        } else if letter.is_ascii_digit() {
            digits.push(letter);
        } else {
            settle(&mut told, &mut digits);
            quoted = letter == '"';
            told.push(letter);
        }
    }
    settle(&mut told, &mut digits);
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sent_is_not_repeated() {
        for (message, told) in [
            (
                r#"content.months: invalid type: string "01019012345", expected u32 at line 1 column 20"#,
                r#"content.months: invalid type: string "…", expected u32 at line 1 column 20"#,
            ),
            (r#"invalid type: string "a \"quoted\" name", expected a"#, r#"invalid type: string "…", expected a"#),
            ("invalid value: integer `01019012345`, expected", "invalid value: integer `…`, expected"),
            ("unknown field `cohrt`, expected `cohort`", "unknown field `cohrt`, expected `cohort`"),
        ] {
            assert_eq!(without_values(message), told);
        }
    }
}
