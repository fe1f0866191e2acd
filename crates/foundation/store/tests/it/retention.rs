//! What is deleted, and what never is.

use std::time::Duration;

use sqlx::PgConnection;
use varde_ledger::Draft;
use varde_store::{jobs::Job, testing};

use crate::{ALPHA, system};

const KEEP: Duration = Duration::from_secs(90 * 86_400);

async fn count(owner: &mut PgConnection, of: &'static str) -> Vec<String> {
    sqlx::query_scalar(of).fetch_all(owner).await.unwrap()
}

#[tokio::test]
async fn only_what_has_been_done_for_long_enough_is_forgotten() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let mut work = store.context(&ALPHA).begin(&system()).await.unwrap();
    for name in ["handled", "unheard", "dead", "waiting", "late", "fresh"] {
        work.emit(name, &1).await.unwrap();
    }
    for state in ["done", "cancelled", "failed", "waiting"] {
        work.enqueue(&Job::new("alpha.job", state, &1)).await.unwrap();
    }
    let entered = work.enter(Draft::new("alpha.counter.raised", "counter", 1)).await.unwrap();
    work.commit(entered).await.unwrap();
    let mut owner = database.owner().await;
    for settled in [
        "UPDATE work.event SET fanned_out = name <> 'fresh'",
        "INSERT INTO work.delivery (consumer, event, failure, state, settled_at) \
         SELECT 'c', id, 'why', CASE name WHEN 'dead' THEN 'dead' WHEN 'waiting' THEN 'waiting' ELSE 'done' END, \
                CASE name WHEN 'waiting' THEN NULL WHEN 'late' THEN emitted_at + interval '1 day' ELSE emitted_at END \
         FROM work.event WHERE name NOT IN ('unheard', 'fresh')",
        "UPDATE work.job SET state = key, finished_at = CASE key WHEN 'waiting' THEN NULL ELSE created_at END",
    ] {
        sqlx::query(settled).execute(&mut owner).await.unwrap();
    }
    assert_eq!(store.forget_finished(KEEP).await.unwrap(), varde_store::Forgotten::default(), "nothing is old yet");
    database.clock().advance(KEEP + Duration::from_secs(60));
    let forgotten = store.forget_finished(KEEP).await.unwrap();
    assert_eq!((forgotten.events, forgotten.jobs), (2, 2));
    let events = count(&mut owner, "SELECT name FROM work.event ORDER BY name").await;
    assert_eq!(events, ["dead", "fresh", "late", "waiting"]);
    assert_eq!(count(&mut owner, "SELECT key FROM work.job ORDER BY key").await, ["failed", "waiting"]);
    assert_eq!(store.dead_letters(10).await.unwrap().len(), 1, "dead letters stay, however old");
    database.clock().advance(Duration::from_secs(86_400));
    assert_eq!(store.forget_finished(KEEP).await.unwrap().events, 1, "a late delivery counts from its own day");
}

#[tokio::test]
async fn many_are_forgotten_in_batches() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let many = "INSERT INTO work.event (id, name, context, payload, emitted_at, fanned_out) \
                SELECT gen_random_uuid(), 'old', 'alpha', '1', '2020-01-01', true FROM generate_series(1, 2500)";
    sqlx::query(many).execute(&mut database.owner().await).await.unwrap();
    assert_eq!(store.forget_finished(KEEP).await.unwrap().events, 2_500);
}
