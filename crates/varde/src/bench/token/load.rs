//! Requests over sixteen connections: as fast as they are answered, or at a fixed rate.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use tokio::time::sleep_until;

use super::{
    CONNECTIONS,
    contestant::Contestant,
    latency::Latencies,
    requests::{Client, Request},
};

/// The most requests signed ahead: what is sent within the time a statement is good for.
const AHEAD: usize = 4_000;

/// Sends so many requests of these clients in turn, each when the one before it on its connection was
/// answered; gives the time that took, without the signing.
pub(super) async fn closed(contestant: &Contestant, clients: &[Client], requests: usize) -> Result<Duration> {
    let mut took = Duration::ZERO;
    let mut left = requests;
    let mut clients = clients.iter().cycle();
    while left > 0 {
        let now = left.min(AHEAD);
        let signed = signed(contestant, clients.by_ref().take(now)).await?;
        let began = Instant::now();
        send(contestant, signed, None).await?;
        took += began.elapsed();
        left -= now;
    }
    Ok(took)
}

/// Sends requests at that many a second; an answer's time counts from when its request was due, so that
/// a server that falls behind cannot hide it.
pub(super) async fn open(contestant: &Contestant, rate: f64, time: Duration) -> Result<Latencies> {
    let clients = contestant.clients().get(..CONNECTIONS).unwrap_or_default();
    let requests = ((rate * time.as_secs_f64()) as usize).clamp(CONNECTIONS, AHEAD);
    let signed = signed(contestant, clients.iter().cycle().take(requests)).await?;
    send(contestant, signed, Some(Duration::from_secs_f64(1.0 / rate))).await
}

/// Requests with the nonce that the server asks for now.
async fn signed(contestant: &Contestant, clients: impl Iterator<Item = &Client>) -> Result<Vec<Request>> {
    let nonce = nonce(contestant).await?;
    clients.map(|client| client.request(contestant.target(), Some(&nonce))).collect()
}

async fn nonce(contestant: &Contestant) -> Result<String> {
    let client = contestant.clients().first().context("there is no client")?;
    let request = client.request(contestant.target(), None)?;
    let answer = post(&connection()?, &contestant.target().token, &request).await?;
    match answer.headers().get("dpop-nonce").and_then(|nonce| nonce.to_str().ok()) {
        Some(nonce) => Ok(nonce.to_owned()),
        None => bail!("{} gave no nonce ({}): {}", contestant.name(), answer.status(), answer.text().await?),
    }
}

async fn send(contestant: &Contestant, requests: Vec<Request>, every: Option<Duration>) -> Result<Latencies> {
    let (requests, next) = (Arc::new(requests), Arc::new(AtomicUsize::new(0)));
    let begin = tokio::time::Instant::now();
    let mut connections = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        let (requests, next, token) = (Arc::clone(&requests), Arc::clone(&next), contestant.target().token.clone());
        let http = connection()?;
        connections.push(tokio::spawn(async move {
            let mut seconds = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(request) = requests.get(at) else { return anyhow::Ok(seconds) };
                let mut due = tokio::time::Instant::now();
                if let Some(every) = every {
                    due = begin + every.mul_f64(at as f64);
                    sleep_until(due).await;
                }
                given(post(&http, &token, request).await?).await?;
                seconds.push(due.elapsed().as_secs_f64());
            }
        }));
    }
    let mut seconds = Vec::new();
    for connection in connections {
        seconds.extend(connection.await.context("a connection broke off")?.context(contestant.name())?);
    }
    Ok(Latencies::of(seconds))
}

/// A client of HTTP with one connection of its own.
fn connection() -> Result<reqwest::Client> {
    Ok(reqwest::Client::builder().no_proxy().pool_max_idle_per_host(1).timeout(Duration::from_secs(30)).build()?)
}

async fn post(http: &reqwest::Client, address: &str, request: &Request) -> Result<reqwest::Response> {
    let post = http.post(address).header("content-type", "application/x-www-form-urlencoded");
    Ok(post.header("dpop", &request.proof).body(request.form.clone()).send().await?)
}

/// Reads the answer to its end; one that is no token ends the measurement.
async fn given(answer: reqwest::Response) -> Result<()> {
    let status = answer.status();
    let body = answer.bytes().await?;
    if !status.is_success() {
        bail!("no token was given ({status}): {}", String::from_utf8_lossy(&body));
    }
    Ok(())
}
