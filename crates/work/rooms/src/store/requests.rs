//! Release requests with their files and reviews.

use std::collections::BTreeSet;

use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow};
use uuid::Uuid;
use varde_core::{Digest, PersonId, ReleaseRequestId, RoomId};

use super::rooms::{maybe_time, time};
use crate::{
    RoomsError,
    model::{CheckedFile, ReleaseRequest, RequestState, Review, Verdict},
};

/// Keeps a new request, without files.
pub(crate) async fn begin(connection: &mut PgConnection, request: &ReleaseRequest) -> Result<(), RoomsError> {
    sqlx::query(
        "INSERT INTO request (id, room, author, purpose, state, reviewers_required, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(request.id.uuid())
    .bind(request.room.uuid())
    .bind(request.author.uuid())
    .bind(&request.purpose)
    .bind(request.state.name())
    .bind(i32::try_from(request.reviewers_required).unwrap_or(i32::MAX))
    .bind(request.created_at.to_sqlx())
    .execute(connection)
    .await?;
    Ok(())
}

/// Adds a file, or replaces the one of that name by a new copy; `told_before` is the last that had been told
/// from the room when it was compared with that.
pub(crate) async fn put_file(
    connection: &mut PgConnection,
    request: ReleaseRequestId,
    file: &CheckedFile,
    told_before: i64,
) -> Result<(), RoomsError> {
    sqlx::query(
        "INSERT INTO request_file (id, request, name, digest, bytes, findings, explanation, told_before) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
         ON CONFLICT (request, name) DO UPDATE SET id = excluded.id, digest = excluded.digest, \
             bytes = excluded.bytes, findings = excluded.findings, told_before = excluded.told_before, \
             removed_at = NULL",
    )
    .bind(file.id)
    .bind(request.uuid())
    .bind(&file.name)
    .bind(file.digest.bytes().as_slice())
    .bind(i64::try_from(file.bytes).unwrap_or(i64::MAX))
    .bind(serde_json::to_value(&file.findings).map_err(|_| RoomsError::Unreadable)?)
    .bind(&file.explanation)
    .bind(told_before)
    .execute(connection)
    .await?;
    Ok(())
}

/// Takes a file out of a request.
pub(crate) async fn remove_file(
    connection: &mut PgConnection,
    request: ReleaseRequestId,
    file: Uuid,
) -> Result<(), RoomsError> {
    sqlx::query("DELETE FROM request_file WHERE request = $1 AND id = $2")
        .bind(request.uuid())
        .bind(file)
        .execute(connection)
        .await?;
    Ok(())
}

/// Keeps what may change in a request: purpose, state, round, explanations, and its newest review.
/// Refused when somebody else changed the state meanwhile.
pub(crate) async fn save(
    connection: &mut PgConnection,
    request: &ReleaseRequest,
    before: RequestState,
    now: jiff::Timestamp,
) -> Result<(), RoomsError> {
    let saved = sqlx::query(
        "UPDATE request SET purpose = $2, state = $3, round = $4, \
             submitted_at = CASE WHEN $3 = 'submitted' THEN $5 ELSE submitted_at END, \
             decided_at = CASE WHEN $3 IN ('approved', 'rejected') THEN $5 ELSE decided_at END, \
             ended_at = CASE WHEN $3 IN ('rejected', 'withdrawn', 'released') THEN coalesce(ended_at, $5) END \
         WHERE id = $1 AND state = $6",
    )
    .bind(request.id.uuid())
    .bind(&request.purpose)
    .bind(request.state.name())
    .bind(i32::try_from(request.round).unwrap_or(i32::MAX))
    .bind(now.to_sqlx())
    .bind(before.name())
    .execute(&mut *connection)
    .await?;
    if saved.rows_affected() != 1 {
        return Err(crate::model::AirlockError::WrongState(before).into());
    }
    for file in &request.files {
        sqlx::query("UPDATE request_file SET explanation = $2 WHERE id = $1")
            .bind(file.id)
            .bind(&file.explanation)
            .execute(&mut *connection)
            .await?;
    }
    for review in &request.reviews {
        sqlx::query(
            "INSERT INTO review (request, round, reviewer, verdict, reason, at) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT DO NOTHING",
        )
        .bind(request.id.uuid())
        .bind(i32::try_from(review.round).unwrap_or(i32::MAX))
        .bind(review.reviewer.uuid())
        .bind(review.verdict.name())
        .bind(&review.reason)
        .bind(review.at.to_sqlx())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// One request, locked until the unit of work ends when `FOR UPDATE` reads it.
pub(crate) async fn read(
    connection: &mut PgConnection,
    request: ReleaseRequestId,
) -> Result<ReleaseRequest, RoomsError> {
    let row = sqlx::query("SELECT * FROM request WHERE id = $1")
        .bind(request.uuid())
        .fetch_optional(&mut *connection)
        .await?;
    complete(connection, &row.ok_or(RoomsError::NotFound)?).await
}

/// The requests of a room, newest first.
pub(crate) async fn of_room(connection: &mut PgConnection, room: RoomId) -> Result<Vec<ReleaseRequest>, RoomsError> {
    let rows = sqlx::query("SELECT * FROM request WHERE room = $1 ORDER BY created_at DESC, id DESC")
        .bind(room.uuid())
        .fetch_all(&mut *connection)
        .await?;
    all(connection, &rows).await
}

/// The requests that wait for a reviewer, the longest waiting first, in rooms the row rules show.
pub(crate) async fn waiting(connection: &mut PgConnection) -> Result<Vec<ReleaseRequest>, RoomsError> {
    let rows = sqlx::query(
        "SELECT request.* FROM request JOIN room ON room.id = request.room \
         WHERE request.state IN ('submitted', 'in_review') ORDER BY request.submitted_at, request.id",
    )
    .fetch_all(&mut *connection)
    .await?;
    all(connection, &rows).await
}

/// The requests whose copies lie in the airlock and that nobody works on any more: ended, or never
/// handed over in a room that has ended.
pub(crate) async fn over(connection: &mut PgConnection) -> Result<Vec<ReleaseRequest>, RoomsError> {
    let rows = sqlx::query(
        "SELECT request.* FROM request JOIN room ON room.id = request.room \
         WHERE (request.ended_at IS NOT NULL OR room.state = 'closed' AND request.state IN ('draft', 'returned')) \
           AND EXISTS (SELECT FROM request_file WHERE request_file.request = request.id AND removed_at IS NULL) \
         ORDER BY request.id",
    )
    .fetch_all(&mut *connection)
    .await?;
    all(connection, &rows).await
}

/// Marks the copies of a request's files as deleted.
pub(crate) async fn remove_copies(
    connection: &mut PgConnection,
    request: ReleaseRequestId,
    now: jiff::Timestamp,
) -> Result<(), RoomsError> {
    sqlx::query("UPDATE request_file SET removed_at = $2 WHERE request = $1 AND removed_at IS NULL")
        .bind(request.uuid())
        .bind(now.to_sqlx())
        .execute(connection)
        .await?;
    Ok(())
}

/// The digests of the copies that somebody may still need.
pub(crate) async fn kept_copies(connection: &mut PgConnection) -> Result<BTreeSet<Digest>, RoomsError> {
    let rows =
        sqlx::query("SELECT DISTINCT digest FROM request_file WHERE removed_at IS NULL").fetch_all(connection).await?;
    rows.iter().map(digest).collect()
}

async fn all(connection: &mut PgConnection, rows: &[PgRow]) -> Result<Vec<ReleaseRequest>, RoomsError> {
    let mut requests = Vec::with_capacity(rows.len());
    for row in rows {
        requests.push(complete(connection, row).await?);
    }
    Ok(requests)
}

async fn complete(connection: &mut PgConnection, row: &PgRow) -> Result<ReleaseRequest, RoomsError> {
    let id: Uuid = row.try_get("id")?;
    let files = sqlx::query("SELECT * FROM request_file WHERE request = $1 ORDER BY name")
        .bind(id)
        .fetch_all(&mut *connection)
        .await?;
    let reviews = sqlx::query("SELECT * FROM review WHERE request = $1 ORDER BY round, at")
        .bind(id)
        .fetch_all(connection)
        .await?;
    let number = |column: &str| -> Result<u32, RoomsError> {
        u32::try_from(row.try_get::<i32, _>(column)?).map_err(|_| RoomsError::Unreadable)
    };
    Ok(ReleaseRequest {
        id: ReleaseRequestId::from_uuid(id),
        room: RoomId::from_uuid(row.try_get("room")?),
        author: PersonId::from_uuid(row.try_get("author")?),
        purpose: row.try_get("purpose")?,
        state: RequestState::from_name(row.try_get("state")?).ok_or(RoomsError::Unreadable)?,
        round: number("round")?,
        reviewers_required: number("reviewers_required")?,
        files: files.iter().map(file).collect::<Result<_, _>>()?,
        reviews: reviews.iter().map(review).collect::<Result<_, _>>()?,
        created_at: time(row, "created_at")?,
        ended_at: maybe_time(row, "ended_at")?,
    })
}

/// The digest in a row.
pub(crate) fn digest(row: &PgRow) -> Result<Digest, RoomsError> {
    let digest: Vec<u8> = row.try_get("digest")?;
    Ok(Digest::from_bytes(digest.try_into().map_err(|_| RoomsError::Unreadable)?))
}

fn file(row: &PgRow) -> Result<CheckedFile, RoomsError> {
    Ok(CheckedFile {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        digest: digest(row)?,
        bytes: u64::try_from(row.try_get::<i64, _>("bytes")?).map_err(|_| RoomsError::Unreadable)?,
        findings: serde_json::from_value(row.try_get("findings")?).map_err(|_| RoomsError::Unreadable)?,
        explanation: row.try_get("explanation")?,
        removed_at: maybe_time(row, "removed_at")?,
    })
}

fn review(row: &PgRow) -> Result<Review, RoomsError> {
    Ok(Review {
        round: u32::try_from(row.try_get::<i32, _>("round")?).map_err(|_| RoomsError::Unreadable)?,
        reviewer: PersonId::from_uuid(row.try_get("reviewer")?),
        verdict: Verdict::from_name(row.try_get("verdict")?).ok_or(RoomsError::Unreadable)?,
        reason: row.try_get("reason")?,
        at: time(row, "at")?,
    })
}
