//! What this context needs of the house around it, given by the composition.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use jiff::Timestamp;
use varde_core::{Actor, ApplicationId, LocalisedText, Matter, OrganisationId, PermitId, PersonId, id::CataloguePath};
use varde_permit::{DataNeed, Granularity, Values};

use crate::{AccessError, model::Reach};

/// How many people a data need would be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountAnswer {
    /// About this many, rounded to the nearest ten.
    About(u64),
    /// Fewer than ten; the exact figure could point at somebody.
    FewerThanTen,
}

/// What a need would come to, in numbers that may be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tried {
    /// People in the cohort.
    pub people: CountAnswer,
    /// Controls, where the design has some.
    pub controls: Option<CountAnswer>,
    /// The cohort's family, where the design has some.
    pub relatives: Option<CountAnswer>,
    /// Who would be left out because too few are like them; not known while no extract could be made.
    pub too_few: Option<CountAnswer>,
    /// What would leave out fewer.
    pub proposals: Vec<Coarser>,
}

/// A variable made coarser, or left out, so that fewer people stand out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coarser {
    /// The variable.
    pub variable: CataloguePath,
    /// How finely instead; left out when nothing is said.
    pub instead: Option<Granularity>,
    /// Who would still be left out.
    pub too_few: CountAnswer,
}

/// The smallest group that a need is tried with: what the access body asks for where nothing speaks for
/// another.
pub const USUAL_GROUP: u32 = 5;

/// Counts people in the platform's releases; every question is entered on the log there.
#[async_trait]
pub trait PopulationCount: Send + Sync {
    /// The rounded number of people in the need's cohort who have not opted out, and what else it would
    /// come to.
    async fn count(&self, actor: &Actor, need: &DataNeed) -> Result<Tried, AccessError>;

    /// About how many people an extract of the need would be about at the most, and from how many on that is
    /// large here; nothing when there is no release to count in.
    async fn reach(&self, actor: &Actor, need: &DataNeed) -> Result<Option<Reach>, AccessError>;
}

/// A variable as the form shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedVariable {
    /// Where it is in the catalogue.
    pub path: CataloguePath,
    /// Its name.
    pub name: LocalisedText,
    /// The name of its source and dataset.
    pub dataset: LocalisedText,
    /// The granularities that make sense for it, the finest first.
    pub granularities: Vec<Granularity>,
    /// What kind of values it has: which granularities can be made of it at all.
    pub values: Values,
    /// Whether a cohort can be chosen by it: it holds codes.
    pub is_code: bool,
}

/// Texts and kinds of variables, from the catalogue.
#[async_trait]
pub trait VariableTexts: Send + Sync {
    /// The variables, in the order given; unknown ones are left out.
    async fn describe(&self, variables: &[CataloguePath]) -> Result<Vec<DescribedVariable>, AccessError>;

    /// The variables of the actor's list in the catalogue, with its name.
    async fn list(&self, actor: &Actor, list: uuid::Uuid) -> Result<(String, Vec<CataloguePath>), AccessError>;

    /// The actor's lists in the catalogue: id, name, number of variables.
    async fn lists(&self, actor: &Actor) -> Result<Vec<(uuid::Uuid, String, usize)>, AccessError>;
}

/// Names of persons at work and of organisations.
#[async_trait]
pub trait Directory: Send + Sync {
    /// The names of these persons, who take part in the matter, as far as they are known and the actor may
    /// see them.
    async fn names(&self, actor: &Actor, matter: &Matter, persons: &[PersonId]) -> BTreeMap<PersonId, String>;

    /// The name of an organisation; empty when unknown.
    async fn organisation(&self, organisation: OrganisationId) -> String;

    /// The persons with the role researcher in the organisation, who may be named in an application.
    async fn colleagues(&self, actor: &Actor, organisation: OrganisationId) -> Vec<(PersonId, String)>;
}

/// How far the extract of a permit has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExtractState {
    /// It is being made, or stands in line.
    InTheMaking,
    /// It is about so many people that it waits for the access body to look at it once more.
    Held,
    /// It lies in the project room.
    Delivered,
    /// Nobody is left in it: the rule finds too few, or all of them are left out.
    Empty,
    /// Its permit ended before it was delivered.
    Stopped,
}

impl ExtractState {
    /// The name in locale keys.
    pub const fn name(self) -> &'static str {
        match self {
            Self::InTheMaking => "in_the_making",
            Self::Held => "held",
            Self::Delivered => "delivered",
            Self::Empty => "empty",
            Self::Stopped => "stopped",
        }
    }
}

/// What has followed from a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The permit.
    pub permit: PermitId,
    /// When it was revoked and why, as its holder is told.
    pub revoked: Option<(Timestamp, String)>,
    /// Its extract; `None` while it is not prepared yet.
    pub extract: Option<ExtractState>,
    /// Whether something of the project has been delivered; updates may still be made of it.
    pub delivered: bool,
}

/// What follows from a decision, from the register of permits and the platform.
#[async_trait]
pub trait Outcomes: Send + Sync {
    /// What has followed; `None` while there is no permit, or for those who may not see it.
    async fn of(&self, actor: &Actor, application: ApplicationId) -> Option<Outcome>;
}

/// Invented data, to write code with while an application waits.
#[async_trait]
pub trait DummyData: Send + Sync {
    /// A zip file with the files that the need would be delivered in, all invented from the codebook.
    async fn zip(&self, need: &DataNeed, title: &str) -> Result<Vec<u8>, AccessError>;
}

/// All of them.
pub struct Ports {
    /// Counts people.
    pub population: Arc<dyn PopulationCount>,
    /// Describes variables.
    pub variables: Arc<dyn VariableTexts>,
    /// Names people and organisations.
    pub directory: Arc<dyn Directory>,
    /// Tells what followed from decisions.
    pub outcomes: Arc<dyn Outcomes>,
    /// Invents data.
    pub dummy: Arc<dyn DummyData>,
}
