//! Searching a catalogue of 50,000 variables and 50,000 codes over HTTP, with facets and reasons, beside
//! SQLite's FTS5 on the same texts; and taking in 20,000 variables.

mod world;

use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use tokio::time::sleep;

use super::{
    Figure, Listener, megabytes,
    start::Running,
    token::latency::Latencies,
    usage::{cpu_seconds, memory},
};
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
/// How often is asked whether it does.
const ASK: Duration = Duration::from_millis(100);

/// What is looked for: words, forms, parts, codes, misspellings, nothing, and narrowed by facets.
const QUERIES: [(&str, &str); 20] = [
    ("hjerteinfarkt", ""),
    ("infarkt", ""),
    ("kreft", ""),
    ("lungekreft operasjon", ""),
    ("dato", ""),
    ("dato for innleggelse", ""),
    ("sykdommer", ""),
    ("legemidler", ""),
    ("fødsler", ""),
    ("sjukdom", ""),
    ("blodtrykk", "&type=decimal"),
    ("behandling", "&source=r1"),
    ("diagnsoe", ""),
    ("hjert", ""),
    ("K10", ""),
    ("k1004", ""),
    ("undersøkelse svulst", "&source=r2&type=list"),
    ("status", "&local_codes=yes"),
    ("", ""),
    ("", "&source=r3&type=date"),
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
    let took = world.import(&sources[0]).await?;
    let import = format!("import of {imported} variables");
    tell(&Figure::new(BENCH, &import, took, "s").at_most(10.0).judged(whole))?;
    for source in &sources[1..] {
        world.import(source).await?;
    }
    let running = world.serve()?;
    let known = searched(world, running, variables, whole).await?;
    let theirs = peer(folder, &sources)?;
    for figure in figures(&known, theirs.as_ref(), whole) {
        tell(&figure)?;
    }
    Ok(())
}

/// What was measured of the service.
struct Searched {
    /// Seconds from the start of the process until search knew all.
    ready: f64,
    /// Seconds of each answer.
    answers: Latencies,
    /// Seconds of processor for an answer.
    cpu: f64,
    /// Bytes resident after it.
    memory: u64,
}

async fn searched(world: &World, mut running: Running, variables: usize, whole: bool) -> Result<Searched> {
    let began = Instant::now();
    let http = reqwest::Client::builder().no_proxy().build()?;
    running.ready(&http, &format!("{}/ready", world.address())).await?;
    let search = format!("{}/api/catalogue/search", world.address());
    loop {
        let answer = http.get(format!("{search}?kind=variable")).send().await?;
        if answer.status().is_success() && answer.json::<Value>().await?["total"] == variables {
            break;
        }
        if began.elapsed() > PATIENCE {
            bail!("search did not know {variables} variables within {} s", PATIENCE.as_secs());
        }
        sleep(ASK).await;
    }
    let ready = began.elapsed().as_secs_f64();
    let mut seconds = Vec::with_capacity(QUERIES.len() * ROUNDS);
    let (mut before, mut nothing) = (0.0, Vec::new());
    for round in 0..=ROUNDS {
        if round == 1 {
            before = cpu_seconds(&running.id())?;
        }
        for (text, narrowed) in QUERIES {
            let address = reqwest::Url::parse_with_params(&search, [("q", text)])?;
            let asked = Instant::now();
            let answer = http.get(format!("{address}{narrowed}")).send().await?.error_for_status()?;
            let bytes = answer.bytes().await?;
            if round > 0 {
                seconds.push(asked.elapsed().as_secs_f64());
            } else if serde_json::from_slice::<Value>(&bytes)?["total"] == 0 {
                nothing.push(text);
            }
        }
    }
    // A search that finds nothing is quick: it would flatter the figure. A small catalogue lacks some words.
    if nothing.len() > if whole { 0 } else { QUERIES.len() / 2 } {
        bail!("these find nothing in the catalogue of the benchmark: {}", nothing.join(", "));
    }
    let cpu = (cpu_seconds(&running.id())? - before) / seconds.len() as f64;
    Ok(Searched { ready, answers: Latencies::of(seconds), cpu, memory: memory(&running.id(), "VmRSS")? })
}

/// The same queries to FTS5, within one process without HTTP: a page of hits by bm25, and the counts of
/// two facets. `None` where there is no Python with sqlite3.
fn peer(folder: &Path, sources: &[varde_metadata::DataSource]) -> Result<Option<Latencies>> {
    let (script, table) = (folder.join("fts5.py"), folder.join("catalogue.tsv"));
    fs::write(&script, include_str!("fts5.py"))?;
    fs::write(&table, world::table(sources))?;
    let queries = serde_json::to_string(&QUERIES.map(|(text, _)| text))?;
    let mut python = Command::new("python3");
    let ended = match python.arg(&script).arg(&table).arg(queries).arg(ROUNDS.to_string()).output() {
        Ok(ended) => ended,
        Err(error) => {
            tracing::warn!("no figures of FTS5: python3 cannot be started: {error}");
            return Ok(None);
        }
    };
    if !ended.status.success() {
        tracing::warn!("no figures of FTS5: {}", String::from_utf8_lossy(&ended.stderr));
        return Ok(None);
    }
    let seconds: Vec<f64> = serde_json::from_slice(&ended.stdout).context("the figures of FTS5")?;
    Ok(Some(Latencies::of(seconds)))
}

fn figures(ours: &Searched, theirs: Option<&Latencies>, whole: bool) -> Vec<Figure> {
    let answer = |name: &str, share: f64| {
        let figure = Figure::new(BENCH, name, ours.answers.at(share) * 1e3, "ms");
        theirs.map_or(figure.clone(), |theirs| figure.beside(PEER, theirs.at(share) * 1e3))
    };
    vec![
        answer("answer over HTTP, 50 %", 0.5),
        answer("answer over HTTP, 95 %", 0.95).at_most(5.0).judged(whole),
        Figure::new(BENCH, "CPU time for an answer", ours.cpu * 1e3, "ms"),
        Figure::new(BENCH, "from the start until search knows all", ours.ready, "s"),
        Figure::new(BENCH, "resident memory", megabytes(ours.memory), "MB"),
    ]
}
