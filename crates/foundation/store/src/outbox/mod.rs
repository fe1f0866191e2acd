//! The outbox: events that units of work emit, and reactions to them after the commit.
//!
//! Every reaction gets every event of its name, at least once, one at a time and in the order in which
//! the events were committed. While an event fails, later ones wait for it; when it is given up it
//! becomes a dead letter that the operator sees with its reason, and the later ones go on. A reaction
//! should be short: for what takes long it enqueues a job. Its effect happens exactly once when the
//! unit of work that makes it also delivers the event ([`crate::Work::deliver`]). A reaction whose
//! events come in crowds may take what waits together ([`Reaction::at_once`]).

mod dispatcher;

use async_trait::async_trait;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sqlx::{FromRow, Row, postgres::PgRow};
use uuid::Uuid;

use crate::{Failure, Store, StoreError};

pub use dispatcher::{Settings, run};

/// Reacts to the events of one name.
#[async_trait]
pub trait Reaction: Send + Sync {
    /// Its name, unique and stable: what has been delivered is remembered under it.
    fn name(&self) -> &'static str;

    /// The event, such as `access.application.decided`.
    fn event(&self) -> &'static str;

    /// Reacts. It is dropped at any await when the process stops, and called again at the next start.
    async fn react(&self, event: &Event) -> Result<(), Failure>;

    /// How many events it takes together, when so many wait (1).
    fn at_once(&self) -> u16 {
        1
    }

    /// Reacts to several events in their order, at most [`Self::at_once`]. When it fails, each of them
    /// is given to [`Self::react`] alone, so that one that cannot be handled takes no other with it.
    async fn react_together(&self, events: &[Event]) -> Result<(), Failure> {
        for event in events {
            self.react(event).await?;
        }
        Ok(())
    }
}

/// An event on its way to a reaction.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its id: the same at every delivery, so it can be the key of what the reaction makes.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// When it was emitted, UTC.
    pub emitted_at: Timestamp,
    pub(crate) consumer: String,
    payload: Value,
    attempts: i32,
    retry_at: Option<Timestamp>,
}

impl Event {
    /// What it was emitted with. A payload of another shape is given up: it fails every time.
    pub fn payload<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        T::deserialize(&self.payload)
            .map_err(|_| Failure::give_up(format!("the payload of {} has another shape", self.name)))
    }
}

/// An event that a reaction could not handle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeadLetter {
    /// Which reaction.
    pub reaction: String,
    /// The event's id.
    pub event: Uuid,
    /// The event's name.
    pub name: String,
    /// How often it was tried.
    pub attempts: i32,
    /// Why it failed last.
    pub failure: String,
    /// When it was given up, UTC.
    pub given_up_at: Timestamp,
}

impl FromRow<'_, PgRow> for DeadLetter {
    fn from_row(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self {
            reaction: row.try_get("consumer")?,
            event: row.try_get("event")?,
            name: row.try_get("name")?,
            attempts: row.try_get("attempts")?,
            failure: row.try_get("failure")?,
            given_up_at: row.try_get::<jiff_sqlx::Timestamp, _>("settled_at")?.to_jiff(),
        })
    }
}

impl Store {
    /// The newest dead letters, for the operator's page.
    pub async fn dead_letters(&self, limit: u32) -> Result<Vec<DeadLetter>, StoreError> {
        let select = "SELECT d.*, e.name FROM work.delivery d JOIN work.event e ON e.id = d.event \
                      WHERE d.state = 'dead' ORDER BY d.settled_at DESC, d.position DESC LIMIT $1";
        Ok(sqlx::query_as(select).bind(i64::from(limit)).fetch_all(self.pool()).await?)
    }

    /// Why the latest delivery failed that has not succeeded since, with the reaction's name.
    pub async fn last_failure(&self) -> Result<Option<String>, StoreError> {
        let select = "SELECT consumer || ': ' || failure FROM work.delivery WHERE state <> 'done' AND failure IS NOT NULL \
                      ORDER BY position DESC LIMIT 1";
        Ok(sqlx::query_scalar(select).fetch_optional(self.pool()).await?)
    }

    /// How many events and deliveries have not been handled yet, dead letters not counted: 0 when every
    /// reaction has seen everything.
    pub async fn undelivered(&self) -> Result<u64, StoreError> {
        let count: i64 = sqlx::query_scalar(
            "SELECT (SELECT count(*) FROM work.event WHERE NOT fanned_out) \
                  + (SELECT count(*) FROM work.delivery WHERE state = 'waiting')",
        )
        .fetch_one(self.pool())
        .await?;
        Ok(u64::try_from(count).unwrap_or_default())
    }
}

impl crate::Work {
    /// Marks the event as delivered with this unit of work: its effects and the delivery are one.
    ///
    /// # Errors
    /// [`StoreError::LeaseLost`] when it was delivered already; drop the work then.
    pub async fn deliver(&mut self, event: &Event) -> Result<(), StoreError> {
        let now = self.store().clock().now();
        let deliver = sqlx::query_scalar("SELECT work.deliver($1, $2, $3)").bind(&event.consumer).bind(event.id);
        let delivered: bool = deliver.bind(now.to_sqlx()).fetch_one(self.connection()).await?;
        if delivered { Ok(()) } else { Err(StoreError::LeaseLost) }
    }

    /// Lets a dead letter wait again. False when there is no such dead letter.
    pub async fn redeliver(&mut self, reaction: &str, event: Uuid) -> Result<bool, StoreError> {
        let redeliver = sqlx::query_scalar("SELECT work.redeliver($1, $2)").bind(reaction).bind(event);
        Ok(redeliver.fetch_one(self.connection()).await?)
    }
}
