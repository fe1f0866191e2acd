//! The application: its content, its states, and what may be done in which.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{ApplicationId, LegalBasis, OrganisationId, PersonId, Purpose};
use varde_permit::{Cohort, DataNeed};

/// Where an application stands (the statuses of TEHDAS2 D6.4, without pre-screening as a step of
/// its own: a handler who finds it incomplete asks).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Being written; only the applicant's organisation sees it.
    Draft,
    /// Sent; nobody has begun on it.
    Submitted,
    /// A handler works on it.
    Processing,
    /// Waits for the applicant's answers.
    AwaitingAnswer,
    /// Decided.
    Decided,
    /// Taken back by the applicant before the decision.
    Withdrawn,
}

impl State {
    /// The name in the database, policies and locale keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Processing => "processing",
            Self::AwaitingAnswer => "awaiting_answer",
            Self::Decided => "decided",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Draft, Self::Submitted, Self::Processing, Self::AwaitingAnswer, Self::Decided, Self::Withdrawn]
            .into_iter()
            .find(|s| s.name() == name)
    }

    /// Whether the content may be edited.
    pub const fn can_edit(self) -> bool {
        matches!(self, Self::Draft)
    }

    /// Whether the applicant may take it back.
    pub const fn can_withdraw(self) -> bool {
        matches!(self, Self::Draft | Self::Submitted | Self::Processing | Self::AwaitingAnswer)
    }

    /// Whether it is over, so that a new one may begin from it.
    pub const fn can_copy(self) -> bool {
        matches!(self, Self::Decided | Self::Withdrawn)
    }

    /// Whether a handler may ask and assess.
    pub const fn can_handle(self) -> bool {
        matches!(self, Self::Submitted | Self::Processing | Self::AwaitingAnswer)
    }

    /// Whether the applicant may answer questions.
    pub const fn can_answer(self) -> bool {
        matches!(self, Self::AwaitingAnswer)
    }

    /// Whether it may be decided: not while the applicant owes an answer.
    pub const fn can_decide(self) -> bool {
        matches!(self, Self::Submitted | Self::Processing)
    }
}

/// What the applicant writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// The project's title; public once submitted.
    pub title: String,
    /// What the project is and what it will be good for, in plain language; public once submitted.
    pub summary: String,
    /// Why the data is needed.
    pub purpose: Purpose,
    /// The applicant's own basis for processing (GDPR articles 6 and 9).
    pub legal_bases: Vec<LegalBasis>,
    /// The reference of the ethics committee's approval; empty when the purpose needs none.
    pub ethics_approval: String,
    /// The structured data need.
    pub need: DataNeed,
    /// The persons who are to work in the room, the applicant among them.
    pub persons: Vec<PersonId>,
    /// How many months the data is needed, at most 120 (EHDS article 68(12)).
    pub months: u32,
}

/// The longest time a permit may last: ten years (EHDS article 68(12)).
const LONGEST_MONTHS: u32 = 120;

/// A part that is missing before the application can be sent: the form field and the message key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingPart {
    /// The field in the form, or the JSON path.
    pub field: String,
    /// The key of the message.
    pub message: &'static str,
}

impl Content {
    /// What is missing before it can be sent; empty when it is complete.
    pub fn missing(&self) -> Vec<MissingPart> {
        let mut missing = Vec::new();
        let mut need = |absent: bool, field: &str, message: &'static str| {
            if absent {
                missing.push(MissingPart { field: field.to_owned(), message });
            }
        };
        need(self.title.trim().is_empty(), "title", "access-missing-title");
        need(self.summary.trim().is_empty(), "summary", "access-missing-summary");
        need(self.legal_bases.is_empty(), "legal_bases", "access-missing-legal-basis");
        need(
            self.purpose == Purpose::Research && self.ethics_approval.trim().is_empty(),
            "ethics_approval",
            "access-missing-ethics",
        );
        need(self.need.variables.is_empty(), "variables", "access-missing-variables");
        need(self.persons.is_empty(), "persons", "access-missing-persons");
        need(!(1..=LONGEST_MONTHS).contains(&self.months), "months", "access-missing-months");
        need(self.need.period.until.is_none(), "period_until", "access-missing-period");
        need(!cohort_is_complete(&self.need.cohort), "cohort_prefixes", "access-missing-cohort");
        need(
            self.need.handover.updates.is_some_and(|updates| !(1..=self.months).contains(&updates.months)),
            "updates_months",
            "access-missing-updates",
        );
        for (place, variable) in self.need.variables.iter().enumerate() {
            if variable.reason.trim().is_empty() {
                let field = format!("reason_{place}");
                missing.push(MissingPart { field, message: "access-missing-reason" });
            }
        }
        missing
    }
}

fn cohort_is_complete(cohort: &Cohort) -> bool {
    match cohort {
        Cohort::Everyone => true,
        Cohort::All(parts) | Cohort::Any(parts) => !parts.is_empty() && parts.iter().all(cohort_is_complete),
        Cohort::Not(part) => cohort_is_complete(part),
        Cohort::HasCode { prefixes, .. } => prefixes.iter().any(|p| !p.trim().is_empty()),
        Cohort::Events(events) => events.codes.prefixes.iter().any(|p| !p.trim().is_empty()),
        // What else can be wrong with it is a flaw of the design, found when the application is sent.
        Cohort::AtIndex(_) => true,
        Cohort::Born { from, until } => from <= until,
        Cohort::Resident { areas } => areas.iter().all(|a| varde_permit::is_area(a)) && !areas.is_empty(),
    }
}

/// An application as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// The reference people use: two digits of the year and a number, `26/00017`.
    pub reference: String,
    /// Who wrote it.
    pub applicant: PersonId,
    /// On behalf of which organisation.
    pub organisation: OrganisationId,
    /// To which access body.
    pub access_body: OrganisationId,
    /// Where it stands.
    pub state: State,
    /// Counts every saved change, so that a second browser tab cannot overwrite the first.
    pub revision: i64,
    /// What it says.
    pub content: Content,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was sent.
    pub submitted_at: Option<Timestamp>,
}

/// A handler's question on one field, and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its id within the application.
    pub number: i32,
    /// The field it is about, such as `need.cohort`.
    pub field: String,
    /// What is asked.
    pub text: String,
    /// Who asked.
    pub asked_by: PersonId,
    /// When.
    pub asked_at: Timestamp,
    /// What was answered.
    pub answer: Option<String>,
    /// When.
    pub answered_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use varde_core::Period;

    use super::*;

    fn content() -> Content {
        Content {
            title: "Hjertesvikt og legemidler".into(),
            summary: "Hva skjer etter utskriving?".into(),
            purpose: Purpose::Research,
            legal_bases: vec![LegalBasis::new("GDPR", "art. 6(1)(e)")],
            ethics_approval: "REK 2026/1".into(),
            need: DataNeed {
                cohort: Cohort::Everyone,
                variables: vec![],
                period: Period::new(date(2020, 1, 1), date(2024, 12, 31)).unwrap(),
                design: varde_permit::Design::default(),
                handover: varde_permit::Handover::default(),
            },
            persons: vec![PersonId::from_uuid(uuid::Uuid::from_u128(1))],
            months: 24,
        }
    }

    fn fields(content: &Content) -> Vec<String> {
        content.missing().into_iter().map(|m| m.field).collect()
    }

    #[test]
    fn names_every_missing_part() {
        let mut it = content();
        assert_eq!(fields(&it), ["variables"]);
        it.title = " ".into();
        it.months = 121;
        it.ethics_approval.clear();
        it.need.cohort = Cohort::All(vec![]);
        assert_eq!(fields(&it), ["title", "ethics_approval", "variables", "months", "cohort_prefixes"]);
    }

    #[test]
    fn only_research_needs_the_ethics_committee() {
        let mut it = content();
        it.ethics_approval.clear();
        it.purpose = Purpose::CareImprovement;
        assert_eq!(fields(&it), ["variables"]);
    }

    #[test]
    fn the_states_allow_what_the_table_says() {
        use State::{AwaitingAnswer, Decided, Draft, Processing, Submitted, Withdrawn};
        for (state, edit, withdraw, handle, decide) in [
            (Draft, true, true, false, false),
            (Submitted, false, true, true, true),
            (Processing, false, true, true, true),
            (AwaitingAnswer, false, true, true, false),
            (Decided, false, false, false, false),
            (Withdrawn, false, false, false, false),
        ] {
            let answers = (state.can_edit(), state.can_withdraw(), state.can_handle(), state.can_decide());
            assert_eq!(answers, (edit, withdraw, handle, decide), "{state:?}");
            assert_eq!(State::from_name(state.name()), Some(state));
        }
    }
}
