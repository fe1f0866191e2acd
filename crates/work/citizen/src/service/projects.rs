//! Which projects used data about me, what was in it, and what left the room.

use jiff::Timestamp;
use serde::Serialize;
use varde_core::{Actor, CataloguePath, ExtractId, LocalisedText, PermitId};
use varde_ledger::MembershipProof;
use varde_metadata::AsAt;
use varde_permit::{Granularity, Published};
use varde_platform::{InExtract, Own};
use varde_privacy::{Preference, Scope};

use super::{CitizenService, ReleasedFile, registers::source_of};
use crate::{
    CitizenError,
    model::{self, Meaning, Part},
};

/// A project that the person was in or was left out of.
#[derive(Debug, Clone, Serialize)]
pub struct Use {
    /// The permit's public facts.
    pub permit: Published,
    /// The name of the organisation that holds it.
    pub holder: Option<String>,
    /// The extract.
    pub extract: ExtractId,
    /// When it was delivered, UTC.
    pub delivered_at: Option<Timestamp>,
    /// What became of the person in it.
    pub part: Part,
    /// Whether data may still be processed under the permit.
    pub runs: bool,
    /// Since when the person says no to secondary use of something in it.
    pub opted_out: Option<Timestamp>,
    /// What that means for it, or would mean from now on.
    pub meaning: Meaning,
}

/// A variable in an extract, by its names in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VariableIn {
    /// Where it is in the catalogue.
    pub path: CataloguePath,
    /// Its name; its path where the catalogue has none.
    pub name: LocalisedText,
    /// Its register and dataset.
    pub place: LocalisedText,
    /// How finely it was delivered.
    pub granularity: Granularity,
}

/// A project with everything the person is told.
#[derive(Debug, Clone, Serialize)]
pub struct Project {
    /// The project and the person's part in it.
    pub project: Use,
    /// The name of the body that decided.
    pub access_body: Option<String>,
    /// What was in the extract.
    pub variables: Vec<VariableIn>,
    /// What has left the room.
    pub released: Vec<ReleasedFile>,
}

impl Use {
    /// Whether the permit reaches data that a choice of this scope is about.
    pub fn touches(&self, scope: &Scope) -> bool {
        match scope {
            Scope::SecondaryUse => true,
            Scope::Source(source) => self.permit.variables.iter().any(|v| source_of(&v.variable) == source),
        }
    }
}

impl CitizenService {
    /// The projects that whoever is logged in was in or left out of, newest first.
    ///
    /// # Errors
    /// When nobody is logged in, or a service is away.
    pub async fn projects(&self, actor: &Actor) -> Result<Vec<Use>, CitizenError> {
        let me = self.me(actor, "citizen.project.read").await?;
        let (own, history) = self.own(actor, me).await?;
        self.uses_in(actor, &own, &history).await
    }

    /// One of them with everything.
    ///
    /// # Errors
    /// [`CitizenError::NotFound`] when it does not concern them; else as [`Self::projects`].
    pub async fn project(&self, actor: &Actor, permit: PermitId) -> Result<Project, CitizenError> {
        let uses = self.projects(actor).await?;
        let project = uses.into_iter().find(|u| u.permit.id == permit).ok_or(CitizenError::NotFound)?;
        let body = project.permit.access_body;
        Ok(Project {
            access_body: self.organisations(actor, [body]).await?.remove(&body),
            variables: self.variables(actor, &project.permit).await?,
            released: self.ports.results.released(actor, permit).await?,
            project,
        })
    }

    /// The proof of having been in a project's extract, or left out of it, that can be checked
    /// without us: the part and the file's content.
    ///
    /// # Errors
    /// [`CitizenError::NotFound`] when it does not concern whoever asks; [`CitizenError::NotYet`].
    pub async fn membership(
        &self,
        actor: &Actor,
        extract: ExtractId,
    ) -> Result<(Option<Part>, MembershipProof), CitizenError> {
        let me = self.me(actor, "citizen.proof.read").await?;
        let (status, proof) = self.ports.platform.was_in(actor, me, extract).await.map_err(not_yet)?;
        Ok((status.as_deref().and_then(Part::from_name), proof))
    }

    pub(super) async fn uses_in(
        &self,
        actor: &Actor,
        own: &Own,
        history: &[Preference],
    ) -> Result<Vec<Use>, CitizenError> {
        let mut uses = Vec::with_capacity(own.extracts.len());
        for extract in &own.extracts {
            uses.extend(self.one_use(extract, history).await?);
        }
        let holders = self.organisations(actor, uses.iter().map(|u: &Use| u.permit.holder)).await?;
        for one in &mut uses {
            one.holder = holders.get(&one.permit.holder).cloned();
        }
        uses.sort_by_key(|u| std::cmp::Reverse((u.delivered_at, u.extract)));
        Ok(uses)
    }

    /// `None` for a part that this version has no word for.
    async fn one_use(&self, extract: &InExtract, history: &[Preference]) -> Result<Option<Use>, CitizenError> {
        let Some(part) = Part::from_name(&extract.status) else { return Ok(None) };
        let (permit, now) = (self.ports.permits.published_one(extract.permit).await?, self.now());
        let day = now.to_zoned(varde_core::clock::norway()).date();
        let runs = permit.revoked_at.is_none_or(|at| now < at) && permit.valid.until.is_none_or(|until| day <= until);
        let sources: Vec<&str> = extract.datasets.iter().map(source_of).collect();
        let opted_out = model::opted_out_since(history, &sources, now);
        let meaning = model::meaning(part, runs, permit.rule_set, opted_out.unwrap_or(now), permit.decided_at);
        Ok(Some(Use {
            holder: None,
            extract: extract.extract,
            delivered_at: extract.delivered_at,
            permit,
            part,
            runs,
            opted_out,
            meaning,
        }))
    }

    async fn variables(&self, actor: &Actor, permit: &Published) -> Result<Vec<VariableIn>, CitizenError> {
        let paths: Vec<CataloguePath> = permit.variables.iter().map(|v| v.variable.clone()).collect();
        let at = AsAt { recorded: Some(permit.decided_at), valid: None };
        let known = self.ports.catalogue.describe(actor, &paths, at).await?;
        let one = |wanted: &varde_permit::PermittedVariable| {
            let found = known.iter().find(|d| d.path == wanted.variable);
            let parent = || wanted.variable.parent().map(|p| p.to_string()).unwrap_or_default();
            VariableIn {
                path: wanted.variable.clone(),
                name: found.map_or_else(|| LocalisedText::bokmaal(wanted.variable.name()), |d| d.name.clone()),
                place: found.map_or_else(|| LocalisedText::bokmaal(parent()), |d| d.source_name.clone()),
                granularity: wanted.granularity,
            }
        };
        Ok(permit.variables.iter().map(one).collect())
    }
}

/// What the platform's proof waits for is the log's sequencer.
fn not_yet(error: varde_platform::PlatformError) -> CitizenError {
    use varde_core::{Problem as _, ProblemKind};
    match error {
        varde_platform::PlatformError::NoSuchExtract => CitizenError::NotFound,
        waiting if waiting.kind() == ProblemKind::Unavailable => CitizenError::NotYet,
        other => CitizenError::Platform(other),
    }
}
