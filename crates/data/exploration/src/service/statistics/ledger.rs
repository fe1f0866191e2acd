//! What it takes to count a plan, now or as it was counted before.

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicBool},
};

use jiff::Timestamp;
use varde_core::{CataloguePath, ProblemKind, ReleaseId};
use varde_tables::Job;

use crate::{
    Exploration, ExplorationError,
    model::{Explorable, Question, statistics::ToldTable},
};

/// What decides which people and rows a plan is about, beside the plan.
pub(super) struct Basis {
    /// The dataset, with its release.
    pub(super) dataset: Explorable,
    /// Every release that the plan asks.
    pub(super) releases: BTreeMap<CataloguePath, ReleaseId>,
    /// As at when reservations count; now without it.
    pub(super) preferences_at: Option<Timestamp>,
    /// As at when facts about people count.
    pub(super) facts_at: Timestamp,
}

impl Exploration {
    /// All that it takes to count a plan, with when reservations counted.
    pub(super) async fn counting(
        &self,
        plan: &Question,
        basis: Basis,
        stop: &Arc<AtomicBool>,
    ) -> Result<(Job, Timestamp), ExplorationError> {
        let data = &self.parts.data;
        let mut releases = BTreeMap::new();
        for (dataset, release) in &basis.releases {
            releases.insert(dataset.clone(), data.open_told(*release).await?);
        }
        let mut sources: Vec<String> =
            basis.releases.keys().filter_map(|path| path.parts().next()).map(str::to_owned).collect();
        sources.dedup();
        let (exclusions, preferences_at) = data.exclusions_as_at(&sources, basis.preferences_at).await?;
        let job = Job {
            question: plan.clone(),
            pinned: basis.dataset.pinned(),
            releases,
            exclusions,
            known: self.facts.at(data.as_ref(), basis.facts_at).await?,
            keys: Arc::clone(&self.keys),
            threads: self.parts.threads,
            sets: true,
            // Age in a release without an end counts on the day of its approval, also when it is counted again.
            now: basis.facts_at,
            stop: Arc::clone(stop),
        };
        Ok((job, preferences_at))
    }

    /// All that it takes to count what was told before once more; `None` when a release can no longer be read.
    pub(super) async fn counting_again(
        &self,
        told: &ToldTable,
        stop: &Arc<AtomicBool>,
    ) -> Result<Option<Job>, ExplorationError> {
        let basis = Basis {
            dataset: told.dataset.clone(),
            releases: told.releases.clone(),
            preferences_at: Some(told.preferences_at),
            facts_at: told.facts_at,
        };
        match self.counting(&told.plan, basis, stop).await {
            Err(ExplorationError::Neighbour(error)) if error.kind == ProblemKind::NotFound => Ok(None),
            other => Ok(Some(other?.0)),
        }
    }
}
