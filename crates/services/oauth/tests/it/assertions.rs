//! The client's statement, each way in which it can be wrong (OpenID's FAPI 2.0 conformance suite,
//! and RFC 7523, section 3).

use serde_json::{Value, json};
use varde_jose::{Algorithm, Claims, SigningKey};
use varde_oauth::{NewClient, Tenancy};

use crate::world::{Change, Client, ISSUER, READ, TOKEN, World, claim, hospital, jwk};

fn header(name: &'static str, value: Value) -> Change {
    Box::new(move |header, _| header[name] = value.clone())
}

async fn answer(world: &World, client: &Client, nonce: &str, assertion: String) -> (u16, String) {
    let proof = client.proof(Some(nonce), |_, _| {});
    let form: Vec<_> = client.form(assertion, &[]).into_iter().filter(|(name, _)| *name != "client_id").collect();
    let answer = world.instance.post("/connect/token", &form, &[proof]).await;
    (answer.status, answer.error().to_owned())
}

#[tokio::test]
async fn a_wrong_statement_proves_nothing() {
    let world = World::new().await;
    let client = world.single().await;
    let nonce = world.instance.nonce(&client).await;
    let now = world.now();
    let cases: Vec<(&str, Change)> = vec![
        ("exp five minutes past", claim("exp", json!(now - 300))),
        ("no exp", claim("exp", Value::Null)),
        ("exp two minutes ahead", claim("exp", json!(now + 120))),
        ("exp as a text", claim("exp", json!("soon"))),
        ("no sub", claim("sub", Value::Null)),
        ("no iss", claim("iss", Value::Null)),
        ("iss is another", claim("iss", json!("somebody"))),
        (
            "sub is no client id",
            Box::new(|_, claims| {
                claims.insert("iss".to_owned(), json!("somebody"));
                claims.insert("sub".to_owned(), json!("somebody"));
            }),
        ),
        (
            "an unknown client",
            Box::new(|_, claims| {
                let id = json!("0190f2c4-7d3a-7cc1-8f6e-3a1b2c4d5e6f");
                claims.insert("iss".to_owned(), id.clone());
                claims.insert("sub".to_owned(), id);
            }),
        ),
        ("no aud", claim("aud", Value::Null)),
        ("another server's aud", claim("aud", json!("https://other.test"))),
        ("aud with a slash at its end", claim("aud", json!(format!("{ISSUER}/")))),
        ("aud is the token endpoint", claim("aud", json!(TOKEN))),
        ("aud is a list of the issuer", claim("aud", json!([ISSUER]))),
        ("aud is a list with the token endpoint", claim("aud", json!([ISSUER, TOKEN]))),
        ("no jti", claim("jti", Value::Null)),
        ("an empty jti", claim("jti", json!(""))),
        ("a jti of 257 characters", claim("jti", json!("a".repeat(257)))),
        ("a jti that is a number", claim("jti", json!(7))),
        ("iat more than a minute ahead", claim("iat", json!(now + 70))),
        ("nbf more than a minute ahead", claim("nbf", json!(now + 70))),
        ("alg none", header("alg", json!("none"))),
        ("alg HS256", header("alg", json!("HS256"))),
        ("alg of another key", header("alg", json!("ES384"))),
        ("no alg", header("alg", Value::Null)),
        ("typ of a proof", header("typ", json!("dpop+jwt"))),
        ("typ of an access token", header("typ", json!("at+jwt"))),
        ("an unknown kid", header("kid", json!("another"))),
        ("a critical extension", header("crit", json!(["exp"]))),
    ];
    for (what, change) in cases {
        let assertion = client.assertion(|header, claims| change(header, claims));
        assert_eq!(answer(&world, &client, &nonce, assertion).await, (401, "invalid_client".to_owned()), "{what}");
    }
}

#[tokio::test]
async fn a_statement_that_was_tampered_with_proves_nothing() {
    let world = World::new().await;
    let (client, other) = (world.single().await, world.single().await);
    let nonce = world.instance.nonce(&client).await;
    let good = client.assertion(|_, _| {});
    let (message, _) = good.rsplit_once('.').unwrap();
    let (_, signature) =
        other.assertion(|_, _| {}).rsplit_once('.').map(|(m, s)| (m.to_owned(), s.to_owned())).unwrap();
    let (head, claims) = client.said();
    let by_another = other.key.sign_with(&head, &claims).unwrap();
    for (what, assertion) in [
        ("another's signature", format!("{message}.{signature}")),
        ("no signature", format!("{message}.")),
        ("two parts", message.to_owned()),
        ("four parts", format!("{good}.{signature}")),
        ("no token", "assertion".to_owned()),
        ("signed by another's key", by_another),
        ("a member twice", {
            let claims = varde_jose::encode(format!("{{\"sub\":\"{0}\",\"sub\":\"{0}\",\"iss\":\"{0}\"}}", client.id));
            let head = good.split('.').next().unwrap();
            format!("{head}.{claims}.{signature}")
        }),
    ] {
        assert_eq!(answer(&world, &client, &nonce, assertion).await, (401, "invalid_client".to_owned()), "{what}");
    }
}

#[tokio::test]
async fn clocks_may_differ_by_some_seconds() {
    let world = World::new().await;
    let client = world.single().await;
    let nonce = world.instance.nonce(&client).await;
    let now = world.now();
    for (what, change) in [
        ("iat 8 seconds ahead", claim("iat", json!(now + 8))),
        ("nbf 8 seconds ahead", claim("nbf", json!(now + 8))),
        (
            "no iat and no nbf",
            Box::new(|_: &mut Value, claims: &mut Claims| {
                claims.remove("iat");
                claims.remove("nbf");
            }),
        ),
        ("exp 8 seconds past", claim("exp", json!(now - 8))),
        ("exp a minute ahead", claim("exp", json!(now + 60))),
        ("typ JWT", header("typ", json!("JWT"))),
        ("claims that nobody knows", claim("colour", json!("blue"))),
    ] {
        let assertion = client.assertion(|header, claims| change(header, claims));
        assert_eq!(answer(&world, &client, &nonce, assertion).await.0, 200, "{what}");
    }
}

#[tokio::test]
async fn weak_signatures_are_for_clients_of_the_national_profile_alone() {
    let world = World::new().await;
    for (national_profile, algorithm, status) in
        [(false, Algorithm::Rs256, 401), (true, Algorithm::Rs256, 200), (false, Algorithm::Ps256, 200)]
    {
        let scopes = [READ.parse().unwrap()].into();
        let new =
            NewClient { national_profile, ..NewClient::new("Journalen", hospital(), Tenancy::SingleTenant, scopes) };
        let client = world.registered(new, algorithm).await;
        let nonce = world.instance.nonce(&client).await;
        let got = answer(&world, &client, &nonce, client.assertion(|_, _| {})).await.0;
        assert_eq!(got, status, "{national_profile} {algorithm:?}");
    }
}

#[tokio::test]
async fn a_statement_is_good_once_whichever_server_is_asked() {
    let world = World::new().await;
    let client = world.single().await;
    let nonce = world.instance.nonce(&client).await;
    let again = world.another(true).await;
    let form = client.form(client.assertion(|_, _| {}), &[]);
    let proof = || client.proof(Some(&nonce), |_, _| {});
    assert_eq!(world.instance.post("/connect/token", &form, &[proof()]).await.status, 200);
    for instance in [&world.instance, &again] {
        let refused = instance.post("/connect/token", &form, &[proof()]).await;
        assert_eq!((refused.status, refused.error()), (401, "invalid_client"));
    }
    assert_eq!(world.database.entries("oauth.token.issued").await.len(), 1);
}

#[tokio::test]
async fn a_statement_is_not_used_up_by_a_refusal() {
    let world = World::new().await;
    let client = world.single().await;
    let form = client.form(client.assertion(|_, _| {}), &[]);
    let asked = world.instance.post("/connect/token", &form, &[client.proof(None, |_, _| {})]).await;
    assert_eq!((asked.status, asked.error()), (400, "use_dpop_nonce"));
    let nonce = asked.headers["dpop-nonce"].to_str().unwrap();
    let proof = client.proof(Some(nonce), |_, _| {});
    assert_eq!(world.instance.post("/connect/token", &form, &[proof]).await.status, 200);
}

#[tokio::test]
async fn two_keys_are_good_at_once() {
    let world = World::new().await;
    let mut client = world.single().await;
    let next = SigningKey::generate(Algorithm::EdDsa).unwrap();
    world.instance.server.add_key(&crate::world::command_line(), client.id, &jwk(&next)).await.unwrap();
    world.pass(2);
    let nonce = world.instance.nonce(&client).await;
    assert_eq!(answer(&world, &client, &nonce, client.assertion(|_, _| {})).await.0, 200);
    client.key = next;
    assert_eq!(answer(&world, &client, &nonce, client.assertion(|_, _| {})).await.0, 200);
}
