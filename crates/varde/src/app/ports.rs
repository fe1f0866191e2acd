//! What contexts need of each other, joined: each type here is one small bridge.

mod access;
mod architecture;
mod clients;
mod delegation;
mod disclosure;
mod exchange;
mod exclusions;
mod login;
mod onboarding;
mod organisations;
mod outcomes;
mod people;
mod permits;
mod results;
mod rights;
mod terminology;
mod terms;
mod uses;

pub(super) use access::{Catalogue, Names, Population};
pub(super) use architecture::Architecture;
pub(super) use clients::Clients;
pub(super) use delegation::Delegation;
pub(super) use disclosure::Disclosure;
pub(super) use exchange::ExchangeSurroundings;
pub(super) use exclusions::OptOuts;
pub(super) use login::{DemoPeople, Directory};
pub(super) use onboarding::Onboarding;
pub(super) use organisations::OrganisationRegister;
pub(super) use outcomes::Aftermath;
pub(super) use people::LoggedInPeople;
pub(super) use permits::PermitNames;
pub(super) use results::Results;
pub(super) use rights::Rights;
pub(super) use terminology::Terminology;
pub(super) use terms::Terms;
pub(super) use uses::VariableUses;
