//! Roles that people hold in organisations.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use varde_core::{Actor, FieldProblem, LoginLevel, OrganisationId, Period, PersonId, Role, define_id};

use crate::IdentityError;

define_id!(
    /// A role given to a person in an organisation.
    RoleAssignmentId
);

define_id!(
    /// A proposal that somebody gets a role.
    RoleProposalId
);

/// A role that is to be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewAssignment {
    /// To whom.
    pub person: PersonId,
    /// In which organisation.
    pub organisation: OrganisationId,
    /// Which role; every role but citizen, which everybody is.
    pub role: Role,
    /// The days it is valid.
    pub period: Period,
}

impl NewAssignment {
    /// Whether it can be given.
    ///
    /// # Errors
    /// What is wrong with it, by field.
    pub(crate) fn check(&self) -> Result<(), IdentityError> {
        let problems = self.problems();
        if problems.is_empty() { Ok(()) } else { Err(IdentityError::Invalid(problems)) }
    }

    fn problems(&self) -> Vec<FieldProblem> {
        let mut problems = Vec::new();
        if self.role == Role::Citizen {
            problems.push(FieldProblem::new("role", "identity-error-role-citizen"));
        }
        if self.period.until.is_some_and(|until| until < self.period.from) {
            problems.push(FieldProblem::new("until", "identity-error-period"));
        }
        problems
    }
}

/// A role that was given and has not been ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleAssignment {
    /// Its id.
    pub id: RoleAssignmentId,
    /// Who holds it.
    pub person: PersonId,
    /// In which organisation.
    pub organisation: OrganisationId,
    /// Which role.
    pub role: Role,
    /// The days it is valid.
    pub period: Period,
    /// When it was given.
    pub given_at: Timestamp,
}

/// A role that somebody has proposed and that somebody else is to accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleProposal {
    /// Its id.
    pub id: RoleProposalId,
    /// What is proposed.
    pub what: NewAssignment,
    /// Who proposed it.
    pub proposed_by: PersonId,
    /// When.
    pub proposed_at: Timestamp,
}

/// The roles of an organisation (or of all) that are or will be valid, and what is proposed there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Administered {
    /// The roles, not those ended or over.
    pub assignments: Vec<RoleAssignment>,
    /// The proposals that wait.
    pub proposals: Vec<RoleProposal>,
}

/// The roles held on a day, by organisation.
pub(crate) fn held_on(assignments: &[RoleAssignment], day: Date) -> BTreeMap<OrganisationId, BTreeSet<Role>> {
    let mut held = BTreeMap::<_, BTreeSet<_>>::new();
    for assignment in assignments.iter().filter(|a| a.period.contains(day)) {
        held.entry(assignment.organisation).or_default().insert(assignment.role);
    }
    held
}

/// The actor that a person becomes by acting for an organisation, or for themselves. `None` when
/// they hold no role there today.
pub(crate) fn acting(
    person: PersonId,
    level: LoginLevel,
    organisation: Option<OrganisationId>,
    held: &BTreeMap<OrganisationId, BTreeSet<Role>>,
) -> Option<Actor> {
    match organisation {
        None => Some(Actor::citizen(person, level)),
        Some(organisation) => {
            let roles = held.get(&organisation)?;
            Some(Actor::employee(person, level, organisation, roles.iter().copied()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(n: u128) -> uuid::Uuid {
        uuid::Uuid::from_u128(n)
    }

    fn given(organisation: u128, role: Role, from: &str, until: Option<&str>) -> RoleAssignment {
        RoleAssignment {
            id: RoleAssignmentId::from_uuid(id(1)),
            person: PersonId::from_uuid(id(2)),
            organisation: OrganisationId::from_uuid(id(organisation)),
            role,
            period: Period { from: from.parse().unwrap(), until: until.map(|u| u.parse().unwrap()) },
            given_at: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn only_roles_of_the_day_count() {
        let all = [
            given(10, Role::Handler, "2026-01-01", Some("2026-11-21")),
            given(10, Role::Reviewer, "2026-01-01", Some("2026-11-22")),
            given(11, Role::Steward, "2026-11-23", None),
        ];
        let held = held_on(&all, "2026-11-22".parse().unwrap());
        assert_eq!(held, [(OrganisationId::from_uuid(id(10)), [Role::Reviewer].into())].into());
        let person = PersonId::from_uuid(id(2));
        let there = |o| acting(person, LoginLevel::High, Some(OrganisationId::from_uuid(id(o))), &held);
        assert!(there(10).unwrap().is(Role::Reviewer) && !there(10).unwrap().is(Role::Handler));
        assert_eq!(there(11), None);
        assert_eq!(acting(person, LoginLevel::High, None, &held).unwrap().organisation, None);
    }
}
