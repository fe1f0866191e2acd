//! `varde import code-system`: a file of codes, a map or a value set becomes a draft; nothing is
//! taken in that would lose many codes unless somebody says why.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result};
use jiff::civil::Date;
use serde_json::json;
use varde_core::{Actor, Component, OrganisationId};
use varde_terminology::{
    Confirmed, Imported, Key, Rules, SystemKind, Terminology, Wording,
    import::{Described, Format, Remark},
};

use crate::{
    app::Services,
    cli::{Installation, Out},
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    installation: Installation,
    /// The file: SAS format, CSV, ICPC-2B, or FHIR as JSON.
    file: PathBuf,
    /// The short name, such as icd10: the one that codebooks use.
    #[arg(long)]
    key: Option<Key>,
    /// The version of the edition, such as 2017; a FHIR resource says its own.
    #[arg(long = "edition", value_name = "VERSION")]
    version: Option<String>,
    /// The first day it holds; 1 January for an edition that is a year.
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// The last day it holds.
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,
    /// What it is called, in bokmål. Needed the first time.
    #[arg(long)]
    title: Option<String>,
    /// The canonical address in FHIR.
    #[arg(long)]
    url: Option<String>,
    /// The object identifier; the address follows from it when none is given.
    #[arg(long)]
    oid: Option<String>,
    /// The organisation that answers for it here: its stewards look after it on the pages.
    #[arg(long, value_name = "ID")]
    owner: Option<OrganisationId>,
    /// Who publishes it, in words.
    #[arg(long)]
    publisher: Option<String>,
    /// Who is to be named, and on which terms the texts may be used.
    #[arg(long)]
    copyright: Option<String>,
    /// clinical, administrative or local.
    #[arg(long, value_name = "KIND", value_parser = kind)]
    kind: Option<SystemKind>,
    /// sas, csv, icpc2b or fhir, when it is not to be guessed.
    #[arg(long, value_parser = format)]
    format: Option<Format>,
    /// Put each code below the longest code that it begins with, for files without levels.
    #[arg(long)]
    by_prefix: bool,
    /// The file has only some of the codes: one that is not in it may still be right.
    #[arg(long)]
    part: bool,
    /// Why it is right that many codes are gone.
    #[arg(long, value_name = "REASON")]
    confirm_loss: Option<String>,
    /// Let one person be enough to put editions of it in force (otherwise it takes two).
    #[arg(long)]
    one_person: bool,
    /// Put the edition in force at once; needs --one-person, now or earlier.
    #[arg(long)]
    publish: bool,
    /// The answer as JSON.
    #[arg(long)]
    json: bool,
}

fn kind(name: &str) -> Result<SystemKind, String> {
    SystemKind::from_name(name).ok_or_else(|| "clinical, administrative or local".to_owned())
}

fn format(name: &str) -> Result<Format, String> {
    Format::from_name(name).ok_or_else(|| "sas, csv, icpc2b or fhir".to_owned())
}

pub(super) async fn run(arguments: Arguments) -> Result<ExitCode> {
    let file = fs::read(&arguments.file).with_context(|| format!("{} cannot be read", arguments.file.display()))?;
    let foundation = arguments.installation.open().await?;
    let services = Services::build(&foundation)?;
    let outcome = take_in(&arguments, &services.terminology, &file).await;
    foundation.close().await;
    outcome
}

async fn take_in(arguments: &Arguments, terminology: &Terminology, file: &[u8]) -> Result<ExitCode> {
    let actor = Actor::system(Component::CommandLine);
    let confirmed = arguments.confirm_loss.as_deref().and_then(Confirmed::because);
    let (imported, remarks) = terminology
        .import_file(&actor, file, &described(arguments), confirmed.as_ref())
        .await
        .with_context(|| format!("{} was not taken in", arguments.file.display()))?;
    for one in &imported {
        if arguments.one_person {
            let rules = terminology.rules(&actor, one.kind, &one.key).await?;
            terminology.set_rules(&actor, one.kind, &one.key, Rules { eyes: 1, ..rules }).await?;
        }
        if arguments.publish {
            terminology.publish(&actor, one.edition).await.context("the edition waits as a draft")?;
        }
    }
    show(&imported, &remarks, arguments)
}

fn described(arguments: &Arguments) -> Described {
    Described {
        key: arguments.key.clone(),
        url: arguments.url.clone(),
        title: arguments.title.as_ref().map(Wording::nb).unwrap_or_default(),
        oid: arguments.oid.clone(),
        owner: arguments.owner,
        publisher: arguments.publisher.clone(),
        copyright: arguments.copyright.clone(),
        kind: arguments.kind,
        version: arguments.version.clone(),
        from: arguments.from,
        until: arguments.until,
        by_prefix: arguments.by_prefix,
        part: arguments.part,
        format: arguments.format,
    }
}

fn show(imported: &[Imported], remarks: &[Remark], arguments: &Arguments) -> Result<ExitCode> {
    if arguments.json {
        let remarks: Vec<String> = remarks.iter().map(ToString::to_string).collect();
        Out::json(&json!({ "editions": imported, "remarks": remarks, "published": arguments.publish }))?;
        return Ok(ExitCode::SUCCESS);
    }
    for one in imported {
        let state = match (one.unchanged, arguments.publish) {
            (true, _) => "the same content was there already",
            (false, true) => "in force",
            (false, false) => "a draft: somebody puts it in force at /kodeverk",
        };
        Out::result(&format!("{} {}: {} ({state})", one.key, one.version, one.size))?;
        if let (Some(before), Some(difference)) = (&one.predecessor, &one.difference) {
            Out::result(&format!("  against {before}: {difference}"))?;
        }
    }
    remarks.iter().for_each(|remark| Out::say(&remark.to_string()));
    Ok(ExitCode::SUCCESS)
}
