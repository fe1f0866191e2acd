//! The log's public key, its witnesses, and how a proof is checked with them.

use std::{fmt::Write as _, sync::Arc};

use askama::Template;
use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use varde_ledger::PublicKey;
use varde_web::{Failure, Visit};

use super::Operations;

/// What a verifier needs.
#[derive(Serialize, ToSchema)]
pub(super) struct KeyDocument {
    /// The log's name: the first line of its checkpoints.
    origin: String,
    /// Its public key, `name+id+base64` (C2SP signed-note).
    key: String,
    /// The witnesses that are asked to cosign its checkpoints.
    witnesses: Vec<WitnessDocument>,
    /// All of it as a trust policy (C2SP tlog-policy), for `varde ledger check --key`.
    policy: String,
}

/// A witness.
#[derive(Serialize, ToSchema)]
pub(super) struct WitnessDocument {
    name: String,
    key: String,
}

impl KeyDocument {
    fn of(operations: &Operations) -> Self {
        // A key that does not parse is told at start, where the witness is left out.
        let witnesses = operations.witnesses.iter().filter_map(|w| PublicKey::parse(&w.key).ok());
        let witnesses: Vec<WitnessDocument> =
            witnesses.map(|k| WitnessDocument { name: k.name().to_owned(), key: k.to_string() }).collect();
        let (origin, key) = (operations.key.name().to_owned(), operations.key.to_string());
        let policy = policy(&key, &witnesses);
        Self { origin, key, witnesses, policy }
    }
}

/// The trust policy: the log, and that one of its witnesses must have cosigned if it has any.
fn policy(key: &str, witnesses: &[WitnessDocument]) -> String {
    let mut text = format!("log {key}\n");
    for (number, witness) in (1..).zip(witnesses) {
        let _ = writeln!(text, "witness w{number} {}", witness.key);
    }
    if witnesses.is_empty() {
        return text + "quorum none\n";
    }
    let members: Vec<String> = (1..=witnesses.len()).map(|n| format!("w{n}")).collect();
    let _ = write!(text, "group witnesses any {}\nquorum witnesses\n", members.join(" "));
    text
}

/// `GET /api/log/key`.
#[utoipa::path(get, path = "/api/log/key", tag = "log",
    responses((status = 200, body = KeyDocument, description = "the log's public key, its witnesses, a trust policy")))]
pub(super) async fn api(State(operations): State<Arc<Operations>>) -> Response {
    ([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], Json(KeyDocument::of(&operations))).into_response()
}

#[derive(Template)]
#[template(path = "log_key.html")]
struct KeyPage<'a> {
    visit: &'a Visit,
    seals: Vec<SealRow>,
    document: KeyDocument,
    entries: Option<u64>,
}

/// A key that seals permits, in its table.
struct SealRow {
    id: String,
    from: String,
    until: String,
}

fn seals(visit: &Visit, operations: &Operations) -> Vec<SealRow> {
    let day = |time: Option<Timestamp>, otherwise| time.map_or_else(|| visit.t(otherwise), |time| visit.time(time));
    let row = |(id, key): (&str, &varde_permit::PublicKey)| SealRow {
        id: id.to_owned(),
        from: day(key.from, "log-key-seal-began-before"),
        until: day(key.until, "log-key-seal-in-use"),
    };
    operations.services.permits.keys().all().into_iter().map(row).collect()
}

/// `GET /log/nokkel`.
pub(super) async fn page(visit: Visit, State(operations): State<Arc<Operations>>) -> Result<Response, Failure> {
    let checkpoint = operations.log.checkpoint().await?;
    let entries = checkpoint.map(|c| c.checkpoint().size);
    let seals = seals(&visit, &operations);
    Ok(visit.page(KeyPage { document: KeyDocument::of(&operations), entries, seals, visit: &visit }))
}

#[cfg(test)]
mod tests {
    use varde_core::Randomness;
    use varde_ledger::{Policy, SecretKey, key::KeyKind};

    use super::*;

    fn key(name: &str, kind: KeyKind, seed: u64) -> PublicKey {
        SecretKey::generate(name, kind, &Randomness::seeded(seed)).unwrap().public().clone()
    }

    #[test]
    fn the_published_policy_is_one_that_the_verifier_reads() {
        let log = key("varde.example/log", KeyKind::Log, 1).to_string();
        assert!(Policy::parse(&policy(&log, &[])).is_ok());
        let witness = |seed| {
            let key = key("witness.example", KeyKind::Witness, seed);
            WitnessDocument { name: key.name().to_owned(), key: key.to_string() }
        };
        let text = policy(&log, &[witness(2), witness(3)]);
        Policy::parse(&text).unwrap();
        assert!(text.ends_with("group witnesses any w1 w2\nquorum witnesses\n"), "{text}");
    }
}
