//! What other services need to know of a variable to offer, count and deliver it.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varde_core::{CataloguePath, LegalBasis, LocalisedText, OrganisationId, Period};
use varde_permit::Granularity;

use super::{
    tree::Variable,
    value::{Code, DataType, Identification, LinkKind},
};

/// A variable as `access`, `platform` and `citizen` see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariableDescription {
    /// `source/dataset/variable`.
    pub path: CataloguePath,
    /// Its name.
    pub name: LocalisedText,
    /// What it means.
    pub description: LocalisedText,
    /// The source's name.
    pub source_name: LocalisedText,
    /// The dataset's name.
    pub dataset_name: LocalisedText,
    /// Who answers for the source.
    pub holder: Option<OrganisationId>,
    /// The law the source is kept under.
    pub legal_basis: Option<LegalBasis>,
    /// How the source's rows find their person.
    pub link_kind: LinkKind,
    /// The type of its values.
    pub data_type: DataType,
    /// How much it tells about who the person is.
    pub identification: Identification,
    /// From its first version's first day to its last version's last.
    pub valid: Period,
    /// The unit of a number.
    pub unit: Option<String>,
    /// The code system of a code.
    pub code_system: Option<String>,
    /// The codes of a list.
    pub codes: Vec<Code>,
    /// The granularities that make sense, the finest first. Empty for a direct identifier: it is
    /// never delivered.
    pub granularities: Vec<Granularity>,
}

impl VariableDescription {
    /// The description of a variable as at a day, beside what it inherits from its source.
    pub fn of(variable: &Variable, day: Date, inherited: Inherited) -> Option<Self> {
        let version = variable.on(day)?;
        let (first, last) = (variable.versions.first()?, variable.versions.last()?);
        let granularities = granularities(variable.path.name(), version.data_type, variable.identification);
        Some(Self {
            path: variable.path.clone(),
            name: version.name.clone(),
            description: version.description.clone(),
            source_name: inherited.source_name,
            dataset_name: inherited.dataset_name,
            holder: inherited.holder,
            legal_basis: inherited.legal_basis,
            link_kind: inherited.link_kind,
            data_type: version.data_type,
            identification: variable.identification,
            valid: Period { from: first.valid.from, until: last.valid.until },
            unit: version.unit.clone(),
            code_system: version.code_system.clone(),
            codes: version.codes.clone(),
            granularities,
        })
    }
}

/// What a variable inherits from its source and dataset.
#[derive(Debug, Clone)]
pub struct Inherited {
    /// The source's name.
    pub source_name: LocalisedText,
    /// The dataset's name.
    pub dataset_name: LocalisedText,
    /// Who answers for the source.
    pub holder: Option<OrganisationId>,
    /// The law the source is kept under.
    pub legal_basis: Option<LegalBasis>,
    /// How rows find their person.
    pub link_kind: LinkKind,
}

/// Names under which a code is a Norwegian municipality of four digits, the first two being its
/// county.
const MUNICIPALITY: [&str; 3] = ["municipality", "kommune", "komnr"];

/// The granularities that make sense for a variable, the finest first. Free text about a person
/// cannot be coarsened and is offered as it is; a direct identifier is not offered at all
/// (helseregisterloven § 19 c: no more identification than the purpose needs).
pub fn granularities(name: &str, data_type: DataType, identification: Identification) -> Vec<Granularity> {
    if identification == Identification::DirectIdentifier {
        return Vec::new();
    }
    let mut offered = vec![Granularity::AsIs];
    match data_type {
        DataType::Date | DataType::DateTime => {
            offered.extend([Granularity::Month, Granularity::Year, Granularity::RelativeDays]);
        }
        DataType::Integer | DataType::Decimal => offered.extend([Granularity::Band(5), Granularity::Band(10)]),
        DataType::Code | DataType::List if MUNICIPALITY.iter().any(|m| name.contains(m)) => {
            offered.push(Granularity::Prefix(2));
        }
        DataType::Code => offered.extend([Granularity::Prefix(4), Granularity::Prefix(3), Granularity::Prefix(1)]),
        DataType::List | DataType::Boolean | DataType::Text => {}
    }
    offered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_offers_what_makes_sense() {
        let offered = |name, data_type| granularities(name, data_type, Identification::Other);
        assert!(offered("born", DataType::Date).contains(&Granularity::RelativeDays));
        assert_eq!(offered("municipality", DataType::Code), [Granularity::AsIs, Granularity::Prefix(2)]);
        assert!(offered("main_condition", DataType::Code).contains(&Granularity::Prefix(3)));
        assert!(offered("weight", DataType::Decimal).contains(&Granularity::Band(10)));
        assert_eq!(offered("sex", DataType::List), [Granularity::AsIs]);
    }

    #[test]
    fn a_direct_identifier_is_never_offered() {
        for data_type in DataType::ALL {
            assert!(granularities("ssn", *data_type, Identification::DirectIdentifier).is_empty());
        }
    }
}
