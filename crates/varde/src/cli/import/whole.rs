//! `varde import persons`, `organisations`, `roles` and `health-personnel`: the registers of who there
//! is, who leads what, and who is authorised as what.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result};
use varde_basedata::FileOutcome;
use varde_core::{Actor, Component};

use crate::{
    app::Services,
    cli::{Installation, Out},
};

/// What the file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    Persons,
    Organisations,
    Roles,
    HealthPersonnel,
}

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The file.
    file: PathBuf,
    /// Only look: name what is wrong and say what would be taken in.
    #[arg(long)]
    dry_run: bool,
    /// The outcome as JSON on standard output.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    installation: Installation,
}

pub(super) async fn run(arguments: &Arguments, holds: Holds) -> Result<ExitCode> {
    let foundation = arguments.installation.open().await?;
    let outcome = match Services::build(&foundation) {
        Ok(services) => take_in(arguments, holds, &services).await,
        Err(error) => Err(error),
    };
    foundation.close().await;
    let outcome = outcome?;
    if arguments.json {
        Out::json(&outcome)?;
    } else {
        tell(arguments, holds, &outcome)?;
    }
    Ok(if outcome.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn take_in(arguments: &Arguments, holds: Holds, services: &Services) -> Result<FileOutcome> {
    let (actor, path) = (Actor::system(Component::CommandLine), &arguments.file);
    let bar = Out::progress("Taking in the file");
    let mut progress = |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    };
    let basedata = &services.basedata;
    let outcome = match holds {
        Holds::Persons => basedata.import_person_file(&actor, path, arguments.dry_run, &mut progress).await,
        Holds::Organisations => basedata.import_organisation_file(&actor, path, arguments.dry_run, &mut progress).await,
        Holds::Roles => basedata.import_role_file(&actor, path, arguments.dry_run, &mut progress).await,
        Holds::HealthPersonnel => {
            basedata.import_health_personnel_file(&actor, path, arguments.dry_run, &mut progress).await
        }
    };
    bar.finish_and_clear();
    outcome.with_context(|| format!("{} was not taken in", path.display()))
}

fn tell(arguments: &Arguments, holds: Holds, outcome: &FileOutcome) -> Result<()> {
    for fault in &outcome.faults {
        let column = if fault.column.is_empty() { "the line" } else { &fault.column };
        Out::result(&format!("line {}, {column}: {}", fault.line, fault.reason))?;
    }
    let what = match holds {
        Holds::Persons => "persons",
        Holds::Organisations => "organisations",
        Holds::Roles => "organisations' roles",
        Holds::HealthPersonnel => "health personnel",
    };
    let records = outcome.records;
    if !outcome.is_good() {
        let more = outcome.fault_count.saturating_sub(u64::try_from(outcome.faults.len()).unwrap_or(0));
        let rest = if more > 0 { format!(" ({more} more are not named)") } else { String::new() };
        let count = outcome.fault_count;
        Out::say(&format!(
            "{count} faults in {records} records{rest}. Nothing was taken in: correct the file and try again."
        ));
        return Ok(());
    }
    if outcome.passed_over > 0 {
        Out::say(&format!("{} HPR numbers without a national number were passed over.", outcome.passed_over));
    }
    Out::say(&if arguments.dry_run && holds == Holds::Roles {
        format!("{records} {what} can be taken in. Nothing was changed.")
    } else if arguments.dry_run {
        format!("{records} {what} can be taken in, {} of them new. Nothing was changed.", outcome.new)
    } else if outcome.already {
        format!("All {records} {what} of this very file are in already. Nothing was changed.")
    } else if holds == Holds::Organisations {
        format!("{records} organisations are in, {} of them new.", outcome.new)
    } else if holds == Holds::Roles {
        format!("{records} {what} are in; those of {} changed.", outcome.changed)
    } else if holds == Holds::HealthPersonnel {
        format!("{records} {what} are in: {} new, what is known of {} changed.", outcome.new, outcome.changed)
    } else {
        let resumed = match outcome.resumed_at {
            0 => String::new(),
            done => format!(" An earlier run had taken in the first {done}."),
        };
        format!("{records} persons are in: {} new, {} changed.{resumed}", outcome.new, outcome.changed)
    });
    Ok(())
}
