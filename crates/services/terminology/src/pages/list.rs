//! Every code system, map and value set; and a search through all of them.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use varde_core::Role;
use varde_web::{Failure, Form, Visit};

use super::shown::{self, Row, Words};
use crate::{Edition, Kind, Status, Terminology, current};

/// How many hits are shown.
const HITS: usize = 100;

struct Group {
    title: String,
    cards: Vec<Card>,
}

struct Card {
    href: String,
    words: Words,
    about: String,
    waiting: bool,
}

struct Hit {
    system: String,
    row: Row,
}

#[derive(Template)]
#[template(path = "terminology/list.html")]
struct ListPage<'a> {
    visit: &'a Visit,
    form: &'a Form,
    asked: bool,
    hits: Vec<Hit>,
    status: String,
    groups: Vec<Group>,
    steward: bool,
}

/// `GET /kodeverk?q=…`
pub(super) async fn show(
    State(service): State<Terminology>,
    visit: Visit,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let form = shown::query(raw);
    let text: String = form.value("q").chars().take(200).collect();
    let (found, total) = service.search(&visit.actor, &text, None, HITS).await?;
    let hit = |found: &crate::Found| Hit {
        system: Words::of(&visit, found.edition.subject.title()).text,
        row: Row::of(&visit, found.edition.subject.key(), None, &found.concept, 0),
    };
    let hits: Vec<Hit> = found.iter().map(hit).collect();
    let editions = service.editions(&visit.actor).await?;
    let status = visit.t_with("terminology-hits-of", &[("shown", hits.len().into()), ("total", total.into())]);
    let (asked, steward) = (!text.is_empty(), visit.actor.is(Role::Steward));
    let groups = groups(&service, &visit, &editions);
    Ok(visit.page(ListPage { visit: &visit, form: &form, asked, hits, status, groups, steward }))
}

fn groups(service: &Terminology, visit: &Visit, editions: &[Edition]) -> Vec<Group> {
    let things = editions.chunk_by(|a, b| a.subject.kind() == b.subject.kind() && a.subject.key() == b.subject.key());
    let things: Vec<&[Edition]> = things.collect();
    let group = |kind: Kind| Group {
        title: visit.t_of("terminology-kind", kind.name()),
        cards: things
            .iter()
            .filter(|editions| editions[0].subject.kind() == kind)
            .map(|editions| card(service, visit, editions))
            .collect(),
    };
    Kind::ALL.into_iter().map(group).filter(|group| !group.cards.is_empty()).collect()
}

fn card(service: &Terminology, visit: &Visit, editions: &[Edition]) -> Card {
    let newest = current(editions, service.today()).unwrap_or(&editions[0]);
    let versions = editions.iter().filter(|e| e.status == Status::Published).count();
    let href = match newest.subject.kind() {
        Kind::CodeSystem => shown::system_address(newest.subject.key(), None),
        _ => format!("/kodeverk/utgave/{}", newest.id),
    };
    let about = match newest.subject.kind() {
        Kind::ValueSet => visit.t_with("terminology-card-set", &[("version", newest.version.as_str().into())]),
        kind => {
            let key = if kind == Kind::CodeSystem { "terminology-card-system" } else { "terminology-card-map" };
            let arguments = [
                ("version", newest.version.as_str().into()),
                ("size", newest.size.into()),
                ("editions", versions.into()),
            ];
            visit.t_with(key, &arguments)
        }
    };
    let waiting = editions.iter().any(|e| e.status == Status::Draft);
    Card { href, words: Words::of(visit, newest.subject.title()), about, waiting }
}
