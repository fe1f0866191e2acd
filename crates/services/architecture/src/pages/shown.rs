//! What pages show alike.

use jiff::Timestamp;
use varde_web::{
    Visit,
    ui::{Event, Tone},
};

use super::HOME;
use crate::{Answer, DeviationRow, Standing, State, ThingId, Verdict};

/// The address of what is assessed.
pub(super) fn thing_path(id: &ThingId) -> String {
    format!("{HOME}/vurdert/{id}")
}

/// The tone of a verdict.
pub(super) const fn tone(verdict: Verdict) -> Tone {
    match verdict {
        Verdict::NotAssessed | Verdict::NotRelevant => Tone::Neutral,
        Verdict::Met => Tone::Success,
        Verdict::Begun => Tone::Info,
        Verdict::Partly | Verdict::Deviates => Tone::Warning,
        Verdict::NotMet | Verdict::Overdue => Tone::Danger,
    }
}

/// The tone of an answer.
pub(super) const fn answer_tone(answer: Answer) -> Tone {
    match answer {
        Answer::Met => Tone::Success,
        Answer::Partly => Tone::Warning,
        Answer::NotMet => Tone::Danger,
        Answer::NotRelevant => Tone::Neutral,
    }
}

/// How a deviation stands, in words with its tone.
pub(super) fn standing(visit: &Visit, state: State, standing: Standing) -> (String, Tone) {
    let days = |key: &str, days: u32| visit.t_with(key, &[("days", days.into())]);
    match standing {
        Standing::Waits => (visit.t("architecture-standing-waits"), Tone::Info),
        Standing::Holds(left) => (days("architecture-standing-holds", left), Tone::Warning),
        Standing::Overdue(since) => (days("architecture-standing-overdue", since), Tone::Danger),
        Standing::Over => (visit.t_of("architecture-state", state.name()), Tone::Neutral),
    }
}

/// A deviation in a list.
pub(super) struct Row {
    pub(super) href: String,
    pub(super) thing: String,
    pub(super) requirement: String,
    pub(super) owner: String,
    pub(super) expires: String,
    pub(super) standing: (String, Tone),
}

impl Row {
    pub(super) fn of(visit: &Visit, row: &DeviationRow) -> Self {
        let content = &row.deviation.content;
        Self {
            href: format!("{HOME}/avvik/{}", row.deviation.id),
            thing: visit.local(&row.thing.name).to_owned(),
            requirement: content.requirement.to_string(),
            owner: content.owner.function.clone(),
            expires: visit.date(content.expires),
            standing: standing(visit, content.state, row.standing),
        }
    }
}

/// Something that happened, on a timeline.
pub(super) fn event(visit: &Visit, at: Timestamp, title: String, text: String, tone: Tone) -> Event {
    Event { when: visit.time(at), datetime: at.to_string(), title, text, link: None, tone }
}
