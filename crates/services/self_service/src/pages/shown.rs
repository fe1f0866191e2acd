//! What several pages show alike.

use varde_core::identifier::OrganisationNumber;
use varde_web::{
    Visit,
    ui::{Choice, Tone},
};

use crate::{ClientId, ScopeStatus, Standing, State, SystemId, ports::KnownScope};

pub(super) fn organisation_path(number: OrganisationNumber) -> String {
    format!("/klienter/virksomhet/{}", number.as_str())
}

pub(super) fn system_path(id: SystemId) -> String {
    format!("/klienter/system/{id}")
}

pub(super) fn client_path(id: ClientId) -> String {
    format!("/klienter/klient/{id}")
}

pub(super) fn confirm_path(id: ClientId) -> String {
    format!("/klienter/bekreft/{id}")
}

/// Several in one line.
pub(super) fn listed<'t>(all: impl Iterator<Item = &'t str>) -> String {
    all.collect::<Vec<_>>().join(", ")
}

/// Where a configuration stands, in a word and a colour.
pub(super) fn state(visit: &Visit, state: State) -> (String, Tone) {
    let tone = match state {
        State::Draft => Tone::Warning,
        State::Active => Tone::Success,
        State::Refused => Tone::Danger,
        State::Ended => Tone::Neutral,
    };
    (visit.t_of("self_service-state", state.name()), tone)
}

/// A scope in a table.
pub(super) struct ScopeRow {
    pub(super) scope: String,
    pub(super) api: String,
    pub(super) standing: String,
    pub(super) tone: Tone,
    pub(super) why: String,
}

pub(super) fn scope_row(visit: &Visit, status: &ScopeStatus) -> ScopeRow {
    let tone = match status.standing {
        Standing::Ok => Tone::Success,
        Standing::Pending => Tone::Warning,
        Standing::Refused => Tone::Danger,
    };
    ScopeRow {
        scope: status.scope.clone(),
        api: status.api.clone(),
        standing: visit.t_of("self_service-standing", status.standing.name()),
        tone,
        why: status.why.map(|why| visit.t_of("self_service-why", why.name())).unwrap_or_default(),
    }
}

/// Scopes to choose among.
pub(super) fn choices<'k>(scopes: impl IntoIterator<Item = (&'k String, Option<&'k KnownScope>)>) -> Vec<Choice> {
    let choice = |(scope, known): (&String, Option<&KnownScope>)| {
        let choice = Choice::new(scope.clone(), scope.clone());
        match known {
            Some(known) => choice.hint(known.api.clone()),
            None => choice,
        }
    };
    scopes.into_iter().map(choice).collect()
}
