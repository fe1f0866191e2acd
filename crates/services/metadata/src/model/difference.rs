//! What changed between two editions of a source.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;
use varde_core::{CataloguePath, LocalisedText};

use super::{
    details::Details,
    property::Properties,
    tree::{DataSource, Dataset, Variable, VariableVersion},
    value::{Bounds, Code, DataType},
};

/// The difference of two editions, by variable.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Difference {
    /// Variables that are new.
    pub added: Vec<Named>,
    /// Variables that are gone altogether. Registers should retire instead.
    pub removed: Vec<Named>,
    /// Variables that were in use and now have a last day.
    pub retired: Vec<Named>,
    /// Variables that are described otherwise than before.
    pub changed: Vec<VariableChange>,
    /// The source itself and datasets that are described otherwise than before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<VariableChange>,
}

/// A variable by path and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Its path.
    pub path: CataloguePath,
    /// Its name, in the edition that has it.
    pub name: LocalisedText,
}

/// What changed about one variable, or about the source or one of its datasets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VariableChange {
    /// Its path.
    pub path: CataloguePath,
    /// Its name in the new edition.
    pub name: LocalisedText,
    /// What changed; at least one thing.
    pub changes: Vec<Change>,
}

/// One thing that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// Its type.
    Type {
        /// Before.
        from: DataType,
        /// Now.
        to: DataType,
    },
    /// Its name (bokmål).
    Name {
        /// Before.
        from: String,
        /// Now.
        to: String,
    },
    /// Its description.
    Description,
    /// Its unit.
    Unit {
        /// Before.
        from: Option<String>,
        /// Now.
        to: Option<String>,
    },
    /// Whether it must be filled in.
    Required {
        /// Now.
        to: bool,
    },
    /// The interval of usual values.
    NormalRange {
        /// Before.
        from: Bounds,
        /// Now.
        to: Bounds,
    },
    /// The interval of possible values.
    MaximumRange {
        /// Before.
        from: Bounds,
        /// Now.
        to: Bounds,
    },
    /// Another field, by its name: a text in another language, validity, a property.
    Field {
        /// The field: `name.en`, `valid_until`, `property.Kommentar`.
        field: String,
        /// Before; empty when it had none.
        from: String,
        /// Now; empty when it has none.
        to: String,
    },
    /// A code is new.
    CodeAdded {
        /// Its value.
        value: String,
        /// Its text (bokmål).
        text: String,
    },
    /// A code is gone.
    CodeRemoved {
        /// Its value.
        value: String,
        /// Its text (bokmål).
        text: String,
    },
    /// A code has got a last day.
    CodeRetired {
        /// Its value.
        value: String,
    },
    /// A code means something else, or is worded otherwise.
    CodeText {
        /// Its value.
        value: String,
        /// Before.
        from: String,
        /// Now.
        to: String,
    },
}

impl Difference {
    /// The difference of two editions of the same source.
    pub fn of(old: &DataSource, new: &DataSource) -> Self {
        let before: BTreeMap<&CataloguePath, &Variable> = old.variables().map(|v| (&v.path, v)).collect();
        let now: std::collections::BTreeSet<&CataloguePath> = new.variables().map(|v| &v.path).collect();
        let mut difference = Self::default();
        for variable in new.variables() {
            match before.get(&variable.path) {
                None => difference.added.extend(named(variable)),
                Some(earlier) => difference.compare(earlier, variable),
            }
        }
        difference.nodes = node_changes(old, new);
        difference.removed = old.variables().filter(|v| !now.contains(&v.path)).filter_map(named).collect();
        difference
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        let variables = [&self.added, &self.removed, &self.retired];
        variables.iter().all(|list| list.is_empty()) && self.changed.is_empty() && self.nodes.is_empty()
    }

    fn compare(&mut self, old: &Variable, new: &Variable) {
        if old.retired().is_none() && new.retired().is_some() {
            self.retired.extend(named(new));
        }
        let (Some(before), Some(now)) = (old.newest(), new.newest()) else { return };
        let mut changes = changes(before, now);
        changes.extend(fields(&rules(old), &rules(new)));
        if !changes.is_empty() {
            self.changed.push(VariableChange { path: new.path.clone(), name: now.name.clone(), changes });
        }
    }
}

fn named(variable: &Variable) -> Option<Named> {
    variable.newest().map(|version| Named { path: variable.path.clone(), name: version.name.clone() })
}

fn changes(old: &VariableVersion, new: &VariableVersion) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut note = |differs: bool, change: Change| {
        if differs {
            changes.push(change);
        }
    };
    note(old.data_type != new.data_type, Change::Type { from: old.data_type, to: new.data_type });
    note(old.name.nb != new.name.nb, Change::Name { from: old.name.nb.clone(), to: new.name.nb.clone() });
    note(old.description != new.description, Change::Description);
    note(old.unit != new.unit, Change::Unit { from: old.unit.clone(), to: new.unit.clone() });
    note(old.required != new.required, Change::Required { to: new.required });
    let (normal, maximum) = (&old.ranges.normal, &old.ranges.maximum);
    note(*normal != new.ranges.normal, Change::NormalRange { from: normal.clone(), to: new.ranges.normal.clone() });
    note(
        *maximum != new.ranges.maximum,
        Change::MaximumRange { from: maximum.clone(), to: new.ranges.maximum.clone() },
    );
    changes.extend(fields(&version_fields(old), &version_fields(new)));
    changes.extend(code_changes(&old.codes, &new.codes));
    changes
}

type Fields = BTreeMap<String, String>;

/// What differs between two sets of fields; one that is missing is empty.
fn fields(old: &Fields, new: &Fields) -> Vec<Change> {
    let keys: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let value = |fields: &Fields, key: &String| fields.get(key).cloned().unwrap_or_default();
    let change = |key: &String| {
        let (from, to) = (value(old, key), value(new, key));
        (from != to).then(|| Change::Field { field: key.clone(), from, to })
    };
    keys.into_iter().filter_map(change).collect()
}

/// What no change of its own tells about a version.
fn version_fields(version: &VariableVersion) -> Fields {
    let mut fields = property_fields(&version.properties);
    add(&mut fields, "name.nn", Some(&version.name.nn));
    add(&mut fields, "name.en", Some(&version.name.en));
    add(&mut fields, "valid_from", Some(&version.valid.from));
    add(&mut fields, "valid_until", version.valid.until.as_ref());
    add(&mut fields, "code_system", version.code_system.as_ref());
    fields
}

/// What must hold beside other variables, in the codebook's own words.
fn rules(variable: &Variable) -> Fields {
    let all: Vec<String> = variable.details.rules.iter().map(ToString::to_string).collect();
    if all.is_empty() { Fields::new() } else { Fields::from([("rules".to_owned(), all.join("; "))]) }
}

fn property_fields(properties: &Properties) -> Fields {
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    properties.0.iter().map(|(key, value)| (format!("property.{key}"), text(value))).collect()
}

fn add(fields: &mut Fields, key: &str, value: Option<&impl ToString>) {
    if let Some(value) = value {
        fields.insert(key.to_owned(), value.to_string());
    }
}

/// The fields of a source or dataset.
fn node_fields(name: &LocalisedText, description: &LocalisedText, details: &Details) -> Fields {
    let mut fields = property_fields(&details.properties);
    for (key, text) in [("name", name), ("description", description)] {
        add(&mut fields, &format!("{key}.nb"), Some(&text.nb));
        add(&mut fields, &format!("{key}.nn"), Some(&text.nn));
        add(&mut fields, &format!("{key}.en"), Some(&text.en));
    }
    let terms = &details.terms;
    add(&mut fields, "legal_basis", terms.legal_basis.as_ref());
    add(&mut fields, "controller", terms.controller.as_ref());
    add(&mut fields, "processor", terms.processor.as_ref());
    add(&mut fields, "identification", terms.identification.as_ref());
    add(&mut fields, "valid_from", terms.valid_from.as_ref());
    add(&mut fields, "valid_until", terms.valid_until.as_ref());
    fields
}

fn node_changes(old: &DataSource, new: &DataSource) -> Vec<VariableChange> {
    let source = |source: &DataSource| {
        let mut fields = node_fields(&source.name, &source.description, &source.details);
        add(&mut fields, "kind", Some(&source.kind.name()));
        add(&mut fields, "law", source.legal_basis.as_ref());
        fields
    };
    let mut nodes = vec![(new.path.clone(), new.name.clone(), fields(&source(old), &source(new)))];
    for dataset in &new.datasets {
        let Some(before) = old.dataset(&dataset.path) else { continue };
        let of = |d: &Dataset| node_fields(&d.name, &d.description, &d.details);
        nodes.push((dataset.path.clone(), dataset.name.clone(), fields(&of(before), &of(dataset))));
    }
    nodes.retain(|(_, _, changes)| !changes.is_empty());
    nodes.into_iter().map(|(path, name, changes)| VariableChange { path, name, changes }).collect()
}

/// Codes are matched by value, and a value that occurs several times by its place among its likes.
fn code_changes(old: &[Code], new: &[Code]) -> Vec<Change> {
    fn keyed(codes: &[Code]) -> BTreeMap<(&str, usize), &Code> {
        let mut seen = BTreeMap::new();
        let mut keyed = BTreeMap::new();
        for code in codes {
            let nth = seen.entry(code.value.as_str()).or_insert(0_usize);
            keyed.insert((code.value.as_str(), *nth), code);
            *nth += 1;
        }
        keyed
    }
    let (before, now) = (keyed(old), keyed(new));
    let mut changes = Vec::new();
    for (key, code) in &now {
        let (value, text) = (code.value.clone(), code.text.nb.clone());
        match before.get(key) {
            None => changes.push(Change::CodeAdded { value, text }),
            Some(earlier) => {
                if earlier.until.is_none() && code.until.is_some() {
                    changes.push(Change::CodeRetired { value: value.clone() });
                }
                if earlier.text.nb != text {
                    changes.push(Change::CodeText { value, from: earlier.text.nb.clone(), to: text });
                }
            }
        }
    }
    let gone = before.iter().filter(|(key, _)| !now.contains_key(key)).map(|(_, code)| code);
    changes.extend(gone.map(|c| Change::CodeRemoved { value: c.value.clone(), text: c.text.nb.clone() }));
    changes
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_none = |unit: &Option<String>| unit.clone().unwrap_or_else(|| "none".to_owned());
        match self {
            Self::Type { from, to } => write!(f, "type {} → {}", from.name(), to.name()),
            Self::Name { from, to } => write!(f, "name {from:?} → {to:?}"),
            Self::Description => write!(f, "description reworded"),
            Self::Unit { from, to } => write!(f, "unit {} → {}", or_none(from), or_none(to)),
            Self::Required { to: true } => write!(f, "now required"),
            Self::Required { to: false } => write!(f, "no longer required"),
            Self::NormalRange { from, to } => write!(f, "usual values {from} → {to}"),
            Self::MaximumRange { from, to } => write!(f, "possible values {from} → {to}"),
            Self::Field { field, from, to } => write!(f, "{field} {from:?} → {to:?}"),
            Self::CodeAdded { value, text } => write!(f, "code {value} added: {text}"),
            Self::CodeRemoved { value, text } => write!(f, "code {value} removed: {text}"),
            Self::CodeRetired { value } => write!(f, "code {value} retired"),
            Self::CodeText { value, from, to } => write!(f, "code {value}: {from:?} → {to:?}"),
        }
    }
}

impl fmt::Display for Difference {
    /// The text of the command line: a summary, then one line per variable.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} added, {} removed, {} retired, {} changed",
            self.added.len(),
            self.removed.len(),
            self.retired.len(),
            self.changed.len()
        )?;
        for (sign, variables) in [("+", &self.added), ("-", &self.removed), ("†", &self.retired)] {
            for variable in variables {
                writeln!(f, "{sign} {}  {}", variable.path, variable.name.nb)?;
            }
        }
        for change in self.nodes.iter().chain(&self.changed) {
            writeln!(f, "~ {}  {}", change.path, change.name.nb)?;
            change.changes.iter().try_for_each(|c| writeln!(f, "    {c}"))?;
        }
        Ok(())
    }
}
