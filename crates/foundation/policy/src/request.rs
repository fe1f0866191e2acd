//! From our words to Cedar's: actor to principal, resource to entity.

use std::collections::{BTreeMap, HashMap, HashSet};

use cedar_policy::{Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression as Value};
use varde_core::{Actor, Component, LoginLevel, Subject};

use crate::{Resource, resource::Attribute};

/// The entity types of the schema, parsed once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Types(BTreeMap<String, EntityTypeName>);

impl Types {
    pub(crate) fn new<'t>(types: impl IntoIterator<Item = &'t EntityTypeName>) -> Self {
        Self(types.into_iter().map(|t| (t.to_string(), t.clone())).collect())
    }

    /// The entity's uid; `None` when no schema declares the type.
    pub(crate) fn uid(&self, kind: &str, id: impl AsRef<str>) -> Option<EntityUid> {
        let kind = self.0.get(kind)?.clone();
        Some(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
    }

    /// The principal for an actor.
    pub(crate) fn principal(&self, actor: &Actor) -> Option<Entity> {
        let (kind, id) = kind_and_id(&actor.subject);
        let roles = actor.roles.iter().map(|r| text(r.name()));
        let mut attributes = HashMap::from([
            ("roles".to_owned(), Value::new_set(roles)),
            ("level".to_owned(), text(level_name(actor.level()))),
        ]);
        if matches!(actor.subject, Subject::Client { .. }) {
            let scopes = actor.scopes.iter().map(|scope| text(scope.name()));
            attributes.insert("scopes".to_owned(), Value::new_set(scopes));
        }
        for (name, organisation) in [("organisation", actor.organisation), ("supplier", actor.supplier)] {
            if let Some(organisation) = organisation {
                let uid = self.uid("Organisation", organisation.to_string())?;
                attributes.insert(name.to_owned(), Value::new_entity_uid(uid));
            }
        }
        if let Some(purpose) = actor.purpose {
            attributes.insert("purpose".to_owned(), text(purpose.name()));
        }
        Entity::new(self.uid(kind, id)?, attributes, HashSet::new()).ok()
    }

    /// The entity for a resource.
    pub(crate) fn resource(&self, resource: &Resource) -> Option<Entity> {
        let mut attributes = HashMap::with_capacity(resource.attributes.len());
        for (name, attribute) in &resource.attributes {
            attributes.insert(name.clone(), self.value(attribute)?);
        }
        Entity::new(self.uid(&resource.kind, &resource.id)?, attributes, HashSet::new()).ok()
    }

    fn value(&self, attribute: &Attribute) -> Option<Value> {
        let person = |p: &varde_core::PersonId| self.uid("Person", p.to_string()).map(Value::new_entity_uid);
        let organisation =
            |o: &varde_core::OrganisationId| self.uid("Organisation", o.to_string()).map(Value::new_entity_uid);
        Some(match attribute {
            Attribute::Person(p) => person(p)?,
            Attribute::Persons(all) => Value::new_set(all.iter().map(person).collect::<Option<Vec<_>>>()?),
            Attribute::Organisation(o) => organisation(o)?,
            Attribute::Organisations(all) => Value::new_set(all.iter().map(organisation).collect::<Option<Vec<_>>>()?),
            Attribute::Text(value) => text(value),
            Attribute::Texts(all) => Value::new_set(all.iter().map(|t| text(t))),
            Attribute::Flag(value) => Value::new_bool(*value),
            Attribute::Number(value) => Value::new_long(*value),
        })
    }
}

fn text(value: &str) -> Value {
    Value::new_string(value.to_owned())
}

fn kind_and_id(subject: &Subject) -> (&'static str, String) {
    match subject {
        Subject::Anonymous => ("Anonymous", "nobody".to_owned()),
        Subject::Person { person, .. } => ("Person", person.to_string()),
        Subject::Client { client } => ("Client", client.clone()),
        Subject::System { component } => ("System", component_name(*component).to_owned()),
    }
}

fn component_name(component: Component) -> &'static str {
    match component {
        Component::Flows => "flows",
        Component::CommandLine => "command_line",
        Component::DemoWorld => "demo_world",
        Component::AuthorisationServer => "authorisation_server",
        Component::SelfService => "self_service",
    }
}

fn level_name(level: Option<LoginLevel>) -> &'static str {
    match level {
        None => "none",
        Some(LoginLevel::Substantial) => "substantial",
        Some(LoginLevel::High) => "high",
    }
}
