//! What several pages say in the same way.

use varde_core::Period;
use varde_permit::{Granularity, Published, RuleSet};
use varde_privacy::{Kind, Scope};
use varde_web::{Visit, ui::Tone};

use crate::{
    Setting, Use, Who,
    model::{Meaning, Part},
};

/// A project in a list.
pub(super) struct ProjectRow {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) holder: String,
    pub(super) delivered: String,
    pub(super) part: String,
    pub(super) tone: Tone,
    pub(super) meaning: String,
}

impl ProjectRow {
    pub(super) fn of(visit: &Visit, project: &Use) -> Self {
        Self {
            href: format!("/min-side/prosjekter/{}", project.permit.id),
            title: project.permit.title.clone(),
            holder: named(visit, project.holder.as_deref()),
            delivered: project.delivered_at.map(|at| visit.time(at)).unwrap_or_default(),
            part: visit.t_of("citizen-part", project.part.name()),
            tone: tone(project.part),
            meaning: meaning(visit, project),
        }
    }
}

/// The colour of a part.
pub(super) fn tone(part: Part) -> Tone {
    if part == Part::Included { Tone::Info } else { Tone::Neutral }
}

/// What saying no means for the project, or would mean.
pub(super) fn meaning(visit: &Visit, project: &Use) -> String {
    let until = match project.permit.valid.until {
        Some(until) => visit.date(until),
        None => visit.t("citizen-no-end"),
    };
    let decided = visit.time(project.permit.decided_at);
    let chosen = project.opted_out.filter(|_| project.meaning != Meaning::NotInIt);
    let prefix = if chosen.is_some() { "citizen-meaning" } else { "citizen-would" };
    let key = format!("{prefix}-{}", project.meaning.name());
    let since = chosen.map(|at| visit.time(at)).unwrap_or_default();
    visit.t_with(&key, &[("until", until.into()), ("decided", decided.into()), ("since", since.into())])
}

/// The name of an organisation, or that it is not in the register.
pub(super) fn named(visit: &Visit, name: Option<&str>) -> String {
    name.map_or_else(|| visit.t("citizen-unknown-organisation"), str::to_owned)
}

/// What can be chosen about, as a heading.
pub(super) fn about(visit: &Visit, setting: &Setting) -> String {
    let name = visit.local(&setting.name).to_owned();
    match (&setting.scope, setting.kind) {
        (Scope::SecondaryUse, _) => visit.t("citizen-choice-all"),
        (Scope::Source(_), Kind::Consent) => visit.t_with("citizen-choice-consent", &[("name", name.into())]),
        (Scope::Source(_), _) => visit.t_with("citizen-choice-source", &[("name", name.into())]),
    }
}

/// How it stands, with the day it was chosen.
pub(super) fn state(visit: &Visit, setting: &Setting) -> (String, Tone) {
    let code = match (setting.kind, setting.withheld, setting.since) {
        (Kind::Consent, true, _) => "withdrawn",
        (Kind::Consent, false, Some(_)) => "consented",
        (_, true, _) => "reserved",
        (_, false, None) => "open",
        (_, false, Some(_)) => "reopened",
    };
    let since = setting.since.map(|at| visit.time(at)).unwrap_or_default();
    let tone = if setting.withheld { Tone::Warning } else { Tone::Neutral };
    (visit.t_with(&format!("citizen-state-{code}"), &[("since", since.into())]), tone)
}

/// The button that turns the choice round.
pub(super) fn turn(visit: &Visit, setting: &Setting) -> String {
    visit.t_of("citizen-turn", turning(setting))
}

/// What the button does; the end of several keys.
pub(super) fn turning(setting: &Setting) -> &'static str {
    match (setting.kind, setting.withheld) {
        (Kind::Consent, false) => "withdraw",
        (Kind::Consent, true) => "consent",
        (_, false) => "reserve",
        (_, true) => "unreserve",
    }
}

/// Where the choice is confirmed.
pub(super) fn confirm_href(setting: &Setting) -> String {
    let scope: String = url::form_urlencoded::byte_serialize(setting.scope.code().as_bytes()).collect();
    format!("/min-side/valg/bekreft?om={scope}")
}

/// A period in words.
pub(super) fn period(visit: &Visit, period: &Period) -> String {
    let from = visit.date(period.from);
    match period.until {
        Some(until) => visit.t_with("citizen-period", &[("from", from.into()), ("until", visit.date(until).into())]),
        None => visit.t_with("citizen-period-open", &[("from", from.into())]),
    }
}

/// The law that decides what a later no means.
pub(super) fn rules(visit: &Visit, permit: &Published) -> String {
    match permit.rule_set {
        RuleSet::Norway => visit.t("citizen-rules-norway"),
        RuleSet::Ehds => visit.t("citizen-rules-ehds"),
    }
}

/// How finely a variable was delivered.
pub(super) fn granularity(visit: &Visit, granularity: Granularity) -> String {
    match granularity {
        Granularity::AsIs => visit.t("citizen-as-is"),
        Granularity::Month => visit.t("citizen-month"),
        Granularity::Year => visit.t("citizen-year"),
        Granularity::RelativeDays => visit.t("citizen-relative-days"),
        Granularity::Shifted(days) => visit.t_with("citizen-shifted", &[("days", days.into())]),
        Granularity::Band(width) => visit.t_with("citizen-band", &[("width", width.into())]),
        Granularity::Rounded(to) => visit.t_with("citizen-rounded", &[("to", to.into())]),
        Granularity::Prefix(length) => visit.t_with("citizen-prefix", &[("length", length.into())]),
    }
}

/// Who did it.
pub(super) fn who(visit: &Visit, who: Option<&Who>) -> String {
    match who {
        None => visit.t("citizen-who-erased"),
        Some(Who::You) => visit.t("citizen-who-you"),
        Some(Who::Varde) => visit.t("citizen-who-varde"),
        Some(Who::Person) => visit.t("citizen-who-person"),
        Some(Who::Nobody) => visit.t("citizen-who-nobody"),
        Some(Who::Organisation(name) | Who::Client(name)) => name.clone(),
    }
}
