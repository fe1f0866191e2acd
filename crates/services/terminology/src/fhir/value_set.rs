//! FHIR's ValueSet in and out.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::{
    code_system::fhir_name,
    object::{Misfit, Object, put, put_wording},
};
use crate::{Chosen, Edition, Include, Key, UNDETERMINED, ValueSet, Wording};

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
    object.take("resourceType");
    let (id, name) = (object.text("id")?, object.text("name")?);
    let url = object.text("url")?.unwrap_or_default();
    let suggested = [name.as_deref(), id.as_deref(), url.rsplit('/').next()].into_iter().flatten();
    let key = key.cloned().or_else(|| suggested.filter_map(Key::suggested).next());
    let key = key.ok_or_else(|| object.misfit("name", "a name that a key can be made of"))?;
    let tag = object.text("language")?.unwrap_or_else(|| UNDETERMINED.to_owned());
    let title = object.wording("title", &tag)?;
    let title =
        if title.is_empty() { Wording::new(&tag, name.clone().unwrap_or_else(|| key.to_string())) } else { title };
    let mut set = ValueSet::new(key, url, title);
    set.description = object.wording("description", &tag)?;
    set.publisher = object.text("publisher")?.unwrap_or_default();
    let version = object.text("version")?;
    let date = object.day("date")?;
    for derived in ["status", "meta", "text"] {
        object.take(derived);
    }
    let expansion = object.take("expansion");
    let mut from_expansion = false;
    match object.take("compose") {
        Some(compose) => read_compose(compose, &mut set)?,
        None => {
            from_expansion = expansion.is_some();
            set.include = expansion.map(|e| of_expansion(&e)).unwrap_or_default();
        }
    }
    set.other = object.rest();
    if let Some(name) = name {
        set.other.insert("name".to_owned(), name.into());
    }
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
    out.insert("id".to_owned(), edition.id.to_string().into());
    put(&mut out, "version", edition.version.clone());
    put(&mut out, "status", edition.status.fhir().to_owned());
    put(&mut out, "date", edition.valid.from.to_string());
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
    let mut out = set.other.clone();
    out.insert("resourceType".to_owned(), "ValueSet".into());
    put(&mut out, "url", set.url.clone());
    out.entry("name").or_insert_with(|| fhir_name(&set.key).into());
    put_wording(&mut out, "title", &set.title, "nb");
    put_wording(&mut out, "description", &set.description, "nb");
    put(&mut out, "publisher", set.publisher.clone());
    out
}
