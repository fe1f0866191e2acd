//! Who acts. There is no ambient user: every use case takes an [`Actor`].

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{ApiScope, OrganisationId, PersonId, Purpose};

/// How surely the person was identified at login (eIDAS levels; ID-porten's "betydelig" and "høyt").
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LoginLevel {
    /// Substantial, such as MinID.
    Substantial,
    /// High, such as BankID, Buypass or Commfides.
    High,
}

/// What somebody may be in Varde beside being a citizen. Assigned in `identity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Anybody who is logged in, about themselves.
    Citizen,
    /// Applies for data and works in rooms, on behalf of an organisation.
    Researcher,
    /// Handles applications and decides, in the access body.
    Handler,
    /// Checks results before they leave a room, in the access body.
    Reviewer,
    /// Keeps a register: imports, releases and describes its data, at the data holder.
    Steward,
    /// Runs the installation; sees jobs, health and the log, never personal data.
    Operator,
    /// Gives and ends the other roles in their own organisation.
    Administrator,
}

impl Role {
    /// All roles, in the order of the authorisation matrix.
    pub const ALL: [Self; 7] = [
        Self::Citizen,
        Self::Researcher,
        Self::Handler,
        Self::Reviewer,
        Self::Steward,
        Self::Operator,
        Self::Administrator,
    ];

    /// The name in policies, entries and the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Citizen => "citizen",
            Self::Researcher => "researcher",
            Self::Handler => "handler",
            Self::Reviewer => "reviewer",
            Self::Steward => "steward",
            Self::Operator => "operator",
            Self::Administrator => "administrator",
        }
    }

    /// The role of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.name() == name)
    }
}

/// A part of Varde that acts on its own, such as a flow that reacts to an issued permit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Component {
    /// `varde::flows` and the jobs it starts.
    Flows,
    /// The command line of the operator on the machine itself.
    CommandLine,
    /// The maker of the demo world.
    DemoWorld,
    /// The authorisation server, where no client has proven itself yet.
    AuthorisationServer,
    /// The vendors' self-service, when it does at the authorisation server what somebody has asked
    /// for and was allowed to.
    SelfService,
}

/// Who or what the actor is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// Nobody has logged in.
    Anonymous,
    /// A person, identified at a level.
    Person {
        /// Who.
        person: PersonId,
        /// How surely.
        level: LoginLevel,
    },
    /// A registered OAuth client (machine to machine).
    Client {
        /// Its client id.
        client: String,
    },
    /// A part of Varde itself.
    System {
        /// Which part.
        component: Component,
    },
}

/// Who acts, on whose behalf, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The person, client or component.
    pub subject: Subject,
    /// The roles held in the organisation acted for.
    pub roles: BTreeSet<Role>,
    /// The organisation acted for; `None` when a citizen acts for themselves.
    pub organisation: Option<OrganisationId>,
    /// The supplier whose system acts for the organisation, if any.
    pub supplier: Option<OrganisationId>,
    /// Why data is read, where the caller has said so.
    pub purpose: Option<Purpose>,
    /// What a program's token opens; none for people, who have roles.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub scopes: BTreeSet<ApiScope>,
}

impl Actor {
    /// Nobody has logged in.
    pub fn anonymous() -> Self {
        Self::of(Subject::Anonymous, [])
    }

    /// A citizen who acts for themselves.
    pub fn citizen(person: PersonId, level: LoginLevel) -> Self {
        Self::of(Subject::Person { person, level }, [Role::Citizen])
    }

    /// A person at work: the roles they hold in an organisation.
    pub fn employee(
        person: PersonId,
        level: LoginLevel,
        organisation: OrganisationId,
        roles: impl IntoIterator<Item = Role>,
    ) -> Self {
        let mut actor = Self::of(Subject::Person { person, level }, roles);
        actor.roles.insert(Role::Citizen);
        actor.organisation = Some(organisation);
        actor
    }

    /// A program by its client id, for nobody in particular until `organisation` is set.
    pub fn client(client: impl Into<String>) -> Self {
        Self::of(Subject::Client { client: client.into() }, [])
    }

    /// A part of Varde acting on its own.
    pub fn system(component: Component) -> Self {
        Self::of(Subject::System { component }, [])
    }

    /// The person acting, if it is a person.
    pub fn person(&self) -> Option<PersonId> {
        match self.subject {
            Subject::Person { person, .. } => Some(person),
            _ => None,
        }
    }

    /// The login level, if a person acts.
    pub fn level(&self) -> Option<LoginLevel> {
        match self.subject {
            Subject::Person { level, .. } => Some(level),
            _ => None,
        }
    }

    /// Whether the actor holds the role.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    fn of(subject: Subject, roles: impl IntoIterator<Item = Role>) -> Self {
        let roles = roles.into_iter().collect();
        Self { subject, roles, organisation: None, supplier: None, purpose: None, scopes: BTreeSet::new() }
    }
}
