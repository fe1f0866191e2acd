//! A dataset of a source as a dataset of its own. Other catalogues are told of sources; a data product is told
//! beside its source, since it is made of others. Any dataset can be asked for by its own address, which is
//! what a product says that it is made of.

use std::collections::BTreeMap;

use serde_json::Value;
use varde_core::CataloguePath;
use varde_metadata::{DataSource, Dataset, Details, Terms};

use super::Record;

/// What a source says of itself as a whole, which holds for none of its datasets: what it is called and about,
/// and how much there is of it.
const OF_THE_WHOLE: [&str; 13] = [
    "TittelFlerspraklig",
    "AlternativtTittelFlerspraklig",
    "BeskrivelseFlerspraklig",
    "BeskrivelseEngelsk",
    "Emneord",
    "EmneordFlerspraklig",
    "numberOfRecords",
    "numberOfUniqueIndividuals",
    "typicalAge",
    "maxTypicalAge",
    "populationCoverage",
    "PopulationCoverageFlerspraklig",
    "PublisherNoteFlerspraklig",
];

/// How data come about: those that are made of others are not collected.
const COLLECTED: [&str; 2] = ["Innsamlingsmetode", "InklusjonsOgEksklusjonskriterier"];

impl Record {
    /// One of its datasets as a record of its own: by the dataset's own words, and by the source's where those
    /// hold for all that is in it: who answers for it, law, access, themes. `None` when it has no such dataset.
    #[must_use]
    pub fn part(&self, path: &CataloguePath) -> Option<Self> {
        let dataset = self.source.datasets.iter().find(|dataset| dataset.path == *path)?;
        let whole = &self.source;
        let source = DataSource {
            path: path.clone(),
            name: dataset.name.clone(),
            description: dataset.description.clone(),
            kind: whole.kind,
            holder: whole.holder,
            legal_basis: whole.legal_basis.clone(),
            ehds_category: whole.ehds_category,
            link_kind: whole.link_kind,
            sub_sources: Vec::new(),
            details: details(&whole.details, dataset),
            datasets: vec![dataset.clone()],
        };
        Some(Self {
            source,
            edition: self.edition,
            first_published: self.first_published,
            published: self.published,
            holder: self.holder.clone(),
            bytes: self.dataset_bytes.get(path).copied(),
            dataset_bytes: BTreeMap::new(),
        })
    }

    /// Whether it is of a dataset, not of a whole source.
    pub(crate) fn is_part(&self) -> bool {
        self.source.path.parent().is_some()
    }

    /// Those of its datasets that are made of others, each as a record of its own.
    pub(crate) fn derived(&self) -> impl Iterator<Item = Self> {
        let derived = self.source.datasets.iter().filter(|dataset| !dataset.details.derived_from.is_empty());
        // A record of a dataset is that dataset: it has none below it.
        derived.filter(|_| !self.is_part()).filter_map(|dataset| self.part(&dataset.path))
    }

    /// The datasets that a record of a dataset is made of.
    pub(crate) fn derived_from(&self) -> &[CataloguePath] {
        if self.is_part() { &self.source.details.derived_from } else { &[] }
    }
}

fn details(whole: &Details, dataset: &Dataset) -> Details {
    let own = &dataset.details;
    let mut properties = whole.properties.clone();
    properties.0.retain(|key, _| !OF_THE_WHOLE.contains(&key.as_str()));
    if !own.derived_from.is_empty() {
        properties.0.retain(|key, _| !COLLECTED.contains(&key.as_str()));
        properties.0.insert(COLLECTED[0].to_owned(), made_of(&own.derived_from));
    }
    properties.0.extend(own.properties.0.clone());
    let legal_basis = own.terms.legal_basis.clone().or_else(|| whole.terms.legal_basis.clone());
    Details {
        properties,
        terms: Terms { legal_basis, ..own.terms.clone() },
        inactive: whole.inactive || own.inactive,
        ..own.clone()
    }
}

/// How it comes about that is made of others, for those who read texts.
fn made_of(datasets: &[CataloguePath]) -> Value {
    let datasets: Vec<&str> = datasets.iter().map(CataloguePath::as_str).collect();
    Value::String(format!("Laget av {}.", datasets.join(", ")))
}
