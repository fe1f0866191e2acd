//! `varde import register`: a source's codebook to the catalogue, its rows as a release.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result, bail};
use varde_basedata::Namespace;
use varde_core::{Actor, CataloguePath, Component, OrganisationId};
use varde_metadata::{
    LinkKind, SourceKind, catalogue_name,
    codebook::{self, SourceDescription},
};
use varde_platform::{Delivery, ImportRequest, SourceDatabase};

use super::{read, stem, taking};
use crate::{app::Services, cli::Installation};

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
    /// Why rows may be read from another machine without encryption, or without making sure who answers; goes
    /// on the log. Without it, the database's certificate must be good (sslrootcert in the address names who
    /// signs it).
    #[arg(long, value_name = "REASON")]
    unprotected: Option<String>,
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
    #[command(flatten)]
    ending: taking::Ending,
}

pub(super) async fn run(arguments: Register) -> Result<ExitCode> {
    let installation = Installation {
        config: arguments.config.clone(),
        data: arguments.data_dir.clone(),
        database_url: arguments.database_url.clone(),
    };
    let foundation = installation.open().await?;
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
    taking::take(&actor, services, (&request, staged), &imported, &arguments.ending).await
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
    Ok(Delivery::Database(Box::new(SourceDatabase::new(&url, &arguments.schema, arguments.unprotected.as_deref())?)))
}
