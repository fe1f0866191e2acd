//! `varde admin health-personnel`: what the register of health personnel says of a number.

use std::io::{BufRead as _, IsTerminal as _};

use anyhow::{Context as _, Result, bail};
use jiff::civil::Date;
use serde_json::json;
use varde_basedata::AsAt;
use varde_core::{Actor, Component, identifier::HprNumber};

use crate::{
    app::Services,
    cli::{Installation, Out},
};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// As at which day; today when it is not given.
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Option<Date>,
    /// The answer as JSON on standard output.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    installation: Installation,
}

pub(crate) async fn run(arguments: Arguments) -> Result<()> {
    // Asked before anything is opened: somebody may think a while about a number.
    let number = number()?;
    let foundation = arguments.installation.open().await?;
    let outcome = match Services::build(&foundation) {
        Ok(services) => show(&arguments, number, &services).await,
        Err(error) => Err(error),
    };
    foundation.close().await;
    outcome
}

fn number() -> Result<HprNumber> {
    let input = std::io::stdin();
    if input.is_terminal() {
        Out::say("HPR number:");
    }
    let mut line = String::new();
    input.lock().read_line(&mut line).context("standard input cannot be read")?;
    let digits: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    digits.parse().context("what standard input holds is not an HPR number")
}

async fn show(arguments: &Arguments, number: HprNumber, services: &Services) -> Result<()> {
    let (basedata, actor) = (&services.basedata, Actor::system(Component::CommandLine));
    let now = basedata.now();
    let as_at = AsAt { valid: arguments.day.unwrap_or(now.valid), ..now };
    let Some((view, name)) = basedata.health_personnel_by_number(&actor, number, as_at).await?.open() else {
        bail!("nobody has that HPR number here: take in health personnel first, or look at the number");
    };
    let held = |(q, standing): &(varde_basedata::Qualification, varde_basedata::Standing)| {
        json!({
            "profession": q.profession.code(), "kind": q.kind.code(), "code": q.code, "name": q.name,
            "standing": standing.code(), "holds": standing.holds(),
        })
    };
    if arguments.json {
        let held: Vec<_> = view.qualifications.iter().map(held).collect();
        return Out::json(&json!({
            "name": name, "day": as_at.valid, "authorised": !view.approvals().is_empty(), "qualifications": held,
        }));
    }
    Out::result(&name.unwrap_or_default())?;
    for (q, standing) in &view.qualifications {
        Out::result(&format!("{}: {} ({})", q.profession.name(), q.name, standing.code()))?;
    }
    if view.qualifications.is_empty() {
        Out::result("nothing on that day")?;
    }
    Ok(())
}
