//! What code systems ask others: who is touched when an edition changes. The composition fills these
//! in, one bridge for each answerer.

use async_trait::async_trait;
use serde::Serialize;
pub use varde_core::PortError;
use varde_core::{Actor, CataloguePath, PermitId};

use crate::{CodeSystem, Wording};

/// A variable of the catalogue whose values are codes of a system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UsedBy {
    /// The variable.
    pub path: CataloguePath,
    /// What it is called.
    pub name: Wording,
    /// The source it is in.
    pub source: Wording,
}

/// The catalogue.
#[async_trait]
pub trait Variables: Send + Sync {
    /// The variables of today's catalogue whose values are codes of that system, by path. Which
    /// names mean the system is asked of [`CodeSystem::is_named`].
    async fn coded_by(&self, actor: &Actor, system: &CodeSystem) -> Result<Vec<UsedBy>, PortError>;
}

/// A permit, as the public register has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PermitAbout {
    /// Which.
    pub id: PermitId,
    /// The project's title.
    pub title: String,
    /// How far its extract has come.
    pub extract: ExtractStage,
}

/// How far the extract of a permit has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExtractStage {
    /// There is none, and none is on its way.
    None,
    /// It is being made, or stands in line: it follows the codes of its releases.
    Making,
    /// It lies in a project room, with the codes as they were.
    Delivered,
}

impl ExtractStage {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::None, Self::Making, Self::Delivered];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Making => "making",
            Self::Delivered => "delivered",
        }
    }
}

/// Permits, and the extracts that are made under them.
#[async_trait]
pub trait Permits: Send + Sync {
    /// The permits that still hold and are about one of the variables, from the public register, each with
    /// its extract.
    async fn about(&self, variables: &[CataloguePath]) -> Result<Vec<PermitAbout>, PortError>;
}

/// Something that somebody has and the reader may see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Where it is.
    pub href: String,
    /// What it is called.
    pub name: String,
}

/// How many there are, and those of them that the reader may see.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// How many.
    pub count: u64,
    /// Those that the reader may see.
    pub seen: Vec<Seen>,
}

impl Counted {
    /// How many the reader may not see.
    pub fn others(&self) -> u64 {
        self.count.saturating_sub(self.seen.len() as u64)
    }
}

/// Where people have said which variables they need.
#[async_trait]
pub trait DataNeeds: Send + Sync {
    /// The saved lists that hold one of the variables.
    async fn lists(&self, actor: &Actor, variables: &[CataloguePath]) -> Result<Counted, PortError>;

    /// The applications that nobody has decided and that ask for one of the variables.
    async fn applications(&self, actor: &Actor, variables: &[CataloguePath]) -> Result<Counted, PortError>;
}
