//! FHIR's ValueSet in and out.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::{
    head::{self, Address},
    object::{Misfit, Object},
};
use crate::{Chosen, Edition, Include, Key, ValueSet};

/// What a ValueSet says, beside what only an importer knows.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) set: ValueSet,
    pub(crate) version: Option<String>,
    pub(crate) date: Option<Date>,
    /// Whether its rules were made of an expansion, since it has none.
    pub(crate) from_expansion: bool,
}

/// Reads a ValueSet. `key` is used where the resource suggests none; one that is passed with a
/// request may lack an address.
pub(crate) fn read(value: Value, key: Option<&Key>) -> Result<Read, Misfit> {
    let mut object = Object::new("ValueSet", value)?;
    let head = head::read(&mut object, key, Address::Optional)?;
    let mut set = ValueSet::from(head.head.clone());
    let expansion = object.take("expansion");
    let mut from_expansion = false;
    match object.take("compose") {
        Some(compose) => read_compose(compose, &mut set)?,
        None => {
            from_expansion = expansion.is_some();
            set.include = expansion.map(|e| of_expansion(&e)).unwrap_or_default();
        }
    }
    let (version, date) = (head.version.clone(), head.date);
    set.head = head.finish(object.rest());
    Ok(Read { set, version, date, from_expansion })
}

fn read_compose(compose: Value, set: &mut ValueSet) -> Result<(), Misfit> {
    let mut compose = Object::new("ValueSet.compose", compose)?;
    set.inactive = compose.flag("inactive")?;
    set.include = rules(&mut compose, "include")?;
    set.exclude = rules(&mut compose, "exclude")?;
    Ok(())
}

fn rules(compose: &mut Object, name: &str) -> Result<Vec<Include>, Misfit> {
    let place = |at: usize| format!("ValueSet.compose.{name}[{at}]");
    let read = |(at, value)| {
        serde_json::from_value(value).map_err(|_| Misfit { place: place(at), expected: "a rule as FHIR describes it" })
    };
    compose.list(name)?.into_iter().enumerate().map(read).collect()
}

/// The codes of an expansion as rules, one for each system and version.
fn of_expansion(expansion: &Value) -> Vec<Include> {
    let mut rules: Vec<Include> = Vec::new();
    let mut waiting: Vec<&Value> = items(expansion).rev().collect();
    while let Some(item) = waiting.pop() {
        waiting.extend(items(item).rev());
        let text = |name: &str| item.get(name).and_then(Value::as_str).map(str::to_owned);
        let (Some(system), Some(code)) = (text("system"), text("code")) else { continue };
        let version = text("version");
        let chosen = Chosen { code, display: text("display"), other: Map::new() };
        match rules.iter_mut().find(|r| r.system.as_ref() == Some(&system) && r.version == version) {
            Some(rule) => rule.concepts.push(chosen),
            None => {
                rules.push(Include { system: Some(system), version, concepts: vec![chosen], ..Include::default() });
            }
        }
    }
    rules
}

fn items(of: &Value) -> impl DoubleEndedIterator<Item = &Value> {
    of.get("contains").and_then(Value::as_array).into_iter().flatten()
}

/// The resource of an edition, without an expansion.
pub(crate) fn write(edition: &Edition, set: &ValueSet) -> Value {
    let mut out = head(set);
    head::put_edition(&mut out, edition);
    let mut compose = Map::new();
    if let Some(inactive) = set.inactive {
        compose.insert("inactive".to_owned(), inactive.into());
    }
    compose.insert("include".to_owned(), json!(set.include));
    if !set.exclude.is_empty() {
        compose.insert("exclude".to_owned(), json!(set.exclude));
    }
    out.insert("compose".to_owned(), Value::Object(compose));
    Value::Object(out)
}

/// What a value set says about itself, without id, version, status and rules.
pub(crate) fn head(set: &ValueSet) -> Map<String, Value> {
    head::write("ValueSet", set, "nb")
}
