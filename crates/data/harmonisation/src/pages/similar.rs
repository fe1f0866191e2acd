//! Variables that are alike: of one, and pairs that somebody should look at.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use varde_core::CataloguePath;
use varde_web::{Failure, Visit, ui::Link};

use super::{
    crumbs,
    shown::{self, One, Row},
};
use crate::{
    Cluster, Harmonisation, SimilarVariable,
    similar::{Component, Part, Reason},
};

#[derive(Template)]
#[template(path = "harmonisation/similar.html")]
struct Page<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    own: One,
    rows: Vec<AlikeRow>,
    relations: Vec<Row>,
    follows: Vec<FollowsRow>,
    distribution: bool,
    may_propose: bool,
}

struct AlikeRow {
    one: One,
    total: String,
    /// What is told of the place; empty when the place takes nothing away.
    place: String,
    /// For each part its header, what was found, and why.
    parts: Vec<PartCell>,
    /// Where a relation between the two is proposed.
    propose: Option<String>,
}

struct PartCell {
    header: String,
    score: String,
    weight: String,
    why: Vec<String>,
}

struct FollowsRow {
    href: String,
    path: String,
    kind: String,
    propose: Option<String>,
}

/// `GET /harmonisering/liknende/{path}`.
pub(super) async fn show(
    State(service): State<Harmonisation>,
    visit: Visit,
    Path(path): Path<String>,
) -> Result<Response, Failure> {
    let path = crate::relation::variable(&path).ok_or_else(Failure::not_found)?;
    let view = service.similar(&visit.actor, &path).await?;
    let own = One::of(&visit, &view.variable);
    let follows = view.follows.iter().map(|one| FollowsRow {
        href: format!("/katalog/variabel/{}", one.to),
        path: one.to.to_string(),
        kind: visit.t_of("harmonisation-kind", one.kind.name()),
        propose: view.may_propose.then(|| format!("{}&relasjon={}", propose(&path, &one.to), one.kind.name())),
    });
    let page = Page {
        crumbs: vec![
            Link::new("/katalog", visit.t("harmonisation-catalogue")),
            Link::new(own.href.clone(), own.name.text.clone()),
        ],
        rows: view.similar.iter().map(|alike| row(&visit, &path, alike)).collect(),
        relations: view.relations.iter().map(|one| Row::of(&visit, one)).collect(),
        follows: follows.collect(),
        distribution: view.distribution,
        may_propose: view.may_propose,
        own,
        visit: &visit,
    };
    Ok(visit.page(page))
}

/// The form for a relation between two.
fn propose(from: &CataloguePath, to: &CataloguePath) -> String {
    format!("/harmonisering/forslag?fra={from}&til={to}")
}

fn row(visit: &Visit, from: &CataloguePath, alike: &SimilarVariable) -> AlikeRow {
    let one = One::of(visit, &alike.side);
    let to: Option<CataloguePath> = one.path.parse().ok();
    AlikeRow {
        total: shown::percent(visit, alike.score.total),
        place: if alike.score.place < 1.0 {
            let left = shown::percent(visit, alike.score.place);
            visit.t_with("harmonisation-same-dataset", &[("left", left.into())])
        } else {
            String::new()
        },
        parts: alike.score.parts.iter().map(|part| cell(visit, part)).collect(),
        propose: to.filter(|_| alike.may_propose).map(|to| propose(from, &to)),
        one,
    }
}

fn cell(visit: &Visit, part: &Component) -> PartCell {
    let score = match part.score {
        Some(score) => shown::percent(visit, score),
        None => visit.t("harmonisation-not-compared"),
    };
    let weight = match part.score {
        Some(_) => visit.t_with("harmonisation-counts", &[("weight", shown::percent(visit, part.weight).into())]),
        None => String::new(),
    };
    let why = match part.part {
        Part::Distribution if part.score.is_none() => vec![visit.t("harmonisation-no-distribution")],
        _ => part.reasons.iter().map(|reason| why(visit, reason)).collect(),
    };
    PartCell { header: visit.t_of("harmonisation-part", part.part.name()), score, weight, why }
}

fn why(visit: &Visit, reason: &Reason) -> String {
    let two = |key: &str, own: &str, other: &str| visit.t_with(key, &[("own", own.into()), ("other", other.into())]);
    match reason {
        Reason::Words { words } => visit.t_with("harmonisation-why-words", &[("words", words.join(", ").into())]),
        Reason::Numbers => visit.t("harmonisation-why-numbers"),
        Reason::Codes { shared, of, other, texts } => {
            let texts: Vec<&str> = texts.iter().map(|text| visit.local(text)).collect();
            let counts = [("shared", (*shared).into()), ("of", (*of).into()), ("other", (*other).into())];
            let counted = visit.t_with("harmonisation-why-codes", &counts);
            if texts.is_empty() { counted } else { format!("{counted} ({})", texts.join(", ")) }
        }
        Reason::OneCoded => visit.t("harmonisation-why-one-coded"),
        Reason::System { system } => visit.t_with("harmonisation-why-system", &[("system", system.into())]),
        Reason::Systems { own, other } => two("harmonisation-why-systems", own, other),
        Reason::Types { own, other } => {
            let name = |kind: &varde_metadata::DataType| visit.t_of("harmonisation-type", kind.name());
            if own == other { name(own) } else { two("harmonisation-why-types", &name(own), &name(other)) }
        }
        Reason::Units { own, other } => two("harmonisation-why-units", own, other),
    }
}

/// How many clusters are shown.
const SHOWN: usize = 40;

#[derive(Template)]
#[template(path = "harmonisation/likely.html")]
struct LikelyPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    clusters: Vec<ClusterPart>,
    found: usize,
    more: usize,
    least: String,
}

struct ClusterPart {
    name: String,
    variables: Vec<One>,
    pairs: Vec<PairRow>,
    more: usize,
}

struct PairRow {
    a: String,
    b: String,
    total: String,
    similar: String,
    propose: String,
}

/// How many pairs of a cluster are shown.
const PAIRS: usize = 12;

/// `GET /harmonisering/like`.
pub(super) async fn likely(State(service): State<Harmonisation>, visit: Visit) -> Result<Response, Failure> {
    let clusters = service.likely(&visit.actor).await?;
    let page = LikelyPage {
        crumbs: crumbs(&visit),
        found: clusters.len(),
        more: clusters.len().saturating_sub(SHOWN),
        clusters: clusters.iter().take(SHOWN).map(|one| part(&visit, one)).collect(),
        least: shown::percent(&visit, crate::LIKELY),
        visit: &visit,
    };
    Ok(visit.page(page))
}

fn part(visit: &Visit, cluster: &Cluster) -> ClusterPart {
    let pair = |(a, b, total): &(CataloguePath, CataloguePath, f64)| PairRow {
        a: a.to_string(),
        b: b.to_string(),
        total: shown::percent(visit, *total),
        similar: format!("/harmonisering/liknende/{a}"),
        propose: propose(a, b),
    };
    let variables: Vec<One> = cluster.variables.iter().map(|side| One::of(visit, side)).collect();
    ClusterPart {
        name: variables.first().map(|one| one.name.text.clone()).unwrap_or_default(),
        pairs: cluster.pairs.iter().take(PAIRS).map(pair).collect(),
        more: cluster.pairs.len().saturating_sub(PAIRS),
        variables,
    }
}
