//! What it takes to see harmonisation in the demo world: concepts that several registers have variables
//! for, relations that a steward has proposed and a reviewer decided (one of them partial), and one that
//! waits.

use anyhow::{Context as _, Result};
use varde_core::{Actor, LocalisedText, LoginLevel, Role};
use varde_demo::World;
use varde_harmonisation::{
    Harmonisation, NewRelation,
    code::CodeMatch,
    concept::{Concept, Represented, RepresentedId},
    relation::{RelationKind, Target},
};
use varde_metadata::{Code, DataType};

use super::Told;

/// A concept with its represented variable, and what is related to that.
struct Example {
    /// Names of the concept and definition of it in bokmål, nynorsk and English.
    concept: [[&'static str; 3]; 2],
    /// The same of the represented variable.
    represented: [[&'static str; 3]; 2],
    data_type: DataType,
    code_system: Option<&'static str>,
    codes: &'static [(&'static str, [&'static str; 3])],
    related: &'static [Related],
}

/// A variable that is related to it.
struct Related {
    from: &'static str,
    kind: RelationKind,
    codes: &'static [(&'static str, Option<&'static str>)],
    /// Why it is proposed, and why it was decided so; `None` while it waits.
    reason: &'static str,
    decided: Option<&'static str>,
}

const EXAMPLES: [Example; 3] = [
    Example {
        concept: [
            ["Bosted", "Bustad", "Residence"],
            [
                "Stedet der personen er bosatt ifølge Folkeregisteret.",
                "Staden der personen er busett ifølgje Folkeregisteret.",
                "The place where the person lives according to the population register.",
            ],
        ],
        represented: [
            ["Bostedskommune", "Bustadkommune", "Municipality of residence"],
            [
                "Kommunen ved hendelsen, med fire siffer.",
                "Kommunen ved hendinga, med fire siffer.",
                "The municipality at the event, in four digits.",
            ],
        ],
        data_type: DataType::Code,
        code_system: Some("kommune"),
        codes: &[],
        related: &[
            Related {
                from: "kreft/cancer/municipality",
                kind: RelationKind::Equivalent,
                codes: &[],
                reason: "Begge er kommunen ved hendelsen, fra Folkeregisteret.",
                decided: Some("Samme kilde og samme kodeverk."),
            },
            Related {
                from: "dar/death/municipality",
                kind: RelationKind::Equivalent,
                codes: &[],
                reason: "Kommunen ved dødsfallet, fra Folkeregisteret.",
                decided: Some("Samme kilde og samme kodeverk."),
            },
            Related {
                from: "sysvak/vaccination/municipality",
                kind: RelationKind::Equivalent,
                codes: &[],
                reason: "Kommunen ved vaksinasjonen. Se om den er hentet samme dag.",
                decided: None,
            },
        ],
    },
    Example {
        concept: [
            ["Sted for død", "Stad for død", "Place of death"],
            [
                "Hva slags sted personen døde.",
                "Kva slags stad personen døydde.",
                "What kind of place the person died at.",
            ],
        ],
        represented: [
            ["Dødssted i tre grupper", "Dødsstad i tre grupper", "Place of death in three groups"],
            [
                "Sykehus, sykehjem eller hjemme.",
                "Sjukehus, sjukeheim eller heime.",
                "Hospital, nursing home or at home.",
            ],
        ],
        data_type: DataType::List,
        code_system: None,
        codes: &[
            ("S", ["Sykehus", "Sjukehus", "Hospital"]),
            ("P", ["Sykehjem", "Sjukeheim", "Nursing home"]),
            ("H", ["Hjemme", "Heime", "At home"]),
        ],
        related: &[Related {
            from: "dar/death/place_of_death",
            kind: RelationKind::Equivalent,
            codes: &[("1", Some("S")), ("2", Some("P")), ("3", Some("H")), ("4", None)],
            reason: "Tre av kodene er de samme. De som døde under transport eller på ukjent sted, har ingen gruppe.",
            decided: Some("Brukes for de tre gruppene. Resten må holdes utenfor."),
        }],
    },
    Example {
        concept: [["Kjønn", "Kjønn", "Sex"], ["Juridisk kjønn.", "Juridisk kjønn.", "Legal sex."]],
        represented: [
            ["Kjønn", "Kjønn", "Sex"],
            ["Mann, kvinne eller ukjent.", "Mann, kvinne eller ukjend.", "Man, woman or unknown."],
        ],
        data_type: DataType::List,
        code_system: None,
        codes: &[
            ("1", ["Mann", "Mann", "Man"]),
            ("2", ["Kvinne", "Kvinne", "Woman"]),
            ("9", ["Ukjent", "Ukjend", "Unknown"]),
        ],
        related: &[Related {
            from: "mfr/birth/sex",
            kind: RelationKind::Narrower,
            codes: &[("1", Some("1")), ("2", Some("2"))],
            reason: "Kjønnet ved fødselen, så den dekker bare nyfødte.",
            decided: Some("Snevrere, siden den gjelder nyfødte."),
        }],
    },
];

/// Describes and relates what is not there yet.
pub(super) async fn prepare(harmonisation: &Harmonisation, world: &World) -> Result<Told> {
    let special = world.special();
    let employee =
        |person, organisation, role| Actor::employee(world.person_id(person), LoginLevel::High, organisation, [role]);
    let steward = employee(special.steward, world.register_keeper(), Role::Steward);
    let reviewer = employee(special.reviewer, world.access_body(), Role::Reviewer);
    let known = harmonisation.workbench(&steward, None).await?;
    let mut related = 0_usize;
    for example in &EXAMPLES {
        let there = known.concepts.iter().find(|(concept, _)| concept.content.name.nb == example.concept[0][0]);
        let concept = match there {
            Some((concept, _)) => concept.id,
            None => harmonisation.describe_concept(&steward, None, &concept(example)).await?,
        };
        let there = there.and_then(|(_, represented)| represented.first()).map(|(one, _)| one.id);
        let to = match there {
            Some(id) => id,
            None => {
                let represented = represented(example, concept);
                harmonisation.describe_represented(&steward, None, &represented).await?
            }
        };
        for one in example.related {
            related += usize::from(relate(harmonisation, (&steward, &reviewer), to, one).await?);
        }
    }
    let said = format!("{} concepts with variables of several registers are at /harmonisering", EXAMPLES.len());
    Ok(Told::new(said).with("concepts", EXAMPLES.len()).with("related", related))
}

fn text([nb, nn, en]: [&str; 3]) -> LocalisedText {
    LocalisedText::new(nb, nn, en)
}

fn concept(example: &Example) -> Concept {
    let [name, definition] = example.concept.map(text);
    Concept { name, definition, same_as: String::new() }
}

fn represented(example: &Example, concept: varde_harmonisation::concept::ConceptId) -> Represented {
    let [name, definition] = example.represented.map(text);
    let code = |(value, texts): &(&str, [&str; 3])| Code {
        value: (*value).to_owned(),
        text: text(*texts),
        from: None,
        until: None,
    };
    Represented {
        concept,
        name,
        definition,
        data_type: example.data_type,
        unit: None,
        code_system: example.code_system.map(str::to_owned),
        codes: example.codes.iter().map(code).collect(),
    }
}

/// Proposes a relation and decides it, as far as that is not done; says whether anything was.
async fn relate(
    harmonisation: &Harmonisation,
    (steward, reviewer): (&Actor, &Actor),
    to: RepresentedId,
    related: &Related,
) -> Result<bool> {
    let from = related.from.parse().context("the demo names a variable that is no path")?;
    let there = harmonisation.relations(steward, Some(&from), None).await?;
    let there = there.into_iter().find(|view| view.to.target == Target::Represented(to));
    if there.as_ref().is_some_and(|view| view.decision.is_some() || related.decided.is_none()) {
        return Ok(false);
    }
    let id = match there {
        Some(view) => view.id,
        None => {
            let one =
                |(code, to): &(&str, Option<&str>)| CodeMatch { code: (*code).to_owned(), to: to.map(str::to_owned) };
            let new = NewRelation {
                from,
                to: Target::Represented(to),
                kind: related.kind,
                codes: related.codes.iter().map(one).collect(),
                transformation: String::new(),
                reason: related.reason.to_owned(),
                seen: None,
            };
            harmonisation.propose(steward, new).await?
        }
    };
    if let Some(reason) = related.decided {
        harmonisation.decide(reviewer, id, 1, true, reason).await?;
    }
    Ok(true)
}
