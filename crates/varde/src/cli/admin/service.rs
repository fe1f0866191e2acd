//! `varde admin service`: what organisations take into use.

use std::path::PathBuf;

use anyhow::{Result, bail};
use varde_core::{Actor, Component, Problem as _, text::Language};
use varde_onboarding::{NewTerms, Onboarding, OnboardingError, Service, ServiceId};

use super::client::read;
use crate::{
    app::{Services, all_texts},
    cli::{Installation, Out},
};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Register a service with its information classes, or change it, from a JSON file.
    #[command(after_help = "What is granted already stays as it was granted. See docs/onboarding.md for the file.")]
    Register {
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        installation: Installation,
    },
    /// Publish a new version of a service's terms of use, from a JSON file.
    #[command(after_help = "Those who use the service are told by mail, and reminded until they have accepted. \
                      See docs/onboarding.md for the file.")]
    Terms {
        /// The service's name.
        service: ServiceId,
        /// The file.
        file: PathBuf,
        #[command(flatten)]
        installation: Installation,
    },
    /// List the services.
    List {
        #[command(flatten)]
        installation: Installation,
    },
}

pub(crate) async fn run(command: Command) -> Result<()> {
    let actor = Actor::system(Component::CommandLine);
    match command {
        Command::Register { file, installation } => {
            let service: Service = read(&file)?;
            with(&installation, async |onboarding| {
                let done = told(onboarding.register(&actor, &service).await)?;
                let what = if done.changed { "Registered" } else { "Nothing new" };
                Out::say(&format!("{what}: {}, version {}.", done.id, done.version));
                Ok(())
            })
            .await
        }
        Command::Terms { service, file, installation } => {
            let terms: NewTerms = read(&file)?;
            with(&installation, async |onboarding| {
                let done = told(onboarding.publish_terms(&actor, &service, &terms).await)?;
                Out::say(&format!(
                    "Published: version {} of the terms of {service}, from {}.",
                    done.version, done.applies_from
                ));
                Ok(())
            })
            .await
        }
        Command::List { installation } => {
            with(&installation, async |onboarding| {
                let all = told(onboarding.services().await)?;
                for one in &all {
                    let terms = told(onboarding.terms(&one.service.id).await)?;
                    let (version, latest) = (one.version, terms.last().map_or(0, |terms| terms.version));
                    Out::result(&format!("{}  version {version}, terms version {latest}", one.service.id))?;
                }
                Out::say(&format!("{} services.", all.len()));
                Ok(())
            })
            .await
        }
    }
}

async fn with(installation: &Installation, act: impl AsyncFnOnce(&Onboarding) -> Result<()>) -> Result<()> {
    let foundation = installation.open().await?;
    let outcome = async { act(&Services::build(&foundation)?.onboarding).await }.await;
    foundation.close().await;
    outcome
}

/// The outcome; what is wrong with a file is named field by field.
fn told<T>(outcome: Result<T, OnboardingError>) -> Result<T> {
    let error = match outcome {
        Ok(done) => return Ok(done),
        Err(error) => error,
    };
    let texts = all_texts();
    let line =
        |field: varde_core::FieldProblem| format!("{}: {}", field.field, texts.get(Language::En, &field.message));
    let fields: Vec<String> = error.fields().into_iter().map(line).collect();
    if fields.is_empty() { Err(error.into()) } else { bail!("{}", fields.join("\n")) }
}
