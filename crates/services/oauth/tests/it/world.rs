//! A server on a database of its own, organisations, and clients that sign.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request},
};
use serde_json::{Map, Value, json};
use tower::ServiceExt as _;
use uuid::Uuid;
use varde_core::{Actor, Clock as _, Component, OrganisationId, Randomness, identifier::OrganisationNumber};
use varde_jose::{Algorithm, Claims, SigningKey};
use varde_oauth::{
    AuthorisationServer, ClientId, NewClient, Ports, Scopes, Sealer, Tenancy,
    ports::{Delegations, KnownOrganisation, Organisations, PortError, Terms},
    resource::OwnApi,
};
use varde_policy::{Guard, Policy};
use varde_store::testing::{TestDatabase, database};
use varde_web::{Web, WebConfig};

use crate::population::Population;

pub(crate) const ISSUER: &str = "https://varde.test";
pub(crate) const TOKEN: &str = "https://varde.test/connect/token";
pub(crate) const READ: &str = "helse:prover/les";
pub(crate) const WRITE: &str = "helse:prover/skriv";
pub(crate) const OTHER: &str = "helse:timer/les";

/// The `n`th organisation number there is.
pub(crate) fn organisation(n: usize) -> OrganisationNumber {
    (31_000_000..).filter_map(OrganisationNumber::from_stem).nth(n).unwrap()
}

/// Main unit, its sub-unit, another main unit, a supplier.
pub(crate) fn hospital() -> OrganisationNumber {
    organisation(0)
}

pub(crate) fn ward() -> OrganisationNumber {
    organisation(1)
}

pub(crate) fn clinic() -> OrganisationNumber {
    organisation(2)
}

pub(crate) fn supplier() -> OrganisationNumber {
    organisation(3)
}

struct Register;

#[async_trait]
impl Organisations for Register {
    async fn by_number(&self, number: OrganisationNumber) -> Result<Option<KnownOrganisation>, PortError> {
        let at = (0..4).find(|n| organisation(*n) == number);
        Ok(at.map(|n| KnownOrganisation {
            id: OrganisationId::from_uuid(Uuid::from_u128(100 + n as u128)),
            number,
            parent: (number == ward()).then(hospital),
        }))
    }

    async fn has_sub_units(&self, number: OrganisationNumber) -> Result<bool, PortError> {
        Ok(number == hospital())
    }
}

type Delegated = (Uuid, OrganisationNumber, OrganisationNumber, String);

/// What is delegated and accepted, as the test says.
#[derive(Default)]
pub(crate) struct Said {
    delegations: Mutex<Vec<Delegated>>,
    accepted: Mutex<BTreeSet<(OrganisationNumber, String)>>,
}

impl Said {
    pub(crate) fn delegate(&self, from: OrganisationNumber, resource: &str) -> Uuid {
        let mut all = self.delegations.lock().unwrap();
        // Never one that was withdrawn before.
        static COUNT: AtomicU32 = AtomicU32::new(900);
        let id = Uuid::from_u128(COUNT.fetch_add(1, Ordering::Relaxed).into());
        all.push((id, from, supplier(), resource.to_owned()));
        id
    }

    pub(crate) fn withdraw(&self, id: Uuid) {
        self.delegations.lock().unwrap().retain(|d| d.0 != id);
    }

    pub(crate) fn accept(&self, organisation: OrganisationNumber, audience: &str) {
        self.accepted.lock().unwrap().insert((organisation, audience.to_owned()));
    }
}

#[async_trait]
impl Delegations for Said {
    async fn holding(
        &self,
        from: OrganisationNumber,
        supplier: OrganisationNumber,
        resource: &str,
    ) -> Result<Option<Uuid>, PortError> {
        let all = self.delegations.lock().unwrap();
        Ok(all.iter().find(|d| (d.1, d.2, d.3.as_str()) == (from, supplier, resource)).map(|d| d.0))
    }

    async fn holds(&self, delegation: Uuid) -> Result<bool, PortError> {
        Ok(self.delegations.lock().unwrap().iter().any(|d| d.0 == delegation))
    }
}

#[async_trait]
impl Terms for Said {
    async fn opened(
        &self,
        organisation: OrganisationNumber,
        audience: &str,
        asked: &Scopes,
    ) -> Result<Scopes, PortError> {
        let accepted = self.accepted.lock().unwrap().contains(&(organisation, audience.to_owned()));
        Ok(if accepted { asked.clone() } else { Scopes::new() })
    }
}

/// One server with its HTTP face.
pub(crate) struct Instance {
    pub(crate) server: Arc<AuthorisationServer>,
    pub(crate) router: Router,
}

/// The world of a test.
pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) said: Arc<Said>,
    pub(crate) people: Arc<Population>,
    pub(crate) instance: Instance,
}

pub(crate) fn command_line() -> Actor {
    Actor::system(Component::CommandLine)
}

impl World {
    pub(crate) async fn new() -> Self {
        let database = database(&[&varde_oauth::CONTEXT, &varde_policy::CONTEXT, &varde_web::CONTEXT]).await;
        let said = Arc::new(Said::default());
        let people = Arc::new(Population::default());
        let ports = Ports {
            organisations: Arc::new(Register),
            delegations: Some(Arc::clone(&said) as _),
            terms: Some(Arc::clone(&said) as _),
            people: Arc::clone(&people) as _,
        };
        let instance = Instance::new(&database, 1, ports).await;
        let world = Self { database, said, people, instance };
        world.register_apis().await;
        world
    }

    /// One whose server makes test tokens, as in a demonstration.
    pub(crate) async fn demo() -> Self {
        let world = Self::new().await;
        let ports =
            Ports { organisations: Arc::new(Register), delegations: None, terms: None, people: world.people.clone() };
        let instance = Instance::open(&world.database, 3, ports, true).await;
        Self { instance, ..world }
    }

    /// Another server on the same database. `registers`: whether it is given delegations and terms.
    pub(crate) async fn another(&self, registers: bool) -> Instance {
        let said = || registers.then(|| Arc::clone(&self.said));
        let ports = Ports {
            organisations: Arc::new(Register),
            delegations: said().map(|said| said as _),
            terms: said().map(|said| said as _),
            people: Arc::clone(&self.people) as _,
        };
        Instance::new(&self.database, 2, ports).await
    }

    async fn register_apis(&self) {
        let tests = json!({
            "audience": "helse:prover", "owner": hospital(), "name": "Prøvesvar",
            "scopes": { READ: { "resource": "prover" }, WRITE: {} },
            "claims": ["orgnr_parent", "orgnr_child", "orgnr_supplier", "client_tenancy", "client_name", "client_amr"],
        });
        let hours = json!({
            "audience": "helse:timer", "owner": hospital(), "name": "Timer",
            "scopes": { OTHER: {} }, "algorithm": "RS256", "needs_terms": true,
        });
        for api in [tests, hours] {
            let api = serde_json::from_value(api).unwrap();
            self.instance.server.register_api(&command_line(), &api).await.unwrap();
        }
    }

    pub(crate) fn now(&self) -> i64 {
        self.database.clock().now().as_second()
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.database.clock().advance(std::time::Duration::from_secs(seconds));
    }

    pub(crate) async fn client(&self, tenancy: Tenancy, scopes: &[&str], algorithm: Algorithm) -> Client {
        let owner = if tenancy == Tenancy::MultiTenant { supplier() } else { hospital() };
        let sub_units = if tenancy == Tenancy::SingleTenant { BTreeSet::from([ward()]) } else { BTreeSet::new() };
        let scopes = scopes.iter().map(|scope| scope.parse().unwrap()).collect();
        let new = NewClient { sub_units, ..NewClient::new("Journalen", owner, tenancy, scopes) };
        self.registered(new, algorithm).await
    }

    pub(crate) async fn registered(&self, new: NewClient, algorithm: Algorithm) -> Client {
        let server = &self.instance.server;
        let id = server.register_client(&command_line(), new).await.unwrap().id;
        let key = SigningKey::generate(algorithm).unwrap();
        server.add_key(&command_line(), id, &jwk(&key)).await.unwrap();
        Client {
            id,
            key,
            holder: SigningKey::generate(Algorithm::Es256).unwrap(),
            clock: self.database.clock().clone(),
        }
    }

    /// A client of the hospital with the scope to read.
    pub(crate) async fn single(&self) -> Client {
        self.client(Tenancy::SingleTenant, &[READ], Algorithm::Es256).await
    }
}

pub(crate) fn jwk(key: &SigningKey) -> Vec<u8> {
    Value::Object(key.public().to_jwk()).to_string().into_bytes()
}

impl Instance {
    async fn new(database: &TestDatabase, seed: u64, ports: Ports) -> Self {
        Self::open(database, seed, ports, false).await
    }

    async fn open(database: &TestDatabase, seed: u64, ports: Ports, demo: bool) -> Self {
        let store = database.store(Arc::new(database.clock().clone()), Randomness::seeded(seed));
        let guard = Guard::new(Policy::load().unwrap(), store.clone());
        let sealer = Sealer::new(&[7; 32]).unwrap();
        let server = AuthorisationServer::open(&store, guard, ISSUER, sealer, ports).await.unwrap();
        let server = Arc::new(if demo { server.with_test_tokens().await.unwrap() } else { server });
        let web = Web::new(WebConfig::new("https://varde.test/".parse().unwrap()), &store);
        let web = web.authenticator(Arc::new(OwnApi::new(&server))).routes(crate::api::routes());
        let router = web.texts(varde_oauth::TEXTS).routes(varde_oauth::routes(Arc::clone(&server))).router();
        Self { server, router }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// A form with these proofs.
    pub(crate) async fn post(&self, path: &str, form: &[(&str, String)], proofs: &[String]) -> Answer {
        let body = sent(form);
        let mut request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        for proof in proofs {
            request = request.header("DPoP", proof);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), 1 << 20).await.unwrap();
        let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| json!(String::from_utf8_lossy(&bytes)));
        Answer { status, headers, body }
    }

    pub(crate) async fn nonce(&self, client: &Client) -> String {
        let form = client.form(client.assertion(|_, _| {}), &[]);
        let answer = self.post("/connect/token", &form, &[client.proof(None, |_, _| {})]).await;
        assert_eq!(answer.error(), "use_dpop_nonce", "{answer:?}");
        answer.headers["dpop-nonce"].to_str().unwrap().to_owned()
    }

    /// The token endpoint with a good proof, and what the assertion and the form hold besides.
    pub(crate) async fn token(&self, client: &Client, details: Option<Value>, more: &[(&'static str, &str)]) -> Answer {
        let nonce = self.nonce(client).await;
        let assertion = client.assertion(|_, claims| {
            if let Some(details) = details {
                claims.insert("assertion_details".to_owned(), details);
            }
        });
        let proof = client.proof(Some(&nonce), |_, _| {});
        self.post("/connect/token", &client.form(assertion, more), &[proof]).await
    }
}

fn sent(form: &[(&str, String)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish()
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// The code of the refusal; empty when it was none.
    pub(crate) fn error(&self) -> &str {
        self.body["error"].as_str().unwrap_or_default()
    }

    /// The claims in the access token.
    pub(crate) fn claims(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        part(self.access_token(), 1)
    }

    pub(crate) fn access_token(&self) -> &str {
        self.body["access_token"].as_str().unwrap_or_else(|| panic!("no token: {}", self.body))
    }
}

/// The header (0) or the claims (1) of a token.
pub(crate) fn part(token: &str, n: usize) -> Value {
    serde_json::from_slice(&varde_jose::decode(token.split('.').nth(n).unwrap()).unwrap()).unwrap()
}

/// A client: its key, and the key its tokens are bound to.
pub(crate) struct Client {
    pub(crate) id: ClientId,
    pub(crate) key: SigningKey,
    pub(crate) holder: SigningKey,
    clock: varde_core::SimulatedClock,
}

pub(crate) fn fresh() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("id-{}", COUNT.fetch_add(1, Ordering::Relaxed))
}

impl Client {
    /// The members of a good assertion's header and claims.
    pub(crate) fn said(&self) -> (Value, Claims) {
        let (id, now) = (self.id.to_string(), self.clock.now().as_second());
        let claims = json!({
            "iss": id, "sub": id, "aud": ISSUER, "jti": fresh(), "iat": now, "nbf": now, "exp": now + 30,
        });
        (json!({ "typ": "client-authentication+jwt", "kid": self.key.id() }), object(claims))
    }

    /// An assertion, changed before it is signed.
    pub(crate) fn assertion(&self, change: impl FnOnce(&mut Value, &mut Claims)) -> String {
        let (mut header, mut claims) = self.said();
        change(&mut header, &mut claims);
        self.key.sign_with(&header, &claims).unwrap()
    }

    /// A proof for the token endpoint, changed before it is signed.
    pub(crate) fn proof(&self, nonce: Option<&str>, change: impl FnOnce(&mut Value, &mut Claims)) -> String {
        let claims = json!({ "jti": fresh(), "htm": "POST", "htu": TOKEN, "iat": self.clock.now().as_second() });
        let mut claims = object(claims);
        if let Some(nonce) = nonce {
            claims.insert("nonce".to_owned(), json!(nonce));
        }
        let mut header = json!({ "typ": "dpop+jwt", "jwk": self.holder.public().to_jwk() });
        change(&mut header, &mut claims);
        self.holder.sign_with(&header, &claims).unwrap()
    }

    pub(crate) fn form(&self, assertion: String, more: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let mut form = vec![
            ("grant_type", "client_credentials".to_owned()),
            ("client_id", self.id.to_string()),
            ("client_assertion_type", kind.to_owned()),
            ("client_assertion", assertion),
        ];
        form.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        form
    }
}

pub(crate) fn object(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// The organisation in details, by a main unit.
pub(crate) fn details(value: &str) -> Value {
    json!({
        "type": "helseid_authorization",
        "practitioner_role": { "organization": { "identifier": {
            "system": "urn:oid:1.0.6523", "type": "ENH", "value": value,
        } } },
    })
}

pub(crate) fn main_unit(parent: OrganisationNumber) -> Value {
    details(&format!("NO:ORGNR:{}", parent.as_str()))
}

/// How a header and its claims are made wrong.
pub(crate) type Change = Box<dyn Fn(&mut Value, &mut Claims)>;

/// Sets or, with `null`, removes a claim.
pub(crate) fn claim(name: &'static str, value: Value) -> Change {
    Box::new(move |_, claims| match &value {
        Value::Null => drop(claims.remove(name)),
        value => drop(claims.insert(name.to_owned(), value.clone())),
    })
}
