//! From a delivery that was looked through to a release, and what is said of it.

use std::{process::ExitCode, time::Duration};

use anyhow::Result;
use serde_json::json;
use tokio::time::timeout;
use varde_core::Actor;
use varde_platform::{ImportRequest, Imported, PlatformError, ReleaseRecord, ReleaseStatus, Staged};

use crate::{app::Services, cli::Out};

/// The release is taken in and held back: it was not approved.
const HELD: u8 = 3;
/// The release is taken in, and its quality was not looked into in time: it was not approved.
const WAITS: u8 = 4;

/// What becomes of the release.
#[derive(clap::Args)]
pub(super) struct Ending {
    /// Approve the release at once if it is not held back. The command then answers 3 when the release is in
    /// and held back, and 4 when it is in and waits to be looked into.
    #[arg(long)]
    approve: bool,
    /// With --approve: for how many minutes at most its quality is looked into first. With 0 that is left to
    /// the service: a release of which something is demanded waits for it.
    #[arg(long, default_value_t = 60, value_name = "MINUTES", value_parser = clap::value_parser!(u64).range(0..=1440))]
    wait: u64,
    /// The report as JSON.
    #[arg(long)]
    json: bool,
}

/// Takes in what was staged, approves it if that was asked for, and tells of it.
pub(super) async fn take(
    actor: &Actor,
    services: &Services,
    (request, staged): (&ImportRequest, Staged),
    catalogued: &varde_metadata::Imported,
    ending: &Ending,
) -> Result<ExitCode> {
    let platform = &services.platform;
    let bar = Out::progress("Taking in the rows");
    let released = platform.import_staged(actor, request, staged).await;
    bar.finish_and_clear();
    let (release, already) = match released? {
        Imported::New(record) => (*record, false),
        Imported::Already(id) => (platform.release(actor, id).await?, true),
    };
    let status = match ending.approve {
        true => approve(actor, services, &release, ending.wait).await?,
        false => release.status,
    };
    let faults = platform.faults(actor, release.id, usize::MAX).await?;
    if ending.json {
        Out::json(&json!({
            "source": release.dataset.parent(), "dataset": release.dataset, "edition": catalogued.edition,
            "catalogue_unchanged": catalogued.unchanged, "variables": catalogued.variables,
            "release": release.id, "digest": release.digest, "status": status, "already_taken_in": already,
            "rows": release.rows, "quality": release.quality, "faults": faults,
        }))?;
        return Ok(ended(ending, status));
    }
    Out::say(&format!("Catalogue: {catalogued}"));
    Out::say(&format!(
        "Release {} of {} ({}): {} rows used, {} cannot be used{}",
        release.id,
        release.dataset,
        status.name(),
        release.rows,
        release.quality.unusable(),
        if already { " (the same file was taken in before: nothing is new)" } else { "" }
    ));
    for fault in &faults {
        Out::result(&format!("line {}, column {}: {}", fault.line, fault.column, fault.reason.name()))?;
    }
    Ok(ended(ending, status))
}

/// What the program answers whoever started it: docs/operators.md lists the codes.
fn ended(ending: &Ending, status: ReleaseStatus) -> ExitCode {
    match (ending.approve, status) {
        (true, ReleaseStatus::Held) => ExitCode::from(HELD),
        (true, ReleaseStatus::Draft) => ExitCode::from(WAITS),
        _ => ExitCode::SUCCESS,
    }
}

/// Approves a release that is not held back, and gives where it is then. What the data holder demands is looked
/// at first, since it may hold the release back: that reads every row, so it says what it does, and goes on for
/// so many minutes at most; with none it is left to the service.
async fn approve(actor: &Actor, services: &Services, release: &ReleaseRecord, minutes: u64) -> Result<ReleaseStatus> {
    let platform = &services.platform;
    if release.status == ReleaseStatus::Draft && minutes > 0 {
        let doing = format!("Looking into what is demanded of the release: its quality, over {} rows", release.rows);
        let bar = Out::progress(&doing);
        let looked = timeout(Duration::from_secs(minutes * 60), platform.assess(actor, release.id, None)).await;
        bar.finish_and_clear();
        let Ok(looked) = looked else { return Ok(waits(release, &format!("within {minutes} minutes"))) };
        looked?;
    }
    let status = platform.release(actor, release.id).await?.status;
    if status == ReleaseStatus::Held {
        Out::say(&format!(
            "The release is taken in, and held back: it takes a person and a reason to approve it, at /register/{}",
            release.id
        ));
    }
    if status != ReleaseStatus::Draft {
        return Ok(status);
    }
    match platform.approve(actor, release.id).await {
        Err(PlatformError::NotAssessed) => Ok(waits(release, "yet")),
        approved => {
            approved?;
            Ok(platform.release(actor, release.id).await?.status)
        }
    }
}

/// A release whose quality was not looked into in time: it is not approved.
fn waits(release: &ReleaseRecord, when: &str) -> ReleaseStatus {
    Out::say(&format!(
        "The release is taken in, and not approved: its quality was not looked into {when}. The service goes on with \
         that; run the same command again, or approve it at /register/{}",
        release.id
    ));
    ReleaseStatus::Draft
}
