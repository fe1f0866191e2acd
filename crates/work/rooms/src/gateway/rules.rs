//! What passes between the browser and a room's notebook. Default deny: paths, headers and cookies
//! that are not named here do not pass, so every download path is closed.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};

/// The largest content that the notebook may show at once, in bytes: a door for looking, not for
/// carrying.
pub(super) const LARGEST_CONTENT: u64 = 8 << 20;

/// Whether the notebook's path (below its base address) may be asked for. `files/`, `nbconvert/`,
/// `view/`, `edit/` and everything else that hands out files as such is not here.
pub(super) fn may_pass(method: &Method, path: &str, query: &str) -> bool {
    let path = path.trim_start_matches('/');
    if path.contains("..") || path.contains("%2e") || path.contains("%2E") || path.contains("//") {
        return false;
    }
    if query.split('&').any(|pair| pair.split('=').next().is_some_and(|name| name.eq_ignore_ascii_case("download"))) {
        return false;
    }
    if path.starts_with("api/nbconvert") || path.starts_with("api/security") || path.starts_with("lab/api/news") {
        return false;
    }
    let reads = matches!(*method, Method::GET | Method::HEAD);
    match path.split('/').next().unwrap_or("") {
        "api" | "lab" | "terminals" => true,
        "static" | "kernelspecs" | "custom" | "logo" | "favicon.ico" | "lsp" => reads,
        _ => false,
    }
}

/// Whether the path answers with a file's content, so that its size counts.
pub(super) fn is_content(path: &str) -> bool {
    path.trim_start_matches('/').starts_with("api/contents")
}

/// Headers that go into the room. The site's own cookie never does: whoever writes code in the
/// room could read it.
const INWARD: [HeaderName; 17] = [
    header::ACCEPT,
    header::ACCEPT_ENCODING,
    header::ACCEPT_LANGUAGE,
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::HOST,
    header::ORIGIN,
    header::IF_NONE_MATCH,
    header::IF_MODIFIED_SINCE,
    header::USER_AGENT,
    header::CONNECTION,
    header::UPGRADE,
    header::SEC_WEBSOCKET_KEY,
    header::SEC_WEBSOCKET_VERSION,
    header::SEC_WEBSOCKET_PROTOCOL,
    header::SEC_WEBSOCKET_EXTENSIONS,
    HeaderName::from_static("x-xsrftoken"),
];

/// Headers that come out of the room.
const OUTWARD: [HeaderName; 11] = [
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
    header::CONTENT_ENCODING,
    header::ETAG,
    header::LAST_MODIFIED,
    header::LOCATION,
    header::CONNECTION,
    header::UPGRADE,
    header::SEC_WEBSOCKET_ACCEPT,
    header::SEC_WEBSOCKET_PROTOCOL,
    header::SEC_WEBSOCKET_EXTENSIONS,
];

/// Jupyter's own token against forged requests: the only cookie that passes, both ways.
const COOKIE: &str = "_xsrf=";

/// The request's headers as the room may see them.
pub(super) fn inward(headers: &HeaderMap) -> HeaderMap {
    let mut passed = only(headers, &INWARD);
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let ours = cookies.flat_map(|value| value.split(';')).map(str::trim).find(|cookie| cookie.starts_with(COOKIE));
    if let Some(value) = ours.and_then(|cookie| HeaderValue::from_str(cookie).ok()) {
        passed.insert(header::COOKIE, value);
    }
    passed
}

/// The response's headers as the browser may see them; `base` is the notebook's address below the
/// site. Redirects lead nowhere else; the cookie is bound to the notebook's address.
pub(super) fn outward(headers: &HeaderMap, base: &str, host: &str) -> HeaderMap {
    let mut passed = only(headers, &OUTWARD);
    let leads_away = passed.get(header::LOCATION).is_some_and(|to| !to.as_bytes().starts_with(base.as_bytes()));
    if leads_away {
        passed.remove(header::LOCATION);
    }
    let cookies = headers.get_all(header::SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let ours = cookies.filter(|value| value.starts_with(COOKIE)).find_map(|value| value.split(';').next());
    let bound = ours.map(|value| format!("{value}; Path={base}; SameSite=Strict"));
    if let Some(value) = bound.and_then(|value| HeaderValue::from_str(&value).ok()) {
        passed.insert(header::SET_COOKIE, value);
    }
    if let Ok(policy) = HeaderValue::from_str(&policy(base, host)) {
        passed.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    passed.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    passed.insert(HeaderName::from_static("permissions-policy"), HeaderValue::from_static(PERMISSIONS));
    passed
}

/// What the notebook's page may not ask the browser for: first of all the clipboard, by which rows
/// would leave. It binds scripts; what a person selects and copies by hand is the browser's own
/// (docs/rooms.md, «Honest limits»).
const PERMISSIONS: &str = "clipboard-read=(), clipboard-write=(), display-capture=(), camera=(), microphone=(), \
     geolocation=(), usb=(), serial=(), bluetooth=(), hid=(), payment=(), web-share=(), local-fonts=()";

/// The notebook's page may run its own scripts and talk to its own address only: not to the rest of
/// the site in the visitor's name, not to other sites. `sandbox` without `allow-downloads` closes
/// what a page could make into a download itself.
fn policy(base: &str, host: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; \
         img-src {host}{base} data: blob:; font-src 'self' data:; worker-src 'self' blob:; \
         connect-src {host}{base} ws://{host}{base} wss://{host}{base}; form-action {host}{base}; \
         frame-src {host}{base} blob:; frame-ancestors 'self'; base-uri 'none'; \
         sandbox allow-scripts allow-same-origin allow-forms allow-modals"
    )
}

fn only(headers: &HeaderMap, names: &[HeaderName]) -> HeaderMap {
    let named = headers.iter().filter(|(name, _)| names.contains(name));
    named.map(|(name, value)| (name.clone(), value.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_download_path_is_closed() {
        let closed = [
            "files/table.csv",
            "/files/table.csv",
            "nbconvert/html/a.ipynb",
            "api/nbconvert/html",
            "view/a.html",
            "edit/a.txt",
            "notebooks/a.ipynb",
            "tree",
            "static/../files/a",
            "static/%2e%2e/files/a",
            "",
            "metrics",
            "lab/api/news",
        ];
        for path in closed {
            assert!(!may_pass(&Method::GET, path, ""), "{path}");
        }
        assert!(!may_pass(&Method::GET, "api/contents/a.csv", "content=1&download=1"));
        assert!(!may_pass(&Method::GET, "api/contents/a.csv", "Download"));
        assert!(!may_pass(&Method::POST, "static/x", ""));
    }

    #[test]
    fn what_the_notebook_needs_passes() {
        for path in ["lab", "lab/tree/a.ipynb", "api/kernels/x/channels", "static/lab/main.js", "terminals/websocket/1"]
        {
            assert!(may_pass(&Method::GET, path, "token="), "{path}");
        }
        assert!(may_pass(&Method::PUT, "api/contents/a.ipynb", ""));
    }

    #[test]
    fn the_sites_cookie_stays_outside_and_the_rooms_cookies_inside() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("varde=secret; _xsrf=2|a; other=x"));
        headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Bearer secret"));
        let passed = inward(&headers);
        assert_eq!(passed.get(header::COOKIE).unwrap(), "_xsrf=2|a");
        assert!(!passed.contains_key(header::AUTHORIZATION));

        let mut headers = HeaderMap::new();
        headers.append(header::SET_COOKIE, HeaderValue::from_static("varde=stolen; Path=/"));
        headers.append(header::SET_COOKIE, HeaderValue::from_static("_xsrf=2|a; Path=/; expires=x"));
        headers.insert(header::LOCATION, HeaderValue::from_static("https://elsewhere.example/"));
        let passed = outward(&headers, "/rom/1/jupyter/", "varde.example");
        let cookies: Vec<_> = passed.get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(cookies, ["_xsrf=2|a; Path=/rom/1/jupyter/; SameSite=Strict"]);
        assert!(!passed.contains_key(header::LOCATION));
        let policy = passed.get(header::CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap();
        assert!(!policy.contains("allow-downloads") && !policy.contains("allow-popups"));
        let permissions = passed.get("permissions-policy").unwrap().to_str().unwrap();
        assert!(permissions.contains("clipboard-read=()") && permissions.contains("clipboard-write=()"));
    }
}
