//! The answer about filters: what can be chosen, what it is called, how many variables it leaves.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{names::open_day, write::definition};
use crate::model::{link::CodeLinkKind, property::PropertyLevel, registry::Registry};

/// The values of each facet with their counts.
type Counts = BTreeMap<String, Vec<(String, i64)>>;

/// `propertyMetadata` of a level.
pub(crate) fn definitions(registry: &Registry, level: PropertyLevel) -> Value {
    registry.properties_of(level).into_iter().map(definition).collect()
}

/// `GET /filters`, from the counts and the finished answers about the sources.
pub(crate) fn facets(
    counts: &Counts,
    sources: &[Value],
    registry: &Registry,
    (total, first, last): (i64, Option<Date>, Option<Date>),
) -> Value {
    let nodes = Nodes::of(sources);
    let of = |facet: &str| counts.get(facet).map_or(&[][..], Vec::as_slice);
    let node = |facet: &str, keys: &[&str]| -> Value {
        let mut rows: Vec<Value> = of(facet)
            .iter()
            .filter_map(|(id, count)| Some((nodes.0.get(id.as_str())?, count)))
            .map(|(node, count)| with(node, keys, *count))
            .collect();
        rows.sort_by_key(|row| row["name"].as_str().unwrap_or_default().to_lowercase());
        Value::Array(rows)
    };
    let value = |facet: &str| -> Value {
        of(facet).iter().map(|(value, count)| json!({ "value": value, "count": count })).collect()
    };
    let system = |facet: &str, kind, keys: [&str; 2]| -> Value {
        let name = |reference: &str| registry.code_system(kind, reference).map(str::to_owned);
        by_count(of(facet), |value, count| json!({ keys[0]: value, keys[1]: name(value), "count": count }))
    };
    let instrument = |id: &str, count: i64| {
        let known = registry.instruments.iter().find(|i| i.id == id);
        json!({ "id": id, "code": known.map(|i| &i.code), "navn": known.map(|i| &i.name), "count": count })
    };
    let filter = |id: &str, count: i64| {
        let known = registry.filters.iter().find(|f| f.id == id);
        json!({ "id": id, "name": known.map(|f| &f.name), "parentId": known.map(|f| &f.parent), "count": count })
    };
    let kind = |value: &str, count: i64| json!({ "value": value, "displayName": capital(value), "count": count });
    json!({
        "kildeTyper": of("kildeType").iter().map(|(value, count)| kind(value, *count)).collect::<Vec<_>>(),
        "kilder": node("kildeIds", &["id", "name", "kortNavn", "kildeType"]),
        "variabelgrupper": node("variabelgruppeIds", &["id", "name", "parentId"]),
        "filtere": by_count(of("filterIds"), filter),
        "delkilder": node("delkildeIds", &["id", "name", "parentDelkildeId", "kildeId"]),
        "datatyper": value("datatypes"),
        "helsefagligKodeverk":
            system("helsefagligKodeverkReferanser", CodeLinkKind::Clinical, ["kortNavn", "fulltNavn"]),
        "administrativtKodeverk":
            system("administrativtKodeverkOids", CodeLinkKind::Administrative, ["oid", "navn"]),
        "instrumenter": by_count(of("instrumentIds"), instrument),
        "datakategorier": value("datakategorier"),
        "kildeKodeverkCount": of("harKodeverk").first().map_or(0, |(_, count)| *count),
        "dateRange": { "min": open_day(first), "max": open_day(last) },
        "totalCount": total,
    })
}

fn by_count(values: &[(String, i64)], row: impl Fn(&str, i64) -> Value) -> Value {
    let mut values: Vec<&(String, i64)> = values.iter().collect();
    values.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    values.into_iter().map(|(value, count)| row(value, *count)).collect()
}

fn with(node: &Value, keys: &[&str], count: i64) -> Value {
    let mut row: Value = keys.iter().map(|key| ((*key).to_owned(), node[*key].clone())).collect();
    row["count"] = json!(count);
    row
}

/// `sentraltHelseregister` as the explorer shows it: `SentraltHelseregister`.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Sources, sub-sources and groups by id, from the finished hierarchies.
struct Nodes(BTreeMap<String, Value>);

impl Nodes {
    fn of(sources: &[Value]) -> Self {
        let mut nodes = Self(BTreeMap::new());
        for body in sources {
            let (summary, tree) = (&body["summary"], &body["hierarchy"]);
            let id = &summary["id"];
            let short = summary["kortNavn"].as_str().unwrap_or_default();
            nodes.put(
                id,
                json!({
                    "id": id, "name": summary["navn"], "kortNavn": short, "kildeType": summary["kildetype"],
                }),
            );
            nodes.datasets(&tree["directDatasamlinger"]);
            nodes.parts(&tree["delkilder"], &Value::Null, id);
        }
        nodes
    }

    fn put(&mut self, id: &Value, node: Value) {
        self.0.insert(id.as_str().unwrap_or_default().to_owned(), node);
    }

    fn parts(&mut self, parts: &Value, above: &Value, source: &Value) {
        for part in parts.as_array().map_or(&[][..], Vec::as_slice) {
            let (id, name) = (&part["id"], &part["name"]);
            self.put(id, json!({ "id": id, "name": name, "parentDelkildeId": above, "kildeId": source }));
            self.datasets(&part["datasamlinger"]);
            self.groups(&part["unassignedVariabelgrupper"], &Value::Null);
            self.parts(&part["children"], id, source);
        }
    }

    fn datasets(&mut self, datasets: &Value) {
        for dataset in datasets.as_array().map_or(&[][..], Vec::as_slice) {
            self.groups(&dataset["variabelgrupper"], &Value::Null);
        }
    }

    fn groups(&mut self, groups: &Value, above: &Value) {
        for group in groups.as_array().map_or(&[][..], Vec::as_slice) {
            self.put(&group["id"], json!({ "id": group["id"], "name": group["name"], "parentId": above }));
            self.groups(&group["childVariabelgrupper"], &group["id"]);
        }
    }
}
