//! The outbox.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use varde_ledger::Draft;
use varde_store::{
    Failure, Patience, Store, StoreError,
    outbox::{self, Event, Reaction, Settings},
    testing,
};

use crate::{ALPHA, system};

const EVENT: &str = "alpha.counter.raised";

/// Notes what it gets; fails on the numbers it was told to.
#[derive(Default)]
struct Notes {
    name: &'static str,
    seen: Mutex<Vec<u32>>,
    fails_on: Mutex<Vec<(u32, Failure)>>,
}

impl Notes {
    fn new(name: &'static str) -> Arc<Self> {
        Arc::new(Self { name, ..Self::default() })
    }

    fn fail_on(&self, number: u32, failure: Failure) {
        self.fails_on.lock().unwrap().push((number, failure));
    }

    fn seen(&self) -> Vec<u32> {
        self.seen.lock().unwrap().clone()
    }
}

#[async_trait]
impl Reaction for Notes {
    fn name(&self) -> &'static str {
        self.name
    }

    fn event(&self) -> &'static str {
        EVENT
    }

    async fn react(&self, event: &Event) -> Result<(), Failure> {
        let number: u32 = event.payload()?;
        if let Some((_, failure)) = self.fails_on.lock().unwrap().iter().find(|(n, _)| *n == number) {
            return Err(failure.clone());
        }
        self.seen.lock().unwrap().push(number);
        Ok(())
    }
}

async fn emit(store: &Store, numbers: impl IntoIterator<Item = u32>) {
    let mut work = store.context(&ALPHA).begin(&system()).await.unwrap();
    for number in numbers {
        work.emit(EVENT, &number).await.unwrap();
    }
    let entered = work.enter(Draft::new(EVENT, "counter", 1)).await.unwrap();
    work.commit(entered).await.unwrap();
}

fn quick() -> Settings {
    Settings { look: Duration::from_millis(20), ..Settings::default() }
}

async fn run_until(store: &Store, reactions: Vec<Arc<dyn Reaction>>, reached: impl AsyncFn() -> bool) {
    let until = async {
        while !reached().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let running = outbox::run(store.clone(), reactions, quick(), until);
    tokio::time::timeout(Duration::from_secs(30), running).await.expect("the events are handled in time");
}

async fn all_delivered(store: &Store) -> bool {
    store.undelivered().await.unwrap() == 0
}

#[tokio::test]
async fn every_reaction_gets_every_event_in_order() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let (first, second) = (Notes::new("first"), Notes::new("second"));
    emit(&store, 0..5).await;
    emit(&store, 5..1500).await;
    run_until(&store, vec![first.clone(), second.clone()], async || all_delivered(&store).await).await;
    let expected: Vec<u32> = (0..1500).collect();
    assert_eq!((first.seen(), second.seen()), (expected.clone(), expected));
}

#[tokio::test]
async fn an_event_of_a_work_that_did_not_commit_never_happened() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let mut work = store.context(&ALPHA).begin(&system()).await.unwrap();
    work.emit(EVENT, &1).await.unwrap();
    drop(work);
    emit(&store, [2]).await;
    let notes = Notes::new("notes");
    run_until(&store, vec![notes.clone()], async || all_delivered(&store).await).await;
    assert_eq!(notes.seen(), [2]);
}

#[tokio::test]
async fn a_failing_event_holds_the_later_ones_until_it_succeeds() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let notes = Notes::new("notes");
    notes.fail_on(1, Failure::retry("not yet"));
    emit(&store, [0, 1, 2]).await;
    let looks = AtomicU32::new(0);
    run_until(&store, vec![notes.clone()], async || looks.fetch_add(1, Ordering::SeqCst) > 30).await;
    assert_eq!((notes.seen(), store.undelivered().await.unwrap()), (vec![0], 2));

    notes.fails_on.lock().unwrap().clear();
    database.clock().advance(Duration::from_secs(5));
    run_until(&store, vec![notes.clone()], async || all_delivered(&store).await).await;
    assert_eq!(notes.seen(), [0, 1, 2]);
}

#[tokio::test]
async fn a_dead_letter_is_shown_with_its_reason_and_can_be_delivered_again() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let notes = Notes::new("notes");
    notes.fail_on(1, Failure::give_up("there is no counter 1"));
    emit(&store, [0, 1, 2]).await;
    run_until(&store, vec![notes.clone()], async || all_delivered(&store).await).await;
    assert_eq!(notes.seen(), [0, 2]);
    let dead = store.dead_letters(10).await.unwrap();
    assert_eq!((dead.len(), dead[0].reaction.as_str(), dead[0].attempts), (1, "notes", 1));
    assert_eq!(dead[0].failure, "there is no counter 1");

    notes.fails_on.lock().unwrap().clear();
    let mut work = store.context(&ALPHA).begin(&system()).await.unwrap();
    assert!(work.redeliver("notes", dead[0].event).await.unwrap());
    let entered = work.enter(Draft::new("alpha.event.redelivered", "event", dead[0].event)).await.unwrap();
    work.commit(entered).await.unwrap();
    run_until(&store, vec![notes.clone()], async || all_delivered(&store).await).await;
    assert_eq!(notes.seen(), [0, 2, 1]);
    assert!(store.dead_letters(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn patience_ends_in_a_dead_letter() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let notes = Notes::new("notes");
    notes.fail_on(0, Failure::retry("never"));
    emit(&store, [0]).await;
    let clock = database.clock().clone();
    run_until(&store, vec![notes], async || {
        clock.advance(Duration::from_secs(400));
        all_delivered(&store).await
    })
    .await;
    assert_eq!(store.dead_letters(10).await.unwrap()[0].attempts, Patience::default().attempts);
}

/// Raises the counter and delivers in the same unit of work, then is interrupted.
struct Raise(Store, AtomicU32);

#[async_trait]
impl Reaction for Raise {
    fn name(&self) -> &'static str {
        "raise"
    }

    fn event(&self) -> &'static str {
        EVENT
    }

    async fn react(&self, event: &Event) -> Result<(), Failure> {
        let mut work = self.0.context(&ALPHA).begin(&system()).await?;
        let raise = "UPDATE counter SET value = value + 1";
        sqlx::query(raise).execute(work.connection()).await.map_err(StoreError::from)?;
        work.deliver(event).await?;
        let entered = work.enter(Draft::new("alpha.counter.raised", "counter", 1)).await?;
        work.commit(entered).await?;
        if self.1.fetch_add(1, Ordering::SeqCst).is_multiple_of(3) {
            return Err(Failure::retry("the answer of the commit was lost"));
        }
        Ok(())
    }
}

#[tokio::test]
async fn several_processes_and_lost_answers_still_have_one_effect_each() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    emit(&store, 0..30).await;
    let dispatchers = (0..3).map(|_| {
        let raise: Arc<dyn Reaction> = Arc::new(Raise(store.clone(), AtomicU32::new(0)));
        run_until(&store, vec![raise], async || all_delivered(&store).await)
    });
    futures::future::join_all(dispatchers).await;
    let value: i32 =
        sqlx::query_scalar("SELECT value FROM alpha.counter").fetch_one(&mut database.owner().await).await.unwrap();
    assert_eq!(value, 30);
}

#[tokio::test]
async fn another_process_takes_over_when_the_dispatcher_dies() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let (first, second) = (Notes::new("notes"), Notes::new("notes"));
    let dispatchers = [&first, &second].map(|notes| {
        let (store, notes) = (store.clone(), Arc::clone(notes));
        tokio::spawn(outbox::run(store, vec![notes as Arc<dyn Reaction>], quick(), std::future::pending()))
    });
    for number in 0..2 {
        emit(&store, [number]).await;
        while !all_delivered(&store).await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        // Stop the one that works; aborting drops its connection as a kill would.
        let working = usize::from(first.seen().is_empty());
        dispatchers[working].abort();
    }
    assert_eq!((first.seen().len(), second.seen().len()), (1, 1));
}

/// Takes what waits together, and fails together when one of them is bad.
struct Crowd {
    notes: Arc<Notes>,
    crowds: Mutex<Vec<usize>>,
}

#[async_trait]
impl Reaction for Crowd {
    fn name(&self) -> &'static str {
        "crowd"
    }

    fn event(&self) -> &'static str {
        EVENT
    }

    async fn react(&self, event: &Event) -> Result<(), Failure> {
        self.notes.react(event).await
    }

    fn at_once(&self) -> u16 {
        10
    }

    async fn react_together(&self, events: &[Event]) -> Result<(), Failure> {
        self.crowds.lock().unwrap().push(events.len());
        let numbers = events.iter().map(Event::payload).collect::<Result<Vec<u32>, _>>()?;
        let bad = self.notes.fails_on.lock().unwrap().iter().find(|(n, _)| numbers.contains(n)).cloned();
        match bad {
            Some((_, failure)) => Err(failure),
            None => {
                self.notes.seen.lock().unwrap().extend(numbers);
                Ok(())
            }
        }
    }
}

#[tokio::test]
async fn what_waits_may_be_taken_together_and_a_bad_one_takes_no_other_with_it() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    emit(&store, 0..25).await;
    let crowd = Arc::new(Crowd { notes: Notes::new("crowd"), crowds: Mutex::default() });
    crowd.notes.fail_on(13, Failure::give_up("unlucky"));
    run_until(&store, vec![crowd.clone()], async || all_delivered(&store).await).await;
    let expected: Vec<u32> = (0..25).filter(|n| *n != 13).collect();
    assert_eq!(crowd.notes.seen(), expected, "each once and in order");
    assert_eq!(*crowd.crowds.lock().unwrap(), [10, 10, 5]);
    assert_eq!(store.dead_letters(10).await.unwrap().len(), 1);
}
