//! About how many people an application concerns.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use varde_core::{Actor, CataloguePath, Component, Period};
use varde_ledger::Draft;
use varde_permit::{Cohort, Design};
use varde_policy::Resource;

use super::{Platform, aside, finish, sources};
use crate::{
    PlatformError,
    engine::{
        EngineError, Release,
        extract::{Concerned, Whom},
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

/// About how many people a need concerns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// In the cohort.
    pub about: About,
    /// Controls, where the design has some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub controls: Option<About>,
    /// Family of the cohort who are neither in it nor controls, where the design has some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relatives: Option<About>,
}

impl Platform {
    /// About how many people the rule finds who have rows in the period in the datasets, with
    /// everybody's opt-outs as they are now, and how many controls and family the design adds. One entry
    /// with the rounded numbers.
    ///
    /// # Errors
    /// When the policy refuses, or a dataset or variable of the rule has no approved release.
    pub async fn count(
        &self,
        actor: &Actor,
        cohort: &Cohort,
        design: &Design,
        period: Period,
        datasets: &[CataloguePath],
    ) -> Result<Counted, PlatformError> {
        let permission = self.permitted(actor, "platform.cohort.count", &Resource::new("Release")).await?;
        let datasets: BTreeSet<CataloguePath> = datasets.iter().cloned().collect();
        let needed = Whom { cohort, design, period, datasets: datasets.clone() }.reads();
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
        let facts = self.facts(&flows, cohort, design, now).await?;
        let (rule, study) = (cohort.clone(), design.clone());
        let found = aside(move || {
            let opened = releases.iter().map(|path| Release::open(path)).collect::<Result<Vec<_>, EngineError>>()?;
            let whom = Whom { cohort: &rule, design: &study, period, datasets };
            Ok(whom.count(&opened, &exclusions, &facts)?)
        })
        .await?;
        let counted = told(found, design);
        let work = self.store.begin(actor).await?;
        let mut draft =
            Draft::new("platform.cohort.counted", "cohort", varde_core::Digest::of(&crate::canonical(cohort)))
                .with("about", counted.about);
        if !design.is_simple() {
            draft = draft.with("design", varde_core::Digest::of(&crate::canonical(design)));
        }
        finish(work, &permission, draft).await?;
        Ok(counted)
    }
}

fn told(found: Concerned, design: &Design) -> Counted {
    Counted {
        about: About::of(found.cohort),
        controls: design.controls.map(|_| About::of(found.controls)),
        relatives: (!design.relatives.is_empty()).then(|| About::of(found.relatives)),
    }
}
