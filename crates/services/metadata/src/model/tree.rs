//! The catalogue's tree: source ⊃ sub-source ⊃ dataset ⊃ variable group ⊃ variable ⊃ version.
//!
//! A [`DataSource`] is one whole edition of a source, as somebody published it. Groups and
//! sub-sources are kept beside what they hold and referred to by code, since a variable can be in
//! several groups and pinned into several datasets.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};
use varde_core::{CataloguePath, Digest, LegalBasis, LocalisedText, OrganisationId, Period};

use super::{
    details::{Details, EffectiveTerms, Terms},
    link::{CodeLinkKind, VariableDetails},
    property::Properties,
    rule::RowRule,
    value::{Code, DataType, EhdsCategory, Identification, LinkKind, Ranges, SourceKind},
};

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
    /// What it says beyond this: code, terms, properties, where it came from.
    #[serde(default, skip_serializing_if = "Details::is_empty")]
    pub details: Details,
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
    /// Groups of variables that no dataset of it holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<VariableGroup>,
    /// What it says beyond this: code, terms, properties, where it came from.
    #[serde(default, skip_serializing_if = "Details::is_empty")]
    pub details: Details,
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
    /// What it says beyond this: code, terms, properties, where it came from.
    #[serde(default, skip_serializing_if = "Details::is_empty")]
    pub details: Details,
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
    /// Its id in the catalogue it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external: Option<String>,
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
    /// Code links, pins, instruments, where it came from.
    #[serde(default, skip_serializing_if = "VariableDetails::is_empty")]
    pub details: VariableDetails,
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
    /// Values of the properties that the registry defines.
    #[serde(default, skip_serializing_if = "Properties::is_empty")]
    pub properties: Properties,
    /// When another catalogue published it, and what it calls it there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publication: Option<Publication>,
}

/// The publication of a version in the catalogue it came from: a catalogue event, apart from when
/// the version held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// The version's id there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When it was published there; `None` when it does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Whether it is no longer in force there.
    #[serde(default)]
    pub historical: bool,
}

impl DataSource {
    /// The source without its datasets.
    pub fn about(&self) -> Self {
        Self {
            path: self.path.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            kind: self.kind,
            holder: self.holder,
            legal_basis: self.legal_basis.clone(),
            ehds_category: self.ehds_category,
            link_kind: self.link_kind,
            sub_sources: self.sub_sources.clone(),
            details: self.details.clone(),
            datasets: Vec::new(),
        }
    }

    /// The dataset at the path.
    pub fn dataset(&self, path: &CataloguePath) -> Option<&Dataset> {
        self.datasets.iter().find(|d| &d.path == path)
    }

    /// All variables of all datasets.
    pub fn variables(&self) -> impl Iterator<Item = &Variable> {
        self.datasets.iter().flat_map(|d| &d.variables)
    }

    /// What holds for a dataset of this source: its own terms, those of its sub-sources, the source's.
    pub fn terms_of(&self, dataset: &Dataset) -> EffectiveTerms {
        let mut chain = vec![&dataset.details.terms];
        chain.extend(self.above(dataset.sub_source.as_deref()).map(|part| &part.details.terms));
        chain.push(&self.details.terms);
        EffectiveTerms::of(&chain)
    }

    /// What holds for a sub-source of this source.
    pub fn terms_of_part(&self, part: &SubSource) -> EffectiveTerms {
        let mut chain: Vec<&Terms> = self.above(Some(&part.code)).map(|part| &part.details.terms).collect();
        chain.push(&self.details.terms);
        EffectiveTerms::of(&chain)
    }

    /// The sub-source of that code and the ones above it, nearest first.
    pub fn above(&self, code: Option<&str>) -> impl Iterator<Item = &SubSource> {
        let find = |code: &str| self.sub_sources.iter().find(|part| part.code == code);
        let first = code.and_then(find);
        // A tree that goes in a ring is a fault; reading one must still end.
        std::iter::successors(first, move |part| find(part.parent.as_deref()?)).take(self.sub_sources.len())
    }

    /// The data categories that hold for a dataset: its own, else those above it.
    pub fn categories_of(&self, dataset: &Dataset) -> Vec<String> {
        let above = self.above(dataset.sub_source.as_deref()).map(|part| part.details.categories());
        let mut chain = std::iter::once(dataset.details.categories()).chain(above);
        chain.find(|own| !own.is_empty()).unwrap_or_else(|| self.details.categories())
    }

    /// The digest of the edition: SHA-256 of its JSON. The same content has the same digest,
    /// whatever the file looked like that it came in.
    pub fn digest(&self) -> Digest {
        Digest::of(&serde_json::to_vec(self).unwrap_or_default())
    }

    /// What is wrong with the tree as a whole, as sentences that name the path; empty when nothing.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.path.parts().count() != 1 {
            faults.push(format!("the source's path {} must have one part", self.path));
        }
        let mut seen = std::collections::BTreeSet::new();
        for part in &self.sub_sources {
            if let Some(parent) = &part.parent
                && !self.sub_sources.iter().any(|other| &other.code == parent)
            {
                faults
                    .push(format!("the sub-source {} is part of {parent}, which the source does not have", part.code));
            }
            let mut above = self.above(part.parent.as_deref());
            if above.any(|other| other.code == part.code) {
                faults.push(format!("the sub-source {} is part of itself", part.code));
            }
        }
        for dataset in &self.datasets {
            if let Some(part) = &dataset.sub_source
                && !self.sub_sources.iter().any(|other| &other.code == part)
            {
                faults.push(format!("{} is in the sub-source {part}, which the source does not have", dataset.path));
            }
            check_place(&dataset.path, &self.path, &mut seen, &mut faults);
            for variable in &dataset.variables {
                check_place(&variable.path, &dataset.path, &mut seen, &mut faults);
                variable.faults(dataset, &mut faults);
            }
        }
        // A source of another catalogue may be known by name only; ours describes what it holds.
        if self.datasets.is_empty() && self.details.external.is_none() {
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

impl Dataset {
    /// The dataset without its variables.
    pub fn about(&self) -> Self {
        Self {
            path: self.path.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            sub_source: self.sub_source.clone(),
            groups: self.groups.clone(),
            details: self.details.clone(),
            variables: Vec::new(),
        }
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

    /// The code systems its values are drawn from on a day, by reference: the version's own, and the
    /// clinical and administrative ones it links to.
    pub fn code_systems(&self, day: Date) -> Vec<&str> {
        let own = self.on(day).and_then(|version| version.code_system.as_deref());
        let linked = self.details.code_links.iter().filter(|link| link.kind != CodeLinkKind::Local);
        own.into_iter().chain(linked.map(|link| link.reference.as_str())).collect()
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
        for name in self.details.rules.iter().flat_map(RowRule::others) {
            let named = |other: &Variable| other.column.eq_ignore_ascii_case(name) || other.path.name() == name;
            if !dataset.variables.iter().any(|other| other.path != *path && named(other)) {
                faults.push(format!("a rule of {path} names {name:?}, which is no other variable of the dataset"));
            }
        }
        // Other catalogues publish versions of one validity; the newest of them holds.
        let ours = self.details.external.is_none();
        for pair in self.versions.windows(2) {
            if ours && pair[0].valid.until.is_none_or(|until| until >= pair[1].valid.from) {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// An edition as it was stored before sources said more than name, law and variables.
    const BEFORE: &str = r#"{"path":"npr","name":{"nb":"NPR"},"description":{"nb":""},
        "kind":"central_register","holder":null,"legal_basis":null,"ehds_category":null,"link_kind":"national",
        "sub_sources":[{"code":"s","name":{"nb":"S"},"description":{"nb":""}}],
        "datasets":[{"path":"npr/contact","name":{"nb":"K"},"description":{"nb":""},
        "groups":[{"code":"g","name":{"nb":"G"}}],
        "variables":[{"path":"npr/contact/x","column":"X","group":"g","identification":"other","versions":[
        {"valid":{"from":"2008-01-01","until":null},"name":{"nb":"X"},
        "description":{"nb":""},"data_type":"text","required":false}]}]}]}"#;

    #[test]
    fn a_stored_edition_of_before_still_reads_and_keeps_its_digest() {
        let source: DataSource = serde_json::from_str(BEFORE).unwrap();
        let then: serde_json::Value = serde_json::from_str(BEFORE).unwrap();
        assert_eq!(serde_json::to_value(&source).unwrap(), then);
        assert_eq!(source.digest(), Digest::of(then.to_string().as_bytes()));
    }

    #[test]
    fn terms_and_categories_come_down_the_tree_and_a_ring_is_a_fault() {
        let mut source: DataSource = serde_json::from_str(BEFORE).unwrap();
        source.details.terms.controller = Some("Etaten".into());
        source.sub_sources[0].details.terms.processor = Some("Drifteren".into());
        let category = serde_json::json!("[\"ehds-cat:biobanks\"]");
        source.details.properties.0.insert("healthCategory".into(), category);
        source.datasets[0].sub_source = Some("s".into());
        let terms = source.terms_of(&source.datasets[0]);
        assert_eq!((terms.controller.value.as_deref(), terms.controller.own), (Some("Etaten"), false));
        assert_eq!(terms.processor.value.as_deref(), Some("Drifteren"));
        assert!(source.terms_of_part(&source.sub_sources[0]).processor.own);
        assert_eq!(source.categories_of(&source.datasets[0]), ["ehds-cat:biobanks"]);
        assert!(source.faults().is_empty(), "{:?}", source.faults());
        source.sub_sources[0].parent = Some("s".into());
        assert_eq!(source.faults().len(), 1, "{:?}", source.faults());
        source.datasets[0].sub_source = Some("t".into());
        assert_eq!(source.faults().len(), 2, "{:?}", source.faults());
    }
}
