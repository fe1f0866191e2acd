//! Queries: requests for statistics, published tables, and the ledger.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow, types::Json};
use uuid::Uuid;
use varde_core::{CataloguePath, LocalisedText, OrganisationId, PersonId};
use varde_disclosure::record::Record;

use crate::{
    ExplorationError,
    model::statistics::{
        Content, Decision, Request, RequestId, State, Statistic, StatisticId, ToldTable, Unmade, told,
    },
};

/// A published table as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// Its id, which is its address.
    pub id: StatisticId,
    /// The table.
    pub statistic: Statistic,
    /// When it was withdrawn, UTC, and why.
    pub withdrawn: Option<(Timestamp, String)>,
}

/// A table as it stands in the list of those that are published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id, which is its address.
    pub id: StatisticId,
    /// What it is called.
    pub title: String,
    /// Of which dataset.
    pub dataset: CataloguePath,
    /// What the dataset was called then.
    pub dataset_name: LocalisedText,
    /// When it was made, UTC.
    pub made_at: Timestamp,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
}

fn time(row: &PgRow, name: &str) -> sqlx::Result<Option<Timestamp>> {
    Ok(row.try_get::<Option<jiff_sqlx::Timestamp>, _>(name)?.map(jiff_sqlx::Timestamp::to_jiff))
}

fn request(row: &PgRow) -> Result<Request, ExplorationError> {
    let unreadable = || ExplorationError::Unreadable("request for statistics");
    let unmade: Option<String> = row.try_get("unmade")?;
    Ok(Request {
        id: RequestId::from_uuid(row.try_get("id")?),
        applicant: PersonId::from_uuid(row.try_get("applicant")?),
        organisation: OrganisationId::from_uuid(row.try_get("organisation")?),
        access_body: OrganisationId::from_uuid(row.try_get("access_body")?),
        state: State::from_name(row.try_get("state")?).ok_or_else(unreadable)?,
        content: row.try_get::<Json<Content>, _>("content")?.0,
        created_at: time(row, "created_at")?.ok_or_else(unreadable)?,
        sent_at: time(row, "sent_at")?,
        decision: row.try_get::<Option<Json<Decision>>, _>("decision")?.map(|Json(decision)| decision),
        unmade: unmade.map(|name| Unmade::from_name(&name).ok_or_else(unreadable)).transpose()?,
        statistic: row.try_get::<Option<Uuid>, _>("statistic")?.map(StatisticId::from_uuid),
    })
}

pub(crate) async fn insert_request(db: &mut PgConnection, new: &Request) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO request (id, applicant, organisation, access_body, state, content, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(new.id.uuid())
    .bind(new.applicant.uuid())
    .bind(new.organisation.uuid())
    .bind(new.access_body.uuid())
    .bind(new.state.name())
    .bind(Json(&new.content))
    .bind(new.created_at.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}

/// A request; nobody else changes it until the unit of work ends.
pub(crate) async fn request_for_change(
    db: &mut PgConnection,
    id: RequestId,
) -> Result<Option<Request>, ExplorationError> {
    let row = sqlx::query("SELECT * FROM request WHERE id = $1 FOR UPDATE").bind(id.uuid()).fetch_optional(db).await?;
    row.as_ref().map(request).transpose()
}

/// A request.
pub(crate) async fn request_of(db: &mut PgConnection, id: RequestId) -> Result<Option<Request>, ExplorationError> {
    let sql = "SELECT id, applicant, organisation, access_body, state, content, created_at, sent_at, decision, unmade, \
               statistic FROM request WHERE id = $1";
    let row = sqlx::query(sql).bind(id.uuid()).fetch_optional(db).await?;
    row.as_ref().map(request).transpose()
}

/// Saves what can change of a request.
pub(crate) async fn save_request(db: &mut PgConnection, one: &Request) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE request SET state = $2, content = $3, sent_at = $4, decision = $5, unmade = $6, statistic = $7 \
         WHERE id = $1",
    )
    .bind(one.id.uuid())
    .bind(one.state.name())
    .bind(Json(&one.content))
    .bind(one.sent_at.map(ToSqlx::to_sqlx))
    .bind(one.decision.as_ref().map(Json))
    .bind(one.unmade.map(Unmade::name))
    .bind(one.statistic.map(StatisticId::uuid))
    .execute(db)
    .await?;
    Ok(())
}

/// The newest requests of an applicant for an organisation.
pub(crate) async fn requests_of(
    db: &mut PgConnection,
    applicant: PersonId,
    organisation: OrganisationId,
    most: i64,
) -> Result<Vec<Request>, ExplorationError> {
    let sql =
        "SELECT * FROM request WHERE applicant = $1 AND organisation = $2 ORDER BY created_at DESC, id DESC LIMIT $3";
    let rows = sqlx::query(sql).bind(applicant.uuid()).bind(organisation.uuid()).bind(most).fetch_all(db).await?;
    rows.iter().map(request).collect()
}

/// What was sent to an access body: what waits for a decision first, the oldest first.
pub(crate) async fn on_desk(
    db: &mut PgConnection,
    access_body: OrganisationId,
    most: i64,
) -> Result<Vec<Request>, ExplorationError> {
    let rows = sqlx::query(
        "SELECT * FROM request WHERE access_body = $1 AND state NOT IN ('draft', 'withdrawn') \
         ORDER BY state <> 'sent', CASE WHEN state = 'sent' THEN sent_at END, sent_at DESC, id LIMIT $2",
    )
    .bind(access_body.uuid())
    .bind(most)
    .fetch_all(db)
    .await?;
    rows.iter().map(request).collect()
}

/// Lets tables of these datasets be told one after the other, until the transaction ends. The datasets must be in
/// order, so that two works never wait for each other.
pub(crate) async fn one_table_at_a_time(db: &mut PgConnection, datasets: &[CataloguePath]) -> sqlx::Result<()> {
    for dataset in datasets {
        let sql = "SELECT pg_advisory_xact_lock(hashtextextended('exploration/told/' || $1, 0))";
        sqlx::query(sql).bind(dataset.as_str()).execute(&mut *db).await?;
    }
    Ok(())
}

/// What was told from any of these datasets, in its order.
pub(crate) async fn told_of(db: &mut PgConnection, datasets: &[CataloguePath]) -> sqlx::Result<Vec<ToldTable>> {
    let names: Vec<&str> = datasets.iter().map(CataloguePath::as_str).collect();
    let sql = "SELECT content FROM told WHERE datasets && $1 ORDER BY number";
    let rows = sqlx::query_scalar::<_, Json<ToldTable>>(sql).bind(names).fetch_all(db).await?;
    Ok(rows.into_iter().map(|Json(told)| told).collect())
}

/// How many tables were told from any of these datasets.
pub(crate) async fn tables_told(db: &mut PgConnection, datasets: &[CataloguePath]) -> sqlx::Result<u64> {
    let names: Vec<&str> = datasets.iter().map(CataloguePath::as_str).collect();
    let sql = "SELECT count(*) FROM told WHERE datasets && $1";
    let count: i64 = sqlx::query_scalar(sql).bind(names).fetch_one(db).await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Publishes a table and keeps in the ledger what it tells.
pub(crate) async fn publish(
    db: &mut PgConnection,
    statistic: &Statistic,
    record: &Record,
    told: &ToldTable,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO statistic (id, title, dataset, release, content, record, made_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(told.statistic.uuid())
    .bind(&statistic.title)
    .bind(statistic.plan.dataset.as_str())
    .bind(statistic.dataset.release.uuid())
    .bind(Json(statistic))
    .bind(Json(record))
    .bind(statistic.made_at.to_sqlx())
    .execute(&mut *db)
    .await?;
    let datasets = told::datasets(&told.plan);
    let names: Vec<&str> = datasets.iter().map(CataloguePath::as_str).collect();
    sqlx::query("INSERT INTO told (statistic, datasets, content) VALUES ($1, $2, $3)")
        .bind(told.statistic.uuid())
        .bind(names)
        .bind(Json(told))
        .execute(db)
        .await?;
    Ok(())
}

/// A published table.
pub(crate) async fn published(db: &mut PgConnection, id: StatisticId) -> sqlx::Result<Option<Published>> {
    let sql = "SELECT content, withdrawn_at, withdrawn_because FROM statistic WHERE id = $1";
    let row = sqlx::query(sql).bind(id.uuid()).fetch_optional(db).await?;
    row.map(|row| {
        let because: Option<String> = row.try_get("withdrawn_because")?;
        let statistic = row.try_get::<Json<Statistic>, _>("content")?.0;
        Ok(Published { id, statistic, withdrawn: time(&row, "withdrawn_at")?.zip(because) })
    })
    .transpose()
}

/// What each rule found when a table was made, for those who review.
pub(crate) async fn record(db: &mut PgConnection, id: StatisticId) -> sqlx::Result<Option<Record>> {
    let sql = "SELECT record FROM statistic WHERE id = $1";
    let found = sqlx::query_scalar::<_, Json<Record>>(sql).bind(id.uuid()).fetch_optional(db).await?;
    Ok(found.map(|Json(record)| record))
}

/// Published tables whose title or dataset holds the words, the newest first: a page of them, and how many there
/// are in all.
pub(crate) async fn search(
    db: &mut PgConnection,
    words: &str,
    (skip, most): (i64, i64),
) -> sqlx::Result<(Vec<Listed>, u64)> {
    let sought = format!("%{}%", words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
    let rows = sqlx::query(
        "SELECT id, title, dataset, content->'dataset'->'name' AS dataset_name, made_at, \
         withdrawn_at IS NOT NULL AS withdrawn, count(*) OVER () AS found \
         FROM statistic WHERE title ILIKE $1 OR dataset ILIKE $1 OR content->'dataset'->>'name' ILIKE $1 \
         ORDER BY made_at DESC, id DESC OFFSET $2 LIMIT $3",
    )
    .bind(sought)
    .bind(skip)
    .bind(most)
    .fetch_all(db)
    .await?;
    let found = rows.first().map_or(Ok(0), |row| row.try_get::<i64, _>("found"))?;
    let listed = |row: &PgRow| -> sqlx::Result<Listed> {
        let dataset: String = row.try_get("dataset")?;
        Ok(Listed {
            id: StatisticId::from_uuid(row.try_get("id")?),
            title: row.try_get("title")?,
            dataset: dataset.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
            dataset_name: row.try_get::<Json<LocalisedText>, _>("dataset_name")?.0,
            made_at: row.try_get::<jiff_sqlx::Timestamp, _>("made_at")?.to_jiff(),
            withdrawn: row.try_get("withdrawn")?,
        })
    };
    Ok((rows.iter().map(listed).collect::<sqlx::Result<_>>()?, u64::try_from(found).unwrap_or(0)))
}

/// Withdraws a table with a reason; false when it was withdrawn before or is not there.
pub(crate) async fn withdraw(
    db: &mut PgConnection,
    id: StatisticId,
    at: Timestamp,
    because: &str,
) -> sqlx::Result<bool> {
    let sql = "UPDATE statistic SET withdrawn_at = $2, withdrawn_because = $3 WHERE id = $1 AND withdrawn_at IS NULL";
    let done = sqlx::query(sql).bind(id.uuid()).bind(at.to_sqlx()).bind(because).execute(db).await?;
    Ok(done.rows_affected() == 1)
}
