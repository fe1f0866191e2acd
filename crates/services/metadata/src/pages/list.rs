//! One's own lists of variables.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use varde_core::{Problem, clock::norway};
use varde_web::{Failure, Form, Id, Visit, ui::Link};

use super::{Service, back, path, text::Words};
use crate::{ListId, ListNews, MetadataError, VariableDescription, VariableList};

#[derive(Template)]
#[template(path = "catalogue/lists.html")]
struct ListsTemplate<'a> {
    visit: &'a Visit,
    form: &'a Form,
    lists: Vec<ListRow>,
}

struct ListRow {
    href: String,
    name: String,
    variables: String,
    changed: String,
}

/// `GET /liste`: all lists, and a form for a new one.
pub(super) async fn show_all(visit: Visit, State(service): State<Service>) -> Result<Response, Failure> {
    lists_page(&visit, &service, Form::new(), StatusCode::OK).await
}

async fn lists_page(visit: &Visit, service: &Service, form: Form, status: StatusCode) -> Result<Response, Failure> {
    let lists = service.lists(&visit.actor).await?;
    let row = |list: &crate::ListSummary| ListRow {
        href: format!("/liste/{}", list.id),
        name: list.name.clone(),
        variables: visit.t_with("metadata-variable-count", &[("count", list.variables.into())]),
        changed: visit.time(list.changed_at),
    };
    let lists = lists.iter().map(row).collect();
    Ok(visit.page_with(status, ListsTemplate { visit, form: &form, lists }))
}

/// `POST /liste`.
pub(super) async fn create(visit: Visit, State(service): State<Service>, form: Form) -> Result<Response, Failure> {
    match service.create_list(&visit.actor, form.value("name")).await {
        Ok(id) => Ok(visit.see(&format!("/liste/{id}"))),
        Err(error @ MetadataError::WrongName) => {
            let form = form.with_problems(error.fields());
            lists_page(&visit, &service, form, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "catalogue/list.html")]
struct ListTemplate<'a> {
    visit: &'a Visit,
    form: &'a Form,
    crumbs: Vec<Link>,
    href: String,
    clear_href: String,
    delete_href: String,
    id: String,
    name: String,
    count: String,
    rows: Vec<VariableRow>,
    /// The most variables that are compared.
    most: usize,
    gone: Vec<String>,
    news: Vec<(String, String)>,
    news_href: String,
}

struct VariableRow {
    path: String,
    name: Words,
    place: String,
    data_type: String,
}

/// `GET /liste/{id}`.
pub(super) async fn show(
    visit: Visit,
    State(service): State<Service>,
    Id(id): Id<ListId>,
) -> Result<Response, Failure> {
    let list = service.list(&visit.actor, id).await?;
    Ok(list_page(&visit, &list, None, StatusCode::OK))
}

fn list_page(visit: &Visit, list: &VariableList, form: Option<Form>, status: StatusCode) -> Response {
    let form = form.unwrap_or_else(|| Form::new().with("name", list.summary.name.clone()));
    let row = |v: &VariableDescription| VariableRow {
        path: v.path.to_string(),
        name: Words::of(visit, &v.name),
        place: format!("{} › {}", visit.local(&v.source_name), visit.local(&v.dataset_name)),
        data_type: visit.t_of("metadata-type", v.data_type.name()),
    };
    let template = ListTemplate {
        visit,
        form: &form,
        crumbs: vec![Link::new("/liste", visit.t("metadata-lists-title"))],
        href: format!("/liste/{}", list.summary.id),
        clear_href: format!("/liste/{}/tom", list.summary.id),
        delete_href: format!("/liste/{}/slett", list.summary.id),
        id: list.summary.id.to_string(),
        name: list.summary.name.clone(),
        count: visit.t_with("metadata-variable-count", &[("count", list.variables.len().into())]),
        rows: list.variables.iter().map(row).collect(),
        most: super::compare::MOST,
        gone: list.gone.iter().map(ToString::to_string).collect(),
        news: list.news.iter().map(|news| (format!("/kodeverk/{}", news.key), news_text(visit, news))).collect(),
        news_href: format!("/liste/{}/lest", list.summary.id),
    };
    visit.page_with(status, template)
}

/// A new edition of a code system, in words.
fn news_text(visit: &Visit, news: &ListNews) -> String {
    visit.t_with(
        "metadata-list-news-edition",
        &[
            ("system", visit.local(&news.title).into()),
            ("version", news.version.as_str().into()),
            ("date", visit.date(news.told_at.to_zoned(norway()).date()).into()),
            ("count", news.variables.into()),
        ],
    )
}

/// `POST /liste/{id}/lest`: what was told of code systems is taken away.
pub(super) async fn see_news(
    visit: Visit,
    State(service): State<Service>,
    Id(id): Id<ListId>,
) -> Result<Response, Failure> {
    service.see_list_news(&visit.actor, id).await?;
    Ok(visit.see(&format!("/liste/{id}")))
}

/// `POST /liste/legg-til`: into the list named, or else the one changed last.
pub(super) async fn add(visit: Visit, State(service): State<Service>, form: Form) -> Result<Response, Failure> {
    let variable = path(form.value("path"))?;
    match form.given("list") {
        Some(id) => service.add_to_list(&visit.actor, list_id(id)?, &variable).await?,
        None => {
            let name = visit.t("metadata-list-default-name");
            service.add_to_newest_list(&visit.actor, &variable, &name).await?;
        }
    }
    Ok(visit.see(back(&form)))
}

/// `POST /liste/ta-ut`: out of the list named.
pub(super) async fn take_out(visit: Visit, State(service): State<Service>, form: Form) -> Result<Response, Failure> {
    let variable = path(form.value("path"))?;
    service.remove_from_list(&visit.actor, list_id(form.value("list"))?, &variable).await?;
    Ok(visit.see(back(&form)))
}

/// `POST /liste/{id}/navn`.
pub(super) async fn rename(
    visit: Visit,
    State(service): State<Service>,
    Id(id): Id<ListId>,
    form: Form,
) -> Result<Response, Failure> {
    match service.rename_list(&visit.actor, id, form.value("name")).await {
        Ok(()) => Ok(visit.see(&format!("/liste/{id}"))),
        Err(error @ MetadataError::WrongName) => {
            let list = service.list(&visit.actor, id).await?;
            let form = form.with_problems(error.fields());
            Ok(list_page(&visit, &list, Some(form), StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /liste/{id}/tom`.
pub(super) async fn clear(
    visit: Visit,
    State(service): State<Service>,
    Id(id): Id<ListId>,
) -> Result<Response, Failure> {
    service.clear_list(&visit.actor, id).await?;
    Ok(visit.see(&format!("/liste/{id}")))
}

/// `POST /liste/{id}/slett`.
pub(super) async fn delete(
    visit: Visit,
    State(service): State<Service>,
    Id(id): Id<ListId>,
) -> Result<Response, Failure> {
    service.delete_list(&visit.actor, id).await?;
    Ok(visit.see("/liste"))
}

fn list_id(text: &str) -> Result<ListId, Failure> {
    text.parse().map_err(|_| Failure::not_found())
}
