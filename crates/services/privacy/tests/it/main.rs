//! Preferences through the public face, on a real PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test helper that cannot go on ends the test")]

use std::{sync::Arc, time::Duration};

use uuid::Uuid;
use varde_core::{
    Actor, Clock, Component, LoginLevel, PersonId, PreferenceId, Problem, ProblemKind, Randomness, SimulatedClock,
};
use varde_policy::{Guard, Policy};
use varde_privacy::{AsAt, CONTEXT, Choice, Kind, Preference, PrivacyError, PrivacyService, Scope};
use varde_store::testing::{TestDatabase, database};

struct World {
    _database: TestDatabase,
    clock: SimulatedClock,
    service: PrivacyService,
}

async fn world() -> World {
    let database = database(&[&CONTEXT, &varde_policy::CONTEXT]).await;
    let clock = SimulatedClock::new("2026-11-22T12:00:00Z".parse().unwrap());
    let store = database.store(Arc::new(clock.clone()), Randomness::seeded(1));
    let guard = Guard::new(Policy::load().unwrap(), store.clone());
    World { service: PrivacyService::new(&store, guard), clock, _database: database }
}

fn person(n: u128) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(n))
}

fn citizen(n: u128) -> Actor {
    Actor::citizen(person(n), LoginLevel::High)
}

fn reserve(active: bool) -> Choice {
    Choice { kind: Kind::Reservation, scope: Scope::SecondaryUse, active }
}

#[tokio::test(flavor = "multi_thread")]
async fn opting_out_and_back_in_is_answered_as_at_any_time() {
    let it = world().await;
    let flows = Actor::system(Component::Flows);
    let before = it.clock.now();
    it.clock.advance(Duration::from_secs(60));
    assert!(it.service.choose(&citizen(1), person(1), reserve(true)).await.unwrap().is_some());
    assert!(it.service.choose(&citizen(1), person(1), reserve(true)).await.unwrap().is_none(), "nothing new");
    let out = it.clock.now();
    it.clock.advance(Duration::from_secs(60));
    it.service.choose(&citizen(1), person(1), reserve(false)).await.unwrap();
    let back = it.clock.now();
    let asked = async |time| it.service.opted_out(&flows, AsAt::both(time), "test").await.unwrap();
    assert_eq!(asked(before).await, []);
    assert_eq!(asked(out).await, [person(1)]);
    assert_eq!(asked(back).await, []);
    assert_eq!(it.service.history(&citizen(1), person(1)).await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_chooses_or_reads_for_another() {
    let it = world().await;
    let refused = it.service.choose(&citizen(2), person(1), reserve(true)).await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Forbidden);
    assert_eq!(it.service.history(&citizen(2), person(1)).await.unwrap_err().kind(), ProblemKind::Forbidden);
    let consult = it.service.opted_out(&citizen(2), AsAt::both(it.clock.now()), "x").await.unwrap_err();
    assert_eq!(consult.kind(), ProblemKind::Forbidden);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reservation_against_one_source_acts_there_only() {
    let it = world().await;
    let flows = Actor::system(Component::Flows);
    let choice = Choice { kind: Kind::Reservation, scope: Scope::Source("noric".into()), active: true };
    it.service.choose(&citizen(3), person(3), choice).await.unwrap();
    let now = AsAt::both(it.clock.now());
    assert_eq!(it.service.opted_out(&flows, now, "a").await.unwrap(), []);
    assert_eq!(it.service.opted_out_of_source(&flows, "npr", now, "b").await.unwrap(), []);
    assert_eq!(it.service.opted_out_of_source(&flows, "noric", now, "c").await.unwrap(), [person(3)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_back_does_not_undo_a_choice() {
    let it = world().await;
    let flows = Actor::system(Component::Flows);
    it.service.choose(&citizen(4), person(4), reserve(false)).await.unwrap();
    it.service.choose(&citizen(4), person(4), reserve(true)).await.unwrap();
    let out = it.clock.now();
    it.clock.set(out - jiff::SignedDuration::from_secs(3600));
    it.service.choose(&citizen(4), person(4), reserve(false)).await.unwrap();
    let later = AsAt::both(out + jiff::SignedDuration::from_secs(1));
    assert_eq!(it.service.opted_out(&flows, later, "x").await.unwrap(), [], "the last choice counts");
}

#[tokio::test(flavor = "multi_thread")]
async fn loading_twice_changes_nothing_and_the_future_is_refused() {
    let it = world().await;
    let maker = Actor::system(Component::DemoWorld);
    let time = "2026-01-01T00:00:00Z".parse().unwrap();
    let row = |n, time| Preference {
        id: PreferenceId::from_uuid(Uuid::from_u128(n)),
        person: person(n),
        choice: reserve(true),
        applies_from: time,
        recorded_at: time,
    };
    let rows = [row(5, time), row(6, time)];
    assert_eq!(it.service.load(&maker, &rows, "demo").await.unwrap(), 2);
    assert_eq!(it.service.load(&maker, &rows, "demo").await.unwrap(), 0);
    let future = it.clock.now() + jiff::SignedDuration::from_secs(1);
    let refused = it.service.load(&maker, &[row(7, future)], "demo").await.unwrap_err();
    assert!(matches!(refused, PrivacyError::InTheFuture));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_withdrawal_of_a_consent_that_has_no_row_is_recorded() {
    let it = world().await;
    let flows = Actor::system(Component::Flows);
    let consent = |active| Choice { kind: Kind::Consent, scope: Scope::Source("noric".into()), active };
    assert_eq!(it.service.newest(&flows).await.unwrap(), None);
    assert!(it.service.choose(&citizen(8), person(8), consent(false)).await.unwrap().is_some());
    assert!(it.service.choose(&citizen(8), person(8), consent(false)).await.unwrap().is_none(), "once");
    let now = it.clock.now();
    assert_eq!(it.service.newest(&flows).await.unwrap(), Some(now));
    assert_eq!(it.service.consent_withdrawn(&flows, "noric", AsAt::both(now), "x").await.unwrap(), [person(8)]);
    // A reservation that was never made is not taken back.
    assert!(it.service.choose(&citizen(9), person(9), reserve(false)).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_waits_for_a_choice_that_is_being_made() {
    let it = world().await;
    let flows = Actor::system(Component::Flows);
    let mut owner = it._database.owner().await;
    // Somebody chooses: the row is there and not yet committed.
    sqlx::raw_sql(
        "BEGIN; SELECT pg_advisory_xact_lock_shared(hashtextextended('varde.privacy.preference', 0)); \
         INSERT INTO privacy.preference VALUES ('00000000-0000-7000-8000-000000000001', \
         '00000000-0000-0000-0000-00000000000a', 'reservation', 'secondary_use', true, \
         '2026-11-22T12:00:00Z', '2026-11-22T12:00:00Z')",
    )
    .execute(&mut owner)
    .await
    .unwrap();
    let (service, at) = (it.service.clone(), AsAt::both(it.clock.now()));
    let asked = tokio::spawn(async move { service.opted_out(&flows, at, "extract").await.unwrap() });
    // The question stands in line: the database says so.
    let waits = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)";
    while !sqlx::query_scalar::<_, bool>(waits).fetch_one(&mut owner).await.unwrap() {
        assert!(!asked.is_finished(), "it answered without waiting");
        tokio::task::yield_now().await;
    }
    sqlx::raw_sql("COMMIT").execute(&mut owner).await.unwrap();
    assert_eq!(asked.await.unwrap(), [person(10)]);
}
