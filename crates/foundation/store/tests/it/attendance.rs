//! Several servers on one database.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use tokio::sync::oneshot;
use varde_store::{Attendance, Store, testing};

/// A server that counts how often it began to care; it leaves when told to.
fn server(attendance: Attendance) -> (Arc<AtomicU32>, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    let (leave, left) = oneshot::channel::<()>();
    let began = Arc::new(AtomicU32::new(0));
    let count = began.clone();
    let running = tokio::spawn(attendance.run(async move { drop(left.await) }, move || {
        count.fetch_add(1, Ordering::SeqCst);
        std::future::pending()
    }));
    (began, leave, running)
}

async fn until(reached: impl Fn() -> bool) {
    let wait = async {
        while !reached() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait).await.expect("it happens in time");
}

async fn come(store: &Store) -> Attendance {
    Attendance::begin(store).await.unwrap()
}

#[tokio::test]
async fn only_the_first_may_repair_and_others_wait_until_it_has() {
    let database = testing::database(&[]).await;
    let store = database.simulated();
    let mut first = come(&store).await;
    assert!(first.is_first());
    let coming = {
        let store = store.clone();
        tokio::spawn(async move { come(&store).await })
    };
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(!coming.is_finished(), "the second waits while the first repairs");
    first.open().await.unwrap();
    let second = coming.await.unwrap();
    assert!(!second.is_first());
    first.end().await;
    assert!(!come(&store).await.is_first(), "the second is still there");
    second.end().await;
}

#[tokio::test]
async fn one_cares_and_another_takes_over_when_it_leaves_or_its_connection_breaks() {
    let database = testing::database(&[]).await;
    let store = database.simulated();
    let mut first = come(&store).await;
    first.open().await.unwrap();
    let second = come(&store).await;
    let (first_began, leave, first_running) = server(first);
    until(|| first_began.load(Ordering::SeqCst) == 1).await;
    let (second_began, _stay, _second_running) = server(second);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(second_began.load(Ordering::SeqCst), 0, "one at a time");
    leave.send(()).unwrap();
    first_running.await.unwrap();
    until(|| second_began.load(Ordering::SeqCst) == 1).await;
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database d ON d.oid = database \
               WHERE locktype = 'advisory' AND d.datname = current_database() AND pid <> pg_backend_pid()";
    sqlx::query(cut).execute(&mut database.owner().await).await.unwrap();
    until(|| second_began.load(Ordering::SeqCst) == 2).await;
}
