//! Two sources, their holders' stewards, a governing body, and the site.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use axum::Router;
use jiff::{Timestamp, civil::Date};
use varde_architecture::{
    Answer, Architecture, Frameworks, NewAssessment, NewDeviation, Owner, Ports, RequirementId, ThingId,
    ports::{Letter, Letters, Organisations, PortError, Source, Sources},
};
use varde_core::{Actor, Clock as _, Language, LocalisedText, LoginLevel, OrganisationId, PersonId, Role};
use varde_policy::{Guard, Policy};
use varde_store::{Store, testing::TestDatabase};
use varde_web::{
    Web, WebConfig,
    testing::{self, ByName, Page},
};

/// The holders of the two sources, and the governing body.
pub(crate) const HOLDER: u128 = 101;
pub(crate) const OTHER: u128 = 102;
pub(crate) const BODY: u128 = 103;

pub(crate) fn organisation(n: u128) -> OrganisationId {
    OrganisationId::from_uuid(uuid::Uuid::from_u128(n))
}

fn person(n: u128, level: LoginLevel, of: u128, role: Role) -> Actor {
    Actor::employee(PersonId::from_uuid(uuid::Uuid::from_u128(n)), level, organisation(of), [role])
}

pub(crate) fn steward() -> Actor {
    person(1, LoginLevel::Substantial, HOLDER, Role::Steward)
}

pub(crate) fn other_steward() -> Actor {
    person(2, LoginLevel::High, OTHER, Role::Steward)
}

pub(crate) fn body() -> Actor {
    person(3, LoginLevel::High, BODY, Role::Handler)
}

/// Who somebody is, by the name they log in with.
fn actor(name: &str) -> Option<Actor> {
    Some(match name {
        "steward" => steward(),
        "other" => other_steward(),
        "body" => body(),
        "body-low" => person(3, LoginLevel::Substantial, BODY, Role::Handler),
        "researcher" => person(4, LoginLevel::High, HOLDER, Role::Researcher),
        _ => return None,
    })
}

struct Registers;

#[async_trait]
impl Sources for Registers {
    async fn all(&self, _: Option<Timestamp>) -> Result<Vec<Source>, PortError> {
        let source = |path: &str, name: &str, holder| Source {
            path: path.to_owned().try_into().unwrap(),
            name: LocalisedText::new(name, format!("{name} (nn)"), format!("{name} (en)")),
            holder,
        };
        Ok(vec![
            source("npr", "Pasientregisteret", Some(organisation(HOLDER))),
            source("kreft", "Kreftregisteret <&>", Some(organisation(OTHER))),
            source("ukjent", "Et register uten eier her", None),
        ])
    }
}

#[async_trait]
impl Organisations for Registers {
    async fn names(&self, ids: &[OrganisationId]) -> Result<BTreeMap<OrganisationId, String>, PortError> {
        Ok(ids.iter().map(|id| (*id, format!("Virksomhet {}", id.uuid().as_u128()))).collect())
    }
}

/// An outbox that tells the same once.
#[derive(Default)]
pub(crate) struct Outbox(pub(crate) Mutex<Vec<Letter>>);

#[async_trait]
impl Letters for Outbox {
    fn is_address(&self, text: &str) -> bool {
        text.contains('@')
    }

    async fn put_down(&self, letter: &Letter) -> Result<bool, PortError> {
        let mut letters = self.0.lock().unwrap();
        let new = letters.iter().all(|one| one.about != letter.about);
        if new {
            letters.push(letter.clone());
        }
        Ok(new)
    }
}

pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) store: Store,
    pub(crate) service: Architecture,
    pub(crate) outbox: Arc<Outbox>,
}

pub(crate) fn thing(text: &str) -> ThingId {
    text.to_owned().try_into().unwrap()
}

pub(crate) fn requirement(text: &str) -> RequirementId {
    text.to_owned().try_into().unwrap()
}

impl World {
    pub(crate) async fn new() -> Self {
        let contexts = [&varde_policy::CONTEXT, &varde_web::CONTEXT, &varde_architecture::CONTEXT];
        let database = varde_store::testing::database(&contexts).await;
        let store = database.simulated();
        let outbox = Arc::new(Outbox::default());
        let service = Self::service(&store, &outbox, Frameworks::built_in().unwrap());
        Self { database, store, service, outbox }
    }

    /// A service with other principles over the same tables.
    pub(crate) fn service(store: &Store, outbox: &Arc<Outbox>, frameworks: Frameworks) -> Architecture {
        let ports = Ports {
            sources: Arc::new(Registers),
            organisations: Arc::new(Registers),
            letters: Some(Arc::clone(outbox) as _),
        };
        let guard = Guard::new(Policy::load().unwrap(), store.clone());
        Architecture::with_frameworks(store, guard, ports, organisation(BODY), "https://varde.example/", frameworks)
    }

    pub(crate) fn today(&self) -> Date {
        self.database.clock().today()
    }

    pub(crate) fn later(&self, days: u64) {
        self.database.clock().advance(std::time::Duration::from_secs(days * 86_400));
    }

    /// The steward says so of a requirement of the first source.
    pub(crate) async fn assess(&self, of: &str, answer: Answer, seen: u32) {
        let new = said(answer, seen);
        self.service.assess(&steward(), &thing("kilde-npr"), &requirement(of), new).await.unwrap();
    }

    fn site(&self) -> Router {
        Web::new(WebConfig::new("http://varde.test".parse().unwrap()), &self.store)
            .routes(varde_architecture::routes(self.service.clone()))
            .texts(varde_architecture::TEXTS)
            .authenticator(Arc::new(ByName(actor)))
            .router()
    }

    /// Asks for a page, or posts a form.
    pub(crate) async fn visit(&self, who: &str, language: &str, path: &str, form: Option<&[(&str, &str)]>) -> Page {
        testing::visit(&self.site(), who, language, path, form).await
    }
}

pub(crate) fn said(answer: Answer, seen: u32) -> NewAssessment {
    NewAssessment {
        answer,
        reason: format!("Fordi det er {}.", answer.name()),
        evidence: vec!["https://example.org/notat".to_owned(), "Notat 7".to_owned()],
        seen,
    }
}

pub(crate) fn wanted(expires: Date) -> NewDeviation {
    NewDeviation {
        reason: "Grensesnittet kommer med neste utgave.".to_owned(),
        owner: Owner {
            function: "Registerleder".to_owned(),
            email: "leder@register.example".to_owned(),
            language: Language::Nn,
        },
        expires,
    }
}
