//! A person logs in at a client: the client pushes what it asks for, the person comes with its
//! address, and goes back with a code.

pub(crate) mod authorize;
mod details;
pub(crate) mod push;

use jiff::{SignedDuration, Timestamp};

use crate::{Client, Grant};

/// How long a pushed request may wait for the person, in seconds (RFC 9126, section 2.2; FAPI 2.0
/// Security Profile, section 5.3.2.2: less than 600).
pub(crate) const REQUEST_LIFETIME: SignedDuration = SignedDuration::from_secs(60);
/// How long the person may take to log in, once the request has been opened.
const LOGIN_TAKES: SignedDuration = SignedDuration::from_mins(10);
/// How long a code is good (FAPI 2.0 Security Profile, section 5.3.2.2: at most 60 seconds).
const CODE_LIFETIME: SignedDuration = SignedDuration::from_secs(60);
/// What stands before the random part of a pushed request's address (RFC 9126, section 2.2).
pub(crate) const URN: &str = "urn:ietf:params:oauth:request_uri:";

/// When the refresh tokens of a login end.
pub(crate) fn refresh_end(client: &Client, given_at: Timestamp) -> Timestamp {
    given_at + SignedDuration::from_hours(client.refresh_hours.into())
}

/// When nothing that a login may give is good any more.
fn all_end(client: &Client, given_at: Timestamp) -> Timestamp {
    let tokens = crate::model::claims::LIFETIME;
    let last = if client.grants.contains(&Grant::RefreshToken) { refresh_end(client, given_at) } else { given_at };
    last + CODE_LIFETIME + tokens
}
