//! The JSON documents of the API.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::model::{ReleaseRequest, Room, Run};

/// A room.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RoomDocument {
    id: Uuid,
    permit: Uuid,
    extract: Uuid,
    title: String,
    /// `opening`, `open`, `closing`, `closed`, `failed`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    /// Why it was closed: `permit_expired`, `permit_revoked`, or what somebody wrote.
    #[serde(skip_serializing_if = "Option::is_none")]
    closed_why: Option<String>,
    valid_from: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<String>,
    members: usize,
}

impl From<&Room> for RoomDocument {
    fn from(room: &Room) -> Self {
        Self {
            id: room.id.uuid(),
            permit: room.permit.uuid(),
            extract: room.extract.uuid(),
            title: room.title.clone(),
            state: room.state.name(),
            failure: room.failure.clone(),
            closed_why: room.closed_why.clone(),
            valid_from: room.valid.from.to_string(),
            valid_until: room.valid.until.map(|date| date.to_string()),
            members: room.members.len(),
        }
    }
}

/// Why a room is to be closed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewClosing {
    /// Ten characters or more.
    pub(super) reason: String,
}

/// A script to run.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRun {
    /// `sql`, `python` or `r`.
    pub(super) tool: String,
    /// The script.
    pub(super) script: String,
}

/// A run.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RunDocument {
    id: Uuid,
    tool: &'static str,
    /// `running`, `succeeded`, `failed`, `timed_out`, `killed`, `disk_full`, `interrupted`.
    state: &'static str,
    output: String,
    errors: String,
    /// Whether something of the output was left out.
    cut: bool,
    started_at: String,
    milliseconds: Option<i64>,
}

impl From<&Run> for RunDocument {
    fn from(run: &Run) -> Self {
        Self {
            id: run.id,
            tool: run.tool.name(),
            state: run.state.name(),
            output: run.output.clone(),
            errors: run.errors.clone(),
            cut: run.cut,
            started_at: run.started_at.to_string(),
            milliseconds: run.milliseconds,
        }
    }
}

/// A release request to begin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewRequest {
    /// What the results are and what they are for.
    pub(super) purpose: String,
    /// Names of files directly in the outbox.
    pub(super) files: Vec<String>,
}

/// What the author writes before submitting.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    /// What the results are and what they are for.
    pub(super) purpose: String,
    /// Explanations by file id.
    #[serde(default)]
    pub(super) explanations: BTreeMap<Uuid, String>,
}

/// What a reviewer says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewReview {
    /// `approve`, `return` or `reject`.
    pub(super) verdict: String,
    /// Why.
    pub(super) reason: String,
}

/// A file of a release request.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FileDocument {
    id: Uuid,
    name: String,
    /// SHA-256.
    digest: String,
    bytes: u64,
    /// What the automatic checks found: rule, severity, place, what, why, advice.
    #[schema(value_type = Vec<Object>)]
    findings: serde_json::Value,
    explanation: String,
    /// When the airlock's copy was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    removed_at: Option<String>,
}

/// A release request.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RequestDocument {
    id: Uuid,
    room: Uuid,
    purpose: String,
    /// `draft`, `submitted`, `in_review`, `returned`, `approved`, `rejected`, `withdrawn`, `released`.
    state: &'static str,
    round: u32,
    reviewers_required: u32,
    files: Vec<FileDocument>,
}

impl From<&ReleaseRequest> for RequestDocument {
    fn from(request: &ReleaseRequest) -> Self {
        let file = |file: &crate::model::CheckedFile| FileDocument {
            id: file.id,
            name: file.name.clone(),
            digest: file.digest.to_string(),
            bytes: file.bytes,
            findings: serde_json::to_value(&file.findings).unwrap_or_default(),
            explanation: file.explanation.clone(),
            removed_at: file.removed_at.map(|at| at.to_string()),
        };
        Self {
            id: request.id.uuid(),
            room: request.room.uuid(),
            purpose: request.purpose.clone(),
            state: request.state.name(),
            round: request.round,
            reviewers_required: request.reviewers_required,
            files: request.files.iter().map(file).collect(),
        }
    }
}
