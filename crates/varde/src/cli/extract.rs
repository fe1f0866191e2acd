//! `varde extract`: make the extract of a permit, or verify a delivery by making it again.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use varde_core::{Actor, Component, ExtractId, PermitId};
use varde_permit::DataNeed;
use varde_platform::{EXTRACT_JOB, ExtractRecord, ExtractStatus, MakeExtract, engine::EDITION};
use varde_store::jobs::{self, Handler};

use super::{Installation, Out};
use crate::app::{Foundation, Services};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Make the extract that a permit compiles to, or go on with one that was interrupted.
    Make {
        /// The permit's id, as in the address of its page.
        permit: PermitId,
        #[command(flatten)]
        installation: Installation,
        /// The manifest as JSON on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Invent data of the shape that a need would be delivered in, from the catalogue alone.
    Dummy {
        /// The need as JSON: `content.need` of an application, as the API tells it.
        need: PathBuf,
        /// The folder for the files; it must be empty or not there.
        #[arg(long, value_name = "DIR")]
        to: PathBuf,
        #[command(flatten)]
        installation: Installation,
    },
    /// Compare a delivery with the log to the byte, and with the same extract made again.
    #[command(after_help = "It answers 0 when the delivery is as it was made, and 1 when it is not.\n\n\
                            The same specification gives the same bytes in one edition of the engine. What an\n\
                            older or newer edition made is compared with the log to the byte all the same; made\n\
                            again by this one it may be other bytes, which is told and says nothing against it.")]
    Verify {
        /// The extract's id: it stands in the delivery's manifest.json and on the page of the permit's updates.
        extract: ExtractId,
        #[command(flatten)]
        installation: Installation,
        /// The answer as JSON on standard output.
        #[arg(long)]
        json: bool,
    },
}

pub(crate) async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Make { permit, installation, json } => {
            let foundation = installation.open().await?;
            let outcome = make(&foundation, permit, json).await;
            foundation.close().await;
            outcome
        }
        Command::Dummy { need, to, installation } => {
            let read = std::fs::read(&need).with_context(|| format!("{} cannot be read", need.display()))?;
            let need = serde_json::from_slice(&read).with_context(|| format!("{} is no need", need.display()))?;
            let foundation = installation.open().await?;
            let outcome = dummy(&foundation, &need, &to).await;
            foundation.close().await;
            outcome
        }
        Command::Verify { extract, installation, json } => {
            let foundation = installation.open().await?;
            let outcome = verify(&foundation, extract, json).await;
            foundation.close().await;
            outcome
        }
    }
}

fn actor() -> Actor {
    Actor::system(Component::CommandLine)
}

async fn make(foundation: &Foundation, permit: PermitId, json: bool) -> Result<ExitCode> {
    let services = Services::build(foundation)?;
    // What follows from a permit is the flows' to do, also when the command line asks for it.
    let flows = Actor::system(Component::Flows);
    let issued = services.permits.get(&flows, permit).await?;
    if issued.has_ended_at(foundation.store.clock().now()) {
        bail!("the permit {permit} has been revoked or has run out: nothing is made of it");
    }
    let id = services.platform.prepare_extract(&flows, &issued.permit, issued.digest()).await?;
    let handler: Arc<dyn Handler> = Arc::new(MakeExtract((*services.platform).clone()));
    let watching = watch(foundation, &services, id);
    let record = tokio::select! {
        // The job runs here, or in a service that runs beside: whoever takes it first.
        () = jobs::run(foundation.store.clone(), vec![handler], jobs::Settings::default(), std::future::pending()) => {
            bail!("the job runner stopped by itself")
        }
        record = watching => record?,
    };
    if json {
        Out::json(&record.manifest)?;
    } else {
        Out::say(&format!("Extract {id} lies in {}", services.platform.whereabouts(&record)));
    }
    Ok(ExitCode::SUCCESS)
}

async fn dummy(foundation: &Foundation, need: &DataNeed, to: &Path) -> Result<ExitCode> {
    let services = Services::build(foundation)?;
    let files = services.dummy.files(need, "Varde", to).await?;
    Out::say(&format!("{} invented files lie in {}", files.len(), to.display()));
    Ok(ExitCode::SUCCESS)
}

/// Shows the job's progress until the extract is delivered or the job has failed for good.
async fn watch(foundation: &Foundation, services: &Services, id: ExtractId) -> Result<ExtractRecord> {
    let bar = Out::progress("Extract");
    let platform_jobs = foundation.store.context(&varde_platform::CONTEXT);
    loop {
        let record = services.platform.extract(&actor(), id).await?;
        match record.status {
            ExtractStatus::Delivered => {
                bar.finish_and_clear();
                return Ok(record);
            }
            ExtractStatus::Empty => bail!(
                "nobody is left in the extract {id}: its population has too few people, or all of them are left out. \
                 It stays so; another population takes a new decision"
            ),
            ExtractStatus::Stopped => bail!("the permit ended before the extract {id} was delivered: nothing is made"),
            ExtractStatus::Held => bail!(
                "the extract {id} is about so many people that it waits for the access body: a handler lets it go on \
                 at /tillatelser/{}/stort-uttrekk",
                record.specification.permit
            ),
            ExtractStatus::Prepared | ExtractStatus::Making | ExtractStatus::Entered => {}
        }
        if let Some(status) = platform_jobs.job(EXTRACT_JOB, id).await? {
            bar.set_length(status.total);
            bar.set_position(status.done);
            bar.set_message(status.message.clone());
            if status.state == jobs::State::Failed {
                bail!("the extract could not be made: {}", status.failure.unwrap_or_default());
            }
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

async fn verify(foundation: &Foundation, extract: ExtractId, json: bool) -> Result<ExitCode> {
    let services = Services::build(foundation)?;
    let verified = services.platform.verify(&actor(), extract).await?;
    if json {
        Out::json(&json!({
            "good": verified.is_good(),
            "replayed": verified.replayed,
            "other_edition": verified.other_edition,
            "findings": verified.findings,
        }))?;
    } else {
        for finding in &verified.findings {
            Out::result(&finding.to_string())?;
        }
        if let Some(edition) = verified.other_edition {
            Out::say(&format!("Edition {edition} of the engine made it; this program's is {EDITION}."));
        }
        Out::say(match (verified.is_good(), verified.replayed) {
            (true, Some(true)) => "The delivery is as it was made; made again, it is the same to the byte.",
            (true, Some(false)) => {
                "The delivery is as it was made; made again by this edition it is not the same to the byte, which says \
                 nothing against it: the program of its own edition can make it again."
            }
            (true, None) => "The delivery is as it was made; it cannot be made again, its key is destroyed.",
            (false, _) => "THE DELIVERY IS NOT AS IT WAS MADE.",
        });
    }
    Ok(if verified.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
