//! What looks after the services while the site runs: each is called again and again.

use varde_core::{Actor, Component};
use varde_platform::Swept;

use super::Services;
use crate::app::ports;

impl Services {
    /// Removes what killed processes have left in the store of releases and deliveries; gives what was found.
    pub(in crate::app) async fn sweep_store(&self) -> Option<Swept> {
        match self.platform.sweep_store(&Actor::system(Component::Flows)).await {
            Ok(swept) => {
                if let Some(Swept { removed: removed @ 1.., .. }) = swept {
                    tracing::info!(removed, "files that nobody knows of were removed from the store");
                }
                swept
            }
            Err(error) => {
                tracing::warn!(%error, "the store could not be swept");
                None
            }
        }
    }

    /// Looks after the rooms: closes the expired, stops idle notebooks, tidies the airlock. Then plans what is due
    /// of releases and extracts.
    pub(in crate::app) async fn tend(&self) {
        if let Err(error) = self.rooms.tend().await {
            tracing::warn!(%error, "rooms could not be looked after");
        }
        self.plan(&Actor::system(Component::Flows)).await;
    }

    async fn plan(&self, actor: &Actor) {
        match self.platform.plan_deletions(actor).await {
            Ok(0) => {}
            Ok(planned) => tracing::info!(planned, "deliveries whose permits have ended are to be deleted"),
            Err(error) => tracing::warn!(%error, "deliveries whose permits have ended could not be looked for"),
        }
        match self.platform.plan_updates(actor).await {
            Ok(planned) => {
                if !planned.prepared.is_empty() {
                    tracing::info!(planned = planned.prepared.len(), "running projects get newer releases");
                }
                for (permit, error) in planned.failed {
                    tracing::warn!(%permit, %error, "the update of a project cannot be specified");
                }
            }
            Err(error) => tracing::warn!(%error, "projects that may have newer releases could not be looked for"),
        }
        match self.platform.plan_observations(actor).await {
            Ok(0) => {}
            Ok(planned) => tracing::info!(planned, "approved releases are to be counted for the catalogue"),
            Err(error) => tracing::warn!(%error, "releases that were never counted could not be looked for"),
        }
        match self.platform.plan_assessments(actor).await {
            Ok(0) => {}
            Ok(planned) => tracing::info!(planned, "the quality of releases is to be looked into"),
            Err(error) => tracing::warn!(%error, "releases whose quality nobody knows could not be looked for"),
        }
    }

    /// Gives the reminders of the catalogue's yearly confirmation that are due.
    pub(in crate::app) async fn remind_stewards(&self) {
        match self.catalogue.remind(Some(&self.reminders)).await {
            Ok(0) => {}
            Ok(given) => tracing::info!(given, "descriptions of sources must be confirmed: reminders given"),
            Err(error) => tracing::warn!(%error, "sources to be confirmed could not be looked for"),
        }
    }

    /// Tells the owners of deviations that end soon.
    pub(in crate::app) async fn remind(&self) {
        if let Err(error) = self.architecture.remind().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "owners of deviations could not be reminded");
        }
    }

    /// Computes the quality of sources that are new, and of each once a day.
    pub(in crate::app) async fn keep_scores(&self) {
        match self.fair.compute_due().await {
            Ok(0) => {}
            Ok(sources) => tracing::info!(sources, "the quality of sources has changed"),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "quality could not be computed");
            }
        }
    }

    /// Looks at the disk of rooms where something runs.
    pub(in crate::app) async fn watch(&self) {
        self.rooms.watch().await;
    }

    /// Reads other catalogues whose time has come.
    pub(in crate::app) async fn harvest(&self) {
        if let Err(error) = self.exchange.tend_harvests().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "other catalogues could not be read");
        }
    }

    /// Lets search follow what is published.
    pub(in crate::app) async fn keep_search(&self) {
        if let Err(error) = self.catalogue.keep_search().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "search goes on with what it knew before");
        }
        let codes = ports::CodesInForce(self.terminology.clone());
        if let Err(error) = self.catalogue.keep_codes(&codes).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "search goes on with the codes it knew before");
        }
    }
}
