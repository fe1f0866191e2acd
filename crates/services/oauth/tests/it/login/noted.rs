//! What clients meet at the pushed request and at the person's login is remembered, for whoever sets one up.

use serde_json::json;
use varde_core::LoginLevel;
use varde_oauth::CallOutcome;

use super::{Browser, JOURNAL, SIGN, address, asked, client, code, led, push, pushed, signed, with, with_code, world};
use crate::{
    population::kari,
    world::{Client, World, command_line},
};

/// What was remembered of the client.
async fn remembered(world: &World, client: &Client) -> Vec<CallOutcome> {
    let server = &world.instance.server;
    server.write_calls().await.unwrap();
    let mut kinds: Vec<_> =
        server.calls(&command_line(), client.id).await.unwrap().into_iter().map(|call| call.outcome).collect();
    kinds.sort();
    kinds
}

#[tokio::test]
async fn each_reason_to_refuse_a_pushed_request_is_told_apart() {
    let world = world().await;
    for (change, expected) in [
        (("redirect_uri", "https://journal.test/annet"), CallOutcome::Redirect),
        (("code_challenge_method", "plain"), CallOutcome::Request),
        (("code_challenge", ""), CallOutcome::Request),
        (("response_type", "token"), CallOutcome::Request),
        (("request", "x.y.z"), CallOutcome::Request),
        (("scope", "helse:prover/skriv"), CallOutcome::Scope),
        (("resource", "helse:ukjent"), CallOutcome::Resource),
    ] {
        let client = client(&world).await;
        let answer = push(&world, &client, with(asked(&client, JOURNAL), &[change])).await;
        assert_eq!(answer.status, 400, "{change:?}: {}", answer.body);
        assert_eq!(remembered(&world, &client).await, [expected], "{change:?}");
    }
    let late = client(&world).await;
    let assertion = late.assertion(|_, claims| drop(claims.insert("iat".to_owned(), json!(world.now() + 95))));
    let form = with(signed(&late, asked(&late, JOURNAL), None), &[("client_assertion", &assertion)]);
    world.instance.post("/connect/par", &form, &[]).await;
    assert_eq!(remembered(&world, &late).await, [CallOutcome::Clock], "the statement is tried as everywhere");
    let programs_own = world.single().await;
    push(&world, &programs_own, asked(&programs_own, "helse:prover/les")).await;
    assert_eq!(remembered(&world, &programs_own).await, [CallOutcome::Grant]);
}

#[tokio::test]
async fn what_becomes_of_the_person_is_told() {
    let world = world().await;
    let good = client(&world).await;
    let code = code(&world, &good, kari(), asked(&good, JOURNAL)).await;
    assert_eq!(remembered(&world, &good).await, [CallOutcome::CodeGiven, CallOutcome::RequestTaken]);
    assert_eq!(super::token(&world, &good, with_code(&code), None).await.status, 200);
    assert!(remembered(&world, &good).await.contains(&CallOutcome::TokenGiven));

    let silent = client(&world).await;
    let request = pushed(&world, &silent, with(asked(&silent, SIGN), &[("prompt", "none")])).await;
    let mut low = Browser::of(&world, kari(), LoginLevel::Substantial).await;
    let (_, fields) = led(&low.come(&world, &silent, &request).await);
    assert_eq!(fields["error"], "login_required");
    assert_eq!(remembered(&world, &silent).await, [CallOutcome::RequestTaken, CallOutcome::LoginNeeded]);
    assert_eq!(low.come(&world, &silent, &request).await.status, 422);
    assert!(remembered(&world, &silent).await.contains(&CallOutcome::RequestUri), "used up");

    let cancelled = client(&world).await;
    let request = pushed(&world, &cancelled, asked(&cancelled, JOURNAL)).await;
    let mut browser = Browser::default();
    led(&browser.come(&world, &cancelled, &request).await);
    let back = format!("{}&avbrutt=ja", address(&cancelled.id.to_string(), &request));
    let (_, fields) = led(&browser.get(&world, &back).await);
    assert_eq!(fields["error"], "access_denied");
    assert_eq!(remembered(&world, &cancelled).await, [CallOutcome::RequestTaken, CallOutcome::LoginRefused]);
}

#[tokio::test]
async fn a_request_that_is_old_unknown_or_not_named_is_told() {
    let world = world().await;
    let late = client(&world).await;
    let request = pushed(&world, &late, asked(&late, JOURNAL)).await;
    world.pass(61);
    let mut browser = Browser::of(&world, kari(), LoginLevel::High).await;
    browser.come(&world, &late, &request).await;
    assert_eq!(remembered(&world, &late).await, [CallOutcome::RequestTaken, CallOutcome::RequestUri]);
    let [unknown, unnamed] = [client(&world).await, client(&world).await];
    browser.come(&world, &unknown, "urn:ietf:params:oauth:request_uri:ukjent").await;
    browser.get(&world, &format!("/connect/authorize?client_id={}&scope=openid", unnamed.id)).await;
    for client in [unknown, unnamed] {
        assert_eq!(remembered(&world, &client).await, [CallOutcome::RequestUri]);
    }
    // A stranger's name for a client is written nowhere.
    browser.get(&world, "/connect/authorize?client_id=01890a5d-ac96-774b-bcce-b302099a8057").await;
    let before = world.database.entries("oauth.calls.noted").await.len();
    world.instance.server.write_calls().await.unwrap();
    assert_eq!(world.database.entries("oauth.calls.noted").await.len(), before);
}
