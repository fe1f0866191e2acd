//! Rows of the list of variables: the element that is shown and the marks that filters ask for.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    names::link_name,
    write::{Writer, group_id},
    write_variable::{data_period, is_historical},
};
use crate::model::{
    link::CodeLinkKind,
    tree::{DataSource, Dataset, Variable},
};

/// One row for each variable of a source, for the store.
pub(crate) fn listing(writer: &Writer<'_>, source: &DataSource, today: Date) -> Vec<Value> {
    let all = source.datasets.iter().flat_map(|dataset| dataset.variables.iter().map(move |v| (dataset, v)));
    all.enumerate().map(|(position, (dataset, variable))| row(writer, dataset, variable, position, today)).collect()
}

fn row(writer: &Writer<'_>, dataset: &Dataset, variable: &Variable, position: usize, today: Date) -> Value {
    let item = writer.item(dataset, variable);
    let text = |key: &str| item[key].as_str().unwrap_or_default().to_lowercase();
    let words = ["preferredTerm", "code", "beskrivelse"].map(text).join(" ");
    let (from, until) = data_period(variable);
    json!({
        "id": item["id"],
        "path": variable.path,
        "position": position,
        "marks": marks(writer, dataset, variable, &item),
        "historical": variable.newest().is_none_or(|version| is_historical(version, today)),
        "data_from": from,
        "data_until": until,
        "words": words,
        "item": item,
    })
}

/// What filters can ask for, as `facet:value`.
fn marks(writer: &Writer<'_>, dataset: &Dataset, variable: &Variable, item: &Value) -> Vec<String> {
    let source = writer.source;
    let mut marks = Vec::new();
    let mut mark = |facet: &str, value: Option<&str>| marks.extend(value.map(|value| format!("{facet}:{value}")));
    mark("kildeIds", item["kildeId"].as_str());
    mark("kildeType", item["kildeType"].as_str());
    mark("datatypes", item["dataType"].as_str());
    let pinned = variable.details.pins.iter().filter_map(|pin| source.dataset(&pin.dataset));
    let mut datasets: Vec<&Dataset> = vec![dataset];
    datasets.extend(pinned.filter(|other| other.path != dataset.path));
    for at in &datasets {
        mark("datasamlingIds", Some(&writer.dataset_id(at)));
        for part in source.above(at.sub_source.as_deref()) {
            mark("delkildeIds", writer.part_id(Some(&part.code)).as_deref());
        }
        for category in source.categories_of(at) {
            mark("datakategorier", Some(&category));
        }
    }
    let own = variable.group.as_deref().map(|code| (dataset, code));
    let more = variable.details.groups.iter().filter_map(|place| {
        let of = place.dataset.as_ref().map_or(Some(dataset), |path| source.dataset(path));
        Some((of?, place.code.as_str()))
    });
    for (of, code) in own.into_iter().chain(more) {
        let group = of.groups.iter().find(|group| group.code == code);
        mark("variabelgruppeIds", group.map(|group| group_id(&of.path, group)).as_deref());
    }
    for link in writer.links(variable) {
        match link.kind {
            CodeLinkKind::Clinical => mark("helsefagligKodeverkReferanser", Some(&link.reference)),
            CodeLinkKind::Administrative => mark("administrativtKodeverkOids", Some(&link.reference)),
            CodeLinkKind::Local => mark("harKodeverk", Some(link_name(CodeLinkKind::Local))),
        }
    }
    for instrument in &variable.details.instruments {
        mark("instrumentIds", Some(instrument));
    }
    for filter in &variable.details.filters {
        mark("filterIds", Some(filter));
    }
    marks.sort_unstable();
    marks.dedup();
    marks
}
