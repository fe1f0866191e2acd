//! What changed between two editions of a source, in words.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use varde_web::{Failure, Visit, ui::Link};

use super::{
    Service,
    text::{Words, crumbs},
};
use crate::{Change, Difference, EditionId, Named, VariableChange};

#[derive(Template)]
#[template(path = "catalogue/difference.html")]
struct DifferenceTemplate<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    shown: Shown,
}

/// A difference as it is shown.
pub(super) struct Shown {
    pub(super) summary: String,
    pub(super) lists: Vec<NamedList>,
    pub(super) nodes: Vec<ChangedRow>,
    pub(super) changed: Vec<ChangedRow>,
}

/// Variables under a heading.
pub(super) struct NamedList {
    pub(super) title: String,
    pub(super) variables: Vec<(String, Words)>,
}

/// What changed about one variable or node.
pub(super) struct ChangedRow {
    /// The path in pieces, between which a narrow column may break the line.
    pub(super) path: Vec<String>,
    pub(super) name: Words,
    pub(super) changes: Vec<String>,
}

/// `GET /katalog/endringer/{old}/{new}`.
pub(super) async fn show(
    visit: Visit,
    State(service): State<Service>,
    Path((old, new)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let id = |text: &str| text.parse::<EditionId>().map_err(|_| Failure::not_found());
    let (source, difference) = service.difference(&visit.actor, id(&old)?, id(&new)?).await?;
    let (crumbs, shown) = (crumbs(&visit, Some(&source), None), Shown::of(&visit, &difference));
    Ok(visit.page(DifferenceTemplate { visit: &visit, crumbs, shown }))
}

impl Shown {
    /// The difference in the visit's language.
    pub(super) fn of(visit: &Visit, difference: &Difference) -> Self {
        let Difference { added, removed, retired, changed, nodes } = difference;
        let counts = [("added", added), ("removed", removed), ("retired", retired)];
        let mut arguments: Vec<_> = counts.iter().map(|(name, list)| (*name, list.len().into())).collect();
        arguments.push(("changed", changed.len().into()));
        let list = |(name, variables): (&str, &Vec<Named>)| NamedList {
            title: visit.t_of("metadata-difference", name),
            variables: variables.iter().map(|v| (v.path.to_string(), Words::of(visit, &v.name))).collect(),
        };
        let row = |change: &VariableChange| ChangedRow {
            path: pieces(change.path.as_str()),
            name: Words::of(visit, &change.name),
            changes: change.changes.iter().map(|c| sentence(visit, c)).collect(),
        };
        Self {
            summary: visit.t_with("metadata-difference-summary", &arguments),
            lists: counts.into_iter().map(list).filter(|l| !l.variables.is_empty()).collect(),
            nodes: nodes.iter().map(row).collect(),
            changed: changed.iter().map(row).collect(),
        }
    }
}

/// A path or code in pieces that are not broken: names divide at `/`, `_` and `-`.
pub(super) fn pieces(path: &str) -> Vec<String> {
    path.split_inclusive(['/', '_', '-']).map(str::to_owned).collect()
}

/// What a field is called.
pub(super) fn field_name(visit: &Visit, field: &str) -> String {
    match field.split_once('.') {
        Some(("property", key)) => key.to_owned(),
        Some((text, language)) => visit.t(&format!("governance-field-{text}-{language}")),
        None => visit.t(&format!("governance-field-{field}")),
    }
}

/// One change as a sentence.
fn sentence(visit: &Visit, change: &Change) -> String {
    let from_to = |key: &str, from: String, to: String| visit.t_with(key, &[("from", from.into()), ("to", to.into())]);
    let code =
        |key: &str, value: &String, text: &String| visit.t_with(key, &[("value", value.into()), ("text", text.into())]);
    let data_type = |t: crate::DataType| visit.t_of("metadata-type", t.name());
    let or_none = |unit: &Option<String>| unit.clone().unwrap_or_else(|| visit.t("metadata-change-none"));
    match change {
        Change::Type { from, to } => from_to("metadata-change-type", data_type(*from), data_type(*to)),
        Change::Name { from, to } => from_to("metadata-change-name", from.clone(), to.clone()),
        Change::Description => visit.t("metadata-change-description"),
        Change::Unit { from, to } => from_to("metadata-change-unit", or_none(from), or_none(to)),
        Change::Required { to: true } => visit.t("metadata-change-required"),
        Change::Required { to: false } => visit.t("metadata-change-optional"),
        Change::NormalRange { from, to } => from_to("metadata-change-normal", from.to_string(), to.to_string()),
        Change::MaximumRange { from, to } => from_to("metadata-change-maximum", from.to_string(), to.to_string()),
        Change::Field { field, from, to } => visit.t_with(
            "governance-change-field",
            &[
                ("field", field_name(visit, field).into()),
                ("from", or_empty(visit, from).into()),
                ("to", or_empty(visit, to).into()),
            ],
        ),
        Change::CodeAdded { value, text } => code("metadata-change-code-added", value, text),
        Change::CodeRemoved { value, text } => code("metadata-change-code-removed", value, text),
        Change::CodeRetired { value } => visit.t_with("metadata-change-code-retired", &[("value", value.into())]),
        Change::CodeText { value, from, to } => visit
            .t_with("metadata-change-code-text", &[("value", value.into()), ("from", from.into()), ("to", to.into())]),
    }
}

fn or_empty(visit: &Visit, text: &str) -> String {
    if text.is_empty() { visit.t("metadata-change-none") } else { text.to_owned() }
}
