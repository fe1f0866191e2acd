//! Durable jobs.

use std::{
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use varde_core::{JobId, Randomness, SystemClock};
use varde_ledger::Draft;
use varde_store::{
    Failure, Patience, Remedy, Store, StoreError,
    jobs::{self, Handler, Job, Run, Settings, State},
    testing,
};

use crate::{ALPHA, system};

const KIND: &str = "alpha.raise";

async fn enqueue(store: &Store, jobs: &[Job]) -> Vec<JobId> {
    let mut work = store.context(&ALPHA).begin(&system()).await.unwrap();
    let mut ids = Vec::new();
    for job in jobs {
        ids.push(work.enqueue(job).await.unwrap());
    }
    let entered = work.enter(Draft::new("alpha.raise.ordered", "counter", 1)).await.unwrap();
    work.commit(entered).await.unwrap();
    ids
}

/// Raises the counter and finishes the job in the same unit of work, slowly enough to be killed
/// before, within and after it.
async fn raise(store: &Store, run: &Run, pause: Duration) -> Result<(), Failure> {
    tokio::time::sleep(pause).await;
    let mut work = store.context(&ALPHA).begin(&system()).await?;
    sqlx::query("UPDATE counter SET value = value + 1").execute(work.connection()).await.map_err(StoreError::from)?;
    let entered = work.enter(Draft::new("alpha.counter.raised", "counter", 1)).await?;
    work.finish(run).await?;
    tokio::time::sleep(pause).await;
    work.commit(entered).await?;
    tokio::time::sleep(pause).await;
    Ok(())
}

struct Raise(Store, Duration);

#[async_trait]
impl Handler for Raise {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, run: &Run) -> Result<(), Failure> {
        raise(&self.0, run, self.1).await
    }
}

/// A handler whose outcomes are given beforehand; the last repeats.
struct Scripted(Mutex<Vec<Result<(), Failure>>>, AtomicU32);

impl Scripted {
    fn new(outcomes: Vec<Result<(), Failure>>) -> Arc<Self> {
        Arc::new(Self(Mutex::new(outcomes), AtomicU32::new(0)))
    }

    fn calls(&self) -> u32 {
        self.1.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Handler for Scripted {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn run(&self, run: &Run) -> Result<(), Failure> {
        self.1.fetch_add(1, Ordering::SeqCst);
        run.progress(3, 10, "three of ten").await?;
        let mut outcomes = self.0.lock().unwrap();
        if outcomes.len() > 1 { outcomes.remove(0) } else { outcomes[0].clone() }
    }
}

fn quick() -> Settings {
    Settings { lease: Duration::from_millis(300), look: Duration::from_millis(20), ..Settings::default() }
}

async fn run_until(store: &Store, handler: Arc<dyn Handler>, settings: Settings, reached: impl AsyncFn() -> bool) {
    let until = async {
        while !reached().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let running = jobs::run(store.clone(), vec![handler], settings, until);
    tokio::time::timeout(Duration::from_secs(30), running).await.expect("the jobs reach their state in time");
}

async fn state(store: &Store, id: JobId) -> State {
    store.job(id).await.unwrap().unwrap().state
}

async fn counter(database: &testing::TestDatabase) -> i32 {
    sqlx::query_scalar("SELECT value FROM alpha.counter").fetch_one(&mut database.owner().await).await.unwrap()
}

#[tokio::test]
async fn the_same_key_is_the_same_job() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let jobs = ["a", "b", "a"].map(|key| Job::new(KIND, key, &()));
    let ids = enqueue(&store, &jobs).await;
    assert_eq!(ids[0], ids[2]);
    assert_ne!(ids[0], ids[1]);
    let again = enqueue(&store, &jobs[..1]).await;
    assert_eq!(again[0], ids[0]);
}

#[tokio::test]
async fn progress_failures_and_the_end_can_be_read() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let id = enqueue(&store, &[Job::new(KIND, "a", &())]).await[0];
    let handler = Scripted::new(vec![Err(Failure::retry("the moon is full")), Ok(())]);
    run_until(&store, handler.clone(), quick(), async || store.job(id).await.unwrap().unwrap().failure.is_some()).await;
    let status = store.context(&ALPHA).job(KIND, "a").await.unwrap().unwrap();
    assert_eq!((status.state, status.done, status.total, status.failures), (State::Waiting, 3, 10, 1));
    assert_eq!(status.failure.as_deref(), Some("the moon is full"));

    // It waits for its pause by the clock, however often it is looked for.
    run_until(&store, handler.clone(), quick(), {
        let looks = AtomicU32::new(0);
        async move || looks.fetch_add(1, Ordering::SeqCst) > 10
    })
    .await;
    assert_eq!(handler.calls(), 1);
    database.clock().advance(Duration::from_secs(2));
    run_until(&store, handler, quick(), async || state(&store, id).await == State::Done).await;
}

#[tokio::test]
async fn gives_up_with_the_reason_and_can_be_asked_to_retry() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let id = enqueue(&store, &[Job::new(KIND, "a", &())]).await[0];
    let patience = Patience { attempts: 3, first_pause: Duration::ZERO, longest_pause: Duration::ZERO };
    let settings = Settings { patience, ..quick() };
    let handler = Scripted::new(vec![Err(Failure::retry("still no")); 1]);
    run_until(&store, handler.clone(), settings, async || state(&store, id).await == State::Failed).await;
    assert_eq!(handler.calls(), 3);
    assert_eq!(store.jobs(&[State::Failed], 10).await.unwrap()[0].failure.as_deref(), Some("still no"));

    let mut work = store.context(&ALPHA).begin(&system()).await.unwrap();
    assert!(work.retry_job(id).await.unwrap());
    let entered = work.enter(Draft::new("alpha.job.retried", "job", id)).await.unwrap();
    work.commit(entered).await.unwrap();
    run_until(&store, Scripted::new(vec![Ok(())]), settings, async || state(&store, id).await == State::Done).await;
}

#[tokio::test]
async fn what_cannot_succeed_is_not_repeated_and_a_panic_is_a_failure() {
    struct Panics;
    #[async_trait]
    impl Handler for Panics {
        fn kind(&self) -> &'static str {
            "alpha.panic"
        }
        async fn run(&self, _: &Run) -> Result<(), Failure> {
            panic!("on purpose")
        }
    }
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let ids = enqueue(&store, &[Job::new(KIND, "a", &()), Job::new("alpha.panic", "b", &())]).await;
    let handler = Scripted::new(vec![Err(Failure::give_up("no such counter"))]);
    run_until(&store, handler.clone(), quick(), async || state(&store, ids[0]).await == State::Failed).await;
    assert_eq!(handler.calls(), 1);
    run_until(&store, Arc::new(Panics), quick(), async || store.job(ids[1]).await.unwrap().unwrap().failures == 1)
        .await;
}

#[tokio::test]
async fn cancelling_stops_a_waiting_and_a_running_job() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let ids = enqueue(&store, &[Job::new(KIND, "a", &()), Job::new("nobody.does", "b", &())]).await;
    let slow: Arc<dyn Handler> = Arc::new(Raise(store.clone(), Duration::from_secs(60)));
    let cancel = async |id: JobId| {
        let mut work = store.context(&ALPHA).begin(&system()).await.unwrap();
        let found = work.cancel_job(id).await.unwrap();
        let entered = work.enter(Draft::new("alpha.job.cancelled", "job", id)).await.unwrap();
        work.commit(entered).await.unwrap();
        found
    };
    assert!(cancel(ids[1]).await);
    assert_eq!(state(&store, ids[1]).await, State::Cancelled);
    let asked = AtomicU32::new(0);
    run_until(&store, slow, quick(), async || {
        if state(&store, ids[0]).await == State::Running && asked.fetch_add(1, Ordering::SeqCst) == 0 {
            assert!(cancel(ids[0]).await);
        }
        state(&store, ids[0]).await == State::Cancelled
    })
    .await;
    assert_eq!(counter(&database).await, 0);
    assert!(!cancel(ids[0]).await, "it has ended");
}

#[tokio::test]
async fn a_stop_puts_the_running_job_back_at_once() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let id = enqueue(&store, &[Job::new(KIND, "a", &())]).await[0];
    let slow: Arc<dyn Handler> = Arc::new(Raise(store.clone(), Duration::from_secs(60)));
    run_until(&store, slow, Settings::default(), async || state(&store, id).await == State::Running).await;
    assert_eq!(state(&store, id).await, State::Waiting);
}

#[tokio::test]
async fn a_lease_outlives_neither_its_time_nor_a_clock_that_jumps_back() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let id = enqueue(&store, &[Job::new(KIND, "a", &())]).await[0];
    for jump in [600_i64, -86_400] {
        sqlx::query("UPDATE work.job SET state = 'running', lease = id, lease_until = $1, finished_at = NULL")
            .bind(jiff_sqlx::ToSqlx::to_sqlx(store.clock().now() + Duration::from_secs(1)))
            .execute(&mut database.owner().await)
            .await
            .unwrap();
        let to = store.clock().now() + jiff::SignedDuration::from_secs(jump);
        database.clock().set(to);
        let raise: Arc<dyn Handler> = Arc::new(Raise(store.clone(), Duration::ZERO));
        run_until(&store, raise, Settings::default(), async || state(&store, id).await == State::Done).await;
    }
    assert_eq!(counter(&database).await, 2);
}

#[tokio::test]
async fn what_is_away_is_waited_for_without_counting() {
    assert_eq!(Failure::from(StoreError::Unavailable(sqlx::Error::PoolTimedOut)).remedy, Remedy::Wait);
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let id = enqueue(&store, &[Job::new(KIND, "a", &())]).await[0];
    let away = Failure { reason: "the disk is away".to_owned(), remedy: Remedy::Wait };
    let patience = Patience { attempts: 2, first_pause: Duration::ZERO, longest_pause: Duration::ZERO };
    let handler = Scripted::new([vec![Err(away); 5], vec![Ok(())]].concat());
    let settings = Settings { patience, ..quick() };
    run_until(&store, handler.clone(), settings, async || state(&store, id).await == State::Done).await;
    assert_eq!(handler.calls(), 6);
}

/// The process that is killed by the next test; by itself it does nothing.
#[tokio::test]
async fn victim() {
    let Ok(url) = std::env::var("VARDE_TEST_VICTIM") else { return };
    let randomness = Randomness::from_system();
    let store = Store::connect(&url, Arc::new(SystemClock), randomness).await.unwrap();
    let raise: Arc<dyn Handler> = Arc::new(Raise(store.clone(), Duration::from_millis(15)));
    jobs::run(store, vec![raise], quick(), std::future::pending()).await;
}

#[tokio::test]
async fn killed_at_any_moment_every_job_has_its_effect_exactly_once() {
    const JOBS: i32 = 40;
    let database = testing::database(&[&ALPHA]).await;
    let store = database.store(Arc::new(SystemClock), Randomness::seeded(3));
    let jobs: Vec<Job> = (0..JOBS).map(|n| Job::new(KIND, n, &())).collect();
    enqueue(&store, &jobs).await;
    let start = std::time::Instant::now();
    let mut killed = 0;
    while store.jobs(&[State::Done], 100).await.unwrap().len() < jobs.len() {
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "jobs::victim", "--nocapture"])
            .env("VARDE_TEST_VICTIM", database.url())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let [moment] = store.randomness().bytes::<1>();
        tokio::time::sleep(Duration::from_millis(200 + 2 * u64::from(moment))).await;
        victim.kill().unwrap();
        victim.wait().unwrap();
        killed += 1;
        assert!(start.elapsed() < Duration::from_secs(60), "jobs do not resume");
    }
    assert_eq!(counter(&database).await, JOBS, "after {killed} kills");
    assert!(killed > 1, "the kills hit running jobs");
}
