//! What architecture governance needs: the catalogue's sources, names of organisations, and mail.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use jiff::{Timestamp, ToSpan};
use varde_architecture::ports::{Letter, Letters, Organisations, PortError, Source, Sources};
use varde_basedata::Basedata;
use varde_core::{Actor, Component, OrganisationId, Problem, ProblemKind};
use varde_metadata::{AsAt, CatalogueService};
use varde_onboarding::{EmailAddress, Notice, Onboarding};

/// The other contexts as architecture sees them.
pub(crate) struct Architecture {
    catalogue: Arc<CatalogueService>,
    basedata: Basedata,
    onboarding: Onboarding,
}

impl Architecture {
    pub(crate) fn new(catalogue: Arc<CatalogueService>, basedata: Basedata, onboarding: Onboarding) -> Self {
        Self { catalogue, basedata, onboarding }
    }
}

fn failed(error: impl Problem) -> PortError {
    PortError { kind: error.kind(), message: error.to_string() }
}

#[async_trait]
impl Sources for Architecture {
    async fn all(&self, at: Option<Timestamp>) -> Result<Vec<Source>, PortError> {
        // The catalogue is open: nobody in particular asks. It reads up to a moment, we before one.
        let just_before = |at: Timestamp| at.checked_sub(1.microsecond()).unwrap_or(at);
        let as_at = AsAt { recorded: at.map(just_before), valid: None };
        let found = self.catalogue.sources(&Actor::anonymous(), as_at).await.map_err(failed)?;
        let source = |one: varde_metadata::SourceSummary| Source {
            path: one.source.path,
            name: one.source.name,
            holder: one.source.holder,
        };
        Ok(found.into_iter().map(source).collect())
    }
}

#[async_trait]
impl Organisations for Architecture {
    async fn names(&self, ids: &[OrganisationId]) -> Result<BTreeMap<OrganisationId, String>, PortError> {
        let known = super::organisations::known(&self.basedata, &Actor::anonymous(), ids).await.map_err(failed)?;
        Ok(known.into_iter().map(|(id, known)| (id, known.view.name)).collect())
    }
}

#[async_trait]
impl Letters for Architecture {
    fn is_address(&self, text: &str) -> bool {
        EmailAddress::parse(text).is_ok()
    }

    async fn put_down(&self, letter: &Letter) -> Result<bool, PortError> {
        let unusable = |error: varde_onboarding::NotAnAddress| PortError {
            kind: ProblemKind::Internal,
            message: error.to_string(),
        };
        let notice = Notice {
            about: letter.about.clone(),
            to: EmailAddress::parse(&letter.to).map_err(unusable)?,
            language: letter.language,
            subject: letter.subject.clone(),
            body: letter.body.clone(),
        };
        self.onboarding.put_notice(&Actor::system(Component::Flows), &notice).await.map_err(failed)
    }
}
