//! Proposals, their edits and comments, settings, who answers for what, confirmations.

use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use sqlx::{PgConnection, Row, postgres::PgRow};
use varde_core::CataloguePath;

use super::path;
use crate::{
    CommentId, EditionId, MetadataError, ProposalId,
    model::governance::{Approval, Edit, ProposalState, Standing},
    service::{Comment, Proposal, Responsible, SourceSetting, StoredEdit},
};

fn time(row: &PgRow, column: &str) -> Result<Timestamp, MetadataError> {
    Ok(row.try_get::<jiff_sqlx::Timestamp, _>(column)?.to_jiff())
}

fn maybe_time(row: &PgRow, column: &str) -> Result<Option<Timestamp>, MetadataError> {
    Ok(row.try_get::<Option<jiff_sqlx::Timestamp>, _>(column)?.map(|t| t.to_jiff()))
}

fn proposal(row: &PgRow) -> Result<Proposal, MetadataError> {
    let state: String = row.try_get("state")?;
    let sources: Vec<String> = row.try_get("sources")?;
    Ok(Proposal {
        id: ProposalId::from_uuid(row.try_get("id")?),
        origin: row.try_get("origin")?,
        title: row.try_get("title")?,
        state: ProposalState::from_name(&state).ok_or_else(|| MetadataError::Unreadable(format!("state {state}")))?,
        sources: sources.into_iter().map(path).collect::<Result<_, _>>()?,
        proposer: row.try_get("proposer")?,
        reviewer: row.try_get("reviewer")?,
        reason: row.try_get("reason")?,
        created_at: time(row, "created_at")?,
        proposed_at: maybe_time(row, "proposed_at")?,
        decided_at: maybe_time(row, "decided_at")?,
    })
}

/// Writes a new proposal.
pub(crate) async fn insert(db: &mut PgConnection, new: &Proposal) -> Result<(), MetadataError> {
    let sources: Vec<&str> = new.sources.iter().map(CataloguePath::as_str).collect();
    sqlx::query(
        "INSERT INTO proposal (id, origin, title, state, sources, proposer, created_at, proposed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(new.id.uuid())
    .bind(&new.origin)
    .bind(&new.title)
    .bind(new.state.name())
    .bind(sources)
    .bind(&new.proposer)
    .bind(new.created_at.to_sqlx())
    .bind(new.proposed_at.map(|t| t.to_sqlx()))
    .execute(db)
    .await?;
    Ok(())
}

/// Ties an edition to its proposal.
pub(crate) async fn add_edition(
    db: &mut PgConnection,
    id: ProposalId,
    edition: EditionId,
    base: Option<EditionId>,
) -> Result<(), MetadataError> {
    sqlx::query("INSERT INTO proposal_edition (proposal, edition, base) VALUES ($1, $2, $3)")
        .bind(id.uuid())
        .bind(edition.uuid())
        .bind(base.map(|b| b.uuid()))
        .execute(db)
        .await?;
    Ok(())
}

/// A proposal, locked until the transaction ends when it is to be changed.
pub(crate) async fn find(db: &mut PgConnection, id: ProposalId) -> Result<Option<Proposal>, MetadataError> {
    let row = sqlx::query("SELECT * FROM proposal WHERE id = $1").bind(id.uuid()).fetch_optional(db).await?;
    row.as_ref().map(proposal).transpose()
}

/// The same, and nobody else changes it until the transaction ends.
pub(crate) async fn find_locked(db: &mut PgConnection, id: ProposalId) -> Result<Option<Proposal>, MetadataError> {
    let row = sqlx::query("SELECT * FROM proposal WHERE id = $1 FOR UPDATE").bind(id.uuid()).fetch_optional(db).await?;
    row.as_ref().map(proposal).transpose()
}

/// The proposal that an edition belongs to; none for editions from before there were proposals.
pub(crate) async fn of_edition(db: &mut PgConnection, edition: EditionId) -> Result<Option<ProposalId>, MetadataError> {
    let row = sqlx::query("SELECT proposal FROM proposal_edition WHERE edition = $1")
        .bind(edition.uuid())
        .fetch_optional(db)
        .await?;
    row.map(|row| Ok(ProposalId::from_uuid(row.try_get("proposal")?))).transpose()
}

/// The editions of a proposal with what each was compared with.
pub(crate) async fn editions(
    db: &mut PgConnection,
    id: ProposalId,
) -> Result<Vec<(EditionId, Option<EditionId>)>, MetadataError> {
    let rows = sqlx::query(
        "SELECT p.edition, p.base FROM proposal_edition p JOIN edition e ON e.id = p.edition \
         WHERE p.proposal = $1 ORDER BY e.source",
    )
    .bind(id.uuid())
    .fetch_all(db)
    .await?;
    let base = |row: &PgRow| Ok::<_, MetadataError>(row.try_get::<Option<_>, _>("base")?.map(EditionId::from_uuid));
    rows.iter().map(|row| Ok((EditionId::from_uuid(row.try_get("edition")?), base(row)?))).collect()
}

/// Open proposals, the newest first.
pub(crate) async fn open(db: &mut PgConnection) -> Result<Vec<Proposal>, MetadataError> {
    let rows = sqlx::query(
        "SELECT * FROM proposal WHERE state IN ('draft', 'proposed', 'in_review') ORDER BY created_at DESC, id",
    )
    .fetch_all(db)
    .await?;
    rows.iter().map(proposal).collect()
}

/// All proposals about a source, the newest first.
pub(crate) async fn about(db: &mut PgConnection, source: &CataloguePath) -> Result<Vec<Proposal>, MetadataError> {
    let rows = sqlx::query("SELECT * FROM proposal WHERE sources @> ARRAY[$1] ORDER BY created_at DESC, id")
        .bind(source.as_str())
        .fetch_all(db)
        .await?;
    rows.iter().map(proposal).collect()
}

/// The open draft of field edits of a source.
pub(crate) async fn draft_of(db: &mut PgConnection, source: &CataloguePath) -> Result<Option<Proposal>, MetadataError> {
    let row = sqlx::query("SELECT * FROM proposal WHERE origin = 'edit' AND state = 'draft' AND sources[1] = $1")
        .bind(source.as_str())
        .fetch_optional(db)
        .await?;
    row.as_ref().map(proposal).transpose()
}

/// What a proposal becomes.
#[derive(Debug)]
pub(crate) struct Step<'a> {
    pub(crate) state: ProposalState,
    /// Who proposed it, when this step proposes it.
    pub(crate) proposer: Option<&'a str>,
    pub(crate) reviewer: Option<&'a str>,
    pub(crate) reason: Option<&'a str>,
    pub(crate) now: Timestamp,
}

/// Takes a proposal to its next state.
pub(crate) async fn step(db: &mut PgConnection, id: ProposalId, to: Step<'_>) -> Result<(), MetadataError> {
    sqlx::query(
        "UPDATE proposal SET state = $2, proposer = coalesce($3, proposer), reviewer = coalesce($4, reviewer), \
         reason = coalesce($5, reason), \
         proposed_at = CASE WHEN $2 = 'proposed' THEN $6 ELSE proposed_at END, \
         decided_at = CASE WHEN $2 IN ('published', 'rejected', 'withdrawn') THEN $6 ELSE decided_at END \
         WHERE id = $1",
    )
    .bind(id.uuid())
    .bind(to.state.name())
    .bind(to.proposer)
    .bind(to.reviewer)
    .bind(to.reason)
    .bind(to.now.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}

/// Gives a proposal its title.
pub(crate) async fn name(db: &mut PgConnection, id: ProposalId, title: &str) -> Result<(), MetadataError> {
    sqlx::query("UPDATE proposal SET title = $2 WHERE id = $1").bind(id.uuid()).bind(title).execute(db).await?;
    Ok(())
}

/// The edits of a draft in order.
pub(crate) async fn edits(db: &mut PgConnection, id: ProposalId) -> Result<Vec<StoredEdit>, MetadataError> {
    let rows = sqlx::query("SELECT * FROM proposal_edit WHERE proposal = $1 ORDER BY number")
        .bind(id.uuid())
        .fetch_all(db)
        .await?;
    let edit = |row: &PgRow| {
        let field: String = row.try_get("field")?;
        let field = field.parse().map_err(|_| MetadataError::Unreadable(format!("field {field}")))?;
        let edit = Edit { path: path(row.try_get("path")?)?, field, value: row.try_get("value")? };
        Ok(StoredEdit { edit, made_by: row.try_get("made_by")?, made_at: time(row, "made_at")? })
    };
    rows.iter().map(edit).collect()
}

/// Adds edits to a draft, in one statement however many.
pub(crate) async fn add_edits(
    db: &mut PgConnection,
    id: ProposalId,
    edits: &[Edit],
    by: &str,
    now: Timestamp,
) -> Result<(), MetadataError> {
    let paths: Vec<&str> = edits.iter().map(|edit| edit.path.as_str()).collect();
    let fields: Vec<String> = edits.iter().map(|edit| edit.field.to_string()).collect();
    let values: Vec<&str> = edits.iter().map(|edit| edit.value.as_str()).collect();
    sqlx::query(
        "INSERT INTO proposal_edit (proposal, number, path, field, value, made_by, made_at) \
         SELECT $1, (SELECT coalesce(max(number), 0) FROM proposal_edit WHERE proposal = $1)::integer + nth::integer, \
                path, field, value, $5, $6 \
         FROM unnest($2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS new (path, field, value, nth)",
    )
    .bind(id.uuid())
    .bind(paths)
    .bind(fields)
    .bind(values)
    .bind(by)
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}

/// The comments of a proposal in order.
pub(crate) async fn comments(db: &mut PgConnection, id: ProposalId) -> Result<Vec<Comment>, MetadataError> {
    let rows =
        sqlx::query("SELECT * FROM proposal_comment WHERE proposal = $1 ORDER BY made_at, thread IS NOT NULL, id")
            .bind(id.uuid())
            .fetch_all(db)
            .await?;
    let comment = |row: &PgRow| {
        Ok(Comment {
            id: CommentId::from_uuid(row.try_get("id")?),
            thread: row.try_get::<Option<_>, _>("thread")?.map(CommentId::from_uuid),
            path: path(row.try_get("path")?)?,
            field: row.try_get("field")?,
            body: row.try_get("body")?,
            made_by: row.try_get("made_by")?,
            made_at: time(row, "made_at")?,
            resolved_at: maybe_time(row, "resolved_at")?,
        })
    };
    rows.iter().map(comment).collect()
}

/// Writes a comment.
pub(crate) async fn add_comment(db: &mut PgConnection, on: ProposalId, new: &Comment) -> Result<(), MetadataError> {
    sqlx::query(
        "INSERT INTO proposal_comment (id, proposal, thread, path, field, body, made_by, made_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(new.id.uuid())
    .bind(on.uuid())
    .bind(new.thread.map(|t| t.uuid()))
    .bind(new.path.as_str())
    .bind(&new.field)
    .bind(&new.body)
    .bind(&new.made_by)
    .bind(new.made_at.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}

/// Resolves a thread by its first comment. `false` when there is no such open thread.
pub(crate) async fn resolve(
    db: &mut PgConnection,
    on: ProposalId,
    thread: CommentId,
    by: &str,
    now: Timestamp,
) -> Result<bool, MetadataError> {
    let done = sqlx::query(
        "UPDATE proposal_comment SET resolved_by = $3, resolved_at = $4 \
         WHERE proposal = $1 AND id = $2 AND thread IS NULL AND resolved_at IS NULL",
    )
    .bind(on.uuid())
    .bind(thread.uuid())
    .bind(by)
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}

/// How many must agree on a source.
pub(crate) async fn setting(db: &mut PgConnection, source: &CataloguePath) -> Result<SourceSetting, MetadataError> {
    let row = sqlx::query("SELECT approval, reason FROM source_setting WHERE source = $1")
        .bind(source.as_str())
        .fetch_optional(db)
        .await?;
    let Some(row) = row else { return Ok(SourceSetting::default()) };
    let approval: String = row.try_get("approval")?;
    let approval =
        Approval::from_name(&approval).ok_or_else(|| MetadataError::Unreadable(format!("approval {approval}")))?;
    Ok(SourceSetting { approval, reason: row.try_get("reason")? })
}

/// Settles how many must agree on a source.
pub(crate) async fn settle(
    db: &mut PgConnection,
    source: &CataloguePath,
    setting: &SourceSetting,
    by: &str,
    now: Timestamp,
) -> Result<(), MetadataError> {
    sqlx::query(
        "INSERT INTO source_setting (source, approval, reason, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (source) DO UPDATE SET approval = $2, reason = $3, changed_by = $4, changed_at = $5",
    )
    .bind(source.as_str())
    .bind(setting.approval.name())
    .bind(&setting.reason)
    .bind(by)
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}

/// Who answered at a time for a source and everything in it.
pub(crate) async fn responsible(
    db: &mut PgConnection,
    source: &CataloguePath,
    at: Timestamp,
) -> Result<Vec<Responsible>, MetadataError> {
    let rows = sqlx::query(
        "SELECT path, role, name, contact FROM responsibility WHERE (path = $1 OR starts_with(path, $1 || '/')) \
         AND since <= $2 AND (ended IS NULL OR ended > $2) ORDER BY path, role",
    )
    .bind(source.as_str())
    .bind(at.to_sqlx())
    .fetch_all(db)
    .await?;
    let one = |row: &PgRow| {
        Ok(Responsible {
            path: path(row.try_get("path")?)?,
            role: row.try_get("role")?,
            name: row.try_get("name")?,
            contact: row.try_get("contact")?,
        })
    };
    rows.iter().map(one).collect()
}

/// Names who answers for a node from now on.
pub(crate) async fn name_responsible(
    db: &mut PgConnection,
    new: &Responsible,
    now: Timestamp,
) -> Result<(), MetadataError> {
    sqlx::query("UPDATE responsibility SET ended = $3 WHERE path = $1 AND role = $2 AND ended IS NULL")
        .bind(new.path.as_str())
        .bind(&new.role)
        .bind(now.to_sqlx())
        .execute(&mut *db)
        .await?;
    sqlx::query(
        "INSERT INTO responsibility (path, role, name, contact, since) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (path, role, since) DO UPDATE SET name = $3, contact = $4, ended = NULL",
    )
    .bind(new.path.as_str())
    .bind(&new.role)
    .bind(&new.name)
    .bind(&new.contact)
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(())
}

/// When a source's description was confirmed last, at a time.
pub(crate) async fn confirmed(
    db: &mut PgConnection,
    source: &CataloguePath,
    at: Timestamp,
) -> Result<Option<Timestamp>, MetadataError> {
    let row = sqlx::query("SELECT max(confirmed_at) AS last FROM attestation WHERE source = $1 AND confirmed_at <= $2")
        .bind(source.as_str())
        .bind(at.to_sqlx())
        .fetch_one(db)
        .await?;
    maybe_time(&row, "last")
}

/// When a source was published first.
pub(crate) async fn first_published(
    db: &mut PgConnection,
    source: &CataloguePath,
) -> Result<Option<Timestamp>, MetadataError> {
    let row = sqlx::query("SELECT min(published_at) AS first FROM edition WHERE source = $1")
        .bind(source.as_str())
        .fetch_one(db)
        .await?;
    maybe_time(&row, "first")
}

/// Confirms a source's description.
pub(crate) async fn confirm(
    db: &mut PgConnection,
    source: &CataloguePath,
    edition: EditionId,
    by: &str,
    now: Timestamp,
) -> Result<(), MetadataError> {
    sqlx::query(
        "INSERT INTO attestation (source, edition, confirmed_at, confirmed_by) VALUES ($1, $2, $3, $4) \
         ON CONFLICT DO NOTHING",
    )
    .bind(source.as_str())
    .bind(edition.uuid())
    .bind(now.to_sqlx())
    .bind(by)
    .execute(db)
    .await?;
    Ok(())
}

/// Whether a reminder was given.
pub(crate) async fn is_reminded(
    db: &mut PgConnection,
    source: &CataloguePath,
    due: Date,
    stage: Standing,
) -> Result<bool, MetadataError> {
    let given = sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM attestation_reminder WHERE source = $1 AND due = $2 AND stage = $3)",
    )
    .bind(source.as_str())
    .bind(due.to_sqlx())
    .bind(stage.name())
    .fetch_one(db)
    .await?;
    Ok(given)
}

/// Notes that a reminder is given. `false` when it was before.
pub(crate) async fn remind(
    db: &mut PgConnection,
    source: &CataloguePath,
    due: Date,
    stage: Standing,
    now: Timestamp,
) -> Result<bool, MetadataError> {
    let done = sqlx::query(
        "INSERT INTO attestation_reminder (source, due, stage, given_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(source.as_str())
    .bind(due.to_sqlx())
    .bind(stage.name())
    .bind(now.to_sqlx())
    .execute(db)
    .await?;
    Ok(done.rows_affected() > 0)
}
