//! What keeps a design from being carried out, whatever the data: asked while an application is
//! written, when a permit is sealed and when it is compiled, so that nothing is granted that cannot
//! be made.

use std::collections::{BTreeMap, BTreeSet};

use varde_core::id::CataloguePath;

use super::{Attribute, Codes, Cohort, Controls, Design, Events, Granularity, Index, PermittedVariable, Values};

/// The most rows that may be asked of a person before they are in a cohort.
pub const MOST_EVENTS: u32 = 1_000;
/// The most controls for each case.
pub const MOST_CONTROLS: u32 = 10;
/// The most years that the birth of a case and its control may lie apart.
pub const MOST_BIRTH_YEARS: u32 = 20;

/// One thing that keeps a design from being carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DesignFlaw {
    /// A list without content: of codes, areas or parts.
    #[error("the cohort has a rule without content: an empty list finds nobody, which is hardly meant")]
    EmptyRule,
    /// An impossible number of events.
    #[error("{0}: ask for 1 to {MOST_EVENTS} events of each person")]
    Events(CataloguePath),
    /// Ages the wrong way round.
    #[error("the ages at the index date end before they begin: turn them round")]
    Ages,
    /// Areas that are neither municipalities nor counties.
    #[error("an area is neither a municipality of four digits nor a county of two")]
    Areas,
    /// Age, residence or life at an index date that nobody has.
    #[error("the cohort asks how people were on their index date, but the design has none: choose the index event")]
    AttributeWithoutIndex,
    /// The index date is to be delivered, but there is none or not like that.
    #[error("the index date cannot be delivered like that: choose a granularity of dates, and an index event")]
    IndexAs,
    /// Controls that nobody can be.
    #[error(
        "the controls: ask for 1 to {MOST_CONTROLS} for each case, born at most {MOST_BIRTH_YEARS} years apart, and \
         choose the index event whose date they take over"
    )]
    Controls,
    /// A window around an index date that nobody has.
    #[error("{0}: the window is counted from an index date, but the design has none: choose the index event")]
    WindowWithoutIndex(CataloguePath),
    /// A window the wrong way round.
    #[error("{0}: the window ends before it begins: turn it round")]
    Window(CataloguePath),
    /// Codes are looked for in another dataset.
    #[error("{0}: the codes of its rows are looked for in another dataset: choose a variable of the same dataset")]
    HavingElsewhere(CataloguePath),
    /// Codes without content.
    #[error("{0}: no code is named for its rows: name at least one, or leave the condition out")]
    HavingNothing(CataloguePath),
    /// The rows of a dataset are delivered once.
    #[error(
        "{0}: the rows of a dataset are delivered once, with one window and one condition: give its variables the \
         same, or ask for a figure for each person"
    )]
    RowsDiffer(CataloguePath),
    /// The same rows of a variable, or the same name for two figures.
    #[error("{0}: it is listed twice, or two figures have the same name: remove one, or give it a name of its own")]
    Twice(CataloguePath),
    /// A name that cannot be a column's.
    #[error("{0}: the figure's name can have a–z, 0–9 and _ only, and not be one that the delivery uses itself")]
    Name(CataloguePath),
}

/// Columns that the file of persons has by itself.
const OWN_COLUMNS: [&str; 4] = ["pseudonym", "role", "index_date", "person_index"];

/// Everything that keeps it from being carried out; empty when nothing does.
pub fn design_flaws(cohort: &Cohort, design: &Design, variables: &[PermittedVariable]) -> Vec<DesignFlaw> {
    let mut flaws = Vec::new();
    rule(cohort, design, &mut flaws);
    if let Some(found) = design.events() {
        events(found, &mut flaws);
    }
    if let Some(granularity) = design.index_as
        && (design.index.is_none() || granularity == Granularity::RelativeDays || !granularity.fits(Values::Dates))
    {
        flaws.push(DesignFlaw::IndexAs);
    }
    if let Some(Controls { per_case, birth_years, .. }) = design.controls
        && (design.index.is_none() || !(1..=MOST_CONTROLS).contains(&per_case) || birth_years > MOST_BIRTH_YEARS)
    {
        flaws.push(DesignFlaw::Controls);
    }
    measures(design.index.as_ref(), variables, &mut flaws);
    flaws
}

fn rule(cohort: &Cohort, design: &Design, flaws: &mut Vec<DesignFlaw>) {
    match cohort {
        Cohort::Everyone | Cohort::Born { .. } => {}
        Cohort::All(parts) | Cohort::Any(parts) if parts.is_empty() => flaws.push(DesignFlaw::EmptyRule),
        Cohort::All(parts) | Cohort::Any(parts) => parts.iter().for_each(|part| rule(part, design, flaws)),
        Cohort::Not(part) => rule(part, design, flaws),
        Cohort::Resident { areas } if areas.is_empty() => flaws.push(DesignFlaw::EmptyRule),
        Cohort::Resident { .. } => {}
        Cohort::HasCode { prefixes, .. } if prefixes.iter().all(String::is_empty) => flaws.push(DesignFlaw::EmptyRule),
        Cohort::HasCode { .. } => {}
        Cohort::Events(found) => events(found, flaws),
        Cohort::AtIndex(attribute) => {
            if design.index.is_none() {
                flaws.push(DesignFlaw::AttributeWithoutIndex);
            }
            match attribute {
                Attribute::Age { from, until } if from > until => flaws.push(DesignFlaw::Ages),
                Attribute::Resident { areas } if areas.is_empty() || !areas.iter().all(|a| is_area(a)) => {
                    flaws.push(DesignFlaw::Areas);
                }
                _ => {}
            }
        }
    }
}

/// A municipality of four digits, or a county of two.
pub fn is_area(code: &str) -> bool {
    matches!(code.len(), 2 | 4) && code.bytes().all(|byte| byte.is_ascii_digit())
}

fn events(events: &Events, flaws: &mut Vec<DesignFlaw>) {
    if is_empty(&events.codes) {
        flaws.push(DesignFlaw::EmptyRule);
    }
    if !(1..=MOST_EVENTS).contains(&events.at_least) {
        flaws.push(DesignFlaw::Events(events.codes.variable.clone()));
    }
}

fn is_empty(codes: &Codes) -> bool {
    codes.prefixes.iter().all(String::is_empty)
}

fn measures(index: Option<&Index>, variables: &[PermittedVariable], flaws: &mut Vec<DesignFlaw>) {
    let (mut rows, mut seen, mut columns) = (BTreeMap::new(), BTreeSet::new(), BTreeSet::new());
    for asked in variables {
        let (path, measure) = (&asked.variable, &asked.measure);
        if let Some(window) = measure.window {
            if index.is_none() {
                flaws.push(DesignFlaw::WindowWithoutIndex(path.clone()));
            }
            if window.from.zip(window.until).is_some_and(|(from, until)| from > until) {
                flaws.push(DesignFlaw::Window(path.clone()));
            }
        }
        match &measure.having {
            Some(codes) if is_empty(codes) => flaws.push(DesignFlaw::HavingNothing(path.clone())),
            Some(codes) if codes.variable.parent() != path.parent() => {
                flaws.push(DesignFlaw::HavingElsewhere(path.clone()));
            }
            _ => {}
        }
        let twice = match measure.aggregate {
            None => !seen.insert(path),
            Some(_) => !columns.insert(asked.column()),
        };
        if twice {
            flaws.push(DesignFlaw::Twice(path.clone()));
        }
        if measure.aggregate.is_some() {
            let name = asked.column();
            if OWN_COLUMNS.contains(&name.as_str()) || path.join(&name).is_err() {
                flaws.push(DesignFlaw::Name(path.clone()));
            }
        } else {
            if measure.name.is_some() {
                flaws.push(DesignFlaw::Name(path.clone()));
            }
            let first = *rows.entry(path.parent()).or_insert((&measure.window, &measure.having));
            if first != (&measure.window, &measure.having) {
                flaws.push(DesignFlaw::RowsDiffer(path.clone()));
            }
        }
    }
}
