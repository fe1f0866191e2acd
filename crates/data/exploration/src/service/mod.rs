//! Use cases: check policy → load → decide (model) → save and enter, one unit of work.

mod ask;
mod facts;
pub(crate) mod statistics;

use std::{fmt, sync::Arc};

use jiff::Timestamp;
use serde::Serialize;
use varde_core::{Actor, CataloguePath, FieldProblem, OrganisationId, Subject, clock::norway};
use varde_ledger::Draft;
use varde_policy::{Guard, Permission, Resource};
use varde_store::{ContextStore, Store};
use varde_tables::Keys;

pub use ask::Asked;

use self::facts::Facts;
use crate::{
    CONTEXT, ExplorationError,
    model::{Answer, Budget, Explorable, Opened, Use},
    ports::{Catalogue, Data},
    store::{self, Kept, QuestionId},
};

/// Seeing which datasets are open: for everybody.
pub(crate) const READ: &str = "exploration.dataset.read";
/// Asking, and seeing one's own questions.
pub(crate) const ASK: &str = "exploration.question.ask";

/// What the service is made of.
#[derive(Clone)]
pub struct Parts {
    /// Releases, and who may be read.
    pub data: Arc<dyn Data>,
    /// The catalogue.
    pub catalogue: Arc<dyn Catalogue>,
    /// What people's record keys are made with: whoever has it can take the noise off.
    pub secret: [u8; 32],
    /// What somebody may ask.
    pub budget: Budget,
    /// How many threads count at once.
    pub threads: usize,
    /// Who decides on requests for statistics.
    pub access_body: OrganisationId,
}

/// Exploration. Cloning is cheap.
#[derive(Clone)]
pub struct Exploration {
    store: ContextStore,
    guard: Guard,
    parts: Parts,
    facts: Arc<Facts>,
    keys: Arc<Keys>,
}

impl fmt::Debug for Exploration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Exploration")
    }
}

/// How somebody's budget stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Standing {
    /// What may be asked.
    pub budget: Budget,
    /// What was asked.
    pub used: Use,
    /// The different questions that are left today.
    pub left_today: u64,
}

impl Exploration {
    /// The service on a store that has migrated [`CONTEXT`].
    pub fn new(store: &Store, guard: Guard, parts: Parts) -> Self {
        let keys = Arc::new(Keys::new(parts.secret));
        Self { store: store.context(&CONTEXT), guard, parts, facts: Arc::default(), keys }
    }

    /// The datasets that are open, with their open variables, by path. For everybody: it is what the catalogue
    /// says. Action `exploration.dataset.read`.
    ///
    /// # Errors
    /// Refusals; neighbours.
    pub async fn datasets(&self, actor: &Actor) -> Result<Vec<Explorable>, ExplorationError> {
        self.guard.check(actor, READ, &exploration()).await?;
        self.open().await
    }

    /// Whether the actor may ask.
    pub fn may_ask(&self, actor: &Actor) -> bool {
        self.guard.would_allow(actor, ASK, &exploration())
    }

    /// How the actor's budget stands; about the people of a question where one is given.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn standing(
        &self,
        actor: &Actor,
        population: Option<&varde_core::Digest>,
    ) -> Result<Standing, ExplorationError> {
        self.permitted(actor).await?;
        let mut read = self.store.read(actor).await?;
        self.stands(read.connection(), &asker(actor), population).await
    }

    /// The newest questions of the actor.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn own(&self, actor: &Actor) -> Result<Vec<Kept>, ExplorationError> {
        self.permitted(actor).await?;
        let mut read = self.store.read(actor).await?;
        Ok(store::questions_of(read.connection(), &asker(actor), None, SHOWN).await?)
    }

    /// Keeps a question of the actor's under a name, or lets go of it with an empty one. Entry
    /// `exploration.question.named`.
    ///
    /// # Errors
    /// [`ExplorationError::NotFound`], [`ExplorationError::Invalid`]; refusals; the database.
    pub async fn call(&self, actor: &Actor, id: QuestionId, name: &str) -> Result<(), ExplorationError> {
        let permission = self.permitted(actor).await?;
        let name = name.trim();
        if name.chars().count() > LONGEST_NAME {
            return Err(ExplorationError::Invalid(vec![FieldProblem::new("name", "exploration-error-name")]));
        }
        let mut work = self.store.begin(actor).await?;
        let given = (!name.is_empty()).then_some(name);
        if !store::call(work.connection(), &asker(actor), id, given).await? {
            return Err(ExplorationError::NotFound);
        }
        let draft = Draft::new("exploration.question.named", "question", id).because(permission.legal_basis());
        let entered = work.enter(draft.with("kept", given.is_some())).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// A question of the actor's.
    ///
    /// # Errors
    /// [`ExplorationError::NotFound`]; refusals; the database.
    pub async fn question(&self, actor: &Actor, id: QuestionId) -> Result<Kept, ExplorationError> {
        self.permitted(actor).await?;
        let mut read = self.store.read(actor).await?;
        store::question_of(read.connection(), &asker(actor), id).await?.ok_or(ExplorationError::NotFound)
    }

    /// Makes a list of the variables of a question of the actor's, to apply for data with; gives its id. What
    /// it does is the catalogue's, and on the log as such.
    ///
    /// # Errors
    /// [`ExplorationError::NotFound`]; refusals; neighbours; the database.
    pub async fn to_list(&self, actor: &Actor, id: QuestionId, name: &str) -> Result<uuid::Uuid, ExplorationError> {
        let kept = self.question(actor, id).await?;
        Ok(self.parts.catalogue.list(actor, name, &kept.question.variables()).await?)
    }

    /// A question of the actor's with what was told; `None` where it was refused. `step` are the actor's own
    /// counts of wider groups that lead to it, the widest first.
    ///
    /// # Errors
    /// [`ExplorationError::NotFound`]; refusals; the database.
    pub async fn shown(
        &self,
        actor: &Actor,
        id: QuestionId,
    ) -> Result<(Kept, Option<Answer>, Vec<Kept>), ExplorationError> {
        let kept = self.question(actor, id).await?;
        let mut read = self.store.read(actor).await?;
        let answer = match kept.outcome.as_str() {
            "refused" => None,
            _ => store::answer(read.connection(), kept.release, &kept.question.digest()).await?,
        };
        let all = store::questions_of(read.connection(), &asker(actor), Some(&kept.question.dataset), SHOWN).await?;
        let parts = kept.question.parts();
        let leads = |one: &Kept| {
            let wider = one.question.parts();
            one.about.is_some() && wider.len() < parts.len() && wider.iter().all(|part| parts.contains(part))
        };
        let mut steps: Vec<Kept> = all.into_iter().filter(leads).collect();
        steps.sort_by_key(|one| one.question.parts().len());
        steps.dedup_by_key(|one| one.question.parts());
        Ok((kept, answer, steps))
    }

    async fn permitted(&self, actor: &Actor) -> Result<Permission, ExplorationError> {
        Ok(self.guard.check(actor, ASK, &exploration()).await?)
    }

    /// The open datasets that have an approved release, with the variables that the release has too.
    async fn open(&self) -> Result<Vec<Explorable>, ExplorationError> {
        let releases = self.parts.data.releases().await?;
        let paths: Vec<CataloguePath> = releases.iter().map(|release| release.dataset.clone()).collect();
        let mut open = Vec::new();
        for dataset in self.parts.catalogue.open(&paths).await? {
            let Some(release) = releases.iter().find(|release| release.dataset == dataset.path) else { continue };
            let variables: Vec<Opened> = dataset.variables.iter().filter_map(Opened::of).collect();
            open.push(Explorable {
                path: dataset.path,
                name: dataset.name,
                source: dataset.source,
                release: release.id,
                digest: release.digest,
                period: release.period,
                variables,
            });
        }
        open.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(open)
    }

    async fn stands(
        &self,
        db: &mut sqlx::PgConnection,
        asker: &str,
        population: Option<&varde_core::Digest>,
    ) -> Result<Standing, ExplorationError> {
        let (today, of_population) = store::used(db, asker, self.midnight(), population).await?;
        let (budget, used) = (self.parts.budget, Use { today, of_population });
        Ok(Standing { budget, used, left_today: budget.left(used) })
    }

    /// When today began in Norway.
    fn midnight(&self) -> Timestamp {
        let today = self.store.clock().today();
        today.to_zoned(norway()).map_or(Timestamp::MIN, |zoned| zoned.timestamp())
    }

    fn now(&self) -> Timestamp {
        self.store.clock().now()
    }
}

/// How many of somebody's questions are shown.
const SHOWN: i64 = 50;
/// The longest name of a question, in characters.
const LONGEST_NAME: usize = 100;

/// Exploration as the policies see it.
fn exploration() -> Resource {
    Resource::new("Exploration")
}

/// Who asks, as budgets are kept: a person wherever they work, a program for an organisation.
fn asker(actor: &Actor) -> String {
    match &actor.subject {
        Subject::Anonymous => "nobody".to_owned(),
        Subject::Person { person, .. } => format!("person:{person}"),
        Subject::Client { client } => {
            let organisation = actor.organisation.map(|id| id.to_string()).unwrap_or_default();
            format!("client:{client}:{organisation}")
        }
        Subject::System { component } => format!("system:{component:?}"),
    }
}
