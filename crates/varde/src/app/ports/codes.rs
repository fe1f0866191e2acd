//! What search asks of code systems: those in force, and their codes.

use async_trait::async_trait;
use varde_core::{Actor, Component, PortError};
use varde_metadata::ports::{ConceptInForce, Concepts, SystemInForce};
use varde_terminology::{Key, Terminology};

use super::uses::text;

/// The code systems.
pub(crate) struct CodesInForce(pub(crate) Terminology);

#[async_trait]
impl Concepts for CodesInForce {
    async fn systems(&self) -> Result<Vec<SystemInForce>, PortError> {
        let known = self.0.in_force(&Actor::system(Component::Flows)).await.map_err(PortError::of)?;
        let system = |known: varde_terminology::Known| SystemInForce {
            called: [Some(known.key.to_string()), known.oid, Some(known.url)].into_iter().flatten().collect(),
            key: known.key.to_string(),
            name: text(&known.title),
            version: known.version,
        };
        Ok(known.into_iter().map(system).collect())
    }

    async fn concepts(&self, system: &SystemInForce) -> Result<Vec<ConceptInForce>, PortError> {
        let actor = Actor::system(Component::Flows);
        let Ok(key) = system.key.parse::<Key>() else { return Ok(Vec::new()) };
        let shown = self.0.shown(&actor, &key, Some(&system.version)).await.map_err(PortError::of)?;
        let concept = |concept: &varde_terminology::Concept| ConceptInForce {
            code: concept.code.clone(),
            name: text(&concept.display),
            others: concept.designations.iter().map(|designation| designation.value.clone()).collect(),
        };
        Ok(shown.content.concepts().iter().filter(|concept| concept.active).map(concept).collect())
    }
}
