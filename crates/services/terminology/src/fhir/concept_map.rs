//! FHIR's ConceptMap in and out. R4 and R5 name scopes and relations otherwise; both are read from
//! the same file, since people mix them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::{
    Release,
    head::{self, Address},
    object::{Misfit, Object, put},
};
use crate::{ConceptMap, Decided, Edition, Key, Mapping, Relation, Target, map::System};

/// What a ConceptMap says, beside what only an importer knows.
#[derive(Debug)]
pub(crate) struct Read {
    pub(crate) map: ConceptMap,
    pub(crate) version: Option<String>,
    pub(crate) date: Option<Date>,
    pub(crate) mappings: Vec<Mapping>,
    /// Places of rules for codes that are not mapped: they are not followed, and not kept.
    pub(crate) unmapped: Vec<String>,
}

/// Reads a ConceptMap. `key` is used where the resource suggests none.
pub(crate) fn read(value: Value, key: Option<&Key>) -> Result<Read, Misfit> {
    let mut object = Object::new("ConceptMap", value)?;
    let head = head::read(&mut object, key, Address::Needed)?;
    let mut map = ConceptMap::from(head.head.clone());
    map.source_scope = scope(&mut object, ["sourceScopeUri", "sourceScopeCanonical", "sourceUri", "sourceCanonical"])?;
    map.target_scope = scope(&mut object, ["targetScopeUri", "targetScopeCanonical", "targetUri", "targetCanonical"])?;
    let (version, date) = (head.version.clone(), head.date);
    if !head.head.publisher.is_empty() {
        map.decided = Some(Decided { by: head.head.publisher.clone(), on: date, why: String::new() });
    }
    let mut mappings = Vec::new();
    let mut unmapped = Vec::new();
    for group in object.objects("group")? {
        read_group(group, &mut mappings, &mut unmapped)?;
    }
    map.head = head.finish(object.rest());
    Ok(Read { map, version, date, mappings, unmapped })
}

fn scope(object: &mut Object, names: [&str; 4]) -> Result<Option<String>, Misfit> {
    let mut found = None;
    for name in names {
        found = found.or(object.text(name)?);
    }
    Ok(found)
}

fn read_group(mut group: Object, into: &mut Vec<Mapping>, unmapped: &mut Vec<String>) -> Result<(), Misfit> {
    let source = system(&mut group, "source", "sourceVersion")?;
    let target = system(&mut group, "target", "targetVersion")?;
    if group.has("unmapped") {
        unmapped.push(format!("{}.unmapped", group.place));
    }
    for mut element in group.objects("element")? {
        // A whole value set may be mapped at once (R5); such rules are not for single codes.
        let Some(code) = element.text("code")? else { return Err(element.misfit("code", "a text")) };
        let display = element.text("display")?.unwrap_or_default();
        let mut targets = Vec::new();
        for place in element.objects("target")? {
            targets.extend(read_target(place, &target)?);
        }
        into.push(Mapping { source: source.clone(), code, display, targets });
    }
    Ok(())
}

fn system(group: &mut Object, name: &str, version: &str) -> Result<System, Misfit> {
    let canonical = group.needed(name)?;
    let mut system = System::parse(&canonical);
    system.version = group.text(version)?.or(system.version);
    Ok(system)
}

/// A target; `None` for R4's `unmatched`, which says that there is none.
fn read_target(mut object: Object, system: &System) -> Result<Option<Target>, Misfit> {
    let relation = object.text("relationship")?.or(object.text("equivalence")?);
    let relation = relation.unwrap_or_else(|| "related-to".to_owned());
    if relation == "unmatched" {
        return Ok(None);
    }
    let relation =
        Relation::from_code(&relation).ok_or_else(|| object.misfit("relationship", "a code of FHIR's list"))?;
    let code = object.needed("code")?;
    let display = object.text("display")?.unwrap_or_default();
    let comment = object.text("comment")?.unwrap_or_default();
    let (system, other) = (system.clone(), object.rest());
    Ok(Some(Target { system, code, display, relation, comment, decided: None, other }))
}

/// The resource of an edition in that release; with its mappings when they are given.
pub(crate) fn write(edition: &Edition, map: &ConceptMap, mappings: Option<&[Mapping]>, release: Release) -> Value {
    let mut out = head::write("ConceptMap", map, "nb");
    head::put_edition(&mut out, edition);
    if mappings.is_none() {
        head::mark_subsetted(&mut out);
    }
    let (source, target) = match release {
        Release::R4 => ("sourceUri", "targetUri"),
        Release::R5 => ("sourceScopeUri", "targetScopeUri"),
    };
    put(&mut out, source, map.source_scope.clone());
    put(&mut out, target, map.target_scope.clone());
    if let Some(mappings) = mappings {
        out.insert("group".to_owned(), groups(mappings, release));
    }
    Value::Object(out)
}

/// Mappings by source and target system, in their order. A code that leads nowhere stands in its
/// source's first group.
fn groups(mappings: &[Mapping], release: Release) -> Value {
    type Elements<'a> = Vec<(&'a Mapping, Vec<&'a Target>)>;
    let mut groups: BTreeMap<(&System, Option<&System>), Elements<'_>> = BTreeMap::new();
    for mapping in mappings {
        let mut by_system: BTreeMap<Option<&System>, Vec<&Target>> = BTreeMap::new();
        mapping.targets.iter().for_each(|t| by_system.entry(Some(&t.system)).or_default().push(t));
        if by_system.is_empty() {
            by_system.insert(None, Vec::new());
        }
        for (target, targets) in by_system {
            groups.entry((&mapping.source, target)).or_default().push((mapping, targets));
        }
    }
    groups.into_iter().map(|((source, target), elements)| group(source, target, &elements, release)).collect()
}

fn group(source: &System, target: Option<&System>, elements: &[(&Mapping, Vec<&Target>)], release: Release) -> Value {
    let mut out = Map::new();
    put_system(&mut out, "source", source, release);
    if let Some(target) = target {
        put_system(&mut out, "target", target, release);
    }
    let elements = elements.iter().map(|(mapping, targets)| element(mapping, targets, release));
    out.insert("element".to_owned(), elements.collect());
    Value::Object(out)
}

fn put_system(out: &mut Map<String, Value>, name: &str, system: &System, release: Release) {
    match (release, &system.version) {
        (Release::R5, Some(version)) => put(out, name, format!("{}|{version}", system.url)),
        (_, version) => {
            put(out, name, system.url.clone());
            put(out, &format!("{name}Version"), version.clone());
        }
    }
}

fn element(mapping: &Mapping, targets: &[&Target], release: Release) -> Value {
    let mut out = Map::new();
    put(&mut out, "code", mapping.code.clone());
    put(&mut out, "display", mapping.display.clone());
    match (targets.is_empty(), release) {
        (true, Release::R5) => {
            out.insert("noMap".to_owned(), true.into());
        }
        (true, Release::R4) => {
            out.insert("target".to_owned(), json!([{ "equivalence": "unmatched" }]));
        }
        (false, _) => {
            out.insert("target".to_owned(), targets.iter().map(|target| write_target(target, release)).collect());
        }
    }
    Value::Object(out)
}

fn write_target(target: &Target, release: Release) -> Value {
    let mut out = target.other.clone();
    put(&mut out, "code", target.code.clone());
    put(&mut out, "display", target.display.clone());
    match release {
        Release::R4 => put(&mut out, "equivalence", target.relation.r4().to_owned()),
        Release::R5 => put(&mut out, "relationship", target.relation.name().to_owned()),
    }
    put(&mut out, "comment", target.comment.clone());
    Value::Object(out)
}
