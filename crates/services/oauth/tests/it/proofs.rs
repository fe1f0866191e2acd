//! Proof of possession at the token endpoint, each way in which it can be wrong (RFC 9449, section
//! 4.3, and OpenID's FAPI 2.0 conformance suite). What belongs to an API alone (`ath`) is tested with
//! the check itself.

use serde_json::{Value, json};
use varde_jose::{Algorithm, SigningKey, encode};

use crate::world::{Answer, Change, Client, World, claim};

/// Sets or, with `null`, removes a member of the header.
fn header(name: &'static str, value: Value) -> Change {
    Box::new(move |header, _| match &value {
        Value::Null => drop(header.as_object_mut().unwrap().remove(name)),
        value => header[name] = value.clone(),
    })
}

async fn send(world: &World, client: &Client, proofs: &[String]) -> Answer {
    let form = client.form(client.assertion(|_, _| {}), &[]);
    world.instance.post("/connect/token", &form, proofs).await
}

#[tokio::test]
async fn a_wrong_proof_is_refused() {
    let world = World::new().await;
    let client = world.single().await;
    let nonce = world.instance.nonce(&client).await;
    let now = world.now();
    let mut private = client.holder.public().to_jwk();
    private.insert("d".to_owned(), json!("AAAA"));
    let other = SigningKey::generate(Algorithm::Es256).unwrap();
    let cases: Vec<(&str, Change)> = vec![
        ("no typ", header("typ", Value::Null)),
        ("typ JWT", header("typ", json!("JWT"))),
        ("typ of an access token", header("typ", json!("at+jwt"))),
        // Written as it is: a member that is no text.
        ("no alg", Box::new(|header, _| header["alg"] = Value::Null)),
        ("alg none", header("alg", json!("none"))),
        ("alg HS256", header("alg", json!("HS256"))),
        ("alg RS256 over an EC key", header("alg", json!("RS256"))),
        ("alg of another curve", header("alg", json!("ES384"))),
        ("no jwk", header("jwk", Value::Null)),
        ("a jwk that is a text", header("jwk", json!("key"))),
        ("a private key in jwk", header("jwk", Value::Object(private))),
        ("a symmetric key in jwk", header("jwk", json!({ "kty": "oct", "k": "AAAA" }))),
        ("another's key in jwk", header("jwk", Value::Object(other.public().to_jwk()))),
        ("a critical extension", header("crit", json!(["htm"]))),
        ("no jti", claim("jti", Value::Null)),
        ("an empty jti", claim("jti", json!(""))),
        ("a jti that is a number", claim("jti", json!(7))),
        ("a jti of 257 characters", claim("jti", json!("a".repeat(257)))),
        ("no htm", claim("htm", Value::Null)),
        ("another htm", claim("htm", json!("GET"))),
        ("htm in lower case", claim("htm", json!("post"))),
        ("no htu", claim("htu", Value::Null)),
        ("htu of another endpoint", claim("htu", json!("https://varde.test/connect/par"))),
        ("htu of another server", claim("htu", json!("https://other.test/connect/token"))),
        ("htu with another port", claim("htu", json!("https://varde.test:8443/connect/token"))),
        ("htu with another scheme", claim("htu", json!("http://varde.test/connect/token"))),
        ("htu without a host", claim("htu", json!("/connect/token"))),
        ("no iat", claim("iat", Value::Null)),
        ("iat as a text", claim("iat", json!("now"))),
        ("iat an hour past", claim("iat", json!(now - 3_600))),
        ("iat an hour ahead", claim("iat", json!(now + 3_600))),
        ("exp past", claim("exp", json!(now - 60))),
        ("nbf ahead", claim("nbf", json!(now + 60))),
    ];
    for (what, change) in cases {
        let proof = client.proof(Some(&nonce), |header, claims| change(header, claims));
        let answer = send(&world, &client, &[proof]).await;
        assert_eq!((answer.status, answer.error()), (400, "invalid_dpop_proof"), "{what}");
    }
}

#[tokio::test]
async fn what_is_no_proof_is_refused() {
    let world = World::new().await;
    let client = world.single().await;
    let nonce = world.instance.nonce(&client).await;
    let good = || client.proof(Some(&nonce), |_, _| {});
    let proof = good();
    let (message, _) = proof.rsplit_once('.').unwrap();
    let (_, signature) = good().rsplit_once('.').map(|(m, s)| (m.to_owned(), s.to_owned())).unwrap();
    let rsa = SigningKey::generate(Algorithm::Rs256).unwrap();
    let (head, claims) = (json!({ "typ": "dpop+jwt", "jwk": rsa.public().to_jwk() }), crate::world::part(&proof, 1));
    let rs256 = rsa.sign_with(&head, &crate::world::object(claims)).unwrap();
    let twice = encode(format!("{{\"nonce\":\"{nonce}\",\"nonce\":\"{nonce}\"}}"));
    for (what, proofs) in [
        ("none", vec![]),
        ("two", vec![good(), good()]),
        ("no token", vec!["proof".to_owned()]),
        ("another proof's signature", vec![format!("{message}.{signature}")]),
        ("no signature", vec![format!("{message}.")]),
        ("RS256", vec![rs256]),
        ("a member twice", vec![format!("{}.{twice}.{signature}", proof.split('.').next().unwrap())]),
        (
            "too long",
            vec![client.proof(Some(&nonce), |_, claims| drop(claims.insert("x".into(), json!("a".repeat(9_000)))))],
        ),
    ] {
        let answer = send(&world, &client, &proofs).await;
        assert_eq!((answer.status, answer.error()), (400, "invalid_dpop_proof"), "{what}");
    }
}

#[tokio::test]
async fn what_is_only_written_otherwise_is_taken() {
    let world = World::new().await;
    let client = world.single().await;
    let nonce = world.instance.nonce(&client).await;
    let now = world.now();
    let cases: Vec<(&str, Change)> = vec![
        ("htu with a query", claim("htu", json!("https://varde.test/connect/token?x=1"))),
        ("htu with a fragment", claim("htu", json!("https://varde.test/connect/token#x"))),
        ("htu with host and scheme in capitals", claim("htu", json!("HTTPS://VARDE.test/connect/token"))),
        ("htu with the usual port", claim("htu", json!("https://varde.test:443/connect/token"))),
        ("iat 10 seconds past", claim("iat", json!(now - 10))),
        ("iat 10 seconds ahead", claim("iat", json!(now + 10))),
        (
            "exp ahead and nbf past",
            Box::new(move |_, claims| {
                claims.insert("exp".to_owned(), json!(now + 60));
                claims.insert("nbf".to_owned(), json!(now - 60));
            }),
        ),
        ("claims that nobody knows", claim("colour", json!("blue"))),
        ("typ as a whole media type", header("typ", json!("application/dpop+jwt"))),
        ("an ath where there is no token", claim("ath", json!("AAAA"))),
    ];
    for (what, change) in cases {
        let proof = client.proof(Some(&nonce), |header, claims| change(header, claims));
        let answer = send(&world, &client, &[proof]).await;
        assert_eq!(answer.status, 200, "{what}: {}", answer.body);
    }
}

#[tokio::test]
async fn the_nonce_must_be_ours_and_not_too_old() {
    let world = World::new().await;
    let client = world.single().await;
    let nonce = world.instance.nonce(&client).await;
    for wrong in ["", "nonce", "AAAAAAAAAAAA"] {
        let answer = send(&world, &client, &[client.proof(Some(wrong), |_, _| {})]).await;
        assert_eq!((answer.status, answer.error()), (400, "use_dpop_nonce"), "{wrong}");
        assert!(answer.headers.contains_key("dpop-nonce"));
    }
    world.pass(240);
    let answer = send(&world, &client, &[client.proof(Some(&nonce), |_, _| {})]).await;
    assert_eq!(answer.error(), "use_dpop_nonce", "four minutes later");
    let other = world.another(true).await;
    let nonce = other.nonce(&client).await;
    let answer = send(&world, &client, &[client.proof(Some(&nonce), |_, _| {})]).await;
    assert_eq!(answer.status, 200, "all servers on a database know each other's");
}

#[tokio::test]
async fn a_proof_is_good_once_whichever_server_is_asked() {
    let world = World::new().await;
    let client = world.single().await;
    let proof = client.proof(Some(&world.instance.nonce(&client).await), |_, _| {});
    assert_eq!(send(&world, &client, std::slice::from_ref(&proof)).await.status, 200);
    let other = world.another(true).await;
    for instance in [&world.instance, &other] {
        let form = client.form(client.assertion(|_, _| {}), &[]);
        let refused = instance.post("/connect/token", &form, std::slice::from_ref(&proof)).await;
        assert_eq!((refused.status, refused.error()), (400, "invalid_dpop_proof"));
    }
}
