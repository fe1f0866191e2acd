//! Bad luck: imports that are killed or run at the same time, and the laws of periods.

use std::time::Duration;

use jiff::{ToSpan, civil::Date};
use proptest::prelude::*;
use varde_basedata::{Dated, Fault, Gender, PersonRecord};
use varde_core::Period;

use crate::support::{World, crowd, day, demo, number, woman};

/// The register's facts and relations of persons to indices as one digest of text.
async fn state(world: &World) -> String {
    let mut owner = world.database.owner().await;
    sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM basedata.fact) || ' ' || \
             md5(string_agg(person || kind || value || valid_from, ',' ORDER BY person, kind, value)) || ' ' || \
             (SELECT max(index) FROM basedata.person) || ' ' || (SELECT next FROM basedata.next_index) \
         FROM basedata.fact WHERE superseded_at IS NULL",
    )
    .fetch_one(&mut owner)
    .await
    .unwrap()
}

#[tokio::test]
async fn an_import_that_is_killed_again_and_again_ends_as_one_that_was_not() {
    let records = crowd(3_000);
    let import = async |world: &World| {
        for batch in records.chunks(500) {
            world.service.import_persons(&demo(), "crowd", batch).await.unwrap();
        }
    };
    let calm = World::new().await;
    import(&calm).await;
    let unlucky = World::new().await;
    let mut kills = 0;
    for milliseconds in [1, 5, 20, 60, 150] {
        kills +=
            usize::from(tokio::time::timeout(Duration::from_millis(milliseconds), import(&unlucky)).await.is_err());
    }
    assert!(kills > 0);
    import(&unlucky).await;
    assert_eq!(state(&unlucky).await, state(&calm).await);
}

#[tokio::test]
async fn two_imports_at_the_same_time_make_nobody_twice() {
    let world = World::new().await;
    let records = crowd(1_000);
    let demo = demo();
    let import = || world.service.import_persons(&demo, "crowd", &records);
    let (one, other) = tokio::join!(import(), import());
    let (one, other) = (one.unwrap(), other.unwrap());
    assert!(one.iter().zip(&other).all(|(a, b)| a.person == b.person && a.new != b.new));
    assert_eq!(world.service.population(&demo).await.unwrap(), 1_000);
}

#[tokio::test]
async fn a_clock_that_jumps_back_loses_nothing() {
    let world = World::new().await;
    let birth = day("1999-12-31");
    let mut record = woman("Rask Vind", birth, number(birth, 0));
    world.one(record.clone()).await;
    let before = world.service.now().recorded;
    world.clock().set(before - 3.hours());
    record.names = vec![Dated::since("Rask Storm".into(), birth)];
    let imported = world.one(record).await;
    world.clock().set(before);
    let me = crate::support::citizen(imported.person);
    let view = world.service.person(&me, imported.person, world.service.now()).await.unwrap().open();
    assert_eq!(view.name.as_deref(), Some("Rask Storm"));
}

fn with_genders(periods: &[(i32, i32)]) -> PersonRecord {
    let at = |days: i32| Date::constant(2000, 1, 1) + days.days();
    let period = |(from, length): &(i32, i32)| Period { from: at(*from), until: Some(at(from + length)) };
    let birth = at(0);
    let genders = periods.iter().map(|p| Dated::new(Gender::Female, period(p))).collect();
    PersonRecord { genders, ..woman("Glad Li", birth, number(birth, 0)) }
}

proptest! {
    /// A record is refused exactly when some day has two values.
    #[test]
    fn a_day_has_one_value(periods in prop::collection::vec((0..60i32, 0..20i32), 0..5)) {
        let days: Vec<i32> = periods.iter().flat_map(|(from, length)| *from..=from + length).collect();
        let mut once = days.clone();
        once.sort_unstable();
        once.dedup();
        let expected = if once.len() == days.len() { Ok(()) } else { Err(Fault::Overlap("genders")) };
        prop_assert_eq!(with_genders(&periods).check(), expected);
    }

    #[test]
    fn a_period_that_ends_before_it_begins_is_refused(from in 0..60i32, back in 1..20i32) {
        prop_assert_eq!(with_genders(&[(from, -back)]).check(), Err(Fault::Backwards("genders")));
    }
}
