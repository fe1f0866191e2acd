//! Proofs as files, and how to check them.

use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use varde_core::{EntryId, ExtractId, PermitId};
use varde_web::{Failure, Id, Visit, ui::Link};

use super::{Service, crumbs};

/// `GET /min-side/logg/{entry}/bevis`: that the entry is on the log.
pub(super) async fn entry(visit: Visit, State(service): Service, Id(entry): Id<EntryId>) -> Result<Response, Failure> {
    let proof = service.entry_proof(&visit.actor, entry).await?;
    Ok(file("text/plain; charset=utf-8", &format!("varde-{entry}.tlog-proof"), proof.to_string()))
}

/// `GET /min-side/logg/komplett`: that the list of entries leaves nothing out.
pub(super) async fn complete(visit: Visit, State(service): Service) -> Result<Response, Failure> {
    let proof = service.complete(&visit.actor).await?;
    Ok(json("varde-komplett.json", &proof))
}

/// `GET /min-side/prosjekter/{permit}/bevis/{extract}`: that I was in the extract, or was left out.
pub(super) async fn membership(
    visit: Visit,
    State(service): Service,
    Id((_, extract)): Id<(PermitId, ExtractId)>,
) -> Result<Response, Failure> {
    let (_, proof) = service.membership(&visit.actor, extract).await?;
    Ok(json(&format!("varde-uttrekk-{extract}.json"), &proof))
}

fn json(name: &str, proof: &impl Serialize) -> Response {
    let text = serde_json::to_value(proof).unwrap_or_default();
    file("application/json", name, format!("{text:#}\n"))
}

/// A file to be saved, never kept by caches between.
fn file(kind: &'static str, name: &str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, text).into_response()
}

#[derive(Template)]
#[template(path = "proofs.html")]
struct HowPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    key: String,
}

/// `GET /min-side/bevis`: how to check a proof, for everybody.
pub(super) async fn how(visit: Visit, State(service): Service) -> Response {
    visit.page(HowPage { visit: &visit, crumbs: crumbs(&visit), key: service.log_key().to_string() })
}
