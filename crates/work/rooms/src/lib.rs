//! Project rooms: sealed sandboxes where the people named in a permit work on its extract, and the
//! airlock through which only reviewed results leave.
//!
//! [`driver`] makes the sandbox; [`model`] decides what may happen to rooms and release requests;
//! [`RoomsService`] does it, with policy and log; [`tools`] makes the Python environment; the
//! gateway is the one door for a browser; [`routes`] are the pages and the API.

mod api;
pub mod checks;
pub mod driver;
mod error;
mod files;
mod gateway;
pub mod model;
mod pages;
mod service;
mod store;
pub mod tools;

pub use checks::{FileChecks, ResultCheck, ResultFile};
pub use error::RoomsError;
pub use files::ListedFile;
pub use service::{
    CONTEXT, Disk, FetchedFile, Member, Notebook, People, ReleasedResult, RoomView, RoomsConfig, RoomsService, Tended,
};

use std::sync::Arc;

pub use api::open_api;

/// This context's texts.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("rooms");

/// The pages, the JSON routes and the gateway to notebooks.
pub fn routes(service: Arc<RoomsService>) -> varde_web::Routes {
    pages::routes().merge(api::routes()).with_state(service)
}
