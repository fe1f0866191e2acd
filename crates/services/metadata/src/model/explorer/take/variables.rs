//! Variables, their versions and codes from their payloads.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    taking::{Place, Taking, group},
    version::{code_link, code_of, identification, list_of, version_of, version_of_item},
};
use crate::model::{
    explorer::{
        fields::{self, array, must, owned, text},
        names,
        payload::{Payload, WrongPayload},
        write_variable::external,
    },
    link::{CodeLink, CodeLinkKind, GroupPlace, Pin, VariableDetails},
    tree::{Variable, VariableGroup, VariableVersion},
    value::{Code, DataType},
};

impl Taking {
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

    pub(super) fn whole_variable(&mut self, payload: &Payload) -> Result<usize, WrongPayload> {
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
    pub(super) fn item(&mut self, payload: &Payload) -> Result<usize, WrongPayload> {
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
    pub(super) fn timeline(&mut self, payload: &Payload) -> Result<(), WrongPayload> {
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

    pub(super) fn timeline_of(&self, timeline: &Value) -> Option<Place> {
        let ids: BTreeSet<&str> = timeline.as_array()?.iter().filter_map(|v| text(v, "versjonId")).collect();
        let has = |place: &&Place| {
            let variable = &self.sources[place.0].datasets[place.1].variables[place.2];
            variable.versions.iter().filter_map(|v| v.publication.as_ref()?.id.as_deref()).any(|id| ids.contains(id))
        };
        self.variables.values().find(has).copied()
    }

    /// Codes name their list, not a variable: every variable that links to the list has them.
    pub(super) fn codes(&mut self, payload: &Payload) -> Result<(), WrongPayload> {
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
}

/// The codes of a variable's groups, the one it is shown under first.
fn group_codes(payload: &Payload, groups: &mut Vec<VariableGroup>, value: &Value) -> Result<Vec<String>, WrongPayload> {
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
