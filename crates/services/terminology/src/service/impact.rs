//! Whom a new edition touches, and what they are told.

use serde::Serialize;
use varde_core::{Actor, CataloguePath, CodeNews, LocalisedText};

use super::{Facts, Terminology};
use crate::{
    CodeSystem, Difference, Edition, EditionId, Kind, TerminologyError,
    ports::{Counted, PermitAbout, UsedBy},
    predecessor, store,
};

/// What an edition touches, compared with the one before it.
#[derive(Debug, Clone, Serialize)]
pub struct Impact {
    /// The version it was compared with; `None` for the first edition, which touches nothing.
    pub predecessor: Option<String>,
    /// How many codes are touched: gone, retired, renamed or moved.
    pub codes: usize,
    /// How many codes are new or in use again.
    pub added: usize,
    /// The variables whose values are codes of the system.
    pub variables: Vec<UsedBy>,
    /// Saved lists that hold one of them.
    pub lists: Counted,
    /// Open applications that ask for one of them.
    pub applications: Counted,
    /// The permits that still hold and are about one of them, each with its extract.
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
        let Changes { predecessor, codes, added } = self.changes(actor, &edition).await?;
        let (variables, paths) = self.coded_by(actor, system).await?;
        Ok(Impact {
            predecessor,
            codes,
            added,
            lists: self.ports.needs.lists(actor, &paths).await?,
            applications: self.ports.needs.applications(actor, &paths).await?,
            permits: self.ports.permits.about(&paths).await?,
            variables,
        })
    }

    /// What is to be told of an edition to those who hold variables with codes of its system; `None` when
    /// there is nothing to tell: the first edition, one that changes no code, a system that no variable
    /// uses, a map or value set.
    ///
    /// # Errors
    /// The policy's no; the answerers'.
    pub async fn news(&self, actor: &Actor, id: EditionId) -> Result<Option<CodeNews>, TerminologyError> {
        let edition = self.edition(actor, id).await?;
        let Some(system) = edition.system() else { return Ok(None) };
        let Changes { predecessor, codes, added } = self.changes(actor, &edition).await?;
        if predecessor.is_none() || codes + added == 0 {
            return Ok(None);
        }
        let (_, variables) = self.coded_by(actor, system).await?;
        if variables.is_empty() {
            return Ok(None);
        }
        let title = |language: &str| system.title.get(language).to_owned();
        Ok(Some(CodeNews {
            edition: id.uuid(),
            key: system.key.to_string(),
            title: LocalisedText::new(title("nb"), title("nn"), title("en")),
            version: edition.version.clone(),
            variables,
        }))
    }

    /// What an edition changes, for those who may see whom it touches.
    async fn changes(&self, actor: &Actor, edition: &Edition) -> Result<Changes, TerminologyError> {
        let mut read = self.store.read(actor).await?;
        let mut others = store::editions::of(read.connection(), Kind::CodeSystem, edition.subject.key()).await?;
        drop(read);
        self.may(actor, "terminology.impact.read", &edition.subject, &others, Facts::default()).await?;
        others.retain(|other| other.id != edition.id && other.version != edition.version);
        let Some(before) = predecessor(&others, &edition.version, edition.valid.from) else {
            return Ok(Changes { predecessor: None, codes: 0, added: 0 });
        };
        let (old, new) = (self.content(actor, before).await?, self.content(actor, edition).await?);
        let difference = Difference::of(&old, &new);
        Ok(Changes {
            predecessor: Some(before.version.clone()),
            codes: difference.touched().len(),
            added: difference.added.len() + difference.revived.len(),
        })
    }

    async fn coded_by(
        &self,
        actor: &Actor,
        system: &CodeSystem,
    ) -> Result<(Vec<UsedBy>, Vec<CataloguePath>), TerminologyError> {
        let variables = self.ports.variables.coded_by(actor, system).await?;
        let paths = variables.iter().map(|used| used.path.clone()).collect();
        Ok((variables, paths))
    }
}

/// What an edition changes of the one before it.
struct Changes {
    predecessor: Option<String>,
    codes: usize,
    added: usize,
}
