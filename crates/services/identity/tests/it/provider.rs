//! Test-ID as a provider: what it refuses.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};
use varde_core::{LocalisedText, LoginLevel, Randomness, SimulatedClock, identifier};
use varde_identity::{
    SigningKey,
    test_id::{
        AuthorizationRequest, RequestFault, TestClient, TestId, TestIdConfig, TestIdFault, TestPerson, TokenFault,
        TokenForm,
    },
};

const RETURN: &str = "http://127.0.0.1:9/logg-inn/retur";
const AFTER: &str = "http://127.0.0.1:9/utlogget";
const VERIFIER: &str = "0123456789012345678901234567890123456789abcdef";

pub(crate) fn person(n: u16, name: &str, what: &str) -> TestPerson {
    let birth = "1985-03-14".parse().unwrap();
    let rule = identifier::Rule::Of1964;
    let mut numbers = identifier::individual_numbers(1985, rule).filter_map(|i| identifier::synthetic(birth, i, rule));
    TestPerson {
        key: format!("p{n}"),
        name: name.to_owned(),
        what: LocalisedText::new(what, what, what),
        number: numbers.nth(usize::from(n)).unwrap(),
    }
}

fn config(demo: bool, key: Option<&SigningKey>) -> TestIdConfig {
    let client = TestClient {
        client_id: "varde".to_owned(),
        redirect_uris: vec![RETURN.parse().unwrap()],
        after_logout: vec![AFTER.parse().unwrap()],
        keys: key.map(SigningKey::public),
    };
    TestIdConfig { demo, issuer: "http://127.0.0.1:9/test-id".parse().unwrap(), clients: vec![client] }
}

fn provider(key: Option<&SigningKey>) -> (TestId, SimulatedClock) {
    let clock = SimulatedClock::new("2026-11-22T12:00:00Z".parse().unwrap());
    let people = Arc::new(vec![person(0, "Ada Fjell", "Forsker")]);
    let provider = TestId::new(config(true, key), people, Arc::new(clock.clone()), Randomness::seeded(3)).unwrap();
    (provider, clock)
}

fn request() -> AuthorizationRequest {
    AuthorizationRequest {
        response_type: "code".to_owned(),
        client_id: "varde".to_owned(),
        redirect_uri: RETURN.to_owned(),
        scope: "openid profile".to_owned(),
        state: "s".to_owned(),
        nonce: "n".to_owned(),
        code_challenge: URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER)),
        code_challenge_method: "S256".to_owned(),
        acr_values: "idporten-loa-high".to_owned(),
    }
}

fn code(provider: &TestId) -> String {
    let redirect = provider.log_in(&request(), &person(0, "Ada Fjell", "Forsker"), LoginLevel::High).unwrap();
    assert!(redirect.as_str().starts_with(RETURN));
    redirect.query_pairs().find(|(n, _)| n == "code").unwrap().1.into_owned()
}

fn form(code: &str) -> TokenForm {
    TokenForm {
        grant_type: "authorization_code".to_owned(),
        code: code.to_owned(),
        redirect_uri: RETURN.to_owned(),
        code_verifier: VERIFIER.to_owned(),
        client_id: "varde".to_owned(),
        ..TokenForm::default()
    }
}

#[test]
fn it_does_not_exist_outside_a_demonstration() {
    let clock = Arc::new(SimulatedClock::new("2026-11-22T12:00:00Z".parse().unwrap()));
    let refused = TestId::new(config(false, None), Arc::new(Vec::new()), clock, Randomness::seeded(1));
    assert_eq!(refused.err(), Some(TestIdFault::NotADemo));
}

#[test]
fn a_code_is_good_once_for_a_minute_for_the_one_who_asked() {
    let (provider, clock) = provider(None);
    let good = code(&provider);
    let tokens = provider.trade(&form(&good)).unwrap();
    assert!(tokens["id_token"].as_str().unwrap().split('.').count() == 3);
    assert_eq!(provider.trade(&form(&good)).err(), Some(TokenFault::Grant), "replayed");

    let wrong = [
        TokenForm {
            code_verifier: "another-verifier-that-is-long-enough-to-be-one".to_owned(),
            ..form(&code(&provider))
        },
        TokenForm { code_verifier: String::new(), ..form(&code(&provider)) },
        TokenForm { redirect_uri: format!("{RETURN}/x"), ..form(&code(&provider)) },
        form("unknown"),
    ];
    for form in wrong {
        assert_eq!(provider.trade(&form).err(), Some(TokenFault::Grant));
    }
    let burnt = code(&provider);
    provider.trade(&TokenForm { code_verifier: "x".repeat(43), ..form(&burnt) }).unwrap_err();
    assert_eq!(provider.trade(&form(&burnt)).err(), Some(TokenFault::Grant), "a wrong verifier burns the code");

    let late = code(&provider);
    clock.advance(std::time::Duration::from_secs(61));
    assert_eq!(provider.trade(&form(&late)).err(), Some(TokenFault::Grant), "expired");
    let other = TokenForm { client_id: "other".to_owned(), ..form(&code(&provider)) };
    assert_eq!(provider.trade(&other).err(), Some(TokenFault::Client));
    let password = TokenForm { grant_type: "password".to_owned(), ..form(&code(&provider)) };
    assert_eq!(provider.trade(&password).err(), Some(TokenFault::GrantType));
}

#[test]
fn a_request_that_is_not_as_registered_goes_nowhere() {
    let (provider, _) = provider(None);
    assert!(provider.check(&request()).is_ok());
    for uri in ["https://evil.example/", "http://127.0.0.1:9/logg-inn/retur?x=1", "http://127.0.0.1:9/logg-inn/", ""] {
        let request = AuthorizationRequest { redirect_uri: uri.to_owned(), ..request() };
        assert_eq!(provider.check(&request), Err(RequestFault::Client), "{uri}");
    }
    let unknown = AuthorizationRequest { client_id: "other".to_owned(), ..request() };
    assert_eq!(provider.check(&unknown), Err(RequestFault::Client));
    let refused = [
        AuthorizationRequest { response_type: "token".to_owned(), ..request() },
        AuthorizationRequest { scope: "profile".to_owned(), ..request() },
        AuthorizationRequest { code_challenge_method: "plain".to_owned(), ..request() },
        AuthorizationRequest { code_challenge: String::new(), ..request() },
    ];
    for request in refused {
        assert!(matches!(provider.check(&request), Err(RequestFault::Refused(_))), "{request:?}");
    }
}

#[test]
fn a_client_with_keys_must_prove_itself_anew_each_time() {
    let key = SigningKey::generate().unwrap();
    let (provider, _) = provider(Some(&key));
    assert_eq!(provider.trade(&form(&code(&provider))).err(), Some(TokenFault::Client), "without an assertion");
    let nonsense = TokenForm {
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned(),
        client_assertion: "a.b.c".to_owned(),
        ..form(&code(&provider))
    };
    assert_eq!(provider.trade(&nonsense).err(), Some(TokenFault::Client));
}
