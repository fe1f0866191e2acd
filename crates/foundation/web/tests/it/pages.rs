//! The shell's pages and the gallery of all components, in all languages.

use http::StatusCode;
use varde_core::Language;

use crate::browser::World;

#[tokio::test]
async fn the_front_page_is_as_reviewed() {
    let world = World::new().await;
    let page = world.browser().get("/").await;
    assert_eq!(page.status, StatusCode::OK);
    insta::assert_snapshot!(without_digests(&page.body));
}

#[tokio::test]
async fn every_page_renders_in_every_language_with_every_text_and_asset() {
    let world = World::new().await;
    for language in Language::ALL {
        let mut browser = world.browser();
        browser.get(&format!("/sprak/{language}")).await;
        for path in ["/", "/tilgjengelighet", "/personvern", "/utlogget", "/galleri", "/skjema"] {
            let page = browser.get(path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}");
            assert_eq!(page.header("content-language"), language.tag());
            assert!(page.body.contains(&format!("<html lang=\"{language}\"")), "{path}");
            whole(&page.body, path);
        }
    }
}

/// No key stands where a text should, no inline style or script, no asset without its address.
fn whole(html: &str, path: &str) {
    for bad in [" style=", "<style", "javascript:", " onclick=", "href=\"/\" type=", "src=\"/\""] {
        assert!(!html.contains(bad), "{path} has {bad}");
    }
    assert!(!html.contains("<script>"), "{path}");
    for prefix in [">shell-", ">front-", ">error-", ">nav-", ">form-", ">accessibility-", ">privacy-", ">step-"] {
        assert!(!html.contains(prefix), "{path} shows a key: {prefix}");
    }
}

#[tokio::test]
async fn values_are_escaped_and_errors_stand_beside_their_fields() {
    let world = World::new().await;
    let page = world.browser().get("/galleri").await;
    assert!(page.body.contains("&#60;script&#62;alert(1)"), "{}", page.body);
    assert!(page.body.contains(r#"aria-describedby="h-reason e-reason""#));
    assert!(page.body.contains(r##"href="#f-reason""##));
}

#[tokio::test]
async fn the_language_switch_comes_back_to_the_page_and_nowhere_else() {
    let world = World::new().await;
    let mut browser = world.browser();
    let page = browser.get("/galleri?q=a%26b").await;
    assert!(page.body.contains(r#"href="/sprak/en?til=%2Fgalleri%3Fq%3Da%2526b""#), "{}", page.body);
    let answer = browser.get("/sprak/en?til=%2Fgalleri%3Fq%3Da%2526b").await;
    assert_eq!(answer.header("location"), "/galleri?q=a%26b");
    assert!(browser.get("/").await.body.contains("Find variables"));
    for evil in ["//evil.example", "https://evil.example", "/%5Cevil.example"] {
        let answer = browser.get(&format!("/sprak/nb?til={evil}")).await;
        assert_eq!(answer.header("location"), "/", "{evil}");
    }
    assert_eq!(browser.get("/sprak/xx").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn after_a_post_the_language_switch_leads_to_the_page_with_the_form() {
    let world = World::new().await;
    let mut browser = world.browser();
    let request = http::Request::post("/feil/422")
        .header("referer", "http://127.0.0.1:8080/skjema?a=b")
        .body(axum::body::Body::empty())
        .unwrap();
    let page = browser.send(request).await;
    assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(page.body.contains("/sprak/en?til=%2Fskjema%3Fa%3Db"), "{}", page.body);
}

#[tokio::test]
async fn assets_have_digests_in_their_names_and_are_kept_for_ever() {
    let world = World::new().await;
    let mut browser = world.browser();
    let page = browser.get("/").await;
    let style = page.body.split("href=\"").find_map(|p| p.split('"').next().filter(|h| h.ends_with(".css"))).unwrap();
    let answer = browser.get(style).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(answer.header("content-type"), "text/css; charset=utf-8");
    let packed = http::Request::get(style).header("accept-encoding", "gzip").body(axum::body::Body::empty()).unwrap();
    assert_eq!(browser.send(packed).await.header("content-encoding"), "gzip");
    let font = answer.body.split("url(").find_map(|p| p.split(')').next().filter(|u| u.contains("woff2"))).unwrap();
    let font = font.trim_matches(['"', '\'']);
    let font = browser.get(&format!("/assets/{}", font.trim_start_matches("/assets/"))).await;
    assert_eq!((font.status, font.header("content-type")), (StatusCode::OK, "font/woff2"));
    assert_eq!(browser.get("/assets/varde.css").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_header_shows_who_is_logged_in_and_their_navigation() {
    let world = World::new().await;
    let mut browser = world.browser();
    let anonymous = browser.get("/").await.body;
    assert!(anonymous.contains("/logg-inn?til=%2F") && !anonymous.contains("href=\"/rom\""));
    browser.log_in("kari").await;
    let page = browser.get("/").await.body;
    for part in ["Kari Nordmann", "Universitetet i Nord", "Forsker", "href=\"/rom\"", "href=\"/rolle\"", "Logg ut"] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("href=\"/saker\""));
}

/// Digests of content change with every style; the review is about the page.
fn without_digests(html: &str) -> String {
    let mut out = String::new();
    for (i, part) in html.split("/assets/").enumerate() {
        if i == 0 {
            out.push_str(part);
            continue;
        }
        let (name, rest) = part.split_once('"').unwrap();
        let (stem, _) = name.rsplit_once('-').unwrap();
        let extension = name.rsplit('.').next().unwrap();
        out.push_str(&format!("/assets/{stem}-[digest].{extension}\"{rest}"));
    }
    out
}
