//! What is published: the list, and a table as a page.

use askama::Template;
use axum::{
    extract::{RawQuery, State as Service},
    http::StatusCode,
    response::Response,
};
use varde_core::{Problem as _, ProblemKind};
use varde_web::{Failure, Form, Id, Visit, ui::Link};

use super::{
    HOME,
    files::{CSV, DESCRIPTION, JSON},
    to_home,
    words::{self, Plan},
};
use crate::{
    Exploration, Published,
    model::statistics::{StatisticId, statistic::LICENCE},
    pages::{
        plot,
        record::{self, Fact},
        table::{self, Sheet},
    },
};

/// A published table as a row.
struct Row {
    href: String,
    title: String,
    dataset: String,
    made: String,
    withdrawn: bool,
}

#[derive(Template)]
#[template(path = "exploration/statistics/list.html")]
struct ListPage<'a> {
    visit: &'a Visit,
    words: String,
    rows: Vec<Row>,
    all: i64,
    page: i64,
    pages: i64,
    before: Option<String>,
    after: Option<String>,
    may_request: bool,
    may_handle: bool,
}

/// `GET /statistikk?q=…&side=2`.
pub(super) async fn list(
    Service(service): Service<Exploration>,
    visit: Visit,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let raw = raw.unwrap_or_default();
    let form = Form::of(url::form_urlencoded::parse(raw.as_bytes()).map(|(n, v)| (n.into_owned(), v.into_owned())));
    let words = form.value("q").to_owned();
    let found = service.statistics(&visit.actor, &words, form.value("side").parse().unwrap_or(1)).await?;
    let to = |page: i64| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs([("q", words.as_str()), ("side", page.to_string().as_str())]);
        format!("{HOME}?{}", query.finish())
    };
    let row = |one: &crate::Listed| Row {
        href: format!("{HOME}/{}", one.id),
        title: one.title.clone(),
        dataset: visit.local(&one.dataset_name).to_owned(),
        made: visit.time(one.made_at),
        withdrawn: one.withdrawn,
    };
    let page = ListPage {
        rows: found.tables.iter().map(row).collect(),
        all: i64::try_from(found.all).unwrap_or(i64::MAX),
        page: found.page,
        pages: found.pages,
        before: (found.page > 1).then(|| to(found.page - 1)),
        after: (found.page < found.pages).then(|| to(found.page + 1)),
        may_request: service.may_request(&visit.actor),
        may_handle: service.may_handle(&visit.actor),
        words: words.clone(),
        visit: &visit,
    };
    Ok(visit.page(page))
}

#[derive(Template)]
#[template(path = "exploration/statistics/statistic.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    href: String,
    title: String,
    source: String,
    catalogue: String,
    period: Option<(String, String)>,
    plan: Plan,
    sheets: Vec<Sheet>,
    bars: Vec<plot::Bar>,
    /// What whoever reads the numbers must know.
    notes: String,
    /// Its files: the address, and what is in it.
    files: Vec<(String, String)>,
    licence: &'static str,
    record: Vec<Fact>,
    withdrawn: Option<(String, String)>,
    may_withdraw: bool,
    form: Form,
}

/// `GET /statistikk/{id}`.
pub(super) async fn show(
    Service(service): Service<Exploration>,
    visit: Visit,
    Id(id): Id<StatisticId>,
) -> Result<Response, Failure> {
    let published = service.statistic(&visit.actor, id).await?;
    Ok(render(&service, &visit, published, Form::new(), StatusCode::OK))
}

/// `POST /statistikk/{id}/trekk`.
pub(super) async fn withdraw(
    Service(service): Service<Exploration>,
    visit: Visit,
    Id(id): Id<StatisticId>,
    form: Form,
) -> Result<Response, Failure> {
    match service.withdraw_statistic(&visit.actor, id, form.value("because")).await {
        Ok(()) => Ok(visit.see(&format!("{HOME}/{id}"))),
        Err(error) if error.kind() == ProblemKind::Invalid => {
            let published = service.statistic(&visit.actor, id).await?;
            let form = form.with_problems(error.fields());
            Ok(render(&service, &visit, published, form, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(error.into()),
    }
}

fn render(service: &Exploration, visit: &Visit, published: Published, form: Form, status: StatusCode) -> Response {
    let Published { id, statistic, withdrawn } = published;
    let dataset = Some(&statistic.dataset);
    let plan = words::plan_of(visit, &statistic);
    let day = |day| visit.date(day);
    let page = Page {
        crumbs: vec![to_home(visit)],
        href: format!("{HOME}/{id}"),
        title: statistic.title.clone(),
        source: visit.local(&statistic.dataset.source).to_owned(),
        catalogue: format!("/katalog/{}", statistic.dataset.path),
        period: statistic.dataset.period.and_then(|period| Some((day(period.from), day(period.until?)))),
        // What is withdrawn is wrong, and no longer told here.
        sheets: match &withdrawn {
            None => table::sheets(visit, statistic.grid(), dataset, &plan.measure),
            Some(_) => Vec::new(),
        },
        bars: if withdrawn.is_none() { plot::bars(visit, statistic.grid(), dataset) } else { Vec::new() },
        notes: words::notes(visit, &statistic, "statistics-note-withheld"),
        files: [(CSV, "statistics-csv"), (DESCRIPTION, "statistics-csvw"), (JSON, "statistics-json")]
            .map(|(name, text)| (format!("{HOME}/{id}/{name}"), visit.t(text)))
            .to_vec(),
        licence: LICENCE,
        record: record::of_statistic(visit, &statistic),
        may_withdraw: withdrawn.is_none() && service.may_withdraw(&visit.actor),
        withdrawn: withdrawn.map(|(at, because)| (visit.time(at), because)),
        plan,
        form,
        visit,
    };
    visit.page_with(status, page)
}
