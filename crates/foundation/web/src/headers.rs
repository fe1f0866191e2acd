//! Security headers. Pages run no inline script and no inline style, load nothing from elsewhere,
//! are framed by nobody, and are kept by no cache.

use axum::response::Response;
use http::{HeaderName, HeaderValue, header};
use url::Url;

/// A response that brings its own content security policy, such as a tool in a room served under
/// a path of its own; see [`crate::Routes::with_own_policy`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct OwnPolicy;

/// Another origin that a form on this one page leads to.
#[derive(Debug, Clone)]
struct FormTarget(String);

/// Lets a form on this page, and on no other, lead to that address, such as the login provider's
/// logout. Only for addresses that were configured or that the provider has published.
#[must_use]
pub fn with_form_target(mut response: Response, target: &Url) -> Response {
    response.extensions_mut().insert(FormTarget(target.origin().ascii_serialization()));
    response
}

/// The headers of an installation, made once.
#[derive(Debug, Clone)]
pub(crate) struct SecurityHeaders {
    fixed: Vec<(HeaderName, HeaderValue)>,
    policy: HeaderValue,
}

impl SecurityHeaders {
    /// `form_targets`: other origins that a form of ours may lead to, such as the login provider's.
    pub(crate) fn new(secure: bool, form_targets: &[String]) -> Self {
        let targets = form_targets.iter().fold(String::from("'self'"), |all, one| all + " " + one);
        let upgrade = if secure { "; upgrade-insecure-requests" } else { "" };
        let policy = format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
             connect-src 'self'; form-action {targets}; frame-ancestors 'none'; base-uri 'none'{upgrade}"
        );
        let mut fixed = vec![
            (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            // The Referer within the site tells a form's page; other sites learn nothing.
            (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
            (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
            (
                HeaderName::from_static("permissions-policy"),
                HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
            ),
            (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
            (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
        ];
        if secure {
            let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
            fixed.push((header::STRICT_TRANSPORT_SECURITY, year));
        }
        let policy = HeaderValue::from_str(&policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
        Self { fixed, policy }
    }

    /// Puts the headers on a response. What has its own policy keeps it and its framing; what says
    /// nothing about caching is not kept.
    pub(crate) fn apply(&self, response: &mut Response) {
        let own = response.extensions().get::<OwnPolicy>().is_some();
        let target = response.extensions().get::<FormTarget>().cloned();
        let headers = response.headers_mut();
        for (name, value) in &self.fixed {
            let kept = own && (headers.contains_key(name) || name == header::X_FRAME_OPTIONS);
            if !kept {
                headers.insert(name, value.clone());
            }
        }
        if !(own && headers.contains_key(header::CONTENT_SECURITY_POLICY)) {
            let policy = target.and_then(|target| self.policy_with(&target)).unwrap_or_else(|| self.policy.clone());
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    }

    fn policy_with(&self, target: &FormTarget) -> Option<HeaderValue> {
        let policy = self.policy.to_str().ok()?.replace("form-action ", &format!("form-action {} ", target.0));
        HeaderValue::from_str(&policy).ok()
    }
}
