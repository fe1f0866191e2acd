//! Which supplier may act for which organisation, and in what: the registry of resources that can be
//! delegated, and the register of delegations, to which changes are only added.
//!
//! [`Delegations`] is the service. The person who gives or ends a right must manage access
//! (*Tilgangsstyring*) in the organisation: by a role in the register of organisations, or as its
//! administrator. The authorisation server asks [`Delegations::holding`] and [`Delegations::holds`]
//! each time; nothing is kept between, so that a change acts at once.

mod api;
mod error;
mod model;
mod pages;
pub mod ports;
mod service;
mod store;

pub use api::{open_api, routes};
pub use error::DelegationError;
pub use model::{
    change::{AsAt, Change, ChangeId, Delegation, DelegationId, Kind, Right, held},
    organisation::KnownOrganisation,
    resource::{
        ACCESS_MANAGEMENT, CompetentAuthority, DelegableResource, Flaw, NotAResourceId, Registered, ResourceId,
    },
    rules::Fault,
    used::{Total, Use, UseId, UseKind},
};
pub use service::{CHANGED, ChangedEvent, Delegations, Offer, Outcome, Parties, Prepared, Side, Used, Uses, Watch};
pub use store::CONTEXT;

/// The context's texts.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("delegation");
