//! The rows of a release that could not be used, and what a steward does about them.

use std::collections::BTreeSet;

use varde_core::{Actor, FieldProblem, ReleaseId};
use varde_ledger::Draft;

use super::{Platform, aside, finish, ingest, quality::reasoned, releases::resource, sealed_rows::listed};
use crate::{
    PlatformError,
    import::{Fault, Reason},
    model::{
        Decision, DecisionKind, Ingestion, IngestionState, Quarantine, QuarantineGroup, ReleaseRecord, ReleaseStatus,
        Underway, release_of, renewal,
    },
    store::{ingestions, quarantine as kept},
};

/// What dealing with a quarantine is called in the policies.
const SETTLE: &str = "platform.quarantine.settle";

/// Lines that are shown of a group.
const SHOWN: usize = 50;

impl Platform {
    /// The rows of a release that could not be used, in groups: where and why, never what they say.
    ///
    /// # Errors
    /// When the policy refuses or there is no such release.
    pub async fn quarantine(&self, actor: &Actor, id: ReleaseId) -> Result<Quarantine, PlatformError> {
        let release = self.release(actor, id).await?;
        let mut read = self.store.read(actor).await?;
        let mut groups = kept::groups(read.connection(), release.id).await?;
        let decisions = kept::decisions(read.connection(), release.id).await?;
        drop(read);
        for group in groups.iter_mut().filter(|group| group.open > 0) {
            let accepted = accepted(&decisions, group);
            group.lines = self.lines(id, group, SHOWN, accepted).await?;
        }
        Ok(Quarantine { groups, decisions })
    }

    /// Accepts that rows are lost: all of a group, or some of its lines. When no row of the release waits
    /// any more, the sealed rows are thrown away.
    ///
    /// # Errors
    /// When the policy refuses, no such rows wait, or there is no reason.
    pub async fn accept_loss(
        &self,
        actor: &Actor,
        id: ReleaseId,
        group: (Reason, &str),
        lines: &[u64],
        because: &str,
    ) -> Result<(), PlatformError> {
        let (release, permission) = self.release_for(actor, id, SETTLE).await?;
        let because = reasoned(because, "because")?;
        let mut read = self.store.read(actor).await?;
        let groups = kept::groups(read.connection(), id).await?;
        let decisions = kept::decisions(read.connection(), id).await?;
        drop(read);
        let found = groups.iter().find(|g| g.reason == group.0 && g.column == group.1 && g.open > 0);
        let found = found.ok_or(PlatformError::NoSuchRows)?;
        let open = if lines.is_empty() {
            0
        } else {
            let wanted: BTreeSet<u64> = lines.iter().copied().collect();
            let gone = accepted(&decisions, found);
            let there: BTreeSet<u64> = self.lines(id, found, usize::MAX, gone).await?.into_iter().collect();
            if !wanted.is_subset(&there) {
                return Err(PlatformError::Invalid(vec![FieldProblem::new("lines", "platform-error-lines")]));
            }
            found.open.saturating_sub(wanted.len() as u64)
        };
        let decision = Decision {
            kind: DecisionKind::Accepted,
            group: Some((found.reason, found.column.clone())),
            lines: lines.to_vec(),
            because: because.to_owned(),
            renewed_as: None,
            decided_at: self.store.clock().now(),
        };
        let mut work = self.store.begin(actor).await?;
        kept::leave_open(work.connection(), id, (found.reason, &found.column), open).await?;
        kept::decide(work.connection(), self.new_id(), id, &decision).await?;
        let left: u64 = kept::groups(work.connection(), id).await?.iter().map(|g| g.open).sum();
        let draft = Draft::new("platform.quarantine.accepted", "release", id)
            .with("dataset", &release.dataset)
            .with("reason", found.reason.name())
            .with("column", &found.column)
            .with("rows", found.open - open)
            .with("left", left)
            .with("because", because);
        finish(work, &permission, draft).await?;
        if left == 0 {
            self.forget_rows(id);
        }
        Ok(())
    }

    /// Notes that the source was asked for a new delivery, and why. The rows wait on.
    ///
    /// # Errors
    /// When the policy refuses, no rows wait, or there is no reason.
    pub async fn ask_for_delivery(&self, actor: &Actor, id: ReleaseId, because: &str) -> Result<(), PlatformError> {
        let (release, permission) = self.release_for(actor, id, SETTLE).await?;
        let because = reasoned(because, "because")?;
        let open = self.quarantine(actor, id).await?.open();
        if open == 0 {
            return Err(PlatformError::NoSuchRows);
        }
        let decision = Decision {
            kind: DecisionKind::Redelivery,
            group: None,
            lines: Vec::new(),
            because: because.to_owned(),
            renewed_as: None,
            decided_at: self.store.clock().now(),
        };
        let mut work = self.store.begin(actor).await?;
        kept::decide(work.connection(), self.new_id(), id, &decision).await?;
        let draft = Draft::new("platform.quarantine.redelivery_asked", "release", id)
            .with("dataset", &release.dataset)
            .with("rows", open)
            .with("because", because);
        finish(work, &permission, draft).await?;
        Ok(())
    }

    /// Lets a job make the release anew: with the rows of its quarantine whose person base data has come
    /// to know, and as people have asked for since. The new one waits for approval and takes over the
    /// quarantine; when there is nothing new, none is made.
    ///
    /// # Errors
    /// When the policy refuses, or the release is superseded, withdrawn or was not taken in from a delivery.
    pub async fn renew(&self, actor: &Actor, id: ReleaseId) -> Result<ReleaseId, PlatformError> {
        let (release, permission) = self.release_for(actor, id, SETTLE).await?;
        if matches!(release.status, ReleaseStatus::Superseded | ReleaseStatus::Withdrawn) {
            return Err(PlatformError::NotRenewable(release.status.name()));
        }
        let mut read = self.store.read(actor).await?;
        let taken = ingestions::get(read.connection(), id).await?;
        let taken = taken.ok_or(PlatformError::NotRenewable("from before deliveries were kept"))?;
        let attempt = ingestions::attempts(read.connection(), id).await?;
        drop(read);
        let recipe = renewal(id, attempt);
        let new = Ingestion {
            release: release_of(&release.dataset, recipe),
            state: IngestionState::Open,
            base: Some(id),
            recipe,
            rows: release.rows,
            begun_at: self.store.clock().now(),
            ended_at: None,
            failure: None,
            ..taken
        };
        self.begin_ingestion(actor, &permission, &new, (0, None), true).await?;
        Ok(new.release)
    }

    /// The latest attempt to make the release anew, if there was one.
    ///
    /// # Errors
    /// When the policy refuses or the database is away.
    pub async fn renewal_of(&self, actor: &Actor, id: ReleaseId) -> Result<Option<Underway>, PlatformError> {
        Ok(self.ingestions(actor).await?.into_iter().find(|underway| underway.ingestion.base == Some(id)))
    }

    /// Goes on with making a release anew, at once instead of by its job. For tests and commands.
    ///
    /// # Errors
    /// When the policy refuses or it cannot be made.
    pub async fn renew_now(&self, actor: &Actor, id: ReleaseId) -> Result<Option<ReleaseRecord>, PlatformError> {
        let new = self.renew(actor, id).await?;
        match self.go_on(actor, new, None).await? {
            ingest::Outcome::Registered(record) => Ok(Some(*record)),
            ingest::Outcome::Already(id) => self.release(actor, id).await.map(Some),
            ingest::Outcome::Nothing => Ok(None),
        }
    }

    /// Whether the actor may deal with what the release could not use, for pages that offer it.
    pub fn settles(&self, actor: &Actor, release: &ReleaseRecord) -> bool {
        self.guard.would_allow(actor, SETTLE, &resource(release.id, release.holder))
    }

    /// The first lines of a group that wait.
    async fn lines(
        &self,
        id: ReleaseId,
        group: &QuarantineGroup,
        limit: usize,
        gone: BTreeSet<u64>,
    ) -> Result<Vec<u64>, PlatformError> {
        let (place, reason, column) = (self.faults_file(id), group.reason, group.column.clone());
        let wanted =
            move |fault: &Fault| fault.reason == reason && fault.column == column && !gone.contains(&fault.line);
        let faults = aside(move || listed(&place, limit, wanted)).await?;
        Ok(faults.into_iter().map(|fault| fault.line).collect())
    }

    pub(super) fn new_id(&self) -> uuid::Uuid {
        varde_core::id::version_seven(&**self.store.clock(), self.store.randomness())
    }
}

/// The lines of a group that were accepted one by one.
fn accepted(decisions: &[Decision], group: &QuarantineGroup) -> BTreeSet<u64> {
    let here = |decision: &&Decision| {
        decision.group.as_ref().is_some_and(|(reason, column)| *reason == group.reason && *column == group.column)
    };
    decisions.iter().filter(here).flat_map(|decision| decision.lines.iter().copied()).collect()
}
