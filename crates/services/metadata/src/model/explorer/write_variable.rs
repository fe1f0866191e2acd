//! Payloads about variables: items of a search, details, timelines, codes.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::{
    keep::restore,
    names::{self, id, kept, kind_name, link_name, open_day, time},
    write::{Writer, additional, group_id, is_listed},
};
use crate::model::{
    codebook::ALWAYS,
    details::External,
    link::{CodeLink, CodeLinkKind},
    property::PropertyLevel,
    tree::{Dataset, Variable, VariableGroup, VariableVersion},
    value::Code,
};

impl Writer<'_> {
    /// The variable as an element of `GET /variables`.
    pub fn item(&self, dataset: &Dataset, variable: &Variable) -> Value {
        let mut value = self.head(dataset, variable);
        value["presentationOrder"] = json!(variable.details.order);
        self.restored_variable(value, variable, "item")
    }

    /// `GET /variables/{id}`.
    pub fn variable(&self, dataset: &Dataset, variable: &Variable) -> Value {
        let mut value = self.head(dataset, variable);
        let newest = variable.newest();
        value["datasamlingStatistikkType"] = json!(dataset.details.statistics);
        value["additionalProperties"] = newest.map_or_else(|| json!({}), version_properties);
        value["versjoner"] = variable.versions.iter().map(|v| self.version(variable, v)).collect();
        value["kodeverklinker"] = self.links(variable).iter().map(link).collect();
        value["statistikker"] = json!([]);
        value["alleVariabelgrupper"] = self.groups(dataset, variable).into_iter().map(|(_, group)| group).collect();
        value["alleDatasamlinger"] = self.pins(dataset, variable);
        value["propertyMetadata"] = Value::Array(self.definitions(PropertyLevel::Variable));
        if !variable.details.instruments.is_empty() {
            value["instrumenter"] = self.instruments(variable);
        }
        self.restored_variable(value, variable, "variable")
    }

    /// `GET /variables/{id}/timeline`.
    pub fn timeline(&self, variable: &Variable) -> Value {
        let value = variable.versions.iter().map(|v| self.version(variable, v)).collect();
        self.restored_variable(value, variable, "timeline")
    }

    /// `GET /variables/{id}/kodeverk/{type}/{ref}/codes`; `None` when the variable has no such link.
    pub fn codes(&self, variable: &Variable, kind: CodeLinkKind, reference: &str) -> Option<Value> {
        let links = self.links(variable);
        let found = links.iter().find(|link| link.kind == kind && link.reference == reference)?;
        let codes = codes_of(variable, found);
        let value = json!({
            "kodeverkType": link_name(kind),
            "kodeverkReference": reference,
            "koder": codes.iter().map(code).collect::<Vec<_>>(),
        });
        Some(self.restored_variable(value, variable, &codes_payload(kind, reference)))
    }

    fn restored_variable(&self, mut value: Value, variable: &Variable, payload: &str) -> Value {
        if self.restores {
            restore(&mut value, kept(variable.details.external.as_ref(), payload));
        }
        value
    }

    /// What items and details share.
    fn head(&self, dataset: &Dataset, variable: &Variable) -> Value {
        let (source, newest) = (self.source, variable.newest());
        let home = is_listed(source, dataset).then_some(dataset);
        let group = self.groups(dataset, variable).into_iter().next();
        let (from, until) = data_period(variable);
        json!({
            "id": variable_id(variable),
            "code": variable_code(variable),
            "preferredTerm": newest.map(|v| v.name.nb.as_str()),
            "beskrivelse": newest.map(|v| v.description.nb.as_str()),
            "kildeId": self.source_id(),
            "kildeName": source.name.nb,
            "kildeKortNavn": source.details.short_name.as_deref().unwrap_or_default(),
            "kildeType": kind_name(source.kind),
            "datasamlingId": home.map(|d| self.dataset_id(d)),
            "datasamlingName": home.map(|d| d.name.nb.as_str()),
            "variabelgruppeId": group.as_ref().map(|(_, group)| group["id"].clone()),
            "variabelgruppeName": group.as_ref().map(|(_, group)| group["name"].clone()),
            "dataFrom": open_day(from),
            "dataTo": open_day(until),
            "dataType": newest.and_then(|v| names::type_number(v.properties.text(names::DATA_TYPE), v.data_type)),
            "versjonStatus": newest.map(|v| self.status(v)),
            "versjonId": newest.map(|v| version_id(variable, v)),
        })
    }

    fn status(&self, version: &VariableVersion) -> &'static str {
        if is_historical(version, self.today) { "Historical" } else { "Active" }
    }

    fn version(&self, variable: &Variable, version: &VariableVersion) -> Value {
        json!({
            "versjonId": version_id(variable, version),
            "preferredTerm": version.name.nb,
            "beskrivelse": version.description.nb,
            "gyldigFra": open_day(Some(version.valid.from)),
            "gyldigTil": open_day(version.valid.until),
            "status": self.status(version),
            "publishedAt": time(version.publication.as_ref().and_then(|p| p.at)),
            "additionalProperties": version_properties(version),
        })
    }

    /// The code links: those the publisher gave; for a variable of ours those that its version implies.
    pub(super) fn links(&self, variable: &Variable) -> Vec<CodeLink> {
        let given = variable.details.code_links.clone();
        let Some(version) = variable.newest().filter(|_| given.is_empty()) else { return given };
        let own = |kind, reference: String, has_codes| {
            let name = self.registry.code_system(kind, &reference).map(str::to_owned);
            CodeLink { kind, reference, name, has_codes, codes: Vec::new() }
        };
        let system = version.code_system.clone().map(|system| own(CodeLinkKind::Clinical, system, false));
        let list = (!version.codes.is_empty()).then(|| own(CodeLinkKind::Local, variable.path.name().to_owned(), true));
        system.into_iter().chain(list).collect()
    }

    /// The groups, the one it is shown under first, with the dataset that each belongs to.
    fn groups(&self, dataset: &Dataset, variable: &Variable) -> Vec<(String, Value)> {
        let own = variable.group.as_deref().map(|code| (dataset, code));
        let more = variable.details.groups.iter().filter_map(|place| {
            let of = place.dataset.as_ref().map_or(Some(dataset), |path| self.source.dataset(path));
            Some((of?, place.code.as_str()))
        });
        let find = |(of, code): (&Dataset, &str)| {
            let group = of.groups.iter().find(|group| group.code == code)?;
            Some((of.path.to_string(), group_reference(of, group)))
        };
        own.into_iter().chain(more).filter_map(find).collect()
    }

    fn pins(&self, home: &Dataset, variable: &Variable) -> Value {
        let pins = &variable.details.pins;
        if pins.is_empty() && is_listed(self.source, home) {
            let only = json!({ "id": self.dataset_id(home), "name": home.name.nb, "validFrom": null, "validTo": null });
            return json!([only]);
        }
        let pinned = pins.iter().filter_map(|pin| {
            let dataset = if pin.dataset == home.path { Some(home) } else { self.source.dataset(&pin.dataset) }?;
            Some(json!({
                "id": self.dataset_id(dataset),
                "name": dataset.name.nb,
                "validFrom": time(pin.from),
                "validTo": time(pin.until),
            }))
        });
        pinned.collect()
    }

    fn instruments(&self, variable: &Variable) -> Value {
        let known = |wanted: &String| self.registry.instruments.iter().find(|i| &i.id == wanted);
        let found = variable.details.instruments.iter().filter_map(known);
        found
            .map(|i| json!({ "id": i.id, "code": i.code, "preferredTerm": i.name, "additionalProperties": {} }))
            .collect()
    }
}

/// The id that clients know a variable by.
pub(crate) fn variable_id(variable: &Variable) -> String {
    id(variable.details.external.as_ref(), variable.path.as_str())
}

/// The variable's code; for one of ours its path in capitals.
pub(crate) fn variable_code(variable: &Variable) -> String {
    let own = || variable.path.as_str().to_uppercase().replace('/', ".");
    variable.details.code.clone().unwrap_or_else(own)
}

/// Whether a version is no longer in force on a day.
pub(crate) fn is_historical(version: &VariableVersion, today: Date) -> bool {
    let withdrawn = version.publication.as_ref().is_some_and(|p| p.historical);
    withdrawn || version.valid.until.is_some_and(|until| until < today)
}

/// The first and last day with data: as given, else as the versions say.
pub(crate) fn data_period(variable: &Variable) -> (Option<Date>, Option<Date>) {
    let details = &variable.details;
    if details.external.is_some() {
        return (details.data_from, details.data_until);
    }
    let from = variable.versions.iter().map(|v| v.valid.from).filter(|from| *from != ALWAYS).min();
    (from, variable.retired())
}

/// The name that codes of a link are kept under.
pub(super) fn codes_payload(kind: CodeLinkKind, reference: &str) -> String {
    format!("codes/{}/{reference}", link_name(kind))
}

/// The codes of a link: its own, or those of the version for the local list that has them.
fn codes_of<'a>(variable: &'a Variable, link: &'a CodeLink) -> &'a [Code] {
    let version = variable.newest().map_or(&[][..], |version| &version.codes);
    let stands_in_version = link.kind == CodeLinkKind::Local && link.codes.is_empty();
    if stands_in_version { version } else { &link.codes }
}

fn version_id(variable: &Variable, version: &VariableVersion) -> String {
    let own = || names::own_id(&format!("{}@{}", variable.path, version.valid.from));
    version.publication.as_ref().and_then(|p| p.id.clone()).unwrap_or_else(own)
}

fn version_properties(version: &VariableVersion) -> Value {
    let mut value = additional(&version.properties, &version.name, &version.description);
    let maximum = &version.ranges.maximum;
    let more: [(&str, Option<String>); 5] = [
        (names::UNIT, version.unit.clone()),
        (names::LENGTH, version.length.map(|n| n.to_string())),
        (names::DECIMALS, version.decimals.map(|n| n.to_string())),
        (names::LOW, maximum.low.as_ref().map(ToString::to_string)),
        (names::HIGH, maximum.high.as_ref().map(ToString::to_string)),
    ];
    let given = more.into_iter().filter_map(|(key, text)| Some((key.to_owned(), json!(text?))));
    if let Some(members) = value.as_object_mut() {
        members.extend(given.collect::<Map<_, _>>());
    }
    value
}

fn link(link: &CodeLink) -> Value {
    json!({
        "kodeverkType": link_name(link.kind),
        "kodeverkReference": link.reference,
        "displayName": link.name,
        "harKodeverdier": link.has_codes,
    })
}

fn code(code: &Code) -> Value {
    json!({
        "verdi": code.value,
        "navn": code.text.nb,
        "gyldigFra": open_day(code.from),
        "gyldigTil": open_day(code.until),
    })
}

fn group_reference(dataset: &Dataset, group: &VariableGroup) -> Value {
    let parent = group.parent.as_deref().and_then(|code| dataset.groups.iter().find(|g| g.code == code));
    json!({
        "id": group_id(&dataset.path, group),
        "name": group.name.nb,
        "parentId": parent.map(|parent| group_id(&dataset.path, parent)),
    })
}

/// The id in the explorer, when the variable came from there.
pub(super) fn external(id: &str) -> External {
    External { catalogue: names::CATALOGUE.to_owned(), id: id.to_owned(), kept: std::collections::BTreeMap::new() }
}
