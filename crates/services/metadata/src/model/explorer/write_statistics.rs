//! A variable's statistics in the explorer's JSON: one entry a year.

use serde_json::{Map, Value, json};

use super::{names, write_variable::variable_code};
use crate::model::{
    observed::Groups,
    statistics::{Statistics, YearStatistics, meaning},
    tree::Variable,
};

/// What the explorer's clients show instead of numbers that are withheld.
const WITHHELD: &str = "deskriptivStatistikkIkkeGitt";

/// Adds what was observed here, unless the catalogue that the variable came from sent its own.
pub(crate) fn add_statistics(value: &mut Value, variable: &Variable, statistics: &Statistics) {
    if value["statistikker"].as_array().is_some_and(|theirs| !theirs.is_empty()) {
        return;
    }
    value["statistikker"] = statistics.years.iter().map(|year| entry(variable, statistics, year)).collect();
}

fn entry(variable: &Variable, statistics: &Statistics, year: &YearStatistics) -> Value {
    let with = year.with_value();
    let missing = with.zip(year.total).map(|(with, total)| total.rows.saturating_sub(with.rows));
    let summary = year.summary;
    let number = |number: f64| format!("{number:.2}");
    let properties = [
        ("SisteOppdaterteAarssett", year.year.map(|year| year.to_string())),
        ("GyldigeTilfeller", with.map(|count| count.rows.to_string())),
        ("ManglendeTilfeller", missing.map(|rows| rows.to_string())),
        ("MED", summary.and_then(|s| s.median).map(number)),
        ("AVG", summary.map(|s| number(s.mean))),
        ("STD", summary.map(|s| number(s.deviation))),
    ];
    let name = variable.newest().map(|version| version.name.nb.as_str());
    let label = year.year.map_or_else(|| "uten".to_owned(), |year| year.to_string());
    json!({
        "id": names::own_id(&format!("{}/{}/{label}", variable.path, statistics.observed.release)),
        "code": variable_code(variable),
        "preferredTerm": name,
        "additionalProperties": given(properties),
        "kodefrekvenser": frequencies(variable, statistics, year),
        "avsloringskontroll": with.is_none().then_some(WITHHELD),
    })
}

fn frequencies(variable: &Variable, statistics: &Statistics, year: &YearStatistics) -> Value {
    let Some(Groups::Codes(codes) | Groups::SomeCodes(codes)) = &statistics.groups else { return json!([]) };
    let known = variable.newest().map_or(&[][..], |version| &version.codes);
    let one = |(code, count): (&String, &Option<crate::model::Count>)| {
        let term = meaning(known, code).map_or(code.as_str(), |known| known.text.nb.as_str());
        let rows = count.map(|count| count.rows.to_string());
        json!({
            "code": format!("{}.{code}", variable_code(variable)),
            "preferredTerm": term,
            "beskrivelse": null,
            "additionalProperties": given([("KodeverkLokalID", Some(code.clone())), ("GyldigeTilfeller", rows)]),
        })
    };
    codes.iter().zip(&year.counts).map(one).collect()
}

/// Those that there are: what is withheld is not there.
fn given<const N: usize>(properties: [(&str, Option<String>); N]) -> Value {
    let there = properties.into_iter().filter_map(|(key, value)| Some((key.to_owned(), Value::String(value?))));
    Value::Object(there.collect::<Map<_, _>>())
}
