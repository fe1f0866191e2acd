//! Requests for statistics: planned by an applicant, decided by the access body, made by a job, published for
//! everybody.

mod applicant;
mod desk;
mod ledger;
mod make;
mod protect;
mod published;

use varde_core::{Actor, OrganisationId, PersonId};
use varde_policy::{Permission, Resource};

pub use desk::Case;
pub use make::{MakeStatistic, STATISTIC_JOB};
pub use published::Found;

use super::Exploration;
use crate::{
    ExplorationError,
    model::statistics::{Request, RequestId, State},
    store::statistics as kept,
};

/// Beginning a request, and the list of one's own.
pub(crate) const BEGIN: &str = "exploration.request.begin";
/// Writing, sending, taking back.
pub(crate) const WRITE: &str = "exploration.request.write";
/// Reading one.
pub(crate) const READ: &str = "exploration.request.read";
/// The access body's desk.
pub(crate) const DESK: &str = "exploration.request.handle";
/// Deciding.
pub(crate) const DECIDE: &str = "exploration.request.decide";
/// Making the table of an approved request.
pub(crate) const MAKE: &str = "exploration.statistic.make";
/// Reading what is published: for everybody.
pub(crate) const READ_PUBLISHED: &str = "exploration.statistic.read";
/// Withdrawing what is published.
pub(crate) const WITHDRAW: &str = "exploration.statistic.withdraw";

/// A request as the policies see it.
fn resource(request: &Request) -> Resource {
    Resource::new("StatisticsRequest")
        .id(request.id)
        .person("applicant", request.applicant)
        .organisation("organisation", request.organisation)
        .organisation("access_body", request.access_body)
        .text("state", request.state.name())
}

impl Exploration {
    /// Any request that was sent to the access body, as the policies see it.
    fn any_sent(&self) -> Resource {
        let body = self.parts.access_body;
        Resource::new("StatisticsRequest")
            .person("applicant", PersonId::from_uuid(uuid::Uuid::nil()))
            .organisation("organisation", body)
            .organisation("access_body", body)
            .text("state", State::Sent.name())
    }

    /// A request that the actor would begin, as the policies see it.
    fn to_begin(&self, person: PersonId, organisation: OrganisationId) -> Resource {
        Resource::new("StatisticsRequest")
            .person("applicant", person)
            .organisation("organisation", organisation)
            .organisation("access_body", self.parts.access_body)
            .text("state", State::Draft.name())
    }

    /// A request that the actor may do something with. One that may not be seen looks like one that is not there.
    async fn loaded(
        &self,
        work: &mut varde_store::Work,
        actor: &Actor,
        action: &str,
        id: RequestId,
    ) -> Result<(Request, Permission), ExplorationError> {
        let request = kept::request_for_change(work.connection(), id).await?.ok_or(ExplorationError::NotFound)?;
        let permission = self.guard.check(actor, action, &resource(&request)).await?;
        Ok((request, permission))
    }
}

/// Who asks, and on behalf of whom; nobody else can.
fn applicant(actor: &Actor) -> Result<(PersonId, OrganisationId), ExplorationError> {
    actor.person().zip(actor.organisation).ok_or(ExplorationError::NotFound)
}
