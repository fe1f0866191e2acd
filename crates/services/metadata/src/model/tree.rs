//! The catalogue's tree: source ⊃ sub-source ⊃ dataset ⊃ variable group ⊃ variable ⊃ version.
//!
//! A [`DataSource`] is one whole edition of a source, as somebody published it. Groups and
//! sub-sources are kept beside what they hold and referred to by code, since a later edition of the
//! catalogue lets a variable be in several.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varde_core::{CataloguePath, Digest, LegalBasis, LocalisedText, OrganisationId, Period};

use super::value::{Code, DataType, EhdsCategory, Identification, LinkKind, Ranges, SourceKind};

/// A source (datakilde): one register, survey or project, with everything below it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSource {
    /// One part: `npr`.
    pub path: CataloguePath,
    /// Its name.
    pub name: LocalisedText,
    /// What it holds and why it exists.
    #[serde(default)]
    pub description: LocalisedText,
    /// Its kind.
    pub kind: SourceKind,
    /// Who answers for it (dataansvarlig); `None` when the organisation is not registered here.
    #[serde(default)]
    pub holder: Option<OrganisationId>,
    /// The law it is kept under.
    #[serde(default)]
    pub legal_basis: Option<LegalBasis>,
    /// Its category under EHDS art. 51.
    #[serde(default)]
    pub ehds_category: Option<EhdsCategory>,
    /// How its rows find their person.
    pub link_kind: LinkKind,
    /// Parts of the source (delkilder).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sub_sources: Vec<SubSource>,
    /// Its datasets, in the order they are shown.
    pub datasets: Vec<Dataset>,
}

/// A part of a source (delkilde), such as one round of a survey.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubSource {
    /// Its code within the source.
    pub code: String,
    /// Its name.
    pub name: LocalisedText,
    /// What it is.
    #[serde(default)]
    pub description: LocalisedText,
    /// The sub-source it is part of, by code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
}

/// A dataset (datasamling): rows of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    /// Two parts: `npr/contact`.
    pub path: CataloguePath,
    /// Its name.
    pub name: LocalisedText,
    /// What a row is and where it comes from.
    #[serde(default)]
    pub description: LocalisedText,
    /// The sub-source it belongs to, by code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub_source: Option<String>,
    /// Groups of variables (variabelgrupper), such as the forms of a quality register.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<VariableGroup>,
    /// Its variables, in the order they are shown.
    pub variables: Vec<Variable>,
}

/// A group of variables within a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariableGroup {
    /// Its code within the dataset.
    pub code: String,
    /// Its name.
    pub name: LocalisedText,
    /// The group it is part of, by code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
}

/// A variable: one column of a dataset, whatever it has meant over the years.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Three parts: `npr/contact/main_condition`. The last one is the column's name in releases.
    pub path: CataloguePath,
    /// The column's name in the holder's files, where it differs from the path's last part.
    pub column: String,
    /// The group it is in, by code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// How much it tells about who the person is.
    pub identification: Identification,
    /// Its versions, the oldest first; at least one.
    pub versions: Vec<VariableVersion>,
}

/// What a variable is in a period. When the catalogue knew it is the edition's matter, so the
/// two times are kept apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariableVersion {
    /// When it was or is collected so.
    pub valid: Period,
    /// Its name.
    pub name: LocalisedText,
    /// What it means and how it is collected.
    #[serde(default)]
    pub description: LocalisedText,
    /// The type of its values.
    pub data_type: DataType,
    /// The unit of a number, as UCUM code or word: `mm[Hg]`, `kg`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Whether every row must have it.
    #[serde(default)]
    pub required: bool,
    /// Usual and possible values.
    #[serde(default, skip_serializing_if = "Ranges::is_open")]
    pub ranges: Ranges,
    /// Decimals of a number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimals: Option<u32>,
    /// The longest value in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u32>,
    /// The code system of a code, by name: `icd10`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_system: Option<String>,
    /// The codes of a list, in the order they are shown.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<Code>,
}

impl DataSource {
    /// The dataset at the path.
    pub fn dataset(&self, path: &CataloguePath) -> Option<&Dataset> {
        self.datasets.iter().find(|d| &d.path == path)
    }

    /// All variables of all datasets.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.datasets.iter().flat_map(|d| &d.variables)
    }

    /// The digest of the edition: SHA-256 of its JSON. The same content has the same digest,
    /// whatever the file looked like that it came in.
    pub fn digest(&self) -> Digest {
        Digest::of(serde_json::to_value(self).unwrap_or_default().to_string().as_bytes())
    }

    /// What is wrong with the tree as a whole, as sentences that name the path; empty when nothing.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.path.parts().count() != 1 {
            faults.push(format!("the source's path {} must have one part", self.path));
        }
        let mut seen = std::collections::BTreeSet::new();
        for dataset in &self.datasets {
            check_place(&dataset.path, &self.path, &mut seen, &mut faults);
            for variable in &dataset.variables {
                check_place(&variable.path, &dataset.path, &mut seen, &mut faults);
                variable.faults(dataset, &mut faults);
            }
        }
        if self.datasets.is_empty() {
            faults.push(format!("the source {} has no dataset", self.path));
        }
        faults
    }
}

fn check_place<'a>(
    path: &'a CataloguePath,
    above: &CataloguePath,
    seen: &mut std::collections::BTreeSet<&'a CataloguePath>,
    faults: &mut Vec<String>,
) {
    if path.parent().as_ref() != Some(above) {
        faults.push(format!("{path} is not directly below {above}"));
    }
    if !seen.insert(path) {
        faults.push(format!("{path} occurs twice"));
    }
}

impl Variable {
    /// The version that holds on the day; when none does, the last one that began before it, and
    /// else the first: a retired variable can still be shown and asked for.
    pub fn on(&self, day: Date) -> Option<&VariableVersion> {
        let begun = self.versions.iter().rev().find(|v| v.valid.from <= day);
        self.versions.iter().find(|v| v.valid.contains(day)).or(begun).or_else(|| self.versions.first())
    }

    /// The newest version.
    pub fn newest(&self) -> Option<&VariableVersion> {
        self.versions.last()
    }

    /// The last day of the newest version, when the variable is retired.
    pub fn retired(&self) -> Option<Date> {
        self.newest().and_then(|v| v.valid.until)
    }

    fn faults(&self, dataset: &Dataset, faults: &mut Vec<String>) {
        let path = &self.path;
        if self.versions.is_empty() {
            faults.push(format!("{path} has no version"));
        }
        if let Some(group) = &self.group
            && !dataset.groups.iter().any(|g| &g.code == group)
        {
            faults.push(format!("{path} is in the group {group:?}, which the dataset does not have"));
        }
        for pair in self.versions.windows(2) {
            if pair[0].valid.until.is_none_or(|until| until >= pair[1].valid.from) {
                faults.push(format!("{path} has versions that overlap or are out of order"));
            }
        }
        for version in &self.versions {
            if version.name.nb.is_empty() {
                faults.push(format!("{path} has a version without a name"));
            }
            if version.valid.until.is_some_and(|until| until < version.valid.from) {
                faults.push(format!("{path} has a version that ends before it begins"));
            }
        }
    }
}
