//! What the schemas say about actions and resources, read once for the matrix.

use std::collections::BTreeMap;

use serde_json::Value;

/// The type of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Person,
    Persons,
    Organisation,
    Organisations,
    Text,
    Texts,
    Flag,
    Number,
}

/// All entity types with their attributes, and all actions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shapes {
    pub(crate) attributes: BTreeMap<String, BTreeMap<String, Kind>>,
    /// The resource types each action is done to.
    pub(crate) actions: BTreeMap<String, Vec<String>>,
}

/// Adds a schema fragment in Cedar's JSON form. Attributes of other types than ours are left out:
/// `Resource` cannot carry them.
pub(crate) fn read(fragment: &Value, shapes: &mut Shapes) {
    for namespace in fragment.as_object().into_iter().flat_map(|o| o.values()) {
        for (name, entity) in members(&namespace["entityTypes"]) {
            let attributes = members(&entity["shape"]["attributes"])
                .filter_map(|(name, shape)| Some((name.clone(), kind(shape)?)))
                .collect();
            shapes.attributes.insert(name.clone(), attributes);
        }
        for (name, action) in members(&namespace["actions"]) {
            shapes.actions.insert(name.clone(), strings(&action["appliesTo"]["resourceTypes"]));
        }
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_owned)).collect()
}

fn kind(shape: &Value) -> Option<Kind> {
    let name = |shape: &Value| {
        let key = if shape["type"] == "EntityOrCommon" || shape["type"] == "Entity" { "name" } else { "type" };
        shape[key].as_str().map(str::to_owned)
    };
    let one = name(shape)?;
    Some(match (one.as_str(), name(&shape["element"]).as_deref()) {
        ("Person", _) => Kind::Person,
        ("Organisation", _) => Kind::Organisation,
        ("String", _) => Kind::Text,
        ("Bool" | "Boolean", _) => Kind::Flag,
        ("Long", _) => Kind::Number,
        ("Set", Some("Person")) => Kind::Persons,
        ("Set", Some("Organisation")) => Kind::Organisations,
        ("Set", Some("String")) => Kind::Texts,
        _ => return None,
    })
}
