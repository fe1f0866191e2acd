//! `varde admin role`: the first roles of an installation, and order in all of them.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead as _, IsTerminal as _},
};

use anyhow::{Context as _, Result, bail};
use jiff::civil::Date;
use serde_json::json;
use varde_core::{
    Actor, Component, Matter, OrganisationId, Period, PersonId, Role,
    identifier::{NationalNumber, OrganisationNumber},
};
use varde_identity::{Administered, NewAssignment, RoleAssignmentId};

use crate::{
    app::{Foundation, Services},
    cli::{Installation, Out, opened},
};

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Give a person a role in an organisation.
    #[command(after_help = "The person's national number is read from standard input, so that it is neither in the \
                            shell's history nor in the list of processes. Type it when asked, or:\n\n  \
                            varde admin role give administrator --organisation 999888777 --config varde.toml < number.txt\n\n\
                            Roles: researcher, handler, reviewer, steward, operator, administrator. An administrator \
                            gives the first four in their own organisation, on the page /roller.")]
    Give(Give),
    /// End a role at once, and with it the person's sessions.
    #[command(after_help = "The id is in the list:\n\n  varde admin role list --config varde.toml\n  \
                            varde admin role end 0190f2c4-7d3a-7cc1-8f6e-3a1b2c4d5e6f --config varde.toml")]
    End {
        /// The role's id.
        id: RoleAssignmentId,
        #[command(flatten)]
        installation: Installation,
    },
    /// Show who holds which role, and what is proposed.
    #[command(after_help = "Example:\n\n  varde admin role list --organisation 999888777 --config varde.toml")]
    List(List),
}

#[derive(clap::Args)]
pub(crate) struct Give {
    /// Which role.
    #[arg(value_parser = role)]
    role: Role,
    /// The organisation: its number of nine digits, or its id.
    #[arg(long, value_name = "NUMBER")]
    organisation: String,
    /// The person's id, instead of the national number on standard input.
    #[arg(long, value_name = "ID")]
    person: Option<PersonId>,
    /// The first day; today when it is not given.
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Option<Date>,
    /// The last day; none when it is not given.
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,
    #[command(flatten)]
    installation: Installation,
}

#[derive(clap::Args)]
pub(crate) struct List {
    /// Only this organisation: its number of nine digits, or its id.
    #[arg(long, value_name = "NUMBER")]
    organisation: Option<String>,
    /// The list as JSON on standard output.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    installation: Installation,
}

pub(crate) async fn run(command: Command) -> Result<()> {
    let installation = match &command {
        Command::Give(Give { installation, .. })
        | Command::End { installation, .. }
        | Command::List(List { installation, .. }) => installation.read()?,
    };
    // Asked before anything is opened: somebody may think a while about a number.
    let number = match &command {
        Command::Give(give) if give.person.is_none() => Some(number()?),
        _ => None,
    };
    let foundation = opened(installation).await?;
    let outcome = match Services::build(&foundation) {
        Ok(services) => act(&command, number, &foundation, &services).await,
        Err(error) => Err(error),
    };
    foundation.close().await;
    outcome
}

async fn act(
    command: &Command,
    number: Option<NationalNumber>,
    foundation: &Foundation,
    services: &Services,
) -> Result<()> {
    match command {
        Command::Give(arguments) => give(arguments, number, foundation, services).await,
        Command::End { id, .. } => {
            services.roles.end(&actor(), *id).await?;
            Out::say("The role is ended, and the person is logged out everywhere.");
            Ok(())
        }
        Command::List(arguments) => list(arguments, services).await,
    }
}

async fn give(
    arguments: &Give,
    number: Option<NationalNumber>,
    foundation: &Foundation,
    services: &Services,
) -> Result<()> {
    let organisation = organisation(services, &arguments.organisation).await?;
    let person = match (arguments.person, number) {
        (Some(person), _) => {
            let known = services.basedata.indices_of(&actor(), &[person]).await?;
            if known == [None] {
                bail!("the population register knows nobody with that id");
            }
            person
        }
        (None, Some(number)) => services
            .basedata
            .identify(&actor(), &number)
            .await?
            .context("the population register knows nobody with that number: import persons first")?,
        (None, None) => bail!("name the person"),
    };
    let from = arguments.from.unwrap_or_else(|| foundation.store.clock().today());
    let period = Period { from, until: arguments.until };
    let new = NewAssignment { person, organisation, role: arguments.role, period };
    let id = services.roles.give(&actor(), new).await?;
    Out::result(&id.to_string())?;
    Out::say(&format!(
        "Given: {} in {}, from {from}. The person sees it in their log.",
        arguments.role.name(),
        arguments.organisation
    ));
    Ok(())
}

async fn list(arguments: &List, services: &Services) -> Result<()> {
    let organisation = match &arguments.organisation {
        Some(text) => Some(organisation(services, text).await?),
        None => None,
    };
    let found = services.roles.administered(&actor(), organisation).await?;
    let named = Named::of(&found, services).await?;
    if arguments.json {
        return Out::json(&json!({
            "roles": found.assignments.iter().map(|a| json!({
                "id": a.id, "role": a.role.name(), "person": a.person, "name": named.person(a.person),
                "organisation": a.organisation, "organisation_name": named.organisation(a.organisation),
                "from": a.period.from, "until": a.period.until,
            })).collect::<Vec<_>>(),
            "proposals": found.proposals,
        }));
    }
    for a in &found.assignments {
        let until = a.period.until.map_or_else(|| "no end".to_owned(), |day| day.to_string());
        let (person, organisation) = (named.person(a.person), named.organisation(a.organisation));
        Out::result(&format!(
            "{}  {:<13}  {person}, {organisation}  {} – {until}",
            a.id,
            a.role.name(),
            a.period.from
        ))?;
    }
    let (held, waiting) = (found.assignments.len(), found.proposals.len());
    Out::say(&format!("{held} roles; {waiting} proposals wait for a second person on the page /roller."));
    if held == 0 {
        Out::say("Give the first one with `varde admin role give`; see --help for an example.");
    }
    Ok(())
}

/// The names in a list.
struct Named {
    persons: BTreeMap<PersonId, String>,
    organisations: BTreeMap<OrganisationId, String>,
}

impl Named {
    async fn of(found: &Administered, services: &Services) -> Result<Self> {
        let persons: BTreeSet<PersonId> = found.assignments.iter().map(|a| a.person).collect();
        let persons: Vec<PersonId> = persons.into_iter().collect();
        let persons = match persons.is_empty() {
            true => BTreeMap::new(),
            false => {
                let matter = Matter::new("roles", "all").with(persons.iter().copied());
                services.basedata.acting_names(&actor(), &matter, &persons).await?.open()
            }
        };
        let ids: BTreeSet<OrganisationId> = found.assignments.iter().map(|a| a.organisation).collect();
        let ids: Vec<OrganisationId> = ids.into_iter().collect();
        let units = services.basedata.organisations(&actor(), Some(&ids), services.basedata.now()).await?;
        Ok(Self { persons, organisations: units.into_iter().map(|o| (o.id, o.name)).collect() })
    }

    fn person(&self, id: PersonId) -> String {
        self.persons.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }

    fn organisation(&self, id: OrganisationId) -> String {
        self.organisations.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }
}

fn actor() -> Actor {
    Actor::system(Component::CommandLine)
}

fn role(text: &str) -> Result<Role, String> {
    let given: Vec<Role> = Role::ALL.into_iter().filter(|role| *role != Role::Citizen).collect();
    let names = || given.iter().map(|r| r.name()).collect::<Vec<_>>().join(", ");
    given.iter().copied().find(|r| r.name() == text).ok_or_else(|| format!("the roles are {}", names()))
}

async fn organisation(services: &Services, text: &str) -> Result<OrganisationId> {
    if let Ok(id) = text.parse::<OrganisationId>() {
        let found = services.basedata.organisation(&actor(), id, services.basedata.now()).await;
        return Ok(found.context("there is no organisation with that id")?.id);
    }
    let number: OrganisationNumber =
        text.parse().context("--organisation is a number of nine digits, or an organisation's id")?;
    let found = services.basedata.organisation_by_number(&actor(), number).await?;
    found.with_context(|| format!("the register has no organisation {text}: import organisations first"))
}

/// The number on standard input. What is wrong with it is told without repeating it.
fn number() -> Result<NationalNumber> {
    let input = std::io::stdin();
    if input.is_terminal() {
        Out::say("National number of the person:");
    }
    let mut line = String::new();
    input.lock().read_line(&mut line).context("standard input cannot be read")?;
    let digits: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.is_empty() {
        bail!("no national number on standard input: type it when asked, or name the person with --person ID");
    }
    NationalNumber::parse(&digits).context("what standard input holds is not a national number")
}
