//! The authorisation matrix: every action against every role, found by asking the policy rather
//! than by reading it, so that the snapshot shows what the rules do.

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::Value;
use uuid::Uuid;
use varde_core::{Actor, ApiScope, Component, LoginLevel, OrganisationId, PersonId, Role, Subject};

use crate::{Policy, Resource, resource::Attribute, shape::Kind};

/// The most combinations of states that are tried for one cell.
const COMBINATIONS: usize = 4096;

/// How a made-up resource stands to the actor, from far to near.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    Unrelated,
    Organisation,
    Own,
}

const RELATIONS: [(Relation, &str); 3] =
    [(Relation::Unrelated, "any"), (Relation::Organisation, "organisation"), (Relation::Own, "own")];

/// Action × role as a Markdown table. A cell says on which resources the role may do the action in
/// at least one state: `any` (also of strangers), `organisation` (only those that name the
/// organisation acted for), `own` (only those that name the person too), or `–`. `(high)` means
/// only at login level high; for a program with a token, which scope it takes. The states tried are the values the rules themselves mention and one
/// they do not.
pub fn matrix(policy: &Policy) -> String {
    let mut table = String::from("| action |");
    let actors = actors();
    for (name, _) in &actors {
        let _ = write!(table, " {name} |");
    }
    let _ = write!(table, "\n|---|{}\n", "---|".repeat(actors.len()));
    for action in policy.actions() {
        let literals = Literals::of(policy, action);
        let _ = write!(table, "| {action} |");
        for (_, actor) in &actors {
            let _ = write!(table, " {} |", cell(policy, action, actor, &literals));
        }
        table.push('\n');
    }
    table
}

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

fn actors() -> Vec<(&'static str, Actor)> {
    let (me, mine) = (PersonId::from_uuid(id(1)), OrganisationId::from_uuid(id(2)));
    let mut actors = vec![("anonymous", Actor::anonymous())];
    for role in Role::ALL {
        let actor = match role {
            Role::Citizen => Actor::citizen(me, LoginLevel::High),
            _ => Actor::employee(me, LoginLevel::High, mine, [role]),
        };
        actors.push((role.name(), actor));
    }
    let components =
        [("flows", Component::Flows), ("command line", Component::CommandLine), ("demo world", Component::DemoWorld)];
    actors.push(("client", Actor { organisation: Some(mine), ..Actor::client("client") }));
    // A part of Varde acts for an organisation where a rule asks for whom it does.
    let acting = |component| Actor { organisation: Some(mine), ..Actor::system(component) };
    actors.extend(components.map(|(name, component)| (name, acting(component))));
    actors
}

fn cell(policy: &Policy, action: &str, actor: &Actor, literals: &Literals) -> String {
    let plain = cell_as(policy, action, actor, literals);
    if plain != "–" || !matches!(actor.subject, Subject::Client { .. }) {
        return plain;
    }
    let opened = ApiScope::ALL.into_iter().find_map(|scope| {
        let with = Actor { scopes: [scope].into(), ..actor.clone() };
        let cell = cell_as(policy, action, &with, literals);
        let short = scope.name().trim_start_matches(ApiScope::AUDIENCE).trim_start_matches('/');
        (cell != "–").then(|| format!("{cell} ({short})"))
    });
    opened.unwrap_or(plain)
}

fn cell_as(policy: &Policy, action: &str, actor: &Actor, literals: &Literals) -> String {
    let allowed = |actor: &Actor, relation| {
        resources(policy, action, actor, relation, literals).iter().any(|r| policy.check(actor, action, r).is_ok())
    };
    let Some((relation, name)) = RELATIONS.into_iter().find(|(relation, _)| allowed(actor, *relation)) else {
        return "–".to_owned();
    };
    let lower = actor
        .person()
        .map(|person| Actor { subject: Subject::Person { person, level: LoginLevel::Substantial }, ..actor.clone() });
    match lower {
        Some(lower) if !allowed(&lower, relation) => format!("{name} (high)"),
        _ => name.to_owned(),
    }
}

/// The values that the rules for an action mention.
struct Literals {
    texts: Vec<String>,
    numbers: Vec<i64>,
}

impl Literals {
    fn of(policy: &Policy, action: &str) -> Self {
        let mut literals = Self { texts: vec!["(other)".to_owned()], numbers: vec![0, i64::from(i32::MAX)] };
        for source in policy.sources_for(action) {
            literals.collect(&source["conditions"]);
        }
        literals.texts.sort();
        literals.texts.dedup();
        // Comparisons have their edge at the number itself or beside it.
        let edges: Vec<i64> =
            literals.numbers.iter().flat_map(|n| [n.saturating_sub(1), *n, n.saturating_add(1)]).collect();
        literals.numbers = edges;
        literals.numbers.sort_unstable();
        literals.numbers.dedup();
        literals
    }

    fn collect(&mut self, expression: &Value) {
        match expression {
            Value::Object(members) => {
                for (name, value) in members {
                    match (name.as_str(), value) {
                        ("Value", Value::String(text)) => self.texts.push(text.clone()),
                        ("Value", Value::Number(number)) => self.numbers.extend(number.as_i64()),
                        _ => self.collect(value),
                    }
                }
            }
            Value::Array(all) => all.iter().for_each(|v| self.collect(v)),
            _ => {}
        }
    }
}

/// The resources of the action's types that stand in the relation to the actor, in every state.
fn resources(policy: &Policy, action: &str, actor: &Actor, relation: Relation, literals: &Literals) -> Vec<Resource> {
    let shapes = policy.shapes();
    let kinds = shapes.actions.get(action).map(Vec::as_slice).unwrap_or_default();
    let nothing = BTreeMap::new();
    kinds
        .iter()
        .flat_map(|kind| {
            let mut all = vec![with_id(kind, actor, relation)];
            for (name, attribute) in shapes.attributes.get(kind).unwrap_or(&nothing) {
                let values = values(*attribute, actor, relation, literals);
                all = all.iter().flat_map(|r| values.iter().map(|v| r.clone().with(name, v.clone()))).collect();
                all.truncate(COMBINATIONS);
            }
            all
        })
        .collect()
}

fn with_id(kind: &str, actor: &Actor, relation: Relation) -> Resource {
    let stranger = id(99);
    let own = match (kind, relation) {
        ("Person", Relation::Own) => actor.person().map(PersonId::uuid),
        ("Organisation", Relation::Own | Relation::Organisation) => actor.organisation.map(OrganisationId::uuid),
        _ => None,
    };
    Resource::new(kind).id(own.unwrap_or(stranger))
}

fn values(kind: Kind, actor: &Actor, relation: Relation, literals: &Literals) -> Vec<Attribute> {
    let stranger = PersonId::from_uuid(id(91));
    let person = actor.person().filter(|_| relation == Relation::Own).unwrap_or(stranger);
    let elsewhere = OrganisationId::from_uuid(id(92));
    let organisation = actor.organisation.filter(|_| relation != Relation::Unrelated).unwrap_or(elsewhere);
    match kind {
        // A resource that names the actor need not do so in every role ("a reviewer who is not the author").
        Kind::Person if person != stranger => vec![Attribute::Person(person), Attribute::Person(stranger)],
        Kind::Person => vec![Attribute::Person(stranger)],
        Kind::Persons if person != stranger => {
            vec![Attribute::Persons([person].into()), Attribute::Persons([stranger].into())]
        }
        Kind::Persons => vec![Attribute::Persons([stranger].into())],
        Kind::Organisation => vec![Attribute::Organisation(organisation)],
        Kind::Organisations => vec![Attribute::Organisations([organisation].into())],
        Kind::Text => literals.texts.iter().cloned().map(Attribute::Text).collect(),
        Kind::Texts => literals.texts.iter().map(|t| Attribute::Texts([t.clone()].into())).collect(),
        Kind::Flag => vec![Attribute::Flag(true), Attribute::Flag(false)],
        Kind::Number => literals.numbers.iter().copied().map(Attribute::Number).collect(),
    }
}
