//! What a source lacks in other catalogues: now, and when its editions were published.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};
use varde_core::CataloguePath;
use varde_metadata::ports::{Lack, Weight};
use varde_web::{
    Failure, Visit,
    ui::{Link, Tone},
};

use crate::{Checked, KeptCheck, Profile, Shapes, api::Service};

#[derive(Template)]
#[template(path = "exchange/check.html")]
struct CheckPage<'a> {
    visit: &'a Visit,
    crumbs: Vec<Link>,
    name: String,
    profiles: Vec<ProfileShown>,
    /// The profiles that have columns in the history.
    columns: Vec<String>,
    history: Vec<EditionShown>,
}

/// What one profile has to say.
struct ProfileShown {
    id: &'static str,
    title: String,
    count: (String, Tone),
    turtle: String,
    address: String,
    lacks: Vec<LackShown>,
    /// It is to come: what it demands stops nobody.
    to_come: bool,
}

struct LackShown {
    tag: String,
    tone: Tone,
    reason: String,
    place: String,
}

/// What was found when an edition was published.
struct EditionShown {
    number: i32,
    when: String,
    /// For each column what was found, or nothing.
    found: Vec<Option<(String, Tone)>>,
    /// Shapes have changed since.
    other_shapes: bool,
}

/// `GET /katalog/kontroll/{source}`.
pub(super) async fn show(
    visit: Visit,
    State(service): State<Service>,
    Path(source): Path<String>,
) -> Result<Response, Failure> {
    let path: CataloguePath = source.parse().map_err(|_| Failure::not_found())?;
    let standing = service.standing(&visit.actor, &path).await?;
    let name = visit.local(&standing.source.name).to_owned();
    Ok(visit.page(CheckPage {
        crumbs: vec![
            Link::new("/katalog", visit.t("exchange-crumb-catalogue")),
            Link::new(format!("/katalog/{path}"), name.clone()),
        ],
        profiles: standing.now.iter().map(|checked| profile(&visit, &path, checked)).collect(),
        columns: Shapes::CHECKED.iter().map(|profile| short(&visit, *profile)).collect(),
        history: history(&visit, &standing.kept),
        visit: &visit,
        name,
    }))
}

fn profile(visit: &Visit, path: &CataloguePath, checked: &Checked) -> ProfileShown {
    let title = checked.profile.title();
    let title = visit.local(&title).to_owned();
    ProfileShown {
        id: checked.profile.name(),
        count: count(visit, checked),
        turtle: visit.t_with("exchange-check-turtle", &[("profile", short(visit, checked.profile).into())]),
        address: format!("/api/dcat/sources/{path}?profile={}&format=ttl", checked.profile.name()),
        lacks: checked.lacks.iter().map(|one| lack(visit, one)).collect(),
        to_come: !Shapes::DEMANDED.contains(&checked.profile),
        title,
    }
}

/// What a profile is called where there is little room.
fn short(visit: &Visit, profile: Profile) -> String {
    visit.t_of("exchange-short", profile.name())
}

/// How much is lacking, in words and a colour.
fn count(visit: &Visit, checked: &Checked) -> (String, Tone) {
    let (breaches, all) = (checked.count(Weight::Breach), checked.lacks.len());
    match (breaches, all) {
        (_, 0) => (visit.t("exchange-check-good"), Tone::Success),
        (0, others) => (visit.t_with("exchange-check-advice", &[("count", others.into())]), Tone::Info),
        (breaches, _) => (visit.t_with("exchange-check-breaches", &[("count", breaches.into())]), Tone::Danger),
    }
}

fn lack(visit: &Visit, lack: &Lack) -> LackShown {
    let (tag, tone) = match lack.weight {
        Weight::Breach => ("violation", Tone::Danger),
        Weight::Advice => ("warning", Tone::Warning),
        Weight::Note => ("info", Tone::Info),
    };
    LackShown {
        tag: visit.t_of("exchange-severity", tag),
        tone,
        reason: visit.local(&lack.reason).to_owned(),
        place: lack.place.clone(),
    }
}

/// The newest edition first; editions from before checks were kept are not there.
fn history(visit: &Visit, kept: &[KeptCheck]) -> Vec<EditionShown> {
    let mut editions: BTreeMap<i32, Vec<&KeptCheck>> = BTreeMap::new();
    for one in kept {
        editions.entry(one.number).or_default().push(one);
    }
    let today = Shapes::digest();
    let shown = |(number, checks): (i32, Vec<&KeptCheck>)| EditionShown {
        number,
        when: checks.first().map(|one| visit.time(one.at)).unwrap_or_default(),
        found: Shapes::CHECKED
            .iter()
            .map(|profile| checks.iter().find(|one| one.checked.profile == *profile))
            .map(|found| found.map(|one| count(visit, &one.checked)))
            .collect(),
        other_shapes: checks.iter().any(|one| one.shapes != today),
    };
    editions.into_iter().rev().map(shown).collect()
}
