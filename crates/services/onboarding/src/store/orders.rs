//! The tables `service_order`, `step` and `reference_counter`.

use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use uuid::Uuid;
use varde_core::{PersonId, identifier::OrganisationNumber};

use super::{count, maybe_time, organisation, time, whole};
use crate::{Decision, Happened, OnboardingError, Order, OrderId, Power, Sent, ServiceId, State, Step, Wanted};

pub(crate) async fn next_reference(db: &mut PgConnection, year: i16) -> Result<String, OnboardingError> {
    let number: i32 = sqlx::query_scalar(
        "INSERT INTO reference_counter AS counter (year, last) VALUES ($1, 1) \
         ON CONFLICT (year) DO UPDATE SET last = counter.last + 1 RETURNING last",
    )
    .bind(i32::from(year))
    .fetch_one(db)
    .await?;
    Ok(format!("{:02}/{number:05}", year % 100))
}

/// Adds an order. Of two orders of one service for one organisation one fails, by the unique index.
pub(crate) async fn add(db: &mut PgConnection, order: &Order) -> Result<(), OnboardingError> {
    let involved: Vec<Uuid> = order.involved.iter().map(|person| person.uuid()).collect();
    sqlx::query(
        "INSERT INTO service_order (id, reference, service, service_version, organisation, state, wanted, involved, begun_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(order.id.uuid())
    .bind(&order.reference)
    .bind(order.service.as_str())
    .bind(whole(order.service_version))
    .bind(order.organisation.as_str())
    .bind(order.state.name())
    .bind(Json(&order.wanted))
    .bind(involved)
    .bind(order.begun_at.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}

fn order(row: &PgRow) -> Result<Order, OnboardingError> {
    let (state, service): (&str, &str) = (row.try_get("state")?, row.try_get("service")?);
    let Json(wanted): Json<Wanted> = row.try_get("wanted")?;
    let involved: Vec<Uuid> = row.try_get("involved")?;
    let person = |column: &str| -> Result<Option<PersonId>, OnboardingError> {
        Ok(row.try_get::<Option<Uuid>, _>(column)?.map(PersonId::from_uuid))
    };
    let power: Option<Json<Power>> = row.try_get("sent_power")?;
    let sent = match (person("sent_by")?, power, maybe_time(row, "sent_at")?) {
        (Some(by), Some(Json(power)), Some(at)) => Some(Sent { by, power, at }),
        _ => None,
    };
    let class: Option<&str> = row.try_get("decided_class")?;
    let class = class.map(|c| c.parse().map_err(|_| OnboardingError::Stored("information class"))).transpose()?;
    let reason: Option<String> = row.try_get("decided_reason")?;
    let decision = match (person("decided_by")?, maybe_time(row, "decided_at")?, reason) {
        (Some(by), Some(at), Some(reason)) => Some(Decision { by, at, class, reason }),
        _ => None,
    };
    Ok(Order {
        id: OrderId::from_uuid(row.try_get("id")?),
        reference: row.try_get("reference")?,
        service: service.parse().map_err(|_| OnboardingError::Stored("service"))?,
        service_version: count(row.try_get("service_version")?)?,
        organisation: organisation(row, "organisation")?,
        state: State::from_name(state).ok_or(OnboardingError::Stored("state"))?,
        revision: row.try_get("revision")?,
        wanted,
        involved: involved.into_iter().map(PersonId::from_uuid).collect(),
        begun_at: time(row, "begun_at")?,
        terms: row.try_get::<Option<i32>, _>("terms")?.map(count).transpose()?,
        sent,
        decision,
        client: row.try_get("client")?,
    })
}

pub(crate) async fn get(db: &mut PgConnection, id: OrderId) -> Result<Order, OnboardingError> {
    let row = sqlx::query(
        "SELECT id, reference, service, service_version, organisation, state, revision, wanted, involved, begun_at, terms, \
                sent_by, sent_power, sent_at, decided_by, decided_at, decided_class, decided_reason, client \
         FROM service_order WHERE id = $1",
    )
    .bind(id.uuid())
    .fetch_optional(db)
    .await?;
    order(&row.ok_or(OnboardingError::NotFound)?)
}

/// The open order of the service with that API for the organisation.
pub(crate) async fn open(
    db: &mut PgConnection,
    holder: OrganisationNumber,
    audience: &str,
) -> Result<Option<Order>, OnboardingError> {
    let row = sqlx::query(
        "SELECT o.id, o.reference, o.service, o.service_version, o.organisation, o.state, o.revision, o.wanted, o.involved, \
                o.begun_at, o.terms, o.sent_by, o.sent_power, o.sent_at, o.decided_by, o.decided_at, o.decided_class, \
                o.decided_reason, o.client \
         FROM audience a JOIN service_order o ON o.service = a.service \
         WHERE a.audience = $1 AND o.organisation = $2 AND o.state IN ('granted', 'key_registered', 'tested', 'live')",
    )
    .bind(audience)
    .bind(holder.as_str())
    .fetch_optional(db)
    .await?;
    row.as_ref().map(order).transpose()
}

/// The orders of these organisations, the newest first.
pub(crate) async fn of_organisations(
    db: &mut PgConnection,
    organisations: &[OrganisationNumber],
) -> Result<Vec<Order>, OnboardingError> {
    let numbers: Vec<&str> = organisations.iter().map(OrganisationNumber::as_str).collect();
    let rows = sqlx::query(
        "SELECT id, reference, service, service_version, organisation, state, revision, wanted, involved, begun_at, terms, \
                sent_by, sent_power, sent_at, decided_by, decided_at, decided_class, decided_reason, client \
         FROM service_order WHERE organisation = ANY($1) ORDER BY begun_at DESC, id DESC",
    )
    .bind(numbers)
    .fetch_all(db)
    .await?;
    rows.iter().map(order).collect()
}

/// The orders of a service that are in use.
pub(crate) async fn open_of_service(db: &mut PgConnection, service: &ServiceId) -> Result<Vec<Order>, OnboardingError> {
    let rows = sqlx::query(
        "SELECT id, reference, service, service_version, organisation, state, revision, wanted, involved, begun_at, terms, \
                sent_by, sent_power, sent_at, decided_by, decided_at, decided_class, decided_reason, client \
         FROM service_order WHERE service = $1 AND state IN ('granted', 'key_registered', 'tested', 'live') \
         ORDER BY begun_at, id",
    )
    .bind(service.as_str())
    .fetch_all(db)
    .await?;
    rows.iter().map(order).collect()
}

/// The orders of these services that were sent; those that wait first, the oldest first.
pub(crate) async fn sent_to(db: &mut PgConnection, services: &[ServiceId]) -> Result<Vec<Order>, OnboardingError> {
    let names: Vec<&str> = services.iter().map(ServiceId::as_str).collect();
    let rows = sqlx::query(
        "SELECT id, reference, service, service_version, organisation, state, revision, wanted, involved, begun_at, terms, \
                sent_by, sent_power, sent_at, decided_by, decided_at, decided_class, decided_reason, client \
         FROM service_order WHERE service = ANY($1) AND sent_at IS NOT NULL AND state NOT IN ('draft', 'terms_accepted') \
         ORDER BY state <> 'submitted', CASE WHEN state = 'submitted' THEN sent_at END, sent_at DESC, id",
    )
    .bind(names)
    .fetch_all(db)
    .await?;
    rows.iter().map(order).collect()
}

/// Saves everything about an order that changes; nothing when somebody changed it since it was read.
pub(crate) async fn save(db: &mut PgConnection, order: &Order) -> Result<bool, OnboardingError> {
    let involved: Vec<Uuid> = order.involved.iter().map(|person| person.uuid()).collect();
    let (sent, decision) = (order.sent.as_ref(), order.decision.as_ref());
    let done = sqlx::query(
        "UPDATE service_order SET state = $3, revision = revision + 1, wanted = $4, involved = $5, terms = $6, sent_by = $7, \
                sent_power = $8, sent_at = $9, decided_by = $10, decided_at = $11, decided_class = $12, decided_reason = $13, \
                client = $14, service_version = $15 \
         WHERE id = $1 AND revision = $2",
    )
    .bind(order.id.uuid())
    .bind(order.revision)
    .bind(order.state.name())
    .bind(Json(&order.wanted))
    .bind(involved)
    .bind(order.terms.map(whole))
    .bind(sent.map(|sent| sent.by.uuid()))
    .bind(sent.map(|sent| Json(&sent.power)))
    .bind(sent.map(|sent| sent.at.to_sqlx()))
    .bind(decision.map(|decision| decision.by.uuid()))
    .bind(decision.map(|decision| decision.at.to_sqlx()))
    .bind(decision.and_then(|decision| decision.class.as_ref()).map(|class| class.as_str()))
    .bind(decision.map(|decision| decision.reason.as_str()))
    .bind(order.client.as_deref())
    .bind(whole(order.service_version))
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn add_step(db: &mut PgConnection, id: OrderId, it: &Happened) -> Result<(), OnboardingError> {
    sqlx::query(
        "INSERT INTO step (service_order, number, kind, at, by_person, power, said) \
         SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6 FROM step WHERE service_order = $1",
    )
    .bind(id.uuid())
    .bind(it.step.name())
    .bind(it.at.to_sqlx())
    .bind(it.by.map(PersonId::uuid))
    .bind(it.power.as_ref().map(Json))
    .bind(&it.said)
    .execute(db)
    .await?;
    Ok(())
}

/// What happened, the first first.
pub(crate) async fn steps(db: &mut PgConnection, id: OrderId) -> Result<Vec<Happened>, OnboardingError> {
    let rows =
        sqlx::query("SELECT kind, at, by_person, power, said FROM step WHERE service_order = $1 ORDER BY number")
            .bind(id.uuid())
            .fetch_all(db)
            .await?;
    let one = |row: &PgRow| {
        let power: Option<Json<Power>> = row.try_get("power")?;
        Ok(Happened {
            step: Step::from_name(row.try_get("kind")?).ok_or(OnboardingError::Stored("step"))?,
            at: time(row, "at")?,
            by: row.try_get::<Option<Uuid>, _>("by_person")?.map(PersonId::from_uuid),
            power: power.map(|Json(power)| power),
            said: row.try_get("said")?,
        })
    };
    rows.iter().map(one).collect()
}
