//! `varde ledger`: verify, prove, check.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result, bail};
use clap::Subcommand as ClapSubcommand;
use varde_core::{Digest, EntryId};
use varde_ledger::{Checked, Policy, PublicKey};
use varde_store::log::Log;

use super::{Installation, Out};
use crate::app::Foundation;

#[derive(ClapSubcommand)]
pub(crate) enum Command {
    /// Compute everything again from the database and the tiles, and name every byte that is wrong.
    Verify {
        #[command(flatten)]
        installation: Installation,
        /// The report as JSON on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Write the proof that an entry is on the log to standard output (a .tlog-proof file).
    Prove {
        /// The entry's id.
        entry: EntryId,
        #[command(flatten)]
        installation: Installation,
    },
    /// Check a proof offline: only the public key is needed.
    Check {
        /// The proof that was downloaded.
        file: PathBuf,
        /// The log's public key, or a trust policy: a file or the text itself.
        #[arg(long, env = "VARDE_LOG_KEY", value_name = "KEY")]
        key: String,
        /// The entry's commitment, when the entry itself was erased.
        #[arg(long)]
        commitment: Option<Digest>,
        /// The answer as JSON on standard output.
        #[arg(long)]
        json: bool,
    },
    /// Print the log's public key.
    Key {
        #[command(flatten)]
        installation: Installation,
    },
}

pub(crate) async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Verify { installation, json } => verify(&installation, json).await,
        Command::Prove { entry, installation } => prove(&installation, entry).await,
        Command::Check { file, key, commitment, json } => check(&file, &key, commitment, json),
        Command::Key { installation } => {
            let foundation = Foundation::keys_only(installation.read()?)?;
            Out::result(&foundation.log.public().to_string())?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn verify(installation: &Installation, json: bool) -> Result<ExitCode> {
    let foundation = installation.open().await?;
    let bar = Out::progress("Verifying the log");
    let report = Log::new(&foundation.store)
        .verify(foundation.keys.log.public(), |done, total| {
            bar.set_length(total);
            bar.set_position(done);
        })
        .await;
    bar.finish_and_clear();
    let report = report?;
    foundation.close().await;
    if json {
        Out::json(&report)?;
    } else {
        Out::say(&format!(
            "{} entries ({} erased, {} waiting), {} tiles, {} checkpoints, {} persons' chains, {} publications of heads",
            report.entries,
            report.erased,
            report.pending,
            report.tiles,
            report.checkpoints,
            report.persons,
            report.heads
        ));
        for fault in &report.faults {
            Out::result(&format!("{}: {}", fault.place, fault.what))?;
        }
        Out::say(if report.is_sound() { "The log is sound." } else { "THE LOG IS NOT SOUND." });
    }
    Ok(if report.is_sound() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn prove(installation: &Installation, entry: EntryId) -> Result<ExitCode> {
    let foundation = installation.open().await?;
    let proof = Log::new(&foundation.store).prove(entry).await;
    foundation.close().await;
    Out::result(proof?.to_string().trim_end())?;
    Ok(ExitCode::SUCCESS)
}

fn check(file: &Path, key: &str, commitment: Option<Digest>, json: bool) -> Result<ExitCode> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let trust = trust(key)?;
    let checked = varde_ledger::check(&text, commitment.as_ref(), &trust)
        .with_context(|| format!("{} proves nothing", file.display()))?;
    let words = words(&checked);
    if json {
        Out::json(&serde_json::json!({ "proved": true, "what": words }))?
    } else {
        Out::result(&words)?
    }
    Ok(ExitCode::SUCCESS)
}

/// A trust policy from a file, or from the text itself.
fn trust(key: &str) -> Result<Policy> {
    let text = if Path::new(key).is_file() { std::fs::read_to_string(key)? } else { key.to_owned() };
    if let Ok(key) = PublicKey::parse(&text) {
        return Ok(Policy::trusting(key));
    }
    match Policy::parse(&text) {
        Ok(policy) => Ok(policy),
        Err(error) => bail!("--key is neither a public key nor a trust policy: {error}"),
    }
}

fn words(checked: &Checked) -> String {
    match checked {
        Checked::Entry(proven) => format!("The entry is on the log: {}", on(proven)),
        Checked::Complete(complete) => format!("The list of entries is complete: {complete:?}"),
        Checked::Member { proven, person, status: Some(status) } => {
            format!("Person {person} was part of it as «{status}»: {}", on(proven))
        }
        Checked::Member { proven, person, status: None } => {
            format!("Person {person} was not part of it: {}", on(proven))
        }
    }
}

fn on(proven: &varde_ledger::proof::Proven) -> String {
    format!("{proven:?}")
}
