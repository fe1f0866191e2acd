//! A vendor, a clinic with a ward, their leaders, and the site around self-service.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use axum::{Router, body::Body};
use http::{HeaderMap, Request};
use serde_json::{Value, json};
use varde_core::{Actor, ApiScope, LoginLevel, OrganisationId, PersonId, Role, identifier::OrganisationNumber};
use varde_jose::{Algorithm, SigningKey};
use varde_policy::{Guard, Policy};
use varde_self_service::{
    Agreement, ClientId, Ports, Reach, SelfService,
    ports::{Agreements, Letter, Letters, Organisation, Organisations, PortError, Progress},
};
use varde_store::testing::TestDatabase;
use varde_web::{
    Web, WebConfig,
    testing::{self, ByName, Page},
};

use crate::registry::Registry;

/// The organisations.
pub(crate) const VENDOR: usize = 0;
pub(crate) const CLINIC: usize = 1;
pub(crate) const WARD: usize = 2;
/// Known to nobody.
pub(crate) const NOBODY: usize = 3;

/// Scopes of the one API: free, needing terms, and not delegable.
pub(crate) const READ: &str = "helse:prover/les";
pub(crate) const WRITE: &str = "helse:prover/skriv";
pub(crate) const ERASE: &str = "helse:prover/slett";

pub(crate) fn number(n: usize) -> OrganisationNumber {
    (31_000_000..).filter_map(OrganisationNumber::from_stem).nth(n).unwrap()
}

fn organisation_id(n: usize) -> OrganisationId {
    OrganisationId::from_uuid(uuid::Uuid::from_u128(100 + n as u128))
}

fn known(n: usize) -> Option<Organisation> {
    let name = (*["Journalhuset", "Fjordgløtt legesenter", "Fjordgløtt, avdeling nord"].get(n)?).to_owned();
    let parent = (n == WARD).then(|| number(CLINIC));
    Some(Organisation { id: organisation_id(n), number: number(n), name, parent })
}

/// Who somebody is, by the name they log in with.
fn actor(name: &str) -> Option<Actor> {
    let person = |n: u128, level| Actor::citizen(PersonId::from_uuid(uuid::Uuid::from_u128(n)), level);
    let program = |id: &str, scopes: &[ApiScope]| {
        let mut actor = Actor::client(id);
        actor.scopes = scopes.iter().copied().collect();
        actor
    };
    Some(match name {
        "vendor" => person(1, LoginLevel::High),
        "vendor-low" => person(1, LoginLevel::Substantial),
        "leader" => person(2, LoginLevel::High),
        "stranger" => person(3, LoginLevel::High),
        "administrator" => {
            let somebody = PersonId::from_uuid(uuid::Uuid::from_u128(4));
            Actor::employee(somebody, LoginLevel::High, organisation_id(VENDOR), [Role::Administrator])
        }
        _ => match name.split_once(' ') {
            Some(("client", id)) => program(id, &[ApiScope::SelfService]),
            Some(("other-scope", id)) => program(id, &[ApiScope::DelegationRead]),
            _ => return None,
        },
    })
}

struct Register;

#[async_trait]
impl Organisations for Register {
    async fn by_number(&self, wanted: OrganisationNumber) -> Result<Option<Organisation>, PortError> {
        Ok((0..NOBODY).find(|n| number(*n) == wanted).and_then(known))
    }

    async fn manages_access(&self, actor: &Actor, organisation: &Organisation) -> Result<bool, PortError> {
        let led = match actor.person().map(|person| person.uuid().as_u128()) {
            Some(1) => VENDOR,
            Some(2) => CLINIC,
            _ => return Ok(false),
        };
        Ok(number(led) == organisation.number)
    }

    async fn managed(&self, actor: &Actor) -> Result<Vec<Organisation>, PortError> {
        let mut all = Vec::new();
        for organisation in (0..NOBODY).filter_map(known) {
            if self.manages_access(actor, &organisation).await? || actor.organisation == Some(organisation.id) {
                all.push(organisation);
            }
        }
        Ok(all)
    }
}

/// What is agreed, and what was reported.
pub(crate) struct Said {
    pub(crate) agreement: Mutex<Agreement>,
    /// Who has delegated every resource to the vendor.
    pub(crate) givers: Mutex<BTreeSet<OrganisationNumber>>,
    pub(crate) reported: Mutex<BTreeSet<(String, OrganisationNumber, String)>>,
    pub(crate) letters: Mutex<Vec<Letter>>,
}

impl Said {
    fn report(&self, what: &str, organisation: OrganisationNumber, audiences: &[String]) {
        let mut reported = self.reported.lock().unwrap();
        reported.extend(audiences.iter().map(|audience| (what.to_owned(), organisation, audience.clone())));
    }
}

#[async_trait]
impl Agreements for Said {
    async fn with(&self, _: OrganisationNumber, _: &str, _: &str) -> Result<Agreement, PortError> {
        Ok(*self.agreement.lock().unwrap())
    }

    async fn givers(&self, vendor: OrganisationNumber, _: &str) -> Result<BTreeSet<OrganisationNumber>, PortError> {
        assert_eq!(vendor, number(VENDOR), "nobody else's are asked about");
        Ok(self.givers.lock().unwrap().clone())
    }
}

#[async_trait]
impl Progress for Said {
    async fn key_registered(
        &self,
        organisation: OrganisationNumber,
        _: ClientId,
        audiences: &[String],
    ) -> Result<(), PortError> {
        self.report("key", organisation, audiences);
        Ok(())
    }

    async fn connection_tested(
        &self,
        organisation: OrganisationNumber,
        _: ClientId,
        audiences: &[String],
    ) -> Result<(), PortError> {
        self.report("tested", organisation, audiences);
        Ok(())
    }
}

/// An outbox that tells the same once, as the one that fills this port does.
#[async_trait]
impl Letters for Said {
    fn is_address(&self, text: &str) -> bool {
        text.contains('@')
    }

    async fn put_down(&self, letter: &Letter) -> Result<bool, PortError> {
        let mut letters = self.letters.lock().unwrap();
        let new = letters.iter().all(|one| one.about != letter.about);
        if new {
            letters.push(letter.clone());
        }
        Ok(new)
    }
}

pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) service: Arc<SelfService>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) said: Arc<Said>,
    site: Router,
    ports: Ports,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl From<Page> for Answer {
    fn from(page: Page) -> Self {
        Self { status: page.status.as_u16(), headers: page.headers, body: page.text }
    }
}

impl Answer {
    /// Where it leads.
    pub(crate) fn location(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.body);
        self.headers["location"].to_str().unwrap()
    }

    /// The id at the end of where it leads.
    pub(crate) fn id(&self) -> String {
        self.location().rsplit('/').next().unwrap().to_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The fields that are wrong, and the problem's code.
    pub(crate) fn problem(&self) -> (u16, String, Vec<String>) {
        let body = self.json();
        let fields = body["fields"].as_array().into_iter().flatten();
        let fields = fields.map(|field| field["field"].as_str().unwrap().to_owned()).collect();
        (self.status, body["code"].as_str().unwrap().to_owned(), fields)
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::reaching(Reach::Anywhere).await
    }

    pub(crate) async fn reaching(reach: Reach) -> Self {
        let contexts = [&varde_policy::CONTEXT, &varde_web::CONTEXT, &varde_self_service::CONTEXT];
        let database = varde_store::testing::database(&contexts).await;
        let store = database.simulated();
        let guard = Guard::new(Policy::load().unwrap(), store.clone());
        let registry = Arc::new(Registry::default());
        let said = Arc::new(Said {
            agreement: Mutex::new(Agreement::Good),
            givers: Mutex::default(),
            reported: Mutex::default(),
            letters: Mutex::default(),
        });
        let ports = Ports {
            organisations: Arc::new(Register),
            registry: Arc::clone(&registry) as _,
            agreements: Arc::clone(&said) as _,
            progress: Some(Arc::clone(&said) as _),
            letters: Some(Arc::clone(&said) as _),
        };
        let service = Arc::new(SelfService::new(&store, guard, ports.clone(), reach).unwrap());
        let site = Web::new(WebConfig::new("http://varde.test".parse().unwrap()), &store)
            .routes(varde_self_service::routes(Arc::clone(&service)))
            .open_api(varde_self_service::open_api())
            .texts(varde_self_service::TEXTS)
            .authenticator(Arc::new(ByName(actor)))
            .router();
        Self { database, service, registry, said, site, ports }
    }

    /// Another instance of the service on the same database, beside the same authorisation server.
    pub(crate) fn another(&self) -> SelfService {
        let store = self.database.store(Arc::new(self.database.clock().clone()), varde_core::Randomness::seeded(2));
        let guard = Guard::new(Policy::load().unwrap(), store.clone());
        SelfService::new(&store, guard, self.ports.clone(), Reach::Anywhere).unwrap()
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.database.clock().advance(std::time::Duration::from_secs(seconds));
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        testing::send(&self.site, request).await.into()
    }

    pub(crate) async fn get(&self, who: &str, path: &str) -> Answer {
        self.get_in("nb", who, path).await
    }

    pub(crate) async fn get_in(&self, language: &str, who: &str, path: &str) -> Answer {
        testing::visit(&self.site, who, language, path, None).await.into()
    }

    pub(crate) async fn post(&self, who: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        testing::visit(&self.site, who, "nb", path, Some(form)).await.into()
    }

    pub(crate) async fn api(&self, who: &str, method: &str, path: &str, body: &Value) -> Answer {
        let request = testing::by(who, "nb", Request::builder().method(method).uri(path));
        let request = request.header("content-type", "application/json").body(Body::from(body.to_string()));
        self.send(request.unwrap()).await
    }

    /// A product of the vendor with all scopes, and what else the form holds.
    pub(crate) async fn system(&self, tenancy: &str, more: &[(&str, &str)]) -> String {
        let mut form = vec![("name", "Journalen"), ("tenancy", tenancy)];
        form.extend([("scopes", READ), ("scopes", WRITE), ("scopes", ERASE), ("claims", "herid")]);
        form.extend(more);
        let path = format!("/klienter/virksomhet/{}/nytt-system", number(VENDOR));
        self.post("vendor", &path, &form).await.id()
    }

    /// A configuration for the clinic with one scope, as the vendor makes it.
    pub(crate) async fn draft(&self, system: &str) -> String {
        let owner = number(CLINIC);
        let form = [("owner", owner.as_str()), ("scopes", READ)];
        self.post("vendor", &format!("/klienter/system/{system}/ny-klient"), &form).await.id()
    }

    /// A configuration that the clinic has confirmed.
    pub(crate) async fn active(&self) -> String {
        let client = self.draft(&self.system("single-tenant", &[]).await).await;
        let answer = self.post("leader", &format!("/klienter/bekreft/{client}"), &[("answer", "yes")]).await;
        assert_eq!(answer.location(), format!("/klienter/klient/{client}"));
        client
    }
}

pub(crate) fn id(text: &str) -> ClientId {
    text.parse().unwrap()
}

/// A public key of that name.
pub(crate) fn public_key(kid: &str) -> Value {
    let mut jwk = SigningKey::generate(Algorithm::Es256).unwrap().public().to_jwk();
    jwk.insert("kid".to_owned(), json!(kid));
    Value::Object(jwk)
}

/// The same with a private half.
pub(crate) fn private_key() -> Value {
    let mut jwk = public_key("hemmelig");
    jwk["d"] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    jwk
}
