//! The pages of those who look after descriptions: the desk, a source, editing, proposals.

mod abroad;
mod desk;
mod edit;
mod proposal;
mod source;

use axum::http::Method;
use varde_core::{CataloguePath, Problem};
use varde_web::{Failure, Form, Routes, Visit, ui::Link, ui::Tone};

use super::Service;
use crate::{
    MetadataError,
    model::governance::{ProposalState, Standing},
};

/// Where the pages begin.
const DESK: &str = "/katalog/forvaltning";

/// The pages' routes.
pub(crate) fn routes() -> Routes<Service> {
    const READ: &str = "metadata.proposal.read";
    const CHANGE: &str = "metadata.proposal.change";
    const REVIEW: &str = "metadata.proposal.review";
    const COMMENT: &str = "metadata.proposal.comment";
    const SETTLE: &str = "metadata.source.settle";
    Routes::new()
        .page(Method::GET, DESK, READ, desk::show)
        .page(Method::GET, "/katalog/forvaltning/kilde/{source}", READ, source::show)
        .page(Method::POST, "/katalog/forvaltning/kilde/{source}/bekreft", "metadata.source.confirm", source::confirm)
        .page(Method::POST, "/katalog/forvaltning/kilde/{source}/godkjenning", SETTLE, source::settle)
        .page(Method::POST, "/katalog/forvaltning/kilde/{source}/ansvar", SETTLE, source::name_responsible)
        .page(Method::GET, "/katalog/forvaltning/felt/{*path}", CHANGE, edit::show)
        .page(Method::POST, "/katalog/forvaltning/felt/{*path}", CHANGE, edit::save)
        .page(Method::POST, "/katalog/forvaltning/samlet/{*path}", CHANGE, edit::save_all)
        .page(Method::GET, "/katalog/forvaltning/forslag/{id}", READ, proposal::show)
        .page(Method::POST, "/katalog/forvaltning/forslag/{id}/foresla", CHANGE, proposal::propose)
        .page(Method::POST, "/katalog/forvaltning/forslag/{id}/trekk", CHANGE, proposal::withdraw)
        .page(Method::POST, "/katalog/forvaltning/forslag/{id}/gjennomga", REVIEW, proposal::take_up)
        .page(Method::POST, "/katalog/forvaltning/forslag/{id}/publiser", REVIEW, proposal::approve)
        .page(Method::POST, "/katalog/forvaltning/forslag/{id}/avvis", REVIEW, proposal::reject)
        .page(Method::POST, "/katalog/forvaltning/forslag/{id}/kommentar", COMMENT, proposal::comment)
        .page(Method::POST, "/katalog/forvaltning/forslag/{id}/avklar", COMMENT, proposal::resolve)
}

fn source_page(source: &CataloguePath) -> String {
    format!("{DESK}/kilde/{source}")
}

fn edit_page(path: &CataloguePath) -> String {
    format!("{DESK}/felt/{path}")
}

fn proposal_page(id: crate::ProposalId) -> String {
    format!("{DESK}/forslag/{id}")
}

fn crumbs(visit: &Visit, more: impl IntoIterator<Item = Link>) -> Vec<Link> {
    let mut crumbs =
        vec![Link::new("/katalog", visit.t("metadata-catalogue")), Link::new(DESK, visit.t("governance-desk"))];
    crumbs.extend(more);
    crumbs
}

/// Who did something, without a name: the reader, another person, a system.
fn who(visit: &Visit, key: &str) -> String {
    let me = visit.actor.person().is_some_and(|person| key == format!("person:{person}"));
    let kind = match key.split_once(':') {
        Some(("person", _)) if me => "you",
        Some(("person", _)) => "person",
        Some(("client", _)) => "client",
        _ => "system",
    };
    visit.t_of("governance-who", kind)
}

fn tone(state: ProposalState) -> Tone {
    match state {
        ProposalState::Draft | ProposalState::Withdrawn => Tone::Neutral,
        ProposalState::Proposed | ProposalState::InReview => Tone::Info,
        ProposalState::Published => Tone::Success,
        ProposalState::Rejected => Tone::Danger,
    }
}

fn standing_tone(standing: Standing) -> Tone {
    match standing {
        Standing::Confirmed => Tone::Success,
        Standing::Soon => Tone::Info,
        Standing::Close => Tone::Warning,
        Standing::Overdue => Tone::Danger,
    }
}

/// What is wrong with a form, tied to its field; everything else is a page of its own.
fn problems(form: Form, error: MetadataError, field: &str) -> Result<Form, Failure> {
    match &error {
        MetadataError::WrongText => {
            Ok(form.with_problems([varde_core::FieldProblem::new(field, "governance-error-text")]))
        }
        MetadataError::WrongEdit { .. } | MetadataError::Unacknowledged(_) => Ok(form.with_problems(error.fields())),
        _ => Err(error.into()),
    }
}
