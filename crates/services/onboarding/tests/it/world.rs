//! A small register of organisations, and the service on a database of its own.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;
use varde_core::{
    Actor, Clock as _, Component, Language, LegalBasis, LocalisedText, LoginLevel, Matter, OrganisationId, PersonId,
    Role, identifier::OrganisationNumber,
};
use varde_onboarding::{
    Answer, Contact, EmailAddress, InformationClass, Mailbox, NewOrder, NewTerms, Onboarding, Order, OrderId, Ports,
    Power, RemindOfTerms, SendMail, SendNotice, Service, Wanted,
    ports::{KnownOrganisation, Letter, Mandate, Mandates, NotSent, Organisations, People, PortError, Post},
};
use varde_policy::{Guard, Policy};
use varde_store::{
    Store,
    jobs::{self, Settings},
    testing::{self, TestDatabase},
};

/// Two clinics, the supplier of the first, the service's owner.
pub(crate) const CLINIC: usize = 0;
pub(crate) const OTHER_CLINIC: usize = 1;
pub(crate) const SUPPLIER: usize = 2;
pub(crate) const OWNER: usize = 3;

/// Who leads the clinic, the other clinic, the supplier; the clinic's administrator; two handlers of
/// the owner's, of whom the second leads the owner.
pub(crate) const LEADER: u128 = 1;
pub(crate) const OTHER_LEADER: u128 = 2;
pub(crate) const SUPPLIERS_LEADER: u128 = 3;
pub(crate) const ADMINISTRATOR: u128 = 4;
pub(crate) const HANDLER: u128 = 5;
pub(crate) const HANDLER_WHO_LEADS: u128 = 6;

pub(crate) const API: &str = "varde:person";
pub(crate) const RESOURCE: &str = "varde-persontjenesten";

pub(crate) fn number(n: usize) -> OrganisationNumber {
    let stems = [31_000_000, 31_000_002, 31_000_003, 31_000_004, 31_000_005];
    OrganisationNumber::from_stem(stems[n]).unwrap()
}

pub(crate) fn known(n: usize) -> Option<KnownOrganisation> {
    let names = ["Fjordgløtt legesenter", "Nordlys legekontor", "Journalhuset", "Registerhuset"];
    let id = OrganisationId::from_uuid(uuid::Uuid::from_u128(100 + n as u128));
    Some(KnownOrganisation { id, number: number(n), name: (*names.get(n)?).to_owned() })
}

fn all() -> impl Iterator<Item = KnownOrganisation> {
    (0..4).filter_map(known)
}

/// The registers of others, and whether the clinic's delegation to its supplier holds.
pub(crate) struct Registers {
    pub(crate) delegated: Mutex<bool>,
}

#[async_trait]
impl Organisations for Registers {
    async fn by_number(&self, wanted: OrganisationNumber) -> Result<Option<KnownOrganisation>, PortError> {
        Ok(all().find(|one| one.number == wanted))
    }

    async fn acted_for(&self, actor: &Actor) -> Result<Option<KnownOrganisation>, PortError> {
        Ok(all().find(|one| Some(one.id) == actor.organisation))
    }
}

#[async_trait]
impl Mandates for Registers {
    async fn of(&self, actor: &Actor) -> Result<Vec<Mandate>, PortError> {
        let leads =
            |n| Mandate { organisation: known(n).unwrap(), power: Power::RegistryRole { code: "DAGL".to_owned() } };
        Ok(match actor.person().map(|person| person.uuid().as_u128()) {
            Some(LEADER) => vec![leads(CLINIC)],
            Some(OTHER_LEADER) => vec![leads(OTHER_CLINIC)],
            Some(HANDLER_WHO_LEADS) => vec![leads(OWNER)],
            Some(ADMINISTRATOR) => {
                vec![Mandate { organisation: known(CLINIC).unwrap(), power: Power::Administrator }]
            }
            Some(SUPPLIERS_LEADER) if *self.delegated.lock().unwrap() => {
                vec![leads(SUPPLIER), Mandate { organisation: known(CLINIC).unwrap(), power: delegation() }]
            }
            Some(SUPPLIERS_LEADER) => vec![leads(SUPPLIER)],
            _ => Vec::new(),
        })
    }
}

#[async_trait]
impl People for Registers {
    async fn names(&self, _: &Actor, matter: &Matter) -> BTreeMap<PersonId, String> {
        let parties = matter.parties().iter();
        parties.map(|person| (*person, format!("Person {}", person.uuid().as_u128()))).collect()
    }
}

pub(crate) fn delegation() -> Power {
    let delegation = uuid::Uuid::from_u128(77);
    Power::Delegation { supplier: number(SUPPLIER), delegation, resource: RESOURCE.to_owned() }
}

pub(crate) fn person(n: u128) -> Actor {
    Actor::citizen(PersonId::from_uuid(uuid::Uuid::from_u128(n)), LoginLevel::High)
}

fn at_work(n: u128, organisation: usize, level: LoginLevel, role: Role) -> Actor {
    let person = PersonId::from_uuid(uuid::Uuid::from_u128(n));
    Actor::employee(person, level, known(organisation).unwrap().id, [role])
}

pub(crate) fn leader() -> Actor {
    person(LEADER)
}

pub(crate) fn suppliers_leader() -> Actor {
    person(SUPPLIERS_LEADER)
}

pub(crate) fn administrator(organisation: usize) -> Actor {
    at_work(ADMINISTRATOR, organisation, LoginLevel::High, Role::Administrator)
}

pub(crate) fn handler() -> Actor {
    at_work(HANDLER, OWNER, LoginLevel::High, Role::Handler)
}

pub(crate) fn handler_by_minid() -> Actor {
    at_work(HANDLER, OWNER, LoginLevel::Substantial, Role::Handler)
}

pub(crate) fn handler_elsewhere() -> Actor {
    at_work(HANDLER, CLINIC, LoginLevel::High, Role::Handler)
}

pub(crate) fn handler_who_leads() -> Actor {
    at_work(HANDLER_WHO_LEADS, OWNER, LoginLevel::High, Role::Handler)
}

pub(crate) fn command_line() -> Actor {
    Actor::system(Component::CommandLine)
}

pub(crate) fn server() -> Actor {
    Actor::system(Component::AuthorisationServer)
}

fn text(nb: &str) -> LocalisedText {
    LocalisedText::new(nb, format!("{nb} (nn)"), format!("{nb} (en)"))
}

fn class(id: &str, title: &str, section: &str) -> InformationClass {
    InformationClass {
        id: id.parse().unwrap(),
        title: text(title),
        description: text("Opplysninger fra Folkeregisteret."),
        bases: vec![LegalBasis::new("folkeregisterloven", section)],
        scopes: [format!("{API}/{id}")].into(),
    }
}

pub(crate) fn service() -> Service {
    Service {
        id: "persontjenesten".parse().unwrap(),
        owner: number(OWNER),
        audiences: [API.to_owned()].into(),
        title: text("Persontjenesten"),
        description: text("Slår opp i Folkeregisteret."),
        contact: Contact { email: EmailAddress::parse("eier@example.org").unwrap(), language: Language::Nb },
        resource: Some(RESOURCE.to_owned()),
        notice_days: 30,
        classes: vec![class("begrenset", "Begrenset", "§ 10-1"), class("full", "Full", "§ 10-2")],
    }
}

pub(crate) fn terms(applies_from: Timestamp) -> NewTerms {
    let nb = "Bruk opplysningene bare til det dere har bestilt dem til.\n\nSi fra om feil.";
    NewTerms { text: text(nb), applies_from }
}

pub(crate) fn wanted() -> Wanted {
    Wanted {
        class: "full".parse().unwrap(),
        basis: LegalBasis::new("folkeregisterloven", "§ 10-2"),
        need: "Vi trenger riktige adresser på pasientene.".to_owned(),
        contact: Contact { email: EmailAddress::parse("kari@example.org").unwrap(), language: Language::Nb },
    }
}

pub(crate) fn grant(class: &str) -> Answer {
    Answer::Grant { class: class.parse().unwrap(), reason: "Greit.".to_owned() }
}

/// What takes mail in a test: answers what it is told to, and keeps what it took.
#[derive(Default)]
pub(crate) struct Pigeon {
    pub(crate) taken: Mutex<Vec<Letter>>,
    pub(crate) answers: Mutex<Vec<NotSent>>,
}

#[async_trait]
impl Post for Pigeon {
    async fn send(&self, letter: &Letter) -> Result<(), NotSent> {
        if let Some(no) = self.answers.lock().unwrap().pop() {
            return Err(no);
        }
        self.taken.lock().unwrap().push(letter.clone());
        Ok(())
    }
}

pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) store: Store,
    pub(crate) service: Onboarding,
    pub(crate) registers: Arc<Registers>,
    pub(crate) pigeon: Arc<Pigeon>,
}

impl World {
    /// With the service Persontjenesten and its first terms.
    pub(crate) async fn new() -> Self {
        let pigeon = Arc::new(Pigeon::default());
        let post = Arc::clone(&pigeon);
        Self::with_post(pigeon, |_| Some(post)).await
    }

    /// The same, with something else that takes mail.
    pub(crate) async fn with_post(pigeon: Arc<Pigeon>, post: impl FnOnce(&Store) -> Option<Arc<dyn Post>>) -> Self {
        let world = Self::empty(pigeon, post).await;
        world.service.register(&command_line(), &service()).await.unwrap();
        world.service.publish_terms(&command_line(), &service().id, &terms(world.now())).await.unwrap();
        world
    }

    /// Without any service.
    pub(crate) async fn empty(pigeon: Arc<Pigeon>, post: impl FnOnce(&Store) -> Option<Arc<dyn Post>>) -> Self {
        let contexts = [&varde_policy::CONTEXT, &varde_web::CONTEXT, &varde_onboarding::CONTEXT];
        let database = testing::database(&contexts).await;
        let store = database.simulated();
        let guard = Guard::new(Policy::load().unwrap(), store.clone());
        let registers = Arc::new(Registers { delegated: Mutex::new(true) });
        let ports = Ports {
            organisations: Arc::clone(&registers) as _,
            mandates: Arc::clone(&registers) as _,
            people: Arc::clone(&registers) as _,
            post: post(&store),
        };
        let service = Onboarding::new(&store, guard, ports, "https://varde.example/");
        Self { database, store, service, registers, pigeon }
    }

    pub(crate) fn mailbox(&self) -> Mailbox {
        Mailbox::new(&self.store)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.database.clock().now()
    }

    pub(crate) fn later(&self, days: u64) {
        self.seconds_later(days * 86_400);
    }

    pub(crate) fn seconds_later(&self, seconds: u64) {
        self.database.clock().advance(Duration::from_secs(seconds));
    }

    pub(crate) async fn begin(&self, actor: &Actor, organisation: usize) -> Order {
        let new = NewOrder { service: service().id, organisation: number(organisation), wanted: wanted() };
        self.service.begin(actor, &new).await.unwrap()
    }

    /// An order that waits for the owner.
    pub(crate) async fn sent(&self, actor: &Actor, organisation: usize) -> OrderId {
        let id = self.begin(actor, organisation).await.id;
        let version = self.service.terms(&service().id).await.unwrap().last().unwrap().version;
        self.service.accept_terms(actor, id, version).await.unwrap();
        self.service.submit(actor, id).await.unwrap();
        id
    }

    /// An order that was granted as asked.
    pub(crate) async fn granted(&self, actor: &Actor, organisation: usize) -> OrderId {
        let id = self.sent(actor, organisation).await;
        self.service.decide(&handler(), id, &grant("full")).await.unwrap();
        id
    }

    /// Runs every job whose time has come.
    pub(crate) async fn run_jobs(&self) {
        let handlers: Vec<Arc<dyn jobs::Handler>> = vec![
            Arc::new(SendMail(self.service.clone())),
            Arc::new(SendNotice(self.service.clone())),
            Arc::new(RemindOfTerms(self.service.clone())),
        ];
        let settings = Settings { look: Duration::from_millis(10), ..Settings::default() };
        let none_is_due = async {
            while self.due().await > 0 {
                tokio::task::yield_now().await;
            }
        };
        jobs::run(self.store.clone(), handlers, settings, none_is_due).await;
    }

    async fn due(&self) -> i64 {
        let due = "SELECT count(*) FROM work.job WHERE state = 'running' \
                   OR (state = 'waiting' AND (run_after IS NULL OR run_after <= $1))";
        let count = sqlx::query_scalar(due).bind(self.now().to_sqlx());
        count.fetch_one(&mut self.database.owner().await).await.unwrap()
    }

    /// The kinds of the letters that were taken, by subject, and empties the list.
    pub(crate) fn letters(&self) -> Vec<Letter> {
        std::mem::take(&mut *self.pigeon.taken.lock().unwrap())
    }

    pub(crate) async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&mut self.database.owner().await).await.unwrap()
    }
}
