//! What is open, and one's own questions.

use askama::Template;
use axum::{extract::State, response::Response};
use varde_web::{Failure, Visit};

use super::words;
use crate::{Exploration, Standing, store::Kept};

#[derive(Template)]
#[template(path = "exploration/home.html")]
struct Page<'a> {
    visit: &'a Visit,
    may_ask: bool,
    standing: Option<Standing>,
    datasets: Vec<Row>,
    saved: Vec<Own>,
    latest: Vec<Own>,
}

/// An open dataset.
struct Row {
    path: String,
    name: String,
    source: String,
    variables: usize,
}

/// A question of one's own.
pub(super) struct Own {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) when: String,
    pub(super) outcome: String,
    pub(super) about: String,
}

/// How many of the latest questions are shown.
const LATEST: usize = 10;

/// `GET /utforsk`.
pub(super) async fn show(State(service): State<Exploration>, visit: Visit) -> Result<Response, Failure> {
    let datasets = service.datasets(&visit.actor).await?;
    let may_ask = service.may_ask(&visit.actor);
    let (standing, own) = if may_ask {
        (Some(service.standing(&visit.actor, None).await?), service.own(&visit.actor).await?)
    } else {
        (None, Vec::new())
    };
    let shown = |kept: &Kept| {
        let dataset = datasets.iter().find(|one| one.path == kept.question.dataset);
        let title = words::title(&visit, kept, dataset);
        let only = words::conditions(&visit, &kept.question.only, &datasets, &kept.question.dataset);
        // Without a name of its own a question is known by its conditions.
        let own = kept.name.is_some() || only.is_empty();
        let title = if own { title } else { format!("{title} ({})", only.join(&visit.t("exploration-and"))) };
        own_row(&visit, kept, title)
    };
    let page = Page {
        may_ask,
        standing,
        saved: own.iter().filter(|kept| kept.name.is_some()).map(shown).collect(),
        latest: own.iter().take(LATEST).map(shown).collect(),
        datasets: datasets
            .iter()
            .map(|one| Row {
                path: one.path.to_string(),
                name: visit.local(&one.name).to_owned(),
                source: visit.local(&one.source).to_owned(),
                variables: one.variables.len(),
            })
            .collect(),
        visit: &visit,
    };
    Ok(visit.page(page))
}

/// A question of one's own as a row.
pub(super) fn own_row(visit: &Visit, kept: &Kept, title: String) -> Own {
    Own {
        href: format!("/utforsk/sporsmal/{}", kept.id),
        title,
        when: visit.time(kept.at),
        outcome: visit.t_of("exploration-outcome", &kept.outcome),
        about: kept.about.map(|about| words::people(visit, about)).unwrap_or_default(),
    }
}
