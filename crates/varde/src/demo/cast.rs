//! The people of the story, and what they are when they act.

use varde_core::{Actor, LoginLevel, OrganisationId, PersonId, Role};
use varde_demo::World;

/// The people of the story.
#[derive(Debug, Clone, Copy)]
pub struct Cast {
    /// Applies and analyses.
    pub researcher: PersonId,
    /// Works with the researcher.
    pub second_researcher: PersonId,
    /// Handles the application.
    pub handler: PersonId,
    /// Reviews results.
    pub reviewer: PersonId,
    /// An ordinary citizen with heart failure.
    pub citizen: PersonId,
    /// Opts out between application and decision.
    pub opts_out_before_decision: PersonId,
    /// Opts out after the decision.
    pub opts_out_after_decision: PersonId,
    /// The researchers' organisation.
    pub hospital: OrganisationId,
    /// The body that decides.
    pub access_body: OrganisationId,
}

impl Cast {
    /// The cast of a world.
    pub fn of(world: &World) -> Self {
        let special = world.special();
        Self {
            researcher: world.person_id(special.researcher),
            second_researcher: world.person_id(special.second_researcher),
            handler: world.person_id(special.handler),
            reviewer: world.person_id(special.reviewer),
            citizen: world.person_id(special.citizen),
            opts_out_before_decision: world.person_id(special.opts_out_later),
            opts_out_after_decision: world.person_id(special.opts_out_after_decision),
            hospital: world.hospital_trust(),
            access_body: world.access_body(),
        }
    }

    /// The researcher at work.
    pub fn researching(&self) -> Actor {
        Actor::employee(self.researcher, LoginLevel::High, self.hospital, [Role::Researcher])
    }

    /// The handler at work.
    pub fn handling(&self) -> Actor {
        Actor::employee(self.handler, LoginLevel::High, self.access_body, [Role::Handler])
    }

    /// The reviewer at work.
    pub fn reviewing(&self) -> Actor {
        Actor::employee(self.reviewer, LoginLevel::High, self.access_body, [Role::Reviewer])
    }
}
