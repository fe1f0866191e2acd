//! A permit in words.

use std::collections::BTreeMap;

use varde_core::{CataloguePath, LocalisedText, OrganisationId, Period};
use varde_web::{Visit, ui::Tone};

use crate::{Granularity, Published, RuleSet, Updates};

/// How a permit stands today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Valid,
    Ahead,
    Over,
    Revoked,
}

impl Standing {
    fn of(visit: &Visit, permit: &Published) -> Self {
        let today = visit.clock().today();
        match () {
            () if permit.revoked_at.is_some() => Self::Revoked,
            () if permit.valid.contains(today) => Self::Valid,
            () if today < permit.valid.from => Self::Ahead,
            () => Self::Over,
        }
    }

    fn text(self, visit: &Visit) -> String {
        visit.t(match self {
            Self::Valid => "permit-valid",
            Self::Ahead => "permit-ahead",
            Self::Over => "permit-over",
            Self::Revoked => "permit-revoked",
        })
    }

    fn tone(self) -> Tone {
        match self {
            Self::Valid => Tone::Success,
            Self::Ahead => Tone::Info,
            Self::Over => Tone::Neutral,
            Self::Revoked => Tone::Danger,
        }
    }
}

/// A line of the register.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) holder: String,
    pub(super) purpose: String,
    pub(super) decided: String,
    pub(super) standing: String,
    pub(super) tone: Tone,
}

impl Row {
    pub(super) fn of(visit: &Visit, permit: Published, names: &BTreeMap<OrganisationId, String>) -> Self {
        let standing = Standing::of(visit, &permit);
        Self {
            id: permit.id.to_string(),
            holder: name(names, permit.holder),
            purpose: visit.t_of("permit-purpose", permit.purpose.name()),
            decided: visit.date(permit.decided_at.to_zoned(varde_core::clock::norway()).date()),
            standing: standing.text(visit),
            tone: standing.tone(),
            title: permit.title,
        }
    }

    /// Whether every word is in what the line shows, or is the permit's number.
    pub(super) fn matches(&self, words: &str) -> bool {
        let text = [&self.title, &self.holder, &self.purpose].map(|t| t.to_lowercase()).join("\n");
        words.to_lowercase().split_whitespace().all(|word| text.contains(word) || word == self.id)
    }
}

/// Everything the register says of one permit.
pub(super) struct Detail {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) standing: String,
    pub(super) tone: Tone,
    pub(super) facts: Vec<(String, String)>,
    pub(super) predecessor: Option<String>,
    pub(super) variables: Vec<VariableRow>,
    pub(super) digest: String,
}

/// A variable that may be used.
pub(super) struct VariableRow {
    pub(super) path: String,
    pub(super) name: String,
    pub(super) granularity: String,
}

impl Detail {
    pub(super) fn of(
        visit: &Visit,
        permit: Published,
        organisations: &BTreeMap<OrganisationId, String>,
        variables: &BTreeMap<CataloguePath, LocalisedText>,
    ) -> Self {
        let standing = Standing::of(visit, &permit);
        let rows = permit.variables.iter().map(|v| VariableRow {
            path: v.variable.to_string(),
            name: variables.get(&v.variable).map(|text| visit.local(text).to_owned()).unwrap_or_default(),
            granularity: granularity(visit, v.granularity),
        });
        Self {
            variables: rows.collect(),
            facts: facts(visit, &permit, organisations),
            id: permit.id.to_string(),
            standing: standing.text(visit),
            tone: standing.tone(),
            predecessor: permit.predecessor.map(|id| id.to_string()),
            digest: permit.digest.to_string(),
            title: permit.title,
        }
    }
}

fn facts(visit: &Visit, permit: &Published, names: &BTreeMap<OrganisationId, String>) -> Vec<(String, String)> {
    let bases: Vec<String> = permit.legal_bases.iter().map(ToString::to_string).collect();
    let rule_set = match permit.rule_set {
        RuleSet::Norway => "permit-rules-norway",
        RuleSet::Ehds => "permit-rules-ehds",
    };
    let mut facts = vec![
        (visit.t("permit-holder"), name(names, permit.holder)),
        (visit.t("permit-body"), name(names, permit.access_body)),
        (visit.t("permit-purpose"), visit.t_of("permit-purpose", permit.purpose.name())),
        (visit.t("permit-bases"), bases.join(", ")),
        (visit.t("permit-decided"), visit.time(permit.decided_at)),
        (visit.t("permit-lasts"), period(visit, permit.valid)),
        (visit.t("permit-data-from"), period(visit, permit.period)),
        (visit.t("permit-rules"), visit.t(rule_set)),
        (visit.t("permit-version"), permit.version.to_string()),
    ];
    if let Some(updates) = permit.updates {
        facts.push((visit.t("permit-updates"), updates_words(visit, updates, permit.valid)));
    }
    if let Some(at) = permit.revoked_at {
        facts.insert(0, (visit.t("permit-revoked"), visit.time(at)));
    }
    facts
}

/// Which updates the project may have, and until when.
fn updates_words(visit: &Visit, updates: Updates, valid: Period) -> String {
    let how = if updates.when_asked { "permit-updates-when-asked" } else { "permit-updates-by-themselves" };
    let texts = [
        ("rhythm", visit.t_of("permit-updates", updates.every.name()).into()),
        ("until", visit.date(updates.until(valid)).into()),
        ("how", visit.t(how).into()),
    ];
    visit.t_with("permit-updates-words", &texts)
}

/// The organisation's name; one that base data does not know is shown by its id.
fn name(names: &BTreeMap<OrganisationId, String>, organisation: OrganisationId) -> String {
    names.get(&organisation).cloned().unwrap_or_else(|| organisation.to_string())
}

fn period(visit: &Visit, period: Period) -> String {
    let from = visit.date(period.from);
    match period.until {
        Some(until) => format!("{from} – {}", visit.date(until)),
        None => visit.t_with("permit-from", &[("from", from.into())]),
    }
}

fn granularity(visit: &Visit, granularity: Granularity) -> String {
    match granularity {
        Granularity::AsIs => visit.t("permit-granularity-as-is"),
        Granularity::Month => visit.t("permit-granularity-month"),
        Granularity::Year => visit.t("permit-granularity-year"),
        Granularity::RelativeDays => visit.t("permit-granularity-relative-days"),
        Granularity::Shifted(days) => visit.t_with("permit-granularity-shifted", &[("days", days.into())]),
        Granularity::Band(width) => visit.t_with("permit-granularity-band", &[("width", width.into())]),
        Granularity::Rounded(to) => visit.t_with("permit-granularity-rounded", &[("to", to.into())]),
        Granularity::Prefix(length) => visit.t_with("permit-granularity-prefix", &[("length", length.into())]),
    }
}
