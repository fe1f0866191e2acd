//! The session's cookie.

use axum::response::Response;
use http::{HeaderMap, HeaderValue, header};

/// A `Set-Cookie` header on its way. Does not print its secret.
#[derive(Clone)]
pub struct SessionCookie {
    secret: String,
    secure: bool,
}

impl SessionCookie {
    pub(super) fn new(secret: String, secure: bool) -> Self {
        Self { secret, secure }
    }

    pub(super) fn removal(secure: bool) -> Self {
        Self { secret: String::new(), secure }
    }

    /// `__Host-` makes browsers refuse a cookie that another host or plain http has set
    /// (RFC 6265bis section 4.1.3.2).
    pub(super) fn name(secure: bool) -> &'static str {
        if secure { "__Host-varde" } else { "varde" }
    }

    /// The response with the cookie set.
    pub fn attach(&self, mut response: Response) -> Response {
        let name = Self::name(self.secure);
        let secure = if self.secure { "; Secure" } else { "" };
        let removed = if self.secret.is_empty() { "; Max-Age=0" } else { "" };
        let value = format!("{name}={}; Path=/; HttpOnly; SameSite=Lax{secure}{removed}", self.secret);
        if let Ok(mut value) = HeaderValue::from_str(&value) {
            value.set_sensitive(true);
            response.headers_mut().append(header::SET_COOKIE, value);
        }
        response
    }
}

impl std::fmt::Debug for SessionCookie {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionCookie(…)")
    }
}

/// Reading cookies.
pub(crate) trait CookieJarExt {
    /// The value of the cookie.
    fn cookie(&self, name: &str) -> Option<&str>;
}

impl CookieJarExt for HeaderMap {
    fn cookie(&self, name: &str) -> Option<&str> {
        let headers = self.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
        headers
            .flat_map(|h| h.split(';'))
            .filter_map(|c| c.trim().split_once('='))
            .find(|(n, _)| *n == name)
            .map(|(_, v)| v)
    }
}
