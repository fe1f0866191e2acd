//! The relying party against providers that are wrong or away.

use std::sync::Arc;

use varde_core::{LoginLevel, Problem, ProblemKind, Randomness, SimulatedClock};
use varde_identity::oidc::{Asked, ConfigFault, LoginError, ProviderConfig, RelyingParty};

use crate::site::Site;

fn config(issuer: &str) -> ProviderConfig {
    ProviderConfig::new(issuer, "varde", "https://varde.example/logg-inn/retur".parse().unwrap())
}

fn party(issuer: &str) -> RelyingParty {
    let clock = Arc::new(SimulatedClock::new("2026-11-22T12:00:00Z".parse().unwrap()));
    RelyingParty::new(config(issuer), clock, Randomness::seeded(1), [1; 32]).unwrap()
}

#[test]
fn a_configuration_that_cannot_work_is_told_at_the_start() {
    assert_eq!(config("https://idporten.example").check(), Ok(()));
    for address in ["http://idporten.example", "idporten.example", "https://user:word@idporten.example", "file:///x"] {
        assert!(matches!(config(address).check(), Err(ConfigFault::Address(_))), "{address}");
    }
    let nobody = ProviderConfig { client_id: String::new(), ..config("https://idporten.example") };
    assert_eq!(nobody.check(), Err(ConfigFault::ClientId));
    let flat = ProviderConfig { levels: Vec::new(), ..config("https://idporten.example") };
    assert_eq!(flat.check(), Err(ConfigFault::Level(LoginLevel::Substantial)));
}

#[tokio::test]
async fn a_provider_that_is_away_is_not_the_persons_fault() {
    // Port 1 (tcpmux) is closed on any machine these tests run on.
    let error = party("http://127.0.0.1:1").begin("/", Asked::of(LoginLevel::High), "nb").await.unwrap_err();
    assert!(matches!(error, LoginError::Unavailable { what: "metadata", .. }), "{error:?}");
    assert_eq!((error.kind(), error.code()), (ProblemKind::Unavailable, "identity.provider_unavailable"));
}

#[tokio::test]
async fn a_provider_that_calls_itself_something_else_is_not_trusted() {
    let site = Site::start().await;
    let issuer = site.base.join("test-id").unwrap();
    assert!(party(issuer.as_str()).begin("/", Asked::of(LoginLevel::High), "nb").await.is_ok());
    let almost = party(&format!("{issuer}/")).begin("/", Asked::of(LoginLevel::High), "nb").await.unwrap_err();
    assert!(matches!(almost, LoginError::Provider { what: "issuer" }), "{almost:?}");
    let nothing = party(site.base.as_str()).begin("/", Asked::of(LoginLevel::High), "nb").await.unwrap_err();
    assert!(matches!(nothing, LoginError::Provider { what: "metadata" }), "{nothing:?}");
}
