//! Logging out, here first and then at the provider; and failed logins that do not fill the log.

use url::Url;
use varde_identity::test_id::{LogoutRequest, TestId};

use crate::site::{Answer, Browser, Site};

const HIGH: &str = "idporten-loa-high";

/// The form that leads to the provider: where, and its hidden fields.
fn form(page: &Answer) -> (String, Vec<(String, String)>) {
    let (_, after) = page.body.split_once("<h1").unwrap();
    let (_, after) = after.split_once("<form method=\"post\" action=\"").unwrap();
    let action = after.split('"').next().unwrap().to_owned();
    let inputs = after.split("type=\"hidden\" name=\"").skip(1).map(|piece| {
        let (name, rest) = piece.split_once("\" value=\"").unwrap();
        (name.to_owned(), rest.split('"').next().unwrap().replace("&#38;", "&"))
    });
    (action, inputs.collect())
}

async fn log_out(browser: &Browser) -> Answer {
    let token = browser.get("/rolle").await.csrf();
    browser.post("/logg-ut", &[("_csrf".to_owned(), token)]).await
}

#[tokio::test]
async fn our_own_session_ends_first_and_the_providers_after_it() {
    let site = Site::start().await;
    let browser = site.browser();
    browser.log_in("/logg-inn", "p1", HIGH).await;
    assert_eq!(browser.get("/logg-ut/videre").await.path(), "/utlogget", "not for who is logged in");
    assert_eq!(log_out(&browser).await.path(), "/logg-ut/videre");
    assert_eq!(browser.get("/api/me").await.status, 401, "whatever the provider does");
    let page = browser.get("/logg-ut/videre").await;
    let (action, fields) = form(&page);
    assert_eq!(action, site.base.join("test-id/logout").unwrap().as_str());
    let hint = &fields.iter().find(|(name, _)| name == "id_token_hint").unwrap().1;
    assert_eq!(hint.split('.').count(), 3);
    let gone = browser.post(&action, &fields).await;
    assert_eq!(gone.path(), "/utlogget", "the provider sends people back");
    assert_eq!(browser.get("/logg-ut/videre").await.path(), "/utlogget", "the hint is good once");
}

#[tokio::test]
async fn who_holds_no_hint_of_ours_is_simply_logged_out() {
    let site = Site::start().await;
    let browser = site.browser();
    assert_eq!(browser.get("/logg-ut/videre").await.path(), "/utlogget");
}

#[tokio::test]
async fn test_id_sends_people_only_to_registered_addresses_of_the_client_that_asks() {
    let site = Site::start().await;
    let browser = site.browser();
    browser.log_in("/logg-inn", "p1", HIGH).await;
    log_out(&browser).await;
    let (action, fields) = form(&browser.get("/logg-ut/videre").await);
    let with = |name: &str, value: &str| {
        let changed = |(n, v): &(String, String)| (n.clone(), if n == name { value.to_owned() } else { v.clone() });
        fields.iter().map(changed).collect::<Vec<_>>()
    };
    for wrong in [
        with("post_logout_redirect_uri", "https://evil.example/"),
        with("id_token_hint", "a.b.c"),
        with("client_id", "another"),
    ] {
        let answer = browser.post(&action, &wrong).await;
        assert!(answer.status == 200 && answer.body.contains("logget ut av Test-ID"), "{answer:?}");
    }
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("state", "x").extend_pairs(&fields);
    let address: Url = format!("{action}?{}", query.finish()).parse().unwrap();
    assert_eq!(browser.get(address.as_str()).await.path(), "/utlogget?state=x", "the standard knows both");
    // The type is the provider's public face.
    let _: fn(&TestId, &LogoutRequest) -> Option<Url> = TestId::log_out;
}

#[tokio::test]
async fn failed_logins_are_bounded_and_the_rest_is_counted() {
    let site = Site::start().await;
    let fail = async || {
        let browser = site.browser();
        let mut back = browser.choose("/logg-inn", "p1", HIGH).await.location.unwrap();
        let pairs: Vec<(String, String)> = back.query_pairs().into_owned().filter(|(n, _)| n != "code").collect();
        back.query_pairs_mut().clear().extend_pairs(pairs).append_pair("code", "made-up");
        assert_eq!(browser.get(back.as_str()).await.status, 401);
    };
    for _ in 0..63 {
        fail().await;
    }
    let failed = async || site.kinds().await.iter().filter(|k| *k == "identity.login.failed").count();
    assert_eq!(failed().await, 60);
    site.database.clock().advance(std::time::Duration::from_secs(61));
    fail().await;
    assert_eq!(failed().await, 61);
    let sql = "SELECT count(*) FROM log.entry WHERE kind = 'identity.login.failed' AND body LIKE '%\"withheld\":3%'";
    let told: i64 = sqlx::query_scalar(sql).fetch_one(&mut site.database.owner().await).await.unwrap();
    assert_eq!(told, 1);
}
