//! Searching a catalogue of 50,000 variables and 50,000 codes over HTTP, with facets and reasons, beside
//! SQLite's FTS5 on the same texts; and taking in 20,000 variables.

mod peer;
mod world;

use std::{
    collections::BTreeMap,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use serde_json::Value;
use tokio::time::sleep;

use super::{
    Figure, Listener, megabytes,
    start::Running,
    token::latency::Latencies,
    usage::{cpu_seconds, memory},
};
use peer::Peer;
use world::World;

const BENCH: &str = "catalogue";
const PEER: &str = "SQLite FTS5, in its own process";
/// Variables at full scale, of which the first source has 20,000.
const VARIABLES: f64 = 50_000.0;
/// Variables of the source whose import is timed, at full scale.
const IMPORTED: f64 = 20_000.0;
/// How often each query is asked; the first round is not counted.
const ROUNDS: usize = 20;
/// How long is waited until search knows the catalogue.
const PATIENCE: Duration = Duration::from_secs(120);
/// Seconds with next to nothing done after which nothing more follows from the publications.
const QUIET: usize = 4;
/// How long is waited for that.
const LONGEST: Duration = Duration::from_secs(600);
/// How often is asked whether it does.
const ASK: Duration = Duration::from_millis(20);

/// What is told, by names.
pub(super) const FIGURES: [&str; 16] = [
    "import of ",
    "CPU time for the import",
    "answer over HTTP, 50 %",
    "answer over HTTP, 95 %",
    "answer over HTTP, 99 %",
    "one word, 95 %",
    "several words, 95 %",
    "misspelt or begun, 95 %",
    "code, 95 %",
    "narrowed by facets, 95 %",
    "nothing typed, 95 %",
    "CPU time for an answer",
    "from the start until search knows all",
    "from a publication until search knows it",
    "CPU time of what follows from the publications",
    "memory",
];

/// A search: the mixture it belongs to, what is typed, what is chosen.
type Asked = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const ONE: &str = "one word";
const SEVERAL: &str = "several words";
const UNSURE: &str = "misspelt or begun";
const CODE: &str = "code";
const NARROWED: &str = "narrowed by facets";
const NOTHING: &str = "nothing typed";

/// What is looked for. Each mixture has as many, so that none outweighs another.
const QUERIES: [Asked; 24] = [
    (ONE, "hjerteinfarkt", &[]),
    (ONE, "kreft", &[]),
    (ONE, "dato", &[]),
    (ONE, "legemidler", &[]),
    (SEVERAL, "lungekreft operasjon", &[]),
    (SEVERAL, "dato for innleggelse", &[]),
    (SEVERAL, "behandling av sykdommer", &[]),
    (SEVERAL, "undersøkelse svulst sykehus", &[]),
    (UNSURE, "diagnsoe", &[]),
    (UNSURE, "hjert", &[]),
    (UNSURE, "innlegelse", &[]),
    (UNSURE, "sjukdom fødsl", &[]),
    (CODE, "K10", &[]),
    (CODE, "k1004", &[]),
    (CODE, "V123", &[]),
    (CODE, "K15 infarkt", &[]),
    (NARROWED, "behandling", &[("source", "r1")]),
    (NARROWED, "blodtrykk", &[("type", "decimal")]),
    (NARROWED, "undersøkelse svulst", &[("source", "r2"), ("type", "list")]),
    (NARROWED, "status", &[("local_codes", "yes"), ("kind", "variable")]),
    (NOTHING, "", &[]),
    (NOTHING, "", &[("source", "r3"), ("type", "date")]),
    (NOTHING, "", &[("local_codes", "yes")]),
    (NOTHING, "", &[("kind", "variable"), ("type", "list")]),
];

/// Measures an installation of its own below `folder`, and FTS5 where Python with sqlite3 is.
pub async fn run(folder: &Path, scale: f64, say: &mut dyn FnMut(&str), tell: Listener<'_>) -> Result<()> {
    let whole = scale >= 1.0;
    let variables = ((VARIABLES * scale) as usize).max(200);
    let imported = ((IMPORTED * scale) as usize).max(80);
    say(&format!("Making a catalogue of {variables} variables"));
    let world = World::make(folder).await?;
    let outcome = contest(&world, folder, variables, imported, whole, tell).await;
    world.close().await;
    outcome
}

async fn contest(
    world: &World,
    folder: &Path,
    variables: usize,
    imported: usize,
    whole: bool,
    tell: Listener<'_>,
) -> Result<()> {
    let sources = world::sources(variables, imported);
    let before = cpu_seconds("self")?;
    let took = world.import(&sources[0]).await?;
    let import = format!("import of {imported} variables");
    tell(&Figure::new(BENCH, &import, took, "s").at_most(10.0).judged(whole))?;
    let used = cpu_seconds("self")? - before;
    tell(&Figure::new(BENCH, "CPU time for the import, without the database's", used, "s"))?;
    for source in &sources[1..] {
        world.import(source).await?;
    }
    let follows = settle(world).await?;
    tell(&Figure::new(BENCH, "CPU time of what follows from the publications", follows, "s"))?;
    let searched = searched(world, world.serve()?, variables, whole).await?;
    let theirs = peer::measure(folder, &sources, &QUERIES, ROUNDS)?;
    figures(&searched, theirs.as_ref(), whole).iter().try_for_each(tell)
}

/// Lets a service do what follows from the publications (checks for other catalogues, figures of quality), so
/// that it does not do it while searches are measured. Seconds of processor that it took, the first index and
/// the start among them.
async fn settle(world: &World) -> Result<f64> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let mut running = world.serve()?;
    running.ready(&http, &format!("{}/ready", world.address())).await?;
    let began = Instant::now();
    let (mut before, mut quiet) = (cpu_seconds(&running.id())?, 0);
    while quiet < QUIET {
        if began.elapsed() > LONGEST {
            bail!("the service was not done with what follows from the publications within {} s", LONGEST.as_secs());
        }
        sleep(Duration::from_secs(1)).await;
        let now = cpu_seconds(&running.id())?;
        quiet = if now - before < 0.1 { quiet + 1 } else { 0 };
        before = now;
    }
    Ok(before)
}

/// What was measured of the service.
struct Searched {
    /// Seconds from the start of the process until search knew all.
    ready: f64,
    /// Seconds of processor until then.
    ready_cpu: f64,
    /// Seconds from the publication of a source until search knew it.
    followed: f64,
    /// Seconds of each answer by mixture.
    answers: BTreeMap<&'static str, Vec<f64>>,
    /// Seconds of processor for an answer.
    cpu: f64,
    /// Bytes resident after the answers, and the most at once until then.
    memory: (u64, u64),
}

async fn searched(world: &World, mut running: Running, variables: usize, whole: bool) -> Result<Searched> {
    let began = Instant::now();
    let http = reqwest::Client::builder().no_proxy().build()?;
    running.ready(&http, &format!("{}/ready", world.address())).await?;
    let search = format!("{}/api/catalogue/search", world.address());
    let all = [("kind", "variable")];
    until(&http, &search, &all, variables).await?;
    let (ready, ready_cpu) = (began.elapsed().as_secs_f64(), cpu_seconds(&running.id())?);
    let mut answers: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    let (mut before, mut nothing) = (0.0, Vec::new());
    for round in 0..=ROUNDS {
        if round == 1 {
            before = cpu_seconds(&running.id())?;
        }
        for (mixture, text, chosen) in &QUERIES {
            let pairs = chosen.iter().copied().chain([("q", *text)]);
            let address = reqwest::Url::parse_with_params(&search, pairs)?;
            let asked = Instant::now();
            let bytes = http.get(address).send().await?.error_for_status()?.bytes().await?;
            if round > 0 {
                answers.entry(mixture).or_default().push(asked.elapsed().as_secs_f64());
            } else if serde_json::from_slice::<Value>(&bytes)?["total"] == 0 {
                nothing.push(*text);
            }
        }
    }
    // A search that finds nothing is quick: it would flatter the figure. A small catalogue lacks some words.
    if nothing.len() > if whole { 0 } else { QUERIES.len() / 2 } {
        bail!("these find nothing in the catalogue of the benchmark: {}", nothing.join(", "));
    }
    let cpu = (cpu_seconds(&running.id())? - before) / (ROUNDS * QUERIES.len()) as f64;
    let memory = (memory(&running.id(), "VmRSS")?, memory(&running.id(), "VmHWM")?);
    let followed = follow(world, &http, &search).await?;
    Ok(Searched { ready, ready_cpu, followed, answers, cpu, memory })
}

/// Publishes a small source while the service runs, and waits until it finds that.
async fn follow(world: &World, http: &reqwest::Client, search: &str) -> Result<f64> {
    const MANY: usize = 100;
    world.import(&world::late_source(MANY)).await?;
    let began = Instant::now();
    until(http, search, &[("kind", "variable"), ("source", world::LATE)], MANY).await?;
    Ok(began.elapsed().as_secs_f64())
}

/// Asks until a search finds that many.
async fn until(http: &reqwest::Client, search: &str, chosen: &[(&str, &str)], many: usize) -> Result<()> {
    let address = reqwest::Url::parse_with_params(search, chosen)?;
    let began = Instant::now();
    loop {
        let answer = http.get(address.clone()).send().await?;
        if answer.status().is_success() && answer.json::<Value>().await?["total"] == many {
            return Ok(());
        }
        if began.elapsed() > PATIENCE {
            bail!("search did not know {many} variables within {} s", PATIENCE.as_secs());
        }
        sleep(ASK).await;
    }
}

fn figures(ours: &Searched, theirs: Option<&Peer>, whole: bool) -> Vec<Figure> {
    let beside = |figure: Figure, of: &dyn Fn(&Peer) -> f64| match theirs {
        Some(theirs) => figure.beside(PEER, of(theirs)),
        None => figure,
    };
    let all = Latencies::of(ours.answers.values().flatten().copied().collect());
    let answer = |name: &str, share: f64| {
        let figure = Figure::new(BENCH, name, all.at(share) * 1e3, "ms");
        beside(figure, &|theirs| theirs.seconds(None).at(share) * 1e3)
    };
    let mut figures = vec![
        answer("answer over HTTP, 50 %", 0.5),
        answer("answer over HTTP, 95 %", 0.95).at_most(5.0).judged(whole),
        answer("answer over HTTP, 99 %", 0.99),
    ];
    for mixture in [ONE, SEVERAL, UNSURE, CODE, NARROWED, NOTHING] {
        let own = Latencies::of(ours.answers.get(mixture).cloned().unwrap_or_default());
        let figure = Figure::new(BENCH, &format!("{mixture}, 95 %"), own.at(0.95) * 1e3, "ms");
        figures.push(beside(figure, &|theirs| theirs.seconds(Some(mixture)).at(0.95) * 1e3));
    }
    let (resident, peak) = ours.memory;
    let used = Figure::new(BENCH, "CPU time for an answer", ours.cpu * 1e3, "ms");
    let memory = Figure::new(BENCH, "memory, resident", megabytes(resident), "MB");
    let known = Figure::new(BENCH, "from the start until search knows all", ours.ready, "s");
    figures.extend([
        beside(used, &|theirs| theirs.cpu() * 1e3),
        beside(known, &|theirs| theirs.made),
        Figure::new(BENCH, "from the start until search knows all, CPU time", ours.ready_cpu, "s"),
        Figure::new(BENCH, "from a publication until search knows it", ours.followed, "s"),
        beside(memory, &|theirs| theirs.memory / 1e6),
        Figure::new(BENCH, "memory, most at once", megabytes(peak), "MB"),
    ]);
    figures
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_named() {
        let answers = QUERIES.iter().map(|(mixture, ..)| (*mixture, vec![0.001, 0.002])).collect();
        let ours =
            Searched { ready: 1.0, ready_cpu: 1.0, followed: 1.0, answers, cpu: 0.001, memory: (1_000_000, 2_000_000) };
        let mut told = figures(&ours, None, true);
        for first in [
            "import of 20000 variables",
            "CPU time for the import, without the database's",
            "CPU time of what follows from the publications",
        ] {
            told.push(Figure::new(BENCH, first, 1.0, "s"));
        }
        crate::bench::assert_named(&told, &FIGURES);
    }

    #[test]
    fn no_mixture_outweighs_another() {
        for mixture in [ONE, SEVERAL, UNSURE, CODE, NARROWED, NOTHING] {
            assert_eq!(QUERIES.iter().filter(|(name, ..)| *name == mixture).count(), 4, "{mixture}");
        }
    }
}
