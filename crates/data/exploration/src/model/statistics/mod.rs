//! Requests for statistics (EHDS art. 69): the table that is planned, the decision on it, the table that is
//! published, and what the ledger keeps of it. Pure.

pub mod content;
pub mod decision;
pub mod statistic;
pub mod told;

use jiff::{Timestamp, ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};
use varde_core::{OrganisationId, PersonId, clock::norway};

pub use content::Content;
pub use decision::{Decision, DecisionRefused, Outcome, Proposal, decide};
pub use statistic::Statistic;
pub use told::ToldTable;

varde_core::define_id!(
    /// A request for statistics.
    RequestId
);
varde_core::define_id!(
    /// A table that was published.
    StatisticId
);

/// How far a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Being written.
    Draft,
    /// Sent to the access body.
    Sent,
    /// Approved: the table is being made.
    Approved,
    /// Refused by the access body.
    Refused,
    /// The table is published.
    Published,
    /// No table can be made that is safe.
    Unmade,
    /// Taken back by the applicant.
    Withdrawn,
}

impl State {
    const ALL: [Self; 7] =
        [Self::Draft, Self::Sent, Self::Approved, Self::Refused, Self::Published, Self::Unmade, Self::Withdrawn];

    /// The name in the database, in policies and after `statistics-state-` in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sent => "sent",
            Self::Approved => "approved",
            Self::Refused => "refused",
            Self::Published => "published",
            Self::Unmade => "unmade",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// Why no table was made. Each says which kind of change would help, and no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unmade {
    /// Too few people are behind what was asked for.
    Few,
    /// Nearly the same people have been told of.
    NearlyTheSame,
    /// With what has been told, a group that is too small could be computed.
    Computed,
    /// So much has been told of these people that nobody can say what is safe.
    TooMuch,
    /// Amounts of some of the same rows have been told.
    Amounts,
    /// What was told before cannot be counted again, so that nobody can say what is safe.
    Unsure,
    /// More cells than a table of statistics has.
    TooFine,
    /// The number has values below zero.
    Negative,
    /// The dataset or one of the variables is no longer open for statistics.
    Closed,
}

impl Unmade {
    const ALL: [Self; 9] = [
        Self::Few,
        Self::NearlyTheSame,
        Self::Computed,
        Self::TooMuch,
        Self::Amounts,
        Self::Unsure,
        Self::TooFine,
        Self::Negative,
        Self::Closed,
    ];

    /// The name in the database and after `statistics-unmade-` in the locale files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Few => "few",
            Self::NearlyTheSame => "nearly_the_same",
            Self::Computed => "computed",
            Self::TooMuch => "too_much",
            Self::Amounts => "amounts",
            Self::Unsure => "unsure",
            Self::TooFine => "too_fine",
            Self::Negative => "negative",
            Self::Closed => "closed",
        }
    }

    /// The reason of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }
}

/// A request.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// Its id.
    pub id: RequestId,
    /// Who asks.
    pub applicant: PersonId,
    /// On behalf of whom.
    pub organisation: OrganisationId,
    /// Who decides.
    pub access_body: OrganisationId,
    /// How far it has come.
    pub state: State,
    /// What is asked for.
    pub content: Content,
    /// When it was begun, UTC.
    pub created_at: Timestamp,
    /// When it was sent, UTC.
    pub sent_at: Option<Timestamp>,
    /// The decision.
    pub decision: Option<Decision>,
    /// Why no table was made.
    pub unmade: Option<Unmade>,
    /// The published table.
    pub statistic: Option<StatisticId>,
}

/// The days until which a request must be dealt with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// Assessed: three months after it was received (EHDS art. 69(4)).
    pub assessed: Date,
    /// Answered, where possible: three months after that (EHDS art. 69(4)).
    pub answered: Date,
}

impl Request {
    /// The days until which it must be dealt with; `None` for what was not sent.
    pub fn deadlines(&self) -> Option<Deadlines> {
        let received = self.sent_at?.to_zoned(norway()).date();
        Some(Deadlines { assessed: received.saturating_add(3.months()), answered: received.saturating_add(6.months()) })
    }

    /// Whether the access body has not assessed it in time.
    pub fn is_late(&self, today: Date) -> bool {
        self.state == State::Sent && self.deadlines().is_some_and(|until| until.assessed < today)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use uuid::Uuid;

    use super::{content::tests::content, *};

    pub(super) fn request() -> Request {
        Request {
            id: RequestId::from_uuid(Uuid::from_u128(7)),
            applicant: PersonId::from_uuid(Uuid::from_u128(1)),
            organisation: OrganisationId::from_uuid(Uuid::from_u128(101)),
            access_body: OrganisationId::from_uuid(Uuid::from_u128(202)),
            state: State::Draft,
            content: content(),
            created_at: Timestamp::UNIX_EPOCH,
            sent_at: None,
            decision: None,
            unmade: None,
            statistic: None,
        }
    }

    #[test]
    fn the_law_gives_three_months_and_three_more_from_the_day_in_norway() {
        let sent_at = Some("2026-11-29T23:30:00Z".parse().unwrap());
        let sent = Request { state: State::Sent, sent_at, ..request() };
        let until = sent.deadlines().unwrap();
        assert_eq!((until.assessed, until.answered), (date(2027, 2, 28), date(2027, 5, 30)));
        assert!(!sent.is_late(date(2027, 2, 28)) && sent.is_late(date(2027, 3, 1)));
        assert!(!Request { state: State::Refused, ..sent }.is_late(date(2030, 1, 1)), "it was assessed");
        assert_eq!(request().deadlines(), None);
    }

    #[test]
    fn names_come_back() {
        assert!(State::ALL.into_iter().all(|state| State::from_name(state.name()) == Some(state)));
        assert!(Unmade::ALL.into_iter().all(|reason| Unmade::from_name(reason.name()) == Some(reason)));
    }
}
