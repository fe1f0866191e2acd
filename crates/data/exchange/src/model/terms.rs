//! Words from controlled lists: the EU's authority tables, and lists of our own where HealthDCAT-AP has
//! none that is settled.

use varde_core::LocalisedText;
use varde_metadata::{DataType, EhdsCategory, SourceKind};
use varde_rdf::{
    NamedNode, Statements, node_of,
    vocabulary::{RDF, SKOS},
};

use super::Addresses;

/// The EU's authority tables.
const AUTHORITY: &str = "http://publications.europa.eu/resource/authority";

/// The regulation on the European Health Data Space.
pub(crate) const EHDS: &str = "http://data.europa.eu/eli/reg/2025/327/oj";

/// A value of an authority table, with the table it is in: whoever checks has not loaded the tables.
pub(crate) fn authority(out: &mut Statements, table: &str, code: &str) -> NamedNode {
    let value = node_of(&format!("{AUTHORITY}/{table}/{code}"), "");
    out.say(&value, SKOS.term("inScheme"), node_of(&format!("{AUTHORITY}/{table}"), ""));
    value
}

/// A concept of ours, with what it is called.
pub(crate) fn concept(out: &mut Statements, addresses: &Addresses, name: &str, label: &LocalisedText) -> NamedNode {
    let concept = addresses.shared(name);
    out.say(&concept, RDF.term("type"), SKOS.term("Concept"));
    out.text(&concept, SKOS.term("prefLabel"), label);
    concept
}

/// What a category of EHDS art. 51(1) is called.
pub(crate) fn category(category: EhdsCategory) -> LocalisedText {
    let [nb, nn, en] = match category {
        EhdsCategory::HealthRecords => {
            ["Opplysninger fra pasientjournaler", "Opplysningar frå pasientjournalar", "Data from health records"]
        }
        EhdsCategory::PopulationRegisters => {
            ["Helseregistre for befolkningen", "Helseregister for folket", "Population health registers"]
        }
        EhdsCategory::DiseaseRegisters => {
            ["Sykdoms- og dødsårsaksregistre", "Sjukdoms- og dødsårsaksregister", "Disease and mortality registers"]
        }
        EhdsCategory::Medicines => ["Legemidler og utstyr", "Legemiddel og utstyr", "Medicines and devices"],
        EhdsCategory::Administrative => [
            "Administrative opplysninger om helsetjenester",
            "Administrative opplysningar om helsetenester",
            "Administrative data on health services",
        ],
        EhdsCategory::Surveys => [
            "Kohorter, spørreskjemaer og undersøkelser",
            "Kohortar, spørjeskjema og undersøkingar",
            "Cohorts, questionnaires and surveys",
        ],
        EhdsCategory::Biobanks => ["Biobanker", "Biobankar", "Biobanks"],
        EhdsCategory::Determinants => {
            ["Forhold som påvirker helsen", "Forhold som påverkar helsa", "Determinants of health"]
        }
    };
    LocalisedText::new(nb, nn, en)
}

/// The kind of what is made of other datasets, beside the kinds of sources.
pub(crate) const DATA_PRODUCT: &str = "data-product";

/// What that is called.
pub(crate) fn data_product() -> LocalisedText {
    LocalisedText::new("Dataprodukt", "Dataprodukt", "Data product")
}

/// What a kind of source is called.
pub(crate) fn kind(kind: SourceKind) -> LocalisedText {
    let [nb, nn, en] = match kind {
        SourceKind::CentralRegister => ["Sentralt helseregister", "Sentralt helseregister", "Central health register"],
        SourceKind::QualityRegister => [
            "Nasjonalt medisinsk kvalitetsregister",
            "Nasjonalt medisinsk kvalitetsregister",
            "National medical quality register",
        ],
        SourceKind::OtherQualityRegister => {
            ["Annet kvalitetsregister", "Anna kvalitetsregister", "Other quality register"]
        }
        SourceKind::PopulationSurvey => [
            "Befolkningsbasert helseundersøkelse",
            "Befolkningsbasert helseundersøking",
            "Population-based health survey",
        ],
        SourceKind::Biobank => ["Biobank", "Biobank", "Biobank"],
        SourceKind::Project => ["Forskningsprosjekt", "Forskingsprosjekt", "Research project"],
        SourceKind::Other => ["Annen datakilde", "Anna datakjelde", "Other data source"],
    };
    LocalisedText::new(nb, nn, en)
}

/// What a code of the national explorer's lists is called: `ehds-cat:biobanks`, `healthdcatap:rare-diseases`.
/// A code that is not known is called by its own words.
pub(crate) fn explorer_code(code: &str) -> LocalisedText {
    let name = code.rsplit(':').next().unwrap_or(code);
    let texts = match name {
        "health-registries" => ["Helseregistre", "Helseregister", "Health registers"],
        "registries-quality-of-healthcare" => {
            ["Medisinske kvalitetsregistre", "Medisinske kvalitetsregister", "Registers on the quality of care"]
        }
        "population-health-surveys" => {
            ["Befolkningsundersøkelser", "Befolkningsundersøkingar", "Population health surveys"]
        }
        "provesamling" => ["Prøvesamlinger", "Prøvesamlingar", "Collections of samples"],
        "biodata" => ["Data fra biologisk materiale", "Data frå biologisk materiale", "Data from biological material"],
        "biobanks" => ["Biobanker", "Biobankar", "Biobanks"],
        "communicable-diseases" => ["Smittsomme sykdommer", "Smittsame sjukdommar", "Communicable diseases"],
        "non-communicable-diseases" => {
            ["Ikke-smittsomme sykdommer", "Ikkje-smittsame sjukdommar", "Non-communicable diseases"]
        }
        "rare-diseases" => ["Sjeldne sykdommer", "Sjeldne sjukdommar", "Rare diseases"],
        "mental-health" => ["Psykisk helse", "Psykisk helse", "Mental health"],
        "reproductive-health" => ["Reproduktiv helse", "Reproduktiv helse", "Reproductive health"],
        "environmental-health" => ["Miljø og helse", "Miljø og helse", "Environmental health"],
        "public-health-surveillance" => {
            ["Overvåking av folkehelsen", "Overvaking av folkehelsa", "Public health surveillance"]
        }
        "health-services" => ["Helsetjenester", "Helsetenester", "Health services"],
        "pharmaceuticals" => ["Legemidler", "Legemiddel", "Pharmaceuticals"],
        "genomics" => ["Genomikk", "Genomikk", "Genomics"],
        other => return LocalisedText::bokmaal(other.replace('-', " ")),
    };
    let [nb, nn, en] = texts;
    LocalisedText::new(nb, nn, en)
}

/// The name of a type in CSV on the Web (Metadata Vocabulary for Tabular Data, section 5.11).
pub(crate) const fn csvw(kind: DataType) -> &'static str {
    match kind {
        DataType::Text | DataType::Code | DataType::List => "string",
        DataType::Integer => "integer",
        DataType::Decimal => "decimal",
        DataType::Date => "date",
        DataType::DateTime => "datetime",
        DataType::Boolean => "boolean",
    }
}

/// The code of a frequency in the EU's list.
pub(crate) fn frequency(text: &str) -> Option<&'static str> {
    Some(match text {
        "daily" => "DAILY",
        "weekly" => "WEEKLY",
        "monthly" => "MONTHLY",
        "quarterly" => "QUARTERLY",
        "yearly" => "ANNUAL",
        "continuous" => "CONT",
        "onDemand" => "IRREG",
        "other" => "OTHER",
        _ => return None,
    })
}
