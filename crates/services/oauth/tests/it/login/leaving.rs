//! Logging out where one logged in, and the pages that people see.

use axum::{body::Body, http::Request};
use varde_core::LoginLevel;

use super::{
    AFTER, BACK, Browser, Form, JOURNAL, asked, client, code, led, pushed, token, with_code, with_refresh, world,
};
use crate::{
    population::kari,
    world::{Client, World},
};

async fn hint(world: &World, client: &Client) -> String {
    let code = code(world, client, kari(), asked(client, "openid")).await;
    token(world, client, with_code(&code), None).await.body["id_token"].as_str().unwrap().to_owned()
}

fn end(pairs: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("/connect/endsession?{query}")
}

/// The value of a hidden field on a page.
fn hidden<'p>(page: &'p str, name: &str) -> &'p str {
    let at = page.find(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name}: {page}"));
    page[at..].split('"').nth(3).unwrap()
}

#[tokio::test]
async fn the_person_is_asked_and_goes_back_logged_out() {
    let world = world().await;
    let client = client(&world).await;
    let hint = hint(&world, &client).await;
    let mut browser = Browser::of(&world, kari(), LoginLevel::High).await;
    world.pass(400);
    let path = end(&[("id_token_hint", &hint), ("post_logout_redirect_uri", AFTER), ("state", "s-1")]);
    let (there, fields) = led(&browser.get(&world, &path).await);
    assert_eq!((there.as_str(), fields.get("id_token_hint")), ("https://varde.test/connect/endsession", None));
    assert_eq!(fields["client_id"], client.id.to_string(), "an expired hint will do");
    let pairs: Vec<_> =
        fields.as_object().unwrap().iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap())).collect();
    let asked = browser.get(&world, &end(&pairs)).await;
    let page = asked.body.as_str().unwrap().to_owned();
    assert_eq!(asked.status, 200, "{page}");
    assert!(page.contains("Journalen"), "who asks");
    assert!(!page.contains(&hint), "the hint is a token and stands nowhere");
    let policy = asked.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action https://journal.test"), "{policy}");
    let form = |csrf: &str| {
        let fields = ["client_id", "post_logout_redirect_uri", "state"].map(|name| (name, hidden(&page, name)));
        let body = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .append_pair("_csrf", csrf)
            .finish();
        let request = Request::post("/connect/endsession").header("content-type", "application/x-www-form-urlencoded");
        request.body(Body::from(body)).unwrap()
    };
    assert_eq!(browser.clone().send(&world, form("forged")).await.status, 403, "only our own page ends it");
    let (there, fields) = led(&browser.send(&world, form(hidden(&page, "_csrf"))).await);
    assert_eq!((there.as_str(), &fields["state"]), (AFTER, &"s-1".into()));
    assert_eq!(world.database.entries("web.session.ended").await.len(), 1);
    let (there, _) = led(&browser.get(&world, &path).await);
    assert_eq!(there, AFTER, "nobody is logged in: nothing to ask");
}

/// A code for a person who is logged in in that browser.
async fn code_in(world: &World, browser: &mut Browser, client: &Client, form: Form) -> String {
    let request = pushed(world, client, form).await;
    let (there, fields) = led(&browser.come(world, client, &request).await);
    assert_eq!(there, BACK);
    fields["code"].as_str().unwrap_or_else(|| panic!("no code: {fields}")).to_owned()
}

/// Logs out, with the button at the top of each page when no client asks for it.
async fn leave(world: &World, browser: &mut Browser, from: &str) {
    let page = browser.get(world, from).await.body;
    let csrf = hidden(page.as_str().unwrap(), "_csrf").to_owned();
    let request = Request::post("/logg-ut").header("content-type", "application/x-www-form-urlencoded");
    led(&browser.send(world, request.body(Body::from(format!("_csrf={csrf}"))).unwrap()).await);
}

/// What the flows do with the ends of sessions: gives how many logins ended.
async fn follow(world: &World) -> usize {
    let events: Vec<serde_json::Value> =
        sqlx::query_scalar("SELECT payload FROM work.event WHERE name = $1 ORDER BY sequence")
            .bind(varde_web::SESSION_ENDED)
            .fetch_all(&mut world.database.owner().await)
            .await
            .unwrap();
    let mut ended = 0;
    for event in events {
        let event: varde_web::SessionEnded = serde_json::from_value(event).unwrap();
        ended += world.instance.server.end_logins(&event.sessions).await.unwrap();
    }
    ended
}

#[tokio::test]
async fn what_a_session_gave_ends_with_it_unless_the_client_was_given_offline_access() {
    let world = world().await;
    let (here, there) = (client(&world).await, client(&world).await);
    let mut browser = Browser::of(&world, kari(), LoginLevel::High).await;
    let mut elsewhere = Browser::of(&world, kari(), LoginLevel::High).await;
    let scope = format!("openid {JOURNAL}");
    let online = code_in(&world, &mut browser, &here, asked(&here, &scope)).await;
    let online = token(&world, &here, with_code(&online), None).await;
    let offline_scope = format!("{scope} offline_access");
    let offline = code_in(&world, &mut browser, &there, asked(&there, &offline_scope)).await;
    let offline = token(&world, &there, with_code(&offline), None).await;
    let waiting = code_in(&world, &mut browser, &there, asked(&there, &offline_scope)).await;
    let other = code_in(&world, &mut elsewhere, &here, asked(&here, &scope)).await;
    assert_eq!(follow(&world).await, 0, "nobody has logged out");
    leave(&world, &mut browser, "/").await;
    assert_eq!(follow(&world).await, 2);
    assert_eq!(follow(&world).await, 0, "told twice, done once");
    let why: Vec<_> =
        world.database.entries("oauth.login.ended").await.iter().map(|e| e["details"]["why"].clone()).collect();
    assert_eq!(why, ["logged_out", "logged_out"]);
    let owner = world.single().await;
    let active = async |answer: &crate::world::Answer| {
        let form = [("token", answer.access_token().to_owned())];
        let form: Form = form.into_iter().collect();
        let told = world.instance.post("/connect/introspect", &super::signed(&owner, form, None), &[]).await;
        told.body["active"].as_bool().unwrap_or_else(|| panic!("{}", told.body))
    };
    assert!(!active(&online).await, "the token of the session that has ended");
    assert!(active(&offline).await, "that of the client with offline access");
    assert_eq!(token(&world, &there, with_code(&waiting), None).await.error(), "invalid_grant", "a code that waited");
    assert_eq!(token(&world, &there, with_refresh(&offline), None).await.status, 200, "offline access goes on");
    assert_eq!(token(&world, &here, with_code(&other), None).await.status, 200, "another browser's session goes on");
}

#[tokio::test]
async fn a_client_may_ask_by_post_from_its_own_site() {
    let world = world().await;
    let client = client(&world).await;
    let hint = hint(&world, &client).await;
    let mut browser = Browser::of(&world, kari(), LoginLevel::High).await;
    let pairs = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", AFTER), ("state", "s-1")];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let post = |body: String| {
        let request = Request::post("/connect/endsession").header("content-type", "application/x-www-form-urlencoded");
        request.header("sec-fetch-site", "cross-site").body(Body::from(body)).unwrap()
    };
    // From another site the browser sends no cookie of ours (SameSite=Lax); if it did, it would not count.
    for cookies in [Browser::default(), browser.clone()] {
        let answer = cookies.with_cookies(&world, post(body.clone())).await;
        let (there, fields) = led(&answer);
        assert_eq!(there, "https://varde.test/connect/endsession");
        assert_eq!((fields.get("id_token_hint"), &fields["state"]), (None, &"s-1".into()), "the hint is a token");
        assert_eq!(world.database.entries("web.session.ended").await.len(), 0, "another site ends nobody's session");
        let location = answer.headers["location"].to_str().unwrap().to_owned();
        let asked = browser.get(&world, &location).await;
        assert_eq!(asked.status, 200, "the question is put");
        let (back, _) = led(&Browser::default().get(&world, &location).await);
        assert_eq!(back, AFTER, "nobody is logged in: nothing to ask");
    }
    let evil = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", "https://evil.test/")])
        .finish();
    let answer = Browser::default().with_cookies(&world, post(evil)).await;
    assert_eq!((answer.status, answer.headers.get("location")), (422, None));
}

#[tokio::test]
async fn without_an_address_one_stays_here() {
    let world = world().await;
    let mut browser = Browser::of(&world, kari(), LoginLevel::High).await;
    let asked = browser.get(&world, "/connect/endsession").await;
    assert_eq!(asked.status, 200);
    assert!(asked.body.as_str().unwrap().contains("action=\"/logg-ut\""), "the shell's own logout");
    let (there, _) = led(&Browser::default().get(&world, "/connect/endsession").await);
    assert_eq!(there, "https://varde.test/utlogget");
}

#[tokio::test]
async fn nobody_is_sent_to_an_address_that_is_not_the_clients() {
    let world = world().await;
    let (client, other) = (client(&world).await, client(&world).await);
    let hint = hint(&world, &client).await;
    let (head, rest) = hint.split_once('.').unwrap();
    let (_, signature) = rest.split_once('.').unwrap();
    let forged = format!("{head}.{}.{signature}", varde_jose::encode(r#"{"iss":"https://varde.test","aud":"x"}"#));
    let id = other.id.to_string();
    for wrong in [
        end(&[("post_logout_redirect_uri", AFTER)]),
        end(&[("id_token_hint", &hint), ("post_logout_redirect_uri", "https://evil.test/")]),
        end(&[("id_token_hint", &hint), ("post_logout_redirect_uri", "https://journal.test/utlogget/")]),
        end(&[("id_token_hint", &hint), ("client_id", &id), ("post_logout_redirect_uri", AFTER)]),
        end(&[("id_token_hint", &forged), ("post_logout_redirect_uri", AFTER)]),
        end(&[("id_token_hint", "token")]),
        end(&[("client_id", "ukjent"), ("post_logout_redirect_uri", AFTER)]),
        "/connect/endsession?state=a&state=b".to_owned(),
    ] {
        let answer = Browser::default().get(&world, &wrong).await;
        assert_eq!((answer.status, answer.headers.get("location")), (422, None), "{wrong}");
    }
}

#[tokio::test]
async fn every_page_speaks_three_languages() {
    let world = world().await;
    for (language, asks, unknown) in [
        ("nb", "Vil du logge ut av Varde?", "Vi kjenner ikke denne innloggingen"),
        ("nn", "Vil du logge ut av Varde?", "Vi kjenner ikkje denne innlogginga"),
        ("en", "Do you want to log out of Varde?", "We do not know this login"),
    ] {
        let mut browser = Browser::of(&world, kari(), LoginLevel::High).await;
        let in_language = |path: &str| {
            let request = Request::get(path).header("accept-language", language).header("accept", "text/html");
            request.body(Body::empty()).unwrap()
        };
        let page = browser.send(&world, in_language("/connect/endsession")).await.body;
        assert!(page.as_str().unwrap().contains(asks), "{page}");
        let address = super::address("x", "urn:ietf:params:oauth:request_uri:x");
        let page = browser.send(&world, in_language(&address)).await.body;
        assert!(page.as_str().unwrap().contains(unknown), "{page}");
    }
}
