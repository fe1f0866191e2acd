//! What is published: the list, a table as a page, and as files.

use askama::Template;
use axum::{
    extract::{RawQuery, State as Service},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use varde_core::{Problem as _, ProblemKind};
use varde_web::{Failure, Form, Id, Visit, ui::Link};

use super::{
    HOME, to_home,
    words::{self, Plan},
};
use crate::{
    Exploration, ExplorationError, Published,
    model::{
        Explorable,
        statistics::{Statistic, StatisticId},
    },
    pages::{
        file, plot,
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
        dataset: one.dataset.to_string(),
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
    made: String,
    source: String,
    catalogue: String,
    period: Option<(String, String)>,
    plan: Plan,
    sheets: Vec<Sheet>,
    bars: Vec<plot::Bar>,
    any_withheld: bool,
    /// Whether it tells of amounts whose extremes are pulled in.
    pulled_in: bool,
    withdrawn: Option<(String, String)>,
    may_withdraw: bool,
    method: String,
    statistic: Statistic,
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
    let described: Vec<Explorable> = std::iter::once(&statistic.dataset).chain(&statistic.others).cloned().collect();
    let plan = words::plan(visit, &statistic.plan, statistic.rounding, &described);
    let day = |day| visit.date(day);
    let page = Page {
        crumbs: vec![to_home(visit)],
        href: format!("{HOME}/{id}"),
        title: statistic.title.clone(),
        made: visit.time(statistic.made_at),
        source: visit.local(&statistic.dataset.source).to_owned(),
        catalogue: format!("/katalog/{}", statistic.dataset.path),
        period: statistic.dataset.period.and_then(|period| Some((day(period.from), day(period.until?)))),
        // What is withdrawn is wrong, and no longer told here.
        sheets: match &withdrawn {
            None => table::sheets(visit, statistic.grid(), dataset, &plan.measure),
            Some(_) => Vec::new(),
        },
        bars: if withdrawn.is_none() { plot::bars(visit, statistic.grid(), dataset) } else { Vec::new() },
        any_withheld: statistic.cells.iter().any(|cell| cell.people.is_none()),
        pulled_in: statistic.plan.measure.number().is_some(),
        may_withdraw: withdrawn.is_none() && service.may_withdraw(&visit.actor),
        withdrawn: withdrawn.map(|(at, because)| (visit.time(at), because)),
        method: visit.t_of("statistics-method", method(&statistic)),
        plan,
        statistic,
        form,
        visit,
    };
    visit.page_with(status, page)
}

const fn method(statistic: &Statistic) -> &'static str {
    use varde_disclosure::record::Method;
    match statistic.checked.method {
        Method::None => "none",
        Method::Optimum => "optimum",
        Method::Linear | Method::Blocks => "heuristic",
        Method::Everything => "everything",
    }
}

/// `GET /statistikk/{id}/tabell.csv`: lines that begin with `#` tell as JSON what was counted of which release, and
/// what was checked; then one line a cell, empty where it is withheld.
pub(super) async fn csv(
    Service(service): Service<Exploration>,
    visit: Visit,
    Id(id): Id<StatisticId>,
) -> Result<Response, Failure> {
    let Published { statistic, .. } = standing(&service, &visit, id).await?;
    let told = |value: serde_json::Value| format!("# {value}\n");
    let mut before = told(serde_json::json!({ "title": statistic.title, "plan": statistic.plan }));
    before += &told(serde_json::json!({
        "release": statistic.dataset.release, "release_digest": statistic.dataset.digest,
        "made_at": statistic.made_at, "rounding": statistic.rounding,
    }));
    before += &told(serde_json::json!({ "checked": statistic.checked }));
    let body = file::lines(&visit, statistic.grid(), Some(&statistic.dataset), before.into_bytes())
        .map_err(|_| ExplorationError::Unreadable("table"))?;
    Ok(attached(body, "text/csv; charset=utf-8", &format!("statistikk-{id}.csv")))
}

/// `GET /statistikk/{id}/tabell.json`: all that is published, with the codes of groups.
pub(super) async fn json(
    Service(service): Service<Exploration>,
    visit: Visit,
    Id(id): Id<StatisticId>,
) -> Result<Response, Failure> {
    let Published { statistic, .. } = standing(&service, &visit, id).await?;
    let body = varde_core::canonical_json(&statistic);
    Ok(attached(body, "application/json", &format!("statistikk-{id}.json")))
}

/// `GET /statistikk/{id}/kontroll.json`: what each rule found, for the access body.
pub(super) async fn record(
    Service(service): Service<Exploration>,
    visit: Visit,
    Id(id): Id<StatisticId>,
) -> Result<Response, Failure> {
    let record = service.statistic_record(&visit.actor, id).await?;
    let body = varde_core::canonical_json(&record);
    Ok(attached(body, "application/json", &format!("kontroll-{id}.json")))
}

/// A table that stands: one that is withdrawn has no files any more.
async fn standing(service: &Exploration, visit: &Visit, id: StatisticId) -> Result<Published, Failure> {
    let published = service.statistic(&visit.actor, id).await?;
    if published.withdrawn.is_some() {
        return Err(ExplorationError::NotFound.into());
    }
    Ok(published)
}

fn attached(body: Vec<u8>, kind: &str, name: &str) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)];
    (headers, body).into_response()
}
