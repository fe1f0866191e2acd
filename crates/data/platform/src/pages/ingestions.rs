//! What is taken in now, and what became of what was taken in lately.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use varde_web::{
    Failure, Visit,
    ui::{Link, Tone},
};

use crate::{IngestionState, Platform, Underway};

#[derive(Template)]
#[template(path = "ingestions.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    ingestions: Vec<Underway>,
}

impl Page<'_> {
    fn tone(&self, state: &IngestionState) -> Tone {
        match state {
            IngestionState::Open => Tone::Info,
            IngestionState::Done => Tone::Success,
            IngestionState::Nothing => Tone::Neutral,
            IngestionState::Failed => Tone::Danger,
        }
    }

    fn rows(&self, underway: &Underway) -> String {
        let rows = super::shown(self.visit, underway.ingestion.rows);
        match underway.ingestion.state {
            IngestionState::Open if underway.done > 0 => {
                format!("{} / {rows}", super::shown(self.visit, underway.done))
            }
            _ => rows,
        }
    }
}

/// `GET /register/innlasting`.
pub(super) async fn show(visit: Visit, State(platform): State<Arc<Platform>>) -> Result<Response, Failure> {
    let ingestions = platform.ingestions(&visit.actor).await?;
    let crumbs = vec![Link::new("/register", visit.t("platform-releases"))];
    Ok(visit.page(Page { visit: &visit, crumbs, ingestions }))
}
