//! The catalogue to measure: made of the field's words, the same each time.

use std::{path::Path, time::Instant};

use anyhow::Result;
use jiff::civil::date;
use varde_core::{Actor, Component, LocalisedText, Period};
use varde_metadata::{
    Code, DataSource, DataType, Dataset, Identification, LinkKind, Ranges, SourceKind, Variable, VariableDetails,
    VariableVersion,
};

use crate::{
    app::Services,
    bench::{installation::Installation, start::Running},
};

/// Variables of a dataset, at most.
const DATASET: usize = 2_500;
/// Sources.
const SOURCES: usize = 4;
/// One variable in so many has a list of codes, of ten times as many codes: as many codes as variables.
const LISTS: usize = 10;

const WHAT: [&str; 16] = [
    "Dato",
    "Type",
    "Grad",
    "Antall",
    "Status",
    "Årsak",
    "Sted",
    "Resultat",
    "Varighet",
    "Nivå",
    "Behandling",
    "Undersøkelse",
    "Operasjon",
    "Innleggelse",
    "Diagnose",
    "Dose",
];
const OF: [&str; 24] = [
    "hjerteinfarkt",
    "lungekreft",
    "brystkreft",
    "fødsel",
    "legemiddel",
    "blodtrykk",
    "infeksjonssykdom",
    "hoftebrudd",
    "hjerneslag",
    "diabetes",
    "nyresvikt",
    "svulst",
    "vaksine",
    "svangerskap",
    "lungebetennelse",
    "depresjon",
    "angst",
    "leddgikt",
    "kneprotese",
    "astma",
    "epilepsi",
    "demens",
    "leversykdom",
    "hudkreft",
];
const WHEN: [&str; 10] = [
    "ved innleggelse",
    "ved utskrivning",
    "før operasjon",
    "etter operasjon",
    "siste år",
    "ved kontroll",
    "i svangerskapet",
    "hos fastlege",
    "på sykehus",
    "ved hjemmebesøk",
];

/// The installation, and what it is made of.
pub(super) struct World {
    installation: Installation,
    services: Services,
}

impl World {
    /// Makes it below `folder`.
    pub(super) async fn make(folder: &Path) -> Result<Self> {
        let installation = Installation::make(folder).await?;
        let services = Services::build(&installation.foundation)?;
        Ok(Self { installation, services })
    }

    /// Imports and publishes a source; the seconds that both took.
    pub(super) async fn import(&self, source: &DataSource) -> Result<f64> {
        let actor = Actor::system(Component::CommandLine);
        let began = Instant::now();
        let imported = self.services.catalogue.import(&actor, source, "catalogue").await?;
        self.services.catalogue.publish(&actor, imported.edition).await?;
        Ok(began.elapsed().as_secs_f64())
    }

    pub(super) fn serve(&self) -> Result<Running> {
        Running::start(self.installation.serve()?)
    }

    pub(super) fn address(&self) -> String {
        self.installation.address()
    }

    pub(super) async fn close(self) {
        self.installation.close().await;
    }
}

/// The sources: the first has as many variables as are imported on the clock, the others share the rest.
pub(super) fn sources(variables: usize, first: usize) -> Vec<DataSource> {
    let others = (variables - first).div_ceil(SOURCES - 1);
    let mut left = variables;
    (0..SOURCES)
        .map(|number| {
            let many = if number == 0 { first } else { others.min(left) };
            left -= many;
            source(number, many)
        })
        .collect()
}

fn source(number: usize, variables: usize) -> DataSource {
    let path = format!("r{number}");
    let all: Vec<Variable> = (0..variables).map(|n| variable(&path, number, n)).collect();
    let datasets = all.chunks(DATASET).enumerate().map(|(n, variables)| dataset(&path, n, variables));
    DataSource {
        path: path.parse().unwrap_or_else(|_| unreachable!("a letter and a digit are a path")),
        name: LocalisedText::new(format!("Register {number}"), "", format!("Register {number}")),
        description: LocalisedText::bokmaal("Opplysninger om sykdom og behandling."),
        kind: SourceKind::QualityRegister,
        holder: None,
        legal_basis: None,
        ehds_category: None,
        link_kind: LinkKind::National,
        sub_sources: Vec::new(),
        details: Default::default(),
        datasets: datasets.collect(),
    }
}

fn dataset(source: &str, number: usize, variables: &[Variable]) -> Dataset {
    Dataset {
        path: path(&format!("{source}/d{number}")),
        name: LocalisedText::bokmaal(format!("Skjema {number}")),
        description: LocalisedText::default(),
        sub_source: None,
        groups: Vec::new(),
        details: Default::default(),
        variables: variables.to_vec(),
    }
}

fn path(text: &str) -> varde_core::CataloguePath {
    text.parse().unwrap_or_else(|_| unreachable!("letters and digits are a path"))
}

fn variable(source: &str, register: usize, n: usize) -> Variable {
    let mixed = n.wrapping_mul(2_654_435_761).wrapping_add(register * 97);
    let pick = |words: &[&'static str], shift: usize| words[(mixed >> shift) % words.len()];
    let (what, of, when) = (pick(&WHAT, 3), pick(&OF, 8), pick(&WHEN, 13));
    let types = [DataType::Date, DataType::Integer, DataType::Decimal, DataType::Text, DataType::Boolean];
    let list = n.is_multiple_of(LISTS);
    let code = |k: usize| Code {
        value: format!("K{}{k:02}", 10 + n / LISTS % 90),
        text: LocalisedText::new(format!("{} {k}", pick(&OF, k % 16)), "", format!("Code {k}")),
        from: None,
        until: None,
    };
    let version = VariableVersion {
        valid: Period::since(date(2000 + i16::try_from(n % 25).unwrap_or(0), 1, 1)),
        name: LocalisedText::new(format!("{what} {of} {when}"), "", format!("Item {n} of register {register}")),
        description: LocalisedText::bokmaal(format!(
            "{what} for pasienter med {of}, registrert {}. Sykdommen er bekreftet av lege {}.",
            pick(&WHEN, 17),
            pick(&WHEN, 5)
        )),
        data_type: if list { DataType::List } else { types[mixed % types.len()] },
        unit: None,
        required: false,
        ranges: Ranges::default(),
        decimals: None,
        length: None,
        code_system: None,
        codes: if list { (0..LISTS).map(code).collect() } else { Vec::new() },
        properties: Default::default(),
        publication: None,
    };
    Variable {
        path: path(&format!("{source}/d{}/v{n}", n / DATASET)),
        column: format!("V{n}"),
        group: None,
        identification: Identification::Other,
        details: VariableDetails::default(),
        versions: vec![version],
    }
}

/// The path of a source that is published while the service runs.
pub(super) const LATE: &str = "r9";

/// That source.
pub(super) fn late_source(variables: usize) -> DataSource {
    source(9, variables)
}

/// The texts as a table for the peer: the facets, name, everything else.
pub(super) fn table(sources: &[DataSource]) -> String {
    let mut table = String::new();
    for source in sources {
        for variable in source.variables() {
            for version in &variable.versions {
                let codes: Vec<String> =
                    version.codes.iter().map(|c| format!("{} {} {}", c.value, c.text.nb, c.text.en)).collect();
                table.push_str(&format!(
                    "variable\t{}\t{}\t{}\t{}\t{} {}\t{} {} {}\n",
                    source.path,
                    source.kind.name(),
                    version.data_type.name(),
                    if version.codes.is_empty() { "no" } else { "yes" },
                    version.name.nb,
                    version.name.en,
                    variable.column,
                    version.description.nb,
                    codes.join(" ")
                ));
            }
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_catalogue_has_as_many_variables_and_codes_as_it_says() {
        let sources = sources(1_000, 400);
        let variables: Vec<&Variable> = sources.iter().flat_map(DataSource::variables).collect();
        let codes: usize = variables.iter().map(|v| v.versions[0].codes.len()).sum();
        assert_eq!((sources.len(), sources[0].variables().count(), variables.len(), codes), (4, 400, 1_000, 1_000));
        assert!(sources.iter().all(|source| source.faults().is_empty()));
        assert_eq!(table(&sources).lines().count(), 1_000);
    }
}
