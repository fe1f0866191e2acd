//! Vendors' self-service at the authorisation server: client systems (a vendor's product), a
//! configuration of it for each organisation, their keys, how each scope stands, and a connection test
//! that says in plain words what is wrong.
//!
//! [`SelfService`] is the service. It knows the authorisation server, the registers and the orders of
//! services only through [`ports`]. People act for the vendor or the organisation by managing access
//! there; a product that sets itself up makes drafts by an API key, and the organisation confirms them.

mod api;
mod error;
mod model;
mod pages;
pub mod ports;
mod service;
mod store;

pub use api::open_api;
pub use error::SelfServiceError;
pub use model::{
    client::{Client, ClientId, Key, KeyAddress, NothingToConfirm, State},
    contact::Contact,
    settings::{Names, Settings},
    status::{Agreement, ClaimStatus, ScopeFacts, ScopeStatus, Standing, Why},
    system::{ApiKey, ApiKeyId, ClientSystem, Product, SystemId, Tenancy},
};
pub use pages::routes;
pub use service::{
    Answered, ClientView, ConnectionTest, Customer, CustomerScope, Customers, Draft, FreshApiKey, OwnStatus, Ports,
    Reach, SelfService, SystemView, Trouble,
};
pub use store::CONTEXT;

/// The context's texts.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("self_service");
