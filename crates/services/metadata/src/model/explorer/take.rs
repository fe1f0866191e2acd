//! Payloads in: laid over what the catalogue has already, and what the model would not say again kept.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::Value;
use varde_core::{CataloguePath, LocalisedText};

use super::{
    fields::{self, array, must, owned, text},
    keep::difference,
    names,
    payload::{Payload, Payloads, WrongPayload},
    take_registry::registry_of,
    take_version::{code_link, code_of, identification, list_of, version_of, version_of_item},
    taking::{Taking, group, part},
    write::Writer,
    write_variable::{codes_payload, external},
};
use crate::model::{
    details::{External, Kept},
    link::{CodeLink, CodeLinkKind, GroupPlace, Pin, VariableDetails},
    registry::Registry,
    tree::{DataSource, SubSource, Variable, VariableVersion},
    value::{Code, DataType},
};

/// What payloads make of the catalogue.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The sources that the payloads speak of, with what was known of them before.
    pub sources: Vec<DataSource>,
    /// The registry with what the payloads say.
    pub registry: Registry,
}

/// Lays payloads over the sources known from the explorer. `taken` are the paths of all other
/// sources; `prefix` is put before the paths of new ones.
///
/// # Errors
/// [`WrongPayload`] with the file and the place.
pub fn take(
    payloads: &Payloads,
    known: Vec<DataSource>,
    mut registry: Registry,
    taken: BTreeSet<CataloguePath>,
    prefix: &str,
    today: Date,
) -> Result<Taken, WrongPayload> {
    registry.learn(registry_of(payloads));
    let mut taking = Taking::new(known, taken, prefix);
    let mut touched = BTreeSet::new();
    for payload in &payloads.summaries {
        touched.insert(taking.summary(payload)?);
    }
    for payload in &payloads.sources {
        touched.insert(taking.whole_source(payload)?);
    }
    for payload in &payloads.hierarchies {
        touched.insert(taking.hierarchy(payload)?);
    }
    for payload in &payloads.datasets {
        touched.insert(taking.whole_dataset(payload)?);
    }
    for payload in &payloads.variables {
        touched.insert(taking.whole_variable(payload)?);
    }
    for payload in &payloads.items {
        touched.insert(taking.item(payload)?);
    }
    for payload in &payloads.timelines {
        taking.timeline(payload)?;
    }
    for payload in &payloads.codes {
        taking.codes(payload)?;
    }
    taking.keep(payloads, &registry, today);
    let sources = taking.sources.into_iter().enumerate().filter(|(at, _)| touched.contains(at));
    Ok(Taken { sources: sources.map(|(_, source)| source).collect(), registry })
}

impl Taking {
    fn summary(&mut self, payload: &Payload) -> Result<usize, WrongPayload> {
        let value = &payload.value;
        let (id, name) = (must(payload, value, "id")?, must(payload, value, "navn")?);
        let at = self.source(payload, id, name, text(value, "code"))?;
        let source = &mut self.sources[at];
        name_nb(&mut source.name, name);
        about_source(source, value);
        Ok(at)
    }

    fn whole_source(&mut self, payload: &Payload) -> Result<usize, WrongPayload> {
        let value = &payload.value;
        let (id, name) = (must(payload, value, "id")?, must(payload, value, "preferredTerm")?);
        let at = self.source(payload, id, name, text(value, "code"))?;
        let source = &mut self.sources[at];
        name_nb(&mut source.name, name);
        source.description.nb = owned(value, "beskrivelse").unwrap_or_default();
        about_source(source, value);
        self.datasets_in(payload, at, value, None)?;
        self.parts(payload, at, array(value, "delkilder"), None)?;
        Ok(at)
    }

    fn parts(
        &mut self,
        payload: &Payload,
        at: usize,
        parts: &[Value],
        above: Option<&str>,
    ) -> Result<(), WrongPayload> {
        for value in parts {
            let (id, name) = (must(payload, value, "id")?, must(payload, value, "name")?);
            let here = part(&mut self.sources[at], id, name);
            name_nb(&mut here.name, name);
            here.parent = above.map(str::to_owned);
            about_part(here, value);
            let code = here.code.clone();
            self.datasets_in(payload, at, value, Some(&code))?;
            self.parts(payload, at, array(value, "children"), Some(&code))?;
        }
        Ok(())
    }

    /// The datasets that a source or a sub-source lists.
    fn datasets_in(
        &mut self,
        payload: &Payload,
        at: usize,
        value: &Value,
        part: Option<&str>,
    ) -> Result<(), WrongPayload> {
        for entry in array(value, "datasamlinger") {
            let (id, name) = (must(payload, entry, "id")?, must(payload, entry, "name")?);
            let (s, d) = self.dataset(at, id, name);
            let dataset = &mut self.sources[s].datasets[d];
            name_nb(&mut dataset.name, name);
            dataset.description.nb = owned(entry, "beskrivelse").unwrap_or_default();
            dataset.sub_source = part.map(str::to_owned);
            fields::details(&mut dataset.details, entry);
            fields::texts_of(&mut dataset.details.properties, &mut dataset.name, &mut dataset.description);
        }
        Ok(())
    }

    fn hierarchy(&mut self, payload: &Payload) -> Result<usize, WrongPayload> {
        let value = &payload.value;
        let (id, name) = (must(payload, value, "kildeId")?, must(payload, value, "kildeName")?);
        let at = self.source(payload, id, name, None)?;
        self.branches(payload, at, array(value, "directDatasamlinger"), None)?;
        self.part_branches(payload, at, array(value, "delkilder"), None)?;
        Ok(at)
    }

    fn part_branches(
        &mut self,
        payload: &Payload,
        at: usize,
        parts: &[Value],
        above: Option<&str>,
    ) -> Result<(), WrongPayload> {
        for value in parts {
            let (id, name) = (must(payload, value, "id")?, must(payload, value, "name")?);
            let here = part(&mut self.sources[at], id, name);
            here.parent = above.map(str::to_owned);
            groups_in(payload, &mut here.groups, array(value, "unassignedVariabelgrupper"), None)?;
            let code = here.code.clone();
            self.branches(payload, at, array(value, "datasamlinger"), Some(&code))?;
            self.part_branches(payload, at, array(value, "children"), Some(&code))?;
        }
        Ok(())
    }

    fn branches(
        &mut self,
        payload: &Payload,
        at: usize,
        datasets: &[Value],
        part: Option<&str>,
    ) -> Result<(), WrongPayload> {
        for value in datasets {
            let (id, name) = (must(payload, value, "id")?, must(payload, value, "name")?);
            let (s, d) = self.dataset(at, id, name);
            let dataset = &mut self.sources[s].datasets[d];
            dataset.sub_source = part.map(str::to_owned);
            dataset.details.order = value.get("presentationOrder").and_then(Value::as_i64);
            groups_in(payload, &mut dataset.groups, array(value, "variabelgrupper"), None)?;
        }
        Ok(())
    }

    fn whole_dataset(&mut self, payload: &Payload) -> Result<usize, WrongPayload> {
        let value = &payload.value;
        let (id, name) = (must(payload, value, "id")?, must(payload, value, "preferredTerm")?);
        let (source, named) = (must(payload, value, "parentKildeId")?, must(payload, value, "parentKildeNavn")?);
        let at = self.source(payload, source, named, None)?;
        let (s, d) = self.dataset(at, id, name);
        let dataset = &mut self.sources[s].datasets[d];
        name_nb(&mut dataset.name, name);
        dataset.description.nb = owned(value, "beskrivelse").unwrap_or_default();
        fields::details(&mut dataset.details, value);
        fields::texts_of(&mut dataset.details.properties, &mut dataset.name, &mut dataset.description);
        Ok(s)
    }

    /// Source and dataset of a variable.
    fn home(&mut self, payload: &Payload) -> Result<(usize, usize), WrongPayload> {
        let value = &payload.value;
        let (id, name) = (must(payload, value, "kildeId")?, must(payload, value, "kildeName")?);
        let new = self.source_of(id).is_none();
        // The source's abbreviation makes a better path than its long name.
        let at = self.source(payload, id, name, text(value, "kildeKortNavn"))?;
        if new {
            let source = &mut self.sources[at];
            source.details.short_name = owned(value, "kildeKortNavn");
            source.kind = names::kind(text(value, "kildeType").unwrap_or_default());
        }
        Ok(match (text(value, "datasamlingId"), text(value, "datasamlingName")) {
            (Some(id), Some(name)) => self.dataset(at, id, name),
            _ => self.elsewhere(at),
        })
    }

    fn whole_variable(&mut self, payload: &Payload) -> Result<usize, WrongPayload> {
        let value = &payload.value;
        let (id, code) = (must(payload, value, "id")?, must(payload, value, "code")?);
        let home = self.home(payload)?;
        let code_links: Vec<CodeLink> = array(value, "kodeverklinker").iter().filter_map(code_link).collect();
        let mut versions: Vec<VariableVersion> =
            array(value, "versjoner").iter().map(|version| version_of(version, &code_links)).collect();
        versions.sort_by_key(|version| version.valid.from);
        if versions.is_empty() {
            versions.push(version_of_item(value));
        }
        let details = VariableDetails {
            code: Some(code.to_owned()),
            order: value.get("presentationOrder").and_then(Value::as_i64),
            data_from: fields::day(value, "dataFrom"),
            data_until: fields::day(value, "dataTo"),
            pins: self.pins(home, value),
            code_links,
            instruments: array(value, "instrumenter").iter().filter_map(|i| owned(i, "id")).collect(),
            external: Some(external(id)),
            ..VariableDetails::default()
        };
        self.add(payload, home, code, versions, details)
    }

    /// A variable in a list. What is known of it in full stays; a newcomer is what the list says.
    fn item(&mut self, payload: &Payload) -> Result<usize, WrongPayload> {
        let value = &payload.value;
        let (id, code) = (must(payload, value, "id")?, must(payload, value, "code")?);
        let home = self.home(payload)?;
        if let Some(place) = self.variables.get(id).copied() {
            let order = value.get("presentationOrder").and_then(Value::as_i64);
            self.variable(place).details.order = order;
            return Ok(place.0);
        }
        let details = VariableDetails {
            code: Some(code.to_owned()),
            order: value.get("presentationOrder").and_then(Value::as_i64),
            data_from: fields::day(value, "dataFrom"),
            data_until: fields::day(value, "dataTo"),
            external: Some(external(id)),
            ..VariableDetails::default()
        };
        self.add(payload, home, code, vec![version_of_item(value)], details)
    }

    fn add(
        &mut self,
        payload: &Payload,
        home: (usize, usize),
        code: &str,
        versions: Vec<VariableVersion>,
        mut details: VariableDetails,
    ) -> Result<usize, WrongPayload> {
        let value = &payload.value;
        let id = must(payload, value, "id")?;
        let path = self.variable_path(id, home, code);
        let newest = versions.last();
        let column = newest.and_then(|v| v.properties.text(names::COLUMN));
        let column = column.unwrap_or_else(|| code.rsplit('.').next().unwrap_or(code).to_owned());
        let groups = &mut self.sources[home.0].datasets[home.1].groups;
        let mut codes = group_codes(payload, groups, value)?.into_iter();
        let first = codes.next();
        details.groups = codes.map(|code| GroupPlace { code, dataset: None }).collect();
        if let Some(known) = self.variables.get(id).copied() {
            let old = &self.variable(known).details;
            // What the explorer keeps elsewhere than in the variable's own payload stays.
            details.filters.clone_from(&old.filters);
            if let (Some(new), Some(old)) = (&mut details.external, &old.external) {
                new.kept.clone_from(&old.kept);
            }
        }
        let identification = identification(&column, versions.last(), &details);
        self.put(id, home, Variable { path, column, group: first, identification, details, versions });
        Ok(home.0)
    }

    fn pins(&mut self, home: (usize, usize), value: &Value) -> Vec<Pin> {
        let mut pins = Vec::new();
        for entry in array(value, "alleDatasamlinger") {
            let (Some(id), Some(name)) = (text(entry, "id"), text(entry, "name")) else { continue };
            let (s, d) = self.dataset(home.0, id, name);
            let dataset = self.sources[s].datasets[d].path.clone();
            pins.push(Pin { dataset, from: fields::time(entry, "validFrom"), until: fields::time(entry, "validTo") });
        }
        pins
    }

    /// A timeline names its versions, not its variable; a version's id is found nowhere else.
    fn timeline(&mut self, payload: &Payload) -> Result<(), WrongPayload> {
        let place = self.timeline_of(&payload.value);
        let place = place.ok_or_else(|| WrongPayload::Orphan { file: payload.file.clone(), what: "a timeline" })?;
        let variable = self.variable(place);
        let links = variable.details.code_links.clone();
        let versions = payload.value.as_array().map_or(&[][..], Vec::as_slice);
        let mut versions: Vec<VariableVersion> = versions.iter().map(|v| version_of(v, &links)).collect();
        versions.sort_by_key(|version| version.valid.from);
        // Codes come with their own payload; a timeline does not take them away.
        if let (Some(new), Some(old)) = (versions.last_mut(), variable.versions.last_mut()) {
            new.codes = std::mem::take(&mut old.codes);
        }
        variable.versions = versions;
        Ok(())
    }

    fn timeline_of(&self, timeline: &Value) -> Option<(usize, usize, usize)> {
        let ids: BTreeSet<&str> = timeline.as_array()?.iter().filter_map(|v| text(v, "versjonId")).collect();
        let has = |place: &&(usize, usize, usize)| {
            let variable = &self.sources[place.0].datasets[place.1].variables[place.2];
            variable.versions.iter().filter_map(|v| v.publication.as_ref()?.id.as_deref()).any(|id| ids.contains(id))
        };
        self.variables.values().find(has).copied()
    }

    /// Codes name their list, not a variable: every variable that links to the list has them.
    fn codes(&mut self, payload: &Payload) -> Result<(), WrongPayload> {
        let Some((kind, reference)) = list_of(&payload.value) else {
            return Err(WrongPayload::Unknown { file: payload.file.clone(), at: payload.at.clone() });
        };
        let codes: Vec<Code> = array(&payload.value, "koder").iter().filter_map(code_of).collect();
        let mut found = false;
        for variable in self.sources.iter_mut().flat_map(|s| &mut s.datasets).flat_map(|d| &mut d.variables) {
            let local = variable.details.code_links.iter().position(|link| link.kind == CodeLinkKind::Local);
            let at =
                variable.details.code_links.iter().position(|link| link.kind == kind && link.reference == reference);
            let Some(at) = at else { continue };
            found = true;
            // The first local list stands in the version, as lists of codebooks do.
            match variable.versions.last_mut().filter(|_| local == Some(at)) {
                Some(version) => {
                    version.codes.clone_from(&codes);
                    version.data_type = DataType::List;
                }
                None => variable.details.code_links[at].codes.clone_from(&codes),
            }
        }
        if found { Ok(()) } else { Err(WrongPayload::Orphan { file: payload.file.clone(), what: "codes" }) }
    }

    /// Finds out, now that everything is in its place, where payloads differ from what we would write.
    fn keep(&mut self, payloads: &Payloads, registry: &Registry, today: Date) {
        for at in 0..self.sources.len() {
            let found = self.kept_of(at, payloads, registry, today);
            let source = &mut self.sources[at];
            for (id, payload, kept) in found {
                note(source, &id, payload, kept);
            }
        }
        self.keep_variables(payloads, registry, today);
    }

    fn kept_of(
        &self,
        at: usize,
        payloads: &Payloads,
        registry: &Registry,
        today: Date,
    ) -> Vec<(String, &'static str, Vec<Kept>)> {
        let source = &self.sources[at];
        let writer = Writer::bare(source, registry, today);
        let Some(id) = source.details.external.as_ref().map(|e| e.id.as_str()) else { return Vec::new() };
        let of = |list: &[Payload], key: &str, name: &'static str, ours: &dyn Fn() -> Value| {
            let found = list.iter().rev().find(|payload| text(&payload.value, key) == Some(id));
            found.map(|payload| (id.to_owned(), name, difference(&ours(), &payload.value)))
        };
        let mut kept: Vec<_> = [
            of(&payloads.summaries, "id", "summary", &|| writer.summary()),
            of(&payloads.sources, "id", "source", &|| writer.source()),
            of(&payloads.hierarchies, "kildeId", "hierarchy", &|| writer.hierarchy()),
        ]
        .into_iter()
        .flatten()
        .collect();
        for payload in payloads.datasets.iter().filter(|p| text(&p.value, "parentKildeId") == Some(id)) {
            let Some(dataset) = text(&payload.value, "id").and_then(|id| self.dataset_of(id)) else { continue };
            let dataset = &source.datasets[dataset.1];
            let Some(external) = &dataset.details.external else { continue };
            kept.push((external.id.clone(), "dataset", difference(&writer.dataset(dataset), &payload.value)));
        }
        kept
    }

    fn keep_variables(&mut self, payloads: &Payloads, registry: &Registry, today: Date) {
        let mut found: Vec<(String, String, Vec<Kept>)> = Vec::new();
        {
            let writers: Vec<Writer<'_>> = self.sources.iter().map(|s| Writer::bare(s, registry, today)).collect();
            let at = |(s, d, v): (usize, usize, usize)| {
                let dataset = &self.sources[s].datasets[d];
                (&writers[s], dataset, &dataset.variables[v])
            };
            let place = |payload: &Payload| {
                let id = text(&payload.value, "id")?;
                Some((id.to_owned(), at(*self.variables.get(id)?)))
            };
            for payload in &payloads.variables {
                let Some((id, (writer, dataset, variable))) = place(payload) else { continue };
                found.push((id, "variable".into(), difference(&writer.variable(dataset, variable), &payload.value)));
            }
            for payload in &payloads.items {
                let Some((id, (writer, dataset, variable))) = place(payload) else { continue };
                found.push((id, "item".into(), difference(&writer.item(dataset, variable), &payload.value)));
            }
            for payload in &payloads.timelines {
                let Some((writer, _, variable)) = self.timeline_of(&payload.value).map(at) else { continue };
                let Some(external) = &variable.details.external else { continue };
                found.push((
                    external.id.clone(),
                    "timeline".into(),
                    difference(&writer.timeline(variable), &payload.value),
                ));
            }
            for payload in &payloads.codes {
                let Some((kind, reference)) = list_of(&payload.value) else { continue };
                for (id, place) in &self.variables {
                    let (writer, _, variable) = at(*place);
                    let Some(ours) = writer.codes(variable, kind, reference) else { continue };
                    found.push((id.clone(), codes_payload(kind, reference), difference(&ours, &payload.value)));
                }
            }
        }
        for (id, payload, kept) in found {
            let Some(place) = self.variables.get(&id).copied() else { continue };
            if let Some(external) = &mut self.variable(place).details.external {
                set_kept(external, &payload, kept);
            }
        }
    }
}

/// Keeps what was found beside the source or the dataset of that id.
fn note(source: &mut DataSource, id: &str, payload: &str, kept: Vec<Kept>) {
    let datasets = source.datasets.iter_mut().filter_map(|dataset| dataset.details.external.as_mut());
    let all = source.details.external.iter_mut().chain(datasets);
    if let Some(external) = all.into_iter().find(|external| external.id == id) {
        set_kept(external, payload, kept);
    }
}

fn set_kept(external: &mut External, payload: &str, kept: Vec<Kept>) {
    if kept.is_empty() {
        external.kept.remove(payload);
    } else {
        external.kept.insert(payload.to_owned(), kept);
    }
}

/// A name given in bokmål; other languages stay until their own property says otherwise.
fn name_nb(name: &mut LocalisedText, given: &str) {
    given.clone_into(&mut name.nb);
}

fn about_source(source: &mut DataSource, value: &Value) {
    source.kind = names::kind(text(value, "kildetype").unwrap_or_default());
    fields::details(&mut source.details, value);
    fields::texts_of(&mut source.details.properties, &mut source.name, &mut source.description);
}

fn about_part(part: &mut SubSource, value: &Value) {
    part.description.nb = owned(value, "beskrivelse").unwrap_or_default();
    fields::details(&mut part.details, value);
    fields::texts_of(&mut part.details.properties, &mut part.name, &mut part.description);
}

fn groups_in(
    payload: &Payload,
    groups: &mut Vec<crate::model::tree::VariableGroup>,
    branches: &[Value],
    above: Option<&str>,
) -> Result<(), WrongPayload> {
    for value in branches {
        let (id, name) = (must(payload, value, "id")?, must(payload, value, "name")?);
        let code = group(groups, id, name, above);
        groups_in(payload, groups, array(value, "childVariabelgrupper"), Some(&code))?;
    }
    Ok(())
}

/// The codes of a variable's groups, the one it is shown under first.
fn group_codes(
    payload: &Payload,
    groups: &mut Vec<crate::model::tree::VariableGroup>,
    value: &Value,
) -> Result<Vec<String>, WrongPayload> {
    let mut codes = Vec::new();
    let main = text(value, "variabelgruppeId");
    if let (Some(id), Some(name)) = (main, text(value, "variabelgruppeName")) {
        codes.push(group(groups, id, name, None));
    }
    let all = array(value, "alleVariabelgrupper");
    for entry in all {
        let (id, name) = (must(payload, entry, "id")?, must(payload, entry, "name")?);
        let code = group(groups, id, name, None);
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    // A parent is known by id only; it is one of the variable's groups, or one the hierarchy names.
    for entry in all {
        let (Some(id), Some(parent)) = (text(entry, "id"), text(entry, "parentId")) else { continue };
        let parent = groups.iter().find(|g| g.external.as_deref() == Some(parent)).map(|g| g.code.clone());
        if let (Some(parent), Some(own)) = (parent, groups.iter_mut().find(|g| g.external.as_deref() == Some(id))) {
            own.parent = Some(parent);
        }
    }
    Ok(codes)
}
