//! Products that set themselves up.

use serde_json::{Value, json};

use crate::{
    registry::get,
    world::{Answer, CLINIC, NOBODY, READ, WARD, World, id, number, private_key, public_key},
};

const DRAFTS: &str = "/api/self-service/v1/client-drafts";
const BACK: &str = "http://127.0.0.1/ferdig";

/// An API key of the product, read from the page that shows it once.
async fn api_key(world: &World, system: &str) -> String {
    let page = world.post("vendor", &format!("/klienter/system/{system}/api-nokler"), &[]).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let key = page.body.split("<code>").nth(1).unwrap().split("</code>").next().unwrap().to_owned();
    assert!(key.starts_with("varde-draft-"), "{key}");
    let again = world.get("vendor", &format!("/klienter/system/{system}")).await.body;
    assert!(!again.contains(&key) && again.contains("Virker"));
    key
}

async fn ask(world: &World, key: &str, body: &Value) -> Answer {
    let request = http::Request::post(DRAFTS).header("content-type", "application/json").header("api-key", key);
    world.send(request.body(axum::body::Body::from(body.to_string())).unwrap()).await
}

fn draft() -> Value {
    json!({ "organizationNumber": number(CLINIC), "publicJwk": public_key("egen"), "apiScopes": [READ] })
}

/// The draft with a member of another value.
fn with(member: &str, value: Value) -> Value {
    let mut draft = draft();
    draft[member] = value;
    draft
}

#[tokio::test]
async fn a_product_asks_the_leader_confirms_and_comes_back() {
    let world = World::new().await;
    let system = world.system("single-tenant", &[("return_addresses", BACK)]).await;
    let key = api_key(&world, &system).await;
    let mut body = with("postClientConfirmationRedirectUri", json!("http://127.0.0.1:4711/ferdig"));
    body["childOrganizationNumbers"] = json!([number(WARD)]);
    body["audienceSpecificClientClaims"] = json!([{ "key": "herid", "value": "77" }]);
    let made = ask(&world, &key, &body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let client = made.json()["clientId"].as_str().unwrap().to_owned();
    let confirm = made.json()["confirmationPath"].as_str().unwrap().to_owned();
    assert!(get(&world.registry.clients).is_empty() && world.registry.keys_of(id(&client)).is_empty());
    let page = world.get("leader", &confirm).await;
    assert!(page.body.contains("tilbake til 127.0.0.1") && page.body.contains("herid"), "{}", page.body);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("form-action http://127.0.0.1:4711 "), "{policy}");
    let answer = world.post("leader", &confirm, &[("answer", "yes")]).await;
    assert_eq!(answer.location(), "http://127.0.0.1:4711/ferdig?status=confirmed");
    assert_eq!(world.registry.keys_of(id(&client)), ["egen"]);
    let registered = get(&world.registry.clients)[&id(&client)].settings.clone();
    assert_eq!((registered.claims["herid"].as_str(), registered.sub_units.len()), ("77", 1));
    let other = ask(&world, &key, &with("postClientConfirmationRedirectUri", json!(BACK))).await.json();
    let answer = world.post("leader", other["confirmationPath"].as_str().unwrap(), &[("answer", "no")]).await;
    assert_eq!(answer.location(), format!("{BACK}?status=refused"));
    assert_eq!(world.database.entries("self_service.draft.made").await.len(), 2);
}

#[tokio::test]
async fn what_is_wrong_with_a_draft_is_told_by_its_member() {
    let world = World::new().await;
    let system = world.system("single-tenant", &[("return_addresses", BACK)]).await;
    let key = api_key(&world, &system).await;
    let invalid = "self_service.invalid";
    for (body, code, field) in [
        (with("organizationNumber", json!(number(NOBODY))), invalid, "organizationNumber"),
        (with("organizationNumber", json!(number(WARD))), invalid, "organizationNumber"),
        (with("apiScopes", json!(["annet:api/les"])), invalid, "apiScopes"),
        (with("childOrganizationNumbers", json!([number(NOBODY)])), invalid, "childOrganizationNumbers"),
        (with("redirectUris", json!(["https://a.test/"])), invalid, "redirectUris"),
        (
            with("postClientConfirmationRedirectUri", json!("https://vond.test/")),
            invalid,
            "postClientConfirmationRedirectUri",
        ),
        (
            with("audienceSpecificClientClaims", json!([{ "key": "annet", "value": "1" }])),
            invalid,
            "audienceSpecificClientClaims",
        ),
        (
            with(
                "audienceSpecificClientClaims",
                json!([{ "key": "herid", "value": "1" }, { "key": "herid", "value": "2" }]),
            ),
            invalid,
            "audienceSpecificClientClaims",
        ),
        (with("publicJwk", private_key()), "self_service.private_key", ""),
        (with("publicJwk", json!({ "kty": "oct", "k": "AAAA" })), "self_service.key_wrong", ""),
        (with("organizationNumber", json!("123")), "web.bad_input", ""),
        (with("apiscopes", json!([])), "web.bad_input", ""),
    ] {
        let answer = ask(&world, &key, &body).await;
        let (status, told, fields) = answer.problem();
        assert_eq!((status, told.as_str()), (422, code), "{}", answer.body);
        assert_eq!(fields.first().map_or("", String::as_str), field, "{}", answer.body);
    }
    assert!(world.database.entries("self_service.draft.made").await.is_empty());
}

#[tokio::test]
async fn only_a_good_key_of_a_product_in_use_makes_drafts() {
    let world = World::new().await;
    let system = world.system("single-tenant", &[]).await;
    let key = api_key(&world, &system).await;
    let missing = world.api("", "POST", DRAFTS, &draft()).await;
    assert_eq!(missing.problem().0, 401);
    assert_eq!(ask(&world, "varde-draft-gjettet", &draft()).await.problem().1, "self_service.api_key");
    assert_eq!(ask(&world, &key, &draft()).await.status, 201);
    let page = world.get("vendor", &format!("/klienter/system/{system}")).await.body;
    let revoke = page.split("action=\"").find(|part| part.contains("/trekk\"")).unwrap().split('"').next().unwrap();
    assert_eq!(world.post("vendor", revoke, &[]).await.status, 303);
    assert_eq!(ask(&world, &key, &draft()).await.status, 401, "withdrawn");
    assert_eq!(world.post("vendor", revoke, &[]).await.status, 404);
    let key = api_key(&world, &system).await;
    world.post("vendor", &format!("/klienter/system/{system}/avslutt"), &[]).await;
    assert_eq!(ask(&world, &key, &draft()).await.problem().1, "self_service.system_ended");
}

#[tokio::test]
async fn an_organisation_is_not_flooded_with_drafts() {
    let world = World::new().await;
    let system = world.system("single-tenant", &[]).await;
    let key = api_key(&world, &system).await;
    for _ in 0..20 {
        assert_eq!(ask(&world, &key, &draft()).await.status, 201);
    }
    let answer = ask(&world, &key, &draft()).await;
    assert_eq!((answer.status, answer.headers["retry-after"].to_str().unwrap()), (429, "60"));
    world.pass(31 * 24 * 3600);
    assert_eq!(ask(&world, &key, &draft()).await.status, 201, "drafts that nobody can confirm any more wait no more");
}
