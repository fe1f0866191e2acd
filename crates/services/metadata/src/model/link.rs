//! What a variable is tied to: code systems, further groups and datasets, instruments.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use varde_core::CataloguePath;

use super::{details::External, rule::RowRule, value::Code};

/// Which kind of code system a variable's values are drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeLinkKind {
    /// A list that the source keeps itself (kildekodeverk); its codes stand in the version.
    Local,
    /// A national administrative list (administrativt kodeverk), referred to by OID.
    Administrative,
    /// A clinical classification (helsefaglig kodeverk): ICD-10, NCSP, ATC.
    Clinical,
}

/// A tie from a variable to a code system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeLink {
    /// Which kind.
    pub kind: CodeLinkKind,
    /// The reference within the kind: the source's number, an OID, a short name.
    pub reference: String,
    /// Its name, when the publisher gives one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether the publisher hands out the codes.
    #[serde(default)]
    pub has_codes: bool,
    /// Its codes where they are not the version's own: those of an administrative list, as handed over
    /// with the variable.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<Code>,
}

/// A group that a variable is in, besides the one it is shown under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupPlace {
    /// The group's code.
    pub code: String,
    /// The dataset whose group it is; `None` for the variable's own dataset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<CataloguePath>,
}

/// A dataset that a variable is pinned into, besides standing in its own, with when it was there.
/// The times are the catalogue's, not the data's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The dataset; its own dataset can be among the pins, with its period.
    pub dataset: CataloguePath,
    /// From when it was there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Timestamp>,
    /// Until when; `None` while it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// What a variable says beyond its versions. Of one that came from a codebook, its rules.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct VariableDetails {
    /// The code the publisher knows it by: `V_ALS.F1.ALSFRSR1TALE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Its place among its siblings, when the publisher gives one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<i64>,
    /// The first day that there are data for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_from: Option<Date>,
    /// The last day that there are data for; `None` while they come in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_until: Option<Date>,
    /// Groups it is in besides [`super::Variable::group`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupPlace>,
    /// Datasets it is pinned into.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pins: Vec<Pin>,
    /// Code systems its values are drawn from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub code_links: Vec<CodeLink>,
    /// Instruments it belongs to, by the registry's id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instruments: Vec<String>,
    /// Saved filters it is in, by the registry's id.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<String>,
    /// What must hold of it beside the other variables of its row.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RowRule>,
    /// Where it came from, when another catalogue handed it over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external: Option<External>,
}

impl VariableDetails {
    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
