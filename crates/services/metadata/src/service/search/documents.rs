//! What search is given: a document for each source, dataset and variable.

use std::collections::HashMap;

use jiff::civil::Date;
use varde_core::LocalisedText;
use varde_search::{Document, Field, Index, SearchError, Synonyms};

use super::{CURRENT, FacetName, Found, HitKind, RETIRED, STATUS};
use crate::model::{
    Code, CodeLinkKind, DataSource, Dataset, Identification, SubSource, Variable, VariableGroup, VariableVersion,
};

/// What sources and datasets count against variables, when both have the words in their names.
const SOURCE: f32 = 1.3;
const DATASET: f32 = 1.15;
/// What is no longer collected is rarely meant.
const NO_LONGER: f32 = 0.5;

/// The names of facets' values that are not of a closed list.
pub(super) type Names = HashMap<(FacetName, String), LocalisedText>;

/// The documents of all sources.
pub(super) struct Documents {
    today: Date,
    documents: Vec<Document>,
    names: Names,
    synonyms: Vec<Vec<String>>,
}

impl Documents {
    pub(super) fn new(today: Date) -> Self {
        Self { today, documents: Vec::new(), names: HashMap::new(), synonyms: Vec::new() }
    }

    /// The index of all of them, and the names of facets' values.
    pub(super) fn index(self) -> Result<(Index, Names), SearchError> {
        Ok((Index::build(&self.documents, Synonyms::of(self.synonyms))?, self.names))
    }

    /// Adds a source with everything below it.
    pub(super) fn add(&mut self, source: &DataSource) {
        self.names.insert((FacetName::Source, source.path.to_string()), source.name.clone());
        let found = found(HitKind::Source, source.path.clone(), &source.name, &source.description, Vec::new());
        let mut document = self.document(source, None, found);
        document.weight = SOURCE;
        document.plain(Field::Key, source.path.as_str());
        for plain in [&source.details.code, &source.details.short_name].into_iter().flatten() {
            document.plain(Field::Key, plain);
        }
        for part in &source.sub_sources {
            document.localised(Field::Description, &part.name);
        }
        self.documents.push(document);
        for dataset in &source.datasets {
            self.add_dataset(source, dataset);
        }
    }

    fn add_dataset(&mut self, source: &DataSource, dataset: &Dataset) {
        let place = place(source, dataset, None);
        let above = place[..place.len() - 1].to_vec();
        let found = found(HitKind::Dataset, dataset.path.clone(), &dataset.name, &dataset.description, above);
        let mut document = self.document(source, Some(dataset), found);
        document.weight = DATASET;
        document.plain(Field::Key, dataset.path.name());
        for group in &dataset.groups {
            document.localised(Field::Description, &group.name);
        }
        self.documents.push(document);
        for variable in &dataset.variables {
            self.add_variable(source, dataset, variable);
        }
    }

    fn add_variable(&mut self, source: &DataSource, dataset: &Dataset, variable: &Variable) {
        let Some(version) = variable.newest() else { return };
        let place = place(source, dataset, variable.group.as_deref());
        let retired = variable.retired().is_some();
        let mut shown = found(HitKind::Variable, variable.path.clone(), &version.name, &version.description, place);
        shown.data_type = Some(version.data_type);
        shown.retired = retired;
        shown.deliverable = variable.identification != Identification::DirectIdentifier;
        let mut document = self.document(source, Some(dataset), shown);
        if retired {
            document.weight = NO_LONGER;
        }
        document.years = years(variable, self.today);
        document.facet(FacetName::Type.name(), version.data_type.name());
        self.add_keys(&mut document, variable, version);
        for older in variable.versions.iter().rev().skip(1).filter(|older| older.name != version.name) {
            document.localised(Field::Description, &older.name);
        }
        self.add_codes(&mut document, variable, version);
        self.documents.push(document);
    }

    fn add_keys(&mut self, document: &mut Document, variable: &Variable, version: &VariableVersion) {
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
            let known = self.names.entry((FacetName::CodeSystem, reference.clone()));
            known.or_insert_with(|| LocalisedText::bokmaal(name));
            document.facet(FacetName::CodeSystem.name(), reference);
        }
    }

    fn add_codes(&mut self, document: &mut Document, variable: &Variable, version: &VariableVersion) {
        let local = variable.details.code_links.iter().any(|link| link.kind == CodeLinkKind::Local);
        let local = if local || !version.codes.is_empty() { "yes" } else { "no" };
        document.facet(FacetName::LocalCodes.name(), local);
        let linked = variable.details.code_links.iter().flat_map(|link| &link.codes);
        for code in version.codes.iter().chain(linked) {
            document.code(&code.value, &code.text);
            self.synonyms.extend(synonyms(code));
        }
    }

    /// A document with what is the same for all three.
    fn document(&self, source: &DataSource, dataset: Option<&Dataset>, found: Found) -> Document {
        let payload = serde_json::to_string(&found).unwrap_or_default();
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

/// The names on the way down: source, sub-sources, dataset, groups.
fn place(source: &DataSource, dataset: &Dataset, group: Option<&str>) -> Vec<LocalisedText> {
    let mut parts: Vec<&SubSource> = source.above(dataset.sub_source.as_deref()).collect();
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
    let mut place = vec![source.name.clone()];
    place.extend(parts.into_iter().map(|part| part.name.clone()));
    place.push(dataset.name.clone());
    place.extend(groups.into_iter().map(|group| group.name.clone()));
    place
}

/// The years in which a variable was or is collected.
fn years(variable: &Variable, today: Date) -> Option<(i16, i16)> {
    let first = variable.versions.first()?.valid.from.year();
    let last = variable.newest()?.valid.until.map_or(today.year(), |last| last.year());
    (first <= last).then_some((first, last))
}

/// A code's names, when it has them in Norwegian and in another language.
fn synonyms(code: &Code) -> Option<Vec<String>> {
    let mut names = vec![code.text.nb.clone()];
    for other in [&code.text.nn, &code.text.en] {
        if !other.is_empty() && !names.contains(other) {
            names.push(other.clone());
        }
    }
    (names.len() > 1 && !names[0].is_empty()).then_some(names)
}
