//! What a token costs the server: `client_credentials` with a signed statement and a proof of possession,
//! all ES256, with the log and the memory of one-time ids on PostgreSQL; beside npm's `oidc-provider`, once
//! with one-time ids in a PostgreSQL of its own, and once as it comes, with some in its memory. The peer
//! has no delegations: what a supplier's client costs, each token for another organisation, is beside
//! what ours for one organisation costs.

mod contestant;
pub(super) mod latency;
mod load;
mod requests;
mod world;

use std::{path::Path, time::Duration};

use anyhow::{Context as _, Result};

use varde_store::launcher::Cluster;

use super::{Figure, Listener, megabytes};
use contestant::Contestant;
use requests::Client;

pub use contestant::Peer;

const BENCH: &str = "token";
/// The peer that does the same: it remembers one-time ids durably, for all its instances.
const PEER: &str = "oidc-provider with PostgreSQL";
/// The peer as it comes: it remembers some one-time ids while it runs.
const FORGETFUL: &str = "oidc-provider in memory";
/// Clients registered at full scale.
const CLIENTS: f64 = 10_000.0;
/// Organisations that have delegated to the supplier at full scale.
const DELEGATING: f64 = 1_000.0;
/// Tokens in a round at full scale.
const TOKENS: f64 = 4_000.0;
/// Rounds of each, one after the other's; the median counts.
const ROUNDS: usize = 5;
/// Connections, each with a client of its own.
const CONNECTIONS: usize = 16;
/// How long requests come at half load, at full scale.
const HALF_LOAD: Duration = Duration::from_secs(10);

/// How much is done.
#[derive(Debug, Clone, Copy)]
struct Size {
    clients: usize,
    delegating: usize,
    tokens: usize,
    half_load: Duration,
    whole: bool,
}

impl Size {
    fn of(scale: f64) -> Self {
        Self {
            clients: ((CLIENTS * scale) as usize).max(CONNECTIONS),
            delegating: ((DELEGATING * scale) as usize).max(CONNECTIONS),
            tokens: ((TOKENS * scale) as usize).max(10 * CONNECTIONS),
            half_load: HALF_LOAD.mul_f64(scale).max(Duration::from_secs(1)),
            whole: scale >= 1.0,
        }
    }
}

/// Measures an installation of its own below `folder` and, when it is there, the peer in turn.
pub async fn run(
    folder: &Path,
    scale: f64,
    peer: Option<&Peer>,
    say: &mut dyn FnMut(&str),
    tell: Listener<'_>,
) -> Result<()> {
    let size = Size::of(scale);
    let clients: Vec<_> = (0..size.clients).map(|_| Client::generate()).collect::<Result<_>>()?;
    say(&format!("Registering {} clients, and {} delegations to a supplier", size.clients, size.delegating));
    let world = world::World::make(folder, &clients, size.delegating).await.context("the installation to measure")?;
    let outcome = contest(&world, folder, size, peer, say, tell).await;
    world.close().await;
    outcome
}

async fn contest(
    world: &world::World,
    folder: &Path,
    size: Size,
    peer: Option<&Peer>,
    say: &mut dyn FnMut(&str),
    tell: Listener<'_>,
) -> Result<()> {
    let Some(peer) = peer else {
        say("No figures of the peer: run `cargo xtask bench token`, which brings it along");
        return measure(&[world.serve().await?], &world.for_many, size, say, tell).await;
    };
    let cluster = Cluster::launch(&folder.join("oidc-provider")).await.context("the peer's database")?;
    let outcome = async {
        let durable = peer.serve(PEER, folder, Some(&cluster), &world.clients).await.context(PEER)?;
        let forgetful = peer.serve(FORGETFUL, folder, None, &world.clients).await.context(FORGETFUL)?;
        measure(&[world.serve().await?, durable, forgetful], &world.for_many, size, say, tell).await
    };
    let outcome = outcome.await;
    cluster.stop().await;
    outcome
}

/// Measures them in turn; the first is ours, whose supplier's client acts `for_many`.
async fn measure(
    contestants: &[Contestant],
    for_many: &[Client],
    size: Size,
    say: &mut dyn FnMut(&str),
    tell: Listener<'_>,
) -> Result<()> {
    let mut measured: Vec<_> = contestants.iter().map(|_| Measured::default()).collect();
    for (contestant, measured) in contestants.iter().zip(&mut measured) {
        say(&format!("{}: one token for each client", contestant.name()));
        load::closed(contestant, contestant.clients(), size.clients).await?;
        measured.memory = contestant.memory()?;
    }
    for round in 1..=ROUNDS {
        for (contestant, measured) in contestants.iter().zip(&mut measured) {
            say(&format!("{}: round {round} of {ROUNDS}", contestant.name()));
            let few = contestant.clients().get(..CONNECTIONS).unwrap_or_default();
            measured.rounds.push(Round::of(contestant, few, size.tokens).await?);
        }
        if let (Some(ours), Some(measured)) = (contestants.first(), measured.first_mut()) {
            say(&format!("{}: round {round} of {ROUNDS}, each token for another organisation", ours.name()));
            measured.for_many.push(Round::of(ours, for_many, size.tokens).await?);
        }
    }
    for (contestant, measured) in contestants.iter().zip(&mut measured) {
        let rate = measured.median(|round| round.per_second) / 2.0;
        say(&format!("{}: {rate:.0} requests a second, half of what it can", contestant.name()));
        for _ in 0..ROUNDS {
            measured.half_loads.push(load::open(contestant, rate, size.half_load).await?);
        }
    }
    figures(&measured, size).iter().try_for_each(tell)
}

/// What was measured of a contestant.
#[derive(Debug, Default)]
struct Measured {
    memory: u64,
    rounds: Vec<Round>,
    /// Rounds of a client that acts for many; of ours only.
    for_many: Vec<Round>,
    half_loads: Vec<latency::Latencies>,
}

/// One round at full load.
#[derive(Debug, Clone, Copy)]
struct Round {
    /// Seconds of the server's processor for a token.
    server: f64,
    /// Seconds of its database's, when it has one.
    database: f64,
    per_second: f64,
}

impl Round {
    async fn of(contestant: &Contestant, clients: &[Client], tokens: usize) -> Result<Self> {
        let before = contestant.cpu()?;
        let took = load::closed(contestant, clients, tokens).await?;
        let used = contestant.cpu()?.since(before);
        let each = |seconds: f64| seconds / tokens as f64;
        let per_second = tokens as f64 / took.as_secs_f64();
        Ok(Self { server: each(used.server), database: each(used.database), per_second })
    }
}

impl Measured {
    fn median(&self, of: impl Fn(&Round) -> f64) -> f64 {
        latency::median(self.rounds.iter().map(of))
    }

    fn median_for_many(&self, of: impl Fn(&Round) -> f64) -> f64 {
        latency::median(self.for_many.iter().map(of))
    }

    fn at_half_load(&self, share: f64) -> f64 {
        latency::median(self.half_loads.iter().map(|seen| seen.at(share)))
    }
}

/// What is told, by names.
pub(super) const FIGURES: [&str; 10] = [
    "server CPU for a token",
    "server CPU for a token, beside the peer's",
    "CPU of PostgreSQL for a token",
    "tokens a second at full load",
    "half of the answers at half load within",
    "99 % of the answers at half load within",
    "resident memory",
    "server CPU for a token, by delegation",
    "CPU of PostgreSQL for a token, by delegation",
    "tokens a second at full load, by delegation",
];

/// Whom a supplier's client stands beside.
const FOR_ITSELF: &str = "for itself";

fn figures(measured: &[Measured], size: Size) -> Vec<Figure> {
    let Some((ours, peers)) = measured.split_first() else { return Vec::new() };
    let new = |name: &str, unit, of: &dyn Fn(&Measured) -> f64| Figure::new(BENCH, name, of(ours), unit);
    let of_peers = |name: &str, unit, of: &dyn Fn(&Measured) -> f64| -> Vec<Figure> {
        let beside = |(peer, name_of): (&Measured, &str)| new(name, unit, of).beside(name_of, of(peer));
        match peers {
            [] => vec![new(name, unit, of)],
            peers => peers.iter().zip([PEER, FORGETFUL]).map(beside).collect(),
        }
    };
    let server = |m: &Measured| 1_000.0 * m.median(|round| round.server);
    let database = |m: &Measured| 1_000.0 * m.median(|round| round.database);
    let mut told = vec![new("server CPU for a token", "ms", &server).at_most(0.4)];
    let beside = of_peers("server CPU for a token, beside the peer's", "ms", &server);
    told.extend(beside.into_iter().map(|figure| figure.at_most_of_peer(0.286)));
    told.extend(of_peers("CPU of PostgreSQL for a token", "ms", &database).into_iter().take(1));
    told.extend(of_peers("tokens a second at full load", "tokens/s", &|m| m.median(|round| round.per_second)));
    told.extend(of_peers("half of the answers at half load within", "ms", &|m| 1_000.0 * m.at_half_load(0.5)));
    let late = of_peers("99 % of the answers at half load within", "ms", &|m| 1_000.0 * m.at_half_load(0.99));
    told.extend(late.into_iter().map(|figure| figure.at_most(20.0)));
    let memory = of_peers(&format!("resident memory, {} clients known", size.clients), "MB", &|m| megabytes(m.memory));
    told.extend(memory.into_iter().map(|figure| figure.at_most(100.0).judged(size.whole)));
    told.extend(by_delegation(ours));
    told
}

/// A supplier's client, each token for another organisation, beside clients that act for themselves.
fn by_delegation(ours: &Measured) -> [Figure; 3] {
    let both = |name: &str, unit, of: &dyn Fn(&Round) -> f64| {
        let figure = Figure::new(BENCH, &format!("{name}, by delegation"), ours.median_for_many(of), unit);
        figure.beside(FOR_ITSELF, ours.median(of))
    };
    [
        both("server CPU for a token", "ms", &|round| 1_000.0 * round.server),
        both("CPU of PostgreSQL for a token", "ms", &|round| 1_000.0 * round.database),
        both("tokens a second at full load", "tokens/s", &|round| round.per_second),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_beside_the_peers_and_judged() {
        let of = |server| Measured {
            memory: 90_000_000,
            rounds: vec![Round { server, database: 0.001, per_second: 1_000.0 }; 3],
            for_many: vec![Round { server: 2.0 * server, database: 0.002, per_second: 400.0 }; 3],
            half_loads: vec![latency::Latencies::of(vec![0.001; 100])],
        };
        let told = figures(&[of(0.0003), of(0.0015), of(0.0012)], Size::of(1.0));
        assert!(told.iter().all(|figure| figure.met != Some(false)), "{told:?}");
        assert_eq!(told[1].goal.as_deref(), Some("≤ 0.286 × oidc-provider with PostgreSQL"));
        assert_eq!(told[2].goal.as_deref(), Some("≤ 0.286 × oidc-provider in memory"));
        assert_eq!(told[3].peer.as_deref(), Some(PEER), "the other has no database");
        assert_eq!(told.iter().filter(|figure| figure.figure == "CPU of PostgreSQL for a token").count(), 1);
        let by_delegation =
            told.iter().find(|figure| figure.figure == "server CPU for a token, by delegation").unwrap();
        assert_eq!((by_delegation.peer.as_deref(), by_delegation.ratio), (Some(FOR_ITSELF), Some(2.0)));
        crate::bench::assert_named(&told, &FIGURES);
        let alone = figures(&[of(0.0005)], Size::of(0.01));
        assert_eq!((alone.len(), alone[0].met, alone[1].met, alone[6].met), (10, Some(false), None, None));
    }
}
