//! What the pages show of the model: words, colours, rows.

use varde_core::LegalBasis;
use varde_web::{
    Visit,
    ui::{Event, Step as Stage, StepState, Tone},
};

use crate::{
    ClassId, Fate, File, Happened, Onboarding, OnboardingError, Power, Service, Standing, State, Step, Summary,
    TermsVersion,
};

/// The colour of a state.
pub(super) const fn tone(state: State) -> Tone {
    match state {
        State::Draft | State::TermsAccepted | State::Withdrawn | State::Ended => Tone::Neutral,
        State::Submitted | State::KeyRegistered | State::Tested => Tone::Info,
        State::Granted | State::Live => Tone::Success,
        State::Refused => Tone::Danger,
    }
}

/// The path of an order, to where it has come. An order that is over has no path.
pub(super) fn path(visit: &Visit, state: State) -> Vec<Stage> {
    const PATH: [State; 7] = [
        State::Draft,
        State::TermsAccepted,
        State::Submitted,
        State::Granted,
        State::KeyRegistered,
        State::Tested,
        State::Live,
    ];
    let Some(reached) = PATH.iter().position(|on_path| *on_path == state) else { return Vec::new() };
    let stage = |(place, on_path): (usize, &State)| Stage {
        label: visit.t_of("onboarding-path", on_path.name()),
        href: None,
        state: match place.cmp(&reached) {
            std::cmp::Ordering::Less => StepState::Done,
            // In use is where the path ends: nothing is under way there.
            std::cmp::Ordering::Equal if state == State::Live => StepState::Done,
            std::cmp::Ordering::Equal => StepState::Current,
            std::cmp::Ordering::Greater => StepState::Ahead,
        },
    };
    PATH.iter().enumerate().map(stage).collect()
}

/// The three steps of ordering, and which one it is (0–2).
pub(super) fn ordering(visit: &Visit, at: usize) -> Vec<Stage> {
    let stage = |(place, step): (usize, &str)| Stage {
        label: visit.t_of("onboarding-ordering", step),
        href: None,
        state: match place.cmp(&at) {
            std::cmp::Ordering::Less => StepState::Done,
            std::cmp::Ordering::Equal => StepState::Current,
            std::cmp::Ordering::Greater => StepState::Ahead,
        },
    };
    ["fill-in", "terms", "send"].into_iter().enumerate().map(stage).collect()
}

/// The class's name; its id where the service no longer has it.
pub(super) fn class(visit: &Visit, service: &Service, id: &ClassId) -> String {
    service.class(id).map_or_else(|| id.to_string(), |class| visit.local(&class.title).to_owned())
}

/// A legal basis as a form posts it.
pub(super) fn basis_code(basis: &LegalBasis) -> String {
    format!("{}|{}", basis.law, basis.section)
}

/// By what somebody acts, in words, with the supplier's name.
pub(super) async fn power(service: &Onboarding, visit: &Visit, power: &Power) -> Result<String, OnboardingError> {
    Ok(match power {
        Power::RegistryRole { code } => {
            let known = ["DAGL", "LEDE", "INNH"].contains(&code.as_str());
            if known { visit.t_of("onboarding-role", &code.to_lowercase()) } else { visit.t("onboarding-role-other") }
        }
        Power::Administrator => visit.t("onboarding-power-administrator"),
        Power::Delegation { supplier, .. } => {
            let name = service.organisation_name(*supplier).await?;
            visit.t_with("onboarding-power-delegation", &[("supplier", name.into())])
        }
    })
}

/// An order in a table.
pub(super) struct Row {
    pub(super) href: String,
    pub(super) service: String,
    pub(super) organisation: String,
    pub(super) reference: String,
    pub(super) state: String,
    pub(super) tone: Tone,
    pub(super) when: String,
}

/// Orders in a table; `base` is where their pages are.
pub(super) fn rows(visit: &Visit, base: &str, list: &[Summary]) -> Vec<Row> {
    let row = |one: &Summary| Row {
        href: format!("{base}/{}", one.order.id),
        service: visit.local(&one.service.service.title).to_owned(),
        organisation: organisation(&one.organisation.name, one.order.organisation.as_str()),
        reference: one.order.reference.clone(),
        state: visit.t_of("onboarding-state", one.order.state.name()),
        tone: tone(one.order.state),
        when: visit.time(one.order.sent.as_ref().map_or(one.order.begun_at, |sent| sent.at)),
    };
    list.iter().map(row).collect()
}

/// An organisation's name and number.
pub(super) fn organisation(name: &str, number: &str) -> String {
    if name.is_empty() { number.to_owned() } else { format!("{name} ({number})") }
}

/// Something that an organisation must do about terms, in words.
pub(super) struct Asked {
    pub(super) tone: Tone,
    pub(super) title: String,
    pub(super) text: String,
}

/// What is to be done about the terms of an order that is open; nothing when all is well.
pub(super) fn asked(visit: &Visit, state: State, standing: Standing) -> Option<Asked> {
    match standing {
        Standing::AskedAgain { lapses, .. } if state.is_open() => Some(Asked {
            tone: Tone::Warning,
            title: visit.t("onboarding-terms-again"),
            text: visit.t_with("onboarding-terms-again-text", &[("date", visit.time(lapses).into())]),
        }),
        Standing::Missing { .. } if state.is_open() => Some(Asked {
            tone: Tone::Danger,
            title: visit.t("onboarding-terms-lapsed"),
            text: visit.t("onboarding-terms-lapsed-text"),
        }),
        _ => None,
    }
}

/// What happened, the newest first.
pub(super) async fn events(service: &Onboarding, visit: &Visit, file: &File) -> Result<Vec<Event>, OnboardingError> {
    let mut events = Vec::with_capacity(file.happened.len());
    for one in file.happened.iter().rev() {
        events.push(Event {
            when: visit.time(one.at),
            datetime: one.at.to_string(),
            title: visit.t_of("onboarding-event", one.step.name()),
            text: by(service, visit, file, one).await?,
            link: None,
            tone: match one.step {
                Step::Refuse => Tone::Danger,
                Step::Grant | Step::GoLive => Tone::Success,
                _ => Tone::Info,
            },
        });
    }
    Ok(events)
}

/// Who did it, by what, and what was said.
async fn by(service: &Onboarding, visit: &Visit, file: &File, one: &Happened) -> Result<String, OnboardingError> {
    let mut parts = Vec::new();
    if let Some(name) = one.by.and_then(|person| file.names.get(&person)).filter(|name| !name.is_empty()) {
        parts.push(name.clone());
    }
    if let Some(it) = &one.power {
        parts.push(power(service, visit, it).await?);
    }
    match one.step {
        Step::AcceptTerms => {
            parts.push(visit.t_with("onboarding-said-terms", &[("version", one.said.as_str().into())]));
        }
        Step::Grant => {
            if let Ok(id) = one.said.parse() {
                parts.push(class(visit, &file.service.service, &id));
            }
        }
        Step::Refuse => parts.push(one.said.clone()),
        _ => {}
    }
    Ok(parts.join(" · "))
}

/// The mails about an order, in words.
pub(super) fn mails(visit: &Visit, file: &File) -> Vec<(String, String, Tone)> {
    let shown = |(kind, fate): &(crate::MailKind, Fate)| {
        let (code, tone) = match fate {
            Fate::Waits => ("waits", Tone::Info),
            Fate::Sent => ("sent", Tone::Success),
            Fate::Failed => ("failed", Tone::Danger),
        };
        (visit.t_of("onboarding-mail-kind", kind.name()), visit.t_of("onboarding-mail-fate", code), tone)
    };
    file.mails.iter().filter(|(kind, _)| *kind != crate::MailKind::Waiting).map(shown).collect()
}

/// A text in paragraphs: an empty line ends one.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    let all = text.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    all.filter(|part| !part.is_empty()).collect()
}

/// A version of terms in words.
pub(super) struct Terms {
    pub(super) version: u32,
    pub(super) applies: String,
    pub(super) language: varde_core::Language,
    pub(super) paragraphs: Vec<String>,
}

pub(super) fn terms(visit: &Visit, it: &TermsVersion) -> Terms {
    Terms {
        version: it.version,
        applies: visit.time(it.applies_from),
        language: it.text.language_used(visit.language),
        paragraphs: paragraphs(visit.local(&it.text)),
    }
}
