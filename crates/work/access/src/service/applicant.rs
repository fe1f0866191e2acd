//! What the applicant does.

use jiff::civil::Date;
use varde_core::{Actor, ApplicationId, FieldProblem, Period, Purpose, id::CataloguePath};
use varde_ledger::Draft;
use varde_permit::{Cohort, DataNeed, Granularity, NeededVariable};

use super::{AccessService, Tried, resource};
use crate::{
    AccessError,
    model::{Application, Content, State, flaws},
    store::{applications, desk},
};

/// What a new application begins with.
#[derive(Debug, Clone)]
pub struct Seed {
    /// What it is made from; beginning twice from the same origin gives the same draft.
    pub origin: String,
    /// A first title.
    pub title: String,
    /// The variables that were picked in the catalogue.
    pub variables: Vec<CataloguePath>,
}

impl AccessService {
    /// Begins a draft on behalf of the actor's organisation. The same origin gives the same draft,
    /// also after a double click or a killed process.
    pub async fn begin(&self, actor: &Actor, seed: Seed) -> Result<ApplicationId, AccessError> {
        let application = self.blank(actor, &seed)?;
        self.begin_as(actor, application, &seed.origin, None).await
    }

    /// Begins a draft with all that an application of the same organisation says, such as one whose
    /// extract was empty. While the copy is a draft, copying again gives the same one.
    ///
    /// # Errors
    /// [`AccessError::WrongState`] for an application that is under way: there is nothing to begin anew.
    pub async fn copy(&self, actor: &Actor, id: ApplicationId) -> Result<ApplicationId, AccessError> {
        let earlier = self.file(actor, id).await?.application;
        let mut application =
            self.blank(actor, &Seed { origin: String::new(), title: String::new(), variables: vec![] })?;
        if earlier.organisation != application.organisation {
            return Err(AccessError::NotFound);
        }
        if !earlier.state.can_copy() {
            return Err(AccessError::WrongState(earlier.state));
        }
        application.content = earlier.content;
        if !application.content.persons.contains(&application.applicant) {
            application.content.persons.push(application.applicant);
        }
        for number in 1.. {
            let origin = format!("copy:{id}:{number}");
            let copy = self.begin_as(actor, application.clone(), &origin, Some(id)).await?;
            if self.file(actor, copy).await?.application.state.can_edit() {
                return Ok(copy);
            }
        }
        Err(AccessError::Changed)
    }

    async fn begin_as(
        &self,
        actor: &Actor,
        application: Application,
        origin: &str,
        copy_of: Option<ApplicationId>,
    ) -> Result<ApplicationId, AccessError> {
        let permission = self.guard.check(actor, "access.application.begin", &resource(&application)).await?;
        let mut work = self.store.begin(actor).await?;
        if let Some(existing) = applications::by_origin(work.connection(), application.applicant, origin).await? {
            return Ok(existing);
        }
        let reference = applications::next_reference(work.connection(), self.store.clock().today().year()).await?;
        let application = Application { reference, ..application };
        if !applications::insert(work.connection(), &application, origin).await? {
            return applications::by_origin(work.connection(), application.applicant, origin)
                .await?
                .ok_or(AccessError::Changed);
        }
        applications::add_step(work.connection(), application.id, "begun", application.created_at, actor.person())
            .await?;
        let mut draft = Draft::new("access.application.begun", "application", application.id)
            .because(permission.legal_basis())
            .with("reference", &application.reference);
        if let Some(earlier) = copy_of {
            draft = draft.with("copy_of", earlier);
        }
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(application.id)
    }

    fn blank(&self, actor: &Actor, seed: &Seed) -> Result<Application, AccessError> {
        let applicant = actor.person().ok_or(AccessError::NotLoggedIn)?;
        let nobody = || AccessError::Invalid(vec![FieldProblem::new("organisation", "access-error-no-organisation")]);
        let organisation = actor.organisation.ok_or_else(nobody)?;
        let clock = self.store.clock();
        let year = clock.today().year();
        let january = |year| Date::new(year, 1, 1).unwrap_or(Date::ZERO);
        let needed = |variable: &CataloguePath| NeededVariable::rows(variable.clone(), Granularity::AsIs, "");
        let period = Period { from: january(year - 5), until: Some(january(year).yesterday().unwrap_or(Date::ZERO)) };
        Ok(Application {
            id: ApplicationId::new(&**clock, self.store.randomness()),
            reference: String::new(),
            applicant,
            organisation,
            access_body: self.access_body,
            state: State::Draft,
            revision: 1,
            content: Content {
                title: seed.title.clone(),
                summary: String::new(),
                purpose: Purpose::Research,
                legal_bases: Vec::new(),
                ethics_approval: String::new(),
                need: DataNeed {
                    cohort: Cohort::Everyone,
                    variables: seed.variables.iter().map(needed).collect(),
                    period,
                    design: varde_permit::Design::default(),
                    handover: varde_permit::Handover::default(),
                },
                persons: vec![applicant],
                months: 24,
            },
            created_at: clock.now(),
            submitted_at: None,
        })
    }

    /// The actor's own applications, newest first.
    pub async fn mine(&self, actor: &Actor) -> Result<Vec<Application>, AccessError> {
        let own = self.blank(actor, &Seed { origin: String::new(), title: String::new(), variables: vec![] })?;
        self.guard.check(actor, "access.application.list", &resource(&own)).await?;
        let mut read = self.store.read(actor).await?;
        applications::of_applicant(read.connection(), own.applicant).await
    }

    /// Saves the draft. `revision` is the one the form was made from.
    ///
    /// # Errors
    /// [`AccessError::Changed`] when another tab saved meanwhile; nothing is overwritten.
    /// [`AccessError::Invalid`] names every variable that is asked for in a way that means nothing.
    pub async fn save(
        &self,
        actor: &Actor,
        id: ApplicationId,
        revision: i64,
        content: &Content,
    ) -> Result<(), AccessError> {
        let mut work = self.store.begin(actor).await?;
        let (application, permission) = self.load(&mut work, actor, "access.application.write", id).await?;
        if !application.state.can_edit() {
            return Err(AccessError::WrongState(application.state));
        }
        self.check_newly_asked(&application.content, content).await?;
        self.check_newly_named(actor, &application, content).await?;
        if !applications::save(work.connection(), id, revision, content).await? {
            return Err(AccessError::Changed);
        }
        let draft = Draft::new("access.application.saved", "application", id)
            .because(permission.legal_basis())
            .with("revision", revision + 1);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// About how many people the need is about, and how many of them would stand out.
    pub async fn count(&self, actor: &Actor, id: ApplicationId) -> Result<Tried, AccessError> {
        let file = self.file(actor, id).await?;
        self.ports.population.count(actor, &file.application.content.need).await
    }

    /// Sends the application.
    ///
    /// # Errors
    /// [`AccessError::Incomplete`] names every missing part, [`AccessError::Invalid`] everything that
    /// would keep an extract from being made.
    pub async fn submit(&self, actor: &Actor, id: ApplicationId) -> Result<(), AccessError> {
        let mut work = self.store.begin(actor).await?;
        let (application, permission) = self.load(&mut work, actor, "access.application.submit", id).await?;
        if application.state != State::Draft {
            return Err(AccessError::WrongState(application.state));
        }
        let missing = application.content.missing();
        if !missing.is_empty() {
            return Err(AccessError::Incomplete(missing));
        }
        let need = &application.content.need;
        let flaws = flaws(need, &self.kinds(need).await?);
        if !flaws.is_empty() {
            return Err(AccessError::Invalid(flaws));
        }
        self.check_persons(actor, &application).await?;
        let now = self.store.clock().now();
        applications::set_state(work.connection(), id, State::Submitted, Some(now)).await?;
        applications::add_step(work.connection(), id, "submitted", now, actor.person()).await?;
        work.emit("access.application.submitted", &id).await?;
        let draft = Draft::new("access.application.submitted", "application", id)
            .because(permission.legal_basis())
            .for_purpose(application.content.purpose)
            .with("variables", application.content.need.variables.len());
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Takes the application back.
    pub async fn withdraw(&self, actor: &Actor, id: ApplicationId) -> Result<(), AccessError> {
        let mut work = self.store.begin(actor).await?;
        let (application, permission) = self.load(&mut work, actor, "access.application.withdraw", id).await?;
        if !application.state.can_withdraw() {
            return Err(AccessError::WrongState(application.state));
        }
        let now = self.store.clock().now();
        applications::set_state(work.connection(), id, State::Withdrawn, None).await?;
        applications::add_step(work.connection(), id, "withdrawn", now, actor.person()).await?;
        let draft = Draft::new("access.application.withdrawn", "application", id).because(permission.legal_basis());
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }

    /// Answers a handler's question. When none is open any more, the handler goes on.
    pub async fn answer(&self, actor: &Actor, id: ApplicationId, number: i32, text: &str) -> Result<(), AccessError> {
        let mut work = self.store.begin(actor).await?;
        let (application, permission) = self.load(&mut work, actor, "access.application.answer", id).await?;
        if !application.state.can_answer() {
            return Err(AccessError::WrongState(application.state));
        }
        let text = text.trim();
        if text.is_empty() {
            return Err(AccessError::Invalid(vec![FieldProblem::new("answer", "access-error-answer-empty")]));
        }
        let now = self.store.clock().now();
        if !desk::answer(work.connection(), id, number, text, application.applicant, now).await? {
            return Err(AccessError::Changed);
        }
        if desk::open_questions(work.connection(), id).await? == 0 {
            applications::set_state(work.connection(), id, State::Processing, None).await?;
        }
        applications::add_step(work.connection(), id, "answer", now, actor.person()).await?;
        let draft = Draft::new("access.question.answered", "application", id)
            .because(permission.legal_basis())
            .with("question", number);
        let entered = work.enter(draft).await?;
        work.commit(entered).await?;
        Ok(())
    }
}
