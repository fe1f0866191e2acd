//! Taking another catalogue's datasets in: all that is new becomes one proposal, with its difference.

use std::collections::{BTreeMap, BTreeSet};

use varde_core::{Actor, CataloguePath, OrganisationId};
use varde_metadata::{AsAt, DataSource, ProposalId};
use varde_rdf::Graph;

use super::Exchange;
use crate::{
    Counts, ExchangeError, HarvestId, Harvested, Paths, harvest, laid_over, lost_too_many, says_the_same,
    store::harvests::{self, Taken},
    withdrawn,
};

/// Where datasets come from, and who answers for them here.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// What the proposal is called.
    pub title: &'a str,
    /// Who answers for the datasets here; nobody yet for a file that was taken without one.
    pub holder: Option<OrganisationId>,
    /// The catalogue that is read again and again. Only of such a one it is known that what it does not tell of
    /// is gone: a file may be a part.
    pub harvest: Option<HarvestId>,
    /// Whether what is gone is meant to be gone, however much it is.
    pub allow_loss: bool,
}

/// What became of a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Became {
    /// It is proposed for the first time.
    New,
    /// It is proposed with what has changed.
    Changed,
    /// It is proposed as withdrawn.
    Withdrawn,
    /// It says what is here, or waits, or was turned down.
    Unchanged,
    /// Somebody else answers for it here.
    SomebodyElses,
}

/// What came of taking datasets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenIn {
    /// Each dataset, by address.
    pub datasets: Vec<(Harvested, Became)>,
    /// The paths of those that are gone there.
    pub gone: Vec<CataloguePath>,
    /// How many had no address.
    pub nameless: usize,
    /// What waits for a reviewer; `None` when nothing is new.
    pub proposal: Option<ProposalId>,
}

impl TakenIn {
    /// How many of each.
    pub fn counts(&self) -> Counts {
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let of = |became| self.datasets.iter().filter(|(_, b)| *b == became).count();
        Counts {
            datasets: number(self.datasets.len() + self.nameless),
            added: number(of(Became::New)),
            changed: number(of(Became::Changed)),
            withdrawn: number(self.gone.len()),
            left_out: number(of(Became::SomebodyElses) + self.nameless),
        }
    }
}

/// What is to be proposed, and what is to be kept of it.
#[derive(Default)]
struct Plan {
    sources: Vec<DataSource>,
    taken: Vec<Taken>,
    datasets: Vec<(Harvested, Became)>,
    gone: Vec<CataloguePath>,
}

impl Exchange {
    /// Takes the datasets of a graph in, as one proposal. What is here and what stewards have added to it stays;
    /// what a reviewer has turned down is not proposed again unchanged.
    ///
    /// # Errors
    /// [`ExchangeError::LostMany`] when so much is gone that somebody must say whether it is meant; refusals and
    /// failures of the catalogue. Nothing has been changed then.
    pub async fn take_in(&self, actor: &Actor, graph: &Graph, origin: Origin<'_>) -> Result<TakenIn, ExchangeError> {
        let (known, mut paths) = self.known(actor).await?;
        let (found, nameless) = harvest(graph, &mut paths);
        let there: BTreeSet<&str> = found.iter().map(|one| one.address.as_str()).collect();
        let mine = |one: &&Taken| origin.harvest.is_some() && one.harvest == origin.harvest && !one.gone;
        let lost: Vec<&Taken> =
            known.values().filter(mine).filter(|one| !there.contains(one.address.as_str())).collect();
        if !origin.allow_loss && lost_too_many(known.values().filter(mine).count(), lost.len()) {
            return Err(ExchangeError::LostMany(lost.len()));
        }
        let mut plan = Plan::default();
        for one in found {
            self.plan(actor, &mut plan, one, &known, origin).await?;
        }
        for one in lost {
            self.plan_gone(actor, &mut plan, one, origin).await?;
        }
        let proposal = if plan.sources.is_empty() {
            None
        } else {
            let made = self.catalogue.propose_editions(actor, &plan.sources, None, "dcat", origin.title).await?;
            made.proposal
        };
        self.keep(actor, &plan.taken, proposal).await?;
        Ok(TakenIn { datasets: plan.datasets, gone: plan.gone, nameless, proposal })
    }

    /// What was taken before, by address, and the paths that are taken.
    async fn known(&self, actor: &Actor) -> Result<(BTreeMap<String, Taken>, Paths), ExchangeError> {
        let mut read = self.store.read(actor).await?;
        let known = harvests::taken(read.connection()).await?;
        drop(read);
        let mut names: BTreeMap<String, CataloguePath> = BTreeMap::new();
        let mut taken = Vec::new();
        for source in self.catalogue.sources(actor, AsAt::default()).await? {
            // Sources from before paths were kept have the ones they got then.
            if let Some(from) = source.source.details.external.as_ref().filter(|from| from.catalogue == "dcat") {
                names.insert(from.id.clone(), source.source.path.clone());
            }
            taken.push(source.source.path);
        }
        names.extend(known.iter().map(|one| (one.address.clone(), one.path.clone())));
        Ok((known.into_iter().map(|one| (one.address.clone(), one)).collect(), Paths::new(names, taken)))
    }

    async fn plan(
        &self,
        actor: &Actor,
        plan: &mut Plan,
        mut one: Harvested,
        known: &BTreeMap<String, Taken>,
        origin: Origin<'_>,
    ) -> Result<(), ExchangeError> {
        one.source.holder = origin.holder;
        let before = known.get(&one.address);
        let current = self.whole(actor, &one.source.path).await?;
        let others = before.and_then(|before| before.harvest).is_some_and(|from| Some(from) != origin.harvest)
            || current.as_ref().and_then(|c| c.holder).is_some_and(|h| origin.holder.is_some_and(|o| o != h));
        if others {
            plan.datasets.push((one, Became::SomebodyElses));
            return Ok(());
        }
        let new = match &current {
            Some(current) => laid_over(current.clone(), &one.source),
            None => one.source.clone(),
        };
        let (digest, same) = (new.digest(), current.as_ref().is_some_and(|current| says_the_same(current, &new)));
        let waits = before.is_some_and(|before| before.proposed == digest && !before.gone);
        let became = match (same || waits, &current) {
            (true, _) => Became::Unchanged,
            (false, Some(_)) => Became::Changed,
            (false, None) => Became::New,
        };
        plan.taken.push(Taken {
            address: one.address.clone(),
            path: new.path.clone(),
            harvest: origin.harvest,
            proposed: digest,
            gone: false,
        });
        if became != Became::Unchanged {
            plan.sources.push(new);
        }
        plan.datasets.push((one, became));
        Ok(())
    }

    /// A dataset that its catalogue does not tell of any more. What was never published, has ended already, or has
    /// come to be somebody else's to answer for, needs nobody to look at it again.
    async fn plan_gone(
        &self,
        actor: &Actor,
        plan: &mut Plan,
        one: &Taken,
        origin: Origin<'_>,
    ) -> Result<(), ExchangeError> {
        let mut taken = Taken { gone: true, ..one.clone() };
        let stands = |current: &DataSource| !current.details.inactive && current.holder == origin.holder;
        if let Some(current) = self.whole(actor, &one.path).await?.filter(stands) {
            let gone = withdrawn(current, self.store.clock().today());
            taken.proposed = gone.digest();
            plan.gone.push(one.path.clone());
            plan.sources.push(gone);
        }
        plan.taken.push(taken);
        Ok(())
    }

    async fn whole(&self, actor: &Actor, path: &CataloguePath) -> Result<Option<DataSource>, ExchangeError> {
        let record = self.record(actor, path, AsAt::default(), &BTreeMap::new()).await?;
        Ok(record.map(|record| record.source))
    }

    async fn keep(&self, actor: &Actor, taken: &[Taken], proposal: Option<ProposalId>) -> Result<(), ExchangeError> {
        let mut work = self.store.begin(actor).await?;
        let now = self.store.clock().now();
        for one in taken {
            harvests::take(work.connection(), one, now).await?;
        }
        let entry = varde_ledger::Draft::new("exchange.datasets.taken", "catalogue", "dcat")
            .with("datasets", taken.len())
            .with("proposal", proposal);
        let entered = work.enter(entry).await?;
        work.commit(entered).await?;
        Ok(())
    }
}
