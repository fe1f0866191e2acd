//! How an entry on the log is told to the person whom it concerns.

use varde_core::{Actor, PersonId};
use varde_ledger::Entry;

/// The kinds that concern persons and have a text of their own, `citizen-entry-` and the kind with
/// dots as dashes. Others are told by `citizen-entry-other` with the kind in it.
const KNOWN: [&str; 27] = [
    "basedata.acting_name.read",
    "basedata.health_personnel.read",
    "basedata.health_personnel.told_at_login",
    "basedata.index.read",
    "basedata.organisation_role.read",
    "basedata.person.identified",
    "basedata.person.read",
    "basedata.person.told_at_login",
    "basedata.relation.read",
    "identity.person.found",
    "identity.person.logged_in",
    "identity.role.given",
    "identity.role.ended",
    "identity.role.proposed",
    "identity.role.rejected",
    "identity.session.acting_for",
    "ledger.entry.erased",
    "platform.own.proved",
    "platform.own.read",
    "policy.denied",
    "privacy.preference.changed",
    "web.form.held",
    "web.form.released",
    "web.session.all_ended",
    "web.session.begun",
    "web.session.ended",
    "web.session.renewed",
];

/// What happens because somebody logs in, entered by Varde on their behalf.
const LOGIN: [&str; 4] = [
    "basedata.acting_name.read",
    "basedata.person.identified",
    "identity.person.logged_in",
    "identity.session.acting_for",
];

/// Whether the kind has a text of its own.
pub fn known(kind: &str) -> bool {
    KNOWN.contains(&kind)
}

/// Whether the entry is only the person's own look at their own pages: a login, a session, a read of
/// themselves. Such entries are on the log as all are, and shown folded.
pub fn is_own_view(entry: &Entry, me: PersonId) -> bool {
    let looks = entry.kind.starts_with("web.") || entry.kind.ends_with(".read") || entry.kind.ends_with(".proved");
    let by_me = entry.actor.person() == Some(me);
    let by_varde = matches!(entry.actor.subject, varde_core::Subject::System { .. });
    let alone = entry.persons == [me];
    alone
        && ((by_me && acts_for_self(&entry.actor) && looks)
            || ((by_me || by_varde) && LOGIN.contains(&entry.kind.as_str())))
}

/// Whether the actor is there as a citizen. Somebody who looks themselves up at work shows.
fn acts_for_self(actor: &Actor) -> bool {
    actor.organisation.is_none()
}
