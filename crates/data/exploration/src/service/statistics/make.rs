//! Making the table of an approved request: by a job that can be killed anywhere. Counting leaves no trace; the
//! table, its place in the ledger, the request's state, the entry and the end of the job are one unit of work.
//!
//! Two tables of the same dataset are told one after the other: whoever counted beside a ledger that has grown
//! meanwhile counts anew.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use varde_core::{Actor, CataloguePath, Component};
use varde_ledger::Draft;
use varde_policy::Permission;
use varde_store::{
    Failure,
    jobs::{Handler, Job, Run},
};

use super::{
    ledger::Basis,
    protect::{Made, Making},
};
use crate::{
    Exploration, ExplorationError,
    model::{
        Explorable, catalogue,
        statistics::{
            Request, RequestId, State, Statistic, StatisticId, ToldTable, Unmade,
            told::{amounts_meet, datasets},
        },
    },
    service::ask::Abandoned,
    store::statistics as kept,
};

/// The kind of the job that makes a table.
pub const STATISTIC_JOB: &str = "exploration.make_statistic";

#[derive(Debug, Serialize, Deserialize)]
struct Task {
    request: RequestId,
}

/// The job that makes the table of a request.
pub(super) fn job(request: RequestId) -> Job {
    Job::new(STATISTIC_JOB, request, &Task { request })
}

/// Makes tables: the handler of [`STATISTIC_JOB`].
#[derive(Debug, Clone)]
pub struct MakeStatistic(pub Exploration);

#[async_trait]
impl Handler for MakeStatistic {
    fn kind(&self) -> &'static str {
        STATISTIC_JOB
    }

    async fn run(&self, run: &Run) -> Result<(), Failure> {
        let Task { request } = run.payload()?;
        self.0.make_statistic(&Actor::system(Component::Flows), request, Some(run)).await?;
        Ok(())
    }
}

/// What came of counting.
enum Came {
    Table(Box<(Statistic, Made, ToldTable)>),
    Nothing(Unmade),
}

impl Exploration {
    /// Makes and publishes the table of an approved request, or tells why none can be made. With the job's `run`
    /// everything that follows and the end of the job are one. Action `exploration.statistic.make`, entry
    /// `exploration.statistic.published` or `exploration.statistic.unmade`. True when this call did it; false when
    /// the request waits for no table.
    ///
    /// # Errors
    /// [`ExplorationError::NotFound`]; refusals; neighbours; the engine; the database.
    pub async fn make_statistic(
        &self,
        actor: &Actor,
        id: RequestId,
        run: Option<&Run>,
    ) -> Result<bool, ExplorationError> {
        loop {
            let Some((request, permission)) = self.to_make(actor, id).await? else { return Ok(false) };
            let from = datasets(&request.content.plan);
            let mut read = self.store.read(actor).await?;
            let before = kept::told_of(read.connection(), &from).await?;
            drop(read);
            let known = before.len() as u64;
            let came = self.counted_beside(&request, before).await?;
            if let Some(done) = self.settle(actor, &permission, (id, &from, known), came, run).await? {
                return Ok(done);
            }
        }
    }

    /// Counts beside what was told before.
    async fn counted_beside(&self, request: &Request, before: Vec<ToldTable>) -> Result<Came, ExplorationError> {
        let (content, plan) = (&request.content, &request.content.plan);
        let open = self.open().await?;
        let found = open.iter().find(|one| one.path == plan.dataset).cloned();
        let Some(dataset) = found.filter(|_| catalogue::check(plan, &open).is_empty()) else {
            return Ok(Came::Nothing(Unmade::Closed));
        };
        if before.iter().any(|told| amounts_meet(plan, &told.plan)) {
            return Ok(Came::Nothing(Unmade::Amounts));
        }
        let approved = self.parts.data.releases().await?;
        let own = approved.iter().find(|one| one.id == dataset.release).ok_or(ExplorationError::NotFound)?;
        let read: Vec<&Explorable> = open.iter().filter(|one| datasets(plan).contains(&one.path)).collect();
        let releases = read.iter().map(|one| (one.path.clone(), one.release)).collect();
        let basis = Basis { dataset: dataset.clone(), releases, preferences_at: None, facts_at: own.approved_at };
        let abandoned = Abandoned::default();
        let mut again = Vec::with_capacity(before.len());
        for told in before {
            match self.counting_again(&told, &abandoned.0).await? {
                Some(job) => again.push((job, told)),
                None => return Ok(Came::Nothing(Unmade::Unsure)),
            }
        }
        let asked = basis.releases.clone();
        let (job, preferences_at) = self.counting(plan, basis, &abandoned.0).await?;
        let making = Making { job, rounding: content.rounding, plan: content.digest(), before: again };
        let counted = tokio::task::spawn_blocking(move || making.run()).await;
        let made = match counted.map_err(|_| ExplorationError::Stopped)?? {
            Ok(made) => made,
            Err(reason) => return Ok(Came::Nothing(reason)),
        };
        let others = read.iter().filter(|one| one.path != plan.dataset).map(|one| (*one).clone()).collect();
        let statistic = self.statistic_of(request, (dataset.clone(), others), &made);
        let told = ToldTable {
            statistic: StatisticId::new(self.store.clock().as_ref(), self.store.randomness()),
            plan: plan.clone(),
            dataset,
            releases: asked,
            preferences_at,
            facts_at: own.approved_at,
            cells: made.told.clone(),
        };
        Ok(Came::Table(Box::new((statistic, made, told))))
    }

    fn statistic_of(&self, request: &Request, of: (Explorable, Vec<Explorable>), made: &Made) -> Statistic {
        let (dataset, others) = of;
        let mut statistic = Statistic {
            title: request.content.title.clone(),
            plan: request.content.plan.clone(),
            dataset,
            others,
            made_at: self.now(),
            rounding: request.content.rounding,
            groups: made.groups.clone(),
            cells: made.cells.clone(),
            checked: made.checked.clone(),
        };
        statistic.checked.output = statistic.output();
        statistic
    }

    /// Publishes, or says why not; `None` when the ledger has grown since it was read.
    async fn settle(
        &self,
        actor: &Actor,
        permission: &Permission,
        (id, from, known): (RequestId, &[CataloguePath], u64),
        came: Came,
        run: Option<&Run>,
    ) -> Result<Option<bool>, ExplorationError> {
        let mut work = self.store.begin(actor).await?;
        kept::one_table_at_a_time(work.connection(), from).await?;
        if kept::tables_told(work.connection(), from).await? != known {
            return Ok(None);
        }
        let request = kept::request_for_change(work.connection(), id).await?.ok_or(ExplorationError::NotFound)?;
        if request.state != State::Approved {
            return Ok(Some(false));
        }
        let draft = match came {
            Came::Table(table) => {
                let (statistic, made, told) = *table;
                kept::publish(work.connection(), &statistic, &made.record, &told).await?;
                let published = Request { state: State::Published, statistic: Some(told.statistic), ..request.clone() };
                kept::save_request(work.connection(), &published).await?;
                // Who asked is not told: the entry is about the table.
                Draft::new("exploration.statistic.published", "statistic", told.statistic)
                    .with("release_digest", statistic.dataset.digest)
                    .with("output", statistic.checked.output)
                    .with("told_before", known)
                    .with("preferences_at", told.preferences_at)
            }
            Came::Nothing(reason) => {
                let unmade = Request { state: State::Unmade, unmade: Some(reason), ..request.clone() };
                kept::save_request(work.connection(), &unmade).await?;
                Draft::new("exploration.statistic.unmade", "statistics_request", id).with("reason", reason.name())
            }
        };
        if let Some(run) = run {
            work.finish(run).await?;
        }
        let draft = draft.with("dataset", &request.content.plan.dataset).with("plan", request.content.digest());
        let entered = work.enter(draft.because(permission.legal_basis())).await?;
        work.commit(entered).await?;
        Ok(Some(true))
    }
}
