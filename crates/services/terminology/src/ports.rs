//! What code systems ask others: who is touched when an edition changes. The composition fills these
//! in, one bridge for each answerer.

use async_trait::async_trait;
use serde::Serialize;
use varde_core::{Actor, CataloguePath, PermitId, ProblemKind};

use crate::{CodeSystem, Wording};

/// Why another context gave no answer.
#[derive(Debug, Clone, thiserror::Error)]
#[error("another part of Varde did not answer: {message}")]
pub struct PortError {
    /// The kind of its error.
    pub kind: ProblemKind,
    /// What it says, for the log.
    pub message: String,
}

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
}

/// Permits: what is extracted follows from them.
#[async_trait]
pub trait Permits: Send + Sync {
    /// The permits that still hold and are about one of the variables, from the public register.
    async fn about(&self, variables: &[CataloguePath]) -> Result<Vec<PermitAbout>, PortError>;
}
