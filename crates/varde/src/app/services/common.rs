//! The floor of services that the floors above share: login, powers, orders, the catalogue, architecture and codes.

use std::{fs, sync::Arc};

use anyhow::{Context as _, Result};
use varde_access::AccessService;
use varde_architecture::{Architecture, Ports as ArchitecturePorts};
use varde_delegation::Delegations;
use varde_exchange::Checker;
use varde_identity::{
    Identity, SigningKey,
    oidc::{ClientAuthentication, ProviderConfig, RelyingParty},
    test_id::{TestClient, TestId, TestIdConfig},
};
use varde_metadata::CatalogueService;
use varde_onboarding::{Mailbox, Onboarding, Ports as OnboardingPorts, Smtp, ports::Post};
use varde_permit::Register;
use varde_platform::Platform;
use varde_terminology::{Ports as TerminologyPorts, Terminology};

use super::ground::Ground;
use crate::{app::ports, config::LoginConfig};

/// Where Test-ID is mounted.
const TEST_ID: &str = "/test-id";
/// The client id of the relying party at Test-ID.
const CLIENT: &str = "varde";
/// Where a provider sends people back to.
const BACK: &str = "/logg-inn/retur";

/// Logging in, and the built-in provider of a demonstration.
pub type Login = (Arc<Identity>, Option<Arc<TestId>>);

impl Ground<'_> {
    /// Logging in at the configured provider; in a demonstration without one at Test-ID; else none.
    pub(super) fn login(&self) -> Result<Option<Login>> {
        let (provider, test_id) = match &self.config.login {
            Some(login) => (self.provider(login)?, None),
            None if !self.config.demo => return Ok(None),
            None => {
                let test_id = self.test_id()?;
                (ProviderConfig::new(test_id.issuer(), CLIENT, self.address.join(BACK)?), Some(Arc::new(test_id)))
            }
        };
        let (clock, randomness) = (self.store.clock().clone(), self.store.randomness().clone());
        let relying_party = RelyingParty::new(provider, clock, randomness.clone(), randomness.bytes())?;
        let directory = Arc::new(ports::Directory::new(self.basedata.clone()));
        let identity = Identity::new(self.store, self.guard.clone(), self.sessions.clone(), directory, relying_party);
        Ok(Some((Arc::new(identity), test_id)))
    }

    fn provider(&self, login: &LoginConfig) -> Result<ProviderConfig> {
        let mut provider = ProviderConfig::new(&login.issuer, &login.client_id, self.address.join(BACK)?);
        if let Some(path) = &login.key_file {
            let key = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
            provider.authentication = ClientAuthentication::PrivateKeyJwt(SigningKey::from_pkcs8(&key)?);
        }
        Ok(provider)
    }

    fn test_id(&self) -> Result<TestId> {
        let client = TestClient {
            client_id: CLIENT.to_owned(),
            redirect_uris: vec![self.address.join(BACK)?],
            after_logout: vec![self.address.join("/utlogget")?],
            keys: None,
        };
        let issuer = self.address.join(TEST_ID)?;
        let config = TestIdConfig { demo: self.config.demo, issuer, clients: vec![client] };
        let people = Arc::new(ports::DemoPeople::new(&self.config.data));
        Ok(TestId::new(config, people, self.store.clock().clone(), self.store.randomness().clone())?)
    }

    /// Which supplier may act for which organisation.
    pub(super) fn delegations(&self) -> Delegations {
        let bridge = Arc::new(ports::Delegation::new(self.basedata.clone()));
        Delegations::new(self.store, self.guard.clone(), Arc::clone(&bridge) as _, bridge)
    }

    /// The catalogue: who hears of its changes, and what is counted of its variables.
    pub(super) fn catalogue(&self, checker: &Arc<Checker>, platform: &Arc<Platform>) -> Arc<CatalogueService> {
        let catalogue = CatalogueService::new(self.store, self.guard.clone()).told_by(Arc::clone(checker) as _);
        Arc::new(catalogue.observed_by(Arc::new(ports::Observations(Arc::clone(platform)))))
    }

    /// Taking services into use, and what takes its mail: the configured mail server; in a demonstration
    /// without one a mailbox that everybody may read; else nothing.
    pub(super) fn onboarding(&self, delegations: &Delegations) -> Result<(Onboarding, Option<Mailbox>)> {
        let names = Arc::clone(&self.names);
        let bridge = Arc::new(ports::Onboarding::new(self.basedata.clone(), delegations.clone(), names));
        let mailbox = (self.config.demo && self.config.mail.is_none()).then(|| Mailbox::new(self.store));
        let post: Option<Arc<dyn Post>> = match (&self.config.mail, &mailbox) {
            (Some(mail), _) => Some(Arc::new(Smtp::new(&mail.settings(&self.address)?)?)),
            (None, Some(mailbox)) => Some(Arc::new(mailbox.clone())),
            (None, None) => None,
        };
        let ports = OnboardingPorts {
            organisations: Arc::clone(&bridge) as _,
            mandates: Arc::clone(&bridge) as _,
            people: bridge,
            post,
        };
        Ok((Onboarding::new(self.store, self.guard.clone(), ports, self.address.as_str()), mailbox))
    }

    /// Architecture governance.
    pub(super) fn architecture(
        &self,
        catalogue: &Arc<CatalogueService>,
        letters: &Arc<ports::Outbox>,
    ) -> Result<Architecture> {
        let bridge = Arc::new(ports::Architecture::new(Arc::clone(catalogue), self.basedata.clone()));
        let ports = ArchitecturePorts {
            sources: Arc::clone(&bridge) as _,
            organisations: bridge,
            letters: Some(Arc::clone(letters) as _),
        };
        let address = self.address.as_str();
        Ok(Architecture::new(self.store, self.guard.clone(), ports, self.access_body, address)?)
    }

    /// Code systems, and who uses their codes.
    pub(super) fn terminology(
        &self,
        catalogue: &Arc<CatalogueService>,
        access: &Arc<AccessService>,
        permits: &Arc<Register>,
        platform: &Arc<Platform>,
    ) -> Terminology {
        let bridge = Arc::new(ports::Terminology {
            catalogue: Arc::clone(catalogue),
            access: Arc::clone(access),
            permits: Arc::clone(permits),
            platform: Arc::clone(platform),
            store: self.store.clone(),
        });
        let ports =
            TerminologyPorts { variables: Arc::clone(&bridge) as _, permits: Arc::clone(&bridge) as _, needs: bridge };
        Terminology::new(self.store, self.guard.clone(), ports)
    }
}
