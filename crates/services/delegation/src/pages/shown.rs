//! Delegations, changes and uses in words.

use std::collections::BTreeMap;

use jiff::Timestamp;
use varde_core::{LoginLevel, identifier::OrganisationNumber};
use varde_web::{
    Visit,
    ui::{Event, Tone},
};

use crate::{Change, Delegation, DelegationId, Kind, Registered, ResourceId, Total, Uses};

/// Resources in the versions that were given.
pub(super) type Versions = BTreeMap<(ResourceId, u32), Registered>;
/// Names of organisations by number.
pub(super) type Names = BTreeMap<OrganisationNumber, String>;

/// Which versions of resources the delegations are of.
pub(super) fn versions_of<'a>(changes: impl IntoIterator<Item = &'a Delegation>) -> Vec<(ResourceId, u32)> {
    changes.into_iter().map(|one| (one.right.resource.clone(), one.resource_version)).collect()
}

/// An organisation by its name; by its number when the register has lost it.
pub(super) fn name(names: &Names, number: OrganisationNumber) -> String {
    names.get(&number).cloned().unwrap_or_else(|| number.to_string())
}

/// An organisation by name and number.
pub(super) fn named(names: &Names, number: OrganisationNumber) -> String {
    names.get(&number).map_or_else(|| number.to_string(), |name| format!("{name} ({number})"))
}

/// What a resource was called in that version; its id when the registry has lost it.
pub(super) fn title(visit: &Visit, versions: &Versions, resource: &ResourceId, version: u32) -> String {
    let found = versions.get(&(resource.clone(), version));
    found.map_or_else(|| resource.to_string(), |one| visit.local(&one.resource.title).to_owned())
}

/// How surely somebody must be known.
pub(super) fn level(visit: &Visit, level: LoginLevel) -> String {
    visit.t(match level {
        LoginLevel::Substantial => "delegation-level-substantial",
        LoginLevel::High => "delegation-level-high",
    })
}

/// A line of what an organisation has given or received.
pub(super) struct Row {
    pub(super) id: DelegationId,
    pub(super) title: String,
    /// The other party.
    pub(super) other: String,
    pub(super) since: String,
    pub(super) uses: String,
    pub(super) last: String,
}

impl Row {
    pub(super) fn of(
        visit: &Visit,
        one: &Delegation,
        other: OrganisationNumber,
        names: &Names,
        versions: &Versions,
        totals: &BTreeMap<DelegationId, Total>,
    ) -> Self {
        let total = totals.get(&one.id);
        Self {
            id: one.id,
            title: title(visit, versions, &one.right.resource, one.resource_version),
            other: named(names, other),
            since: visit.time(one.since),
            uses: visit.number(total.map_or(0, |total| total.uses)),
            last: total.map_or_else(|| visit.t("delegation-never"), |total| visit.time(total.last_at)),
        }
    }
}

/// What a resource is, for whoever is about to give it.
pub(super) struct Described {
    pub(super) id: ResourceId,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) right: String,
    pub(super) authority: String,
    pub(super) authority_number: String,
    pub(super) level: String,
    pub(super) scopes: Vec<String>,
}

impl Described {
    pub(super) fn of(visit: &Visit, registered: Registered) -> Self {
        let resource = registered.resource;
        Self {
            title: visit.local(&resource.title).to_owned(),
            description: visit.local(&resource.description).to_owned(),
            right: visit.local(&resource.right).to_owned(),
            authority: resource.competent_authority.name,
            authority_number: resource.competent_authority.number.to_string(),
            level: level(visit, resource.least_level),
            scopes: resource.scopes.into_iter().collect(),
            id: resource.id,
        }
    }
}

/// What happened to the rights of an organisation, as it sees it.
pub(super) fn event(visit: &Visit, change: &Change, names: &Names, versions: &Versions, at: Timestamp) -> Event {
    let what = title(visit, versions, &change.right.resource, change.resource_version);
    let (key, tone) = match change.kind {
        Kind::Grant => ("delegation-changed-grant", Tone::Success),
        Kind::Revoke => ("delegation-changed-revoke", Tone::Danger),
        Kind::RevokeByReceiver => ("delegation-changed-revoke_by_receiver", Tone::Danger),
    };
    let (from, to) = (named(names, change.right.from), named(names, change.right.to));
    let text = visit.t_with(key, &[("from", from.into()), ("to", to.into())]);
    let applied = visit.t_with("delegation-applied", &[("time", visit.time(change.applies_from).into())]);
    Event {
        when: visit.time(at),
        datetime: at.to_string(),
        title: what,
        text: if change.applies_from == change.recorded_at { text } else { format!("{text} {applied}") },
        link: None,
        tone,
    }
}

/// Uses on their page.
pub(super) struct UsesShown {
    /// How often and when last; empty when it never was used.
    pub(super) summary: String,
    pub(super) rows: Vec<UseRow>,
    /// The id of the oldest one shown, when there are older.
    pub(super) older: Option<String>,
}

/// A line of them.
pub(super) struct UseRow {
    pub(super) id: String,
    pub(super) when: String,
    pub(super) kind: String,
    pub(super) client: String,
    pub(super) scope: String,
    pub(super) child: String,
    pub(super) entry: String,
}

impl UsesShown {
    pub(super) fn of(visit: &Visit, uses: &Uses, names: &Names) -> Self {
        let rows = uses.rows.iter().map(|one| UseRow {
            id: one.id.to_string(),
            when: visit.time(one.at),
            kind: visit.t_of("delegation-use", one.kind.name()),
            client: one.client_name.clone(),
            scope: one.scope.clone(),
            child: one.child.map(|child| named(names, child)).unwrap_or_default(),
            entry: one.entry.to_string(),
        });
        let summary = uses.total.map(|total| {
            let last = visit.time(total.last_at);
            visit.t_with("delegation-uses-count", &[("count", total.uses.into()), ("last", last.into())])
        });
        Self {
            summary: summary.unwrap_or_default(),
            rows: rows.collect(),
            older: uses.rows.last().filter(|_| uses.more).map(|one| one.id.to_string()),
        }
    }
}
