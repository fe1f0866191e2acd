//! Logins on the way to another system, and logins that must be new.

use crate::site::{Site, university};

const HIGH: &str = "idporten-loa-high";
const SUBSTANTIAL: &str = "idporten-loa-substantial";
/// A login that goes on to another system.
const ONWARD: &str = "/logg-inn?til=%2Fconnect%2Fauthorize%3Fclient_id%3Da%26request_uri%3Db";

#[tokio::test]
async fn who_goes_on_to_another_system_chooses_no_role_here_and_sees_a_page_between() {
    let site = Site::start().await;
    let browser = site.browser();
    let page = browser.log_in(ONWARD, "p0", HIGH).await;
    assert_eq!((page.status, page.location.is_none()), (200, true), "{}", page.body);
    assert!(page.body.contains("href=\"/connect/authorize?client_id=a&#38;request_uri=b\""), "{}", page.body);
    assert_eq!(browser.me().await["level"], "high");
}

#[tokio::test]
async fn who_cancels_on_the_way_to_another_system_goes_on_and_it_is_told() {
    let site = Site::start().await;
    let browser = site.browser();
    let to_provider = browser.get(ONWARD).await.location.unwrap();
    let mut form: Vec<(String, String)> = to_provider.query_pairs().into_owned().collect();
    form.push(("cancel".to_owned(), "yes".to_owned()));
    let back = browser.post(to_provider.path(), &form).await.location.unwrap();
    let page = browser.get(back.as_str()).await;
    assert!(page.body.contains("request_uri=b&#38;avbrutt=ja"), "{}", page.body);
    assert_eq!(browser.get("/api/me").await.status, 401);
}

#[tokio::test]
async fn a_new_login_is_asked_for_although_one_is_good_and_at_the_level_that_is_wanted() {
    let site = Site::start().await;
    let browser = site.browser();
    browser.log_in("/logg-inn?til=/min-side", "p1", HIGH).await;
    assert_eq!(browser.get("/logg-inn?til=/min-side").await.path(), "/min-side", "high is high already");
    let asked = browser.get("/logg-inn?til=/min-side&ny=ja").await.location.unwrap();
    let fields: std::collections::BTreeMap<_, _> = asked.query_pairs().into_owned().collect();
    assert_eq!((fields["prompt"].as_str(), fields["acr_values"].as_str()), ("login", SUBSTANTIAL));
    assert_eq!(browser.log_in("/logg-inn?til=/min-side&ny=ja", "p1", SUBSTANTIAL).await.path(), "/min-side");
    assert_eq!(browser.me().await["level"], "substantial");
}

#[tokio::test]
async fn choosing_whom_to_act_for_makes_no_session_younger() {
    let site = Site::start().await;
    let browser = site.browser();
    browser.log_in("/logg-inn", "p0", HIGH).await;
    site.database.clock().advance(std::time::Duration::from_secs(60));
    let token = browser.get("/rolle").await.csrf();
    let form = [("_csrf".to_owned(), token), ("side".to_owned(), university().to_string())];
    assert_eq!(browser.post("/rolle", &form).await.path(), "/");
    let sql = "SELECT count(*), count(DISTINCT begun_at) FROM web.session";
    let counted: (i64, i64) = sqlx::query_as(sql).fetch_one(&mut site.database.owner().await).await.unwrap();
    assert_eq!(counted, (2, 1));
}
