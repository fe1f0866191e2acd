//! What search is given: a group for each source, with a document for the source, each dataset and each
//! variable.

use std::collections::HashMap;

use jiff::civil::Date;
use varde_core::LocalisedText;
use varde_search::{Document, Field, Group};

use super::{CURRENT, FacetName, Found, HitKind, RETIRED, STATUS, properties::Wording};
use crate::model::{
    Code, CodeLinkKind, DataSource, Dataset, Identification, PropertyLevel, Registry, SubSource, Variable,
    VariableGroup, VariableVersion,
};

/// What sources and datasets count against variables, when both have the words in their names.
const SOURCE: f32 = 1.3;
const DATASET: f32 = 1.15;
/// What is no longer collected is rarely meant.
const NO_LONGER: f32 = 0.5;

/// The names of facets' values that are not of a closed list.
pub(super) type Names = HashMap<(FacetName, String), LocalisedText>;

/// The documents of a source, gathered dataset by dataset, so that a large source never lies here whole.
pub(super) struct Documents {
    today: Date,
    /// The source; its datasets without variables.
    source: DataSource,
    properties: Wording,
    group: Group,
    names: Names,
}

impl Documents {
    /// Begins with the source itself. Its datasets are those of the edition; their variables come after.
    pub(super) fn of(key: String, source: DataSource, registry: &Registry, today: Date) -> Self {
        let properties = Wording::of(registry);
        let mut new = Self { today, source, properties, group: Group::new(key), names: HashMap::new() };
        new.add_source();
        new
    }

    /// All that was gathered.
    pub(super) fn finish(self) -> (Group, Names) {
        (self.group, self.names)
    }

    fn add_source(&mut self) {
        let source = &self.source;
        self.names.insert((FacetName::Source, source.path.to_string()), source.name.clone());
        let found = found(HitKind::Source, source.path.clone(), &source.name, &source.description, Vec::new());
        let mut document = self.document(None, &found);
        document.weight = SOURCE;
        document.plain(Field::Key, source.path.as_str());
        for plain in [&source.details.code, &source.details.short_name].into_iter().flatten() {
            document.plain(Field::Key, plain);
        }
        for part in &source.sub_sources {
            document.localised(Field::Property, &part.name);
            self.properties.add(PropertyLevel::Source, &part.details.properties, &mut document);
        }
        self.properties.add(PropertyLevel::Source, &source.details.properties, &mut document);
        self.group.add(&document);
    }

    /// Adds a dataset of the source, by its place, with these variables.
    pub(super) fn add_dataset(&mut self, number: usize, variables: &[Variable]) {
        let dataset = &self.source.datasets[number];
        let place = self.place(dataset, None);
        let above = place[..place.len() - 1].to_vec();
        let found = found(HitKind::Dataset, dataset.path.clone(), &dataset.name, &dataset.description, above);
        let mut document = self.document(Some(dataset), &found);
        document.weight = DATASET;
        document.plain(Field::Key, dataset.path.name());
        for group in &dataset.groups {
            document.localised(Field::Property, &group.name);
        }
        self.properties.add(PropertyLevel::Dataset, &dataset.details.properties, &mut document);
        self.group.add(&document);
        for variable in variables {
            self.add_variable(number, variable);
        }
    }

    fn add_variable(&mut self, dataset: usize, variable: &Variable) {
        let Some(version) = variable.newest() else { return };
        let dataset = &self.source.datasets[dataset];
        let place = self.place(dataset, variable.group.as_deref());
        let retired = variable.retired().is_some();
        let mut shown = found(HitKind::Variable, variable.path.clone(), &version.name, &version.description, place);
        shown.data_type = Some(version.data_type);
        shown.retired = retired;
        shown.deliverable = variable.identification != Identification::DirectIdentifier;
        let mut document = self.document(Some(dataset), &shown);
        if retired {
            document.weight = NO_LONGER;
        }
        document.years = years(variable, self.today);
        document.facet(FacetName::Type.name(), version.data_type.name());
        self.add_other_places(&mut document, dataset, variable);
        for older in variable.versions.iter().rev().skip(1).filter(|older| older.name != version.name) {
            document.localised(Field::Property, &older.name);
        }
        self.properties.add(PropertyLevel::Variable, &version.properties, &mut document);
        add_keys(&mut document, &mut self.names, variable, version);
        add_codes(&mut document, &mut self.group, variable, version);
        self.group.add(&document);
    }

    /// What it lies in besides its own dataset and group: what it is pinned into, further groups.
    fn add_other_places(&self, document: &mut Document, own: &Dataset, variable: &Variable) {
        let details = &variable.details;
        let pinned = details.pins.iter().filter(|pin| pin.dataset != own.path && pin.until.is_none());
        for dataset in pinned.filter_map(|pin| self.source.dataset(&pin.dataset)) {
            document.localised(Field::Place, &dataset.name);
        }
        for place in &details.groups {
            let dataset = place.dataset.as_ref().map_or(Some(own), |path| self.source.dataset(path));
            let group = dataset.and_then(|dataset| dataset.groups.iter().find(|group| group.code == place.code));
            group.into_iter().for_each(|group| document.localised(Field::Place, &group.name));
        }
    }

    /// A document with what is the same for all three.
    fn document(&self, dataset: Option<&Dataset>, found: &Found) -> Document {
        let source = &self.source;
        let payload = serde_json::to_string(found).unwrap_or_default();
        let mut document = Document::new(found.path.as_str(), payload);
        document.localised(Field::Name, &found.name);
        document.localised(Field::Description, &found.description);
        found.place.iter().for_each(|name| document.localised(Field::Place, name));
        document.facet(FacetName::Kind.name(), found.kind.name());
        document.facet(FacetName::Source.name(), source.path.as_str());
        document.facet(FacetName::SourceKind.name(), source.kind.name());
        document.facet(STATUS, if found.retired { RETIRED } else { CURRENT });
        let categories = match dataset {
            Some(dataset) => source.categories_of(dataset),
            None => source.details.categories(),
        };
        for category in source.ehds_category.iter().map(|c| c.name().to_owned()).chain(categories) {
            document.facet(FacetName::Category.name(), category);
        }
        document
    }

    /// The names on the way down: source, sub-sources, dataset, groups.
    fn place(&self, dataset: &Dataset, group: Option<&str>) -> Vec<LocalisedText> {
        let mut parts: Vec<&SubSource> = self.source.above(dataset.sub_source.as_deref()).collect();
        parts.reverse();
        let mut groups: Vec<&VariableGroup> = Vec::new();
        let mut next = group;
        while let Some(found) = next.and_then(|code| dataset.groups.iter().find(|group| group.code == code)) {
            // A tree that goes in a ring is a fault; reading one must still end.
            if groups.len() == dataset.groups.len() {
                break;
            }
            groups.push(found);
            next = found.parent.as_deref();
        }
        groups.reverse();
        let mut place = vec![self.source.name.clone()];
        place.extend(parts.into_iter().map(|part| part.name.clone()));
        place.push(dataset.name.clone());
        place.extend(groups.into_iter().map(|group| group.name.clone()));
        place
    }
}

fn add_keys(document: &mut Document, names: &mut Names, variable: &Variable, version: &VariableVersion) {
    document.plain(Field::Key, variable.path.name());
    if variable.column != variable.path.name() {
        document.plain(Field::Key, &variable.column);
    }
    document.plain(Field::Key, variable.details.code.as_deref().unwrap_or_default());
    document.plain(Field::Key, version.code_system.as_deref().unwrap_or_default());
    let links = variable.details.code_links.iter().filter(|link| link.kind != CodeLinkKind::Local);
    for link in links.clone() {
        document.plain(Field::Key, link.name.as_deref().unwrap_or(&link.reference));
    }
    let system = version.code_system.iter().map(|name| (name.clone(), name.clone()));
    let linked = links.map(|l| (l.reference.clone(), l.name.clone().unwrap_or_else(|| l.reference.clone())));
    for (reference, name) in system.chain(linked) {
        let known = names.entry((FacetName::CodeSystem, reference.clone()));
        known.or_insert_with(|| LocalisedText::bokmaal(name));
        document.facet(FacetName::CodeSystem.name(), reference);
    }
}

fn add_codes(document: &mut Document, group: &mut Group, variable: &Variable, version: &VariableVersion) {
    let local = variable.details.code_links.iter().any(|link| link.kind == CodeLinkKind::Local);
    let local = if local || !version.codes.is_empty() { "yes" } else { "no" };
    document.facet(FacetName::LocalCodes.name(), local);
    let linked = variable.details.code_links.iter().flat_map(|link| &link.codes);
    for code in version.codes.iter().chain(linked) {
        document.code(&code.value, &code.text);
        group.mean_the_same(synonyms(code));
    }
}

fn found(
    kind: HitKind,
    path: varde_core::CataloguePath,
    name: &LocalisedText,
    description: &LocalisedText,
    place: Vec<LocalisedText>,
) -> Found {
    let (name, description) = (name.clone(), description.clone());
    Found { kind, path, name, description, data_type: None, retired: false, deliverable: false, place }
}

/// The years in which a variable was or is collected.
fn years(variable: &Variable, today: Date) -> Option<(i16, i16)> {
    let first = variable.versions.first()?.valid.from.year();
    let last = variable.newest()?.valid.until.map_or(today.year(), |last| last.year());
    (first <= last).then_some((first, last))
}

/// A code's names, when it has them in Norwegian and in another language; else none.
fn synonyms(code: &Code) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for name in [&code.text.nb, &code.text.nn, &code.text.en] {
        if !name.is_empty() && !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    if code.text.nb.is_empty() { Vec::new() } else { names }
}
