//! The private cluster.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use sqlx::{Connection as _, postgres::PgConnectOptions};
use varde_core::{Randomness, SystemClock};
use varde_ledger::Draft;
use varde_store::{
    Store, StoreError,
    launcher::{Cluster, LauncherError},
};

use crate::{ALPHA, system};

async fn store(options: PgConnectOptions) -> Store {
    Store::connect_with(options, Arc::new(SystemClock), Randomness::seeded(7)).await.unwrap()
}

async fn count_up(store: &Store) -> Result<(), StoreError> {
    let mut work = store.context(&ALPHA).begin(&system()).await?;
    sqlx::query("UPDATE counter SET value = value + 1").execute(work.connection()).await?;
    let entered = work.enter(Draft::new("alpha.counter.raised", "counter", 1)).await?;
    work.commit(entered).await?;
    Ok(())
}

async fn counted(store: &Store) -> i32 {
    let mut read = store.context(&ALPHA).read(&system()).await.unwrap();
    sqlx::query_scalar("SELECT value FROM counter").fetch_one(read.connection()).await.unwrap()
}

fn server_process(folder: &Path) -> Pid {
    let text = fs::read_to_string(folder.join("cluster/postmaster.pid")).unwrap();
    Pid::from_raw(text.lines().next().unwrap().trim().parse().unwrap())
}

/// A data directory with a long path, which no socket address could hold.
fn data() -> tempfile::TempDir {
    tempfile::Builder::new().prefix(&"long-name-".repeat(9)).tempdir().unwrap()
}

/// Deletes a cluster that lies outside the data directory because the test runs as root.
async fn clean_up(cluster: Cluster) {
    let folder = cluster.folder().to_owned();
    cluster.stop().await;
    fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn keeps_what_was_committed_over_stop_crash_and_start() {
    let data = data();
    let cluster = Cluster::launch(data.path()).await.unwrap();
    let first = store(cluster.options()).await;
    first.migrate(&[&ALPHA]).await.unwrap();
    count_up(&first).await.unwrap();
    cluster.stop().await;
    assert!(matches!(first.health().await, Err(StoreError::Unavailable(_))));

    let cluster = Cluster::launch(data.path()).await.unwrap();
    count_up(&store(cluster.options()).await).await.unwrap();
    kill(server_process(cluster.folder()), Signal::SIGKILL).unwrap();
    drop(cluster);

    let cluster = Cluster::launch(data.path()).await.unwrap();
    assert_eq!(counted(&store(cluster.options()).await).await, 2);
    clean_up(cluster).await;
}

#[tokio::test]
async fn the_server_ends_with_the_last_process_that_uses_it_whoever_started_it() {
    let data = data();
    let command = Cluster::launch(data.path()).await.unwrap();
    let process = server_process(command.folder());
    let service = Cluster::launch(data.path()).await.unwrap();
    assert_eq!(server_process(service.folder()), process, "the second uses the first one's server");
    assert!(!command.directory().is_alone().unwrap());
    let store = store(service.options()).await;
    command.stop().await;
    store.health().await.unwrap();
    assert!(service.directory().is_alone().unwrap());
    clean_up(service).await;
    assert!(kill(process, None).is_err(), "nobody uses it: it has ended");
}

#[tokio::test]
async fn a_server_that_dies_is_started_again() {
    let data = data();
    let cluster = Cluster::launch(data.path()).await.unwrap();
    let store = store(cluster.options()).await;
    store.migrate(&[&ALPHA]).await.unwrap();
    count_up(&store).await.unwrap();
    let supervising = tokio::spawn(cluster.supervisor().run(std::future::pending()));
    let process = server_process(cluster.folder());
    kill(process, Signal::SIGKILL).unwrap();
    let again = async {
        while store.health().await.is_err() || server_process(cluster.folder()) == process {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), again).await.expect("the server is started again");
    count_up(&store).await.unwrap();
    assert_eq!(counted(&store).await, 2);
    supervising.abort();
    clean_up(cluster).await;
}

#[tokio::test]
async fn takes_over_a_server_that_was_left_running_and_remakes_a_half_made_cluster() {
    let data = data();
    let cluster = Cluster::launch(data.path()).await.unwrap();
    let (process, folder) = (server_process(cluster.folder()), cluster.folder().to_owned());
    // What a kill -9 leaves: the locks are free, the server runs. Forgetting skips the orderly stop.
    fs::remove_file(data.path().join("varde.users")).unwrap();
    std::mem::forget(cluster);
    let cluster = Cluster::launch(data.path()).await.unwrap();
    assert_eq!(server_process(cluster.folder()), process);
    cluster.stop().await;

    // What a kill -9 during initdb leaves: a half-made cluster, and an initdb that goes on writing.
    fs::remove_dir_all(folder.join("cluster")).unwrap();
    fs::create_dir(folder.join("cluster.new")).unwrap();
    fs::write(folder.join("cluster.new/PG_VERSION"), "15\n").unwrap();
    let (ended, writes) = (Arc::new(AtomicBool::new(false)), folder.join("cluster.new1"));
    let until = ended.clone();
    let orphan = std::thread::spawn(move || {
        for file in 0.. {
            let _ = fs::create_dir_all(&writes);
            let _ = fs::write(writes.join(format!("{file}")), "");
            if until.load(Ordering::Relaxed) {
                return;
            }
        }
    });
    let cluster = Cluster::launch(data.path()).await.unwrap();
    ended.store(true, Ordering::Relaxed);
    orphan.join().unwrap();
    store(cluster.options()).await.health().await.unwrap();
    cluster.stop().await;
    // The next start clears what could not be cleared.
    let cluster = Cluster::launch(data.path()).await.unwrap();
    assert!(!folder.join("cluster.new1").exists());
    clean_up(cluster).await;
}

#[tokio::test]
async fn processes_of_a_killed_server_that_end_slowly_are_waited_for() {
    let data = data();
    let cluster = Cluster::launch(data.path()).await.unwrap();
    let (process, folder) = (server_process(cluster.folder()), cluster.folder().to_owned());
    let mut connection = sqlx::PgConnection::connect_with(&cluster.options()).await.unwrap();
    // It looks at nothing else until it has counted, some seconds from now.
    let busy = tokio::spawn(async move {
        let counted = sqlx::query("SELECT count(*) FROM generate_series(1, 20000000)");
        let _ = counted.execute(&mut connection).await;
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    kill(process, Signal::SIGKILL).unwrap();
    fs::remove_file(data.path().join("varde.users")).unwrap();
    std::mem::forget(cluster);
    let cluster = Cluster::launch(data.path()).await.unwrap();
    assert_ne!(server_process(&folder), process);
    store(cluster.options()).await.health().await.unwrap();
    busy.await.unwrap();
    clean_up(cluster).await;
}

#[tokio::test]
async fn a_cluster_of_another_version_is_not_touched() {
    let data = data();
    let cluster = Cluster::launch(data.path()).await.unwrap();
    let folder = cluster.folder().to_owned();
    cluster.stop().await;
    fs::write(folder.join("cluster/PG_VERSION"), "9\n").unwrap();
    let error = Cluster::launch(data.path()).await.unwrap_err();
    assert!(matches!(error, LauncherError::OtherVersion { .. }), "{error}");
    assert!(error.to_string().contains("pg_upgrade"));
    fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn nothing_is_lost_when_the_database_goes_away_under_load() {
    let data = data();
    let mut cluster = Cluster::launch(data.path()).await.unwrap();
    let store = store(cluster.options()).await;
    store.migrate(&[&ALPHA]).await.unwrap();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let load = tokio::spawn(load(store.clone(), stopped));
    for _ in 0..2 {
        tokio::time::sleep(Duration::from_millis(300)).await;
        cluster.stop().await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        cluster = Cluster::launch(data.path()).await.unwrap();
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    stop.send(true).unwrap();
    let (done, unknown) = load.await.unwrap();
    let counted = counted(&store).await;
    // A commit whose answer was lost may or may not have happened; one that was answered has.
    assert!(done <= counted && counted <= done + unknown, "{done} done, {unknown} unknown, {counted} counted");
    assert!(done > 0 && unknown > 0, "the load ran over the stops");
    clean_up(cluster).await;
}

/// Counts up until told to stop; how many were answered and how many were not.
async fn load(store: Store, stopped: tokio::sync::watch::Receiver<bool>) -> (i32, i32) {
    let (mut done, mut unknown) = (0, 0);
    while !*stopped.borrow() {
        match count_up(&store).await {
            Ok(()) => done += 1,
            Err(StoreError::Unavailable(_)) => unknown += 1,
            Err(error) => panic!("not Unavailable but {error:?}"),
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    (done, unknown)
}

/// Where the ordinary user's test works, when this process is run as one.
const ORDINARY: &str = "VARDE_TEST_ORDINARY_USER_DATA";

/// Runs this test again as `nobody`, when we are root: PostgreSQL then runs as that user itself,
/// below the data directory, and root's ways of lending it an account are not taken.
#[test]
fn an_ordinary_user_runs_a_private_cluster() {
    if !nix::unistd::Uid::effective().is_root() {
        return ordinary();
    }
    let folder = tempfile::tempdir().unwrap();
    let (program, data) = (folder.path().join("it"), folder.path().join("data"));
    // The build's folder may be root's alone.
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    fs::create_dir(&data).unwrap();
    let nobody = nix::unistd::User::from_name("nobody").unwrap().expect("every Linux has the user nobody");
    std::os::unix::fs::chown(&data, Some(nobody.uid.as_raw()), Some(nobody.gid.as_raw())).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let (uid, gid) = (nobody.uid.to_string(), nobody.gid.to_string());
    let run = std::process::Command::new("setpriv")
        .args(["--reuid", &uid, "--regid", &gid, "--clear-groups", "--"])
        .arg(&program)
        .args(["--exact", "launcher::an_ordinary_user_runs_a_private_cluster", "--nocapture"])
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("TMPDIR", &data)
        .env(ORDINARY, &data)
        .current_dir("/")
        .output()
        .unwrap();
    let said = [run.stdout, run.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(run.status.success() && said.contains("1 passed"), "{said}");
    assert!(data.join("postgres/cluster/PG_VERSION").exists(), "the cluster lies in the data directory: {said}");
}

/// The same as [`keeps_what_was_committed_over_stop_crash_and_start`], in a folder that is ours.
fn ordinary() {
    let own = tempfile::tempdir().unwrap();
    let data = std::env::var_os(ORDINARY).map_or_else(|| own.path().to_owned(), std::path::PathBuf::from);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let cluster = Cluster::launch(&data).await.unwrap();
        assert_eq!(cluster.folder(), data.canonicalize().unwrap().join("postgres"));
        let mode = fs::metadata(cluster.folder()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700, "nobody else can enter it");
        let first = store(cluster.options()).await;
        first.migrate(&[&ALPHA]).await.unwrap();
        count_up(&first).await.unwrap();
        kill(server_process(cluster.folder()), Signal::SIGKILL).unwrap();
        cluster.stop().await;
        let cluster = Cluster::launch(&data).await.unwrap();
        assert_eq!(counted(&store(cluster.options()).await).await, 1);
        cluster.stop().await;
    });
}
