//! What a permit must satisfy before it is sealed.

use jiff::{Timestamp, ToSpan};

use super::{Permit, design_flaws};

/// The first thing that is wrong with the permit at the time of issue, `None` when nothing is.
pub(crate) fn flaw(permit: &Permit, now: Timestamp) -> Option<&'static str> {
    let checks = [
        (permit.variables.is_empty(), "it permits no variable"),
        (permit.persons.is_empty(), "it names nobody who may use the data"),
        (permit.legal_bases.is_empty(), "it names no legal basis"),
        (permit.minimum_group == 0, "its smallest group is zero"),
        (permit.decided_at > now, "it is decided in the future"),
        (permit.version == 0, "versions begin with 1"),
        ((permit.version == 1) != permit.predecessor.is_none(), "a changed permit, and no other, has a predecessor"),
        (permit.predecessor == Some(permit.id), "it replaces itself"),
        (
            !design_flaws(&permit.cohort, &permit.design, &permit.variables).is_empty(),
            "its design cannot be carried out: see the application",
        ),
        (permit.handover.updates.is_some_and(|updates| updates.months == 0), "its updates last for no month"),
        (lasts_too_long(permit), "it lasts longer than ten years (EHDS art. 68(12))"),
    ];
    checks.into_iter().find_map(|(wrong, why)| wrong.then_some(why))
}

fn lasts_too_long(permit: &Permit) -> bool {
    let latest = permit.valid.from.checked_add(10.years()).ok();
    permit.valid.until.is_none_or(|until| latest.is_some_and(|latest| until > latest))
}
