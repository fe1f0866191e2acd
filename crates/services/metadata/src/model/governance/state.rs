//! The states of a proposal, and who may publish it.

use serde::{Deserialize, Serialize};

/// Makes the stable names of an enum.
macro_rules! names {
    ($name:ident { $($variant:ident => $text:literal),+ $(,)? }) => {
        impl $name {
            /// The stable name: in the database, on the wire, in the locale files.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The one of that name.
            pub fn from_name(name: &str) -> Option<Self> {
                [$(Self::$variant),+].into_iter().find(|v| v.name() == name)
            }
        }
    };
}

/// Where a proposal is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProposalState {
    /// It is being written; nobody is asked yet.
    Draft,
    /// It waits for a reviewer.
    Proposed,
    /// A reviewer looks at it.
    InReview,
    /// It became the current edition; a later one may have superseded it since.
    Published,
    /// A reviewer closed it with a reason; the current edition stayed.
    Rejected,
    /// Its proposer took it back with a reason.
    Withdrawn,
}

names!(ProposalState {
    Draft => "draft",
    Proposed => "proposed",
    InReview => "in_review",
    Published => "published",
    Rejected => "rejected",
    Withdrawn => "withdrawn",
});

impl ProposalState {
    /// Whether anything can still be done with it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Proposed | Self::InReview)
    }

    /// Whether it may become the other state. Publishing a draft is proposing and approving it at once,
    /// as an import by command does.
    pub const fn may_become(self, next: Self) -> bool {
        match next {
            Self::Draft => false,
            Self::Proposed => matches!(self, Self::Draft),
            Self::InReview => matches!(self, Self::Proposed),
            Self::Rejected => matches!(self, Self::Proposed | Self::InReview),
            Self::Published | Self::Withdrawn => self.is_open(),
        }
    }
}

/// How many must agree before a source's description changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// What a person proposed another person approves; the operator and the holder's own systems publish
    /// what they bring. So it is where nobody has settled otherwise.
    #[default]
    PeopleInTwo,
    /// Everything is approved by somebody else than who proposed it.
    AlwaysTwo,
    /// Who proposed may also publish, with a reason.
    OneEnough,
}

names!(Approval { PeopleInTwo => "people_in_two", AlwaysTwo => "always_two", OneEnough => "one_enough" });

impl Approval {
    /// All of them, in the order they are shown.
    pub const ALL: [Self; 3] = [Self::PeopleInTwo, Self::AlwaysTwo, Self::OneEnough];

    /// Whether `approver` may publish what `proposer` proposed. Both are `person:…`, `client:…` or
    /// `system:…`.
    pub fn allows(self, proposer: &str, approver: &str) -> bool {
        let another = proposer != approver;
        match self {
            Self::AlwaysTwo => another,
            Self::PeopleInTwo => another || !proposer.starts_with("person:"),
            Self::OneEnough => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_closed_stays_closed_and_nothing_becomes_a_draft_again() {
        use ProposalState::{Draft, InReview, Proposed, Published, Rejected, Withdrawn};
        let all = [Draft, Proposed, InReview, Published, Rejected, Withdrawn];
        for closed in [Published, Rejected, Withdrawn] {
            assert!(all.iter().all(|next| !closed.may_become(*next)), "{closed:?}");
        }
        assert!(all.iter().all(|state| !state.may_become(Draft)));
        assert!(!Draft.may_become(Rejected), "nobody has asked for a review yet");
        assert!(InReview.may_become(Rejected) && Proposed.may_become(InReview));
        for state in all {
            assert_eq!(ProposalState::from_name(state.name()), Some(state));
        }
    }

    #[test]
    fn four_eyes_by_setting() {
        let (kari, ola, program) = ("person:1", "person:2", "client:a");
        assert!(!Approval::PeopleInTwo.allows(kari, kari));
        assert!(Approval::PeopleInTwo.allows(kari, ola));
        assert!(Approval::PeopleInTwo.allows(program, program));
        assert!(!Approval::AlwaysTwo.allows(program, program));
        assert!(Approval::OneEnough.allows(kari, kari));
    }
}
