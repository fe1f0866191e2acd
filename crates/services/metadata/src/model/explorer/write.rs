//! Payloads about sources, sub-sources and datasets.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use serde_json::{Map, Value, json};
use varde_core::{CataloguePath, LocalisedText};

use super::{
    keep::restore,
    names::{self, id, kept, kind_name, open_day, time},
};
use crate::model::{
    details::{Details, EffectiveTerms},
    property::{Properties, PropertyDefinition, PropertyLevel, PropertyType},
    registry::Registry,
    tree::{DataSource, Dataset, SubSource, Variable, VariableGroup},
};

/// Writes the explorer's payloads about one source.
#[derive(Debug)]
pub struct Writer<'a> {
    pub(super) source: &'a DataSource,
    pub(super) registry: &'a Registry,
    pub(super) today: Date,
    /// Whether what was kept of payloads is put back.
    pub(super) restores: bool,
    counts: Counts<'a>,
}

/// How many variables stand in each dataset and group.
#[derive(Debug, Default)]
struct Counts<'a> {
    datasets: HashMap<&'a CataloguePath, usize>,
    groups: HashMap<(&'a CataloguePath, &'a str), usize>,
    total: usize,
}

impl<'a> Counts<'a> {
    fn of(source: &'a DataSource) -> Self {
        let mut counts = Self::default();
        for dataset in &source.datasets {
            for variable in &dataset.variables {
                counts.add(dataset, variable);
            }
        }
        counts
    }

    fn add(&mut self, dataset: &'a Dataset, variable: &'a Variable) {
        self.total += 1;
        *self.datasets.entry(&dataset.path).or_default() += 1;
        for pin in variable.details.pins.iter().filter(|pin| pin.dataset != dataset.path) {
            *self.datasets.entry(&pin.dataset).or_default() += 1;
        }
        if let Some(group) = &variable.group {
            *self.groups.entry((&dataset.path, group)).or_default() += 1;
        }
        for place in &variable.details.groups {
            *self.groups.entry((place.dataset.as_ref().unwrap_or(&dataset.path), &place.code)).or_default() += 1;
        }
    }

    fn dataset(&self, dataset: &Dataset) -> usize {
        self.datasets.get(&dataset.path).copied().unwrap_or(0)
    }
}

impl<'a> Writer<'a> {
    /// Payloads of a source on a day. For counts to be right the source must hold its variables.
    pub fn new(source: &'a DataSource, registry: &'a Registry, today: Date) -> Self {
        Self { source, registry, today, restores: true, counts: Counts::of(source) }
    }

    /// The same without what was kept, to find out what must be.
    pub(super) fn bare(source: &'a DataSource, registry: &'a Registry, today: Date) -> Self {
        Self { restores: false, ..Self::new(source, registry, today) }
    }

    /// The source as an element of `GET /kilder`.
    pub fn summary(&self) -> Value {
        let (source, details) = (self.source, &self.source.details);
        let terms = &details.terms;
        let value = json!({
            "id": self.source_id(),
            "code": self.source_code(),
            "navn": source.name.nb,
            "kortNavn": details.short_name,
            "kildetype": kind_name(source.kind),
            "aktiv": !details.inactive,
            "opprettet": time(details.created),
            "sistOppdatert": time(details.updated),
            "dataansvarlig": terms.controller,
            "databehandler": terms.processor,
            "gradAvPersonidentifikasjon": terms.identification,
            "gyldigFra": open_day(terms.valid_from),
            "gyldigTil": open_day(terms.valid_until),
            "healthDcatScore": null,
            "harVariabelbeskrivelse": self.counts.total > 0,
            "datasamlingCount": self.listed().count(),
            "delkildeCount": source.sub_sources.len(),
            "totalVariables": self.counts.total,
            "additionalProperties": additional(&details.properties, &source.name, &source.description),
        });
        self.restored(value, details, "summary")
    }

    /// `GET /kilder/{id}`.
    pub fn source(&self) -> Value {
        let (source, details) = (self.source, &self.source.details);
        let terms = &details.terms;
        let (from, until) = self.data_period();
        let value = json!({
            "id": self.source_id(),
            "code": self.source_code(),
            "preferredTerm": source.name.nb,
            "kortNavn": details.short_name,
            "beskrivelse": source.description.nb,
            "kildetype": kind_name(source.kind),
            "lovverk": self.legal_basis(),
            "dataansvarlig": terms.controller,
            "databehandler": terms.processor,
            "gradAvPersonidentifikasjon": terms.identification,
            "gyldigFra": open_day(terms.valid_from),
            "gyldigTil": open_day(terms.valid_until),
            "opprettet": time(details.created),
            "sistOppdatert": time(details.updated),
            "additionalProperties": additional(&details.properties, &source.name, &source.description),
            "propertyMetadata": self.definitions(PropertyLevel::Source),
            "datasamlinger": self.listed_in(None).map(|d| self.dataset_entry(d)).collect::<Vec<_>>(),
            "delkilder": self.parts(None).map(|part| self.part_entry(part)).collect::<Vec<_>>(),
            "totalVariables": self.counts.total,
            "dataFrom": open_day(from),
            "dataTo": open_day(until),
        });
        self.restored(value, details, "source")
    }

    /// `GET /kilder/{id}/hierarchy`.
    pub fn hierarchy(&self) -> Value {
        let value = json!({
            "kildeId": self.source_id(),
            "kildeName": self.source.name.nb,
            "totalVariableCount": self.counts.total,
            "delkilder": self.parts(None).map(|part| self.part_branch(part)).collect::<Vec<_>>(),
            "directDatasamlinger": self.listed_in(None).map(|d| self.dataset_branch(d)).collect::<Vec<_>>(),
        });
        self.restored(value, &self.source.details, "hierarchy")
    }

    /// `GET /datasamling/{id}`.
    pub fn dataset(&self, dataset: &Dataset) -> Value {
        let details = &dataset.details;
        let (own, holds) = (&details.terms, self.source.terms_of(dataset));
        let criteria = details.properties.text(names::CRITERIA);
        let mut value = json!({
            "id": self.dataset_id(dataset),
            "code": code(details, &dataset.path),
            "kortNavn": details.short_name,
            "preferredTerm": dataset.name.nb,
            "beskrivelse": dataset.description.nb,
            "opprettet": time(details.created),
            "sistOppdatert": time(details.updated),
            "lovverk": own.legal_basis,
            "statistikkType": details.statistics,
            "telleEnhet": details.counting_unit,
            "frekvens": details.frequency,
            "effectiveLovverk": holds.legal_basis.value.clone().or_else(|| self.legal_basis()),
            "variableCount": self.counts.dataset(dataset),
            "inklusjonsOgEksklusjonskriterier":
                criteria.or_else(|| self.source.details.properties.text(names::CRITERIA)),
            "additionalProperties": additional(&details.properties, &dataset.name, &dataset.description),
            "propertyMetadata": self.definitions(PropertyLevel::Dataset),
            "parentDelkildeId": self.part_id(dataset.sub_source.as_deref()),
            "parentKildeId": self.source_id(),
            "parentKildeNavn": self.source.name.nb,
        });
        self.add_terms(&mut value, details, &holds);
        self.restored(value, details, "dataset")
    }

    pub(super) fn restored(&self, mut value: Value, details: &Details, payload: &str) -> Value {
        if self.restores {
            restore(&mut value, kept(details.external.as_ref(), payload));
        }
        value
    }

    pub(super) fn source_id(&self) -> String {
        id(self.source.details.external.as_ref(), self.source.path.as_str())
    }

    pub(super) fn dataset_id(&self, dataset: &Dataset) -> String {
        id(dataset.details.external.as_ref(), dataset.path.as_str())
    }

    /// The datasets that the explorer knows. What it places in none stands in one of ours that it
    /// does not know of.
    fn listed(&self) -> impl Iterator<Item = &'a Dataset> {
        let source = self.source;
        source.datasets.iter().filter(move |dataset| is_listed(source, dataset))
    }

    fn listed_in(&self, part: Option<&'a str>) -> impl Iterator<Item = &'a Dataset> {
        self.listed().filter(move |dataset| dataset.sub_source.as_deref() == part)
    }

    fn parts(&self, above: Option<&'a str>) -> impl Iterator<Item = &'a SubSource> {
        self.source.sub_sources.iter().filter(move |part| part.parent.as_deref() == above)
    }

    pub(super) fn part_id(&self, code: Option<&str>) -> Option<String> {
        let part = self.source.sub_sources.iter().find(|part| Some(part.code.as_str()) == code)?;
        Some(id(part.details.external.as_ref(), &format!("{}/{}", self.source.path, part.code)))
    }

    fn source_code(&self) -> String {
        code(&self.source.details, &self.source.path)
    }

    pub(super) fn legal_basis(&self) -> Option<String> {
        let own = self.source.details.terms.legal_basis.clone();
        own.or_else(|| self.source.legal_basis.as_ref().map(ToString::to_string))
    }

    /// From the first day that anything of the source covers until the last; open while anything is.
    fn data_period(&self) -> (Option<Date>, Option<Date>) {
        let datasets: Vec<_> = self.listed().map(|d| &d.details.terms).collect();
        let all = || datasets.iter().copied().chain([&self.source.details.terms]);
        let until = datasets.iter().map(|t| t.valid_until).try_fold(None, |last: Option<Date>, until| {
            let until = until?;
            Some(Some(last.map_or(until, |last| last.max(until))))
        });
        (all().filter_map(|t| t.valid_from).min(), until.flatten())
    }

    pub(super) fn definitions(&self, level: PropertyLevel) -> Vec<Value> {
        self.registry.properties_of(level).into_iter().map(definition).collect()
    }

    fn dataset_entry(&self, dataset: &Dataset) -> Value {
        let details = &dataset.details;
        let mut value = json!({
            "id": self.dataset_id(dataset),
            "name": dataset.name.nb,
            "kortNavn": details.short_name,
            "beskrivelse": dataset.description.nb,
            "variableCount": self.counts.dataset(dataset),
            "presentationOrder": details.order,
            "parentDelkildeId": self.part_id(dataset.sub_source.as_deref()),
            "additionalProperties": additional(&details.properties, &dataset.name, &dataset.description),
        });
        self.add_terms(&mut value, details, &self.source.terms_of(dataset));
        value
    }

    fn part_entry(&self, part: &'a SubSource) -> Value {
        let details = &part.details;
        let mut value = json!({
            "id": self.part_id(Some(&part.code)),
            "code": details.code,
            "name": part.name.nb,
            "kortNavn": details.short_name,
            "beskrivelse": part.description.nb,
            "presentationOrder": details.order,
            "parentDelkildeId": self.part_id(part.parent.as_deref()),
            "additionalProperties": additional(&details.properties, &part.name, &part.description),
            "datasamlinger": self.listed_in(Some(&part.code)).map(|d| self.dataset_entry(d)).collect::<Vec<_>>(),
            "children": self.parts(Some(&part.code)).map(|child| self.part_entry(child)).collect::<Vec<_>>(),
        });
        self.add_terms(&mut value, details, &self.source.terms_of_part(part));
        value
    }

    /// A node's own terms and the ones that hold.
    fn add_terms(&self, value: &mut Value, details: &Details, holds: &EffectiveTerms) {
        let own = &details.terms;
        for (key, term) in [
            ("dataansvarlig", json!(own.controller)),
            ("databehandler", json!(own.processor)),
            ("gradAvPersonidentifikasjon", json!(own.identification)),
            ("gyldigFra", open_day(own.valid_from)),
            ("gyldigTil", open_day(own.valid_until)),
            ("effectiveDataansvarlig", json!(holds.controller.value)),
            ("effectiveDatabehandler", json!(holds.processor.value)),
            ("effectiveGradAvPersonidentifikasjon", json!(holds.identification.value)),
            ("effectiveGyldigFra", open_day(holds.valid_from.value)),
            ("effectiveGyldigTil", open_day(holds.valid_until.value)),
            ("effectiveKildetype", json!(kind_name(self.source.kind))),
        ] {
            value[key] = term;
        }
    }

    fn dataset_branch(&self, dataset: &Dataset) -> Value {
        json!({
            "id": self.dataset_id(dataset),
            "name": dataset.name.nb,
            "variableCount": self.counts.dataset(dataset),
            "variabelgrupper": self.group_branches(&dataset.path, &dataset.groups, None),
            "presentationOrder": dataset.details.order,
            "categories": self.source.categories_of(dataset),
        })
    }

    fn part_branch(&self, part: &'a SubSource) -> Value {
        json!({
            "id": self.part_id(Some(&part.code)),
            "name": part.name.nb,
            "variableCount": self.count_below(part),
            "datasamlinger": self.listed_in(Some(&part.code)).map(|d| self.dataset_branch(d)).collect::<Vec<_>>(),
            "unassignedVariabelgrupper": self.group_branches(&self.source.path, &part.groups, None),
            "children": self.parts(Some(&part.code)).map(|child| self.part_branch(child)).collect::<Vec<_>>(),
            "presentationOrder": part.details.order,
        })
    }

    fn count_below(&self, part: &'a SubSource) -> usize {
        let own: usize = self.listed_in(Some(&part.code)).map(|d| self.counts.dataset(d)).sum();
        own + self.parts(Some(&part.code)).map(|child| self.count_below(child)).sum::<usize>()
    }

    fn group_branches(&self, at: &CataloguePath, groups: &[VariableGroup], above: Option<&str>) -> Vec<Value> {
        let branch = |group: &VariableGroup| {
            json!({
                "id": group_id(at, group),
                "name": group.name.nb,
                "variableCount": self.counts.groups.get(&(at, group.code.as_str())).copied().unwrap_or(0),
                "childVariabelgrupper": self.group_branches(at, groups, Some(&group.code)),
            })
        };
        groups.iter().filter(|group| group.parent.as_deref() == above).map(branch).collect()
    }
}

/// Whether the explorer knows of the dataset.
pub(super) fn is_listed(source: &DataSource, dataset: &Dataset) -> bool {
    source.details.external.is_none() || dataset.details.external.is_some()
}

pub(super) fn group_id(at: &CataloguePath, group: &VariableGroup) -> String {
    group.external.clone().unwrap_or_else(|| names::own_id(&format!("{at}/{}", group.code)))
}

pub(super) fn code(details: &Details, path: &CataloguePath) -> String {
    details.code.clone().unwrap_or_else(|| path.as_str().to_uppercase().replace('/', "."))
}

/// `additionalProperties`: the properties, and those that the model has as texts of its own.
pub(super) fn additional(properties: &Properties, name: &LocalisedText, description: &LocalisedText) -> Value {
    let mut members: Map<String, Value> = properties.0.clone().into_iter().collect();
    for (key, text) in [(names::NAME_EN, &name.en), (names::DESCRIPTION_EN, &description.en)] {
        if !text.is_empty() {
            members.insert(key.to_owned(), json!(text));
        }
    }
    Value::Object(members)
}

/// A definition as an element of `propertyMetadata`.
pub(super) fn definition(definition: &PropertyDefinition) -> Value {
    let mut value = bare_definition(definition);
    restore(&mut value, &definition.kept);
    value
}

pub(super) fn bare_definition(definition: &PropertyDefinition) -> Value {
    let translations = |text: &LocalisedText| {
        let pairs = [("no", &text.nb), ("nn", &text.nn), ("en", &text.en)];
        let given = pairs.into_iter().filter(|(_, text)| !text.is_empty());
        given.map(|(language, text)| (language, text.clone())).collect::<BTreeMap<_, _>>()
    };
    let options = definition.options.iter();
    let both = |o: &crate::model::property::PropertyOption| json!({ "value": o.value, "label": o.label.nb, "labelEn": o.label.en });
    json!({
        "key": definition.key,
        "displayNameTranslations": translations(&definition.label),
        "groupTranslations": translations(&definition.group),
        "sortOrder": definition.order,
        "type": serde_json::to_value::<PropertyType>(definition.kind).unwrap_or_default(),
        "optionsJson": Value::Array(options.clone().map(both).collect()).to_string(),
        "options": options.map(|o| json!({ "value": o.value, "displayName": o.label.nb })).collect::<Vec<_>>(),
    })
}
