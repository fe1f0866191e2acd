//! The operator's page: what runs, what failed, and what to do about it.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use varde_ledger::{PublicKey, SignedCheckpoint};
use varde_platform::{ReleaseRecord, ReleaseStatus};
use varde_policy::Resource;
use varde_rooms::driver::{Availability, Containment};
use varde_store::{
    jobs::{State as JobState, Status},
    outbox::DeadLetter,
};
use varde_web::{Failure, Visit, ui::Tone};

use super::{
    Operations,
    kept::{Kept, Seen},
};

/// How many unfinished jobs and dead letters are shown.
const MOST: u32 = 200;
/// How many finished jobs are shown.
const ENDED: u32 = 20;

#[derive(Template)]
#[template(path = "operations.html")]
struct OperationsPage<'a> {
    visit: &'a Visit,
    failed: usize,
    waiting: u64,
    jobs: Vec<JobRow>,
    ended: Vec<JobRow>,
    dead: Vec<LetterRow>,
    log: Option<LogFacts>,
    rooms: RoomFacts,
    store: StoreFacts,
    releases: Vec<ReleaseRow>,
}

impl OperationsPage<'_> {
    /// Whether everything goes well.
    fn is_well(&self) -> bool {
        self.failed == 0 && self.dead.is_empty() && self.rooms.open && self.store.tone != Tone::Danger
    }
}

struct JobRow {
    id: String,
    kind: String,
    key: String,
    state: String,
    tone: Tone,
    /// Per cent done, when the total is known and it runs.
    percent: Option<u64>,
    message: String,
    failure: String,
    when: String,
    retry: bool,
    cancel: bool,
}

impl JobRow {
    fn of(visit: &Visit, job: Status) -> Self {
        let running = job.state == JobState::Running && job.total > 0;
        let when = job.finished_at.unwrap_or(job.created_at);
        Self {
            id: job.id.to_string(),
            state: visit.t_of("operations-job", job.state.name()),
            tone: match job.state {
                JobState::Waiting => Tone::Neutral,
                JobState::Running => Tone::Info,
                JobState::Done => Tone::Success,
                JobState::Failed => Tone::Danger,
                JobState::Cancelled => Tone::Warning,
            },
            percent: running.then(|| (job.done.saturating_mul(100) / job.total).min(100)),
            failure: job.failure.unwrap_or_default(),
            when: visit.time(when),
            retry: matches!(job.state, JobState::Failed | JobState::Cancelled),
            cancel: matches!(job.state, JobState::Waiting | JobState::Running),
            kind: job.kind,
            key: job.key,
            message: job.message,
        }
    }
}

struct LetterRow {
    reaction: String,
    event: String,
    name: String,
    attempts: i32,
    failure: String,
    when: String,
}

impl LetterRow {
    fn of(visit: &Visit, letter: DeadLetter) -> Self {
        Self {
            event: letter.event.to_string(),
            when: visit.time(letter.given_up_at),
            reaction: letter.reaction,
            name: letter.name,
            attempts: letter.attempts,
            failure: letter.failure,
        }
    }
}

struct LogFacts {
    origin: String,
    size: u64,
    root: String,
    /// Each witness, and when it cosigned this checkpoint; `None` when it has not.
    witnesses: Vec<(String, Option<String>)>,
}

impl LogFacts {
    fn of(visit: &Visit, signed: &SignedCheckpoint, operations: &Operations) -> Self {
        let keys = operations.witnesses.iter().filter_map(|w| PublicKey::parse(&w.key).ok());
        let cosigned = |key: PublicKey| {
            let time = signed.cosigned_by(&key).ok().and_then(|c| i64::try_from(c.time).ok());
            let time = time.and_then(|t| jiff::Timestamp::from_second(t).ok());
            (key.name().to_owned(), time.map(|t| visit.time(t)))
        };
        let checkpoint = signed.checkpoint();
        Self {
            origin: checkpoint.origin.clone(),
            size: checkpoint.size,
            root: checkpoint.root.to_string(),
            witnesses: keys.map(cosigned).collect(),
        }
    }
}

struct RoomFacts {
    open: bool,
    text: String,
    way_on: String,
}

impl RoomFacts {
    fn of(visit: &Visit, availability: Availability) -> Self {
        match availability {
            Availability::Ready(found) => {
                let own = visit.t(if found.own_user { "operations-rooms-own-user" } else { "operations-rooms-shared" });
                let limits = visit.t(match found.containment {
                    Containment::GroupsV1(_) | Containment::GroupsV2(_) => "operations-rooms-limits",
                    Containment::ProcessLimits => "operations-rooms-process-limits",
                });
                Self { open: true, text: format!("{}. {own} {limits}", found.version), way_on: String::new() }
            }
            Availability::Unavailable { reason, way_on } => Self { open: false, text: reason, way_on },
        }
    }
}

/// Where releases and deliveries are kept.
struct StoreFacts {
    /// All releases together.
    releases: String,
    /// What the store is called; empty for the data directory.
    place: String,
    tone: Tone,
    state: String,
    text: String,
    /// What the store said, when it does not do what it should.
    why: String,
    /// Each fact with its heading.
    facts: Vec<(String, String)>,
}

impl StoreFacts {
    fn of(visit: &Visit, kept: &Kept, releases: &[ReleaseRecord]) -> Self {
        let (place, Seen { tried, swept }) = (kept.place().unwrap_or_default(), kept.seen());
        let (tone, state, text, why) = match tried.as_ref().map(|(_, tried)| tried) {
            None => (Tone::Neutral, "unknown", "unknown-text", ""),
            Some(Ok(_)) => (Tone::Success, "works", "works-text", ""),
            Some(Err(trouble)) => (Tone::Danger, "fails", trouble.name, trouble.says.as_str()),
        };
        let t = |name: &str| visit.t_of("operations-store", name);
        let mut facts = Vec::new();
        if let Some((at, outcome)) = &tried {
            facts.push((t("tried"), visit.time(*at)));
            if let Ok(tried) = outcome {
                facts.push((t("deleted"), t(if tried.keeps_versions { "deleted-stays" } else { "deleted-is-gone" })));
            }
        }
        match swept {
            None => facts.push((t("swept"), t("not-swept"))),
            Some((at, swept)) => {
                let arguments = [("time", visit.time(at).into()), ("removed", swept.removed.into())];
                facts.push((t("swept"), visit.t_with("operations-store-swept-text", &arguments)));
                let arguments = [("files", swept.files.into()), ("size", visit.size(swept.bytes).into())];
                facts.push((t("files"), visit.t_with("operations-store-files-text", &arguments)));
            }
        }
        Self {
            releases: visit.size(releases.iter().map(|release| release.bytes).sum()),
            place,
            tone,
            state: t(state),
            text: t(text),
            why: why.to_owned(),
            facts,
        }
    }
}

struct ReleaseRow {
    dataset: String,
    state: String,
    tone: Tone,
    rows: String,
    people: String,
    when: String,
}

impl ReleaseRow {
    fn of(visit: &Visit, release: &ReleaseRecord) -> Self {
        Self {
            dataset: release.dataset.to_string(),
            state: visit.t_of("operations-release", release.status.name()),
            tone: match release.status {
                ReleaseStatus::Draft => Tone::Info,
                ReleaseStatus::Held => Tone::Warning,
                ReleaseStatus::Approved => Tone::Success,
                ReleaseStatus::Superseded => Tone::Neutral,
                ReleaseStatus::Withdrawn => Tone::Danger,
            },
            rows: visit.number(release.rows),
            people: visit.number(release.people),
            when: visit.time(release.created_at),
        }
    }
}

/// `GET /drift`.
pub(super) async fn show(visit: Visit, State(operations): State<Arc<Operations>>) -> Result<Response, Failure> {
    let (services, store) = (&operations.services, &operations.store);
    let whole = Resource::new("Installation");
    services.guard.check(&visit.actor, "operations.installation.read", &whole).await?;
    let open = store.jobs(&[JobState::Failed, JobState::Running, JobState::Waiting], MOST).await?;
    let ended = store.jobs(&[JobState::Done, JobState::Cancelled], ENDED).await?;
    let dead = store.dead_letters(MOST).await?;
    let checkpoint = operations.log.checkpoint().await?;
    let releases = services.platform.releases(&visit.actor).await?;
    Ok(visit.page(OperationsPage {
        failed: open.iter().filter(|job| job.state == JobState::Failed).count(),
        waiting: store.undelivered().await?,
        jobs: open.into_iter().map(|job| JobRow::of(&visit, job)).collect(),
        ended: ended.into_iter().map(|job| JobRow::of(&visit, job)).collect(),
        dead: dead.into_iter().map(|letter| LetterRow::of(&visit, letter)).collect(),
        log: checkpoint.map(|signed| LogFacts::of(&visit, &signed, &operations)),
        rooms: RoomFacts::of(&visit, services.rooms.availability().await),
        store: StoreFacts::of(&visit, &operations.kept, &releases),
        releases: releases.iter().map(|release| ReleaseRow::of(&visit, release)).collect(),
        visit: &visit,
    }))
}
