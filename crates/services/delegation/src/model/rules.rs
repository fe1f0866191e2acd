//! The rules of giving and ending a right, after Altinn's delegation of API schemes: one right at a
//! time, from main unit to main unit, never to oneself, to several suppliers at once, until removed.

use jiff::Timestamp;
use varde_core::{FieldProblem, identifier::OrganisationNumber};

use super::{
    change::{Change, Kind, Right},
    organisation::KnownOrganisation,
    resource::DelegableResource,
};

/// Why a right cannot be given or ended as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The registry has no such resource.
    #[error("there is no such resource: search for it by its name")]
    NoSuchResource,
    /// It cannot be given any more, or not yet.
    #[error("that right cannot be given now: ask the authority that defines it")]
    NotDelegable,
    /// Not nine digits that hold.
    #[error("write an organisation number of nine digits")]
    NotANumber,
    /// The register of organisations does not have the giver.
    #[error("the register of organisations has no organisation with the giver's number")]
    FromUnknown,
    /// The giver is a sub unit.
    #[error("only main units give rights: use the main unit {main}")]
    FromSubUnit {
        /// The main unit above it.
        main: OrganisationNumber,
    },
    /// The register of organisations does not have the receiver.
    #[error("the register of organisations has no organisation with the receiver's number")]
    ToUnknown,
    /// The receiver is a sub unit.
    #[error("only main units receive rights: use the main unit {main}")]
    ToSubUnit {
        /// The main unit above it.
        main: OrganisationNumber,
    },
    /// Both are the same.
    #[error("an organisation needs no right from itself: choose the supplier")]
    Oneself,
    /// The supplier has it.
    #[error("the supplier has that right already: nothing needs to be done")]
    AlreadyGiven,
    /// It was ended before.
    #[error("that right has been removed already: nothing needs to be done")]
    AlreadyEnded,
    /// The end lies ahead, or before the beginning.
    #[error("a right ends now or at an earlier time, not before it was given")]
    EndsWrongly,
}

impl Fault {
    /// The field that is wrong, and the text that says so.
    pub fn field(self) -> FieldProblem {
        let (field, message) = match self {
            Self::NoSuchResource => ("resource", "delegation-error-no_resource"),
            Self::NotDelegable => ("resource", "delegation-error-not_delegable"),
            Self::NotANumber => ("to", "delegation-error-number"),
            Self::FromUnknown => ("from", "delegation-error-from_unknown"),
            Self::FromSubUnit { .. } => ("from", "delegation-error-from_sub_unit"),
            Self::ToUnknown => ("to", "delegation-error-to_unknown"),
            Self::ToSubUnit { .. } => ("to", "delegation-error-to_sub_unit"),
            Self::Oneself => ("to", "delegation-error-oneself"),
            Self::AlreadyGiven => ("to", "delegation-error-already_given"),
            Self::AlreadyEnded => ("delegation", "delegation-error-already_ended"),
            Self::EndsWrongly => ("applies_from", "delegation-error-ends_wrongly"),
        };
        FieldProblem::new(field, message)
    }
}

/// The organisation that gives, when it is known and a main unit.
///
/// # Errors
/// [`Fault::FromUnknown`], [`Fault::FromSubUnit`].
pub(crate) fn giver(found: Option<KnownOrganisation>) -> Result<KnownOrganisation, Fault> {
    let organisation = found.ok_or(Fault::FromUnknown)?;
    match organisation.parent {
        Some(main) => Err(Fault::FromSubUnit { main }),
        None => Ok(organisation),
    }
}

/// The supplier, when it is known, a main unit, and another than the giver.
///
/// # Errors
/// [`Fault::ToUnknown`], [`Fault::ToSubUnit`], [`Fault::Oneself`].
pub(crate) fn receiver(found: Option<KnownOrganisation>, from: &KnownOrganisation) -> Result<KnownOrganisation, Fault> {
    let organisation = found.ok_or(Fault::ToUnknown)?;
    match organisation.parent {
        _ if organisation.number == from.number => Err(Fault::Oneself),
        Some(main) => Err(Fault::ToSubUnit { main }),
        None => Ok(organisation),
    }
}

/// Whether the resource can be given.
///
/// # Errors
/// [`Fault::NotDelegable`].
pub(crate) fn delegable(resource: &DelegableResource) -> Result<(), Fault> {
    if resource.delegable { Ok(()) } else { Err(Fault::NotDelegable) }
}

/// The place of a new grant after the right's latest change.
///
/// # Errors
/// [`Fault::AlreadyGiven`] when it is held.
pub(crate) fn next_grant(latest: Option<&Change>) -> Result<u32, Fault> {
    match latest {
        Some(Change { kind: Kind::Grant, .. }) => Err(Fault::AlreadyGiven),
        Some(ended) => Ok(ended.position + 1),
        None => Ok(1),
    }
}

/// How a party ends a right: which kind of change it is, and its place after the latest. `None` when
/// the organisation is not a party.
///
/// # Errors
/// [`Fault::AlreadyEnded`] when the latest change is not that grant; [`Fault::EndsWrongly`] when it
/// would end in the future or before it began.
pub(crate) fn next_end(
    granted: &Change,
    latest: &Change,
    party: OrganisationNumber,
    applies_from: Timestamp,
    now: Timestamp,
) -> Option<Result<(Kind, u32), Fault>> {
    let kind = ending(&granted.right, party)?;
    if latest.id != granted.id || latest.kind != Kind::Grant {
        return Some(Err(Fault::AlreadyEnded));
    }
    if applies_from > now || applies_from < granted.applies_from {
        return Some(Err(Fault::EndsWrongly));
    }
    Some(Ok((kind, latest.position + 1)))
}

fn ending(right: &Right, party: OrganisationNumber) -> Option<Kind> {
    match party {
        party if party == right.from => Some(Kind::Revoke),
        party if party == right.to => Some(Kind::RevokeByReceiver),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use varde_core::OrganisationId;

    use super::*;
    use crate::{AsAt, ChangeId, DelegationId, ResourceId, model::change::held};

    fn number(n: usize) -> OrganisationNumber {
        OrganisationNumber::from_stem([31_000_000, 31_000_002, 31_000_003, 31_000_004][n]).unwrap()
    }

    fn organisation(n: usize, parent: Option<usize>) -> KnownOrganisation {
        let id = OrganisationId::from_uuid(uuid::Uuid::from_u128(n as u128));
        KnownOrganisation { id, number: number(n), name: format!("Nummer {n}"), parent: parent.map(number) }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_795_348_800 + second).unwrap()
    }

    #[test]
    fn only_known_main_units_are_parties_and_never_both() {
        assert_eq!(giver(None), Err(Fault::FromUnknown));
        assert_eq!(giver(Some(organisation(1, Some(0)))), Err(Fault::FromSubUnit { main: number(0) }));
        let from = giver(Some(organisation(0, None))).unwrap();
        assert_eq!(receiver(None, &from), Err(Fault::ToUnknown));
        assert_eq!(receiver(Some(organisation(3, Some(2))), &from), Err(Fault::ToSubUnit { main: number(2) }));
        assert_eq!(receiver(Some(from.clone()), &from), Err(Fault::Oneself));
        assert_eq!(receiver(Some(organisation(2, None)), &from), Ok(organisation(2, None)));
    }

    /// What somebody tries: which right, to give or to end, for whom, how many seconds back.
    #[derive(Debug, Clone)]
    struct Attempt {
        right: Right,
        give: bool,
        party: usize,
        back: i64,
    }

    fn attempts() -> impl Strategy<Value = Vec<Attempt>> {
        let right = (0..2_usize, 0..3_usize, 0..3_usize).prop_filter("never oneself", |(_, from, to)| from != to);
        let attempt =
            (right, any::<bool>(), 0..3_usize, 0..6_i64).prop_map(|((resource, from, to), give, party, back)| {
                let resource: ResourceId = ["a", "b"][resource].parse().unwrap();
                Attempt { right: Right { resource, from: number(from), to: number(to) }, give, party, back }
            });
        proptest::collection::vec(attempt, 0..40)
    }

    /// Tries one after the other, a second apart, as the service does; gives the register's rows and,
    /// second by second, which rights a plain map says are held.
    fn run(attempts: &[Attempt]) -> (Vec<Change>, Vec<BTreeMap<Right, DelegationId>>) {
        let (mut rows, mut plain, mut seen) = (Vec::<Change>::new(), BTreeMap::new(), Vec::new());
        for (second, attempt) in (0_i64..).zip(attempts) {
            let now = at(second);
            let latest = rows.iter().filter(|row| row.right == attempt.right).max_by_key(|row| row.position).cloned();
            let id = ChangeId::from_uuid(uuid::Uuid::from_u128(second.unsigned_abs().into()));
            if attempt.give {
                let next = next_grant(latest.as_ref());
                assert_eq!(next.is_err(), plain.contains_key(&attempt.right), "one who holds it is not given it");
                if let Ok(position) = next {
                    let delegation = DelegationId::from_uuid(id.uuid());
                    let (right, kind) = (attempt.right.clone(), Kind::Grant);
                    let (applies_from, recorded_at) = (now, now);
                    rows.push(Change {
                        id,
                        delegation,
                        right,
                        resource_version: 1,
                        kind,
                        position,
                        applies_from,
                        recorded_at,
                    });
                    plain.insert(attempt.right.clone(), delegation);
                }
            } else if let Some(latest) = latest {
                let granted = rows.iter().find(|row| row.id.uuid() == latest.delegation.uuid()).cloned().unwrap();
                let applies_from = at(second - attempt.back);
                let party = number(attempt.party);
                let involved = party == granted.right.from || party == granted.right.to;
                let next = next_end(&granted, &latest, party, applies_from, now);
                assert_eq!(next.is_some(), involved, "only a party ends it");
                if let Some(Ok((kind, position))) = next {
                    assert_eq!(kind == Kind::RevokeByReceiver, party == granted.right.to);
                    rows.push(Change { id, kind, position, applies_from, recorded_at: now, ..granted });
                    plain.remove(&attempt.right);
                }
            }
            seen.push(plain.clone());
        }
        (rows, seen)
    }

    fn rights(rows: &[Change], as_at: AsAt) -> BTreeMap<Right, DelegationId> {
        held(rows, as_at).into_iter().map(|one| (one.right, one.id)).collect()
    }

    proptest! {
        #[test]
        fn the_register_says_what_was_held_at_every_time(attempts in attempts(), seed in any::<u64>()) {
            let (mut rows, seen) = run(&attempts);
            // The order in which rows are read is of no consequence.
            rows.sort_by_key(|row| row.id.uuid().as_u128().wrapping_mul(u128::from(seed | 1)) % 97);
            for (second, plain) in (0_i64..).zip(&seen) {
                prop_assert_eq!(&rights(&rows, AsAt::now(at(second))), plain, "second {}", second);
            }
        }

        #[test]
        fn an_end_told_late_changes_what_applied_and_not_what_was_known(attempts in attempts()) {
            let (rows, seen) = run(&attempts);
            let last = at(i64::try_from(attempts.len()).unwrap());
            for end in rows.iter().filter(|row| row.kind != Kind::Grant && row.applies_from < row.recorded_at) {
                let between = AsAt { valid: end.applies_from, known: last };
                let now_known = rights(&rows, between).get(&end.right).copied();
                prop_assert_ne!(now_known, Some(end.delegation), "known now, it had ended then");
                let second = usize::try_from(end.recorded_at.as_second() - 1 - at(0).as_second()).unwrap();
                let before = rights(&rows, AsAt::now(at(i64::try_from(second).unwrap())));
                prop_assert_eq!(&before, &seen[second], "what was known before it was told stays");
            }
        }

        #[test]
        fn changes_of_a_right_take_turns(attempts in attempts()) {
            let (rows, _) = run(&attempts);
            let mut by_right: BTreeMap<&Right, Vec<&Change>> = BTreeMap::new();
            for row in &rows {
                by_right.entry(&row.right).or_default().push(row);
            }
            for changes in by_right.values() {
                for (position, change) in (1_u32..).zip(changes) {
                    prop_assert_eq!(change.position, position);
                    prop_assert_eq!(change.kind == Kind::Grant, position % 2 == 1);
                }
            }
        }
    }
}
