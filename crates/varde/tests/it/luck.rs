//! Bad luck and bad will: no room on the disk, a database that dies, bytes of the log that somebody
//! altered, and a log that shows a witness another history.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use reqwest::{Client, StatusCode};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, PgConnection};
use varde_core::{Digest, Randomness};
use varde_ledger::{
    Checkpoint, PublicKey, SecretKey, SignedCheckpoint,
    key::KeyKind,
    tree::{Edge, Tiles, prove_consistency},
    witness,
};
use varde_store::{launcher::Cluster, testing::Folder};

use crate::{
    program::{run, said, text, varde},
    project::{make_world, wait},
};

/// A small disk of its own, gone when dropped. Making one needs root, as CI is.
struct Disk(Folder);

impl Disk {
    fn of(megabytes: u32) -> Self {
        let disk = Self(Folder::make());
        disk.mount(&format!("size={megabytes}m"));
        disk
    }

    fn grow(&self, megabytes: u32) {
        self.mount(&format!("remount,size={megabytes}m"));
    }

    fn mount(&self, options: &str) {
        let out = Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(self.0.path()).output();
        let out = out.unwrap();
        assert!(out.status.success(), "a small disk cannot be mounted (root may): {}", said(&out));
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("--lazy").arg(self.0.path()).status());
    }
}

fn demo(data: &Path) -> Output {
    let fixed = ["demo", "--exit", "--json", "--plain-rooms", "--port", "0", "--people", "300"];
    run(&[&fixed[..], &["--data", text(data)]].concat())
}

fn ledger_verify(data: &Path) -> Output {
    run(&["ledger", "verify", "--data", text(data)])
}

/// No room for the database at all, none for its tables, none for the demo world.
#[test]
fn a_full_disk_is_named_and_the_work_goes_on_when_there_is_room() {
    for megabytes in [30, 41, 44] {
        let disk = Disk::of(megabytes);
        let out = demo(&disk.data());
        assert_eq!(out.status.code(), Some(1), "{megabytes} MB are too little");
        assert!(said(&out).contains("full: free some space"), "{megabytes} MB: says what is wrong and what to do");
        disk.grow(400);
        assert!(demo(&disk.data()).status.success(), "goes on from {megabytes} MB when there is room");
        assert!(ledger_verify(&disk.data()).status.success(), "the log of a disk that was full verifies");
    }
}

/// A service in a process of its own, killed when dropped.
struct Service {
    child: Child,
    address: String,
}

impl Service {
    /// Starts it and reads its address from the line that it says when it is ready.
    fn start(arguments: &[&str]) -> Self {
        let mut child = varde().args(arguments).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines.by_ref().map(Result::unwrap).find_map(|line| {
            eprintln!("{line}");
            line.split_whitespace().find(|word| word.starts_with("http://")).map(str::to_owned)
        });
        // Its words are read on, so that it never waits for us.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| eprintln!("{line}")));
        Self { child, address: address.expect("the service did not become ready") }
    }

    fn serve(data: &Path) -> Self {
        Self::start(&["serve", "--listen", "127.0.0.1:0", "--data", text(data)])
    }

    async fn status(&self, client: &Client, path: &str) -> Option<StatusCode> {
        let address = format!("{}/{path}", self.address.trim_end_matches('/'));
        client.get(address).send().await.ok().map(|answer| answer.status())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn client() -> Client {
    Client::builder().timeout(Duration::from_secs(20)).build().unwrap()
}

/// The private cluster.
fn cluster(data: &Path) -> PathBuf {
    let folder = fs::read_to_string(data.join("postgres.path")).map(|p| PathBuf::from(p.trim()));
    folder.unwrap_or_else(|_| data.join("postgres")).join("cluster")
}

/// The private server's process, from its own file.
fn postgres(data: &Path) -> String {
    let file = fs::read_to_string(cluster(data).join("postmaster.pid")).unwrap();
    file.lines().next().unwrap().trim().to_owned()
}

fn signal(name: &str, pid: &str) {
    assert!(Command::new("kill").args([name, pid]).status().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_dies_is_told_as_503_until_it_is_started_again_under_the_service() {
    let folder = Folder::make();
    make_world(folder.path(), 100);
    let (client, page) = (client(), "katalog");
    let service = Service::serve(folder.path());
    wait("the catalogue", async || ok(service.status(&client, page).await)).await;
    let settings = cluster(folder.path()).join("postgresql.conf");
    // Without its settings the server cannot be started, so that «not ready» can be seen.
    fs::rename(&settings, settings.with_extension("away")).unwrap();
    signal("-KILL", &postgres(folder.path()));
    let unavailable =
        async |path| service.status(&client, path).await.filter(|s| *s == StatusCode::SERVICE_UNAVAILABLE);
    wait("the answer 503", async || unavailable(page).await).await;
    wait("not ready", async || unavailable("ready").await).await;
    assert_eq!(service.status(&client, "health").await, Some(StatusCode::OK), "the service itself lives");
    fs::rename(settings.with_extension("away"), &settings).unwrap();
    wait("ready again", async || ok(service.status(&client, "ready").await)).await;
    wait("the catalogue again", async || ok(service.status(&client, page).await)).await;
    drop(service);
    assert!(ledger_verify(folder.path()).status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_process_serves_a_data_directory_and_commands_run_beside_it() {
    let folder = Folder::make();
    make_world(folder.path(), 100);
    let client = client();
    // A command that began before the service and started the database.
    let command = Cluster::launch(folder.path()).await.unwrap();
    let half = folder.path().join("platform/releases/half-made.partial");
    fs::write(&half, "an import that runs").unwrap();
    let service = Service::serve(folder.path());
    assert!(half.exists(), "what may be a command's work is left alone");
    for second in [&["serve", "--listen", "127.0.0.1:0", "--data", text(folder.path())][..], &DEMO_ON_ANY_PORT] {
        let mut arguments = second.to_vec();
        if second.len() == DEMO_ON_ANY_PORT.len() {
            arguments.extend(["--data", text(folder.path())]);
        }
        let out = run(&arguments);
        assert_eq!(out.status.code(), Some(1));
        let (who, words) = (format!("process {}", service.child.id()), said(&out));
        assert!(words.contains(&who) && words.contains("stop it, or choose another directory"), "{words}");
    }
    command.stop().await;
    assert!(ledger_verify(folder.path()).status.success(), "a command beside the service");
    assert_eq!(service.status(&client, "katalog").await, Some(StatusCode::OK), "its end did not stop the database");
    drop(service);
    let alone = Service::serve(folder.path());
    assert!(!half.exists(), "nobody else is there: it is thrown away");
    drop(alone);
    assert!(ledger_verify(folder.path()).status.success());
}

/// What `demo` would be called with beside a service.
const DEMO_ON_ANY_PORT: [&str; 7] = ["demo", "--exit", "--plain-rooms", "--port", "0", "--people", "100"];

#[tokio::test(flavor = "multi_thread")]
async fn several_servers_may_serve_one_database_of_ones_own() {
    let folder = Folder::make();
    make_world(folder.path(), 100);
    let cluster = Cluster::launch(folder.path()).await.unwrap();
    let url = cluster.options().to_url_lossy().to_string();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", text(folder.path()), "--database-url", &url];
    let (client, first, second) = (client(), Service::start(&serve), Service::start(&serve));
    for service in [&first, &second] {
        wait("the catalogue", async || ok(service.status(&client, "katalog").await)).await;
    }
    drop(first);
    assert_eq!(second.status(&client, "katalog").await, Some(StatusCode::OK));
    drop(second);
    cluster.stop().await;
}

fn ok(status: Option<StatusCode>) -> Option<()> {
    (status == Some(StatusCode::OK)).then_some(())
}

/// What an administrator of the database could do to the log, and how it is put back.
const ALTERATIONS: [(&str, &str); 8] = [
    ("the text of an entry", "UPDATE log.entry SET body = overlay(body placing 'X' from 12 for 1) WHERE id = $E"),
    ("the salt of an entry", "UPDATE log.entry SET salt = set_byte(salt, 3, get_byte(salt, 3) # 1) WHERE id = $E"),
    (
        "the commitment of an entry",
        "UPDATE log.entry SET commitment = set_byte(commitment, 3, get_byte(commitment, 3) # 1) WHERE id = $E",
    ),
    (
        "a tile",
        "UPDATE log.tile SET bytes = set_byte(bytes, 40, get_byte(bytes, 40) # 1) WHERE level = 0 AND number = 0",
    ),
    (
        "the root of a checkpoint",
        "UPDATE log.checkpoint SET root = set_byte(root, 3, get_byte(root, 3) # 1) WHERE size = $C",
    ),
    (
        "the signature of a checkpoint",
        "UPDATE log.checkpoint SET note = overlay(note placing \
         CASE substr(note, length(note) - 10, 1) WHEN 'A' THEN 'B' ELSE 'A' END from length(note) - 10 for 1) \
         WHERE size = $C",
    ),
    (
        "a link of a chain",
        "UPDATE log.link SET head = set_byte(head, 3, get_byte(head, 3) # 1) WHERE index = (SELECT min(index) FROM log.link)",
    ),
    ("an entry, taken out", "DELETE FROM log.leaf WHERE entry = $E"),
];

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::disallowed_methods, reason = "a test that alters the log writes its SQL, with no input in it")]
async fn every_alteration_of_the_log_in_the_database_is_found() {
    let folder = Folder::make();
    make_world(folder.path(), 100);
    let cluster = Cluster::launch(folder.path()).await.unwrap();
    let sound = ledger_verify(folder.path());
    assert!(sound.status.success(), "{}", said(&sound));
    let mut database = PgConnection::connect_with(&cluster.options()).await.unwrap();
    let entry = "(SELECT entry FROM log.leaf WHERE index = 7)";
    let checkpoint = "(SELECT min(size) FROM log.checkpoint)";
    for (what, statement) in ALTERATIONS {
        copy(&mut database, "backup", "log").await;
        let statement = statement.replace("$E", entry).replace("$C", checkpoint);
        let altered = database.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(statement))).await.unwrap();
        assert_eq!(altered.rows_affected(), 1, "{what} was there to be altered");
        let found = ledger_verify(folder.path());
        assert_eq!(found.status.code(), Some(1), "{what} was altered and nobody noticed");
        assert!(!found.stdout.is_empty(), "{what}: the place is named");
        copy(&mut database, "log", "backup").await;
    }
    assert!(ledger_verify(folder.path()).status.success(), "put back, it is sound again");
    database.close().await.unwrap();
    cluster.stop().await;
}

/// Copies what alterations touch from one schema to another.
#[expect(clippy::disallowed_methods, reason = "a test that alters the log writes its SQL, with no input in it")]
async fn copy(database: &mut PgConnection, to: &str, from: &str) {
    let mut script = format!("BEGIN; CREATE SCHEMA IF NOT EXISTS {to};");
    for table in ["entry", "leaf", "tile", "checkpoint", "link"] {
        script += &format!(
            "CREATE TABLE IF NOT EXISTS {to}.{table} (LIKE {from}.{table}); TRUNCATE {to}.{table}; \
             INSERT INTO {to}.{table} SELECT * FROM {from}.{table};"
        );
    }
    script += "COMMIT;";
    database.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(script))).await.unwrap();
}

/// A log in a few lines, which can be made to lie.
struct SmallLog {
    key: SecretKey,
    entries: Vec<Digest>,
}

impl SmallLog {
    fn new(key: &SecretKey, entries: &[&str]) -> Self {
        let key = SecretKey::parse(&key.secret_text()).unwrap();
        Self { key, entries: entries.iter().map(|e| Digest::of(e.as_bytes())).collect() }
    }

    fn edge(&self) -> Edge {
        let mut edge = Edge::resume(0, Digest::of(b""), &Tiles::new()).unwrap();
        for entry in &self.entries {
            edge.push(entry).unwrap();
        }
        edge
    }

    fn checkpoint(&self) -> SignedCheckpoint {
        Checkpoint::sign(self.entries.len() as u64, self.edge().root().unwrap(), &self.key)
    }

    /// What is sent to a witness that has seen `old` entries.
    fn request(&self, old: u64) -> String {
        let (edge, size) = (self.edge(), self.entries.len() as u64);
        let tiles: Tiles = edge.new_tiles().unwrap().into_iter().collect();
        let consistency = match old {
            0 => Vec::new(),
            old if old >= size => Vec::new(),
            old => prove_consistency(old, size, edge.root().unwrap(), &tiles).unwrap(),
        };
        witness::request(old, &consistency, &self.checkpoint())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_cosigns_what_continues_and_refuses_a_rollback_and_a_fork() {
    let folder = Folder::make();
    let key = SecretKey::generate("log.test", KeyKind::Log, &Randomness::from_system()).unwrap();
    let (data, log) = (text(folder.path()).to_owned(), key.public().to_string());
    let arguments = ["witness", "--data", &data, "--name", "witness.test", "--log", &log, "--listen", "127.0.0.1:0"];
    let client = client();
    let ask = async |service: &Service, body: String| {
        let answer = client.post(&service.address).body(body).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    };
    let (short, long) = (SmallLog::new(&key, &["a", "b"]), SmallLog::new(&key, &["a", "b", "c", "d", "e"]));
    let forked = SmallLog::new(&key, &["a", "b", "c", "d", "other"]);
    let rewritten = SmallLog::new(&key, &["a", "other", "c", "d", "e", "f"]);

    let service = Service::start(&arguments);
    let (status, line) = ask(&service, short.request(0)).await;
    assert_eq!(status, StatusCode::OK, "{line}");
    let secret = fs::read_to_string(folder.path().join("witness.key")).unwrap();
    let own: PublicKey = SecretKey::parse(&secret).unwrap().public().clone();
    let cosigned = short.checkpoint().with_cosignatures(&line, std::slice::from_ref(&own));
    assert!(cosigned.cosigned_by(&own).is_ok(), "the answer is a cosignature of the witness");
    assert_eq!(ask(&service, long.request(2)).await.0, StatusCode::OK, "what continues is cosigned");
    drop(service);

    // It remembers over a kill and a new start.
    let service = Service::start(&arguments);
    assert_eq!(ask(&service, short.request(0)).await, (StatusCode::CONFLICT, "5\n".to_owned()), "a rollback");
    assert_eq!(ask(&service, forked.request(5)).await, (StatusCode::CONFLICT, "5\n".to_owned()), "a fork");
    assert_eq!(ask(&service, rewritten.request(5)).await.0, StatusCode::UNPROCESSABLE_ENTITY, "a rewritten past");
    let stranger = SecretKey::generate("log.test", KeyKind::Log, &Randomness::from_system()).unwrap();
    let foreign = SmallLog::new(&stranger, &["a", "b", "c", "d", "e", "f"]);
    assert_eq!(ask(&service, foreign.request(5)).await.0, StatusCode::FORBIDDEN, "another key");
}
