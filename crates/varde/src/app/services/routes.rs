//! The site that the services make together.

use std::sync::Arc;

use url::Url;
use varde_web::Web;

use super::Services;
use crate::{app::ports, config::Config};

impl Services {
    /// Adds every context's routes and descriptions to the site.
    pub(in crate::app) fn mount(&self, web: Web) -> Web {
        let web = web
            .routes(varde_basedata::routes(self.basedata.clone()))
            .open_api(varde_basedata::open_api())
            .routes(varde_metadata::routes(Arc::clone(&self.catalogue), self.variable_uses()))
            .open_api(varde_metadata::open_api())
            .routes(varde_exchange::routes(Arc::clone(&self.exchange)))
            .open_api(varde_exchange::open_api())
            .routes(varde_fair::routes(self.fair.clone()))
            .open_api(varde_fair::open_api())
            .routes(varde_harmonisation::routes(self.harmonisation.clone()))
            .open_api(varde_harmonisation::open_api())
            .routes(varde_terminology::routes(self.terminology.clone()))
            .open_api(varde_terminology::open_api())
            .routes(varde_permit::routes(Arc::clone(&self.permits), self.permit_names()))
            .open_api(varde_permit::open_api())
            .routes(varde_architecture::routes(self.architecture.clone()))
            .routes(varde_delegation::routes(self.delegations.clone()))
            .open_api(varde_delegation::open_api())
            .routes(varde_onboarding::routes(self.onboarding.clone()))
            .open_api(varde_onboarding::open_api())
            .routes(varde_platform::routes(Arc::clone(&self.platform)))
            .open_api(varde_platform::open_api())
            .routes(varde_exploration::routes(self.exploration.clone()))
            .open_api(varde_exploration::open_api())
            .routes(varde_access::pages::routes(Arc::clone(&self.access)))
            .open_api(varde_access::api::open_api())
            .routes(varde_citizen::routes(Arc::clone(&self.citizen)))
            .open_api(varde_citizen::open_api())
            .routes(varde_rooms::routes(Arc::clone(&self.rooms)))
            .open_api(varde_rooms::open_api());
        let web = match &self.mailbox {
            Some(mailbox) => web.routes(varde_onboarding::demo_routes(mailbox.clone())),
            None => web,
        };
        let Some((identity, test_id)) = &self.login else { return web };
        let web = web.routes(varde_identity::routes(Arc::clone(identity))).open_api(varde_identity::open_api());
        match test_id {
            Some(test_id) => web.routes(Arc::clone(test_id).routes()),
            None => web,
        }
    }

    fn variable_uses(&self) -> Arc<dyn varde_metadata::ports::Uses> {
        Arc::new(ports::VariableUses {
            terminology: self.terminology.clone(),
            permits: Arc::clone(&self.permits),
            platform: Arc::clone(&self.platform),
        })
    }

    fn permit_names(&self) -> Arc<dyn varde_permit::Names> {
        Arc::new(ports::PermitNames::new(self.basedata.clone(), Arc::clone(&self.catalogue)))
    }

    /// Origins that login forms lead to.
    pub(in crate::app) fn form_targets(&self, config: &Config) -> Vec<String> {
        let issuer = config.login.as_ref().and_then(|login| Url::parse(&login.issuer).ok());
        issuer.map(|url| url.origin().ascii_serialization()).into_iter().collect()
    }
}
