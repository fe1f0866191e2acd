//! What operators do and everybody may fetch, over HTTP.

use std::sync::Arc;

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{Request, StatusCode, header},
    response::Response,
    routing::post,
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use varde::config::WitnessConfig;
use varde_core::{Actor, LoginLevel, OrganisationId, PersonId, Randomness, Role, SystemClock};
use varde_ledger::{SecretKey, SignedCheckpoint, key::KeyKind, witness::Witness};
use varde_store::log::Sequencer;
use varde_web::{Display, Sessions, telemetry};

use crate::{
    house::site::{Answer, Site},
    project::wait,
};

/// Somebody with a session, as after a login.
pub(crate) struct Person<'a> {
    site: &'a Site,
    cookie: String,
}

impl<'a> Person<'a> {
    pub(crate) async fn log_in(site: &'a Site, n: u128, level: LoginLevel, role: Role) -> Self {
        let person = PersonId::from_uuid(Uuid::from_u128(n));
        let actor = Actor::employee(person, level, OrganisationId::from_uuid(Uuid::from_u128(1)), [role]);
        let sessions = Sessions::new(&site.app.foundation().store, false);
        let display = Display { person: "Ada Fjell".to_owned(), organisation: None };
        let cookie = sessions.begin(None, actor, display).await.unwrap();
        let response = cookie.attach(Response::new(Body::empty()));
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
        Self { site, cookie: cookie.split(';').next().unwrap().to_owned() }
    }

    async fn send(&self, method: &str, path: &str, body: String) -> Answer {
        let request = Request::builder().method(method).uri(path).header("host", "127.0.0.1:8080");
        let request = request.header("cookie", &self.cookie).header("sec-fetch-site", "same-origin");
        let request = request.header("accept", "text/html").header("content-type", "application/x-www-form-urlencoded");
        self.site.send(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, String::new()).await
    }

    /// Posts an empty form, as the button does.
    async fn press(&self, path: &str) -> Answer {
        let page = self.get("/").await.body;
        let token = page.split_once("name=\"_csrf\" value=\"").unwrap().1.split('"').next().unwrap().to_owned();
        self.send("POST", path, format!("_csrf={token}")).await
    }
}

async fn public(site: &Site, path: &str) -> Answer {
    let request = Request::builder().uri(path).header("host", "127.0.0.1:8080");
    site.send(request.body(Body::empty()).unwrap()).await
}

async fn sequence(site: &Site) {
    let foundation = site.app.foundation();
    Sequencer::new(&foundation.store, Arc::clone(&foundation.keys.log)).catch_up().await.unwrap();
}

/// A dead letter and a failed job, as a reaction and a handler leave them.
async fn break_something(site: &Site) -> (Uuid, Uuid) {
    let (event, job) = (Uuid::from_u128(0xE), Uuid::from_u128(0x10B));
    let mut owner = site.database.owner().await;
    for (sql, id) in [
        (
            "INSERT INTO work.event (id, name, context, payload, emitted_at, fanned_out) \
             VALUES ($1, 'access.application.decided', 'access', '{}', now(), true)",
            event,
        ),
        (
            "INSERT INTO work.delivery (consumer, event, state, attempts, failure, settled_at) \
             VALUES ('test.reaction', $1, 'dead', 8, 'det gikk galt', now())",
            event,
        ),
        (
            "INSERT INTO work.job (id, kind, key, context, payload, state, failure, created_at, finished_at) \
             VALUES ($1, 'test.job', 'one', 'platform', '{}', 'failed', 'disken var full', now(), now())",
            job,
        ),
    ] {
        sqlx::query(sql).bind(id).execute(&mut owner).await.unwrap();
    }
    (event, job)
}

async fn state(site: &Site, sql: &'static str) -> String {
    sqlx::query_scalar(sql).fetch_one(&mut site.database.owner().await).await.unwrap()
}

const DELIVERY: &str = "SELECT state FROM work.delivery WHERE consumer = 'test.reaction'";
const JOB: &str = "SELECT state FROM work.job WHERE kind = 'test.job'";
const KINDS: &str = "SELECT coalesce(string_agg(kind, ' ' ORDER BY at, id), '') FROM log.entry \
                     WHERE kind LIKE 'operations.%' OR kind = 'policy.denied'";

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_lets_a_dead_letter_and_a_job_wait_again_and_nobody_else_does() {
    let site = Site::open().await;
    let (event, job) = break_something(&site).await;
    let deliver = format!("/drift/hendelser/test.reaction/{event}/lever");
    let (retry, cancel) = (format!("/drift/jobber/{job}/prov-igjen"), format!("/drift/jobber/{job}/avbryt"));

    let steward = Person::log_in(&site, 7, LoginLevel::High, Role::Steward).await;
    let low = Person::log_in(&site, 8, LoginLevel::Substantial, Role::Operator).await;
    for person in [&steward, &low] {
        for path in [&deliver, &retry, &cancel] {
            assert_eq!(person.press(path).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(person.get("/drift").await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!((state(&site, DELIVERY).await, state(&site, JOB).await), ("dead".to_owned(), "failed".to_owned()));
    assert_eq!(state(&site, KINDS).await, ["policy.denied"; 8].join(" "), "each no is on the log");

    let operator = Person::log_in(&site, 9, LoginLevel::High, Role::Operator).await;
    let page = operator.get("/drift").await;
    assert_eq!(page.status, StatusCode::OK);
    for told in ["det gikk galt", "disken var full", deliver.as_str(), retry.as_str()] {
        assert!(page.body.contains(told), "{told} is not on the page");
    }
    let done = operator.press(&deliver).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/drift#hendelser"));
    let done = operator.press(&retry).await;
    assert_eq!((done.status, done.header("location")), (StatusCode::SEE_OTHER, "/drift#jobber"));
    assert_eq!((state(&site, DELIVERY).await, state(&site, JOB).await), ("waiting".to_owned(), "waiting".to_owned()));
    assert_eq!(operator.press(&cancel).await.status, StatusCode::SEE_OTHER);
    assert_eq!(state(&site, JOB).await, "cancelled");
    let kinds = state(&site, KINDS).await;
    let made = "operations.delivery.repeated operations.job.retried operations.job.cancelled";
    assert!(kinds.ends_with(made), "{kinds}");

    // What has gone on since the page was shown changes nothing, and is told.
    for path in [&deliver, &cancel] {
        assert_eq!(operator.press(path).await.status, StatusCode::CONFLICT, "{path}");
    }
    for path in
        ["/drift/jobber/tull/avbryt", "/drift/jobber/tull/prov-igjen", "/drift/hendelser/test.reaction/tull/lever"]
    {
        assert_eq!(operator.press(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(state(&site, KINDS).await, kinds, "nothing was entered for what was not done");
}

/// RFC 6962 section 2.1, written out here so that it is not our own code that is asked.
fn root(leaves: &[[u8; 32]]) -> [u8; 32] {
    let digest = |parts: &[&[u8]]| *varde_core::Digest::of(&parts.concat()).bytes();
    match leaves {
        [] => digest(&[]),
        [leaf] => *leaf,
        _ => {
            let split = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(split);
            digest(&[&[1], &root(left), &root(right)])
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_served_as_its_document_says() {
    let site = Site::open().await;
    for n in 0..5 {
        Person::log_in(&site, n + 20, LoginLevel::High, Role::Researcher).await;
    }
    sequence(&site).await;
    let checkpoint = public(&site, "/log/checkpoint").await;
    assert_eq!(checkpoint.status, StatusCode::OK);
    assert_eq!(checkpoint.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(checkpoint.header("cache-control"), "no-cache");
    assert_eq!(checkpoint.header("access-control-allow-origin"), "*");
    let lines: Vec<&str> = checkpoint.body.lines().collect();
    assert_eq!(lines[0], "varde.test/log");
    let size: usize = lines[1].parse().unwrap();
    assert!((5..256).contains(&size), "{size} entries");
    assert!(lines[4].starts_with("\u{2014} varde.test/log "), "{}", checkpoint.body);

    let bundle = site.bytes(&format!("/log/tile/entries/000.p/{size}")).await;
    let leaves: Vec<[u8; 32]> = bundle
        .chunks(34)
        .map(|chunk| {
            assert_eq!(chunk[..2], [0, 32], "each commitment comes after its length");
            *varde_core::Digest::of(&[&[0], &chunk[2..]].concat()).bytes()
        })
        .collect();
    assert_eq!(leaves.len(), size);
    let signed = SignedCheckpoint::parse(&checkpoint.body).unwrap();
    signed.verify(site.app.foundation().keys.log.public()).unwrap();
    assert_eq!(signed.checkpoint().root.bytes(), &root(&leaves), "the root is that of the published commitments");
    assert_eq!(site.bytes(&format!("/log/tile/0/000.p/{size}")).await, leaves.concat());
    assert_eq!(site.bytes("/log/tile/0/000.p/3").await, leaves[..3].concat(), "a narrower tile is the beginning");
    let tile = public(&site, &format!("/log/tile/0/000.p/{size}")).await;
    assert_eq!(tile.header("content-type"), "application/octet-stream");
    assert_eq!(tile.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(tile.header("access-control-allow-origin"), "*");
    for none in ["0/000", "0/001", "1/000", "entries/000", "0/000.p/255", "64/000", "x", "0/000.p/0", "0/0"] {
        assert_eq!(public(&site, &format!("/log/tile/{none}")).await.status, StatusCode::NOT_FOUND, "{none}");
    }
}

async fn cosign(State(witness): State<Arc<Witness>>, body: String) -> (StatusCode, String) {
    match witness.add_checkpoint(&body, &SystemClock) {
        Ok(signature) => (StatusCode::OK, signature),
        Err(refusal) => (StatusCode::from_u16(refusal.status()).unwrap(), refusal.body()),
    }
}

/// A server with its background work, ended before the test.
#[tokio::test(flavor = "multi_thread")]
async fn witnesses_cosign_what_is_published_and_figures_say_how_it_stands() {
    telemetry::start_figures();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let own = SecretKey::generate("witness.test", KeyKind::Witness, &Randomness::seeded(3)).unwrap();
    let known = WitnessConfig { url: url.parse().unwrap(), key: own.public().to_string() };
    // One that nobody answers for: it must not hold up the other.
    let other = SecretKey::generate("away.test", KeyKind::Witness, &Randomness::seeded(4)).unwrap();
    let away = WitnessConfig { url: "http://127.0.0.1:9/".parse().unwrap(), key: other.public().to_string() };
    let site = Site::open_with(vec![away, known]).await;
    let log = site.app.foundation().keys.log.public().clone();
    let folder = tempfile::tempdir().unwrap();
    let witness = Arc::new(Witness::open(&folder.path().join("seen.json"), own, vec![log]).unwrap());
    let router = Router::new().route("/add-checkpoint", post(cosign)).with_state(witness);
    tokio::spawn(async move { axum::serve(listener, router).await });

    break_something(&site).await;
    let operator = Person::log_in(&site, 9, LoginLevel::High, Role::Operator).await;
    let steward = Person::log_in(&site, 7, LoginLevel::High, Role::Steward).await;
    assert_eq!(steward.get("/drift").await.status, StatusCode::FORBIDDEN);
    assert_eq!(steward.get("/metrics").await.status, StatusCode::NOT_FOUND);
    sequence(&site).await;
    let stop = CancellationToken::new();
    let running = tokio::spawn(site.app.background(stop.clone()));
    wait("the cosignature", async || {
        let checkpoint = public(&site, "/log/checkpoint").await.body;
        checkpoint.contains("\u{2014} witness.test ").then_some(())
    })
    .await;
    let key = public(&site, "/api/log/key").await;
    assert!(key.body.contains("quorum witnesses") && key.body.contains("witness.test+"), "{}", key.body);
    let figures = wait("the figures", async || {
        let text = operator.get("/metrics").await.body;
        text.contains("varde_figures_read_timestamp_seconds").then_some(text)
    })
    .await;
    for line in [
        "varde_dead_letters 1",
        "varde_jobs{state=\"failed\"} 1",
        "varde_jobs{state=\"running\"} 0",
        "varde_denials_total 1",
    ] {
        assert!(figures.lines().any(|l| l == line), "{line} is not in\n{figures}");
    }
    let value = |name: &str| -> f64 {
        let line = figures.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("{name} is not in\n{figures}")).parse().unwrap()
    };
    assert!(value("varde_log_size") >= 3.0);
    assert!((0.0..60.0).contains(&value("varde_log_checkpoint_age_seconds")));
    for name in ["varde_events_undelivered", "varde_log_entries_waiting"] {
        assert!(value(name) < 10.0, "{name}");
    }
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_logs_out_here_is_logged_out_at_clients_without_offline_access() {
    let site = Site::open().await;
    let person = Person::log_in(&site, 7, LoginLevel::High, Role::Researcher).await;
    let mut owner = site.database.owner().await;
    // Two logins at clients, as the authorisation server keeps them.
    for (n, scopes) in [(1_u128, "[\"openid\"]"), (2, "[\"openid\", \"offline_access\"]")] {
        let sql = "INSERT INTO oauth.login (id, client, person, session, level, logged_in_at, content, code, code_until, \
                   code_used_at, given_at, expires_at) \
                   SELECT $1, $1, person, id, 'high', now(), jsonb_build_object('scopes', $2::jsonb), \
                          uuid_send($1), now(), now(), now(), now() + interval '1 hour' FROM web.session";
        let done = sqlx::query(sql).bind(Uuid::from_u128(n)).bind(scopes).execute(&mut owner).await.unwrap();
        assert_eq!(done.rows_affected(), 1);
    }
    let stop = CancellationToken::new();
    let running = tokio::spawn(site.app.background(stop.clone()));
    assert_eq!(person.press("/logg-ut").await.status, StatusCode::SEE_OTHER);
    let ended = wait("the end of the login", async || {
        let mut owner = site.database.owner().await;
        let sql = "SELECT id FROM oauth.login WHERE ended_at IS NOT NULL";
        let ended: Vec<Uuid> = sqlx::query_scalar(sql).fetch_all(&mut owner).await.unwrap();
        (!ended.is_empty()).then_some(ended)
    })
    .await;
    assert_eq!(ended, [Uuid::from_u128(1)], "what may go on without the person does");
    stop.cancel();
    running.await.unwrap();
}
