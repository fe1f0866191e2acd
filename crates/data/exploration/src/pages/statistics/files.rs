//! A published table as files: for people and programs, with a description that lies beside them.

use axum::{
    extract::State as Service,
    http::{HeaderName, header},
    response::{IntoResponse as _, Response},
};
use varde_web::{Failure, Id, Visit};

use super::csvw;
use crate::{
    Exploration, ExplorationError, Published,
    model::statistics::StatisticId,
    pages::file::{self, attached},
};

/// The name of the CSV file below the address of its table.
pub(super) const CSV: &str = "tabell.csv";
/// The name of the file with everything that is published.
pub(super) const JSON: &str = "tabell.json";
/// Where programs find the description of the CSV file ("Model for Tabular Data and Metadata on the Web", W3C 2015,
/// § 5.2 and 5.3).
pub(super) const DESCRIPTION: &str = "tabell.csv-metadata.json";
/// Metadata of CSV on the Web.
const CSVM: &str = "application/csvm+json";

/// `GET /statistikk/{id}/tabell.csv`: one line a cell with the codes of its groups, the groups in words, and its
/// numbers; empty where they are withheld.
pub(super) async fn csv(
    Service(service): Service<Exploration>,
    visit: Visit,
    Id(id): Id<StatisticId>,
) -> Result<Response, Failure> {
    let Published { statistic, .. } = standing(&service, &visit, id).await?;
    let columns = csvw::columns(&statistic.plan);
    let body = file::lines(&visit, statistic.grid(), Some(&statistic.dataset), &columns, Vec::new())
        .map_err(|_| ExplorationError::Unreadable("table"))?;
    let about: [(HeaderName, String); 2] = [
        (header::LINK, format!("<{DESCRIPTION}>; rel=\"describedby\"; type=\"{CSVM}\"")),
        (header::CONTENT_LANGUAGE, visit.language.tag().to_owned()),
    ];
    let file = attached(body, "text/csv; charset=utf-8; header=present", &format!("statistikk-{id}.csv"));
    Ok((about, file).into_response())
}

/// `GET /statistikk/{id}/tabell.csv-metadata.json`: what the columns of the CSV file are, and what was checked.
pub(super) async fn description(
    Service(service): Service<Exploration>,
    visit: Visit,
    Id(id): Id<StatisticId>,
) -> Result<Response, Failure> {
    let Published { statistic, .. } = standing(&service, &visit, id).await?;
    Ok(([(header::CONTENT_TYPE, CSVM)], csvw::description(&visit, id, &statistic)).into_response())
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
