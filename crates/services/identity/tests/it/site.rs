//! A whole site on a loopback port: the shell, identity and Test-ID, which the relying party
//! reaches over HTTP only.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use reqwest::{Client, redirect::Policy as Redirects};
use url::Url;
use varde_core::{
    Actor, Clock, Component, Matter, OrganisationId, Period, PersonId, Randomness, Role, identifier::NationalNumber,
};
use varde_identity::{
    DirectoryError, Identity, KnownPerson, NewAssignment, PersonDirectory, SigningKey,
    oidc::{ClientAuthentication, ProviderConfig, RelyingParty},
    test_id::{TestClient, TestId, TestIdConfig, TestPerson},
};
use varde_policy::{Guard, Policy};
use varde_store::testing::TestDatabase;
use varde_web::{Sessions, Web, WebConfig};

use crate::provider::person;

/// Ada is a researcher, Bo a citizen; Cara is known to Test-ID and not to the register.
#[derive(Debug)]
struct Register(Vec<(NationalNumber, KnownPerson)>);

#[async_trait]
impl PersonDirectory for Register {
    async fn by_number(&self, number: &NationalNumber) -> Result<Option<KnownPerson>, DirectoryError> {
        Ok(self.0.iter().find(|(n, _)| n == number).map(|(_, person)| person.clone()))
    }

    async fn role_holders(&self, _: &Actor, matter: &Matter) -> Result<BTreeMap<PersonId, String>, DirectoryError> {
        let known = self.0.iter().map(|(_, known)| known).filter(|known| matter.parties().contains(&known.person));
        Ok(known.map(|known| (known.person, known.display_name.clone())).collect())
    }

    async fn organisation_name(&self, _: OrganisationId) -> Result<Option<String>, DirectoryError> {
        Ok(Some("Universitetet i Vardøy".to_owned()))
    }
}

pub(crate) struct Site {
    pub(crate) base: Url,
    pub(crate) database: TestDatabase,
    pub(crate) identity: Arc<Identity>,
}

pub(crate) const ADA: u128 = 1;

pub(crate) fn person_id(n: u128) -> PersonId {
    PersonId::from_uuid(uuid::Uuid::from_u128(n))
}

pub(crate) fn university() -> OrganisationId {
    OrganisationId::from_uuid(uuid::Uuid::from_u128(100))
}

fn people() -> Vec<TestPerson> {
    vec![person(0, "Ada Fjell", "Forsker"), person(1, "Bo Nes", "Innbygger"), person(2, "Cara Vik", "Ukjent")]
}

fn register() -> Register {
    let known = people()
        .into_iter()
        .take(2)
        .zip(1..)
        .map(|(person, n)| (person.number, KnownPerson { person: person_id(n), display_name: person.name }));
    Register(known.collect())
}

impl Site {
    pub(crate) async fn start() -> Self {
        let contexts = [&varde_identity::CONTEXT, &varde_policy::CONTEXT, &varde_web::CONTEXT];
        let database = varde_store::testing::database(&contexts).await;
        let store = database.simulated();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let clock: Arc<dyn Clock> = store.clock().clone();
        let key = SigningKey::generate().unwrap();
        let back = base.join("logg-inn/retur").unwrap();
        let client = TestClient {
            client_id: "varde".to_owned(),
            redirect_uris: vec![back.clone()],
            after_logout: vec![base.join("utlogget").unwrap()],
            keys: Some(key.public()),
        };
        let issuer = base.join("test-id").unwrap();
        let config = TestIdConfig { demo: true, issuer, clients: vec![client] };
        let test_id = Arc::new(TestId::new(config, Arc::new(people()), clock.clone(), Randomness::seeded(5)).unwrap());
        let provider = ProviderConfig {
            authentication: ClientAuthentication::PrivateKeyJwt(key),
            ..ProviderConfig::new(test_id.issuer(), "varde", back)
        };
        let party = RelyingParty::new(provider, clock, Randomness::seeded(6), [9; 32]).unwrap();
        let guard = Guard::new(Policy::load().unwrap(), store.clone());
        let sessions = Sessions::new(&store, false);
        let identity = Arc::new(Identity::new(&store, guard, sessions, Arc::new(register()), party));
        let mut config = WebConfig::new(base.clone());
        config.after_logout = varde_identity::AFTER_LOGOUT.to_owned();
        let web = Web::new(config, &store)
            .routes(varde_identity::routes(identity.clone()))
            .routes(test_id.routes())
            .texts(varde_identity::TEXTS)
            .open_api(varde_identity::open_api());
        tokio::spawn(async move { axum::serve(listener, web.router()).await });
        let site = Self { base, database, identity };
        site.make_ada_a_researcher().await;
        site
    }

    async fn make_ada_a_researcher(&self) {
        let new = NewAssignment {
            person: person_id(ADA),
            organisation: university(),
            role: Role::Researcher,
            period: Period::since("2026-01-01".parse().unwrap()),
        };
        self.identity.roles().give(&Actor::system(Component::DemoWorld), new).await.unwrap();
    }

    pub(crate) fn browser(&self) -> Browser {
        let client = Client::builder().cookie_store(true).redirect(Redirects::none()).build().unwrap();
        Browser { client, base: self.base.clone() }
    }

    pub(crate) async fn kinds(&self) -> Vec<String> {
        let sql = "SELECT kind FROM log.entry ORDER BY at, id";
        sqlx::query_scalar(sql).fetch_all(&mut self.database.owner().await).await.unwrap()
    }
}

/// A browser: cookies kept, redirects seen one by one.
pub(crate) struct Browser {
    client: Client,
    base: Url,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) location: Option<Url>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn path(&self) -> String {
        let url = self.location.as_ref().unwrap_or_else(|| panic!("no redirect: {} {}", self.status, self.body));
        url.as_str().trim_start_matches(&url.origin().ascii_serialization()).to_owned()
    }

    /// The token in the page's forms.
    pub(crate) fn csrf(&self) -> String {
        let (_, after) = self.body.split_once("name=\"_csrf\" value=\"").unwrap();
        after.split('"').next().unwrap().to_owned()
    }
}

impl Browser {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = self.client.get(self.base.join(path).unwrap());
        self.answer(request.header("accept", "text/html")).await
    }

    pub(crate) async fn post(&self, path: &str, form: &[(String, String)]) -> Answer {
        self.answer(self.client.post(self.base.join(path).unwrap()).form(form)).await
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let location = response.headers().get("location").map(|l| self.base.join(l.to_str().unwrap()).unwrap());
        Answer { status, location, body: response.text().await.unwrap() }
    }

    /// From our login to the provider's page, and the choice there; answers with the way back.
    pub(crate) async fn choose(&self, login: &str, person: &str, acr: &str) -> Answer {
        let to_provider = self.get(login).await.location.expect("a redirect to the provider");
        let page = self.get(to_provider.as_str()).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let mut form: Vec<(String, String)> = to_provider.query_pairs().into_owned().collect();
        form.push(("person".to_owned(), person.to_owned()));
        form.push(("level".to_owned(), acr.to_owned()));
        if page.body.contains("_csrf") {
            form.push(("_csrf".to_owned(), page.csrf()));
        }
        self.post(to_provider.path(), &form).await
    }

    /// The whole login; answers with where it ended.
    pub(crate) async fn log_in(&self, login: &str, person: &str, acr: &str) -> Answer {
        let back = self.choose(login, person, acr).await;
        self.get(back.location.expect("a redirect back").as_str()).await
    }

    pub(crate) async fn me(&self) -> serde_json::Value {
        serde_json::from_str(&self.get("/api/me").await.body).unwrap()
    }
}
