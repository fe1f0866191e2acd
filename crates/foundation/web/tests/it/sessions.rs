//! Sessions: begun, renewed, ended; forms that outlive them; two tabs.

use http::StatusCode;
use sqlx::Row as _;

use crate::browser::{Answer, Browser, World};

const NAME: &str = "varde";

async fn is_logged_in(browser: &mut Browser) -> bool {
    browser.get("/skjema").await.body.contains("Kari Nordmann")
}

#[tokio::test]
async fn the_cookie_is_closed_to_scripts_and_other_sites() {
    let world = World::new().await;
    let answer = world.browser().log_in("kari").await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("varde=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
    let secure = World::at("https://varde.example").await.browser().log_in("kari").await;
    let cookie = secure.header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-varde=") && cookie.ends_with("; SameSite=Lax; Secure"), "{cookie}");
}

#[tokio::test]
async fn the_table_holds_no_cookie() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.log_in("kari").await;
    let secret = browser.cookies[NAME].clone();
    assert_eq!(secret.len(), 64);
    let mut owner = world.database.owner().await;
    let row = sqlx::query("SELECT s::text AS all FROM web.session s").fetch_one(&mut owner).await.unwrap();
    let row: String = row.get("all");
    assert!(!row.contains(&secret));
    assert!(!row.contains(&hex::encode(hex::decode(&secret).unwrap())));
}

#[tokio::test]
async fn a_login_changes_the_cookie_and_ends_the_session_before() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.log_in("kari").await;
    let mut old = browser.clone();
    browser.log_in("kari").await;
    assert_ne!(old.cookies[NAME], browser.cookies[NAME]);
    assert!(is_logged_in(&mut browser).await);
    assert!(!is_logged_in(&mut old).await);
}

#[tokio::test]
async fn a_cookie_somebody_made_up_is_worth_nothing() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.cookies.insert(NAME.to_owned(), "ab".repeat(32));
    assert!(!is_logged_in(&mut browser).await);
}

#[tokio::test]
async fn use_keeps_a_session_going_until_its_absolute_end() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.log_in("kari").await;
    let first = browser.cookies[NAME].clone();
    for _ in 0..(8 * 60 / 20) {
        assert!(is_logged_in(&mut browser).await);
        world.pass(20);
    }
    assert_ne!(browser.cookies[NAME], first);
    assert!(is_logged_in(&mut browser).await);
    world.pass(1);
    assert!(!is_logged_in(&mut browser).await);
}

#[tokio::test]
async fn idleness_ends_a_session() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.log_in("kari").await;
    world.pass(30);
    assert!(is_logged_in(&mut browser).await);
    world.pass(31);
    assert!(!is_logged_in(&mut browser).await);
}

#[tokio::test]
async fn two_tabs_that_ask_while_the_cookie_is_renewed_both_get_their_page() {
    let world = World::new().await;
    let mut first = world.browser();
    first.log_in("kari").await;
    world.pass(6);
    let mut second = first.clone();
    let mut stolen = first.clone();
    assert!(is_logged_in(&mut first).await);
    assert_ne!(first.cookies[NAME], second.cookies[NAME]);
    assert!(is_logged_in(&mut second).await);
    // The old cookie is good for two minutes only.
    world.pass(3);
    assert!(is_logged_in(&mut first).await);
    assert!(!is_logged_in(&mut stolen).await);
}

#[tokio::test]
async fn a_form_stays_good_over_a_renewal_and_a_language_switch_in_another_tab() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.log_in("kari").await;
    let (one, two) = (browser.get("/skjema").await.token(), browser.get("/skjema").await.token());
    world.pass(10);
    browser.get("/sprak/en?til=/skjema").await;
    browser.get("/").await;
    for token in [one, two] {
        let answer = browser.post("/skjema", &[("_csrf", &token), ("reason", "x")]).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn logout_ends_the_session_everywhere_it_was_copied_to() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.log_in("kari").await;
    let mut copy = browser.clone();
    let token = browser.get("/").await.token();
    let answer = browser.post("/logg-ut", &[("_csrf", &token)]).await;
    assert_eq!(answer.header("location"), "/utlogget");
    assert!(!browser.cookies.contains_key(NAME));
    assert!(browser.get("/utlogget").await.body.contains("Du er logget ut"));
    assert!(!is_logged_in(&mut copy).await);
    // The second tab's button works too.
    assert_eq!(copy.post("/logg-ut", &[("_csrf", &token)]).await.header("location"), "/utlogget");
}

#[tokio::test]
async fn all_sessions_of_a_person_end_at_once() {
    let world = World::new().await;
    let (mut here, mut there, mut other) = (world.browser(), world.browser(), world.browser());
    here.log_in("kari").await;
    there.log_in("kari").await;
    other.log_in("ola").await;
    let token = here.get("/").await.token();
    here.post("/logg-ut/alle", &[("_csrf", &token)]).await;
    assert!(!is_logged_in(&mut there).await);
    assert!(is_logged_in(&mut other).await);
}

/// Of whom which sessions were told to have ended, by their places in the order they began.
async fn told(world: &World) -> Vec<(String, Vec<usize>)> {
    let mut owner = world.database.owner().await;
    let begun: Vec<uuid::Uuid> =
        sqlx::query_scalar("SELECT id FROM web.session ORDER BY begun_at, id").fetch_all(&mut owner).await.unwrap();
    let events: Vec<serde_json::Value> =
        sqlx::query_scalar("SELECT payload FROM work.event WHERE name = $1 ORDER BY sequence")
            .bind(varde_web::SESSION_ENDED)
            .fetch_all(&mut owner)
            .await
            .unwrap();
    let place = |event: varde_web::SessionEnded| {
        let places = event.sessions.iter().map(|id| begun.iter().position(|known| *known == id.uuid()).unwrap());
        let mut places: Vec<_> = places.collect();
        places.sort_unstable();
        (event.person.to_string().split_off(35), places)
    };
    events.into_iter().map(|event| place(serde_json::from_value(event).unwrap())).collect()
}

#[tokio::test]
async fn the_end_of_a_session_is_told_with_those_it_followed() {
    let world = World::new().await;
    let mut browser = world.browser();
    for _ in 0..3 {
        browser.log_in("kari").await;
        world.pass(1);
    }
    assert_eq!(told(&world).await, [], "a step-up ends nothing");
    let mut elsewhere = world.browser();
    elsewhere.log_in("kari").await;
    world.pass(1);
    let token = browser.get("/").await.token();
    browser.post("/logg-ut", &[("_csrf", &token)]).await;
    assert_eq!(told(&world).await, [("1".to_owned(), vec![0, 1, 2])]);
    elsewhere.log_in("ola").await;
    assert_eq!(told(&world).await[1..], [("1".to_owned(), vec![3])], "somebody else in the same browser");
    world.pass(1);
    let token = elsewhere.get("/").await.token();
    elsewhere.post("/logg-ut/alle", &[("_csrf", &token)]).await;
    assert_eq!(told(&world).await[2..], [("2".to_owned(), vec![4])]);
}

/// Writes in a form until the session is over, and posts it.
async fn late_form(world: &World, browser: &mut Browser) -> Answer {
    browser.log_in("kari").await;
    let token = browser.get("/skjema").await.token();
    world.pass(31);
    browser.post("/skjema", &[("_csrf", &token), ("reason", "min lange begrunnelse")]).await
}

#[tokio::test]
async fn the_text_of_a_form_whose_session_ended_waits_for_its_writer() {
    let world = World::new().await;
    let mut browser = world.browser();
    let answer = late_form(&world, &mut browser).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    for part in ["Du er logget ut", "tatt vare på i 24 timer", "/logg-inn?til=/holdt"] {
        assert!(answer.body.contains(part), "{part}");
    }
    assert!(!answer.body.contains("min lange begrunnelse"));

    assert_eq!(world.browser().get("/holdt").await.status, StatusCode::UNAUTHORIZED);
    let mut ola = world.browser();
    ola.log_in("ola").await;
    assert!(ola.get("/holdt").await.body.contains("Ingen tekst venter på deg"));

    browser.log_in("kari").await;
    let held = browser.get("/holdt").await;
    assert!(held.body.contains("min lange begrunnelse") && held.body.contains(r#"action="/skjema""#));
    let sent = browser.post("/skjema", &[("_csrf", &held.token()), ("reason", "min lange begrunnelse")]).await;
    assert!(sent.body.starts_with("got \"min lange begrunnelse\""));
}

#[tokio::test]
async fn a_held_form_is_forgotten_by_its_writer_or_after_a_day() {
    let world = World::new().await;
    let mut browser = world.browser();
    late_form(&world, &mut browser).await;
    late_form(&world, &mut browser).await;
    browser.log_in("kari").await;
    let held = browser.get("/holdt").await;
    let forget =
        held.body.split("action=\"").find_map(|p| p.split('"').next().filter(|a| a.ends_with("/slett"))).unwrap();

    let mut ola = world.browser();
    ola.log_in("ola").await;
    let his = ola.get("/holdt").await.token();
    assert_eq!(ola.post(forget, &[("_csrf", &his)]).await.status, StatusCode::NOT_FOUND);

    assert_eq!(browser.post(forget, &[("_csrf", &held.token())]).await.header("location"), "/holdt");
    assert_eq!(browser.get("/holdt").await.body.matches("/slett").count(), 1);
    world.pass(24 * 60 + 1);
    browser.log_in("kari").await;
    assert!(browser.get("/holdt").await.body.contains("Ingen tekst venter på deg"));
}

#[tokio::test]
async fn logout_in_another_tab_is_said_clearly_and_keeps_the_text() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.log_in("kari").await;
    let token = browser.get("/skjema").await.token();
    browser.post("/logg-ut", &[("_csrf", &token)]).await;
    let answer = browser.post("/skjema", &[("_csrf", &token), ("reason", "nesten ferdig")]).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.body.contains("du har logget ut i et annet vindu"));
    browser.log_in("kari").await;
    assert!(browser.get("/holdt").await.body.contains("nesten ferdig"));
}

#[tokio::test]
async fn a_form_of_an_earlier_login_is_looked_over_before_it_is_sent() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.log_in("kari").await;
    let token = browser.get("/skjema").await.token();
    browser.log_in("kari").await;
    let answer = browser.post("/skjema", &[("_csrf", &token), ("reason", "fra før")]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.body.contains("tidligere innlogging") && answer.body.contains("href=\"/holdt\""));
    assert!(browser.get("/holdt").await.body.contains("fra før"));
}

#[tokio::test]
async fn a_form_of_another_person_is_neither_carried_out_nor_shown() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.log_in("kari").await;
    let token = browser.get("/skjema").await.token();
    browser.log_in("ola").await;
    let answer = browser.post("/skjema", &[("_csrf", &token), ("reason", "karis hemmelighet")]).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.body.contains("En annen person er logget inn"));
    assert!(!browser.get("/holdt").await.body.contains("karis hemmelighet"));
    browser.log_in("kari").await;
    assert!(browser.get("/holdt").await.body.contains("karis hemmelighet"));
}

#[tokio::test]
async fn a_clock_that_jumps_back_neither_locks_out_nor_breaks() {
    let world = World::new().await;
    let mut browser = world.browser();
    browser.log_in("kari").await;
    let start = varde_store::testing::START;
    world.database.clock().set(start - jiff::SignedDuration::from_hours(2));
    assert!(is_logged_in(&mut browser).await);
    let token = browser.get("/").await.token();
    assert_eq!(browser.post("/logg-ut", &[("_csrf", &token)]).await.header("location"), "/utlogget");
}

#[tokio::test]
async fn begin_end_and_hold_are_on_the_log_without_the_text() {
    let world = World::new().await;
    let mut browser = world.browser();
    late_form(&world, &mut browser).await;
    let mut owner = world.database.owner().await;
    let rows =
        sqlx::query("SELECT kind, body::text AS body FROM log.entry ORDER BY at, id").fetch_all(&mut owner).await;
    let rows = rows.unwrap();
    let kinds: Vec<String> = rows.iter().map(|r| r.get("kind")).collect();
    assert_eq!(kinds, ["web.session.begun", "web.form.held"]);
    assert!(rows.iter().all(|r| !r.get::<String, _>("body").contains("begrunnelse")));
}
