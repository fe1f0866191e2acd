//! `varde doctor`: what this machine has and lacks, and what to do about it.

use std::{process::ExitCode, sync::Arc};

use anyhow::Result;
use serde::Serialize;
use varde_core::{Randomness, SystemClock};
use varde_store::{
    Store, StoreError,
    launcher::{Account, Binaries},
};

use super::{Installation, Out};
use crate::{app::trial, config::Config};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    installation: Installation,
    /// The findings as JSON on standard output.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Finding {
    what: &'static str,
    good: bool,
    says: String,
}

impl Finding {
    fn of<T>(what: &'static str, outcome: Result<T, impl std::fmt::Display>, good: impl FnOnce(T) -> String) -> Self {
        match outcome {
            Ok(value) => Self { what, good: true, says: good(value) },
            Err(error) => Self { what, good: false, says: error.to_string() },
        }
    }
}

pub(crate) async fn run(arguments: Arguments) -> Result<ExitCode> {
    let config = arguments.installation.read()?;
    let mut findings = Vec::new();
    if let Some(url) = &config.database_url {
        findings.push(Finding::of("database", answers(url).await, |()| "it answers and lets us in".to_owned()));
    } else {
        findings.push(Finding::of("PostgreSQL", Binaries::find(), |b| format!("version {}", b.version)));
        findings.push(Finding::of("database account", Account::find(), |_| {
            "the database can run as its own user".to_owned()
        }));
    }
    findings.push(rooms(&config).await);
    if config.platform.store.is_some() {
        findings.push(Finding::of("store of releases and deliveries", store(&config), |says| says));
    }
    findings.push(Finding::of("data directory", writable(&config.data), |()| config.data.display().to_string()));
    let all_good = findings.iter().all(|f| f.good);
    if arguments.json {
        Out::json(&findings)?;
    } else {
        for finding in &findings {
            Out::result(&format!(
                "{} {}: {}",
                if finding.good { "ok     " } else { "LACKING" },
                finding.what,
                finding.says
            ))?;
        }
    }
    Ok(if all_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Whether a database of one's own answers; one that is just starting is waited for.
async fn answers(url: &str) -> Result<(), StoreError> {
    let store = Store::connect(url, Arc::new(SystemClock), Randomness::from_system()).await?;
    store.close().await;
    Ok(())
}

async fn rooms(config: &Config) -> Finding {
    let (good, says) = crate::app::room_availability(config).await;
    Finding { what: "sealed rooms", good, says }
}

/// Puts a file into the store, reads it and deletes it.
fn store(config: &Config) -> Result<String> {
    let Some(objects) = config.platform.objects()? else { return Ok("the data directory".to_owned()) };
    let tried = objects.try_out(&trial())?;
    Ok(match tried.keeps_versions {
        false => format!("{objects}: files can be put, listed, read and deleted"),
        true => format!(
            "{objects}: files can be put, listed, read and deleted, but it keeps versions of what is deleted: let a \
             rule of the bucket's life cycle remove them within a day"
        ),
    })
}

fn writable(folder: &std::path::Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    tempfile::tempfile_in(folder).map(drop)
}
