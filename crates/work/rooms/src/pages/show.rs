//! What several pages show in the same way.

use varde_core::FieldProblem;
use varde_web::{Visit, ui::Tone};

use crate::{
    RoomsError,
    model::{RequestState, RoomState, RunState, Severity},
};

/// The colour of a room's state.
pub(super) fn room_tone(state: RoomState) -> Tone {
    match state {
        RoomState::Open => Tone::Success,
        RoomState::Opening | RoomState::Closing => Tone::Info,
        RoomState::Closed => Tone::Neutral,
        RoomState::Failed => Tone::Danger,
    }
}

/// The colour of a request's state.
pub(super) fn request_tone(state: RequestState) -> Tone {
    match state {
        RequestState::Draft | RequestState::Withdrawn => Tone::Neutral,
        RequestState::Submitted | RequestState::InReview => Tone::Info,
        RequestState::Returned => Tone::Warning,
        RequestState::Approved | RequestState::Released => Tone::Success,
        RequestState::Rejected => Tone::Danger,
    }
}

/// The colour of a run's state.
pub(super) fn run_tone(state: RunState) -> Tone {
    match state {
        RunState::Running => Tone::Info,
        RunState::Succeeded => Tone::Success,
        RunState::Failed | RunState::Killed | RunState::DiskFull => Tone::Danger,
        RunState::TimedOut | RunState::Interrupted => Tone::Warning,
    }
}

/// The colour of a finding.
pub(super) fn severity_tone(severity: Severity) -> Tone {
    match severity {
        Severity::Note => Tone::Info,
        Severity::Explain => Tone::Warning,
        Severity::Stop => Tone::Danger,
    }
}

/// The fields that a refused form points at; an error about anything else is handed on.
pub(super) fn fields_of(error: RoomsError) -> Result<Vec<FieldProblem>, RoomsError> {
    let fields = varde_core::Problem::fields(&error);
    if fields.is_empty() { Err(error) } else { Ok(fields) }
}

/// Why a room was closed: Varde's own reasons in words, others as they were written.
pub(super) fn why_closed(visit: &Visit, why: &str) -> String {
    match why {
        "permit_expired" | "permit_revoked" | "resumed" => visit.t_of("rooms-why-closed", why),
        written => written.to_owned(),
    }
}
