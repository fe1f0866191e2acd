//! About how many people an application concerns.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use varde_core::{Actor, CataloguePath, Component, Digest, Period};
use varde_ledger::Draft;
use varde_permit::{Cohort, DataNeed, Design, Granularity};
use varde_policy::{Permission, Resource};

use super::{Platform, aside, finish, kept::Kept, sources};
use crate::{
    PlatformError,
    engine::{
        EngineError, Exclusions, Release,
        extract::{self, Available, Concerned, Whom},
        facts::Facts,
        report::{self, Proposal},
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

/// What an extract would be, were a need permitted as it stands: in numbers that may be told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rehearsed {
    /// How many people it is about.
    #[serde(flatten)]
    pub counted: Counted,
    /// How many would be left out because too few share their quasi-identifiers with them; `None` while
    /// the need cannot be made into an extract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub too_few: Option<About>,
    /// What would leave out fewer, the most helpful first.
    pub proposals: Vec<Coarser>,
}

/// One variable made coarser, or left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coarser {
    /// The variable.
    pub variable: CataloguePath,
    /// How finely it would be delivered; `None` when it would be left out.
    pub instead: Option<Granularity>,
    /// How many would still be left out.
    pub too_few: About,
}

/// The most proposals that are told.
const PROPOSALS: usize = 5;

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
        let asking = self.asking(actor, cohort, design, &needed).await?;
        let (rule, study) = (cohort.clone(), design.clone());
        let found = aside(move || {
            let whom = Whom { cohort: &rule, design: &study, period, datasets };
            Ok(whom.count(&asking.releases(), &asking.exclusions, &asking.facts)?)
        })
        .await?;
        let counted = told(found, design);
        self.enter_count(actor, &permission, counted_draft(cohort, design, counted)).await?;
        Ok(counted)
    }

    /// What an extract would be, were the need permitted as it stands with groups of at least so many:
    /// about how many people it concerns, how many would be left out, and what would leave out fewer. A
    /// need that cannot be made into an extract yet is counted only. One entry with the rounded numbers.
    ///
    /// # Errors
    /// When the policy refuses, or a dataset or variable of the rule has no approved release.
    pub async fn rehearse(
        &self,
        actor: &Actor,
        need: &DataNeed,
        minimum_group: u32,
    ) -> Result<Rehearsed, PlatformError> {
        let permission = self.permitted(actor, "platform.cohort.count", &Resource::new("Release")).await?;
        let (cohort, design) = (need.cohort.clone(), need.design.clone());
        let datasets: BTreeSet<CataloguePath> = need.variables.iter().filter_map(|v| v.variable.parent()).collect();
        let needed = Whom { cohort: &cohort, design: &design, period: need.period, datasets: datasets.clone() }.reads();
        let asking = self.asking(actor, &cohort, &design, &needed).await?;
        let tried = need.clone();
        let (found, groups) = aside(move || {
            let opened = asking.releases();
            if let Ok(spec) = extract::draft(&tried, minimum_group, &asking.opened) {
                let rehearsal = report::rehearse(&spec, &opened, &asking.exclusions, &asking.facts)?;
                return Ok((rehearsal.concerned, Some(rehearsal)));
            }
            let whom = Whom { cohort: &tried.cohort, design: &tried.design, period: tried.period, datasets };
            Ok((whom.count(&opened, &asking.exclusions, &asking.facts)?, None))
        })
        .await?;
        let counted = told(found, &design);
        let too_few = groups.as_ref().map(|groups| About::of(groups.too_few));
        let mut draft = counted_draft(&cohort, &design, counted);
        if let Some(too_few) = too_few {
            draft = draft.with("too_few", too_few);
        }
        self.enter_count(actor, &permission, draft).await?;
        let proposals = groups.map(|groups| groups.proposals).unwrap_or_default().into_iter().take(PROPOSALS);
        let coarser = |proposal: Proposal| Coarser {
            variable: proposal.variable,
            instead: proposal.instead,
            too_few: About::of(proposal.too_few),
        };
        Ok(Rehearsed { counted, too_few, proposals: proposals.map(coarser).collect() })
    }

    /// What is needed to find out whom a need is about: the newest approved releases of the datasets, and
    /// what is known of people now.
    async fn asking(
        &self,
        actor: &Actor,
        cohort: &Cohort,
        design: &Design,
        datasets: &BTreeSet<CataloguePath>,
    ) -> Result<Asking, PlatformError> {
        let approved = self.approved(actor).await?;
        let mut files = Vec::new();
        for dataset in datasets {
            let record = approved.iter().find(|r| &r.dataset == dataset).ok_or(PlatformError::NoSuchRelease)?;
            files.push((self.kept(record.id), record.digest));
        }
        // Base data and preferences are read by Varde on the applicant's behalf: the applicant
        // sees none of it.
        let (flows, now) = (Actor::system(Component::Flows), self.store.clock().now());
        let exclusions = self.exclusions(&flows, &sources(datasets), now).await?;
        let facts = self.facts(&flows, cohort, design, now).await?;
        let opened = aside(move || {
            let open = |(kept, digest): &(Kept, Digest)| {
                Ok::<_, EngineError>(Available { release: kept.open(*digest)?, digest: *digest })
            };
            Ok(files.iter().map(open).collect::<Result<Vec<_>, _>>()?)
        })
        .await?;
        Ok(Asking { opened, exclusions, facts })
    }

    async fn enter_count(&self, actor: &Actor, permission: &Permission, draft: Draft) -> Result<(), PlatformError> {
        let work = self.store.begin(actor).await?;
        finish(work, permission, draft).await?;
        Ok(())
    }
}

/// What a question about people is asked of.
struct Asking {
    opened: Vec<Available>,
    exclusions: Exclusions,
    facts: Facts,
}

impl Asking {
    fn releases(&self) -> Vec<Release> {
        self.opened.iter().map(|available| available.release.clone()).collect()
    }
}

fn counted_draft(cohort: &Cohort, design: &Design, counted: Counted) -> Draft {
    let draft = Draft::new("platform.cohort.counted", "cohort", Digest::of(&crate::canonical(cohort)))
        .with("about", counted.about);
    if design.is_simple() { draft } else { draft.with("design", Digest::of(&crate::canonical(design))) }
}

fn told(found: Concerned, design: &Design) -> Counted {
    Counted {
        about: About::of(found.cohort),
        controls: design.controls.map(|_| About::of(found.controls)),
        relatives: (!design.relatives.is_empty()).then(|| About::of(found.relatives)),
    }
}
