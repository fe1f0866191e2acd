//! `varde import`: bring your own register. A codebook and a CSV become a catalogue entry and a
//! release with a quality report; a bad file changes nothing.

mod code_system;
mod dcat;
mod explorer;
mod microdata;
mod register;
mod taking;
mod whole;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result, bail};
use varde_metadata::{
    catalogue_name,
    files::{check_codebook, compare_codebooks, propose_codebook},
    proposal::ProposalOptions,
};

use super::Out;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Take in a register: its codebook to the catalogue, its rows as a release.
    #[command(
        after_help = "The rows are a file (CSV, Parquet or Arrow IPC) or a table of the source's own PostgreSQL:\n\n  \
                            varde import register --codebook ablanor.csv --data ablanor.parquet \\\n    \
                            --id-column PATIENT --id-kind national --config varde.toml\n  \
                            varde import register --codebook ablanor.csv --database-file ablanor.url --schema kilde \\\n    \
                            --id-column PATIENT --id-kind national --config varde.toml\n\n\
                            The same once more does nothing; after a kill it goes on where it stopped."
    )]
    Register(Box<register::Register>),
    /// Take in a dataset as microdata.no's tools package it: its description to the catalogue, its rows as a release.
    #[command(
        after_help = "The package is NAME.tar, or the folder NAME with NAME.json and NAME.csv before it is packed:\n\n  \
                            varde import microdata-key --out keys/ --config varde.toml\n  \
                            varde import microdata BEFOLKNING_KJONN.tar --source fd --config varde.toml\n\n\
                            The first line of the rows is line 2. The same once more does nothing."
    )]
    Microdata(Box<microdata::Arguments>),
    /// Write the public key that packages for this installation are made with; the key itself is made the first time.
    MicrodataKey(microdata::KeyArguments),
    /// Take in persons from a file: all of it or, when a line is unusable, nothing.
    #[command(after_help = "The file has one person a line, as JSON (docs/operators.md shows it):\n\n  \
                            varde import persons persons.jsonl --dry-run --config varde.toml\n  \
                            varde import persons persons.jsonl --config varde.toml\n\n\
                            The same file once more does nothing; after a kill it goes on where it stopped.")]
    Persons(whole::Arguments),
    /// Take in organisations from a file: all of it or, when a line is unusable, nothing.
    #[command(after_help = "The file has one unit a line, as Enhetsregisteret's open download has it:\n\n  \
                            zcat enheter_alle.json.gz | jq -c '.[]' > units.jsonl\n  \
                            varde import organisations units.jsonl --config varde.toml")]
    Organisations(whole::Arguments),
    /// Take in who leads organisations from a file: all of it or, when a line is unusable, nothing.
    #[command(
        after_help = "The file has the roles of one organisation a line, as Enhetsregisteret's authorised download has\n\
                            them, with national numbers. Persons and organisations must be in:\n\n  \
                            zcat roller_alle.json.gz | jq -c '.[]' > roles.jsonl\n  \
                            varde import roles roles.jsonl --config varde.toml"
    )]
    Roles(whole::Arguments),
    /// Take in who is authorised as health personnel from a file: all of it or, when a row is unusable, nothing.
    #[command(
        after_help = "The file is a table with a heading, one qualification a row, and the rows of one HPR number after\n\
                            each other (docs/operators.md says what the columns hold). Persons must be in:\n\n  \
                            hpr_number;national_number;profession;qualification;code;name;standing;valid_from;valid_to\n\n  \
                            varde import health-personnel personnel.csv --dry-run --config varde.toml\n  \
                            varde import health-personnel personnel.csv --config varde.toml"
    )]
    HealthPersonnel(whole::Arguments),
    /// Take in an edition of a code system, a map or a value set, as a draft.
    #[command(
        after_help = "SAS format files, CSV, ICPC-2B and FHIR as JSON; docs/terminology.md describes them:\n\n  \
                            varde import code-system icd10_2017.sas --key icd10 --edition 2017 --by-prefix \\\n    \
                            --title ICD-10 --oid 2.16.578.1.12.4.1.1.7110 --config varde.toml\n\n\
                            An edition that would lose many codes stops with the question; --confirm-loss says why it is right.\n\
                            The same file once more does nothing."
    )]
    CodeSystem(Box<code_system::Arguments>),
    /// Take in another catalogue's datasets as drafts, to be looked at and published.
    #[command(after_help = "Each dataset becomes a draft of a source; the same file once more changes nothing:\n\n  \
                            varde import dcat catalogue.ttl --dry-run\n  \
                            varde import dcat catalogue.ttl --config varde.toml")]
    Dcat(dcat::Arguments),
    /// Take in answers of the national variable explorer as one proposal: sources, datasets, variables.
    #[command(
        after_help = "The files are the explorer's JSON as its API gives it; of a folder all *.json are taken:\n\n  \
                            varde import explorer answers/ --config varde.toml\n  \
                            varde import explorer answers/ --publish --reason 'First import' --config varde.toml\n\n\
                            Without --publish the proposal waits for review at /katalog/forvaltning."
    )]
    Explorer(explorer::Arguments),
    /// Propose a codebook from a data file that has none, for a person to correct.
    Propose(Propose),
    /// Check a codebook without importing it.
    Check {
        /// The codebook (27 columns, «klokeboken»).
        codebook: PathBuf,
        /// The answer as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Show what differs between two editions of a codebook.
    Difference {
        /// The older edition.
        old: PathBuf,
        /// The newer edition.
        new: PathBuf,
        /// The answer as JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(clap::Args)]
pub(crate) struct Propose {
    /// The rows: CSV with a heading.
    data: PathBuf,
    /// The column that says which person a row is about.
    #[arg(long, value_name = "COLUMN")]
    id_column: String,
    /// Where to write the codebook.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// What is doubtful, as JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Register(arguments) => register::run(*arguments).await,
        Command::Microdata(arguments) => microdata::run(*arguments).await,
        Command::MicrodataKey(arguments) => microdata::key(&arguments),
        Command::Persons(arguments) => whole::run(&arguments, whole::Holds::Persons).await,
        Command::Organisations(arguments) => whole::run(&arguments, whole::Holds::Organisations).await,
        Command::Roles(arguments) => whole::run(&arguments, whole::Holds::Roles).await,
        Command::HealthPersonnel(arguments) => whole::run(&arguments, whole::Holds::HealthPersonnel).await,
        Command::CodeSystem(arguments) => code_system::run(*arguments).await,
        Command::Dcat(arguments) => dcat::run(&arguments).await,
        Command::Explorer(arguments) => explorer::run(arguments).await,
        Command::Propose(arguments) => propose(&arguments),
        Command::Check { codebook, json } => {
            let summary = check_codebook(&read(&codebook)?).with_context(|| codebook.display().to_string())?;
            show(&summary, json)
        }
        Command::Difference { old, new, json } => show(&compare_codebooks(&read(&old)?, &read(&new)?)?, json),
    }
}

fn show(answer: &(impl serde::Serialize + std::fmt::Display), json: bool) -> Result<ExitCode> {
    if json {
        Out::json(answer)?
    } else {
        Out::result(answer.to_string().trim_end())?
    }
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{} cannot be read", path.display()))
}

fn propose(arguments: &Propose) -> Result<ExitCode> {
    if arguments.out.exists() {
        bail!("{} is there already: choose another --out, nothing is overwritten", arguments.out.display());
    }
    let file =
        fs::File::open(&arguments.data).with_context(|| format!("{} cannot be read", arguments.data.display()))?;
    let stem = stem(&arguments.data);
    let options = ProposalOptions {
        name: stem.clone(),
        table: catalogue_name(&stem),
        id_column: Some(arguments.id_column.clone()),
    };
    let today = varde_core::Clock::today(&varde_core::SystemClock);
    let proposed = propose_codebook(file, &options, today).with_context(|| arguments.data.display().to_string())?;
    fs::write(&arguments.out, &proposed.file)
        .with_context(|| format!("{} cannot be written", arguments.out.display()))?;
    Out::say(&format!("Wrote {}: correct it, then import with it", arguments.out.display()));
    show(&proposed, arguments.json)
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}
