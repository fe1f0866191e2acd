//! `varde admin`: what operators and developers need now and then. One file for each thing.

mod api;
mod bench;
mod client;
mod entry;
mod key;
mod permit;
mod personnel;
mod project;
mod resource;
mod role;
mod room;
mod service;

use std::process::ExitCode;

use anyhow::Result;

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Run a benchmark: one line a figure, its peer in the same run.
    Bench(bench::Arguments),
    /// Roles: give, end and list them. The first administrator of an organisation is made here.
    #[command(arg_required_else_help = true)]
    Role {
        #[command(subcommand)]
        command: role::Command,
    },
    /// Programs that get tokens: register, list and end them, add and remove their keys.
    #[command(arg_required_else_help = true)]
    Client {
        #[command(subcommand)]
        command: client::Command,
    },
    /// APIs that tokens are for: register one.
    #[command(arg_required_else_help = true)]
    Api {
        #[command(subcommand)]
        command: api::Command,
    },
    /// What organisations can give suppliers the right to: register, list and end resources.
    #[command(arg_required_else_help = true)]
    Resource {
        #[command(subcommand)]
        command: resource::Command,
    },
    /// Services that organisations take into use: register one, publish its terms of use.
    #[command(arg_required_else_help = true)]
    Service {
        #[command(subcommand)]
        command: service::Command,
    },
    /// Whose an HPR number is and what they are authorised as, by the number on standard input. The look is
    /// entered, and the person concerned sees it.
    HealthPersonnel(personnel::Arguments),
    /// Entries on the log: erase what one says.
    #[command(arg_required_else_help = true)]
    Entry {
        #[command(subcommand)]
        command: entry::Command,
    },
    /// Permits: revoke one.
    Permit {
        #[command(subcommand)]
        command: permit::Command,
    },
    /// Projects: destroy the key of one that has ended.
    Project {
        #[command(subcommand)]
        command: project::Command,
    },
    /// Keys: take a new one into use.
    #[command(arg_required_else_help = true)]
    Key {
        #[command(subcommand)]
        command: key::Command,
    },
    /// Project rooms: close one.
    Room {
        #[command(subcommand)]
        command: room::Command,
    },
    /// Varde's own part of a benchmark, in a process of its own.
    #[command(hide = true)]
    BenchContest(bench::Contest),
}

pub(crate) async fn run(command: Command) -> Result<ExitCode> {
    match command {
        Command::Role { command } => role::run(command).await?,
        Command::Client { command } => client::run(command).await?,
        Command::Api { command } => api::run(command).await?,
        Command::Resource { command } => resource::run(command).await?,
        Command::Service { command } => service::run(command).await?,
        Command::HealthPersonnel(arguments) => personnel::run(arguments).await?,
        Command::Entry { command } => entry::run(command).await?,
        Command::Permit { command } => permit::run(command).await?,
        Command::Project { command } => project::run(command).await?,
        Command::Key { command } => key::run(command).await?,
        Command::Room { command } => room::run(command).await?,
        Command::Bench(arguments) => bench::run(&arguments).await?,
        Command::BenchContest(arguments) => bench::contest(&arguments)?,
    }
    Ok(ExitCode::SUCCESS)
}
