//! What somebody wants to do something with, as the policies see it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use varde_core::{OrganisationId, PersonId};

/// One attribute of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Attribute {
    Person(PersonId),
    Persons(BTreeSet<PersonId>),
    Organisation(OrganisationId),
    Organisations(BTreeSet<OrganisationId>),
    Text(String),
    Texts(BTreeSet<String>),
    Flag(bool),
    Number(i64),
}

/// A resource: its type as in the context's schema, its id, and the attributes that the rules ask
/// about. Build it from what was loaded; an attribute that a rule needs and that is missing means
/// no.
///
/// ```
/// # use varde_policy::Resource;
/// let draft = Resource::new("Application").id("1f0c").text("state", "draft").flag("withdrawn", false);
/// assert_eq!(draft.to_string(), "Application:1f0c");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    pub(crate) kind: String,
    pub(crate) id: String,
    pub(crate) attributes: BTreeMap<String, Attribute>,
}

impl Resource {
    /// A resource of a type declared in a schema file, such as `Application`. Without an id it
    /// stands for the type as a whole (listing, creating).
    pub fn new(kind: &str) -> Self {
        Self { kind: kind.to_owned(), id: "*".to_owned(), attributes: BTreeMap::new() }
    }

    /// Which one.
    #[must_use]
    pub fn id(mut self, id: impl fmt::Display) -> Self {
        self.id = id.to_string();
        self
    }

    /// A person who stands in this relation to the resource, such as `applicant`.
    #[must_use]
    pub fn person(self, name: &str, person: PersonId) -> Self {
        self.with(name, Attribute::Person(person))
    }

    /// Persons who stand in this relation, such as `members`.
    #[must_use]
    pub fn persons(self, name: &str, persons: impl IntoIterator<Item = PersonId>) -> Self {
        self.with(name, Attribute::Persons(persons.into_iter().collect()))
    }

    /// An organisation in this relation, such as `holder`.
    #[must_use]
    pub fn organisation(self, name: &str, organisation: OrganisationId) -> Self {
        self.with(name, Attribute::Organisation(organisation))
    }

    /// An organisation in this relation, if there is one (the schema says `name?`).
    #[must_use]
    pub fn maybe_organisation(self, name: &str, organisation: Option<OrganisationId>) -> Self {
        match organisation {
            Some(organisation) => self.organisation(name, organisation),
            None => self,
        }
    }

    /// A person in this relation, if there is one (the schema says `name?`).
    #[must_use]
    pub fn maybe_person(self, name: &str, person: Option<PersonId>) -> Self {
        match person {
            Some(person) => self.person(name, person),
            None => self,
        }
    }

    /// Organisations in this relation.
    #[must_use]
    pub fn organisations(self, name: &str, organisations: impl IntoIterator<Item = OrganisationId>) -> Self {
        self.with(name, Attribute::Organisations(organisations.into_iter().collect()))
    }

    /// A code, such as the state.
    #[must_use]
    pub fn text(self, name: &str, value: impl Into<String>) -> Self {
        self.with(name, Attribute::Text(value.into()))
    }

    /// Several codes.
    #[must_use]
    pub fn texts<T: Into<String>>(self, name: &str, values: impl IntoIterator<Item = T>) -> Self {
        self.with(name, Attribute::Texts(values.into_iter().map(Into::into).collect()))
    }

    /// A yes or no.
    #[must_use]
    pub fn flag(self, name: &str, value: bool) -> Self {
        self.with(name, Attribute::Flag(value))
    }

    /// A whole number.
    #[must_use]
    pub fn number(self, name: &str, value: i64) -> Self {
        self.with(name, Attribute::Number(value))
    }

    pub(crate) fn with(mut self, name: &str, attribute: Attribute) -> Self {
        self.attributes.insert(name.to_owned(), attribute);
        self
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}
