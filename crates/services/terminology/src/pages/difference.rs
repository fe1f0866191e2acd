//! What changed between two editions.

use askama::Template;
use axum::{extract::State, response::Response};
use varde_web::{Failure, Id, Visit, ui::Link};

use super::shown::{self, Words};
use crate::{Difference, EditionId, Key, Terminology};

/// How many codes of a kind are shown; the API has all.
const SHOWN: usize = 1_000;

struct Part {
    id: &'static str,
    title: String,
    rows: Vec<Line>,
    more: String,
}

struct Line {
    href: String,
    code: String,
    text: String,
    note: String,
}

#[derive(Template)]
#[template(path = "terminology/difference.html")]
struct DifferencePage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    title: String,
    lead: String,
    api: String,
    parts: Vec<Part>,
}

/// `GET /kodeverk/endringer/{old}/{new}`
pub(super) async fn show(
    State(service): State<Terminology>,
    visit: Visit,
    Id((old, new)): Id<(EditionId, EditionId)>,
) -> Result<Response, Failure> {
    let (before, now, difference) = service.difference(&visit.actor, old, new).await?;
    let name = Words::of(&visit, now.subject.title()).text;
    let editions =
        [("from", before.version.as_str().into()), ("to", now.version.as_str().into()), ("name", name.into())];
    let lead = [
        ("added", difference.added.len().into()),
        ("removed", difference.removed.len().into()),
        ("other", (difference.count() - difference.added.len() - difference.removed.len()).into()),
    ];
    Ok(visit.page(DifferencePage {
        crumbs: shown::crumbs(&visit, Some(&now)),
        title: visit.t_with("terminology-difference", &editions),
        lead: visit.t_with("terminology-difference-lead", &lead),
        api: format!("/api/terminology/editions/{old}/difference/{new}"),
        parts: parts(&visit, &difference, now.subject.key(), &before.version, &now.version),
        visit: &visit,
    }))
}

fn parts(visit: &Visit, difference: &Difference, key: &Key, old: &str, new: &str) -> Vec<Part> {
    let to = |code: &str, version: &str| shown::code_address(key, code, Some(version));
    let replaced = |successors: &[String]| match successors {
        [] => String::new(),
        some => visit.t_with("terminology-replaced-by", &[("codes", some.join(", ").into())]),
    };
    let plain = |line: &crate::difference::Line, version: &str| Line {
        href: to(&line.code, version),
        code: line.code.clone(),
        text: line.text.clone(),
        note: String::new(),
    };
    let gone = |gone: &crate::difference::Gone, version: &str| Line {
        href: to(&gone.code, version),
        code: gone.code.clone(),
        text: gone.text.clone(),
        note: replaced(&gone.successors),
    };
    let all: [(&'static str, Vec<Line>); 6] = [
        ("added", difference.added.iter().map(|line| plain(line, new)).collect()),
        ("removed", difference.removed.iter().map(|line| gone(line, old)).collect()),
        (
            "renamed",
            difference
                .renamed
                .iter()
                .map(|r| Line {
                    href: to(&r.code, new),
                    code: r.code.clone(),
                    text: r.to.clone(),
                    note: visit.t_with("terminology-was-called", &[("text", r.from.as_str().into())]),
                })
                .collect(),
        ),
        (
            "moved",
            difference
                .moved
                .iter()
                .map(|m| Line {
                    href: to(&m.code, new),
                    code: m.code.clone(),
                    text: m.text.clone(),
                    note: visit.t_with(
                        "terminology-moved-from",
                        &[("from", places(visit, &m.from).into()), ("to", places(visit, &m.to).into())],
                    ),
                })
                .collect(),
        ),
        ("retired", difference.retired.iter().map(|line| gone(line, new)).collect()),
        ("revived", difference.revived.iter().map(|line| plain(line, new)).collect()),
    ];
    let part = |(id, mut rows): (&'static str, Vec<Line>)| {
        let more = rows.len().saturating_sub(SHOWN);
        let title = visit.t_with(&format!("terminology-difference-{id}"), &[("count", rows.len().into())]);
        rows.truncate(SHOWN);
        let more = if more == 0 { String::new() } else { visit.t_with("terminology-more", &[("count", more.into())]) };
        Part { id, title, rows, more }
    };
    all.into_iter().filter(|(_, rows)| !rows.is_empty()).map(part).collect()
}

fn places(visit: &Visit, codes: &[String]) -> String {
    if codes.is_empty() { visit.t("terminology-the-top") } else { codes.join(", ") }
}
