//! The sources while payloads are laid over them: who is where, and paths for newcomers.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;
use varde_core::{CataloguePath, LocalisedText};

use crate::model::{
    details::{Details, External},
    explorer::{
        fields,
        names::{self, CATALOGUE},
        payload::{Payload, WrongPayload},
        write_variable::external,
    },
    name::catalogue_name,
    tree::{DataSource, Dataset, SubSource, Variable, VariableGroup},
    value::LinkKind,
};

/// The longest part of a path that is made from a name.
const LONGEST_PART: usize = 50;

/// Where a variable stands: source, dataset, place in it.
pub(super) type Place = (usize, usize, usize);

/// The sources and an index of ids.
#[derive(Debug, Default)]
pub(super) struct Taking {
    pub(super) sources: Vec<DataSource>,
    by_id: HashMap<String, usize>,
    datasets: HashMap<String, (usize, usize)>,
    pub(super) variables: HashMap<String, Place>,
    /// Paths of variables and datasets that are in use.
    used: BTreeSet<CataloguePath>,
    /// Paths of sources that did not come from the explorer.
    taken: BTreeSet<CataloguePath>,
    prefix: String,
}

impl Taking {
    pub(super) fn new(base: Vec<DataSource>, taken: BTreeSet<CataloguePath>, prefix: &str) -> Self {
        let mut taking = Self { taken, prefix: prefix.to_owned(), ..Self::default() };
        for source in base {
            taking.learn(source);
        }
        taking
    }

    fn learn(&mut self, source: DataSource) {
        let at = self.sources.len();
        self.used.insert(source.path.clone());
        if let Some(id) = external_id(source.details.external.as_ref()) {
            self.by_id.insert(id, at);
        }
        for (d, dataset) in source.datasets.iter().enumerate() {
            self.used.insert(dataset.path.clone());
            if let Some(id) = external_id(dataset.details.external.as_ref()) {
                self.datasets.insert(id, (at, d));
            }
            for (v, variable) in dataset.variables.iter().enumerate() {
                self.used.insert(variable.path.clone());
                if let Some(id) = external_id(variable.details.external.as_ref()) {
                    self.variables.insert(id, (at, d, v));
                }
            }
        }
        self.sources.push(source);
    }

    pub(super) fn source_of(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    pub(super) fn dataset_of(&self, id: &str) -> Option<(usize, usize)> {
        self.datasets.get(id).copied()
    }

    /// The source of that id; a new one by that name when there is none.
    pub(super) fn source(
        &mut self,
        from: &Payload,
        id: &str,
        name: &str,
        code: Option<&str>,
    ) -> Result<usize, WrongPayload> {
        if let Some(at) = self.by_id.get(id) {
            return Ok(*at);
        }
        let part = code.map(|code| code.strip_prefix("K_").unwrap_or(code)).map(catalogue_name);
        let part = part.filter(|part| !part.is_empty()).unwrap_or_else(|| catalogue_name(name));
        let wanted = format!("{}{}", self.prefix, part_or(&part, "source"));
        let path = self.free(None, &wanted);
        let first: Option<CataloguePath> = wanted.parse().ok();
        if let Some(taken) = first.filter(|path| self.taken.contains(path)) {
            let (file, name, path) = (from.file.clone(), name.to_owned(), taken.to_string());
            return Err(WrongPayload::Taken { file, name, path });
        }
        let at = self.sources.len();
        self.by_id.insert(id.to_owned(), at);
        self.sources.push(DataSource {
            path,
            name: LocalisedText::bokmaal(name),
            description: LocalisedText::default(),
            kind: names::kind(""),
            holder: None,
            legal_basis: None,
            ehds_category: None,
            link_kind: LinkKind::National,
            sub_sources: Vec::new(),
            details: Details { external: Some(external(id)), ..Details::default() },
            datasets: Vec::new(),
        });
        Ok(at)
    }

    /// The dataset of that id in a source; a new one by that name when there is none.
    pub(super) fn dataset(&mut self, source: usize, id: &str, name: &str) -> (usize, usize) {
        if let Some(at) = self.datasets.get(id) {
            return *at;
        }
        let at = self.add_dataset(source, name, Some(external(id)));
        self.datasets.insert(id.to_owned(), at);
        at
    }

    /// The dataset for variables that the explorer places in none.
    pub(super) fn elsewhere(&mut self, source: usize) -> (usize, usize) {
        let found = self.sources[source].datasets.iter().position(|d| d.details.external.is_none());
        found.map_or_else(|| self.add_dataset(source, "Uten datasamling", None), |at| (source, at))
    }

    fn add_dataset(&mut self, source: usize, name: &str, external: Option<External>) -> (usize, usize) {
        let above = self.sources[source].path.clone();
        let path = self.free(Some(&above), &part_or(&catalogue_name(name), "dataset"));
        let datasets = &mut self.sources[source].datasets;
        datasets.push(Dataset {
            path,
            name: LocalisedText::bokmaal(name),
            description: LocalisedText::default(),
            sub_source: None,
            groups: Vec::new(),
            details: Details { external, ..Details::default() },
            variables: Vec::new(),
        });
        (source, datasets.len() - 1)
    }

    /// Puts a variable in its dataset: in its old place when it had one there.
    pub(super) fn put(&mut self, id: &str, home: (usize, usize), variable: Variable) {
        let (source, dataset) = home;
        match self.variables.get(id).copied() {
            Some((s, d, v)) if (s, d) == home => self.sources[s].datasets[d].variables[v] = variable,
            Some((s, d, v)) => {
                self.sources[s].datasets[d].variables.remove(v);
                for place in self.variables.values_mut().filter(|place| place.0 == s && place.1 == d && place.2 > v) {
                    place.2 -= 1;
                }
                self.push(id, source, dataset, variable);
            }
            None => self.push(id, source, dataset, variable),
        }
    }

    fn push(&mut self, id: &str, source: usize, dataset: usize, variable: Variable) {
        let variables = &mut self.sources[source].datasets[dataset].variables;
        self.variables.insert(id.to_owned(), (source, dataset, variables.len()));
        variables.push(variable);
    }

    /// The path of a variable in a dataset: the one it has there, else one from its code.
    pub(super) fn variable_path(&mut self, id: &str, home: (usize, usize), code: &str) -> CataloguePath {
        let source = &self.sources[home.0];
        let above = source.datasets[home.1].path.clone();
        if let Some((s, d, v)) = self.variables.get(id).copied().filter(|(s, d, _)| (*s, *d) == home) {
            return self.sources[s].datasets[d].variables[v].path.clone();
        }
        let details = &source.details;
        let of_source =
            details.code.as_deref().and_then(|code| code.strip_prefix("K_")).or(details.short_name.as_deref());
        let rest = code.strip_prefix("V_").unwrap_or(code);
        let rest = of_source.and_then(|source| rest.strip_prefix(source)).unwrap_or(rest);
        self.free(Some(&above), &part_or(&catalogue_name(rest), "variable"))
    }

    pub(super) fn variable(&mut self, place: Place) -> &mut Variable {
        &mut self.sources[place.0].datasets[place.1].variables[place.2]
    }

    /// A path that nobody has yet: `name`, `name_2`, `name_3`. Parts are short enough that three of them
    /// make a path, so one is always found.
    fn free(&mut self, above: Option<&CataloguePath>, part: &str) -> CataloguePath {
        let mut number = 1_u32;
        loop {
            let part = if number == 1 { part.to_owned() } else { format!("{part}_{number}") };
            let text = above.map_or_else(|| part.clone(), |above| format!("{above}/{part}"));
            if let Ok(path) = CataloguePath::try_from(text)
                && self.used.insert(path.clone())
            {
                return path;
            }
            number += 1;
        }
    }
}

/// The sub-source of that id in a source, new or known.
pub(super) fn part<'a>(source: &'a mut DataSource, id: &str, name: &str) -> &'a mut SubSource {
    let found = source.sub_sources.iter().position(|part| is(part.details.external.as_ref(), id));
    let at = found.unwrap_or_else(|| {
        let code = unused(&catalogue_name(name), "part", |code| source.sub_sources.iter().any(|p| p.code == code));
        source.sub_sources.push(SubSource {
            code,
            name: LocalisedText::bokmaal(name),
            description: LocalisedText::default(),
            parent: None,
            groups: Vec::new(),
            details: Details { external: Some(external(id)), ..Details::default() },
        });
        source.sub_sources.len() - 1
    });
    &mut source.sub_sources[at]
}

/// The code of the group of that id, new or known.
pub(super) fn group(groups: &mut Vec<VariableGroup>, id: &str, name: &str, parent: Option<&str>) -> String {
    if let Some(known) = groups.iter_mut().find(|group| group.external.as_deref() == Some(id)) {
        known.name.nb = name.to_owned();
        if parent.is_some() {
            known.parent = parent.map(str::to_owned);
        }
        return known.code.clone();
    }
    let code = unused(&catalogue_name(name), "group", |code| groups.iter().any(|g| g.code == code));
    let (name, parent) = (LocalisedText::bokmaal(name), parent.map(str::to_owned));
    groups.push(VariableGroup { code: code.clone(), name, parent, external: Some(id.to_owned()) });
    code
}

fn unused(wanted: &str, otherwise: &str, taken: impl Fn(&str) -> bool) -> String {
    let wanted = part_or(wanted, otherwise);
    let mut code = wanted.clone();
    let mut number = 1_u32;
    while taken(&code) {
        number += 1;
        code = format!("{wanted}_{number}");
    }
    code
}

/// A part of a path, cut to length.
fn part_or(part: &str, otherwise: &str) -> String {
    let part = if part.is_empty() { otherwise } else { part };
    part.get(..LONGEST_PART).unwrap_or(part).trim_end_matches('_').to_owned()
}

fn external_id(external: Option<&External>) -> Option<String> {
    external.filter(|external| external.catalogue == CATALOGUE).map(|external| external.id.clone())
}

pub(super) fn is(external: Option<&External>, id: &str) -> bool {
    external.is_some_and(|external| external.catalogue == CATALOGUE && external.id == id)
}

/// A language's text of a definition.
pub(super) fn translated(value: &Value, key: &str) -> LocalisedText {
    let texts = value.get(key).unwrap_or(&Value::Null);
    let find = |language| fields::owned(texts, language).unwrap_or_default();
    let nb = fields::owned(texts, "nb").unwrap_or_else(|| find("no"));
    LocalisedText::new(nb, find("nn"), find("en"))
}
