//! Queries.

pub(crate) mod addresses;
pub(crate) mod clients;
pub(crate) mod systems;

use varde_core::identifier::OrganisationNumber;
use varde_store::Context;

/// The context's tables.
pub static CONTEXT: Context = Context { name: "self_service", migrations: sqlx::migrate!() };

/// Something in a row that no code of ours wrote.
fn unreadable(what: &str) -> sqlx::Error {
    sqlx::Error::Decode(format!("self-service has a {what} that cannot be read").into())
}

fn number(text: &str) -> sqlx::Result<OrganisationNumber> {
    text.parse().map_err(|_| unreadable("organisation number"))
}
