//! Use cases: check policy → load → decide (model) → save and enter, one unit of work.

mod applicant;
mod checks;
mod desk;
mod news;
mod ports;

use std::sync::Arc;

use varde_core::{Actor, ApplicationId, Matter, OrganisationId, Role};
use varde_permit::DataNeed;
use varde_policy::{Guard, Permission, Resource};
use varde_store::{ContextStore, Store};

use crate::{
    AccessError, CONTEXT,
    model::{Application, Assessment, Decision, Kinds, Question, State, mentioned},
    store::{applications, desk as desk_rows, news as news_rows},
};

pub use crate::store::applications::Step;
pub use applicant::Seed;
pub use news::{OpenAbout, ToldOfCodes};
pub use ports::{
    Coarser, CountAnswer, DescribedVariable, Directory, DummyData, ExtractState, Outcome, Outcomes, PopulationCount,
    Ports, Tried, USUAL_GROUP, VariableTexts,
};

/// Applications and decisions.
#[derive(Clone)]
pub struct AccessService {
    store: ContextStore,
    guard: Guard,
    ports: Arc<Ports>,
    access_body: OrganisationId,
}

/// An application with everything that belongs to it.
#[derive(Debug, Clone)]
pub struct File {
    /// The application.
    pub application: Application,
    /// What happened, oldest first.
    pub steps: Vec<Step>,
    /// Questions and answers, oldest first.
    pub questions: Vec<Question>,
    /// Assessments so far; only for the access body, empty for others until the decision.
    pub assessments: Vec<Assessment>,
    /// The decision, once made.
    pub decision: Option<Decision>,
    /// New editions of code systems that it was told of; empty once it is decided or taken back.
    pub news: Vec<ToldOfCodes>,
}

impl File {
    /// The application as a matter in which people meet: who applies, is named, handles and decides, and
    /// the access body's handlers. The file is loaded only for those who may see it.
    pub fn matter(&self) -> Matter {
        let application = &self.application;
        Matter::new("application", application.id)
            .with([application.applicant])
            .with(application.content.persons.iter().copied())
            .with(self.steps.iter().filter_map(|step| step.by))
            .with(self.decision.iter().map(|decision| decision.decided_by))
            .handled_by(application.access_body, [Role::Handler])
    }
}

impl AccessService {
    /// The service of one installation: it has one access body.
    pub fn new(store: &Store, guard: Guard, ports: Ports, access_body: OrganisationId) -> Self {
        Self { store: store.context(&CONTEXT), guard, ports: Arc::new(ports), access_body }
    }

    /// What the composition gave us of the house around.
    pub fn ports(&self) -> &Ports {
        &self.ports
    }

    /// An application with everything that belongs to it. Reading what others wrote is not entered
    /// on the log: it holds no health data.
    ///
    /// # Errors
    /// [`AccessError::NotFound`] also when the actor may not know that it exists.
    pub async fn file(&self, actor: &Actor, id: ApplicationId) -> Result<File, AccessError> {
        let mut read = self.store.read(actor).await?;
        let application = applications::get(read.connection(), id).await?;
        self.guard.check(actor, "access.application.read", &resource(&application)).await?;
        let steps = applications::steps(read.connection(), id).await?;
        let questions = desk_rows::questions(read.connection(), id).await?;
        let decision = desk_rows::decision_of(read.connection(), id).await?;
        let assessments = if decision.is_some() || actor.is(Role::Handler) {
            desk_rows::assessments(read.connection(), id).await?
        } else {
            Vec::new()
        };
        let open = !matches!(application.state, State::Decided | State::Withdrawn);
        let news = if open { news_rows::told(read.connection(), id).await? } else { Vec::new() };
        Ok(File { application, steps, questions, assessments, decision, news })
    }

    /// What values the variables of a need have, by the catalogue as it is now.
    async fn kinds(&self, need: &DataNeed) -> Result<Kinds, AccessError> {
        let described = self.ports.variables.describe(&mentioned(need)).await?;
        Ok(described.into_iter().map(|d| (d.path, d.values)).collect())
    }

    /// Loads an application for a change and checks that the actor may make it.
    async fn load(
        &self,
        work: &mut varde_store::Work,
        actor: &Actor,
        action: &str,
        id: ApplicationId,
    ) -> Result<(Application, Permission), AccessError> {
        let application = applications::get_for_change(work.connection(), id).await?;
        let permission = self.guard.check(actor, action, &resource(&application)).await?;
        Ok((application, permission))
    }
}

/// An application as the policies see it.
pub(crate) fn resource(application: &Application) -> Resource {
    Resource::new("Application")
        .id(application.id)
        .person("applicant", application.applicant)
        .persons("persons", application.content.persons.iter().copied())
        .organisation("organisation", application.organisation)
        .organisation("access_body", application.access_body)
        .text("state", application.state.name())
}
