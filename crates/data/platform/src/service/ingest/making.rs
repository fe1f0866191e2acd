//! From an ingestion that was begun to a release, or to its end without one.

use varde_core::Actor;
use varde_ledger::Draft;
use varde_policy::Permission;
use varde_store::jobs::Run;

use super::intake::Intake;
use crate::{
    PlatformError,
    model::{Ingestion, IngestionState, ReleaseRecord, ReleaseStatus},
    service::{
        Platform,
        releases::{Making, record},
        running,
    },
    store::ingestions,
};

impl Platform {
    /// Makes and registers the release; `None` when there is nothing new to make one of.
    pub(super) async fn make_release(
        &self,
        actor: &Actor,
        ingestion: &Ingestion,
        permission: &Permission,
        run: Option<&Run>,
    ) -> Result<Option<Box<ReleaseRecord>>, PlatformError> {
        let work = self.workplace()?;
        let mut intake = Intake::begin(self, actor, ingestion, work.path()).await?;
        let base = match ingestion.base {
            None => {
                intake.delivery(&self.incoming().join(ingestion.release.to_string()), run).await?;
                None
            }
            Some(base) => {
                let base = self.release(actor, base).await?;
                intake.renewal(&base, run).await?;
                Some(base)
            }
        };
        let Some(taken) = intake.finish(base.as_ref()).await? else { return Ok(None) };
        let status = ReleaseStatus::of_new(&taken.quality, self.parts.unusable_per_thousand);
        let (id, now) = (ingestion.release, self.store.clock().now());
        let mut record =
            record(id, &ingestion.dataset, ingestion.source_digest, status, &taken.written, taken.quality, now);
        record.holder = ingestion.holder;
        let (file, faults, sealed) = self.files_of(id);
        let sealed = (!taken.groups.is_empty()).then_some(&sealed);
        self.put(work.path(), sealed.into_iter().chain([&faults, &file]))?;
        let mut draft = Draft::new("platform.release.imported", "release", id)
            .with("dataset", &ingestion.dataset)
            .with("digest", record.digest)
            .with("rows", record.rows)
            .with("unusable", record.quality.unusable())
            .with("status", status.name());
        if !record.quality.amended.is_nothing() {
            draft = draft.with("amended", record.quality.amended);
        }
        if let Some(base) = &base {
            draft = draft.with("base", base.id);
        }
        let recipe = ingestion.recipe;
        let making = Making { recipe, ingestion: Some(ingestion), groups: taken.groups, effects: taken.effects, base };
        self.register(actor, (&record, &taken.written), making, permission, draft, run).await?;
        Ok(Some(Box::new(record)))
    }

    /// Ends an ingestion without a release.
    pub(super) async fn end_ingestion(
        &self,
        actor: &Actor,
        permission: &Permission,
        ingestion: &Ingestion,
        failure: Option<&PlatformError>,
        run: Option<&Run>,
    ) -> Result<(), PlatformError> {
        let (state, why) = match failure {
            Some(error) => (IngestionState::Failed, Some(error.to_string())),
            None => (IngestionState::Nothing, None),
        };
        let mut work = self.store.begin(actor).await?;
        ingestions::end(work.connection(), ingestion.release, state, why.as_deref(), self.store.clock().now()).await?;
        let draft = Draft::new("platform.release.import_ended", "release", ingestion.release)
            .with("dataset", &ingestion.dataset)
            .with("state", state.name())
            .with("code", failure.map(varde_core::Problem::code));
        // A failure ends the job by itself, with its reason.
        running::end(work, run.filter(|_| failure.is_none()), permission, draft).await?;
        self.forget_copy(ingestion.release);
        Ok(())
    }
}
