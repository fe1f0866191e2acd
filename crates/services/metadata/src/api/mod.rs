//! The JSON routes: the catalogue for everybody, lists for their owner, imports for stewards.

mod availability;
mod catalogue;
mod explorer;
mod lists;

use axum::http::Method;
use utoipa::OpenApi;
use varde_web::Routes;

use crate::pages::Service;

#[derive(OpenApi)]
#[openapi(paths(
    catalogue::search,
    catalogue::sources,
    catalogue::source,
    catalogue::dataset,
    catalogue::variable,
    catalogue::difference,
    availability::of_dataset,
    availability::of_variable,
    catalogue::import,
    catalogue::publish,
    explorer::variables,
    explorer::variable,
    explorer::timeline,
    explorer::codes,
    explorer::sources,
    explorer::properties,
    explorer::source,
    explorer::hierarchy,
    explorer::dataset,
    explorer::filters,
    lists::all,
    lists::create,
    lists::show,
    lists::rename,
    lists::delete,
    lists::add,
    lists::remove,
))]
struct Document;

/// The description of the JSON routes.
pub fn open_api() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

pub(crate) fn routes() -> Routes<Service> {
    const READ: &str = "metadata.catalogue.read";
    const LIST: &str = "metadata.list.read";
    const CHANGE: &str = "metadata.list.change";
    Routes::new()
        .api(Method::GET, "/api/catalogue/search", READ, catalogue::search)
        .api(Method::GET, "/api/catalogue/sources", READ, catalogue::sources)
        .api(Method::GET, "/api/catalogue/sources/{source}", READ, catalogue::source)
        .api(Method::GET, "/api/catalogue/datasets/{source}/{dataset}", READ, catalogue::dataset)
        .api(Method::GET, "/api/catalogue/variables/{*path}", READ, catalogue::variable)
        .api(Method::GET, "/api/catalogue/differences/{old}/{new}", READ, catalogue::difference)
        .api(Method::GET, "/api/catalogue/availability/{source}/{dataset}", READ, availability::of_dataset)
        .api(Method::GET, "/api/catalogue/statistics/{*path}", READ, availability::of_variable)
        .api(Method::POST, "/api/catalogue/editions", "metadata.source.import", catalogue::import)
        .api(Method::POST, "/api/catalogue/editions/{id}/publish", "metadata.source.publish", catalogue::publish)
        .api(Method::GET, "/api/explorer/variables", READ, explorer::variables)
        .api(Method::GET, "/api/explorer/variables/{id}", READ, explorer::variable)
        .api(Method::GET, "/api/explorer/variables/{id}/timeline", READ, explorer::timeline)
        .api(Method::GET, "/api/explorer/variables/{id}/kodeverk/{kind}/{reference}/codes", READ, explorer::codes)
        .api(Method::GET, "/api/explorer/kilder", READ, explorer::sources)
        .api(Method::GET, "/api/explorer/kilder/egenskaper", READ, explorer::properties)
        .api(Method::GET, "/api/explorer/kilder/{id}", READ, explorer::source)
        .api(Method::GET, "/api/explorer/kilder/{id}/hierarchy", READ, explorer::hierarchy)
        .api(Method::GET, "/api/explorer/datasamling/{id}", READ, explorer::dataset)
        .api(Method::GET, "/api/explorer/filters", READ, explorer::filters)
        .api(Method::GET, "/api/lists", LIST, lists::all)
        .api(Method::POST, "/api/lists", CHANGE, lists::create)
        .api(Method::GET, "/api/lists/{id}", LIST, lists::show)
        .api(Method::PUT, "/api/lists/{id}/name", CHANGE, lists::rename)
        .api(Method::DELETE, "/api/lists/{id}", CHANGE, lists::delete)
        .api(Method::POST, "/api/lists/{id}/variables", CHANGE, lists::add)
        .api(Method::DELETE, "/api/lists/{id}/variables/{*path}", CHANGE, lists::remove)
}
