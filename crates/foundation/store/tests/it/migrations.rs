//! The migrator.

use sqlx::migrate::{Migration, MigrationType, Migrator};
use varde_store::{Context, StoreError, testing};

use crate::{ALPHA, BETA};

/// Another edition of context alpha.
fn edition(migrations: Vec<(i64, &'static str)>) -> &'static Context {
    let migrations = migrations
        .into_iter()
        .map(|(version, sql)| {
            Migration::new(version, "edition".into(), MigrationType::Simple, sqlx::SqlStr::from_static(sql), false)
        })
        .collect();
    Box::leak(Box::new(Context { name: "alpha", migrations: Migrator::with_migrations(migrations) }))
}

const FIRST: &str = include_str!("../fixtures/alpha/0001_notes.sql");

#[tokio::test]
async fn many_at_once_migrate_once() {
    let database = testing::database(&[]).await;
    let starts = (0..5).map(|_| {
        let store = database.simulated();
        tokio::spawn(async move { store.migrate(&[&ALPHA, &BETA]).await })
    });
    for start in starts.collect::<Vec<_>>() {
        start.await.unwrap().unwrap();
    }
    let applied: i64 = sqlx::query_scalar("SELECT count(*) FROM alpha._sqlx_migrations")
        .fetch_one(&mut database.owner().await)
        .await
        .unwrap();
    assert_eq!(applied, 1);
}

#[tokio::test]
async fn a_newer_database_is_refused() {
    let database = testing::database(&[]).await;
    let store = database.simulated();
    store.migrate(&[edition(vec![(1, FIRST), (2, "CREATE TABLE later (id integer)")])]).await.unwrap();
    let error = store.migrate(&[edition(vec![(1, FIRST)])]).await.unwrap_err();
    assert!(matches!(error, StoreError::NewerDatabase { schema: "alpha", version: 2 }), "{error}");
}

#[tokio::test]
async fn a_changed_migration_is_refused() {
    let database = testing::database(&[]).await;
    let store = database.simulated();
    store.migrate(&[edition(vec![(1, FIRST)])]).await.unwrap();
    let error = store.migrate(&[edition(vec![(1, "SELECT 1")])]).await.unwrap_err();
    assert!(matches!(error, StoreError::ChangedMigration { schema: "alpha", version: 1 }), "{error}");
}

#[tokio::test]
async fn a_migration_that_fails_is_rolled_back_and_can_be_repeated() {
    let database = testing::database(&[]).await;
    let store = database.simulated();
    let broken = "CREATE TABLE half (id integer); SELECT 1 / 0";
    let error = store.migrate(&[edition(vec![(1, FIRST), (2, broken)])]).await.unwrap_err();
    assert!(matches!(error, StoreError::Migration { schema: "alpha", .. }), "{error}");
    let mended = edition(vec![(1, FIRST), (2, "CREATE TABLE half (id integer)")]);
    store.migrate(&[mended]).await.unwrap();
}

#[tokio::test]
async fn a_table_added_later_is_the_contexts_too() {
    let database = testing::database(&[&ALPHA]).await;
    let store = database.simulated();
    let later = edition(vec![(1, FIRST), (2, "CREATE TABLE later (id integer)")]);
    store.migrate(&[later]).await.unwrap();
    let mut work = store.context(later).begin(&crate::system()).await.unwrap();
    sqlx::query("INSERT INTO later VALUES (1)").execute(work.connection()).await.unwrap();
}
