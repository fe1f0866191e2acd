//! What the profiles demand, as shapes of our own, and what a record lacks by them.

use varde_core::Digest;
use varde_rdf::{
    Format, Limits, ReadError, Statements, read,
    shacl::{self, Report, ShapesError, TooDeep},
};

use crate::{Access, Profile};

/// The shapes of the profiles that can be checked.
#[derive(Debug, Clone)]
pub struct Shapes {
    national: shacl::Shapes,
    national_3: shacl::Shapes,
    health: shacl::Shapes,
    health_restricted: shacl::Shapes,
    health_non_public: shacl::Shapes,
}

const NATIONAL: &str = include_str!("../shapes/national.ttl");
const NATIONAL_3: &str = include_str!("../shapes/national-3.ttl");
const HEALTH: &str = include_str!("../shapes/health.ttl");
const HEALTH_RESTRICTED: &str = include_str!("../shapes/health-restricted.ttl");
const HEALTH_NON_PUBLIC: &str = include_str!("../shapes/health-non-public.ttl");

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
    pub const CHECKED: [Profile; 3] = [Profile::National2, Profile::National3, Profile::Health];
    /// Those that other catalogues demand today: DCAT-AP-NO 3 is to come.
    pub const DEMANDED: [Profile; 2] = [Profile::National2, Profile::Health];

    /// Reads the shapes that are part of the program.
    ///
    /// # Errors
    /// They cannot be read or obeyed: a fault of ours that a test would find.
    pub fn load() -> Result<Self, WrongShapes> {
        Ok(Self {
            national: parse(NATIONAL)?,
            national_3: parse(NATIONAL_3)?,
            health: parse(HEALTH)?,
            health_restricted: parse(HEALTH_RESTRICTED)?,
            health_non_public: parse(HEALTH_NON_PUBLIC)?,
        })
    }

    /// The digest of all shapes: two checks with the same one asked the same questions.
    pub fn digest() -> Digest {
        Digest::of([NATIONAL, NATIONAL_3, HEALTH, HEALTH_RESTRICTED, HEALTH_NON_PUBLIC].concat().as_bytes())
    }

    /// What is wrong with the graph of a source by a profile; `None` for a profile that is not checked. In
    /// HealthDCAT-AP more is demanded of data that fewer get at.
    ///
    /// # Errors
    /// The graph leads too deep.
    pub fn check(&self, profile: Profile, access: Access, said: &Statements) -> Result<Option<Report>, TooDeep> {
        let sets: &[&shacl::Shapes] = match (profile, access) {
            (Profile::National2, _) => &[&self.national],
            (Profile::National3, _) => &[&self.national_3],
            (Profile::Health, Access::Public) => &[&self.health],
            (Profile::Health, Access::Restricted) => &[&self.health, &self.health_restricted],
            (Profile::Health, Access::NonPublic) => &[&self.health, &self.health_restricted, &self.health_non_public],
            (Profile::SchemaOrg, _) => return Ok(None),
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
