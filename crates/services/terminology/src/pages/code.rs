//! One code: what it means, where it stands, how it was called through the years, what it maps to.

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use varde_web::{
    Failure, Visit,
    ui::{Link, Tone},
};

use super::shown::{self, Row, Words};
use crate::{Concept, Key, Mapped, Shown, Terminology, TerminologyError, map::System};

/// How many codes below are listed.
const BELOW: usize = 500;

struct Through {
    version: String,
    href: String,
    valid: String,
    words: Words,
    tags: Vec<(String, Tone)>,
}

struct MapRow {
    map: Words,
    version: String,
    relation: String,
    other: String,
    system: String,
    decided: String,
    comment: String,
}

#[derive(Template)]
#[template(path = "terminology/code.html")]
struct CodePage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    code: String,
    words: Words,
    definition: Words,
    tags: Vec<(String, Tone)>,
    edition: String,
    facts: Vec<(String, String)>,
    successors: Vec<(String, String)>,
    above: Vec<Row>,
    below: Vec<Row>,
    more_below: String,
    through: Vec<Through>,
    maps: Vec<MapRow>,
}

/// `GET /kodeverk/{key}/kode/{code}?utgave=2017`
pub(super) async fn show(
    State(service): State<Terminology>,
    visit: Visit,
    Path((key, code)): Path<(String, String)>,
    RawQuery(raw): RawQuery,
) -> Result<Response, Failure> {
    let key: Key = key.parse().map_err(|_| Failure::not_found())?;
    let form = shown::query(raw);
    let version = form.given("utgave");
    let through = service.through_editions(&visit.actor, &key, &code).await?;
    let mut found = service.shown(&visit.actor, &key, version).await?;
    // A code of an older edition is shown as it was there.
    if found.content.position(&code).is_none() && version.is_none() {
        let last = through.first().ok_or_else(|| TerminologyError::NotFound(code.clone()))?;
        found = service.shown(&visit.actor, &key, Some(&last.0.version)).await?;
    }
    let at = found.content.position(&code).ok_or_else(|| TerminologyError::NotFound(code.clone()))?;
    let concept = found.content.at(at);
    let maps = service.mapped(&visit.actor, found.edition.subject.url(), &concept.code).await?;
    let content = &found.content;
    let row = |at: &usize| Row::of(&visit, &key, version, content.at(*at), content.children(*at).len());
    let children = content.children(at);
    let mut crumbs = shown::crumbs(&visit, Some(&found.edition));
    crumbs.extend(way(&visit, &found, at, version));
    Ok(visit.page(CodePage {
        code: concept.code.clone(),
        words: Words::of(&visit, &concept.display),
        definition: Words::of(&visit, &concept.definition),
        tags: shown::tags(&visit, concept),
        edition: visit.t_with("terminology-in-edition", &[("version", found.edition.version.as_str().into())]),
        facts: facts(&visit, concept),
        successors: concept.successors.iter().map(|s| (shown::code_address(&key, s, None), s.clone())).collect(),
        above: content.parents(at).iter().map(row).collect(),
        below: children.iter().take(BELOW).map(row).collect(),
        more_below: match children.len().saturating_sub(BELOW) {
            0 => String::new(),
            more => visit.t_with("terminology-more-below", &[("count", more.into())]),
        },
        through: through
            .iter()
            .map(|(edition, concept)| Through {
                version: edition.version.clone(),
                href: shown::code_address(&key, &concept.code, Some(&edition.version)),
                valid: shown::period(&visit, edition.valid),
                words: Words::of(&visit, &concept.display),
                tags: shown::tags(&visit, concept),
            })
            .collect(),
        maps: maps
            .iter()
            .flat_map(|mapped| map_rows(&visit, mapped, found.edition.subject.url(), &concept.code))
            .collect(),
        visit: &visit,
        crumbs,
    }))
}

/// The way down to a code by its first parents.
fn way(visit: &Visit, found: &Shown, at: usize, version: Option<&str>) -> Vec<Link> {
    let mut way = Vec::new();
    let mut above = found.content.parents(at).first();
    while let Some(&parent) = above {
        let concept = found.content.at(parent);
        let text = format!("{} {}", concept.code, Words::of(visit, &concept.display).text);
        way.push(Link::new(shown::code_address(found.edition.subject.key(), &concept.code, version), text));
        above = found.content.parents(parent).first();
    }
    way.reverse();
    way
}

fn facts(visit: &Visit, concept: &Concept) -> Vec<(String, String)> {
    let mut facts = Vec::new();
    for (language, text) in concept.display.iter() {
        facts.push((shown::language_name(visit, language), text.to_owned()));
    }
    let synonyms: Vec<&str> = concept.designations.iter().map(|d| d.value.as_str()).collect();
    if !synonyms.is_empty() {
        facts.push((visit.t("terminology-fact-synonyms"), synonyms.join(", ")));
    }
    let days = [("terminology-fact-from", concept.from), ("terminology-fact-until", concept.until)];
    for (key, day) in days {
        facts.extend(day.map(|day| (visit.t(key), visit.date(day))));
    }
    facts.extend(concept.properties.iter().map(|p| (p.code.clone(), p.value.as_text())));
    facts
}

/// What a mapping says of a code, seen from the code.
fn map_rows(visit: &Visit, mapped: &Mapped, system: &str, code: &str) -> Vec<MapRow> {
    let Mapped { map, version, mapping, forward } = mapped;
    let row = |relation: &str, (other_code, other_display): (&str, &str), other: &System, target: &crate::Target| {
        let decided = target.decided.as_ref().or(map.decided.as_ref());
        MapRow {
            map: Words::of(visit, &map.title),
            version: version.clone(),
            relation: visit.t_of("terminology-relation", relation),
            other: format!("{other_code} {other_display}").trim().to_owned(),
            system: other.url.clone(),
            decided: decided.map(|decided| who(visit, decided)).unwrap_or_default(),
            comment: target.comment.clone(),
        }
    };
    if *forward {
        if mapping.targets.is_empty() {
            let nothing = visit.t("terminology-map-nothing");
            let map = Words::of(visit, &map.title);
            let (relation, other, system) = (String::new(), nothing, String::new());
            return vec![MapRow {
                map,
                version: version.clone(),
                relation,
                other,
                system,
                decided: String::new(),
                comment: String::new(),
            }];
        }
        let targets = mapping.targets.iter();
        return targets.map(|t| row(t.relation.short(), (&t.code, &t.display), &t.system, t)).collect();
    }
    let ours = mapping.targets.iter().filter(|t| t.code == code && t.system.url == system);
    ours.map(|t| row(t.relation.reversed().short(), (&mapping.code, &mapping.display), &mapping.source, t)).collect()
}

/// Who decided, when and why.
fn who(visit: &Visit, decided: &crate::Decided) -> String {
    let on = decided.on.map(|day| visit.date(day));
    let all = [Some(decided.by.clone()), on, Some(decided.why.clone()).filter(|why| !why.is_empty())];
    all.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
