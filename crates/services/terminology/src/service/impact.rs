//! Whom a new edition touches.

use serde::Serialize;
use varde_core::{Actor, CataloguePath};

use super::{Facts, Terminology};
use crate::{
    Difference, EditionId, Kind, TerminologyError,
    ports::{PermitAbout, UsedBy},
    predecessor, store,
};

/// What an edition touches, compared with the one before it.
#[derive(Debug, Clone, Serialize)]
pub struct Impact {
    /// The version it was compared with; `None` for the first edition, which touches nothing.
    pub predecessor: Option<String>,
    /// How many codes are touched: gone, retired, renamed or moved.
    pub codes: usize,
    /// The variables whose values are codes of the system.
    pub variables: Vec<UsedBy>,
    /// The permits that still hold and are about one of them, and so the extracts made under them.
    pub permits: Vec<PermitAbout>,
}

impl Terminology {
    /// Whom an edition of a code system touches, for its owner.
    ///
    /// # Errors
    /// The policy's no; [`TerminologyError::NotComparable`] for a map or value set; the answerers'.
    pub async fn impact(&self, actor: &Actor, id: EditionId) -> Result<Impact, TerminologyError> {
        let edition = self.edition(actor, id).await?;
        let Some(system) = edition.system() else { return Err(TerminologyError::NotComparable) };
        let key = edition.subject.key();
        let mut read = self.store.read(actor).await?;
        let mut others = store::editions::of(read.connection(), Kind::CodeSystem, key).await?;
        drop(read);
        self.may(actor, "terminology.impact.read", &edition.subject, &others, Facts::default()).await?;
        others.retain(|other| other.id != id && other.version != edition.version);
        let before = predecessor(&others, &edition.version, edition.valid.from);
        let mut codes = 0;
        if let Some(before) = before {
            let (old, new) = (self.content(actor, before).await?, self.content(actor, &edition).await?);
            codes = Difference::of(&old, &new).touched().len();
        }
        let variables = self.ports.variables.coded_by(actor, system).await?;
        let paths: Vec<CataloguePath> = variables.iter().map(|used| used.path.clone()).collect();
        Ok(Impact {
            predecessor: before.map(|edition| edition.version.clone()),
            codes,
            permits: self.ports.permits.about(&paths).await?,
            variables,
        })
    }
}
