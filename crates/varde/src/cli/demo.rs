//! `varde demo`: the demo world, the main job, and the service.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context as _, Result};
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use varde_core::identifier::OrganisationNumber;
use varde_demo::World;
use varde_oauth::AuthorisationServer;
use varde_web::telemetry::{self, LogFormat};

use super::{Out, serve, tools, whole};
use crate::{
    app::{self, App},
    config::Config,
    demo::{
        Step, Story,
        cast::Cast,
        job, people,
        world::{self, Remembered},
    },
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Stop when the job is done, instead of leaving the service running.
    #[arg(long)]
    exit: bool,
    /// Make the world and leave the job to you.
    #[arg(long, conflicts_with = "exit")]
    world_only: bool,
    /// How many people live in the demo world.
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(i64::from(varde_demo::FEWEST)..=6_000_000))]
    people: u32,
    /// The seed of the world: the same seed gives the same people.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where everything is kept; a demo that was interrupted goes on from there.
    #[arg(long, default_value = "varde-data", value_name = "DIR")]
    data: PathBuf,
    /// The port on this machine; 0 for any free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Nothing on standard output but a summary of every step with ids, counts and times.
    #[arg(long)]
    json: bool,
    /// Rooms without JupyterLab and data packages: quicker the first time.
    #[arg(long)]
    plain_rooms: bool,
}

/// The log's name in a demonstration.
const LOG_NAME: &str = "varde.demo/log";

/// The summary.
#[derive(Serialize)]
struct Summary<'a> {
    address: String,
    log_key: String,
    people: u32,
    seed: u64,
    data: PathBuf,
    logins: BTreeMap<String, String>,
    steps: &'a [Step],
}

pub(crate) async fn run(mut arguments: Arguments) -> Result<ExitCode> {
    arguments.data = whole(&arguments.data)?;
    telemetry::init(LogFormat::Human);
    telemetry::start_figures();
    let world = World::new(arguments.seed, arguments.people)?;
    let made = Remembered {
        seed: arguments.seed,
        people: arguments.people,
        access_body: world.access_body(),
        whole: world::remembered(&arguments.data).is_some_and(|r| r.whole),
    };
    world::remember(&arguments.data, made)?;
    configure(&arguments.data, &world, arguments.people)?;
    let listener = serve::listen(SocketAddr::from(([127, 0, 0, 1], arguments.port))).await?;
    let config = config(&arguments, &world, listener.local_addr()?);
    let address = config.address();
    tools::prepare(&config).await?;
    Out::say("Starting the database and the services");
    let app = App::open(config).await?;
    let (services, authorisation) = (Arc::clone(app.services()), Arc::clone(app.authorisation()));
    let store = app.foundation().store.clone();
    let stop = CancellationToken::new();
    let until = stop.clone();
    let serving = tokio::spawn(app.serve(listener, async move { until.cancelled().await }));
    let told = tell(&arguments, &services, &authorisation, &world, made).await;
    let story = match told {
        Ok(story) => story,
        Err(error) => {
            // What did not come may be waiting for something that failed beside.
            let failure = store.last_failure().await.ok().flatten();
            stop.cancel();
            let _ = serving.await;
            return Err(match failure {
                Some(failure) => anyhow::anyhow!("{failure}").context(error),
                None => error,
            });
        }
    };
    summarise(&arguments, &services, &story, address.as_str())?;
    if !arguments.exit {
        Out::say("Varde keeps running; Ctrl-C stops it.");
        serve::stopped().await;
    }
    stop.cancel();
    serving.await.context("the service stopped by itself")??;
    Ok(ExitCode::SUCCESS)
}

/// Leaves a configuration with the data, so that every other command knows this demonstration.
fn configure(data: &Path, world: &World, people: u32) -> Result<()> {
    let path = data.join(Config::FILE);
    if path.exists() {
        return Ok(());
    }
    let text = format!(
        "# Made by `varde demo`: made-up people, and anybody can log in as anybody of them.\n\
         demo = true\naccess_body = \"{}\"\n{}log_name = \"{LOG_NAME}\"\n\
         [platform]\nlarge_extract_people = {}\n",
        world.access_body(),
        operator(world).map(|number| format!("operator = \"{}\"\n", number.as_str())).unwrap_or_default(),
        large_here(people)
    );
    let fresh = path.with_extension("new");
    std::fs::write(&fresh, text)
        .and_then(|()| std::fs::rename(&fresh, &path))
        .with_context(|| format!("{} cannot be written", path.display()))
}

/// The access body runs the demonstration.
fn operator(world: &World) -> Option<OrganisationNumber> {
    let body = world.access_body();
    world.organisations().into_iter().find(|one| one.id == body).map(|one| one.number)
}

/// From how many people on an extract is large in a country of so many: half of them, so that a demonstration
/// has both kinds.
fn large_here(people: u32) -> u64 {
    u64::from(people) / 2
}

fn config(arguments: &Arguments, world: &World, listen: SocketAddr) -> Config {
    let mut config = Config {
        data: arguments.data.clone(),
        listen,
        demo: true,
        access_body: Some(world.access_body()),
        operator: operator(world),
        log_name: LOG_NAME.to_owned(),
        ..Config::default()
    };
    config.platform.large_extract_people = large_here(arguments.people);
    config.rooms.python = !arguments.plain_rooms;
    config.rooms.notebook = !arguments.plain_rooms;
    config
}

async fn tell(
    arguments: &Arguments,
    services: &Arc<app::Services>,
    authorisation: &AuthorisationServer,
    world: &World,
    made: Remembered,
) -> Result<Story> {
    let mut story = Story::default();
    if made.whole {
        Out::say("The demo world is there already");
    } else {
        Out::say("Making the demo world");
        world::make(services, authorisation, world, &arguments.data, &mut story).await?;
        world::remember(&arguments.data, Remembered { whole: true, ..made })?;
    }
    if !arguments.world_only {
        Out::say("The main job");
        job::run(services, &Cast::of(world), &mut story).await?;
    }
    Ok(story)
}

fn summarise(arguments: &Arguments, services: &app::Services, story: &Story, address: &str) -> Result<()> {
    let listed = people::listed(&arguments.data.join("demo/people.json")).unwrap_or_default();
    let cast: Vec<_> = listed.into_iter().filter(|p| !p.key.starts_with("person-")).collect();
    if arguments.json {
        return Out::json(&Summary {
            address: address.to_owned(),
            log_key: services.log_key.to_string(),
            people: arguments.people,
            seed: arguments.seed,
            data: arguments.data.clone(),
            logins: cast.iter().map(|p| (p.key.clone(), p.name.clone())).collect(),
            steps: &story.steps,
        });
    }
    Out::say(&format!("\nVarde is on {address}"));
    Out::say("Log in with Test-ID as:");
    for person in &cast {
        Out::say(&format!("  {:24} {}", person.name, person.what.en));
    }
    Out::say(&format!("\nThe log's public key: {}", services.log_key));
    let data = arguments.data.display();
    // The program as it was called: after `cargo demo` it is not on the PATH.
    let program = std::env::args().next().unwrap_or_else(|| "varde".to_owned());
    Out::say(&format!("Verify the log:       {program} ledger verify --data {data}"));
    Ok(())
}
