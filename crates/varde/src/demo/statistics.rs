//! What it takes to see statistics on request in the demo world: a table that somebody asked for and that is
//! published, and a request that waits for a decision.

use anyhow::Result;
use jiff::civil::date;
use varde_core::Purpose;
use varde_exploration::{
    Exploration,
    model::{
        Condition, Dimension, Measure, Question,
        statistics::{Content, Outcome, Proposal, Request, State},
    },
};

use super::{Told, cast::Cast, job::wait};

/// Asks for both, and decides on the first; what was done before stays as it is.
pub(super) async fn prepare(exploration: &Exploration, cast: &Cast) -> Result<Told> {
    let published = decided(exploration, cast, sent(exploration, cast, vaccinated()?).await?).await?;
    sent(exploration, cast, dispensings()?).await?;
    let table = match published.state {
        State::Published => "a table is published at /statistikk",
        // In a very small world there may be too few people behind it.
        _ => "no safe table could be made of one request",
    };
    Ok(Told::new(format!("Statistics on request: {table}, and a request waits for the handler"))
        .with("request", published.id)
        .with("state", published.state.name())
        .with("statistic", published.statistic))
}

/// People who were vaccinated against influenza, by age and sex.
fn vaccinated() -> Result<Content> {
    let only = vec![code("vaccine", "J07BB"), year(2024)];
    let by = vec![Dimension::Age { width: 20 }, Dimension::Sex];
    let plan =
        Question { dataset: "sysvak/vaccination".parse()?, only: Condition::All(only), by, measure: Measure::People };
    Ok(content("Vaksinerte mot influensa i 2024 etter alder og kjønn", plan))
}

/// Beta blockers dispensed, by county.
fn dispensings() -> Result<Content> {
    let only = vec![code("atc", "C07"), year(2024)];
    let by = vec![Dimension::County];
    let plan =
        Question { dataset: "lmr/dispensing".parse()?, only: Condition::All(only), by, measure: Measure::Events };
    Ok(content("Utleveringer av betablokkere i 2024 etter fylke", plan))
}

fn code(variable: &str, begins: &str) -> Condition {
    Condition::Code { variable: variable.to_owned(), begins: vec![begins.to_owned()] }
}

fn year(year: i16) -> Condition {
    Condition::Period { from: date(year, 1, 1), until: date(year, 12, 31) }
}

fn content(title: &str, plan: Question) -> Content {
    Content {
        title: title.to_owned(),
        plan,
        rounding: None,
        purpose: Some(Purpose::PublicHealth),
        use_of_it: "Et kapittel i en rapport om forebygging, som gis ut til våren.".to_owned(),
        applicant: "Forsker på forebygging ved et sykehus.".to_owned(),
        recipient: "Allmennheten.".to_owned(),
        safeguards: "Svaret brukes bare i rapporten, og ingen prøver å finne ut hvem noen er.".to_owned(),
    }
}

/// The researcher's request of that title: written and sent, unless it was before.
async fn sent(exploration: &Exploration, cast: &Cast, content: Content) -> Result<Request> {
    let researcher = cast.researching();
    let own = exploration.own_requests(&researcher).await?;
    let id = match own.into_iter().find(|one| one.content.title == content.title) {
        Some(request) if request.state != State::Draft => return Ok(request),
        Some(draft) => draft.id,
        None => exploration.begin_request(&researcher, content).await?,
    };
    exploration.send_request(&researcher, id).await?;
    Ok(exploration.request(&researcher, id).await?)
}

/// The request with what came of it: approved by the handler, and its table made by Varde.
async fn decided(exploration: &Exploration, cast: &Cast, request: Request) -> Result<Request> {
    if request.state == State::Sent {
        let proposal = Proposal {
            outcome: Outcome::Approved,
            risks: "Ingen av risikoene i artikkel 68 nr. 2 er til stede.".to_owned(),
            reasons: "Formålet er tillatt, og svaret er anonymt.".to_owned(),
        };
        exploration.decide_request(&cast.handling(), request.id, &proposal).await?;
    }
    let researcher = cast.researching();
    wait("the table", async || {
        let request = exploration.request(&researcher, request.id).await?;
        Ok((request.state != State::Approved).then_some(request))
    })
    .await
}
