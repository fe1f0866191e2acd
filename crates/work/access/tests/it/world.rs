//! A site with one access body, a researcher, a colleague, and a handler; neighbours that a test decides.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use axum::Router;
use uuid::Uuid;
use varde_access::{
    AccessError, AccessService, CountAnswer, PopulationCount, Tried,
    model::{CRITERIA, Finding, Outcome as Granting, Proposal, Reach},
    service::{DescribedVariable, Directory, DummyData, Outcome, Outcomes, Ports, Seed, VariableTexts},
};
use varde_core::{
    Actor, ApplicationId, CataloguePath, LegalBasis, LocalisedText, LoginLevel, Matter, OrganisationId, PersonId, Role,
};
use varde_permit::{Cohort, DataNeed, Granularity, RuleSet, Values};
use varde_policy::{Guard, Policy};
use varde_store::testing::TestDatabase;
use varde_web::{
    Web, WebConfig,
    testing::{self, ByName, Page},
};

pub(crate) const RESEARCHER: u8 = 1;
pub(crate) const COLLEAGUE: u8 = 2;
pub(crate) const HANDLER: u8 = 3;

const DATE: &str = "npr/contact/in_date";
pub(crate) const CODE: &str = "npr/contact/code";

pub(crate) fn person(number: u8) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(u128::from(number)))
}

fn organisation(number: u8) -> OrganisationId {
    OrganisationId::from_uuid(Uuid::from_u128(1000 + u128::from(number)))
}

pub(crate) fn actor(number: u8) -> Actor {
    let (organisation, role) =
        if number == HANDLER { (organisation(9), Role::Handler) } else { (organisation(1), Role::Researcher) };
    Actor::employee(person(number), LoginLevel::High, organisation, [role])
}

/// What followed from a decision, as a test decides it.
#[derive(Default, Clone)]
pub(crate) struct Followed(Arc<Mutex<Option<Outcome>>>);

impl Followed {
    pub(crate) fn set(&self, outcome: Outcome) {
        *self.0.lock().unwrap() = Some(outcome);
    }
}

struct Neighbours;

#[async_trait]
impl PopulationCount for Neighbours {
    async fn count(&self, _: &Actor, _: &DataNeed) -> Result<Tried, AccessError> {
        let people = CountAnswer::About(40);
        Ok(Tried {
            people,
            controls: None,
            relatives: None,
            too_few: Some(CountAnswer::FewerThanTen),
            proposals: Vec::new(),
        })
    }

    async fn reach(&self, _: &Actor, need: &DataNeed) -> Result<Option<Reach>, AccessError> {
        // As many as were born in the year: a test decides by the need.
        let Cohort::Born { from, .. } = need.cohort else { return Ok(Some(Reach { people: 40, limit: 1_000 })) };
        Ok(Some(Reach { people: u64::try_from(from.year()).unwrap(), limit: 1_000 }))
    }
}

#[async_trait]
impl VariableTexts for Neighbours {
    async fn describe(&self, variables: &[CataloguePath]) -> Result<Vec<DescribedVariable>, AccessError> {
        let known = |path: &CataloguePath| {
            let (values, granularities) = match path.as_str() {
                DATE => (Values::Dates, vec![Granularity::AsIs, Granularity::Month, Granularity::Year]),
                CODE => (Values::Characters, vec![Granularity::AsIs, Granularity::Prefix(3)]),
                _ => return None,
            };
            Some(DescribedVariable {
                path: path.clone(),
                name: LocalisedText::bokmaal(path.name()),
                dataset: LocalisedText::bokmaal("Kontakter"),
                granularities,
                values,
                is_code: values == Values::Characters,
            })
        };
        Ok(variables.iter().filter_map(known).collect())
    }

    async fn list(&self, _: &Actor, _: Uuid) -> Result<(String, Vec<CataloguePath>), AccessError> {
        Ok(("Listen".to_owned(), vec![DATE.parse().unwrap()]))
    }

    async fn lists(&self, _: &Actor) -> Result<Vec<(Uuid, String, usize)>, AccessError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl Directory for Neighbours {
    async fn names(&self, _: &Actor, matter: &Matter, persons: &[PersonId]) -> BTreeMap<PersonId, String> {
        assert_eq!(matter.office().map(|(organisation, _)| organisation), Some(organisation(9)));
        let told = persons.iter().filter(|who| matter.parties().contains(who));
        told.map(|who| (*who, format!("Kari Nordmann {}", who.uuid().as_u128()))).collect()
    }

    async fn organisation(&self, _: OrganisationId) -> String {
        "Sykehuset".to_owned()
    }

    async fn colleagues(&self, _: &Actor, _: OrganisationId) -> Vec<(PersonId, String)> {
        [RESEARCHER, COLLEAGUE].map(|n| (person(n), format!("Forsker {n}"))).into()
    }
}

#[async_trait]
impl DummyData for Neighbours {
    async fn zip(&self, need: &DataNeed, title: &str) -> Result<Vec<u8>, AccessError> {
        Ok(format!("{title}: {}", need.variables.len()).into_bytes())
    }
}

#[async_trait]
impl Outcomes for Followed {
    async fn of(&self, _: &Actor, _: ApplicationId) -> Option<Outcome> {
        self.0.lock().unwrap().clone()
    }
}

pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) service: Arc<AccessService>,
    pub(crate) followed: Followed,
    router: Router,
}

impl World {
    pub(crate) async fn new() -> Self {
        let contexts = [&varde_access::CONTEXT, &varde_policy::CONTEXT, &varde_web::CONTEXT];
        let database = varde_store::testing::database(&contexts).await;
        let store = database.simulated();
        let followed = Followed::default();
        let ports = Ports {
            population: Arc::new(Neighbours),
            variables: Arc::new(Neighbours),
            directory: Arc::new(Neighbours),
            outcomes: Arc::new(followed.clone()),
            dummy: Arc::new(Neighbours),
        };
        let guard = Guard::new(Policy::load().unwrap(), store.clone());
        let service = Arc::new(AccessService::new(&store, guard, ports, organisation(9)));
        let router = Web::new(WebConfig::new("http://varde.test".parse().unwrap()), &store)
            .routes(varde_access::pages::routes(Arc::clone(&service)))
            .texts(varde_access::TEXTS)
            .authenticator(Arc::new(ByName(|number: &str| number.parse().ok().map(actor))))
            .router();
        Self { database, service, followed, router }
    }

    /// A draft that can be sent.
    pub(crate) async fn draft(&self, origin: &str) -> ApplicationId {
        let author = actor(RESEARCHER);
        let variables = vec![DATE.parse().unwrap(), CODE.parse().unwrap()];
        let seed = Seed { origin: origin.to_owned(), title: "Hjertesvikt".to_owned(), variables };
        let id = self.service.begin(&author, seed).await.unwrap();
        let draft = self.service.file(&author, id).await.unwrap().application;
        let mut content = draft.content;
        content.summary = "Hva skjer etter utskriving?".to_owned();
        content.legal_bases = vec![LegalBasis::new("GDPR", "art. 6(1)(e)")];
        content.ethics_approval = "REK 1".to_owned();
        content.persons = vec![person(RESEARCHER), person(COLLEAGUE)];
        content.need.variables.iter_mut().for_each(|v| v.reason = "Trengs".to_owned());
        self.service.save(&author, id, draft.revision, &content).await.unwrap();
        id
    }

    /// One that was sent.
    pub(crate) async fn sent(&self, origin: &str) -> ApplicationId {
        let id = self.draft(origin).await;
        self.service.submit(&actor(RESEARCHER), id).await.unwrap();
        id
    }

    /// One that was granted whole.
    pub(crate) async fn granted(&self, origin: &str) -> ApplicationId {
        let (id, handler) = (self.sent(origin).await, actor(HANDLER));
        for criterion in CRITERIA {
            self.service.assess(&handler, id, criterion.key, Finding::Met, "Oppfylt.").await.unwrap();
        }
        let proposal = Proposal {
            outcome: Granting::All,
            reasons: "Formålet er lovlig.".to_owned(),
            grants: Vec::new(),
            minimum_group: 5,
            rule_set: RuleSet::Norway,
            updates: None,
            large: None,
        };
        self.service.decide(&handler, id, &proposal).await.unwrap();
        id
    }

    pub(crate) async fn ask(&self, who: u8, method: &str, path: &str, body: &str) -> Page {
        self.ask_in(who, method, path, body, "nb").await
    }

    pub(crate) async fn ask_in(&self, who: u8, method: &str, path: &str, body: &str, language: &str) -> Page {
        testing::request(&self.router, &who.to_string(), language, method, path, body).await
    }
}
