//! The room and its states.

use jiff::{Timestamp, civil::Date};
use varde_core::{ExtractId, OrganisationId, Period, PermitId, PersonId, RoomId};
use varde_permit::Manifest;

/// Where a room is in its life: opening → open → closing → closed; failed with a reason from
/// opening, and back when the reason is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoomState {
    /// Its folders are being made and the extract brought in.
    Opening,
    /// Members may work in it.
    Open,
    /// Its programs are being ended and its data deleted.
    Closing,
    /// It is over: nothing of the extract is left in it.
    Closed,
    /// It could not be opened.
    Failed,
}

impl RoomState {
    /// All states in the order of life.
    pub const ALL: [Self; 5] = [Self::Opening, Self::Open, Self::Closing, Self::Closed, Self::Failed];

    /// The name in texts, policies and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Open => "open",
            Self::Closing => "closing",
            Self::Closed => "closed",
            Self::Failed => "failed",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether this state may follow on the current one.
    pub const fn may_become(self, next: Self) -> bool {
        use RoomState::{Closed, Closing, Failed, Open, Opening};
        matches!(
            (self, next),
            (Opening, Open | Failed | Closing)
                | (Failed, Opening | Closing)
                | (Open, Opening | Closing)
                | (Closing, Closed)
        )
    }
}

/// Whether the permit lets members in today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It has not begun.
    NotYet,
    /// It is valid.
    Valid,
    /// It has expired.
    Expired,
}

/// A project room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Its id.
    pub id: RoomId,
    /// The permit it rests on: one room, one permit.
    pub permit: PermitId,
    /// The permit's version.
    pub permit_version: u32,
    /// The extract that lies in it.
    pub extract: ExtractId,
    /// The project's title.
    pub title: String,
    /// The organisation that may process the data.
    pub holder: OrganisationId,
    /// The body that decided and whose reviewers check results.
    pub access_body: OrganisationId,
    /// How long the data may be processed.
    pub valid: Period,
    /// The smallest group the permit lets results show.
    pub minimum_group: u32,
    /// Its number on this machine.
    pub slot: u32,
    /// Its state.
    pub state: RoomState,
    /// Why it failed, for the operator and the members.
    pub failure: Option<String>,
    /// When it was opened.
    pub opened_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Why it is being or was closed: `permit_expired`, `permit_revoked`, or what somebody wrote.
    pub closed_why: Option<String>,
    /// The persons named in the permit.
    pub members: Vec<PersonId>,
    /// The member who leads the project, and so may end it; `None` for a room whose permit came before
    /// leaders were kept.
    pub leader: Option<PersonId>,
}

/// An update of the extract in a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomUpdate {
    /// Which: 1 for the first.
    pub number: u32,
    /// The extract it is.
    pub extract: ExtractId,
    /// What it holds.
    pub manifest: Manifest,
    /// When all of it was there; nothing while it is being brought in.
    pub arrived_at: Option<Timestamp>,
}

impl RoomUpdate {
    /// The name of its folder in the room's data.
    pub fn folder(&self) -> String {
        Self::folder_of(self.number)
    }

    /// The name of an update's folder in the room's data.
    pub fn folder_of(number: u32) -> String {
        format!("update-{number}")
    }
}

impl Room {
    /// Whether the permit lets members in on that day.
    pub fn standing(&self, today: Date) -> Standing {
        if today < self.valid.from {
            Standing::NotYet
        } else if self.valid.contains(today) {
            Standing::Valid
        } else {
            Standing::Expired
        }
    }

    /// Whether members may work in it on that day.
    pub fn usable(&self, today: Date) -> bool {
        self.hindrance(today).is_none()
    }

    /// Why members may not work in it on that day, as a code for texts: the state's name, or what
    /// the permit says.
    pub fn hindrance(&self, today: Date) -> Option<&'static str> {
        match (self.state, self.standing(today)) {
            (RoomState::Open, Standing::Valid) => None,
            (RoomState::Open, Standing::NotYet) => Some("not_yet"),
            (RoomState::Open, Standing::Expired) => Some("expired"),
            (state, _) => Some(state.name()),
        }
    }

    /// Whether it has ended or is being ended.
    pub fn is_over(&self) -> bool {
        matches!(self.state, RoomState::Closing | RoomState::Closed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_follows_on_closed_and_only_an_opening_room_opens() {
        for state in RoomState::ALL {
            assert_eq!(RoomState::from_name(state.name()), Some(state));
            assert!(!RoomState::Closed.may_become(state));
            assert_eq!(state.may_become(RoomState::Open), state == RoomState::Opening);
        }
    }
}
