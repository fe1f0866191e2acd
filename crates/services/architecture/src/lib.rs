//! Architecture governance of the register area: principles and what they require, assessments of
//! sources and systems against them, deviations with an end, standards and their life, and who answers
//! for what.
//!
//! [`Architecture`] is the service. Everything is kept as versions: nothing that was said is changed, and
//! the state as at any day can be read. Principles and requirements are text files of the program
//! ([`Frameworks`]).

mod error;
mod model;
mod pages;
pub mod ports;
mod service;
mod store;

pub use error::ArchitectureError;
pub use model::{
    assessment::{Answer, Assessment},
    content::{
        BadContent, Framework, Frameworks, Level, NotARequirement, Principle, Requirement, RequirementId,
        RequirementVersion,
    },
    deviation::{Deviation, DeviationId, MOST_YEARS, NotNow, Owner, REMINDERS_DAYS, Standing, State, Step},
    responsibility::{Duty, Responsibility, ResponsibilityId},
    standard::{Immovable, Move, NormLevel, Phase, Standard, StandardId},
    state::{Cell, Known, Verdict},
    thing::{NotAThing, System, SystemId, Thing, ThingId},
};
pub use pages::routes;
pub use service::{
    Architecture, Ports,
    assessments::{NewAssessment, RequirementView},
    deviations::{DeviationRow, DeviationView, NewDeviation},
    overview::{Line, Overview, ThingView},
};
pub use store::{CONTEXT, Version};

/// The context's texts.
pub const TEXTS: varde_web::TextSource = varde_web::texts!("architecture");
