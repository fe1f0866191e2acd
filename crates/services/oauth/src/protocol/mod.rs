//! What arrives over the wire and is believed, or not: pure, so that every reason to refuse is a
//! test of its own. Whether something was used before is the store's to say, afterwards.

pub(crate) mod client_assertion;
pub(crate) mod dpop;
pub(crate) mod nonce;
pub(crate) mod parameters;
pub(crate) mod request_object;

use serde_json::Value;
use varde_jose::Claims;

use crate::fault::{Code, Fault};

/// How far the clocks may differ, in seconds (FAPI 2.0 Security Profile, section 5.3.2.1: up to 10
/// seconds into the future must be taken, more than 60 must be refused).
pub(crate) const SKEW: i64 = 10;

/// A point in time among claims, in whole seconds since 1970; fractions are cut off (RFC 7519,
/// section 2, NumericDate).
///
/// # Errors
/// When it is there and no number.
pub(crate) fn time(claims: &Claims, name: &str, code: Code) -> Result<Option<i64>, Fault> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::Number(number)) => {
            let seconds = number.as_i64().or_else(|| number.as_f64().filter(|f| f.is_finite()).map(|f| f as i64));
            seconds.map(Some).ok_or_else(|| Fault::about(code, format!("{name} is no time")))
        }
        Some(_) => Err(Fault::about(code, format!("{name} is no number"))),
    }
}

/// A text among claims.
///
/// # Errors
/// When it is there and no text.
pub(crate) fn text<'c>(claims: &'c Claims, name: &str, code: Code) -> Result<Option<&'c str>, Fault> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Fault::about(code, format!("{name} is no text"))),
    }
}
