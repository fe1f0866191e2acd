//! The floor of data: releases and extracts, and what is told, found and counted of what they hold.

use std::sync::Arc;

use anyhow::Result;
use varde_exchange::{Checker, Exchange, Parts as ExchangeParts, Reach};
use varde_exploration::{Exploration, Parts as ExplorationParts, model::Budget};
use varde_fair::Fair;
use varde_harmonisation::{Harmonisation, Ports as HarmonisationPorts};
use varde_metadata::CatalogueService;
use varde_permit::Register;
use varde_platform::{LargeExtract, MasterKey, Parts as PlatformParts, Platform};
use varde_privacy::PrivacyService;
use varde_terminology::Terminology;

use super::ground::Ground;
use crate::{app::ports, keys};

impl Ground<'_> {
    /// Releases and extracts. Codes are judged by nobody yet: see [`Platform::coded_by`].
    pub(super) fn platform(&self, privacy: &PrivacyService, permits: &Arc<Register>) -> Result<Arc<Platform>> {
        let data = &self.config.data;
        let parts = PlatformParts {
            basedata: self.basedata.clone(),
            exclusions: Arc::new(ports::OptOuts::new(self.basedata.clone(), privacy.clone())),
            permits: Arc::clone(permits) as _,
            trees: Arc::new(self.log.clone()),
            signer: Arc::clone(&self.foundation.keys.seal) as _,
            master: MasterKey::load_or_create(&data.join("keys/platform.key"), self.store.randomness())?,
            folder: data.join("platform"),
            unusable_per_thousand: 20,
            large: LargeExtract { people: self.config.platform.large_extract_people },
        };
        let catalogue = CatalogueService::new(self.store, self.guard.clone());
        let (descriptions, products) = (ports::Descriptions(catalogue.clone()), ports::Products(catalogue));
        let platform = Platform::new(self.store, self.guard.clone(), parts)?;
        let platform = platform.described_by(Arc::new(descriptions)).catalogued_by(Arc::new(products));
        Ok(Arc::new(self.config.platform.objects()?.into_iter().fold(platform, Platform::kept_in)))
    }

    /// How the catalogue is told to other catalogues. A demonstration has an address of its own to write to, which
    /// reaches nobody (RFC 2606); an installation that sends no mail has none, and its stewards see that it lacks
    /// one.
    pub(super) fn checker(&self, platform: &Arc<Platform>) -> Result<Arc<Checker>> {
        let sender = self.config.mail.as_ref().map(|mail| mail.from.as_str().to_owned());
        let surroundings = ports::ExchangeSurroundings {
            basedata: self.basedata.clone(),
            platform: Arc::clone(platform),
            access_body: self.config.access_body,
            site: self.address.to_string(),
            mail: sender.or_else(|| self.config.demo.then(|| "post@helsedata.example".to_owned())),
        };
        Ok(Arc::new(Checker::new(Arc::new(surroundings), self.address.as_str())?))
    }

    /// The catalogue for other catalogues, and from them.
    pub(super) fn exchange(
        &self,
        checker: Arc<Checker>,
        catalogue: &Arc<CatalogueService>,
        terminology: &Terminology,
        letters: &Arc<ports::Outbox>,
    ) -> Result<Arc<Exchange>> {
        let parts = ExchangeParts {
            catalogue: Arc::clone(catalogue),
            checker,
            code_systems: Arc::new(terminology.clone()),
            // A demonstration runs on one machine, with the catalogues it reads beside it.
            reach: if self.config.demo { Reach::Anywhere } else { Reach::Public },
            letters: Some(Arc::clone(letters) as _),
        };
        Ok(Arc::new(Exchange::new(self.store, self.guard.clone(), parts)?))
    }

    /// Quality of descriptions and data.
    pub(super) fn fair(
        &self,
        catalogue: &Arc<CatalogueService>,
        exchange: &Arc<Exchange>,
        platform: &Arc<Platform>,
    ) -> Result<Fair> {
        let quality = Arc::new(ports::Quality { exchange: Arc::clone(exchange), platform: Arc::clone(platform) });
        let catalogue = Arc::clone(catalogue);
        Ok(Fair::new(self.store, self.guard.clone(), catalogue, quality, self.address.as_str())?)
    }

    /// Which variables correspond.
    pub(super) fn harmonisation(&self, catalogue: &Arc<CatalogueService>, platform: &Arc<Platform>) -> Harmonisation {
        let bridge = Arc::new(ports::Harmonisation::new(self.basedata.clone(), Arc::clone(platform)));
        let ports = HarmonisationPorts { organisations: Arc::clone(&bridge) as _, observed: Some(bridge) };
        let catalogue = Arc::clone(catalogue);
        Harmonisation::new(self.store, self.guard.clone(), catalogue, ports, self.address.as_str())
    }

    /// Safe tables, and statistics on request.
    pub(super) fn exploration(
        &self,
        catalogue: &Arc<CatalogueService>,
        platform: &Arc<Platform>,
    ) -> Result<Exploration> {
        let (basedata, platform) = (self.basedata.clone(), Arc::clone(platform));
        let bridge = Arc::new(ports::Exploration::new(basedata, platform, Arc::clone(catalogue)));
        let parts = ExplorationParts {
            data: Arc::clone(&bridge) as _,
            catalogue: bridge,
            secret: keys::exploration_key(&self.config.data, self.store.randomness())?,
            budget: Budget::default(),
            threads: 2,
            access_body: self.access_body,
        };
        Ok(Exploration::new(self.store, self.guard.clone(), parts))
    }
}
