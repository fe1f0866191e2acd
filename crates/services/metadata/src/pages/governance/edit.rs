//! Editing a source, dataset or variable: each saved field becomes an edit of the source's draft.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use serde_json::Value;
use varde_core::{CataloguePath, FieldProblem, LocalisedText};
use varde_web::{
    Failure, Form, Id, Visit,
    ui::{Choice, Link},
};

use super::{crumbs, edit_page, problems, proposal_page, source_page};
use crate::{
    Editing, Properties, PropertyDefinition, PropertyLevel, PropertyType,
    model::governance::{Edit, Field},
    pages::{Service, text::Words},
};

#[derive(Template)]
#[template(path = "governance/edit.html")]
struct EditTemplate<'a> {
    visit: &'a Visit,
    form: &'a Form,
    crumbs: Vec<Link>,
    href: String,
    all_href: Option<String>,
    back: String,
    name: Words,
    fields: Vec<FieldRow>,
    bulk: Vec<Choice>,
    variables: Vec<(String, Words)>,
    draft: Option<String>,
}

/// A field of the form.
struct FieldRow {
    name: String,
    label: String,
    kind: &'static str,
    choices: Vec<Choice>,
    value: String,
}

/// The node that is edited, whatever it is.
struct Node<'a> {
    name: &'a LocalisedText,
    description: &'a LocalisedText,
    from: Option<jiff::civil::Date>,
    until: Option<jiff::civil::Date>,
    properties: &'a Properties,
    level: PropertyLevel,
}

fn node<'a>(editing: &'a Editing, at: &CataloguePath) -> Option<Node<'a>> {
    let source = &editing.source;
    match at.parts().count() {
        1 => Some(Node {
            name: &source.name,
            description: &source.description,
            from: source.details.terms.valid_from,
            until: source.details.terms.valid_until,
            properties: &source.details.properties,
            level: PropertyLevel::Source,
        }),
        2 => source.dataset(at).map(|dataset| Node {
            name: &dataset.name,
            description: &dataset.description,
            from: dataset.details.terms.valid_from,
            until: dataset.details.terms.valid_until,
            properties: &dataset.details.properties,
            level: PropertyLevel::Dataset,
        }),
        _ => {
            let version = source.variables().find(|variable| &variable.path == at)?.newest()?;
            Some(Node {
                name: &version.name,
                description: &version.description,
                from: Some(version.valid.from),
                until: version.valid.until,
                properties: &version.properties,
                level: PropertyLevel::Variable,
            })
        }
    }
}

fn fields(visit: &Visit, editing: &Editing, node: &Node<'_>) -> Vec<FieldRow> {
    let row = |name: String, kind, value: String| FieldRow {
        label: super::super::difference::field_name(visit, &name),
        name,
        kind,
        choices: Vec::new(),
        value,
    };
    let day = |day: Option<jiff::civil::Date>| day.map(|d| d.to_string()).unwrap_or_default();
    let texts = |key: &str, kind, text: &LocalisedText| {
        [("nb", &text.nb), ("nn", &text.nn), ("en", &text.en)]
            .map(|(language, text)| row(format!("{key}.{language}"), kind, text.clone()))
    };
    let mut rows: Vec<FieldRow> = texts("name", "text", node.name).into();
    rows.extend(texts("description", "area", node.description));
    rows.push(row("valid_from".to_owned(), "date", day(node.from)));
    rows.push(row("valid_until".to_owned(), "date", day(node.until)));
    let defined = editing.registry.properties_of(node.level);
    rows.extend(defined.into_iter().map(|definition| property(visit, definition, node.properties)));
    rows
}

fn property(visit: &Visit, definition: &PropertyDefinition, values: &Properties) -> FieldRow {
    let kind = match definition.kind {
        PropertyType::SingleSelect => "select",
        PropertyType::Text
        | PropertyType::MultilingualText
        | PropertyType::LangTaggedList
        | PropertyType::MultiSelect
        | PropertyType::Object => "area",
        _ => "text",
    };
    let option = |o: &crate::PropertyOption| Choice::new(&o.value, visit.local(&o.label));
    let value = values.0.get(&definition.key);
    FieldRow {
        name: format!("property.{}", definition.key),
        label: visit.local(&definition.label).to_owned(),
        kind,
        choices: definition.options.iter().map(option).collect(),
        value: value.map_or_else(String::new, |v| v.as_str().map_or_else(|| Value::to_string(v), str::to_owned)),
    }
}

/// `GET /katalog/forvaltning/felt/{path}`.
pub(super) async fn show(
    visit: Visit,
    State(service): State<Service>,
    Id(at): Id<CataloguePath>,
) -> Result<Response, Failure> {
    let editing = service.editing(&visit.actor, &at).await?;
    let shown = node(&editing, &at).ok_or_else(Failure::not_found)?;
    let filled =
        fields(&visit, &editing, &shown).iter().fold(Form::new(), |form, f| form.with(&f.name, f.value.clone()));
    page(&visit, &editing, &at, filled, StatusCode::OK)
}

fn page(
    visit: &Visit,
    editing: &Editing,
    at: &CataloguePath,
    form: Form,
    status: StatusCode,
) -> Result<Response, Failure> {
    let shown = node(editing, at).ok_or_else(Failure::not_found)?;
    let source = &editing.source;
    let mut more = vec![Link::new(source_page(&source.path), visit.local(&source.name))];
    if let Some(dataset) = at.parent().and_then(|above| source.dataset(&above)) {
        more.push(Link::new(edit_page(&dataset.path), visit.local(&dataset.name)));
    }
    let dataset = source.dataset(at);
    let variables = dataset.map_or(&[][..], |d| &d.variables);
    let row = |v: &crate::Variable| Some((edit_page(&v.path), Words::of(visit, &v.newest()?.name)));
    let choice = |p: &&PropertyDefinition| Choice::new(format!("property.{}", p.key), visit.local(&p.label));
    let mut bulk: Vec<Choice> = editing.registry.properties_of(PropertyLevel::Variable).iter().map(choice).collect();
    bulk.insert(0, Choice::new("valid_until", visit.t("governance-field-valid_until")));
    let template = EditTemplate {
        crumbs: crumbs(visit, more),
        href: edit_page(at),
        all_href: dataset.map(|d| format!("/katalog/forvaltning/samlet/{}", d.path)),
        back: source_page(&source.path),
        name: Words::of(visit, shown.name),
        fields: fields(visit, editing, &shown),
        bulk,
        variables: variables.iter().filter_map(row).collect(),
        draft: editing.draft.map(proposal_page),
        form: &form,
        visit,
    };
    Ok(visit.page_with(status, template))
}

/// `POST /katalog/forvaltning/felt/{path}`: what differs becomes edits.
pub(super) async fn save(
    visit: Visit,
    State(service): State<Service>,
    Id(at): Id<CataloguePath>,
    form: Form,
) -> Result<Response, Failure> {
    let editing = service.editing(&visit.actor, &at).await?;
    let shown = node(&editing, &at).ok_or_else(Failure::not_found)?;
    let mut edits = Vec::new();
    for field in fields(&visit, &editing, &shown) {
        // Browsers send line breaks as two characters; that is no change.
        let given = form.value(&field.name).replace("\r\n", "\n");
        if given.trim() != field.value.replace("\r\n", "\n").trim() {
            let name: Field = field.name.parse().map_err(|_| Failure::not_found())?;
            edits.push(Edit { path: at.clone(), field: name, value: given });
        }
    }
    if edits.is_empty() {
        let form = form.with_problems([FieldProblem::new("name.nb", "governance-error-nothing")]);
        return page(&visit, &editing, &at, form, StatusCode::UNPROCESSABLE_ENTITY);
    }
    match service.edit(&visit.actor, &editing.source.path, &edits).await {
        Ok(id) => Ok(visit.see(&proposal_page(id))),
        Err(error) => {
            let form = problems(form, error, "name.nb")?;
            page(&visit, &editing, &at, form, StatusCode::UNPROCESSABLE_ENTITY)
        }
    }
}

/// `POST /katalog/forvaltning/samlet/{dataset}`: one value for a field of every variable of a dataset.
pub(super) async fn save_all(
    visit: Visit,
    State(service): State<Service>,
    Id(at): Id<CataloguePath>,
    form: Form,
) -> Result<Response, Failure> {
    let editing = service.editing(&visit.actor, &at).await?;
    let dataset = editing.source.dataset(&at).ok_or_else(Failure::not_found)?;
    let Some(field) = form.given("field").and_then(|field| field.parse::<Field>().ok()) else {
        let form = form.with_problems([FieldProblem::new("field", "governance-error-choose")]);
        return page(&visit, &editing, &at, form, StatusCode::UNPROCESSABLE_ENTITY);
    };
    let value = form.value("value");
    let edit = |v: &crate::Variable| Edit { path: v.path.clone(), field: field.clone(), value: value.to_owned() };
    let edits: Vec<Edit> = dataset.variables.iter().map(edit).collect();
    match service.edit(&visit.actor, &editing.source.path, &edits).await {
        Ok(id) => Ok(visit.see(&proposal_page(id))),
        Err(crate::MetadataError::WrongEdit { wrong, .. }) => {
            let form = form.with_problems([FieldProblem::new("value", wrong.key())]);
            page(&visit, &editing, &at, form, StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(error) => Err(error.into()),
    }
}
