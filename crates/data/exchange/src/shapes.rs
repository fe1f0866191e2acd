//! What the profiles demand, as shapes of our own, and what a record lacks by them.

use varde_rdf::{
    Format, Limits, ReadError, Statements, read,
    shacl::{self, Report, ShapesError, TooDeep},
};

use crate::{Access, Profile};

/// The shapes of the profiles that can be checked.
#[derive(Debug, Clone)]
pub struct Shapes {
    national: shacl::Shapes,
    health: shacl::Shapes,
    health_restricted: shacl::Shapes,
    health_non_public: shacl::Shapes,
}

/// Our own shapes cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum WrongShapes {
    /// They are no Turtle.
    #[error("a file of shapes cannot be read: {0}")]
    Text(#[from] ReadError),
    /// They cannot be obeyed.
    #[error("a file of shapes cannot be obeyed: {0}")]
    Shapes(#[from] ShapesError),
}

impl Shapes {
    /// The profiles that are checked.
    pub const CHECKED: [Profile; 2] = [Profile::National2, Profile::Health];

    /// Reads the shapes that are part of the program.
    ///
    /// # Errors
    /// They cannot be read or obeyed: a fault of ours that a test would find.
    pub fn load() -> Result<Self, WrongShapes> {
        Ok(Self {
            national: parse(include_str!("../shapes/national.ttl"))?,
            health: parse(include_str!("../shapes/health.ttl"))?,
            health_restricted: parse(include_str!("../shapes/health-restricted.ttl"))?,
            health_non_public: parse(include_str!("../shapes/health-non-public.ttl"))?,
        })
    }

    /// What is wrong with the graph of a source by a profile; `None` for a profile that is not checked. In
    /// HealthDCAT-AP more is demanded of data that fewer get at.
    ///
    /// # Errors
    /// The graph leads too deep.
    pub fn check(&self, profile: Profile, access: Access, said: &Statements) -> Result<Option<Report>, TooDeep> {
        let sets: &[&shacl::Shapes] = match (profile, access) {
            (Profile::National2, _) => &[&self.national],
            (Profile::Health, Access::Public) => &[&self.health],
            (Profile::Health, Access::Restricted) => &[&self.health, &self.health_restricted],
            (Profile::Health, Access::NonPublic) => &[&self.health, &self.health_restricted, &self.health_non_public],
            (Profile::National3 | Profile::SchemaOrg, _) => return Ok(None),
        };
        let graph = said.graph();
        let mut all = Report::default();
        for shapes in sets {
            let report = shapes.validate(&graph)?;
            all.findings.extend(report.findings);
            all.remarks.extend(report.remarks);
        }
        Ok(Some(all))
    }
}

fn parse(turtle: &str) -> Result<shacl::Shapes, WrongShapes> {
    let document = read(turtle.as_bytes(), Format::Turtle, None, Limits::default())?;
    Ok(shacl::Shapes::read(&document.graph)?)
}
