//! `varde import microdata`: a package of microdata.no's tools becomes a dataset of a source and its release;
//! `varde import microdata-key` writes the key that packages are made for.

use std::{fs, path::PathBuf, process::ExitCode};

use anyhow::{Context as _, Result, bail};
use varde_basedata::Namespace;
use varde_core::{Actor, CataloguePath, Component, OrganisationId};
use varde_metadata::{
    AsAt, CatalogueService, DataSource, LinkKind,
    codebook::{self, SourceDescription},
};
use varde_platform::{
    Delivery, ImportRequest,
    microdata::{PERSON, Package},
};

use super::taking;
use crate::{
    app::Services,
    cli::{Installation, Out, opened},
    keys,
};

/// What microdata-tools looks for.
const PUBLIC: &str = "microdata_public_key.pem";

#[derive(clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    installation: Installation,
    /// The package: NAME.tar, or the folder NAME with NAME.json and NAME.csv.
    package: PathBuf,
    /// The source that the dataset belongs to, in the catalogue's paths. Its other datasets stay.
    #[arg(long)]
    source: CataloguePath,
    /// The source's name for people, when it is new; the path when it is not given.
    #[arg(long)]
    name: Option<String>,
    /// Where the numbers of people mean something: national, or local:NAME.
    #[arg(long, value_name = "KIND", default_value = "national")]
    id_kind: Namespace,
    /// The organisation that answers for the source, when it is new.
    #[arg(long, value_name = "ID")]
    holder: Option<OrganisationId>,
    /// Take it in only if the catalogue describes the dataset as the package does already.
    #[arg(long)]
    as_described: bool,
    #[command(flatten)]
    ending: taking::Ending,
}

#[derive(clap::Args)]
pub(crate) struct KeyArguments {
    #[command(flatten)]
    installation: Installation,
    /// The folder that microdata_public_key.pem is written to.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub(super) fn key(arguments: &KeyArguments) -> Result<ExitCode> {
    let config = arguments.installation.read()?;
    let key = keys::make_package_key(&config.data, &varde_core::Randomness::from_system())?;
    let text = key.public_pem().map_err(|_| anyhow::anyhow!("{} is damaged: restore it", keys::PACKAGES))?;
    let place = arguments.out.join(PUBLIC);
    fs::write(&place, text).with_context(|| format!("{} cannot be written", place.display()))?;
    Out::say("The file has nothing secret: give it to whoever packages datasets for this installation");
    Out::result(&place.display().to_string())?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn run(arguments: Arguments) -> Result<ExitCode> {
    // Before the database: most that can be wrong is wrong with the package.
    let package = Package::open(&arguments.package)
        .with_context(|| format!("{} was not taken in", arguments.package.display()))?;
    let config = arguments.installation.read()?;
    let package = match keys::package_key(&config.data)? {
        Some(key) => package.opened_by(key),
        None => package,
    };
    let foundation = opened(config).await?;
    let services = Services::build(&foundation)?;
    let outcome = take_in(&arguments, &services, package).await;
    foundation.close().await;
    outcome
}

async fn take_in(arguments: &Arguments, services: &Services, package: Package) -> Result<ExitCode> {
    let actor = Actor::system(Component::CommandLine);
    let source = source(arguments, &services.catalogue, &package, &actor).await?;
    let described = package.described();
    let name = varde_metadata::catalogue_name(described.name());
    let dataset = source.datasets.iter().find(|dataset| dataset.path.name() == name);
    let dataset = dataset.with_context(|| format!("{} cannot be the name of a dataset", described.name()))?.clone();
    if arguments.as_described {
        let there = services.catalogue.codebook_for(&actor, &dataset.path).await?;
        if there.is_none_or(|view| view.dataset != dataset) {
            bail!("the catalogue does not describe {} as the package does; nothing was changed", dataset.path);
        }
    }
    let request = ImportRequest {
        event_date: described.event_date().map(str::to_owned),
        from: Delivery::Package(Box::new(package)),
        dataset,
        holder: source.holder,
        person: PERSON.to_owned(),
        namespace: arguments.id_kind.clone(),
    };
    let staged = services.platform.stage(&actor, &request).await?;
    let imported = services.catalogue.import(&actor, &source, "microdata").await?;
    services.catalogue.publish(&actor, imported.edition).await?;
    taking::take(&actor, services, (&request, staged), &imported, &arguments.ending).await
}

/// The source as it will be: with the package's dataset in place of the one of its name, and all others as they
/// are.
async fn source(
    arguments: &Arguments,
    catalogue: &CatalogueService,
    package: &Package,
    actor: &Actor,
) -> Result<DataSource> {
    let path = &arguments.source;
    if path.parts().count() != 1 {
        bail!("--source {path}: a source is one word, such as fd");
    }
    let link = match arguments.id_kind {
        Namespace::National => LinkKind::National,
        Namespace::Local(_) => LinkKind::Local,
    };
    let mut about = SourceDescription::new(path.clone(), arguments.name.as_deref().unwrap_or(path.as_str()), link);
    about.holder = arguments.holder;
    // Through the file form, so that whatever a codebook must not say is refused here too.
    let book = codebook::write(&package.described().codebook()?);
    let made = codebook::read(&book).with_context(|| format!("what {} says", package.described().name()))?;
    let made = made.codebook.to_source(&about);
    let Some(there) = catalogue.source(actor, path, AsAt::default()).await? else { return Ok(made) };
    let mut source = there.source;
    for (dataset, _) in there.datasets {
        let whole = catalogue.codebook_for(actor, &dataset.path).await?;
        source.datasets.extend(whole.map(|view| view.dataset));
    }
    for dataset in made.datasets {
        match source.datasets.iter_mut().find(|other| other.path == dataset.path) {
            Some(other) => *other = dataset,
            None => source.datasets.push(dataset),
        }
    }
    Ok(source)
}
