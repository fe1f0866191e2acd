//! What the CSV file of a published table holds, as CSV on the Web ("Metadata Vocabulary for Tabular Data", W3C
//! Recommendation of 17 December 2015). What it has no word for is Dublin Core's or schema.org's, with the prefixes
//! of its own context.

use serde_json::{Map, Value, json};
use varde_core::Language;
use varde_engine::tabulate::Group;
use varde_web::Visit;

use super::{
    HOME,
    files::{CSV, JSON},
    words,
};
use crate::{
    model::{
        Dimension, Explorable, Measure, Question,
        statistics::{Statistic, StatisticId, statistic::LICENCE},
    },
    pages::{
        file::{self, Column},
        record, table,
    },
};

/// The description of a table's CSV file, to lie beside it. Groups in words are in the visit's language, as in the
/// file; everything else is told in all three.
pub(super) fn description(visit: &Visit, id: StatisticId, statistic: &Statistic) -> Vec<u8> {
    let tongues = Tongues::of(visit);
    let dataset = &statistic.dataset;
    let columns = columns(&statistic.plan);
    let described: Vec<Value> = columns.iter().map(|(name, at)| column(&tongues, statistic, *at, name)).collect();
    let mut schema = json!({ "columns": described });
    let coded = columns.iter().filter(|(_, column)| matches!(column, Column::Code(_)));
    let key: Vec<&String> = coded.map(|(name, _)| name).collect();
    if !key.is_empty() {
        schema["primaryKey"] = json!(key);
    }
    let mut table = json!({
        "@context": "http://www.w3.org/ns/csvw",
        "@id": format!("{HOME}/{id}"),
        "url": CSV,
        // The language of groups in words.
        "lang": visit.language.tag(),
        "dc:title": statistic.title,
        "dc:description": tongues.tell(|visit| about(visit, statistic)),
        "dc:issued": { "@value": statistic.made_at, "@type": "xsd:dateTime" },
        "dc:license": { "@id": LICENCE },
        "dc:source": { "@id": format!("/katalog/{}", dataset.path) },
        "dc:hasFormat": { "@id": JSON },
        "schema:isBasedOn": {
            "@id": format!("urn:uuid:{}", dataset.release),
            "schema:sha256": dataset.digest,
            "schema:name": tongues.tell(|visit| visit.local(&dataset.name).to_owned()),
            "schema:publisher": tongues.tell(|visit| visit.local(&dataset.source).to_owned()),
        },
        "schema:additionalProperty": checked(&tongues, statistic),
        "dialect": { "encoding": "utf-8", "header": true },
        "tableSchema": schema,
    });
    if let Some(period) = dataset.period {
        let until = period.until.map_or_else(|| "..".to_owned(), |day| day.to_string());
        table["schema:temporalCoverage"] = format!("{}/{until}", period.from).into();
    }
    varde_core::canonical_json(&table)
}

/// The same visit in every language.
struct Tongues([Visit; 3]);

impl Tongues {
    fn of(visit: &Visit) -> Self {
        Self(Language::ALL.map(|language| {
            let mut other = visit.clone();
            other.language = language;
            other
        }))
    }

    /// A text in each language; without one where it is the same in all.
    fn tell(&self, say: impl Fn(&Visit) -> String) -> Value {
        Self::told(&self.0.each_ref().map(|visit| (visit.language, say(visit))))
    }

    fn told(texts: &[(Language, String)]) -> Value {
        match texts {
            [(_, first), rest @ ..] if rest.iter().all(|(_, text)| text == first) => first.clone().into(),
            texts => texts
                .iter()
                .map(|(language, text)| json!({ "@value": text, "@language": language.tag() }))
                .collect::<Vec<_>>()
                .into(),
        }
    }

    /// The titles of a column: the name that stands above it, which is in no language, and what it is in each.
    fn titles(&self, name: &str, say: impl Fn(&Visit) -> String) -> Value {
        let named = std::iter::once(("und".to_owned(), name.into()));
        named
            .chain(self.0.iter().map(|visit| (visit.language.tag().to_owned(), say(visit).into())))
            .collect::<Map<_, _>>()
            .into()
    }
}

/// What the table is of, and what whoever reads it must know.
fn about(visit: &Visit, statistic: &Statistic) -> String {
    let plan = words::plan_of(visit, statistic);
    let or = |parts: Vec<String>, none: &str| if parts.is_empty() { visit.t(none) } else { parts.join(", ") };
    let told = [
        ("statistics-column-dataset", plan.dataset),
        ("exploration-who", or(plan.conditions, "exploration-everybody")),
        ("statistics-by", or(plan.by, "statistics-by-nothing")),
    ];
    let told = told.map(|(key, value)| format!("{}: {value}.", visit.t(key))).join(" ");
    format!("{told} {}", words::notes(visit, statistic, "statistics-note-empty"))
}

/// What was checked, name by name.
fn checked(tongues: &Tongues, statistic: &Statistic) -> Value {
    let records = tongues.0.each_ref().map(|visit| record::of_statistic(visit, statistic));
    let fact = |at: usize| {
        let of = |part: fn(&record::Fact) -> &String| {
            let texts = tongues.0.iter().zip(&records).map(|(visit, all)| (visit.language, part(&all[at]).clone()));
            Tongues::told(&texts.collect::<Vec<_>>())
        };
        json!({
            "@type": "schema:PropertyValue",
            "schema:propertyID": records[0][at].id,
            "schema:name": of(|fact| &fact.name),
            "schema:value": of(|fact| &fact.value),
        })
    };
    (0..records[0].len()).map(fact).collect::<Vec<_>>().into()
}

/// The columns of the file, each with a name of its own: letters, digits and `_`, the same in every language.
pub(super) fn columns(plan: &Question) -> Vec<(String, Column)> {
    let dimension = |axis: usize| match &plan.by[axis] {
        // Names that begin with _ are the recommendation's own (§ 5.6).
        Dimension::Variable { name, .. } if name.starts_with('_') => format!("x{name}"),
        Dimension::Variable { name, .. } => name.clone(),
        Dimension::Age { .. } => "age".to_owned(),
        Dimension::Sex => "sex".to_owned(),
        Dimension::County => "county".to_owned(),
    };
    let measured = || [Some(plan.measure.name()), plan.measure.number()].into_iter().flatten().collect::<Vec<_>>();
    let mut named: Vec<(String, Column)> = Vec::new();
    for column in Column::with_codes(plan) {
        let wanted = match column {
            Column::Code(axis) => dimension(axis),
            Column::Words(axis) => format!("{}_text", dimension(axis)),
            Column::People => "people".to_owned(),
            Column::Measured => measured().join("_"),
            Column::Lower => "lower_quartile".to_owned(),
            Column::Upper => "upper_quartile".to_owned(),
        };
        let others = (2..).map(|number| format!("{wanted}_{number}"));
        let mut free = std::iter::once(wanted.clone()).chain(others);
        let name = free.find(|name| named.iter().all(|(other, _)| other != name));
        named.extend(name.map(|name| (name, column)));
    }
    named
}

fn column(tongues: &Tongues, statistic: &Statistic, column: Column, name: &str) -> Value {
    let (plan, dataset) = (&statistic.plan, &statistic.dataset);
    let mut told = json!({
        "name": name,
        "titles": tongues.titles(name, |visit| column.title(visit, plan, Some(dataset))),
    });
    match column {
        Column::Code(axis) => code(tongues, statistic, axis, &mut told),
        Column::Words(_) => {
            told["datatype"] = "string".into();
            told["required"] = true.into();
        }
        Column::People => number(tongues, &Measure::People, dataset, &mut told),
        Column::Measured | Column::Lower | Column::Upper => number(tongues, &plan.measure, dataset, &mut told),
    }
    told
}

/// The codes of a dimension with what they mean.
fn code(tongues: &Tongues, statistic: &Statistic, axis: usize, told: &mut Value) {
    let groups: Vec<Option<usize>> = table::groups(statistic.grid(), axis).collect();
    let group = |at: &Option<usize>| -> Option<&Group> { statistic.groups.get(axis)?.get((*at)?) };
    let codes: Vec<String> = groups.iter().map(|at| file::code(group(at))).collect();
    let meanings = groups.iter().zip(&codes).map(|(at, code)| {
        let words = |visit: &Visit| table::label(visit, statistic.grid(), Some(&statistic.dataset), axis, *at);
        json!({ "schema:value": code, "schema:name": tongues.tell(words) })
    });
    told["schema:valueReference"] = meanings.collect::<Vec<_>>().into();
    let any: Vec<String> = codes.iter().map(|code| literal(code)).collect();
    told["datatype"] = json!({ "base": "string", "format": format!("^(?:{})$", any.join("|")) });
    told["required"] = true.into();
    // Codes are in no language.
    told["lang"] = "und".into();
    if let Some(Dimension::Variable { name, .. }) = statistic.plan.by.get(axis) {
        told["schema:propertyID"] = format!("{}/{name}", statistic.dataset.path).into();
    }
}

/// A regular expression of ECMAScript that matches the text and nothing else.
fn literal(text: &str) -> String {
    let escaped = |letter: char| {
        let special = r"\^$.*+?()[]{}|/".contains(letter);
        special.then_some('\\').into_iter().chain([letter])
    };
    text.chars().flat_map(escaped).collect()
}

/// A number, or nothing where it is withheld.
fn number(tongues: &Tongues, measure: &Measure, dataset: &Explorable, told: &mut Value) {
    told["datatype"] = match measure {
        Measure::People | Measure::Events => "nonNegativeInteger",
        Measure::Sum(_) | Measure::Mean(_) | Measure::Median(_) => "decimal",
    }
    .into();
    told["null"] = "".into();
    told["required"] = false.into();
    told["dc:description"] = tongues.tell(|visit| visit.t("statistics-note-empty"));
    if let Some(variable) = measure.number() {
        told["schema:propertyID"] = format!("{}/{variable}", dataset.path).into();
        if let Some(unit) = dataset.variable(variable).and_then(|one| one.unit.as_ref()) {
            told["schema:unitText"] = unit.clone().into();
        }
    }
}

#[cfg(test)]
mod tests {
    use varde_permit::Granularity;

    use super::*;
    use crate::model::Condition;

    #[test]
    fn no_two_columns_have_the_same_name() {
        let variable = |name: &str| Dimension::Variable { name: name.to_owned(), level: Granularity::AsIs };
        let plan = Question {
            dataset: "npr/contact".parse().unwrap(),
            only: Condition::default(),
            by: vec![Dimension::Sex, variable("sex"), variable("_people")],
            measure: Measure::Sum("days".to_owned()),
        };
        let names: Vec<String> = columns(&plan).into_iter().map(|(name, _)| name).collect();
        let all = ["sex", "sex_text", "sex_2", "sex_text_2", "x_people", "x_people_text", "people", "sum_days"];
        assert_eq!(names, all);
    }

    #[test]
    fn a_literal_matches_itself_alone() {
        assert_eq!(literal("I50.1"), r"I50\.1");
        assert_eq!(literal("20–39 (a|b)"), r"20–39 \(a\|b\)");
    }
}
