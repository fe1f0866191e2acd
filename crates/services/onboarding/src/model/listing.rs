//! What can be taken into use: services and their information classes.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{FieldProblem, LegalBasis, LocalisedText, identifier::OrganisationNumber};

use crate::{ClassId, Contact, ServiceId};

/// Words in addresses of this context, which no service can be called.
const RESERVED: [&str; 2] = ["bestillinger", "behandling"];
/// The longest notice of new terms, in days.
const LONGEST_NOTICE: u16 = 365;

/// A service that organisations take into use. The shape of the JSON that an operator registers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Its name.
    pub id: ServiceId,
    /// The main unit that owns it and decides on orders.
    pub owner: OrganisationNumber,
    /// The short names of its APIs, the `aud` of their tokens. An API belongs to one service.
    pub audiences: BTreeSet<String>,
    /// What it is called, in all three languages.
    pub title: LocalisedText,
    /// What it is and what it takes, in all three languages.
    pub description: LocalisedText,
    /// Whom it can be asked about; told of orders that wait.
    pub contact: Contact,
    /// The resource in the registry of delegations by which a supplier may order it on an
    /// organisation's behalf. Without one only the organisation itself can.
    #[serde(default)]
    pub resource: Option<String>,
    /// How many days before new terms apply they are published at the latest (1–365).
    #[serde(default = "a_month")]
    pub notice_days: u16,
    /// What can be asked for, the least first.
    pub classes: Vec<InformationClass>,
}

const fn a_month() -> u16 {
    30
}

/// A package of a service: what an organisation gets to see, by which law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InformationClass {
    /// Its name.
    pub id: ClassId,
    /// What it is called, in all three languages.
    pub title: LocalisedText,
    /// What is in it and what is not, in all three languages.
    pub description: LocalisedText,
    /// The legal bases of which the organisation must name one.
    pub bases: Vec<LegalBasis>,
    /// The scopes that it opens, each below one of the service's audiences.
    pub scopes: BTreeSet<String>,
}

/// A version of a service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Registered {
    /// Its version, from 1.
    pub version: u32,
    /// When it was registered, UTC.
    pub registered_at: Timestamp,
    /// What it says.
    #[serde(flatten)]
    pub service: Service,
}

/// What is wrong with a service that somebody wants to register.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Its name is a word that our addresses use.
    #[error("id: {0} is a word of our own addresses; choose another name")]
    Reserved(ServiceId),
    /// A text is missing in a language.
    #[error("{0} must be written in nb, nn and en")]
    Text(String),
    /// It has no API.
    #[error("audiences must name one or more APIs, without spaces and slashes")]
    Audiences,
    /// The notice is none.
    #[error("notice_days must be from 1 to {LONGEST_NOTICE}")]
    Notice,
    /// It has no class.
    #[error("classes must hold one or more information classes")]
    NoClass,
    /// Two classes have one name.
    #[error("classes.{0} stands twice")]
    Twice(ClassId),
    /// A class has no legal basis.
    #[error("classes.{0}.bases must name one or more legal bases by law and section")]
    Bases(ClassId),
    /// A class opens no scope, or one of another API.
    #[error("classes.{0}.scopes must name one or more scopes of the service's audiences, such as audience/read")]
    Scopes(ClassId),
}

impl Flaw {
    /// The same for the fields of a JSON body.
    pub fn field(&self) -> FieldProblem {
        let (field, message) = match self {
            Self::Reserved(_) => ("id".to_owned(), "onboarding-flaw-reserved"),
            Self::Text(field) => (field.clone(), "onboarding-flaw-text"),
            Self::Audiences => ("audiences".to_owned(), "onboarding-flaw-audiences"),
            Self::Notice => ("notice_days".to_owned(), "onboarding-flaw-notice"),
            Self::NoClass => ("classes".to_owned(), "onboarding-flaw-no_class"),
            Self::Twice(class) => (format!("classes.{class}"), "onboarding-flaw-twice"),
            Self::Bases(class) => (format!("classes.{class}.bases"), "onboarding-flaw-bases"),
            Self::Scopes(class) => (format!("classes.{class}.scopes"), "onboarding-flaw-scopes"),
        };
        FieldProblem::new(field, message)
    }
}

/// Whether the text is missing in a language.
pub(crate) fn untold(text: &LocalisedText) -> bool {
    [&text.nb, &text.nn, &text.en].iter().any(|t| t.trim().is_empty())
}

impl Service {
    /// What is wrong with it; nothing when it can be registered.
    pub fn flaws(&self) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        if RESERVED.contains(&self.id.as_str()) {
            flaws.push(Flaw::Reserved(self.id.clone()));
        }
        for (field, text) in [("title", &self.title), ("description", &self.description)] {
            if untold(text) {
                flaws.push(Flaw::Text(field.to_owned()));
            }
        }
        let audience = |a: &String| !a.is_empty() && a.bytes().all(|b| b.is_ascii_graphic() && b != b'/');
        if self.audiences.is_empty() || !self.audiences.iter().all(audience) {
            flaws.push(Flaw::Audiences);
        }
        if !(1..=LONGEST_NOTICE).contains(&self.notice_days) {
            flaws.push(Flaw::Notice);
        }
        if self.classes.is_empty() {
            flaws.push(Flaw::NoClass);
        }
        for (place, class) in self.classes.iter().enumerate() {
            if self.classes.iter().take(place).any(|earlier| earlier.id == class.id) {
                flaws.push(Flaw::Twice(class.id.clone()));
            }
            flaws.extend(self.flaws_of(class));
        }
        flaws
    }

    fn flaws_of(&self, class: &InformationClass) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        for (field, text) in [("title", &class.title), ("description", &class.description)] {
            if untold(text) {
                flaws.push(Flaw::Text(format!("classes.{}.{field}", class.id)));
            }
        }
        let unnamed = |basis: &LegalBasis| basis.law.trim().is_empty() || basis.section.trim().is_empty();
        if class.bases.is_empty() || class.bases.iter().any(unnamed) {
            flaws.push(Flaw::Bases(class.id.clone()));
        }
        let ours = |scope: &String| scope.split_once('/').is_some_and(|(api, _)| self.audiences.contains(api));
        if class.scopes.is_empty() || !class.scopes.iter().all(ours) {
            flaws.push(Flaw::Scopes(class.id.clone()));
        }
        flaws
    }

    /// The class of that name.
    pub fn class(&self, id: &ClassId) -> Option<&InformationClass> {
        self.classes.iter().find(|class| class.id == *id)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use varde_core::Language;

    use super::*;
    use crate::EmailAddress;

    fn text(word: &str) -> LocalisedText {
        LocalisedText::new(word, word, word)
    }

    fn class(id: &str, scope: &str) -> InformationClass {
        InformationClass {
            id: id.parse().unwrap(),
            title: text("Uten adressegradering"),
            description: text("Alt utenom fortrolige adresser"),
            bases: vec![LegalBasis::new("folkeregisterloven", "§ 10-2")],
            scopes: [scope.to_owned()].into(),
        }
    }

    pub(crate) fn service() -> Service {
        Service {
            id: "persontjenesten".parse().unwrap(),
            owner: OrganisationNumber::from_stem(31_000_007).unwrap(),
            audiences: ["varde:person".to_owned()].into(),
            title: text("Persontjenesten"),
            description: text("Folkeregisteropplysninger"),
            contact: Contact { email: EmailAddress::parse("post@example.org").unwrap(), language: Language::Nb },
            resource: Some("varde-persontjenesten".to_owned()),
            notice_days: 30,
            classes: vec![class("begrenset", "varde:person/begrenset"), class("full", "varde:person/full")],
        }
    }

    #[test]
    fn a_whole_service_has_no_flaw() {
        assert_eq!(service().flaws(), []);
    }

    #[test]
    fn every_flaw_is_named() {
        type Change = fn(&mut Service);
        let cases: [(Change, &str); 11] = [
            (|s| s.id = "bestillinger".parse().unwrap(), "id"),
            (|s| s.title.nn.clear(), "title"),
            (|s| s.description.en = " ".to_owned(), "description"),
            (|s| s.audiences.clear(), "audiences"),
            (|s| s.audiences = ["a/b".to_owned()].into(), "audiences"),
            (|s| s.notice_days = 0, "notice_days"),
            (|s| s.classes.clear(), "classes"),
            (|s| s.classes.push(s.classes[0].clone()), "classes.begrenset"),
            (|s| s.classes[1].bases.clear(), "classes.full.bases"),
            (|s| s.classes[1].scopes = ["annet:api/les".to_owned()].into(), "classes.full.scopes"),
            (|s| s.classes[0].description.nb.clear(), "classes.begrenset.description"),
        ];
        for (change, field) in cases {
            let mut changed = service();
            change(&mut changed);
            let fields: Vec<String> = changed.flaws().iter().map(|flaw| flaw.field().field).collect();
            assert!(fields.contains(&field.to_owned()), "{field}: {fields:?}");
        }
    }
}
