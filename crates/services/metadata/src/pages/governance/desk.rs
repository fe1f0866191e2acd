//! What waits: sources to confirm, proposals to finish or review.

use askama::Template;
use axum::{extract::State, response::Response};
use varde_web::{Failure, Visit, ui::Link, ui::Tone};

use super::{proposal_page, source_page, standing_tone, tone, who};
use crate::{
    DeskSource, Proposal,
    pages::{Service, text::Words},
};

#[derive(Template)]
#[template(path = "governance/desk.html")]
struct DeskTemplate<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    sources: Vec<SourceRow>,
    proposals: Vec<ProposalRow>,
    source_headers: Vec<String>,
    proposal_headers: Vec<String>,
}

struct SourceRow {
    href: String,
    name: Words,
    confirmed: String,
    due: String,
    standing: (String, Tone),
}

/// A proposal in a list.
pub(super) struct ProposalRow {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) sources: String,
    pub(super) by: String,
    pub(super) when: String,
    pub(super) state: (String, Tone),
}

impl ProposalRow {
    pub(super) fn of(visit: &Visit, proposal: &Proposal) -> Self {
        let title = if proposal.title.is_empty() { visit.t("governance-draft-title") } else { proposal.title.clone() };
        let sources: Vec<&str> = proposal.sources.iter().map(varde_core::CataloguePath::as_str).collect();
        Self {
            href: proposal_page(proposal.id),
            title,
            sources: sources.join(", "),
            by: who(visit, &proposal.proposer),
            when: visit.time(proposal.decided_at.or(proposal.proposed_at).unwrap_or(proposal.created_at)),
            state: (visit.t_of("governance-state", proposal.state.name()), tone(proposal.state)),
        }
    }
}

/// `GET /katalog/forvaltning`.
pub(super) async fn show(visit: Visit, State(service): State<Service>) -> Result<Response, Failure> {
    let (sources, proposals) = service.desk(&visit.actor).await?;
    let source = |s: &DeskSource| SourceRow {
        href: source_page(&s.source.path),
        name: Words::of(&visit, &s.source.name),
        confirmed: s.confirmed_at.map_or_else(|| visit.t("governance-never"), |t| visit.time(t)),
        due: visit.date(s.due),
        standing: (visit.t_of("governance-standing", s.standing.name()), standing_tone(s.standing)),
    };
    let headers = |keys: &[&str]| keys.iter().map(|key| visit.t_of("governance-column", key)).collect();
    Ok(visit.page(DeskTemplate {
        crumbs: vec![Link::new("/katalog", visit.t("metadata-catalogue"))],
        sources: sources.iter().map(source).collect(),
        proposals: proposals.iter().map(|p| ProposalRow::of(&visit, p)).collect(),
        source_headers: headers(&["source", "confirmed", "due", "standing"]),
        proposal_headers: headers(&["proposal", "source", "by", "when", "state"]),
        visit: &visit,
    }))
}
