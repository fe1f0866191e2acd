//! What keeps a draft from being saved or sent.

use varde_core::{Actor, FieldProblem, OrganisationId, PersonId};

use super::AccessService;
use crate::{
    AccessError,
    model::{Application, Content, flaws, new_granularity_flaws},
};

impl AccessService {
    /// Everything that keeps a draft from being sent: what is missing, and what would keep an extract from
    /// being made. Empty when it can be sent.
    ///
    /// # Errors
    /// [`AccessError::Neighbour`] when the catalogue does not answer.
    pub async fn lacks(&self, actor: &Actor, application: &Application) -> Result<Vec<FieldProblem>, AccessError> {
        let content = &application.content;
        let missing = content.missing().into_iter().map(|part| FieldProblem::new(part.field, part.message));
        let mut lacks: Vec<FieldProblem> = missing.collect();
        let others = match self.check_persons(actor, application).await {
            Err(AccessError::Invalid(wrong)) if !content.persons.is_empty() => wrong,
            _ => Vec::new(),
        };
        for flaw in others.into_iter().chain(flaws(&content.need, &self.kinds(&content.need).await?)) {
            if !lacks.contains(&flaw) {
                lacks.push(flaw);
            }
        }
        Ok(lacks)
    }

    /// Only the applicant and researchers of the same organisation can be named: those who are named
    /// enter the room.
    pub(super) async fn check_persons(&self, actor: &Actor, application: &Application) -> Result<(), AccessError> {
        let persons = &application.content.persons;
        match persons.contains(&application.applicant) {
            true => self.check_colleagues(actor, application.organisation, persons).await,
            false => Err(wrong_persons()),
        }
    }

    /// A variable is not saved in a way that means nothing. What was saved before the catalogue changed does
    /// not keep the rest from being saved; it is told with what is lacking.
    pub(super) async fn check_newly_asked(&self, before: &Content, content: &Content) -> Result<(), AccessError> {
        let kinds = self.kinds(&content.need).await?;
        let flaws = new_granularity_flaws(&content.need, &before.need, &kinds);
        if flaws.is_empty() { Ok(()) } else { Err(AccessError::Invalid(flaws)) }
    }

    /// Who is named takes part and is shown by name. So nobody else's id is saved, not even in a draft.
    pub(super) async fn check_newly_named(
        &self,
        actor: &Actor,
        application: &Application,
        content: &Content,
    ) -> Result<(), AccessError> {
        let known =
            |person: &PersonId| *person == application.applicant || application.content.persons.contains(person);
        let new: Vec<PersonId> = content.persons.iter().copied().filter(|person| !known(person)).collect();
        match new.is_empty() {
            true => Ok(()),
            false => self.check_colleagues(actor, application.organisation, &new).await,
        }
    }

    async fn check_colleagues(
        &self,
        actor: &Actor,
        organisation: OrganisationId,
        persons: &[PersonId],
    ) -> Result<(), AccessError> {
        let colleagues = self.ports.directory.colleagues(actor, organisation).await;
        let is_colleague = |person: &PersonId| colleagues.iter().any(|(id, _)| id == person);
        if persons.iter().all(is_colleague) { Ok(()) } else { Err(wrong_persons()) }
    }
}

fn wrong_persons() -> AccessError {
    AccessError::Invalid(vec![FieldProblem::new("persons", "access-error-persons")])
}
