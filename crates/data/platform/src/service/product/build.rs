//! Making a product: a job that can be killed at any instruction.
//!
//! What it becomes follows from the declaration, its sources' releases, who may not be read and what base data
//! says. An attempt that was killed begins again, and with it the time as at which opt-outs count: nothing of
//! it has been seen by anybody, and with the same content the same release comes of it. Only the unit of work
//! that registers the release makes it visible, and ends the job.

use std::path::PathBuf;

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{Actor, CataloguePath, Component, Digest, Problem as _, ProblemKind, ReleaseId};
use varde_ledger::Draft;
use varde_policy::Permission;
use varde_store::{
    Failure, Work,
    jobs::{Handler, Job, Run},
};

use super::resource;
use crate::{
    PlatformError,
    engine::{
        EDITION, Exclusions, Release, Schema, Written,
        extract::{self, Available},
        facts::Facts,
        product::{Derivation, known},
    },
    import::Quality,
    model::{
        Build, BuildState, ProductRecord, ProductVersion, ReleaseRecord, ReleaseStatus, product::recipe, release_of,
    },
    product::Declaration,
    service::{ASSESSMENT_JOB, Platform, open, releases::record, running, sources},
    store::{lineage, products as kept, releases},
};

/// The kind of the job that makes a product.
pub const PRODUCT_JOB: &str = "platform.product";

/// How long changes of sources are waited for together, in seconds.
const TOGETHER: i64 = 10;

#[derive(Debug, Serialize, Deserialize)]
struct Task {
    dataset: CataloguePath,
    want: i64,
}

/// Makes products: the handler of [`PRODUCT_JOB`].
#[derive(Debug, Clone)]
pub struct MakeProduct(pub Platform);

#[async_trait]
impl Handler for MakeProduct {
    fn kind(&self) -> &'static str {
        PRODUCT_JOB
    }

    async fn run(&self, run: &Run) -> Result<(), Failure> {
        let Task { dataset, want } = run.payload()?;
        self.0.make_product(&Actor::system(Component::Flows), &dataset, want, Some(run)).await?;
        Ok(())
    }
}

/// Wants a product made, in the unit of work; false when that is wanted already.
pub(super) async fn want(work: &mut Work, dataset: &CataloguePath, now: Timestamp) -> Result<bool, PlatformError> {
    let Some(want) = kept::want(work.connection(), dataset).await? else { return Ok(false) };
    let job = Job::new(PRODUCT_JOB, format!("{dataset}@{want}"), &Task { dataset: dataset.clone(), want });
    let together = now.checked_add(jiff::SignedDuration::from_secs(TOGETHER)).unwrap_or(now);
    work.enqueue(&job.not_before(together)).await?;
    Ok(true)
}

/// What is to be made.
struct Making {
    record: ProductRecord,
    version: ProductVersion,
    want: i64,
    begun_at: Timestamp,
    permission: Permission,
}

/// What it is made of.
struct Content {
    sources: Vec<ReleaseRecord>,
    preferences_at: Timestamp,
    exclusions: Exclusions,
    facts: Facts,
}

impl Platform {
    /// Makes a product as its sources are now, for a want of it. With the job's `run`, the release, its entry
    /// and the end of the job are one. Gives what came of it; `None` when no version is in force any more.
    ///
    /// # Errors
    /// When the policy refuses, or it cannot be made: then its page says why.
    pub async fn make_product(
        &self,
        actor: &Actor,
        dataset: &CataloguePath,
        want: i64,
        run: Option<&Run>,
    ) -> Result<Option<Build>, PlatformError> {
        let Some(making) = self.take_up(actor, dataset, want, run).await? else {
            let mut read = self.store.read(actor).await?;
            return kept::build(read.connection(), dataset, want).await;
        };
        match self.made(actor, &making, run).await {
            Ok(build) => Ok(Some(build)),
            // It fails every time, until something else is another.
            Err(error) if error.kind() == ProblemKind::Invalid => {
                self.end_build(actor, &making, failed(error.to_string()), None).await?;
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    /// Takes a want up, durably and on the log: what changes from here on wants another making.
    async fn take_up(
        &self,
        actor: &Actor,
        dataset: &CataloguePath,
        want: i64,
        run: Option<&Run>,
    ) -> Result<Option<Making>, PlatformError> {
        let mut work = self.store.begin(actor).await?;
        kept::lock(work.connection(), dataset).await?;
        let record = kept::get(work.connection(), dataset).await?.ok_or(PlatformError::NoSuchProduct)?;
        let permission = self.permitted(actor, "platform.product.build", &resource(&record)).await?;
        let ended = kept::build(work.connection(), dataset, want).await?.is_some_and(|b| b.state != BuildState::Open);
        kept::take_up(work.connection(), dataset, want).await?;
        let version = record.in_force().filter(|_| !ended).cloned();
        let now = self.store.clock().now();
        let mut draft = Draft::new("platform.product.taken_up", "product", dataset).with("want", want);
        if let Some(version) = &version {
            kept::begin_build(work.connection(), dataset, want, version.version, now).await?;
            draft = draft.with("version", version.version).with("declaration", version.digest);
        }
        // Without a version there is nothing to make: the job ends with this.
        running::end(work, run.filter(|_| version.is_none()), &permission, draft).await?;
        Ok(version.map(|version| Making { record, version, want, begun_at: now, permission }))
    }

    async fn made(&self, actor: &Actor, making: &Making, run: Option<&Run>) -> Result<Build, PlatformError> {
        let declaration = &making.version.declaration;
        let approved = self.approved(actor).await?;
        let source = |dataset: &CataloguePath| approved.iter().find(|one| one.dataset == *dataset).cloned();
        let mut found = Vec::new();
        for dataset in &declaration.sources {
            let Some(release) = source(dataset) else {
                let why = failed(format!("{dataset} has no approved release: it is made when there is one"));
                return self.end_build(actor, making, why, run).await;
            };
            found.push(release);
        }
        let content = self.content(actor, declaration, found).await?;
        let pins: Vec<(ReleaseId, Digest)> = content.sources.iter().map(|one| (one.id, one.digest)).collect();
        let digest = known(&declaration.sources, &content.exclusions, &content.facts);
        let recipe = recipe(making.version.digest, &pins, EDITION, digest);
        let id = release_of(&declaration.dataset, recipe);
        let mut read = self.store.read(actor).await?;
        let there = releases::get(read.connection(), id).await?;
        drop(read);
        let ended = |state| Build {
            state,
            release: Some(id),
            preferences_at: Some(content.preferences_at),
            ..failed(String::new())
        };
        if there.is_some() {
            let same = Build { failure: None, ..ended(BuildState::Unchanged) };
            return self.end_build(actor, making, same, run).await;
        }
        let (work, place) = (self.workplace()?, self.release_file(id));
        let file = work.path().join(place.file_name().unwrap_or_default());
        let written = self.write(declaration, &content, (file, id), run).await?;
        self.put(work.path(), [&place])?;
        let done = Build { failure: None, ..ended(BuildState::Done) };
        self.register_product(actor, making, (&content, recipe), &written, done, run).await
    }

    /// What the product is made of, as it is known now.
    async fn content(
        &self,
        actor: &Actor,
        declaration: &Declaration,
        found: Vec<ReleaseRecord>,
    ) -> Result<Content, PlatformError> {
        let preferences_at = self.known_until().await?;
        let exclusions = self.exclusions(actor, &sources(&declaration.sources), preferences_at).await?;
        let facts = self.facts(actor, &declaration.population, &declaration.design(), preferences_at).await?;
        Ok(Content { sources: found, preferences_at, exclusions, facts })
    }

    /// Writes the release's file, away from the requests.
    async fn write(
        &self,
        declaration: &Declaration,
        content: &Content,
        (file, id): (PathBuf, ReleaseId),
        run: Option<&Run>,
    ) -> Result<Written, PlatformError> {
        let paths: Vec<_> = content.sources.iter().map(|one| (self.kept(one.id), one.digest)).collect();
        let (declaration, exclusions, facts) = (declaration.clone(), content.exclusions.clone(), content.facts.clone());
        running::watched(run, move |listener| {
            let opened =
                paths.iter().map(|(path, digest)| Ok(Available { release: open(path, *digest)?, digest: *digest }));
            let opened = opened.collect::<Result<Vec<_>, PlatformError>>()?;
            let spec = extract::draft(&declaration.need(), 0, &opened).map_err(extract::ExtractError::from)?;
            let schemas: Vec<&Schema> = opened.iter().map(|one| one.release.schema()).collect();
            let schema = declaration.schema(&schemas).ok_or(PlatformError::Unreadable("column of a source"))?;
            let releases: Vec<Release> = opened.iter().map(|one| one.release.clone()).collect();
            let derivation = Derivation {
                spec: &spec,
                releases: &releases,
                exclusions: &exclusions,
                facts: &facts,
                schema: &schema,
            };
            Ok(derivation.make(&file, id, listener)?)
        })
        .await
    }

    async fn register_product(
        &self,
        actor: &Actor,
        making: &Making,
        (content, recipe): (&Content, Digest),
        written: &Written,
        done: Build,
        run: Option<&Run>,
    ) -> Result<Build, PlatformError> {
        let (dataset, version) = (&making.record.dataset, &making.version);
        let id = done.release.ok_or(PlatformError::NoSuchRelease)?;
        let quality = Quality { rows: written.file.rows, used: written.file.rows, ..Quality::default() };
        let now = self.store.clock().now();
        let mut new = record(id, dataset, recipe, ReleaseStatus::Draft, written, quality, now);
        new.holder = Some(making.record.holder);
        let lineage = version.declaration.lineage(EDITION);
        let pins: Vec<ReleaseId> = content.sources.iter().map(|one| one.id).collect();
        self.keep_release(id, new.digest).await?;
        let mut work = self.store.begin(actor).await?;
        kept::lock(work.connection(), dataset).await?;
        releases::insert(work.connection(), &new, recipe, &written.people).await?;
        self.is_kept(id, new.digest).await?;
        lineage::insert(work.connection(), id, (dataset, version.version), &lineage, &pins).await?;
        lineage::supersede_unapproved(work.connection(), dataset, id).await?;
        let build = Build { version: version.version, begun_at: making.begun_at, ended_at: Some(now), ..done };
        kept::end_build(work.connection(), (dataset, making.want), &build).await?;
        work.enqueue(&running::job(ASSESSMENT_JOB, id)).await?;
        let made_of: Vec<String> =
            content.sources.iter().map(|one| format!("{} {}", one.dataset, one.digest)).collect();
        let draft = Draft::new("platform.product.made", "release", id)
            .with("dataset", dataset)
            .with("digest", new.digest)
            .with("rows", new.rows)
            .with("declaration", version.digest)
            .with("version", version.version)
            .with("engine", EDITION)
            .with("made_of", made_of.join(", "))
            .with("preferences_at", content.preferences_at);
        running::end(work, run, &making.permission, draft).await?;
        self.let_go_of(id);
        Ok(build)
    }

    /// Ends a making without a new release.
    async fn end_build(
        &self,
        actor: &Actor,
        making: &Making,
        ended: Build,
        run: Option<&Run>,
    ) -> Result<Build, PlatformError> {
        let dataset = &making.record.dataset;
        let (version, begun_at, ended_at) = (making.version.version, making.begun_at, Some(self.store.clock().now()));
        let build = Build { version, begun_at, ended_at, ..ended };
        let mut work = self.store.begin(actor).await?;
        kept::end_build(work.connection(), (dataset, making.want), &build).await?;
        let draft = Draft::new("platform.product.not_made", "product", dataset)
            .with("state", build.state.name())
            .with("version", build.version)
            .with("want", making.want);
        running::end(work, run, &making.permission, draft).await?;
        Ok(build)
    }
}

/// A making that came to nothing.
fn failed(why: String) -> Build {
    Build {
        version: 0,
        state: BuildState::Failed,
        release: None,
        preferences_at: None,
        begun_at: Timestamp::UNIX_EPOCH,
        ended_at: None,
        failure: Some(why),
    }
}
