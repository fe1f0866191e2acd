//! About how many people an application concerns.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use varde_core::{Actor, CataloguePath, Component, Period};
use varde_ledger::Draft;
use varde_permit::Cohort;
use varde_policy::Resource;

use super::{Platform, aside, finish, sources};
use crate::{
    PlatformError,
    engine::{
        EngineError, Release,
        cohort::{self, Place, code_variables},
    },
};

/// A number of people, as it may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// None, or fewer than ten.
    FewerThanTen,
    /// To the nearest ten.
    People(u64),
}

impl About {
    /// What may be told of a count.
    pub const fn of(count: u64) -> Self {
        if count < 10 { Self::FewerThanTen } else { Self::People((count + 5) / 10 * 10) }
    }
}

impl Platform {
    /// About how many people the rule finds who have rows in the period in the datasets, with
    /// everybody's opt-outs as they are now. One entry with the rounded number.
    ///
    /// # Errors
    /// When the policy refuses, or a dataset or variable of the rule has no approved release.
    pub async fn count(
        &self,
        actor: &Actor,
        cohort: &Cohort,
        period: Period,
        datasets: &[CataloguePath],
    ) -> Result<About, PlatformError> {
        let permission = self.permitted(actor, "platform.cohort.count", &Resource::new("Release")).await?;
        let needed: BTreeSet<CataloguePath> = datasets
            .iter()
            .cloned()
            .chain(code_variables(cohort).into_iter().filter_map(CataloguePath::parent))
            .collect();
        let approved = self.approved(actor).await?;
        let mut releases = Vec::new();
        for dataset in &needed {
            let record = approved.iter().find(|r| &r.dataset == dataset).ok_or(PlatformError::NoSuchRelease)?;
            releases.push(self.release_file(record.id));
        }
        // Base data and preferences are read by Varde on the applicant's behalf: the applicant
        // sees none of it.
        let (flows, now) = (Actor::system(Component::Flows), self.store.clock().now());
        let exclusions = self.exclusions(&flows, &sources(&needed), now).await?;
        let facts = self.facts(&flows, cohort, now).await?;
        let (rule, wanted) = (cohort.clone(), datasets.to_vec());
        let count = aside(move || {
            let opened = releases.iter().map(|path| Release::open(path)).collect::<Result<Vec<_>, _>>()?;
            let in_datasets = opened.iter().filter(|r| wanted.contains(&r.schema().dataset));
            let universe = cohort::occurring(in_datasets, &exclusions, period)?;
            let place =
                Place { releases: &opened, facts: &facts, exclusions: &exclusions, period, universe: &universe };
            let found = cohort::evaluate(&rule, &place)?;
            Ok::<u64, EngineError>(((found.candidates & found.allowed) - exclusions.anywhere()).len())
                .map_err(PlatformError::from)
        })
        .await?;
        let about = About::of(count);
        let work = self.store.begin(actor).await?;
        let draft = Draft::new("platform.cohort.counted", "cohort", varde_core::Digest::of(&crate::canonical(cohort)))
            .with("about", about);
        finish(work, &permission, draft).await?;
        Ok(about)
    }
}
