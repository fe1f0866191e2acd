//! FHIR's CodeSystem in and out, R4 and R5.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::{
    head::{self, Address},
    object::{Misfit, Object, put, put_wording},
};
use crate::{
    CodeSystem, Concept, Content, ContentKind, Designation, Edition, HierarchyMeaning, Key, Property,
    PropertyDefinition, PropertyValue, SystemKind, UNDETERMINED, Wording,
};

/// Where FHIR's common properties of concepts are defined.
const PROPERTIES: &str = "http://hl7.org/fhir/concept-properties#";

/// What a CodeSystem says, beside what only an importer knows (key, owner, period).
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) system: CodeSystem,
    pub(crate) version: Option<String>,
    pub(crate) date: Option<Date>,
    pub(crate) concepts: Vec<Concept>,
    pub(crate) supplement: bool,
}

/// Reads a CodeSystem. `key` is used where the resource suggests none.
pub(crate) fn read(value: Value, key: Option<&Key>) -> Result<Read, Misfit> {
    let mut object = Object::new("CodeSystem", value)?;
    let head = head::read(&mut object, key, Address::Needed)?;
    let tag = head.tag().to_owned();
    let mut system = CodeSystem::from(head.head.clone());
    system.case_sensitive = object.flag("caseSensitive")?.unwrap_or(false);
    let content = object.text("content")?.unwrap_or_else(|| "complete".to_owned());
    let supplement = content == "supplement";
    let known = ContentKind::from_name(&content).or(supplement.then_some(ContentKind::Fragment));
    system.content = known.ok_or_else(|| object.misfit("content", "complete, fragment, example or not-present"))?;
    if let Some(meaning) = object.text("hierarchyMeaning")? {
        let known = HierarchyMeaning::from_name(&meaning);
        system.hierarchy = known.ok_or_else(|| object.misfit("hierarchyMeaning", "a code of FHIR's list"))?;
    }
    system.oid = oid(&mut object)?;
    system.kind = SystemKind::Clinical;
    for mut property in object.objects("property")? {
        system.properties.push(PropertyDefinition {
            code: property.needed("code")?,
            uri: property.text("uri")?,
            description: property.text("description")?,
            kind: property.text("type")?.unwrap_or_else(|| "string".to_owned()),
        });
    }
    system.language.clone_from(&head.language);
    object.take("count");
    let mut concepts = Vec::new();
    let roles = Roles::of(&system.properties);
    let mut children = Vec::new();
    for concept in object.objects("concept")? {
        read_concept(concept, None, &tag, &roles, &mut concepts, &mut children)?;
    }
    hang(&mut concepts, children);
    let (version, date) = (head.version.clone(), head.date);
    system.head = head.finish(object.rest());
    Ok(Read { system, version, date, concepts, supplement })
}

/// The first object identifier; other identifiers stay where they are.
fn oid(object: &mut Object) -> Result<Option<String>, Misfit> {
    let mut oid = None;
    let mut others = Vec::new();
    for identifier in object.list("identifier")? {
        let value = identifier.get("value").and_then(Value::as_str).and_then(|v| v.strip_prefix("urn:oid:"));
        match value {
            Some(value) if oid.is_none() => oid = Some(value.to_owned()),
            _ => others.push(identifier),
        }
    }
    if !others.is_empty() {
        let mut rest = std::mem::replace(object, Object::new("CodeSystem", json!({}))?).rest();
        rest.insert("identifier".to_owned(), Value::Array(others));
        *object = Object::new("CodeSystem", Value::Object(rest))?;
    }
    Ok(oid)
}

/// Which of the system's properties mean what we know, by their address or, without one, their code.
struct Roles(BTreeMap<String, &'static str>);

/// FHIR's common properties, and the names that owners give to what comes after a code.
const KNOWN: [&str; 13] = [
    "parent",
    "child",
    "inactive",
    "status",
    "notSelectable",
    "abstract",
    "effectiveDate",
    "retirementDate",
    "successor",
    "replacedBy",
    "replaced-by",
    "temporary",
    "deprecationDate",
];

impl Roles {
    fn of(definitions: &[PropertyDefinition]) -> Self {
        let mut roles: BTreeMap<String, &'static str> = KNOWN.iter().map(|name| ((*name).to_owned(), *name)).collect();
        for definition in definitions {
            let Some(uri) = &definition.uri else { continue };
            let known = uri.strip_prefix(PROPERTIES).and_then(|name| KNOWN.iter().find(|known| **known == name));
            match known {
                Some(name) => roles.insert(definition.code.clone(), name),
                // A property of the same name that means something else.
                None => roles.remove(&definition.code),
            };
        }
        Self(roles)
    }

    fn role(&self, code: &str) -> &'static str {
        self.0.get(code).copied().unwrap_or_default()
    }
}

fn read_concept(
    mut object: Object,
    parent: Option<&str>,
    language: &str,
    roles: &Roles,
    into: &mut Vec<Concept>,
    children: &mut Vec<(String, String)>,
) -> Result<(), Misfit> {
    let code = object.needed("code")?;
    let display = object.wording("display", language)?;
    let mut concept = Concept::new(code, display);
    concept.definition = object.wording("definition", language)?;
    concept.parents.extend(parent.map(str::to_owned));
    for designation in object.objects("designation")? {
        read_designation(designation, language, &mut concept)?;
    }
    for property in object.objects("property")? {
        read_property(property, roles, &mut concept, children)?;
    }
    // FHIR lets a code stand alone; then it is its own text.
    if concept.display.is_empty() {
        concept.display = Wording::new(UNDETERMINED, concept.code.clone());
    }
    let below = object.objects("concept")?;
    let code = concept.code.clone();
    concept.other = object.rest();
    into.push(concept);
    below.into_iter().try_for_each(|child| read_concept(child, Some(&code), language, roles, into, children))
}

fn read_designation(mut object: Object, main: &str, concept: &mut Concept) -> Result<(), Misfit> {
    let language = object.text("language")?;
    let value = object.needed("value")?;
    let purpose = object.take("use");
    match &language {
        Some(tag) if purpose.is_none() && tag != main && concept.display.exactly(tag).is_none() => {
            concept.display = std::mem::take(&mut concept.display).with(tag, value);
        }
        _ => concept.designations.push(Designation { language, purpose, value }),
    }
    Ok(())
}

fn read_property(
    mut object: Object,
    roles: &Roles,
    concept: &mut Concept,
    children: &mut Vec<(String, String)>,
) -> Result<(), Misfit> {
    let code = object.needed("code")?;
    let value = read_value(&mut object)?;
    let text = value.as_text();
    match roles.role(&code) {
        "parent" => {
            if !concept.parents.contains(&text) {
                concept.parents.push(text);
            }
            return Ok(());
        }
        "child" => {
            children.push((concept.code.clone(), text));
            return Ok(());
        }
        "inactive" => concept.active &= text != "true",
        "status" => concept.active &= !matches!(text.as_str(), "retired" | "inactive" | "withdrawn"),
        "notSelectable" | "abstract" => concept.selectable &= text != "true",
        "effectiveDate" => concept.from = super::object::day(&text),
        "retirementDate" => concept.until = super::object::day(&text),
        "successor" | "replacedBy" | "replaced-by" => concept.successors.push(text),
        "temporary" => concept.temporary |= text == "true",
        _ => {}
    }
    concept.properties.push(Property { code, value });
    Ok(())
}

fn read_value(object: &mut Object) -> Result<PropertyValue, Misfit> {
    if let Some(text) = object.text("valueCode")? {
        return Ok(PropertyValue::Code(text));
    }
    if let Some(text) = object.text("valueString")? {
        return Ok(PropertyValue::String(text));
    }
    if let Some(flag) = object.flag("valueBoolean")? {
        return Ok(PropertyValue::Boolean(flag));
    }
    if let Some(text) = object.text("valueDateTime")? {
        return Ok(PropertyValue::DateTime(text));
    }
    if let Some(coding) = object.take("valueCoding") {
        return Ok(PropertyValue::Coding(coding));
    }
    if let Some(number) = object.take("valueInteger") {
        let number = number.as_i64().ok_or_else(|| object.misfit("valueInteger", "a whole number"))?;
        return Ok(PropertyValue::Integer(number));
    }
    match object.take("valueDecimal") {
        Some(Value::Number(number)) => Ok(PropertyValue::Decimal(number)),
        _ => Err(object.misfit("value[x]", "a value")),
    }
}

/// Hangs codes below those that name them as children.
fn hang(concepts: &mut [Concept], children: Vec<(String, String)>) {
    let places: BTreeMap<String, usize> = (0..).zip(&*concepts).map(|(at, c)| (c.code.clone(), at)).collect();
    for (parent, child) in children {
        if let Some(concept) = places.get(&child).map(|at| &mut concepts[*at])
            && !concept.parents.contains(&parent)
        {
            concept.parents.push(parent);
        }
    }
}

/// The resource of an edition; with its concepts when they are given. Without them it is marked as
/// part of itself.
pub(crate) fn write(edition: &Edition, system: &CodeSystem, content: Option<&Content>) -> Value {
    let tag = system.language.as_deref().unwrap_or("nb");
    let mut out = head::write("CodeSystem", system, tag);
    head::put_edition(&mut out, edition);
    if content.is_none() && system.content != ContentKind::NotPresent {
        head::mark_subsetted(&mut out);
    }
    // Displays are in bokmål where nobody has said otherwise; what came without a language stays so.
    let norwegian = system.title.exactly("nb").map(|_| "nb".to_owned());
    put(&mut out, "language", system.language.clone().or(norwegian));
    if let Some(oid) = &system.oid {
        let ours = json!({ "system": "urn:ietf:rfc:3986", "value": format!("urn:oid:{oid}") });
        let mut all = vec![ours];
        all.extend(out.get("identifier").and_then(Value::as_array).cloned().unwrap_or_default());
        out.insert("identifier".to_owned(), Value::Array(all));
    }
    out.insert("caseSensitive".to_owned(), system.case_sensitive.into());
    put(
        &mut out,
        "hierarchyMeaning",
        content.filter(|c| c.has_hierarchy()).map(|_| system.hierarchy.name().to_owned()),
    );
    put(&mut out, "content", system.content.name().to_owned());
    out.insert("count".to_owned(), edition.size.into());
    let used = content.map(used_properties).unwrap_or_default();
    let properties = definitions(system, &used);
    if !properties.is_empty() {
        out.insert("property".to_owned(), Value::Array(properties));
    }
    if let Some(content) = content {
        let roots = content.roots().iter().map(|root| write_concept(content, *root, tag));
        out.insert("concept".to_owned(), roots.collect());
    }
    Value::Object(out)
}

/// Which of FHIR's common properties the concepts need, with the type of each.
fn used_properties(content: &Content) -> BTreeSet<(&'static str, &'static str)> {
    let mut used = BTreeSet::new();
    for at in 0..content.len() {
        used.extend(derived(content, at).into_iter().map(|(name, kind, _)| (name, kind)));
    }
    used
}

fn definitions(system: &CodeSystem, used: &BTreeSet<(&'static str, &'static str)>) -> Vec<Value> {
    let known = system.properties.iter().map(|definition| {
        let mut out = Map::new();
        put(&mut out, "code", definition.code.clone());
        put(&mut out, "uri", definition.uri.clone());
        put(&mut out, "description", definition.description.clone());
        put(&mut out, "type", definition.kind.clone());
        Value::Object(out)
    });
    let more = used.iter().filter(|(name, _)| system.properties.iter().all(|d| d.code != *name));
    let more = more.map(|(name, kind)| match *name {
        "temporary" => {
            json!({ "code": name, "description": "Provisional code, replaced by a later edition", "type": kind })
        }
        _ => json!({ "code": name, "uri": format!("{PROPERTIES}{name}"), "type": kind }),
    });
    known.chain(more).collect()
}

/// What we know of a concept that its own properties do not say: name, type, value.
fn derived(content: &Content, at: usize) -> Vec<(&'static str, &'static str, Value)> {
    let concept = content.at(at);
    let says = |names: &[&str]| concept.properties.iter().any(|p| names.contains(&p.code.as_str()));
    let mut out = Vec::new();
    if !concept.active && !says(&["inactive", "status"]) {
        out.push(("inactive", "boolean", true.into()));
    }
    if !concept.selectable && !says(&["notSelectable", "abstract"]) {
        out.push(("notSelectable", "boolean", true.into()));
    }
    for parent in content.parents(at).iter().skip(1) {
        out.push(("parent", "code", content.at(*parent).code.clone().into()));
    }
    if let Some(from) = concept.from.filter(|_| !says(&["effectiveDate"])) {
        out.push(("effectiveDate", "dateTime", from.to_string().into()));
    }
    if let Some(until) = concept.until.filter(|_| !says(&["retirementDate"])) {
        out.push(("retirementDate", "dateTime", until.to_string().into()));
    }
    if !says(&["successor", "replacedBy", "replaced-by"]) {
        out.extend(concept.successors.iter().map(|s| ("successor", "code", s.clone().into())));
    }
    if concept.temporary && !says(&["temporary"]) {
        out.push(("temporary", "boolean", true.into()));
    }
    out
}

/// A property as FHIR writes it.
pub(crate) fn write_value(value: &PropertyValue) -> (&'static str, Value) {
    match value {
        PropertyValue::Code(text) => ("valueCode", text.clone().into()),
        PropertyValue::Coding(coding) => ("valueCoding", coding.clone()),
        PropertyValue::String(text) => ("valueString", text.clone().into()),
        PropertyValue::Integer(number) => ("valueInteger", (*number).into()),
        PropertyValue::Boolean(flag) => ("valueBoolean", (*flag).into()),
        PropertyValue::DateTime(text) => ("valueDateTime", text.clone().into()),
        PropertyValue::Decimal(number) => ("valueDecimal", Value::Number(number.clone())),
    }
}

/// All properties of a concept as FHIR writes them: its own, and those that follow from what we know.
pub(crate) fn properties(content: &Content, at: usize) -> Vec<(String, &'static str, Value)> {
    let own = content.at(at).properties.iter().map(|property| {
        let (member, value) = write_value(&property.value);
        (property.code.clone(), member, value)
    });
    let more = derived(content, at).into_iter().map(|(name, kind, value)| {
        let member = match kind {
            "boolean" => "valueBoolean",
            "code" => "valueCode",
            _ => "valueDateTime",
        };
        (name.to_owned(), member, value)
    });
    own.chain(more).collect()
}

/// The designations of a concept: its other languages, then its other words.
pub(crate) fn designations(concept: &Concept, tag: &str) -> Vec<Value> {
    let main = concept.display.best(tag).map(|(language, _)| language);
    let languages = concept.display.iter().filter(|(language, _)| Some(*language) != main);
    let languages = languages.map(|(language, value)| json!({ "language": language, "value": value }));
    let words = concept.designations.iter().map(|designation| {
        let mut out = Map::new();
        put(&mut out, "language", designation.language.clone());
        if let Some(purpose) = &designation.purpose {
            out.insert("use".to_owned(), purpose.clone());
        }
        put(&mut out, "value", designation.value.clone());
        Value::Object(out)
    });
    languages.chain(words).collect()
}

/// A concept with those below it, each where its first parent is.
fn write_concept(content: &Content, at: usize, tag: &str) -> Value {
    let concept = content.at(at);
    let mut out = concept.other.clone();
    put(&mut out, "code", concept.code.clone());
    put_plain(&mut out, "display", &concept.display, tag);
    put_wording(&mut out, "definition", &concept.definition, tag);
    let designations = designations(concept, tag);
    if !designations.is_empty() {
        out.insert("designation".to_owned(), Value::Array(designations));
    }
    let written =
        properties(content, at).into_iter().map(|(code, member, value)| json!({ "code": code, member: value }));
    let written: Vec<Value> = written.collect();
    if !written.is_empty() {
        out.insert("property".to_owned(), Value::Array(written));
    }
    let below = content.children(at).iter().filter(|child| content.parents(**child).first() == Some(&at));
    let below: Vec<Value> = below.map(|child| write_concept(content, *child, tag)).collect();
    if !below.is_empty() {
        out.insert("concept".to_owned(), Value::Array(below));
    }
    Value::Object(out)
}

fn put_plain(into: &mut Map<String, Value>, name: &str, wording: &Wording, tag: &str) {
    if let Some((_, text)) = wording.best(tag) {
        into.insert(name.to_owned(), text.into());
    }
}
