//! The shapes of what programs get. Persons are not in them: who did what is on the log.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::identifier::OrganisationNumber;

use crate::{
    Answer, ClassId, Decision, File, Happened, Order, OrderId, Power, ServiceId, Standing, State, Step, Summary, Wanted,
};

/// The terms that are accepted.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TermsDocument {
    /// Their version.
    pub(crate) version: u32,
}

/// How the organisation stands to the service's terms.
#[derive(Debug, Clone, Copy, Serialize, utoipa::ToSchema)]
pub(crate) struct StandingDocument {
    /// Whether what applies now has been accepted.
    accepted: bool,
    /// The version that is to be accepted, when one is.
    to_accept: Option<u32>,
    /// When what was accepted lapses, when it does.
    #[schema(value_type = Option<String>)]
    lapses: Option<Timestamp>,
}

impl StandingDocument {
    fn of(standing: Standing) -> Self {
        let lapses = match standing {
            Standing::AskedAgain { lapses, .. } => Some(lapses),
            _ => None,
        };
        Self { accepted: standing.is_accepted(), to_accept: standing.to_accept(), lapses }
    }
}

/// An order in a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct SummaryDocument {
    #[serde(flatten)]
    order: OrderDocument,
    /// The organisation's name.
    organisation_name: String,
}

impl SummaryDocument {
    pub(crate) fn of(summary: &Summary) -> Self {
        let terms = Some(StandingDocument::of(summary.standing));
        Self {
            order: OrderDocument { terms, ..OrderDocument::of(&summary.order) },
            organisation_name: summary.organisation.name.clone(),
        }
    }
}

/// An order.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct OrderDocument {
    #[schema(value_type = uuid::Uuid)]
    id: OrderId,
    reference: String,
    #[schema(value_type = String)]
    service: ServiceId,
    #[schema(value_type = String)]
    organisation: OrganisationNumber,
    #[schema(value_type = String)]
    state: State,
    /// To be sent along with a change.
    revision: i64,
    #[schema(value_type = Object)]
    wanted: Wanted,
    #[schema(value_type = String)]
    begun_at: Timestamp,
    #[schema(value_type = Option<String>)]
    sent_at: Option<Timestamp>,
    /// By what whoever sent it acted for the organisation.
    #[schema(value_type = Option<Object>)]
    sent_by: Option<Power>,
    /// The owner's answer.
    #[schema(value_type = Option<Object>)]
    decision: Option<Answer>,
    /// The client for which a key was registered last.
    client: Option<String>,
    /// How the organisation stands to the terms; where it was looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    terms: Option<StandingDocument>,
    /// What happened, the first first; where it was looked up.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    happened: Vec<HappenedDocument>,
}

/// Something that happened.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct HappenedDocument {
    #[schema(value_type = String)]
    step: Step,
    #[schema(value_type = String)]
    at: Timestamp,
}

impl HappenedDocument {
    fn of(one: &Happened) -> Self {
        Self { step: one.step, at: one.at }
    }
}

impl OrderDocument {
    pub(crate) fn of(order: &Order) -> Self {
        Self {
            id: order.id,
            reference: order.reference.clone(),
            service: order.service.clone(),
            organisation: order.organisation,
            state: order.state,
            revision: order.revision,
            wanted: order.wanted.clone(),
            begun_at: order.begun_at,
            sent_at: order.sent.as_ref().map(|sent| sent.at),
            sent_by: order.sent.as_ref().map(|sent| sent.power.clone()),
            decision: order.decision.as_ref().map(answer),
            client: order.client.clone(),
            terms: None,
            happened: Vec::new(),
        }
    }

    pub(crate) fn whole(file: &File) -> Self {
        Self {
            terms: Some(StandingDocument::of(file.standing)),
            happened: file.happened.iter().map(HappenedDocument::of).collect(),
            ..Self::of(&file.order)
        }
    }
}

fn answer(decision: &Decision) -> Answer {
    let reason = decision.reason.clone();
    match &decision.class {
        Some(class) => Answer::Grant { class: ClassId::clone(class), reason },
        None => Answer::Refuse { reason },
    }
}
