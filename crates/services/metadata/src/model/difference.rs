//! What changed between two editions of a source.

use std::{collections::BTreeMap, fmt};

use serde::Serialize;
use varde_core::{CataloguePath, LocalisedText};

use super::{
    tree::{DataSource, Variable, VariableVersion},
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
}

/// A variable by path and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Its path.
    pub path: CataloguePath,
    /// Its name, in the edition that has it.
    pub name: LocalisedText,
}

/// What changed about one variable.
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
        let index = |source: &'_ DataSource| -> BTreeMap<CataloguePath, Variable> {
            source.variables().map(|v| (v.path.clone(), v.clone())).collect()
        };
        let (before, now) = (index(old), index(new));
        let mut difference = Self::default();
        for variable in new.variables() {
            match before.get(&variable.path) {
                None => difference.added.extend(named(variable)),
                Some(earlier) => difference.compare(earlier, variable),
            }
        }
        difference.removed = old.variables().filter(|v| !now.contains_key(&v.path)).filter_map(named).collect();
        difference
    }

    /// Whether no variable changed.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.retired.is_empty() && self.changed.is_empty()
    }

    fn compare(&mut self, old: &Variable, new: &Variable) {
        if old.retired().is_none() && new.retired().is_some() {
            self.retired.extend(named(new));
        }
        let (Some(before), Some(now)) = (old.newest(), new.newest()) else { return };
        let changes = changes(before, now);
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
    changes.extend(code_changes(&old.codes, &new.codes));
    changes
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
        for change in &self.changed {
            writeln!(f, "~ {}  {}", change.path, change.name.nb)?;
            change.changes.iter().try_for_each(|c| writeln!(f, "    {c}"))?;
        }
        Ok(())
    }
}
