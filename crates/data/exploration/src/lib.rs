//! Exploration: safe tables for people without a permit. Choose variables, filter, cross, plot; never a row.
//!
//! - [`model`] is pure: what a question is and its one canonical form, what may be asked, budgets, sequences
//!   of questions that close in on somebody, answers.
//! - [`Exploration`] asks the policy, checks the question against the catalogue and the budget, counts with
//!   the engine, makes the table safe with `disclosure`, and enters the question before the answer leaves.
//! - [`model::statistics`] are requests for statistics (EHDS art. 69): a table is planned, decided on by the access
//!   body, made by a job ([`MakeStatistic`]) and published for everybody, with exact numbers. A durable ledger
//!   keeps what was told of whom; each new table is audited together with all that was told before.
//! - [`ports`] is what it needs of others: approved releases, who may not be read now, facts about people.
//!
//! The same question of the same release has the same answer, which is kept: it costs no budget to ask again,
//! and what two people were told cannot be compared. Counts carry noise that is the same for the same people,
//! so that the difference of two tables tells of nobody.

mod api;
mod error;
pub mod model;
mod pages;
pub mod ports;
mod service;
mod store;

pub use api::open_api;
pub use error::ExplorationError;
pub use service::{
    Asked, Exploration, Parts, Standing,
    statistics::{Case, Found, MakeStatistic, STATISTIC_JOB},
};
pub use store::{
    CONTEXT, Kept, QuestionId,
    statistics::{Listed, Published},
};

/// The context's texts.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("exploration");

/// The texts of requests for statistics.
pub const STATISTICS_TEXTS: varde_web::TextSource = varde_web::texts!("statistics");

/// The routes: pages, and JSON for notebooks.
pub fn routes(service: Exploration) -> varde_web::Routes {
    pages::routes().merge(api::routes()).with_state(service)
}
