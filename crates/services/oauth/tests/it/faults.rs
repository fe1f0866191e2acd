//! Everything that can be wrong with a proof of possession (RFC 9449, section 4.3; OpenID's FAPI 2.0
//! conformance suite), for whichever method and address: the token endpoint and every API refuse the same.

use serde_json::{Value, json};
use url::Url;
use varde_jose::{Algorithm, SigningKey, encode};

use crate::world::{Change, Client, claim, object, part};

/// Sets or, with `null`, removes a member of the header.
fn header(name: &'static str, value: Value) -> Change {
    Box::new(move |header, _| match &value {
        Value::Null => drop(header.as_object_mut().unwrap().remove(name)),
        value => header[name] = value.clone(),
    })
}

/// The address, changed.
fn other(address: &str, change: impl FnOnce(&mut Url)) -> Change {
    let mut changed: Url = address.parse().unwrap();
    change(&mut changed);
    claim("htu", json!(changed.as_str()))
}

/// Each way in which a signed proof of that client can be wrong, for a request with that method to that
/// address at that time (in seconds).
pub(crate) fn wrong_proofs(client: &Client, now: i64, (method, address): (&str, &str)) -> Vec<(&'static str, Change)> {
    let mut all = wrong_headers(client);
    all.extend(wrong_times(now));
    let another = if method == "POST" { "GET" } else { "POST" };
    let path = address.parse::<Url>().unwrap().path().to_owned();
    all.extend([
        ("no jti", claim("jti", Value::Null)),
        ("an empty jti", claim("jti", json!(""))),
        ("a jti that is a number", claim("jti", json!(7))),
        ("a jti of 257 characters", claim("jti", json!("a".repeat(257)))),
        ("no htm", claim("htm", Value::Null)),
        ("another htm", claim("htm", json!(another))),
        ("htm in lower case", claim("htm", json!(method.to_lowercase()))),
        ("no htu", claim("htu", Value::Null)),
        ("htu of another path", other(address, |url| url.set_path("/connect/annet"))),
        ("htu of another server", other(address, |url| url.set_host(Some("other.test")).unwrap())),
        ("htu with another port", other(address, |url| url.set_port(Some(8443)).unwrap())),
        ("htu with another scheme", other(address, |url| url.set_scheme("http").unwrap())),
        ("htu without a host", claim("htu", json!(path))),
    ]);
    all
}

fn wrong_headers(client: &Client) -> Vec<(&'static str, Change)> {
    let mut private = client.holder.public().to_jwk();
    private.insert("d".to_owned(), json!("AAAA"));
    let other = SigningKey::generate(Algorithm::Es256).unwrap();
    vec![
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
    ]
}

fn wrong_times(now: i64) -> Vec<(&'static str, Change)> {
    vec![
        ("no iat", claim("iat", Value::Null)),
        ("iat as a text", claim("iat", json!("now"))),
        ("iat an hour past", claim("iat", json!(now - 3_600))),
        ("iat an hour ahead", claim("iat", json!(now + 3_600))),
        ("exp past", claim("exp", json!(now - 60))),
        ("nbf ahead", claim("nbf", json!(now + 60))),
    ]
}

/// What is no proof at all, made of good ones of that client.
pub(crate) fn no_proofs(client: &Client, good: impl Fn() -> String) -> Vec<(&'static str, String)> {
    let proof = good();
    let (head, claims) = (part(&proof, 0), object(part(&proof, 1)));
    let (message, _) = proof.rsplit_once('.').unwrap();
    let another = good();
    let (_, signature) = another.rsplit_once('.').unwrap();
    let rsa = SigningKey::generate(Algorithm::Rs256).unwrap();
    let rs256 = rsa.sign_with(&json!({ "typ": "dpop+jwt", "jwk": rsa.public().to_jwk() }), &claims).unwrap();
    let text = Value::Object(claims.clone()).to_string();
    let twice = encode(format!("{{\"htm\":{},{}", claims["htm"], &text[1..]));
    let mut long = claims;
    long.insert("x".to_owned(), json!("a".repeat(9_000)));
    vec![
        ("no token at all", "proof".to_owned()),
        ("another proof's signature", format!("{message}.{signature}")),
        ("no signature", format!("{message}.")),
        ("RS256", rs256),
        ("a member twice", format!("{}.{twice}.{signature}", proof.split('.').next().unwrap())),
        ("too long", client.holder.sign_with(&head, &long).unwrap()),
    ]
}

/// What is only written otherwise, and means the same.
pub(crate) fn written_otherwise(now: i64, address: &str) -> Vec<(&'static str, Change)> {
    let path = address.parse::<Url>().unwrap().path().to_owned();
    vec![
        ("htu with a query", claim("htu", json!(format!("{address}?x=1")))),
        ("htu with a fragment", claim("htu", json!(format!("{address}#x")))),
        ("htu with host and scheme in capitals", claim("htu", json!(format!("HTTPS://VARDE.test{path}")))),
        ("htu with the usual port", claim("htu", json!(format!("https://varde.test:443{path}")))),
        ("iat 10 seconds past", claim("iat", json!(now - 10))),
        ("iat 10 seconds ahead", claim("iat", json!(now + 10))),
        ("exp ahead", claim("exp", json!(now + 60))),
        ("nbf past", claim("nbf", json!(now - 60))),
        ("claims that nobody knows", claim("colour", json!("blue"))),
        ("typ as a whole media type", header("typ", json!("application/dpop+jwt"))),
    ]
}
