//! Frameworks: principles and what each requires. They come as text files with the program.
//!
//! A requirement whose text changes gets a new version with its day; assessments name the version that
//! they were made against, so that one sees which are of an older one.

use std::{collections::BTreeSet, fmt};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use varde_core::LocalisedText;

/// The files in the program: the national principles and the FAIR indicators.
const BUILT_IN: [&str; 2] = [include_str!("../../content/national.toml"), include_str!("../../content/fair.toml")];
/// The longest name of a requirement.
const LONGEST: usize = 40;

/// A requirement's name, such as `2.1` or `RDA-F1-01M`: letters, digits, `.` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequirementId(String);

/// The text is not the name of a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a requirement's name has letters, digits, '.' and '-', at most {LONGEST}")]
pub struct NotARequirement;

impl RequirementId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RequirementId {
    type Error = NotARequirement;
    fn try_from(text: String) -> Result<Self, NotARequirement> {
        let good = |b: u8| b.is_ascii_alphanumeric() || b == b'.' || b == b'-';
        let fits = !text.is_empty() && text.len() <= LONGEST && text.bytes().all(good);
        if fits { Ok(Self(text)) } else { Err(NotARequirement) }
    }
}

impl From<RequirementId> for String {
    fn from(id: RequirementId) -> Self {
        id.0
    }
}

impl fmt::Display for RequirementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How strongly a requirement asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The least that a principle asks.
    Minimum,
    /// Beyond the least.
    Further,
    /// An indicator of the FAIR model without which nothing works.
    Essential,
    /// One that makes much easier.
    Important,
    /// One that is good to have.
    Useful,
}

impl Level {
    /// The name in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Minimum => "minimum",
            Self::Further => "further",
            Self::Essential => "essential",
            Self::Important => "important",
            Self::Useful => "useful",
        }
    }

    /// Whether the principle is not held when this is not met.
    pub const fn binds(self) -> bool {
        matches!(self, Self::Minimum | Self::Essential)
    }
}

/// What a requirement says from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequirementVersion {
    /// Its number, from 1.
    pub number: u32,
    /// Its first day.
    pub from: Date,
    /// What it says.
    pub text: LocalisedText,
}

/// A requirement.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Its name, unique over all frameworks.
    pub id: RequirementId,
    /// How strongly it asks.
    pub level: Level,
    /// Its versions, the first first.
    pub versions: Vec<RequirementVersion>,
}

impl Requirement {
    /// The version that holds on that day; none before its first.
    pub fn on(&self, day: Date) -> Option<&RequirementVersion> {
        self.versions.iter().rev().find(|version| version.from <= day)
    }

    /// The version of that number.
    pub fn version(&self, number: u32) -> Option<&RequirementVersion> {
        self.versions.iter().find(|version| version.number == number)
    }
}

/// A principle.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Principle {
    /// Its name within the framework, such as `4` or `F`.
    pub id: String,
    /// Its title.
    pub title: LocalisedText,
    /// What it means.
    pub about: LocalisedText,
    /// What it asks.
    pub requirements: Vec<Requirement>,
}

/// Principles that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Its name in addresses.
    pub id: String,
    /// Its title.
    pub title: LocalisedText,
    /// What it is for.
    pub about: LocalisedText,
    /// Its principles.
    pub principles: Vec<Principle>,
}

/// All frameworks. There is at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frameworks(Vec<Framework>);

/// A file of principles that cannot be used, with what is wrong and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the principles cannot be read: {0}")]
pub struct BadContent(String);

impl Frameworks {
    /// Those that come with the program.
    ///
    /// # Errors
    /// [`BadContent`]; a test shows that it does not happen.
    pub fn built_in() -> Result<Self, BadContent> {
        Self::read(&BUILT_IN)
    }

    /// Reads frameworks, each from the text of a TOML file.
    ///
    /// # Errors
    /// [`BadContent`].
    pub fn read(files: &[&str]) -> Result<Self, BadContent> {
        let read = |text: &&str| toml::from_str(text).map_err(|error| BadContent(error.to_string()));
        let all: Vec<Framework> = files.iter().map(read).collect::<Result<_, _>>()?;
        check(&all)?;
        Ok(Self(all))
    }

    /// All of them, in their order.
    pub fn all(&self) -> &[Framework] {
        &self.0
    }

    /// The one of that name.
    pub fn get(&self, id: &str) -> Option<&Framework> {
        self.0.iter().find(|framework| framework.id == id)
    }

    /// A requirement with what it belongs to.
    pub fn requirement(&self, id: &RequirementId) -> Option<(&Framework, &Principle, &Requirement)> {
        let all = self.0.iter().flat_map(|f| f.principles.iter().map(move |p| (f, p)));
        all.flat_map(|(f, p)| p.requirements.iter().map(move |r| (f, p, r))).find(|(_, _, r)| r.id == *id)
    }
}

fn check(all: &[Framework]) -> Result<(), BadContent> {
    if all.is_empty() {
        return Err(BadContent("there is no framework".to_owned()));
    }
    let mut seen = BTreeSet::new();
    for framework in all {
        whole(&framework.id, &framework.title)?;
        whole(&framework.id, &framework.about)?;
        for principle in &framework.principles {
            whole(&principle.id, &principle.title)?;
            whole(&principle.id, &principle.about)?;
            for requirement in &principle.requirements {
                check_requirement(requirement)?;
                if !seen.insert(&requirement.id) {
                    return Err(BadContent(format!("{} stands twice", requirement.id)));
                }
            }
        }
    }
    Ok(())
}

fn check_requirement(requirement: &Requirement) -> Result<(), BadContent> {
    let wrong = |what: &str| Err(BadContent(format!("{}: {what}", requirement.id)));
    if requirement.versions.is_empty() {
        return wrong("it has no version");
    }
    if !requirement.versions.iter().zip(1..).all(|(version, number)| version.number == number) {
        return wrong("its versions must be numbered 1, 2, 3 …");
    }
    if !requirement.versions.is_sorted_by(|a, b| a.from < b.from) {
        return wrong("each version must begin after the one before");
    }
    requirement.versions.iter().try_for_each(|version| whole(requirement.id.as_str(), &version.text))
}

fn whole(of: &str, text: &LocalisedText) -> Result<(), BadContent> {
    let missing = [&text.nb, &text.nn, &text.en].into_iter().any(|text| text.trim().is_empty());
    if missing { Err(BadContent(format!("{of}: a text is missing in one of the languages"))) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_with_the_program_is_whole() {
        let all = Frameworks::built_in().unwrap();
        let national = all.get("national").unwrap();
        assert_eq!(national.principles.len(), 7);
        for principle in &national.principles {
            let minimum = principle.requirements.iter().filter(|one| one.level == Level::Minimum).count();
            assert!(minimum >= 2 && minimum < principle.requirements.len(), "{}", principle.id);
        }
        let fair = all.get("fair").unwrap();
        let counts: Vec<_> = fair.principles.iter().map(|one| (one.id.as_str(), one.requirements.len())).collect();
        assert_eq!(counts, [("F", 7), ("A", 12), ("I", 12), ("R", 10)], "RDA: 41 indicators");
        let of = |level| fair.principles.iter().flat_map(|p| &p.requirements).filter(|r| r.level == level).count();
        assert_eq!((of(Level::Essential), of(Level::Important), of(Level::Useful)), (20, 14, 7));
        let id = RequirementId::try_from("RDA-A1.2-01D".to_owned()).unwrap();
        assert_eq!(all.requirement(&id).map(|(f, p, r)| (&*f.id, &*p.id, r.level)), Some(("fair", "A", Level::Useful)));
    }

    const GOOD: &str = r#"
        id = "f"
        title = { nb = "a", nn = "b", en = "c" }
        about = { nb = "a", nn = "b", en = "c" }
        [[principles]]
        id = "1"
        title = { nb = "a", nn = "b", en = "c" }
        about = { nb = "a", nn = "b", en = "c" }
        [[principles.requirements]]
        id = "1.1"
        level = "minimum"
        [[principles.requirements.versions]]
        number = 1
        from = "2026-01-01"
        text = { nb = "a", nn = "b", en = "c" }
        [[principles.requirements.versions]]
        number = 2
        from = "2026-06-01"
        text = { nb = "d", nn = "e", en = "f" }
    "#;

    #[test]
    fn each_day_has_its_version() {
        let all = Frameworks::read(&[GOOD]).unwrap();
        let requirement = &all.all()[0].principles[0].requirements[0];
        let on = |day: &str| requirement.on(day.parse().unwrap()).map(|version| version.number);
        assert_eq!(["2025-12-31", "2026-01-01", "2026-05-31", "2026-06-01"].map(on), [None, Some(1), Some(1), Some(2)]);
        assert_eq!((requirement.version(1).map(|v| v.number), requirement.version(3)), (Some(1), None));
    }

    #[test]
    fn what_is_wrong_in_a_file_is_named() {
        for (from, to, named) in [
            ("number = 2", "number = 3", "1.1: its versions"),
            ("2026-06-01", "2026-01-01", "1.1: each version"),
            ("nn = \"e\"", "nn = \" \"", "1.1: a text is missing"),
            ("level = \"minimum\"", "level = \"some\"", "level"),
            ("id = \"1.1\"", "id = \"1/1\"", "requirement's name"),
            ("id = \"1.1\"", "id = \"1.1\"\nnote = 1", "note"),
        ] {
            let wrong = Frameworks::read(&[&GOOD.replace(from, to)]).unwrap_err().to_string();
            assert!(wrong.contains(named), "{named}: {wrong}");
        }
        assert!(Frameworks::read(&[GOOD, GOOD]).unwrap_err().to_string().contains("1.1 stands twice"));
        assert!(Frameworks::read(&[]).is_err());
    }
}
