//! What can be delegated, as the registry of resources says it.

use std::{collections::BTreeSet, fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{FieldProblem, Language, LocalisedText, LoginLevel, identifier::OrganisationNumber};

/// The roles in the register of organisations that carry access management (*Tilgangsstyring*,
/// Altinn's role ADMAI), in the order of their codes.
pub const ACCESS_MANAGEMENT: [&str; 16] = [
    "BEST", "BOBE", "DAGL", "DTPR", "DTSO", "FFOR", "INNH", "KEMN", "KNUF", "KOMK", "KOMP", "LEDE", "PRIV", "REPR",
    "SAM", "SREVA",
];

/// The name of a resource, such as `nhn-persontjenesten-full-access`: lower-case letters a–z and
/// digits in words joined by `-`, at most 100 characters. Stable over its versions.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ResourceId(String);

/// The text is not the name of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a resource is named by words of a–z and 0–9 joined by -, at most 100 characters")]
pub struct NotAResourceId;

impl ResourceId {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ResourceId {
    type Error = NotAResourceId;
    fn try_from(text: String) -> Result<Self, NotAResourceId> {
        let word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        if text.len() <= 100 && text.split('-').all(word) { Ok(Self(text)) } else { Err(NotAResourceId) }
    }
}

impl FromStr for ResourceId {
    type Err = NotAResourceId;
    fn from_str(text: &str) -> Result<Self, NotAResourceId> {
        Self::try_from(text.to_owned())
    }
}

impl From<ResourceId> for String {
    fn from(id: ResourceId) -> Self {
        id.0
    }
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who defines what the right means: what people compare before they give it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompetentAuthority {
    /// Its number.
    pub number: OrganisationNumber,
    /// Its name.
    pub name: String,
}

/// A resource that organisations can give suppliers the right to. The shape of the JSON that an
/// operator registers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DelegableResource {
    /// Its name.
    pub id: ResourceId,
    /// What it is called, in all three languages.
    pub title: LocalisedText,
    /// What it is, in all three languages.
    pub description: LocalisedText,
    /// What the supplier may do with it, in all three languages.
    pub right: LocalisedText,
    /// Who defines it.
    pub competent_authority: CompetentAuthority,
    /// How surely the person who gives it must have been identified.
    pub least_level: LoginLevel,
    /// The registry roles that may give it, some of [`ACCESS_MANAGEMENT`]; all of them when the file
    /// does not say.
    #[serde(default = "all_roles")]
    pub roles: BTreeSet<String>,
    /// The scopes that the supplier's clients may then ask for on behalf of the organisation.
    pub scopes: BTreeSet<String>,
    /// Whether it can be given now. What was given before stays until it is removed.
    pub delegable: bool,
    /// Whether it is found by searching.
    pub visible: bool,
}

fn all_roles() -> BTreeSet<String> {
    ACCESS_MANAGEMENT.into_iter().map(str::to_owned).collect()
}

/// What is wrong with a resource that somebody wants to register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// A text is missing in a language.
    #[error("{0} must be written in nb, nn and en")]
    Text(&'static str),
    /// The competent authority has no name.
    #[error("competent_authority.name is empty: people compare it before they give the right")]
    Authority,
    /// Nobody could give it, or somebody who does not manage access could.
    #[error("roles must name one or more registry roles that carry access management, such as DAGL")]
    Roles,
    /// A scope that no client can ask for (RFC 6749 section 3.3), or none.
    #[error("scopes must name one or more scopes of printable ASCII without spaces, quotes and backslashes")]
    Scopes,
}

impl Flaw {
    /// The same for the fields of a form or a JSON body.
    pub fn field(self) -> FieldProblem {
        match self {
            Self::Text(field) => FieldProblem::new(field, "delegation-error-text"),
            Self::Authority => FieldProblem::new("competent_authority.name", "delegation-error-authority"),
            Self::Roles => FieldProblem::new("roles", "delegation-error-roles"),
            Self::Scopes => FieldProblem::new("scopes", "delegation-error-scopes"),
        }
    }
}

impl DelegableResource {
    /// What is wrong with it; nothing when it can be registered.
    pub fn flaws(&self) -> Vec<Flaw> {
        let texts = [("title", &self.title), ("description", &self.description), ("right", &self.right)];
        let untold = |text: &LocalisedText| [&text.nb, &text.nn, &text.en].iter().any(|t| t.trim().is_empty());
        let mut flaws: Vec<Flaw> = texts.into_iter().filter(|(_, t)| untold(t)).map(|(f, _)| Flaw::Text(f)).collect();
        if self.competent_authority.name.trim().is_empty() {
            flaws.push(Flaw::Authority);
        }
        if self.roles.is_empty() || self.roles.iter().any(|role| !ACCESS_MANAGEMENT.contains(&role.as_str())) {
            flaws.push(Flaw::Roles);
        }
        let scope = |s: &String| !s.is_empty() && s.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\');
        if self.scopes.is_empty() || !self.scopes.iter().all(scope) {
            flaws.push(Flaw::Scopes);
        }
        flaws
    }

    /// Whether somebody who searches for these words in that language means this: each word is in
    /// its title, its description, its name or its authority's name.
    pub fn matches(&self, words: &str, language: Language) -> bool {
        let parts = [
            self.title.get(language),
            self.description.get(language),
            self.id.as_str(),
            &self.competent_authority.name,
        ];
        let text = parts.join(" ").to_lowercase();
        words.to_lowercase().split_whitespace().all(|word| text.contains(word))
    }
}

/// A version of a resource in the registry. Versions are only added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Registered {
    /// 1 for the first.
    pub version: u32,
    /// When it was registered, UTC.
    pub registered_at: Timestamp,
    /// What it says.
    #[serde(flatten)]
    pub resource: DelegableResource,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource() -> DelegableResource {
        let text = LocalisedText::new("Helseopplysninger", "Helseopplysningar", "Health data");
        DelegableResource {
            id: "nhn-helseid".parse().unwrap(),
            title: text.clone(),
            description: text.clone(),
            right: text,
            competent_authority: CompetentAuthority {
                number: OrganisationNumber::from_stem(31_000_000).unwrap(),
                name: "Norsk helsenett".to_owned(),
            },
            least_level: LoginLevel::High,
            roles: all_roles(),
            scopes: ["nhn:helseid".to_owned()].into(),
            delegable: true,
            visible: true,
        }
    }

    #[test]
    fn a_name_is_words_joined_by_dashes() {
        for good in ["a", "nhn-persontjenesten-full-access", "v2"] {
            assert_eq!(good.parse::<ResourceId>().unwrap().as_str(), good);
        }
        for bad in ["", "-", "a-", "A", "a b", "a/b", "æ", &"a".repeat(101)] {
            assert_eq!(bad.parse::<ResourceId>(), Err(NotAResourceId), "{bad}");
        }
    }

    #[test]
    fn flaws_are_named_by_field() {
        assert_eq!(resource().flaws(), []);
        let mut wrong = resource();
        wrong.title.en = " ".to_owned();
        wrong.competent_authority.name.clear();
        wrong.roles = ["DAGL".to_owned(), "MEDL".to_owned()].into();
        wrong.scopes = ["two words".to_owned()].into();
        assert_eq!(wrong.flaws(), [Flaw::Text("title"), Flaw::Authority, Flaw::Roles, Flaw::Scopes]);
        (wrong.roles, wrong.scopes) = (BTreeSet::new(), BTreeSet::new());
        assert_eq!(wrong.flaws().len(), 4, "none at all is wrong too");
    }

    #[test]
    fn a_file_that_says_too_little_or_too_much_is_refused() {
        let mut json = serde_json::to_value(resource()).unwrap();
        json.as_object_mut().unwrap().remove("roles");
        assert_eq!(serde_json::from_value::<DelegableResource>(json.clone()).unwrap().roles.len(), 16);
        json["delegabel"] = true.into();
        assert!(serde_json::from_value::<DelegableResource>(json.clone()).is_err(), "a misspelt field");
        json.as_object_mut().unwrap().remove("delegabel");
        json.as_object_mut().unwrap().remove("least_level");
        assert!(serde_json::from_value::<DelegableResource>(json).is_err(), "a missing one");
    }

    #[test]
    fn a_search_finds_all_words_in_any_of_its_texts() {
        for found in ["", "helseid", "HELSENETT helseopp", "nhn"] {
            assert!(resource().matches(found, Language::Nb), "{found}");
        }
        assert!(resource().matches("health", Language::En) && !resource().matches("health", Language::Nb));
        assert!(!resource().matches("helseid altinn", Language::Nb));
    }
}
