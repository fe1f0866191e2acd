//! What an applicant needs: the structured content of an application, which becomes the permit's
//! content when it is granted. The same object is the application's form, the basis of the count,
//! the extraction specification and the delivery check.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varde_core::{Period, id::CataloguePath};

use super::{Attribute, Design, Events, Granularity, Handover, Measure};

/// Who is to be in the extract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Cohort {
    /// Everyone who occurs in any of the needed datasets.
    Everyone,
    /// Everyone for whom all of these hold.
    All(Vec<Cohort>),
    /// Everyone for whom at least one of these holds.
    Any(Vec<Cohort>),
    /// Everyone in the needed datasets for whom this does not hold.
    Not(Box<Cohort>),
    /// Has at least one row in a dataset whose code starts with one of the prefixes, within the
    /// need's period.
    HasCode {
        /// The variable that holds the code, such as `npr/contact/main_condition`.
        variable: CataloguePath,
        /// Code prefixes such as `I50`; at least one.
        prefixes: Vec<String>,
    },
    /// Was born in the period (register field, never read from a national number).
    Born {
        /// First day of birth.
        from: Date,
        /// Last day of birth.
        until: Date,
    },
    /// Is resident in one of these municipalities (four digits) or counties (two digits).
    Resident {
        /// Codes; at least one.
        areas: Vec<String>,
    },
    /// Has so many events, so far apart, in a period of their own.
    Events(Events),
    /// Was so on their index date.
    AtIndex(Attribute),
}

impl Cohort {
    /// The variables that codes are looked for in, in the order of the rule; each as often as it is named.
    pub fn code_variables(&self) -> Vec<&CataloguePath> {
        match self {
            Self::Everyone | Self::Born { .. } | Self::Resident { .. } | Self::AtIndex(_) => Vec::new(),
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::code_variables).collect(),
            Self::Not(part) => part.code_variables(),
            Self::HasCode { variable, .. } => vec![variable],
            Self::Events(events) => vec![&events.codes.variable],
        }
    }

    /// The events that the rule asks for, in its order.
    pub fn events(&self) -> Vec<&Events> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::events).collect(),
            Self::Not(part) => part.events(),
            Self::Events(events) => vec![events],
            _ => Vec::new(),
        }
    }
}

/// One variable that is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NeededVariable {
    /// Where it is in the catalogue: `source/dataset/variable`.
    pub variable: CataloguePath,
    /// How finely it is needed.
    pub granularity: Granularity,
    /// What is to be made of its rows; the rows themselves when nothing is said.
    #[serde(default, skip_serializing_if = "Measure::is_rows")]
    pub measure: Measure,
    /// Why it is needed, in the applicant's words.
    pub reason: String,
}

/// The structured content of an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataNeed {
    /// Who is to be in it.
    pub cohort: Cohort,
    /// How the study is designed beyond that.
    #[serde(default, skip_serializing_if = "Design::is_simple")]
    pub design: Design,
    /// Which variables, at which granularity, and why.
    pub variables: Vec<NeededVariable>,
    /// Rows from which period.
    pub period: Period,
    /// How it is to be handed over.
    #[serde(default, skip_serializing_if = "Handover::is_default")]
    pub handover: Handover,
}

impl DataNeed {
    /// The rows of people whom a rule finds, handed over as nobody needs to choose.
    pub fn plain(cohort: Cohort, variables: Vec<NeededVariable>, period: Period) -> Self {
        Self { cohort, design: Design::default(), variables, period, handover: Handover::default() }
    }
}
