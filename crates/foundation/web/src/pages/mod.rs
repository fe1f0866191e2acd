//! The shell's own pages: front page, accessibility, privacy, language, logout and held forms.

pub(crate) mod held;
mod leave;

use askama::Template;
use axum::{
    extract::{Path, Query},
    http::Method,
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderValue, header};
use serde::Deserialize;
use tower_http::compression::CompressionLayer;
use varde_core::Language;

use crate::{Failure, Routes, Visit, assets, shell::LANGUAGE_COOKIE};

pub(crate) fn routes() -> Routes {
    // Only what holds no secret is compressed: a page that shows a token beside what somebody else
    // may choose would tell it by its length (BREACH).
    let assets = Routes::new()
        .open_page(Method::GET, "/assets/{file}", "style, scripts and fonts", assets::serve)
        .map_router(|router| router.layer(CompressionLayer::new()));
    Routes::new()
        .merge(assets)
        .open_page(Method::GET, "/", "front page", front)
        .open_page(Method::GET, "/tilgjengelighet", "accessibility statement", accessibility)
        .open_page(Method::GET, "/personvern", "privacy statement", privacy)
        .open_page(Method::GET, "/sprak/{language}", "choice of language", choose_language)
        .open_page(Method::POST, "/logg-ut", "logout", leave::log_out)
        .open_page(Method::GET, "/utlogget", "after logout", leave::logged_out)
        .open_page(
            Method::POST,
            "/logg-ut/alle",
            "logout everywhere, one's own sessions only",
            leave::log_out_everywhere,
        )
        .open_page(Method::GET, "/holdt", "one's own held forms", held::list)
        .open_page(Method::POST, "/holdt/{id}/slett", "forget one's own held form", held::forget)
}

#[derive(Template)]
#[template(path = "front.html")]
struct FrontPage {
    visit: Visit,
}

async fn front(visit: Visit) -> Response {
    visit.page(FrontPage { visit: visit.clone() })
}

#[derive(Template)]
#[template(path = "accessibility.html")]
struct AccessibilityPage {
    visit: Visit,
}

async fn accessibility(visit: Visit) -> Response {
    visit.page(AccessibilityPage { visit: visit.clone() })
}

#[derive(Template)]
#[template(path = "privacy.html")]
struct PrivacyPage {
    visit: Visit,
}

async fn privacy(visit: Visit) -> Response {
    visit.page(PrivacyPage { visit: visit.clone() })
}

#[derive(Deserialize)]
struct Back {
    til: Option<String>,
}

/// A link, not a form: it changes nothing but what the reader sees.
async fn choose_language(Path(tag): Path<String>, Query(back): Query<Back>) -> Result<Response, Failure> {
    let language: Language = tag.parse().map_err(|_| Failure::not_found())?;
    let target = back.til.filter(|path| is_own_path(path)).unwrap_or_else(|| "/".to_owned());
    let mut response = Redirect::to(&target).into_response();
    let cookie = format!("{LANGUAGE_COOKIE}={language}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Whether a path to come back to (`?til=`) stays on this site: `//host` and `/\host` lead away.
pub fn is_own_path(path: &str) -> bool {
    path.starts_with('/')
        && !path[1..].starts_with(['/', '\\'])
        && !path.contains(|c: char| c.is_control() || c == '\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_paths_are_come_back_to() {
        for good in ["/", "/katalog?q=a&b=%20", "/saker/1#x"] {
            assert!(is_own_path(good), "{good}");
        }
        for bad in ["", "katalog", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "/a\\b"] {
            assert!(!is_own_path(bad), "{bad}");
        }
    }
}
