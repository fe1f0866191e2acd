//! What the database itself refuses, whatever the code asks for.

use sqlx::Row;
use varde_core::OrganisationId;
use varde_ledger::Draft;
use varde_store::{ContextStore, Store, StoreError, testing};

use crate::{ALPHA, BETA, acting_for, id, system};

async fn add_note(alpha: &ContextStore, store: &Store, organisation: OrganisationId) -> Result<(), StoreError> {
    let mut work = alpha.begin(&acting_for(organisation)).await?;
    sqlx::query("INSERT INTO note (id, organisation, text) VALUES ($1, $2, 'x')")
        .bind(id(store))
        .bind(organisation.uuid())
        .execute(work.connection())
        .await?;
    let entered = work.enter(Draft::new("alpha.note.added", "note", "1")).await?;
    work.commit(entered).await?;
    Ok(())
}

async fn notes(alpha: &ContextStore, organisation: OrganisationId) -> i64 {
    let mut read = alpha.read(&acting_for(organisation)).await.unwrap();
    sqlx::query_scalar("SELECT count(*) FROM note").fetch_one(read.connection()).await.unwrap()
}

fn refused(error: &sqlx::Error) -> String {
    error.as_database_error().and_then(|e| e.code()).unwrap_or_default().into_owned()
}

#[tokio::test]
async fn a_context_cannot_reach_anothers_tables() {
    let database = testing::database(&[&ALPHA, &BETA]).await;
    let store = database.simulated();
    let mut read = store.context(&ALPHA).read(&system()).await.unwrap();
    let error = sqlx::query("SELECT * FROM beta.secret").fetch_all(read.connection()).await.unwrap_err();
    assert_eq!(refused(&error), "42501", "permission denied, not merely missing");
}

#[tokio::test]
async fn a_context_reaches_neither_log_nor_queue_behind_their_doors() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    for forbidden in [
        "SELECT * FROM log.entry",
        "SELECT * FROM work.job",
        "DELETE FROM work.event",
        "SELECT * FROM _sqlx_migrations",
    ] {
        let mut work = store.context(&ALPHA).begin(&system()).await.unwrap();
        let error = sqlx::query(forbidden).execute(work.connection()).await.unwrap_err();
        assert_eq!(refused(&error), "42501", "{forbidden}");
    }
}

#[tokio::test]
async fn a_read_cannot_write_and_sees_one_moment() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let alpha = store.context(&ALPHA);
    let mut read = alpha.read(&system()).await.unwrap();
    let count = "SELECT count(*) FROM counter WHERE value > 0";
    let before: i64 = sqlx::query_scalar(count).fetch_one(read.connection()).await.unwrap();
    sqlx::query("UPDATE alpha.counter SET value = 1").execute(&mut database.owner().await).await.unwrap();
    let after: i64 = sqlx::query_scalar(count).fetch_one(read.connection()).await.unwrap();
    assert_eq!((before, after), (0, 0));
    let error = sqlx::query("UPDATE counter SET value = 2").execute(read.connection()).await.unwrap_err();
    assert_eq!(refused(&error), "25006", "read-only transaction");
}

#[tokio::test]
async fn rows_of_other_organisations_do_not_exist() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let alpha = store.context(&ALPHA);
    let [mine, other] = [(); 2].map(|()| OrganisationId::from_uuid(id(&store)));
    add_note(&alpha, &store, mine).await.unwrap();
    assert_eq!((notes(&alpha, mine).await, notes(&alpha, other).await), (1, 0));

    let mut work = alpha.begin(&acting_for(other)).await.unwrap();
    let stolen = sqlx::query("INSERT INTO note (id, organisation, text) VALUES ($1, $2, 'x')")
        .bind(id(&store))
        .bind(mine.uuid())
        .execute(work.connection())
        .await;
    assert_eq!(refused(&stolen.unwrap_err()), "42501");
}

#[tokio::test]
async fn what_a_migration_revokes_stays_revoked() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    store.migrate(&[&ALPHA]).await.unwrap();
    let mut work = store.context(&ALPHA).begin(&system()).await.unwrap();
    let error = sqlx::query("DELETE FROM ruling").execute(work.connection()).await.unwrap_err();
    assert_eq!(refused(&error), "42501");
}

#[tokio::test]
async fn the_settings_of_one_transaction_do_not_reach_the_next() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let organisation = OrganisationId::from_uuid(id(&store));
    drop(store.context(&ALPHA).begin(&acting_for(organisation)).await.unwrap());
    let mut read = store.context(&ALPHA).read(&system()).await.unwrap();
    let row = sqlx::query("SELECT current_setting('varde.organisation', true), current_user::text")
        .fetch_one(read.connection())
        .await
        .unwrap();
    assert_eq!((row.get::<String, _>(0), row.get::<String, _>(1)), (String::new(), "varde_alpha".to_owned()));
}

#[tokio::test]
async fn a_work_that_is_dropped_leaves_nothing() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let mut work = store.context(&ALPHA).begin(&system()).await.unwrap();
    sqlx::query("UPDATE counter SET value = 9").execute(work.connection()).await.unwrap();
    let _entered = work.enter(Draft::new("alpha.counter.set", "counter", 1)).await.unwrap();
    drop(work);
    let mut owner = database.owner().await;
    let left: (i32, i64) = sqlx::query_as("SELECT (SELECT value FROM alpha.counter), (SELECT count(*) FROM log.entry)")
        .fetch_one(&mut owner)
        .await
        .unwrap();
    assert_eq!(left, (0, 0));
}

#[tokio::test]
async fn an_entry_of_another_work_cannot_commit_this_one() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let alpha = store.context(&ALPHA);
    let mut first = alpha.begin(&system()).await.unwrap();
    let entered = first.enter(Draft::new("alpha.counter.set", "counter", 1)).await.unwrap();
    let mut second = alpha.begin(&system()).await.unwrap();
    let _own = second.enter(Draft::new("alpha.counter.set", "counter", 2)).await.unwrap();
    assert!(matches!(second.commit(entered).await, Err(StoreError::ForeignEntry)));
}
