//! Making what is specified: who is in it, and its files, in a folder that nobody sees.

use std::{path::PathBuf, sync::Arc};

use varde_core::{Actor, PersonId};
use varde_permit::Issued;
use varde_store::jobs::Run;

use crate::{
    PlatformError,
    engine::{
        Release,
        extract::{Delivery, ExtractError, Selection, rounded},
        plan::Plan,
    },
    model::{ExtractRecord, LargeExtract},
    service::{Lying, MEMORY, Platform, aside, open, running},
};

/// Of which size an extract may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::service) enum Size {
    /// Smaller than what somebody must look at once more, or about no more people than were assessed before
    /// the decision.
    NotLarge {
        /// About how many; 0 when nobody had to.
        assessed: u64,
    },
    /// Any: somebody has, or it was delivered before.
    Any,
}

impl Size {
    /// Of which size an extract may be when it is made for the first time.
    pub(super) fn of(record: &ExtractRecord, issued: &Issued) -> Self {
        if record.held.as_ref().is_some_and(|held| held.confirmation.is_some()) {
            return Self::Any;
        }
        Self::NotLarge { assessed: issued.permit.large.as_ref().map_or(0, |large| large.people) }
    }

    fn check(self, large: LargeExtract, people: u64) -> Result<(), PlatformError> {
        match self {
            Self::NotLarge { assessed } if large.is_reached_by(people) && rounded(people) > assessed => {
                Err(PlatformError::Large { people: rounded(people) })
            }
            _ => Ok(()),
        }
    }
}

/// What a delivery is made from, away from the requests.
struct Making {
    plan: Plan,
    releases: Vec<Release>,
    /// The delivery that it updates; a copy of it lies there no longer than this lives.
    previous: Option<Lying>,
}

impl Platform {
    /// Selects and delivers into a folder that nobody sees.
    pub(in crate::service) async fn build(
        &self,
        actor: &Actor,
        record: &ExtractRecord,
        folder: PathBuf,
        size: Size,
        run: Option<&Run>,
    ) -> Result<(Selection, Delivery), PlatformError> {
        let making = Arc::new(self.making(actor, record).await?);
        let selecting = Arc::clone(&making);
        let selection = aside(move || Ok(selecting.plan.select(&selecting.releases)?)).await?;
        size.check(self.parts.large, selection.included.len())?;
        let ids = self.ids(actor, &selection).await?;
        running::watched(run, move |listener| {
            let plan = making.plan.clone().with_people(&selection, &ids);
            let plan = making.previous.iter().fold(plan, |plan, lying| plan.after(lying.path().to_owned()));
            let delivery = plan.deliver(&making.releases, &selection, &folder, MEMORY, listener)?;
            Ok((selection, delivery))
        })
        .await
    }

    /// What the delivery is made from, as its specification pins it.
    async fn making(&self, actor: &Actor, record: &ExtractRecord) -> Result<Making, PlatformError> {
        let spec = record.specification.clone();
        let key = self.key(actor, &spec.key).await?;
        let paths: Vec<_> = spec.releases.iter().map(|pin| (self.kept(pin.release), pin.digest)).collect();
        let releases = aside(move || paths.iter().map(|(path, digest)| open(path, *digest)).collect()).await?;
        let exclusions = self.exclusions_of(actor, &spec.releases, spec.preferences_at).await?;
        let facts = self.facts(actor, &spec.cohort, &spec.design, spec.preferences_at).await?;
        let previous = match spec.update {
            Some(update) => Some(self.lying(&self.record(actor, update.of).await?).await?),
            None => None,
        };
        let plan = Plan::new(spec, record.title.clone(), exclusions, facts, &key);
        Ok(Making { plan, releases, previous })
    }

    /// The stable ids of everybody concerned, in the order of the index.
    async fn ids(&self, actor: &Actor, selection: &Selection) -> Result<Vec<PersonId>, PlatformError> {
        let indices: Vec<u32> = selection.concerned().iter().collect();
        let found = self.parts.basedata.persons_of(actor, &indices).await.map_err(|e| PlatformError::neighbour(&e))?;
        let ids: Vec<PersonId> = found.into_iter().flatten().collect();
        if ids.len() == indices.len() {
            Ok(ids)
        } else {
            let (expected, found) = (indices.len() as u64, ids.len() as u64);
            Err(ExtractError::People { expected, found }.into())
        }
    }
}
