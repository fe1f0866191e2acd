//! Exploration: safe tables for people without a permit. Choose variables, filter, cross, plot; never a row.
//!
//! - [`model`] is pure: what a question is and its one canonical form, what may be asked, budgets, sequences
//!   of questions that close in on somebody, answers.
//! - [`Exploration`] asks the policy, checks the question against the catalogue and the budget, counts with
//!   the engine, makes the table safe with `disclosure`, and enters the question before the answer leaves.
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
pub use service::{Asked, Exploration, Parts, Standing};
pub use store::{CONTEXT, Kept, QuestionId};

/// The context's texts.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("exploration");

/// The routes: pages, and JSON for notebooks.
pub fn routes(service: Exploration) -> varde_web::Routes {
    pages::routes().merge(api::routes()).with_state(service)
}
