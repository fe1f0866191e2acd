//! From a codebook to the catalogue: tables become datasets, forms variable groups.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varde_core::{CataloguePath, LegalBasis, LocalisedText, OrganisationId, Period};

use super::{Codebook, CodebookVariable};
use crate::model::{
    details::Details,
    link::VariableDetails,
    name::{catalogue_name, variable_path},
    property::Properties,
    tree::{DataSource, Dataset, Variable, VariableGroup, VariableVersion},
    value::{Code, DataType, EhdsCategory, Identification, LinkKind, SourceKind},
};

/// The first day of what has no date of introduction.
pub(crate) const ALWAYS: Date = Date::constant(1900, 1, 1);

/// What a codebook does not say about its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceDescription {
    /// One part: `ablanor`.
    pub path: CataloguePath,
    /// Its name.
    pub name: LocalisedText,
    /// What it holds and why it exists.
    #[serde(default)]
    pub description: LocalisedText,
    /// Its kind.
    pub kind: SourceKind,
    /// Who answers for it.
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
}

impl SourceDescription {
    /// The least there is to say of a source: a name in bokmål and a path.
    pub fn new(path: CataloguePath, name: &str, link_kind: LinkKind) -> Self {
        Self {
            path,
            name: LocalisedText::bokmaal(name),
            description: LocalisedText::default(),
            kind: SourceKind::Other,
            holder: None,
            legal_basis: None,
            ehds_category: None,
            link_kind,
        }
    }
}

impl Codebook {
    /// The edition of a source that the codebook and the description are together. Variables whose
    /// names cannot become a path are left out; [`super::read()`] has refused those already.
    pub fn to_source(&self, about: &SourceDescription) -> DataSource {
        let (mut datasets, mut tables) = (Vec::<Dataset>::new(), Vec::new());
        for entry in &self.variables {
            let Some(path) = variable_path(&about.path, &entry.table, &entry.column) else { continue };
            let Some(above) = path.parent() else { continue };
            let at = datasets.iter().position(|d| d.path == above).unwrap_or_else(|| {
                datasets.push(empty_dataset(above));
                tables.push(entry.table.as_str());
                datasets.len() - 1
            });
            entry.add_to(&mut datasets[at], path);
        }
        name_all(&mut datasets, &tables);
        DataSource {
            path: about.path.clone(),
            name: about.name.clone(),
            description: about.description.clone(),
            kind: about.kind,
            holder: about.holder,
            legal_basis: about.legal_basis.clone(),
            ehds_category: about.ehds_category,
            link_kind: about.link_kind,
            sub_sources: Vec::new(),
            details: Details::default(),
            datasets,
        }
    }
}

/// A dataset that has no name yet.
fn empty_dataset(path: CataloguePath) -> Dataset {
    Dataset {
        path,
        name: LocalisedText::default(),
        description: LocalisedText::default(),
        sub_source: None,
        groups: Vec::new(),
        details: Details::default(),
        variables: Vec::new(),
    }
}

/// Names the datasets of the tables. A dataset is named after its form, which is what people know;
/// after its table where it holds several forms or none. Where a form is spread over several tables,
/// the table's name in brackets tells them apart.
fn name_all(datasets: &mut [Dataset], tables: &[&str]) {
    let form = |dataset: &Dataset| match dataset.groups.as_slice() {
        [only] => Some(only.name.nb.clone()),
        _ => None,
    };
    let forms: Vec<Option<String>> = datasets.iter().map(form).collect();
    for ((dataset, form), table) in datasets.iter_mut().zip(&forms).zip(tables) {
        let shared = forms.iter().filter(|other| *other == form).count() > 1;
        dataset.name = LocalisedText::bokmaal(match form {
            None => (*table).to_owned(),
            Some(form) if shared => format!("{form} ({table})"),
            Some(form) => form.clone(),
        });
    }
}

impl CodebookVariable {
    fn add_to(&self, dataset: &mut Dataset, path: CataloguePath) {
        let group = Some(catalogue_name(&self.form)).filter(|code| !code.is_empty());
        if let Some(code) = &group
            && !dataset.groups.iter().any(|g| &g.code == code)
        {
            let name = LocalisedText::bokmaal(self.form.clone());
            dataset.groups.push(VariableGroup { code: code.clone(), name, parent: None, external: None });
        }
        dataset.variables.push(Variable {
            path,
            column: self.column.clone(),
            group,
            identification: self.identification.unwrap_or_else(|| self.guessed_identification()),
            details: VariableDetails { rules: self.rules.clone(), ..VariableDetails::default() },
            versions: vec![self.version()],
        });
    }

    fn version(&self) -> VariableVersion {
        let code = |c: &super::CodebookCode| Code {
            value: c.value.clone(),
            text: c.text.clone(),
            from: c.introduced,
            until: c.retired,
        };
        VariableVersion {
            valid: Period { from: self.introduced.unwrap_or(ALWAYS), until: self.retired },
            name: self.display_name(),
            description: self.description(),
            data_type: self.data_type(),
            unit: self.unit.clone(),
            required: self.required,
            ranges: self.ranges.clone(),
            decimals: self.decimals,
            length: self.length,
            code_system: self.code_system.clone(),
            codes: self.codes.iter().map(code).collect(),
            properties: Properties::default(),
            publication: None,
        }
    }

    /// The question in the form; fields that the form hides have none and go by their column.
    fn display_name(&self) -> LocalisedText {
        if self.label.nb.is_empty() { LocalisedText::bokmaal(self.column.clone()) } else { self.label.clone() }
    }

    fn description(&self) -> LocalisedText {
        let mut description = self.help.clone();
        if !self.comment.is_empty() {
            let gap = if description.nb.is_empty() { "" } else { " " };
            description.nb = format!("{}{gap}{}", description.nb, self.comment);
        }
        description
    }

    /// The class by what the column is called and typed, on the careful side, when the codebook
    /// does not say. The whole last word of the column counts: `ssn` yes, `ssn_type` no.
    fn guessed_identification(&self) -> Identification {
        let column = catalogue_name(&self.column);
        let is = |names: &[&str]| names.contains(&column.as_str());
        if points_at_person(&self.column) || (column == "id" && catalogue_name(&self.table).contains("patient")) {
            return Identification::DirectIdentifier;
        }
        match self.data_type() {
            DataType::Date | DataType::DateTime => Identification::QuasiIdentifier,
            _ if is(&["sex", "gender", "kjonn", "kjoenn", "municipality", "kommune", "birth_year", "age", "alder"]) => {
                Identification::QuasiIdentifier
            }
            DataType::Code => Identification::Sensitive,
            DataType::Text if self.length.is_none_or(|l| l > 100) => Identification::Sensitive,
            _ => Identification::Other,
        }
    }
}

/// Whether a column by its name holds what points at one person. The whole name counts: `ssn` yes,
/// `ssn_type` no.
pub(crate) fn points_at_person(column: &str) -> bool {
    const NAMES: [&str; 17] = [
        "ssn",
        "fnr",
        "fodselsnummer",
        "foedselsnummer",
        "national_id",
        "pid",
        "patient_id",
        "person_id",
        "first_name",
        "last_name",
        "fornavn",
        "etternavn",
        "navn",
        "name",
        "address",
        "adresse",
        "phone",
    ];
    NAMES.contains(&catalogue_name(column).as_str())
}
