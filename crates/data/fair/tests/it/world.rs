//! Two sources, their holder's steward, what other catalogues are told of them, and the site.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::Router;
use varde_core::{Actor, CataloguePath, Component, LoginLevel, OrganisationId, PersonId, Role};
use varde_fair::{
    Fair,
    ports::{PortError, Release, Surroundings, Told},
};
use varde_metadata::{CatalogueService, DataSource};
use varde_policy::{Guard, Policy};
use varde_rdf::{
    Statements, node_of,
    vocabulary::{DCAT, DCT},
};
use varde_store::testing::TestDatabase;
use varde_web::{
    Web, WebConfig,
    testing::{self, ByName, Page},
};

pub(crate) const SITE: &str = "http://varde.test";
const HOLDER: u128 = 101;
const OTHER: u128 = 102;

fn organisation(n: u128) -> OrganisationId {
    OrganisationId::from_uuid(uuid::Uuid::from_u128(n))
}

fn person(n: u128, of: u128, role: Role) -> Actor {
    Actor::employee(PersonId::from_uuid(uuid::Uuid::from_u128(n)), LoginLevel::High, organisation(of), [role])
}

pub(crate) fn steward() -> Actor {
    person(1, HOLDER, Role::Steward)
}

/// Who somebody is, by the name they log in with.
fn actor(name: &str) -> Option<Actor> {
    Some(match name {
        "steward" => steward(),
        "other" => person(2, OTHER, Role::Steward),
        "researcher" => person(3, HOLDER, Role::Researcher),
        _ => return None,
    })
}

pub(crate) fn path(text: &str) -> CataloguePath {
    text.parse().unwrap()
}

/// A source with a variable that has codes, kept under a law.
pub(crate) fn source(name: &str, title: &str, kind: &str) -> DataSource {
    let holder = organisation(HOLDER);
    let text = format!(
        r#"{{"path":"{name}","name":{{"nb":"{title}"}},"description":{{"nb":"Om kilden."}},"kind":"{kind}",
        "holder":"{holder}","legal_basis":null,"ehds_category":null,"link_kind":"national",
        "details":{{"terms":{{"legal_basis":"helseregisterloven § 11"}}}},
        "datasets":[{{"path":"{name}/contact","name":{{"nb":"Kontakter"}},"variables":[
        {{"path":"{name}/contact/x","column":"X","identification":"other","versions":[
        {{"valid":{{"from":"2008-01-01","until":null}},"name":{{"nb":"X"}},"description":{{"nb":"Hva X er."}},
        "data_type":"code","code_system":"icd10"}}]}}]}}]}}"#
    );
    serde_json::from_str(&text).unwrap()
}

/// What is around: keywords can be told, releases can come, and it can fail.
#[derive(Default)]
pub(crate) struct Around {
    pub(crate) keywords: Mutex<Vec<String>>,
    pub(crate) releases: Mutex<Vec<Release>>,
    pub(crate) fails: Mutex<bool>,
}

#[async_trait]
impl Surroundings for Around {
    async fn told(&self, source: &CataloguePath) -> Result<Option<Told>, PortError> {
        if *self.fails.lock().unwrap() {
            let kind = varde_core::ProblemKind::Unavailable;
            return Err(PortError { kind, message: "nothing".to_owned() });
        }
        let node = node_of(&format!("{SITE}/api/dcat/sources/{source}"), "");
        let way = node_of(node.as_str(), "distribution");
        let mut said = Statements::new();
        said.string(&node, DCT.term("title"), "Tittel");
        said.string(&node, DCT.term("identifier"), node.as_str());
        for keyword in self.keywords.lock().unwrap().iter() {
            said.string(&node, DCAT.term("keyword"), keyword);
        }
        let right = "http://publications.europa.eu/resource/authority/access-right/NON_PUBLIC";
        said.say(&node, DCT.term("accessRights"), node_of(right, ""));
        said.say(&node, DCAT.term("distribution"), way.clone());
        said.say(&way, DCAT.term("accessURL"), node_of(&format!("{SITE}/katalog/{source}"), ""));
        Ok(Some(Told { node, said, national: 2, health: 3 }))
    }

    async fn releases(&self, source: &CataloguePath) -> Result<Vec<Release>, PortError> {
        let all = self.releases.lock().unwrap();
        Ok(all.iter().filter(|one| one.dataset.parent().as_ref() == Some(source)).cloned().collect())
    }
}

pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) catalogue: Arc<CatalogueService>,
    pub(crate) around: Arc<Around>,
    pub(crate) fair: Fair,
    router: Router,
}

pub(crate) fn flows() -> Actor {
    Actor::system(Component::Flows)
}

impl World {
    /// With two published sources of which nothing was computed.
    pub(crate) async fn new() -> Self {
        let contexts = [&varde_policy::CONTEXT, &varde_web::CONTEXT, &varde_metadata::CONTEXT, &varde_fair::CONTEXT];
        let database = varde_store::testing::database(&contexts).await;
        let store = database.simulated();
        let guard = Guard::new(Policy::load().unwrap(), store.clone());
        let catalogue = Arc::new(CatalogueService::new(&store, guard.clone()));
        let around = Arc::new(Around::default());
        let fair = Fair::new(&store, guard, Arc::clone(&catalogue), Arc::clone(&around) as _, "http://varde.test/");
        let fair = fair.unwrap();
        let router = Web::new(WebConfig::new(SITE.parse().unwrap()), &store)
            .routes(varde_fair::routes(fair.clone()))
            .open_api(varde_fair::open_api())
            .texts(varde_fair::TEXTS)
            .texts(varde_metadata::TEXTS)
            .authenticator(Arc::new(ByName(actor)))
            .router();
        let world = Self { database, catalogue, around, fair, router };
        world.publish(&source("npr", "Pasientregisteret", "central_register")).await;
        world.publish(&source("kreft", "Kreftregisteret <&>", "quality_register")).await;
        world
    }

    pub(crate) async fn publish(&self, source: &DataSource) {
        let operator = Actor::system(Component::CommandLine);
        let imported = self.catalogue.import(&operator, source, "catalogue").await.unwrap();
        self.catalogue.publish(&operator, imported.edition).await.unwrap();
    }

    pub(crate) fn later(&self, days: u64) {
        self.database.clock().advance(std::time::Duration::from_secs(days * 86_400));
    }

    /// Asks for a page, or posts a form.
    pub(crate) async fn visit(&self, who: &str, language: &str, path: &str, form: Option<&[(&str, &str)]>) -> Page {
        testing::visit(&self.router, who, language, path, form).await
    }
}
