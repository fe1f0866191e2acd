//! Two registers of two holders, their stewards, a reviewer, and the site.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use axum::Router;
use jiff::civil::date;
use varde_core::{Actor, CataloguePath, Component, LocalisedText, LoginLevel, OrganisationId, Period, PersonId, Role};
use varde_harmonisation::{
    Harmonisation, NewRelation, Ports,
    code::CodeMatch,
    concept::{Concept, Represented, RepresentedId},
    ports::{Organisations, PortError},
    relation::{RelationId, RelationKind, Target},
};
use varde_metadata::{
    CatalogueService, Code, DataSource, DataType, Dataset, Details, Identification, LinkKind, Properties, Ranges,
    SourceKind, Variable, VariableDetails, VariableVersion,
};
use varde_policy::{Guard, Policy};
use varde_store::{Store, testing::TestDatabase};
use varde_web::{
    Web, WebConfig,
    testing::{self, ByName, Page},
};

/// The holders of the two registers, and somebody else's organisation.
const HEART: u128 = 101;
const BIRTH: u128 = 102;
const BODY: u128 = 103;

pub(crate) fn organisation(n: u128) -> OrganisationId {
    OrganisationId::from_uuid(uuid::Uuid::from_u128(n))
}

fn person(n: u128, of: u128, role: Role) -> Actor {
    Actor::employee(PersonId::from_uuid(uuid::Uuid::from_u128(n)), LoginLevel::High, organisation(of), [role])
}

pub(crate) fn steward() -> Actor {
    person(1, HEART, Role::Steward)
}

pub(crate) fn other_steward() -> Actor {
    person(2, BIRTH, Role::Steward)
}

pub(crate) fn colleague() -> Actor {
    person(5, HEART, Role::Steward)
}

pub(crate) fn reviewer() -> Actor {
    person(3, BODY, Role::Reviewer)
}

pub(crate) fn researcher() -> Actor {
    person(4, HEART, Role::Researcher)
}

struct Around;

#[async_trait]
impl Organisations for Around {
    async fn names(&self, ids: &[OrganisationId]) -> Result<BTreeMap<OrganisationId, String>, PortError> {
        Ok(ids.iter().map(|id| (*id, format!("Virksomhet {}", id.uuid().as_u128()))).collect())
    }
}

/// Who somebody is, by the name they log in with.
fn named(name: &str) -> Option<Actor> {
    Some(match name {
        "steward" => steward(),
        "other" => other_steward(),
        "reviewer" => reviewer(),
        "researcher" => researcher(),
        _ => return None,
    })
}

pub(crate) struct World {
    pub(crate) database: TestDatabase,
    store: Store,
    catalogue: Arc<CatalogueService>,
    pub(crate) service: Harmonisation,
}

impl World {
    pub(crate) async fn new() -> Self {
        let contexts =
            [&varde_policy::CONTEXT, &varde_web::CONTEXT, &varde_metadata::CONTEXT, &varde_harmonisation::CONTEXT];
        let database = varde_store::testing::database(&contexts).await;
        let store = database.simulated();
        let guard = Guard::new(Policy::load().unwrap(), store.clone());
        let catalogue = Arc::new(CatalogueService::new(&store, guard.clone()));
        let ports = Ports { organisations: Arc::new(Around), observed: None };
        let service = Harmonisation::new(&store, guard, Arc::clone(&catalogue), ports, "http://varde.test/");
        let world = Self { database, store, catalogue, service };
        world.publish(&heart(&["0", "1", "2"])).await;
        world.publish(&births()).await;
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

    /// A concept with a represented variable of two codes.
    pub(crate) async fn represented(&self) -> RepresentedId {
        let concept = Concept {
            name: LocalisedText::new("Røyking", "Røyking", "Smoking"),
            definition: LocalisedText::bokmaal("Om personen røyker tobakk."),
            same_as: String::new(),
        };
        let concept = self.service.describe_concept(&steward(), None, &concept).await.unwrap();
        let represented = Represented {
            concept,
            name: LocalisedText::new("Røykestatus", "Røykjestatus", "Smoking status"),
            definition: LocalisedText::bokmaal("Aldri eller daglig."),
            data_type: DataType::List,
            unit: None,
            code_system: None,
            codes: codes(&[("N", "Aldri"), ("D", "Daglig")]),
        };
        self.service.describe_represented(&steward(), None, &represented).await.unwrap()
    }

    /// Proposes that smoking in the heart register is the represented one, with those codes.
    pub(crate) async fn propose(&self, to: RepresentedId, matches: &[(&str, Option<&str>)]) -> RelationId {
        self.service.propose(&steward(), smoking(Target::Represented(to), matches)).await.unwrap()
    }

    fn site(&self) -> Router {
        Web::new(WebConfig::new("http://varde.test".parse().unwrap()), &self.store)
            .routes(varde_harmonisation::routes(self.service.clone()))
            .texts(varde_harmonisation::TEXTS)
            .open_api(varde_harmonisation::open_api())
            .authenticator(Arc::new(ByName(named)))
            .router()
    }

    /// Asks for a page, or posts a form.
    pub(crate) async fn visit(&self, who: &str, language: &str, path: &str, form: Option<&[(&str, &str)]>) -> Page {
        testing::visit(&self.site(), who, language, path, form).await
    }

    /// Posts a file with a form's encoding.
    pub(crate) async fn upload(&self, who: &str, path: &str, file: &str) -> Page {
        let body = format!(
            "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"m.csv\"\r\n\
             Content-Type: text/csv\r\n\r\n{file}\r\n--x--\r\n"
        );
        let body = ("multipart/form-data; boundary=x", body);
        testing::ask(&self.site(), who, "nb", path, Some(body)).await
    }
}

/// Smoking in the heart register as the same as something, with those codes.
pub(crate) fn smoking(to: Target, matches: &[(&str, Option<&str>)]) -> NewRelation {
    let one = |(code, to): &(&str, Option<&str>)| CodeMatch { code: (*code).to_owned(), to: to.map(str::to_owned) };
    NewRelation {
        from: path("hjerte/besok/smoking"),
        to,
        kind: RelationKind::Equivalent,
        codes: matches.iter().map(one).collect(),
        transformation: String::new(),
        reason: "Samme spørsmål.".to_owned(),
        seen: None,
    }
}

pub(crate) fn path(text: &str) -> CataloguePath {
    text.parse().unwrap()
}

pub(crate) fn codes(pairs: &[(&str, &str)]) -> Vec<Code> {
    let code = |(value, text): &(&str, &str)| Code {
        value: (*value).to_owned(),
        text: LocalisedText::bokmaal(*text),
        from: None,
        until: None,
    };
    pairs.iter().map(code).collect()
}

fn variable(at: &str, name: LocalisedText, data_type: DataType, codes: Vec<Code>) -> Variable {
    let version = VariableVersion {
        valid: Period::since(date(2008, 1, 1)),
        name,
        description: LocalisedText::default(),
        data_type,
        unit: None,
        required: false,
        ranges: Ranges::default(),
        decimals: None,
        length: None,
        code_system: None,
        codes,
        properties: Properties::default(),
        publication: None,
    };
    let path = path(at);
    let column = path.name().to_owned();
    let details = VariableDetails::default();
    Variable { path, column, group: None, identification: Identification::Other, details, versions: vec![version] }
}

fn source(at: &str, name: &str, holder: u128, variables: Vec<Variable>) -> DataSource {
    let dataset = variables[0].path.parent().unwrap();
    DataSource {
        path: path(at),
        name: LocalisedText::bokmaal(name),
        description: LocalisedText::default(),
        kind: SourceKind::QualityRegister,
        holder: Some(organisation(holder)),
        legal_basis: None,
        ehds_category: None,
        link_kind: LinkKind::National,
        sub_sources: Vec::new(),
        details: Details::default(),
        datasets: vec![Dataset {
            path: dataset,
            name: LocalisedText::bokmaal("Hendelser"),
            description: LocalisedText::default(),
            sub_source: None,
            groups: Vec::new(),
            details: Details::default(),
            variables,
        }],
    }
}

/// The heart register, with those codes for smoking.
pub(crate) fn heart(smoking: &[&str]) -> DataSource {
    let texts = ["Aldri", "Tidligere", "Daglig", "E-sigaretter"];
    let codes: Vec<Code> = smoking.iter().zip(texts).flat_map(|(value, text)| codes(&[(value, text)])).collect();
    let named = |nb: &str, en: &str| LocalisedText::new(nb, nb, en);
    source(
        "hjerte",
        "Hjerteregisteret <&>",
        HEART,
        vec![
            variable("hjerte/besok/smoking", named("Røyking", "Smoking"), DataType::List, codes),
            variable("hjerte/besok/weight", named("Kroppsvekt", "Body weight"), DataType::Decimal, Vec::new()),
        ],
    )
}

/// The birth register.
pub(crate) fn births() -> DataSource {
    let named = |nb: &str, en: &str| LocalisedText::new(nb, nb, en);
    source(
        "fodsel",
        "Fødselsregisteret",
        BIRTH,
        vec![
            variable(
                "fodsel/mor/smoking",
                named("Mors røyking", "Mother's smoking"),
                DataType::List,
                codes(&[("1", "Aldri"), ("2", "Daglig")]),
            ),
            variable(
                "fodsel/mor/weight",
                named("Mors kroppsvekt", "Mother's body weight"),
                DataType::Decimal,
                Vec::new(),
            ),
        ],
    )
}
