//! `varde import`: bring your own register. A codebook and a CSV become a catalogue entry and a
//! release with a quality report; a bad file changes nothing.

mod code_system;
mod dcat;
mod explorer;
mod whole;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use varde_basedata::Namespace;
use varde_core::{Actor, CataloguePath, Component, OrganisationId};
use varde_metadata::{
    LinkKind, SourceKind, catalogue_name,
    codebook::{self, SourceDescription},
    files::{check_codebook, compare_codebooks, propose_codebook},
    proposal::ProposalOptions,
};
use varde_platform::{Delivery, ImportRequest, Imported, ReleaseStatus, SourceDatabase};

use super::{Installation, Out};
use crate::app::{Foundation, Services};

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
    Register(Box<Register>),
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
pub(crate) struct Register {
    /// The configuration file.
    #[arg(long, env = "VARDE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data directory of the installation (here `--data` is the rows); wins over the configuration.
    #[arg(long, env = "VARDE_DATA", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// A PostgreSQL of your own; wins over the configuration.
    #[arg(long, env = "VARDE_DATABASE_URL", value_name = "URL", hide_env_values = true)]
    database_url: Option<String>,
    /// The codebook (27 columns, «klokeboken»).
    #[arg(long, value_name = "FILE")]
    codebook: PathBuf,
    /// The rows: CSV with a heading, Parquet or Arrow IPC.
    #[arg(long, value_name = "FILE", required_unless_present_any = ["database_file", "database_variable"],
          conflicts_with_all = ["database_file", "database_variable"])]
    data: Option<PathBuf>,
    /// Read the rows from the source's own PostgreSQL, whose address (postgresql://…) is in this file. The table
    /// or view is the one that the codebook names.
    #[arg(long, value_name = "FILE", conflicts_with = "database_variable")]
    database_file: Option<PathBuf>,
    /// The same, with the address in this environment variable.
    #[arg(long, value_name = "NAME")]
    database_variable: Option<String>,
    /// The schema of the source's database.
    #[arg(long, default_value = "public", value_name = "NAME")]
    schema: String,
    /// The column that says which person a row is about.
    #[arg(long, value_name = "COLUMN")]
    id_column: String,
    /// Where those ids mean something: national, or local:NAME.
    #[arg(long, value_name = "KIND")]
    id_kind: Namespace,
    /// The source's name in the catalogue's paths; the codebook's file name when it is not given.
    #[arg(long)]
    source: Option<CataloguePath>,
    /// The source's name for people; the path when it is not given.
    #[arg(long)]
    name: Option<String>,
    /// The table of the codebook that the rows belong to; needed when it has several.
    #[arg(long)]
    table: Option<String>,
    /// The variable that dates a row.
    #[arg(long, value_name = "COLUMN")]
    event_date: Option<String>,
    /// The organisation that answers for the register.
    #[arg(long, value_name = "ID")]
    holder: Option<OrganisationId>,
    /// Approve the release at once if it is not held back.
    #[arg(long)]
    approve: bool,
    /// The report as JSON.
    #[arg(long)]
    json: bool,
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
        Command::Register(arguments) => register(*arguments).await,
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

async fn register(arguments: Register) -> Result<ExitCode> {
    let installation = Installation {
        config: arguments.config.clone(),
        data: arguments.data_dir.clone(),
        database_url: arguments.database_url.clone(),
    };
    let foundation = Foundation::open(installation.read()?).await?;
    let services = Services::build(&foundation)?;
    let outcome = take_in(&arguments, &services).await;
    foundation.close().await;
    outcome
}

async fn take_in(arguments: &Register, services: &Services) -> Result<ExitCode> {
    let actor = Actor::system(Component::CommandLine);
    let about = about(arguments)?;
    let bytes = read(&arguments.codebook)?;
    let source = codebook::read(&bytes)
        .with_context(|| format!("{} is not a codebook that can be imported", arguments.codebook.display()))?
        .codebook
        .to_source(&about);
    let dataset = dataset(arguments, &source)?;
    // The rows are copied and looked through before the catalogue changes: a bad file changes nothing,
    // and what was looked through is what is taken in.
    let request = request(arguments, &about, dataset)?;
    let staged = services.platform.stage(&actor, &request).await?;
    let imported = services.catalogue.import_codebook(&actor, &about, &bytes).await?;
    services.catalogue.publish(&actor, imported.edition).await?;
    let bar = Out::progress("Taking in the rows");
    let released = services.platform.import_staged(&actor, &request, staged).await;
    bar.finish_and_clear();
    let (release, already) = match released? {
        Imported::New(record) => (*record, false),
        Imported::Already(id) => (services.platform.release(&actor, id).await?, true),
    };
    if arguments.approve && release.status == ReleaseStatus::Draft {
        // What the data holder demands is looked at first: it may hold the release back.
        services.platform.assess(&actor, release.id, None).await?;
        if services.platform.release(&actor, release.id).await?.status == ReleaseStatus::Draft {
            services.platform.approve(&actor, release.id).await?;
        }
    }
    let status = services.platform.release(&actor, release.id).await?.status;
    let faults = services.platform.faults(&actor, release.id, usize::MAX).await?;
    if arguments.json {
        Out::json(&json!({
            "source": about.path, "dataset": release.dataset, "edition": imported.edition,
            "catalogue_unchanged": imported.unchanged, "variables": imported.variables,
            "release": release.id, "digest": release.digest, "status": status, "already_taken_in": already, "rows": release.rows,
            "quality": release.quality, "faults": faults,
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    Out::say(&format!("Catalogue: {imported}"));
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
    Ok(ExitCode::SUCCESS)
}

fn about(arguments: &Register) -> Result<SourceDescription> {
    let path = match &arguments.source {
        Some(path) => path.clone(),
        None => catalogue_name(&stem(&arguments.codebook)).parse()?,
    };
    if path.parts().count() != 1 {
        bail!("--source {path}: a source is one word, such as ablanor");
    }
    let link = match arguments.id_kind {
        Namespace::National => LinkKind::National,
        Namespace::Local(_) => LinkKind::Local,
    };
    let name = arguments.name.clone().unwrap_or_else(|| path.to_string());
    let mut about = SourceDescription::new(path, &name, link);
    about.kind = SourceKind::Other;
    about.holder = arguments.holder;
    Ok(about)
}

fn dataset(arguments: &Register, source: &varde_metadata::DataSource) -> Result<varde_metadata::Dataset> {
    let names = || source.datasets.iter().map(|d| d.path.name().to_owned()).collect::<Vec<_>>().join(", ");
    let found = match &arguments.table {
        Some(table) => source.datasets.iter().find(|d| d.path.name() == catalogue_name(table)),
        None if source.datasets.len() == 1 => source.datasets.first(),
        None => bail!("the codebook has several tables: choose one with --table ({})", names()),
    };
    found.cloned().with_context(|| format!("the codebook has no such table; it has {}", names()))
}

fn request(arguments: &Register, about: &SourceDescription, dataset: varde_metadata::Dataset) -> Result<ImportRequest> {
    Ok(ImportRequest {
        from: delivery(arguments)?,
        dataset,
        holder: about.holder,
        person: arguments.id_column.clone(),
        namespace: arguments.id_kind.clone(),
        event_date: arguments.event_date.clone(),
    })
}

/// Where the rows are. An address can hold a password: it comes from a file or the environment, where other
/// users of the machine do not see it, and no error repeats it.
fn delivery(arguments: &Register) -> Result<Delivery> {
    let url = match (&arguments.data, &arguments.database_file, &arguments.database_variable) {
        (Some(file), ..) => return Ok(Delivery::File(file.clone())),
        (_, Some(file), _) => fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?,
        (.., Some(name)) => std::env::var(name)
            .map_err(|_| anyhow::anyhow!("the environment variable {name} is not set, or is no text"))?,
        _ => bail!("say where the rows are: --data, --database-file or --database-variable"),
    };
    Ok(Delivery::Database(Box::new(SourceDatabase::new(&url, &arguments.schema)?)))
}
