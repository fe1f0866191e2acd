//! Who can log in to the demo world with Test-ID: the people of the story first, then some of the others.

use std::{collections::HashMap, path::Path};

use anyhow::{Context as _, Result};
use varde_core::{LocalisedText, OrganisationId};
use varde_demo::{Person, World};

use super::{Told, onboarding, people};

/// How many of those who are nobody in the story are listed.
const OTHERS: usize = 200;

/// Those of the story have the lowest places in the world.
const LAST_OF_STORY: u32 = 31;

/// Writes the list.
pub(super) async fn write(world: &World, data: &Path) -> Result<Told> {
    let mut listed = story(world)?;
    listed.extend(leaders(world)?);
    listed.extend(others(world));
    people::write(&data.join("demo/people.json"), &listed)?;
    Ok(Told::new(format!("{} of them can log in with Test-ID", listed.len())).with("logins", listed.len()))
}

fn listed(key: &str, person: Option<Person>, what: LocalisedText) -> Result<people::Listed> {
    let person = person.with_context(|| format!("the demo world has nobody for «{key}»"))?;
    let number = person.number().with_context(|| format!("«{key}» has no number"))?;
    Ok(people::Listed::new(key, person.name(), what, &number))
}

/// Those who do the main job, and the citizens in it.
fn story(world: &World) -> Result<Vec<people::Listed>> {
    let special = world.special();
    let text = LocalisedText::new;
    [
        ("forsker", special.researcher, text("Forsker", "Forskar", "Researcher")),
        (
            "forsker-2",
            special.second_researcher,
            text("Forsker i samme prosjekt", "Forskar i same prosjekt", "Researcher in the same project"),
        ),
        ("saksbehandler", special.handler, text("Saksbehandler", "Saksbehandlar", "Case handler")),
        (
            "kontrollor",
            special.reviewer,
            text("Kontrollør av resultater", "Kontrollør av resultat", "Reviewer of results"),
        ),
        ("registerforvalter", special.steward, text("Registerforvalter", "Registerforvaltar", "Register steward")),
        ("drift", special.operator, text("Driftsansvarlig", "Driftsansvarleg", "Operator")),
        (
            "innbygger",
            special.citizen,
            text("Innbygger med hjertesvikt", "Innbyggjar med hjartesvikt", "Citizen with heart failure"),
        ),
        (
            "reservert",
            special.opted_out_before,
            text("Innbygger som har reservert seg", "Innbyggjar som har reservert seg", "Citizen who has opted out"),
        ),
        (
            "reserverer-seg",
            special.opts_out_later,
            text(
                "Innbygger som reserverer seg før vedtaket",
                "Innbyggjar som reserverer seg før vedtaket",
                "Citizen who opts out before the decision",
            ),
        ),
        (
            "reserverer-seg-senere",
            special.opts_out_after_decision,
            text(
                "Innbygger som reserverer seg etter vedtaket",
                "Innbyggjar som reserverer seg etter vedtaket",
                "Citizen who opts out after the decision",
            ),
        ),
        (
            "nytt-nummer",
            special.changed_number,
            text(
                "Innbygger som har hatt D-nummer",
                "Innbyggjar som har hatt D-nummer",
                "Citizen who has had a D-number",
            ),
        ),
        ("forelder", special.twin_mothers[0], text("Mor til tvillinger", "Mor til tvillingar", "Mother of twins")),
    ]
    .into_iter()
    .map(|(key, index, what)| listed(key, world.person(index), what))
    .collect()
}

/// Those who lead or decide elsewhere, and a doctor who may not be one any more.
fn leaders(world: &World) -> Result<Vec<people::Listed>> {
    let text = LocalisedText::new;
    let mut all = vec![
        listed(
            "daglig-leder",
            manager(world, world.medical_office()),
            text(
                "Lege og daglig leder, Fjordgløtt legekontor",
                "Lege og dagleg leiar, Fjordgløtt legekontor",
                "Doctor and general manager, Fjordgløtt legekontor",
            ),
        )?,
        listed(
            "leverandor-leder",
            manager(world, world.record_supplier()),
            text(
                "Daglig leder, Journalhuset (leverandør)",
                "Dagleg leiar, Journalhuset (leverandør)",
                "General manager, Journalhuset (supplier)",
            ),
        )?,
        listed(
            "tjenesteeier",
            onboarding::decider(world),
            text(
                "Saksbehandler hos eieren av Persontjenesten",
                "Saksbehandlar hos eigaren av Persontenesta",
                "Handler at the owner of the person service",
            ),
        )?,
    ];
    // A small world may have nobody who lost it.
    if let Some(person) = world.former_doctor().and_then(|index| world.person(index)) {
        let what = text(
            "Lege som har mistet autorisasjonen",
            "Lege som har mista autorisasjonen",
            "Doctor who has lost the authorisation",
        );
        all.push(listed("tidligere-lege", Some(person), what)?);
    }
    Ok(all)
}

/// Some who are nobody in the story; of health personnel it says what they are.
fn others(world: &World) -> Vec<people::Listed> {
    let story = [world.doctor(), world.former_doctor()];
    let professions: HashMap<u32, &varde_demo::Profession> =
        world.health_personnel().take(OTHERS).map(|p| (p.person, p.profession)).collect();
    let listed = |person: Person| {
        let what = match professions.get(&person.index) {
            None => LocalisedText::new("Innbygger", "Innbyggjar", "Citizen"),
            Some(p) => LocalisedText::new(
                format!("Innbygger, {}", p.nb),
                format!("Innbyggjar, {}", p.nn),
                format!("Citizen, {}", p.en),
            ),
        };
        let number = person.number()?;
        Some(people::Listed::new(format!("person-{}", person.index), person.name(), what, &number))
    };
    let others = world.persons().filter(|p| p.index > LAST_OF_STORY && p.death_date.is_none());
    others.filter(|p| !story.contains(&Some(p.index))).take(OTHERS).filter_map(listed).collect()
}

/// The general manager of an organisation.
fn manager(world: &World, organisation: OrganisationId) -> Option<Person> {
    let roles = world.registry_roles();
    let role = roles.into_iter().find(|role| role.organisation == organisation && role.code == "DAGL")?;
    world.person(role.person)
}
