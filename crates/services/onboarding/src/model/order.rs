//! An order: taking one service into use for one organisation, and what may be done with it when.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{
    FieldProblem, LegalBasis, PersonId, define_id, identifier::OrganisationNumber, identifier::holds_national_number,
};

use crate::{ClassId, Contact, Power, Service, ServiceId};

define_id!(
    /// An order.
    OrderId
);

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Being written.
    Draft,
    /// Written, and the terms of use are accepted.
    TermsAccepted,
    /// Sent: the service's owner decides.
    Submitted,
    /// Granted, with an information class.
    Granted,
    /// A client of the organisation's, or of its supplier's, has a key.
    KeyRegistered,
    /// The client has got a token and reached the service.
    Tested,
    /// In use.
    Live,
    /// Refused, with a reason.
    Refused,
    /// Taken back before it was decided.
    Withdrawn,
    /// No longer in use.
    Ended,
}

impl State {
    /// All states, the path of a granted order first.
    pub const ALL: [Self; 10] = [
        Self::Draft,
        Self::TermsAccepted,
        Self::Submitted,
        Self::Granted,
        Self::KeyRegistered,
        Self::Tested,
        Self::Live,
        Self::Refused,
        Self::Withdrawn,
        Self::Ended,
    ];

    /// The name in the database, policies and locale keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::TermsAccepted => "terms_accepted",
            Self::Submitted => "submitted",
            Self::Granted => "granted",
            Self::KeyRegistered => "key_registered",
            Self::Tested => "tested",
            Self::Live => "live",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Ended => "ended",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether the organisation may use the service: from the decision to the end.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Granted | Self::KeyRegistered | Self::Tested | Self::Live)
    }

    /// Whether nobody has seen it but those who order.
    pub const fn is_unsent(self) -> bool {
        matches!(self, Self::Draft | Self::TermsAccepted)
    }

    /// Whether the owner's decision waits.
    pub const fn waits(self) -> bool {
        matches!(self, Self::Submitted)
    }

    /// Whether it is over: another order may be made.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Refused | Self::Withdrawn | Self::Ended)
    }
}

/// What is done with an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Begin it.
    Begin,
    /// Change what is wanted.
    Change,
    /// Accept the terms of use, the first time or a newer version.
    AcceptTerms,
    /// Send it to the service's owner.
    Submit,
    /// Take it back.
    Withdraw,
    /// Say yes.
    Grant,
    /// Say no.
    Refuse,
    /// Write a refused one anew.
    Reopen,
    /// A key was registered for a client.
    RegisterKey,
    /// The connection was tested.
    Test,
    /// Take it into use.
    GoLive,
    /// Stop using it.
    End,
}

impl Step {
    /// All steps.
    pub const ALL: [Self; 12] = [
        Self::Begin,
        Self::Change,
        Self::AcceptTerms,
        Self::Submit,
        Self::Withdraw,
        Self::Grant,
        Self::Refuse,
        Self::Reopen,
        Self::RegisterKey,
        Self::Test,
        Self::GoLive,
        Self::End,
    ];

    /// The name in the database, entries and locale keys: what has happened.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Begin => "begun",
            Self::Change => "changed",
            Self::AcceptTerms => "terms_accepted",
            Self::Submit => "submitted",
            Self::Withdraw => "withdrawn",
            Self::Grant => "granted",
            Self::Refuse => "refused",
            Self::Reopen => "reopened",
            Self::RegisterKey => "key_registered",
            Self::Test => "tested",
            Self::GoLive => "live",
            Self::End => "ended",
        }
    }

    /// The step of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }
}

/// The state does not allow the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the order is {}: that cannot be done now", .0.name())]
pub struct NotNow(pub State);

/// The state after a step. A step that finds its work done leaves the state as it is: keys and tests
/// are reported again and again.
///
/// # Errors
/// [`NotNow`].
pub fn next(state: State, step: Step) -> Result<State, NotNow> {
    use State::{Draft, Ended, Granted, KeyRegistered, Live, Refused, Submitted, Tested, Withdrawn};
    match (state, step) {
        // What is wanted has changed: whoever accepted the terms accepted them for something else.
        (Draft | State::TermsAccepted, Step::Change) => Ok(Draft),
        (Draft, Step::AcceptTerms) => Ok(State::TermsAccepted),
        (State::TermsAccepted | Submitted, Step::AcceptTerms) => Ok(state),
        (open, Step::AcceptTerms) if open.is_open() => Ok(open),
        (State::TermsAccepted, Step::Submit) => Ok(Submitted),
        (Draft | State::TermsAccepted | Submitted, Step::Withdraw) => Ok(Withdrawn),
        (Submitted, Step::Grant) => Ok(Granted),
        (Submitted, Step::Refuse) => Ok(Refused),
        (Refused, Step::Reopen) => Ok(Draft),
        (Granted, Step::RegisterKey) => Ok(KeyRegistered),
        (KeyRegistered | Tested | Live, Step::RegisterKey) => Ok(state),
        // A connection that was tested has a key, also when nobody reported that.
        (Granted | KeyRegistered, Step::Test) => Ok(Tested),
        (Tested | Live, Step::Test) => Ok(state),
        (Tested, Step::GoLive) => Ok(Live),
        (Live, Step::GoLive) => Ok(Live),
        (open, Step::End) if open.is_open() => Ok(Ended),
        _ => Err(NotNow(state)),
    }
}

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The information class.
    pub class: ClassId,
    /// The legal basis, one of the class's.
    pub basis: LegalBasis,
    /// What it is needed for, in the organisation's own words.
    pub need: String,
    /// Who is told.
    pub contact: Contact,
}

/// The longest text that somebody writes, in characters.
const LONGEST_TEXT: usize = 2_000;

impl Wanted {
    /// What is wrong with it for that service, field by field.
    pub fn faults(&self, service: &Service) -> Vec<FieldProblem> {
        let mut faults = Vec::new();
        match service.class(&self.class) {
            None => faults.push(FieldProblem::new("class", "onboarding-error-class")),
            Some(class) if !class.bases.contains(&self.basis) => {
                faults.push(FieldProblem::new("basis", "onboarding-error-basis"));
            }
            Some(_) => {}
        }
        faults.extend(text_fault("need", &self.need, "onboarding-error-need"));
        faults
    }
}

/// What is wrong with a text that somebody must write.
fn text_fault(field: &str, text: &str, missing: &str) -> Option<FieldProblem> {
    if text.trim().is_empty() {
        return Some(FieldProblem::new(field, missing));
    }
    if text.chars().count() > LONGEST_TEXT {
        return Some(FieldProblem::new(field, "onboarding-error-long"));
    }
    holds_national_number(text).then(|| FieldProblem::new(field, "onboarding-error-number"))
}

/// The owner's answer. The shape of the JSON that decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "answer", deny_unknown_fields)]
pub enum Answer {
    /// Yes, to that information class, which may be another than was asked for.
    Grant {
        /// The class.
        class: ClassId,
        /// What the owner wants to say; must be there when the class is not the one asked for.
        #[serde(default)]
        reason: String,
    },
    /// No.
    Refuse {
        /// Why, and what would help.
        reason: String,
    },
}

impl Answer {
    /// The step it is.
    pub const fn step(&self) -> Step {
        match self {
            Self::Grant { .. } => Step::Grant,
            Self::Refuse { .. } => Step::Refuse,
        }
    }

    /// What is wrong with it for an order of that service that asks for that class.
    pub fn faults(&self, service: &Service, asked: &ClassId) -> Vec<FieldProblem> {
        let mut faults = Vec::new();
        let reason = match self {
            Self::Grant { class, reason } => {
                if service.class(class).is_none() {
                    faults.push(FieldProblem::new("class", "onboarding-error-class"));
                }
                if class == asked && reason.trim().is_empty() {
                    return faults;
                }
                reason
            }
            Self::Refuse { reason } => reason,
        };
        faults.extend(text_fault("reason", reason, "onboarding-error-reason"));
        faults
    }
}

/// Who sent an order, and by what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Who.
    pub by: PersonId,
    /// By what they act for the organisation.
    pub power: Power,
    /// When, UTC.
    pub at: Timestamp,
}

/// The owner's decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Who decided.
    pub by: PersonId,
    /// When, UTC.
    pub at: Timestamp,
    /// The class that was granted; none when it was refused.
    pub class: Option<ClassId>,
    /// What the owner says.
    pub reason: String,
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// The reference people use: `26/00017`.
    pub reference: String,
    /// The service.
    pub service: ServiceId,
    /// The version of the service that was ordered; once granted, its classes say what is open.
    pub service_version: u32,
    /// The main unit that takes it into use.
    pub organisation: OrganisationNumber,
    /// Where it stands.
    pub state: State,
    /// Counts every change, so that a second browser tab cannot overwrite the first.
    pub revision: i64,
    /// What is wanted.
    pub wanted: Wanted,
    /// Everybody who has begun, changed, accepted or sent it: none of them decides.
    pub involved: Vec<PersonId>,
    /// When it was begun, UTC.
    pub begun_at: Timestamp,
    /// The newest version of the terms that was accepted for it.
    pub terms: Option<u32>,
    /// Who sent it.
    pub sent: Option<Sent>,
    /// What the owner decided.
    pub decision: Option<Decision>,
    /// The client that a key was registered for last.
    pub client: Option<String>,
}

/// Something that happened to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// What.
    pub step: Step,
    /// When, UTC.
    pub at: Timestamp,
    /// By whom; none when Varde noticed it itself.
    pub by: Option<PersonId>,
    /// By what they acted for the organisation.
    pub power: Option<Power>,
    /// What was said with it: the version of the terms, the class, the reason, the client.
    pub said: String,
}

#[cfg(test)]
#[path = "order/tests.rs"]
mod tests;
