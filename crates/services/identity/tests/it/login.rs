//! Logins over HTTP, the good and the bad.

use crate::site::{Site, university};

const HIGH: &str = "idporten-loa-high";
const SUBSTANTIAL: &str = "idporten-loa-substantial";

#[tokio::test]
async fn somebody_with_a_role_logs_in_chooses_and_logs_out() {
    let site = Site::start().await;
    let browser = site.browser();
    assert_eq!(browser.get("/api/me").await.status, 401);
    let done = browser.log_in("/logg-inn?til=/soknader", "p0", HIGH).await;
    assert_eq!(done.path(), "/rolle?til=%2Fsoknader");
    let me = browser.me().await;
    assert_eq!((me["level"].as_str(), me["organisation"].is_null()), (Some("high"), true));

    let page = browser.get("/rolle?til=/soknader").await;
    assert!(page.body.contains("Universitetet i Vardøy"), "{}", page.body);
    let form = |side: &str| {
        let fields = [("_csrf", page.csrf()), ("side", side.to_owned()), ("til", "/soknader".to_owned())];
        fields.map(|(n, v)| (n.to_owned(), v))
    };
    assert_eq!(browser.post("/rolle", &form("nonsense")).await.status, 422);
    assert_eq!(browser.post("/rolle", &form("01890a5d-ac96-774b-bcce-b302099a8057")).await.status, 403);
    let chosen = browser.post("/rolle", &form(&university().to_string())).await;
    assert_eq!(chosen.path(), "/soknader");
    let me = browser.me().await;
    assert_eq!(me["roles"], serde_json::json!(["citizen", "researcher"]));
    assert_eq!(me["organisation"]["name"], "Universitetet i Vardøy");

    let token = browser.get("/rolle").await.csrf();
    assert_eq!(browser.post("/logg-ut", &[("_csrf".to_owned(), token)]).await.path(), "/logg-ut/videre");
    assert_eq!(browser.get("/api/me").await.status, 401);
    let kinds = site.kinds().await;
    for kind in ["identity.role.given", "identity.person.logged_in", "identity.session.acting_for", "web.session.ended"]
    {
        assert!(kinds.iter().any(|k| k == kind), "{kind} is not among {kinds:?}");
    }
}

#[tokio::test]
async fn a_citizen_goes_straight_on_and_steps_up_when_needed() {
    let site = Site::start().await;
    let browser = site.browser();
    assert_eq!(browser.log_in("/logg-inn?til=/min-side", "p1", SUBSTANTIAL).await.path(), "/min-side");
    assert_eq!(browser.me().await["level"], "substantial");
    let again = varde_identity::step_up_address("/min-side?x=1");
    let too_low = browser.choose(&again, "p1", SUBSTANTIAL).await;
    assert_eq!(too_low.status, 422, "the provider holds the person to the level asked for");
    assert_eq!(browser.log_in(&again, "p1", HIGH).await.path(), "/min-side?x=1");
    assert_eq!(browser.me().await["level"], "high");
    assert_eq!(browser.get(&again).await.path(), "/min-side?x=1", "high is high already");
}

#[tokio::test]
async fn a_step_up_goes_on_acting_for_the_same() {
    let site = Site::start().await;
    let browser = site.browser();
    browser.log_in("/logg-inn", "p0", SUBSTANTIAL).await;
    let token = browser.get("/rolle").await.csrf();
    let form = [("_csrf".to_owned(), token), ("side".to_owned(), university().to_string())];
    assert_eq!(browser.post("/rolle", &form).await.path(), "/");
    assert_eq!(browser.log_in("/logg-inn?til=/rom", "p0", HIGH).await.path(), "/rom");
    let me = browser.me().await;
    assert_eq!((me["level"].as_str(), me["organisation"].is_object()), (Some("high"), true));
}

#[tokio::test]
async fn whoever_is_not_in_the_register_is_told_so() {
    let site = Site::start().await;
    let browser = site.browser();
    let page = browser.log_in("/logg-inn", "p2", HIGH).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("Vi finner deg ikke"), "{}", page.body);
    assert_eq!(browser.get("/api/me").await.status, 401);
    assert!(site.kinds().await.iter().any(|k| k == "identity.login.failed"));
}

#[tokio::test]
async fn an_answer_that_does_not_belong_here_is_refused() {
    let site = Site::start().await;
    let changed = |name: &'static str, value: &'static str| {
        move |url: &url::Url| {
            let mut url = url.clone();
            let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
            let with = pairs.iter().map(|(n, v)| (n.as_str(), if n == name { value } else { v.as_str() }));
            let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(with).finish();
            url.set_query(Some(&query));
            url
        }
    };
    for (name, value) in [("state", "0000"), ("iss", "https://evil.example"), ("code", "made-up")] {
        let browser = site.browser();
        let back = browser.choose("/logg-inn", "p1", HIGH).await.location.unwrap();
        let answer = browser.get(changed(name, value)(&back).as_str()).await;
        assert_eq!(answer.status, 401, "{name}: {}", answer.body);
        assert_eq!(browser.get("/api/me").await.status, 401);
    }
    // Another browser than the one that began: the attempt is in the first one's cookie.
    let (first, second) = (site.browser(), site.browser());
    let back = first.choose("/logg-inn", "p1", HIGH).await.location.unwrap();
    assert_eq!(second.get(back.as_str()).await.status, 401);
    assert_eq!(first.get(back.as_str()).await.path(), "/", "the right one still can");
    assert_eq!(first.get(back.as_str()).await.status, 401, "but only once");
}

#[tokio::test]
async fn a_login_that_took_too_long_begins_again() {
    let site = Site::start().await;
    let browser = site.browser();
    let back = browser.choose("/logg-inn", "p1", HIGH).await.location.unwrap();
    site.database.clock().advance(std::time::Duration::from_secs(11 * 60));
    let late = browser.get(back.as_str()).await;
    assert_eq!(late.status, 401);
    assert!(late.body.contains("tok for lang tid"), "{}", late.body);
}

#[tokio::test]
async fn no_login_leads_off_the_site() {
    let site = Site::start().await;
    for evil in ["https://evil.example", "//evil.example", "/%09/evil.example", "/\\evil.example", "/..//evil.example"]
    {
        let browser = site.browser();
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("til", evil).finish();
        let done = browser.log_in(&format!("/logg-inn?{query}"), "p1", HIGH).await;
        let location = done.location.unwrap();
        assert_eq!(location.origin(), site.base.origin(), "{evil} led to {location}");
    }
}

#[tokio::test]
async fn cancelling_is_no_login_and_the_list_can_be_searched() {
    let site = Site::start().await;
    let browser = site.browser();
    let to_provider = browser.get("/logg-inn").await.location.unwrap();
    let found = browser.get(&format!("{to_provider}&sok=nes")).await;
    assert!(found.body.contains("Bo Nes") && !found.body.contains("Ada Fjell"));
    assert!(found.body.contains("Dette er en testinnlogging"));
    let nobody = browser.get(&format!("{to_provider}&sok=xyz")).await;
    assert!(nobody.body.contains("Ingen passer med søket"));
    let mut form: Vec<(String, String)> = to_provider.query_pairs().into_owned().collect();
    form.push(("cancel".to_owned(), "yes".to_owned()));
    let back = browser.post(to_provider.path(), &form).await;
    let told = browser.get(back.location.unwrap().as_str()).await;
    assert_eq!(told.status, 401);
    assert!(told.body.contains("Du avbrøt innloggingen"), "{}", told.body);
}

#[tokio::test]
async fn the_national_number_is_nowhere() {
    let site = Site::start().await;
    let browser = site.browser();
    let number = crate::provider::person(1, "", "").number;
    let back = browser.choose("/logg-inn", "p1", HIGH).await;
    assert!(!format!("{:?}", back.location).contains(number.digits_for_storage()));
    browser.get(back.location.unwrap().as_str()).await;
    let sql = "SELECT count(*) FROM log.entry WHERE body LIKE '%' || $1 || '%'";
    let entries: i64 = sqlx::query_scalar(sql)
        .bind(number.digits_for_storage())
        .fetch_one(&mut site.database.owner().await)
        .await
        .unwrap();
    assert_eq!(entries, 0);
}
