//! A configuration of a product for one organisation: a client of the authorisation server.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use varde_core::identifier::OrganisationNumber;

use crate::model::{settings::Settings, system::SystemId};

varde_core::define_id!(
    /// A configuration. Its UUID is the `client_id`.
    ClientId
);

/// How long a draft waits for the organisation.
pub(crate) const PATIENCE: SignedDuration = SignedDuration::from_hours(24 * 30);
/// How long before a key ends its users are warned.
const WARNING: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Where a configuration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Made, and not confirmed by the organisation.
    Draft,
    /// Confirmed: the authorisation server knows it.
    Active,
    /// The organisation said no.
    Refused,
    /// Ended for good.
    Ended,
}

impl State {
    /// The name in the database and in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Active => "active",
            Self::Refused => "refused",
            Self::Ended => "ended",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Draft, Self::Active, Self::Refused, Self::Ended].into_iter().find(|state| state.name() == name)
    }
}

/// A configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// The product.
    pub system: SystemId,
    /// The organisation it acts for; the vendor's own of a multi-tenant product.
    pub owner: OrganisationNumber,
    /// Where it stands.
    pub state: State,
    /// What applies.
    pub active: Option<Settings>,
    /// What the organisation has not confirmed yet.
    pub wanted: Option<Settings>,
    /// The public key that came with a draft.
    pub first_key: Option<Map<String, Value>>,
    /// Where whoever confirms is sent back to.
    pub return_to: Option<String>,
    /// When it was made.
    pub made_at: Timestamp,
    /// Whether the authorisation server knows what applies here.
    pub applied: bool,
}

/// Why nothing can be confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NothingToConfirm {
    /// There is nothing new, or it was answered before.
    Answered,
    /// The draft is too old.
    TooOld,
}

impl Client {
    /// What somebody can confirm now.
    ///
    /// # Errors
    /// [`NothingToConfirm`].
    pub fn to_confirm(&self, now: Timestamp) -> Result<&Settings, NothingToConfirm> {
        let wanted = self.wanted.as_ref().filter(|_| matches!(self.state, State::Draft | State::Active));
        let wanted = wanted.ok_or(NothingToConfirm::Answered)?;
        if self.state == State::Draft && now > self.made_at + PATIENCE {
            return Err(NothingToConfirm::TooOld);
        }
        Ok(wanted)
    }

    /// The organisation says yes.
    pub(crate) fn confirmed(mut self) -> Self {
        if let Some(wanted) = self.wanted.take() {
            self.active = Some(wanted);
            self.state = State::Active;
            self.applied = false;
        }
        self
    }

    /// The organisation says no: a draft is over, a working configuration stays as it was.
    pub(crate) fn refused(mut self) -> Self {
        self.wanted = None;
        self.first_key = None;
        if self.state == State::Draft {
            self.state = State::Refused;
        }
        self
    }

    /// Somebody asks for these settings instead. `by_owner`: whoever may confirm asks, so that nobody
    /// else must.
    pub(crate) fn changed(mut self, settings: Settings, by_owner: bool) -> Self {
        match self.active.take() {
            Some(active) if !by_owner && settings.ask_more_than(&active) => {
                self.active = Some(active.until_confirmed(&settings));
                self.wanted = Some(settings);
                self.applied = false;
            }
            None if !by_owner => self.wanted = Some(settings),
            _ => {
                self.active = Some(settings);
                self.wanted = None;
                self.state = State::Active;
                self.applied = false;
            }
        }
        self
    }
}

/// A public key of a configuration, as the authorisation server has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its name (`kid`).
    pub id: String,
    /// The family of its algorithms, such as `EC P-256`.
    pub kind: String,
    /// When it was registered.
    pub added_at: Timestamp,
    /// Until when it is good.
    pub valid_until: Timestamp,
}

impl Key {
    /// Whether it has ended.
    pub fn has_ended(&self, now: Timestamp) -> bool {
        self.valid_until <= now
    }

    /// Whether it is time to replace it.
    pub fn ends_soon(&self, now: Timestamp) -> bool {
        !self.has_ended(now) && self.valid_until <= now + WARNING
    }
}

/// Where a client publishes its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAddress {
    /// The address.
    pub address: String,
    /// When keys were last read there.
    pub fetched_at: Option<Timestamp>,
    /// When it was last tried.
    pub tried_at: Option<Timestamp>,
    /// What was wrong the last time, by the name of a text; none when all was well.
    pub trouble: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(scopes: &[&str]) -> Settings {
        Settings { scopes: scopes.iter().map(|s| (*s).to_owned()).collect(), ..Settings::default() }
    }

    fn draft() -> Client {
        Client {
            id: ClientId::from_uuid(uuid::Uuid::from_u128(1)),
            system: SystemId::from_uuid(uuid::Uuid::from_u128(2)),
            owner: OrganisationNumber::from_stem(31_000_000).unwrap(),
            state: State::Draft,
            active: None,
            wanted: Some(settings(&["a", "b"])),
            first_key: None,
            return_to: None,
            made_at: Timestamp::UNIX_EPOCH,
            applied: true,
        }
    }

    #[test]
    fn a_draft_is_confirmed_refused_or_grows_old() {
        let now = Timestamp::UNIX_EPOCH;
        assert!(draft().to_confirm(now + PATIENCE).is_ok());
        let old = now + PATIENCE + SignedDuration::from_secs(1);
        assert_eq!(draft().to_confirm(old).unwrap_err(), NothingToConfirm::TooOld);
        let active = draft().confirmed();
        assert_eq!((active.state, active.applied), (State::Active, false));
        assert_eq!(active.to_confirm(now).unwrap_err(), NothingToConfirm::Answered);
        let refused = draft().refused();
        assert_eq!(refused.state, State::Refused);
        assert_eq!(refused.to_confirm(now).unwrap_err(), NothingToConfirm::Answered);
    }

    #[test]
    fn more_waits_for_the_organisation_and_less_does_not() {
        let active = draft().confirmed();
        let less = active.clone().changed(settings(&["a"]), false);
        assert_eq!((less.active, less.wanted), (Some(settings(&["a"])), None));
        let more = active.clone().changed(settings(&["a", "c"]), false);
        assert_eq!(
            (more.active.as_ref(), more.wanted.as_ref()),
            (Some(&settings(&["a"])), Some(&settings(&["a", "c"])))
        );
        assert_eq!(more.clone().refused().active, Some(settings(&["a"])));
        assert_eq!(more.confirmed().active, Some(settings(&["a", "c"])));
        let own = active.changed(settings(&["c"]), true);
        assert_eq!((own.active, own.wanted), (Some(settings(&["c"])), None));
    }
}
