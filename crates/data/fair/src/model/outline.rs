//! What each model asks: its dimensions, indicators and weights, as they are published. They come as text
//! files with the program; the 41 FAIR indicators come from architecture governance, which holds them.

use std::collections::BTreeSet;

use serde::Deserialize;
use varde_architecture::{Frameworks, Level};
use varde_core::{Digest, LocalisedText};

use super::{Access, finding::named};

/// Counts up when a rule changes what it finds: scores of before say that they were made by other rules.
const RULES: u32 = 1;
/// The models that are ours to hold, in the order of [`Model::ALL`] after the first.
const FILES: [&str; 3] = [
    include_str!("../../content/mqa.toml"),
    include_str!("../../content/label.toml"),
    include_str!("../../content/health.toml"),
];
/// The name of the FAIR indicators among the frameworks of architecture.
const FAIR: &str = "fair";

named! {
    /// A model of quality.
    Model {
        /// The RDA FAIR Data Maturity Model.
        Fdmm "fdmm",
        /// The national metadata quality assessment, DCATNO-MQA.
        Mqa "mqa",
        /// The elements of the data quality and utility label (EHDS art. 78).
        Label "label",
        /// How complete the description is by HealthDCAT-AP.
        Health "health",
    }
}

named! {
    /// How strongly HealthDCAT-AP asks for a property.
    Obligation {
        /// It must be there.
        Mandatory "mandatory",
        /// It should be there.
        Recommended "recommended",
        /// It may be there.
        Optional "optional",
    }
}

impl Obligation {
    /// What it weighs: the profile gives no weights, these are ours.
    pub const fn weight(self) -> u32 {
        match self {
            Self::Mandatory => 3,
            Self::Recommended => 2,
            Self::Optional => 1,
        }
    }
}

/// What a model asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outline {
    /// Which model.
    pub model: Model,
    /// Where it is published.
    pub published: String,
    /// The version that was published.
    pub version: String,
    /// Its dimensions.
    pub dimensions: Vec<Dimension>,
    /// SHA-256 of all that decides a score: indicators, weights, the version of our rules.
    pub digest: Digest,
}

/// Indicators that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    /// Its name in the model.
    pub id: String,
    /// What it is called.
    pub title: LocalisedText,
    /// Its indicators.
    pub indicators: Vec<Indicator>,
}

/// An indicator.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Its name in the model.
    pub id: String,
    /// What it asks; `None` where it is named as the field is that it asks for.
    #[serde(default)]
    pub name: Option<LocalisedText>,
    /// What it weighs, where it weighs the same for all.
    #[serde(default = "one")]
    pub weight: u32,
    /// Its priority in the FAIR model.
    #[serde(skip)]
    pub priority: Option<Level>,
    /// How strongly it is asked for of data that are public, restricted, non-public.
    #[serde(default)]
    pub obligations: Option<[Obligation; 3]>,
}

const fn one() -> u32 {
    1
}

impl Indicator {
    /// How strongly it is asked for of a source, where that follows from the access rights.
    pub fn obligation(&self, access: Access) -> Option<Obligation> {
        let at = Access::ALL.iter().position(|one| *one == access)?;
        self.obligations.map(|all| all[at])
    }

    /// What it weighs for a source.
    pub fn weight(&self, access: Access) -> u32 {
        self.obligation(access).map_or(self.weight, Obligation::weight)
    }
}

impl Outline {
    /// The indicators with the dimension of each.
    pub fn indicators(&self) -> impl Iterator<Item = (&Dimension, &Indicator)> {
        self.dimensions.iter().flat_map(|dimension| dimension.indicators.iter().map(move |one| (dimension, one)))
    }

    /// The indicator of that name.
    pub fn indicator(&self, id: &str) -> Option<(&Dimension, &Indicator)> {
        self.indicators().find(|(_, one)| one.id == id)
    }
}

/// A file that cannot be used, with what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the models of quality cannot be read: {0}")]
pub struct BadOutline(String);

/// All models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlines([Outline; 4]);

/// A model as its file says it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    published: String,
    version: String,
    dimensions: Vec<Dimension>,
}

impl Outlines {
    /// Those that come with the program.
    ///
    /// # Errors
    /// [`BadOutline`]; a test shows that it does not happen.
    pub fn built_in() -> Result<Self, BadOutline> {
        let bad = |error: &dyn std::fmt::Display| BadOutline(error.to_string());
        let frameworks = Frameworks::built_in().map_err(|error| bad(&error))?;
        let [mqa, label, health] = FILES.map(|file| toml::from_str::<Written>(file).map_err(|error| bad(&error)));
        let all = [
            outline(Model::Fdmm, fair(&frameworks)?)?,
            outline(Model::Mqa, mqa?)?,
            outline(Model::Label, label?)?,
            outline(Model::Health, health?)?,
        ];
        Ok(Self(all))
    }

    /// What a model asks.
    pub fn of(&self, model: Model) -> &Outline {
        let [fdmm, mqa, label, health] = &self.0;
        match model {
            Model::Fdmm => fdmm,
            Model::Mqa => mqa,
            Model::Label => label,
            Model::Health => health,
        }
    }
}

/// The FAIR indicators, in the words of architecture governance.
fn fair(frameworks: &Frameworks) -> Result<Written, BadOutline> {
    let found = frameworks.get(FAIR).ok_or_else(|| BadOutline("there are no FAIR indicators".to_owned()))?;
    let dimension = |principle: &varde_architecture::Principle| Dimension {
        id: principle.id.clone(),
        title: principle.title.clone(),
        indicators: principle.requirements.iter().map(indicator).collect(),
    };
    Ok(Written {
        published: "https://doi.org/10.15497/rda00050".to_owned(),
        version: "1.0".to_owned(),
        dimensions: found.principles.iter().map(dimension).collect(),
    })
}

fn indicator(requirement: &varde_architecture::Requirement) -> Indicator {
    Indicator {
        id: requirement.id.to_string(),
        name: requirement.versions.last().map(|version| version.text.clone()),
        weight: one(),
        priority: Some(requirement.level),
        obligations: None,
    }
}

fn outline(model: Model, written: Written) -> Result<Outline, BadOutline> {
    let mut seen = BTreeSet::new();
    let mut weighed = vec![format!("{} {} rules {RULES}", model.name(), written.version)];
    for dimension in &written.dimensions {
        for one in &dimension.indicators {
            if !seen.insert(&one.id) {
                return Err(BadOutline(format!("{} stands twice in {}", one.id, model.name())));
            }
            let weights = Access::ALL.map(|access| one.weight(access));
            let priority = one.priority.map_or("", Level::name);
            weighed.push(format!("{} {} {weights:?} {priority}", dimension.id, one.id));
        }
    }
    let digest = Digest::of(weighed.join("\n").as_bytes());
    Ok(Outline {
        model,
        published: written.published,
        version: written.version,
        dimensions: written.dimensions,
        digest,
    })
}
