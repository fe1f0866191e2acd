//! A register of 12,000 people and one of what they were dispensed, an explorer, and the site.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use axum::Router;
use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, RecordBatch, StringArray, UInt32Array,
};
use jiff::{Timestamp, civil::date};
use uuid::Uuid;
use varde_core::{
    Actor, ApiScope, CataloguePath, Component, Digest, LocalisedText, LoginLevel, OrganisationId, Period, PersonId,
    ProblemKind, ReleaseId, Role,
};
use varde_engine::{
    Column, Exclusions, Kind, Release, Schema,
    release::{SortingWriter, day_number},
};
use varde_exploration::{
    Exploration, Parts,
    model::{Budget, Condition, Dimension, Measure, Question},
    ports::{ApprovedRelease, Catalogue, Data, OpenDataset, People, PortError},
};
use varde_metadata::{Code, DataType, Identification, LinkKind, VariableDescription};
use varde_permit::{Exclusion, Granularity};
use varde_policy::{Guard, Policy};
use varde_store::{Store, testing::TestDatabase};
use varde_web::{
    Web, WebConfig,
    testing::{self, ByName, Page},
};

pub(crate) use crate::register::{
    Contact, PEOPLE, by_letter, contacts, contacts_later, county, dispensed, female, people,
};

/// The later release of contacts.
const LATER: u128 = 4;

pub(crate) fn path(text: &str) -> CataloguePath {
    text.parse().unwrap()
}

fn release_id(number: u128) -> ReleaseId {
    ReleaseId::from_uuid(Uuid::from_u128(number))
}

fn day(of: i32) -> i32 {
    day_number(date(2023, 1, 1)) + of
}

/// The data: files, exclusions that can grow, people.
pub(crate) struct Around {
    folder: tempfile::TempDir,
    pub(crate) excluded: Mutex<BTreeSet<u32>>,
    /// Who was excluded when it was asked.
    asked: Mutex<BTreeMap<Timestamp, BTreeSet<u32>>>,
    /// Whether the later release of contacts has been approved.
    pub(crate) later: Mutex<bool>,
    /// Releases that can no longer be read.
    pub(crate) gone: Mutex<BTreeSet<ReleaseId>>,
    pub(crate) closed: Mutex<bool>,
    pub(crate) lists: Mutex<Vec<(String, Vec<CataloguePath>)>>,
}

impl Around {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        contacts_file(&folder, 1, &contacts());
        contacts_file(&folder, LATER, &contacts_later());
        let people: Vec<u32> = (0..PEOPLE).filter(|person| dispensed(*person)).collect();
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(UInt32Array::from(people.clone())),
            Arc::new(StringArray::from_iter_values(people.iter().map(|_| "C07AB02"))),
        ];
        write(&folder, 2, "lmr/dispensing", None, vec![Column::new("atc", Kind::Code)], arrays);
        Self {
            folder,
            excluded: Mutex::default(),
            asked: Mutex::default(),
            later: Mutex::default(),
            gone: Mutex::default(),
            closed: Mutex::default(),
            lists: Mutex::default(),
        }
    }
}

fn contacts_file(folder: &tempfile::TempDir, number: u128, all: &[Contact]) {
    let columns = vec![
        Column::new("in_date", Kind::Date),
        Column::new("code", Kind::Code),
        Column::new("urgent", Kind::Boolean),
        Column::new("days", Kind::Decimal),
    ];
    let arrays: Vec<ArrayRef> = vec![
        Arc::new(UInt32Array::from_iter_values(all.iter().map(|one| one.0))),
        Arc::new(Date32Array::from_iter_values(all.iter().map(|one| day(one.1)))),
        Arc::new(StringArray::from_iter_values(all.iter().map(|one| one.2))),
        Arc::new(BooleanArray::from(all.iter().map(|one| one.3).collect::<Vec<_>>())),
        Arc::new(Float64Array::from_iter_values(all.iter().map(|one| one.4))),
    ];
    write(folder, number, "npr/contact", Some("in_date"), columns, arrays);
}

fn write(
    folder: &tempfile::TempDir,
    number: u128,
    dataset: &str,
    event_date: Option<&str>,
    columns: Vec<Column>,
    arrays: Vec<ArrayRef>,
) {
    let schema = Schema { dataset: path(dataset), event_date: event_date.map(str::to_owned), columns };
    let place = folder.path().join(format!("{number}.parquet"));
    let mut writer = SortingWriter::create(&place, &schema, release_id(number), 1 << 24).unwrap();
    writer.push(RecordBatch::try_new(schema.arrow(), arrays).unwrap()).unwrap();
    writer.finish().unwrap();
}

#[async_trait]
impl Data for Around {
    async fn releases(&self) -> Result<Vec<ApprovedRelease>, PortError> {
        let release = |number, dataset: &str| ApprovedRelease {
            id: release_id(number),
            dataset: path(dataset),
            digest: Digest::of(dataset.as_bytes()),
            period: Period::new(date(2023, 1, 1), date(2023, 12, 31)),
            approved_at: "2024-02-01T00:00:00Z".parse().unwrap(),
        };
        let contacts = if *self.later.lock().unwrap() { LATER } else { 1 };
        Ok(vec![release(contacts, "npr/contact"), release(2, "lmr/dispensing"), release(3, "dar/death")])
    }

    async fn open(&self, release: ReleaseId) -> Result<Release, PortError> {
        let number = release.uuid().as_u128();
        Ok(Release::open(&self.folder.path().join(format!("{number}.parquet"))).unwrap())
    }

    async fn open_told(&self, release: ReleaseId) -> Result<Release, PortError> {
        if self.gone.lock().unwrap().contains(&release) {
            return Err(PortError { kind: ProblemKind::NotFound, message: "no such release".to_owned() });
        }
        Data::open(self, release).await
    }

    async fn exclusions_as_at(
        &self,
        _: &[String],
        as_at: Option<Timestamp>,
    ) -> Result<(Exclusions, Timestamp), PortError> {
        let mut asked = self.asked.lock().unwrap();
        let at = as_at.unwrap_or_else(|| Timestamp::from_second(1_700_000_000 + asked.len() as i64).unwrap());
        let now = || self.excluded.lock().unwrap().clone();
        let excluded = asked.entry(at).or_insert_with(now);
        let mut all = Exclusions::default();
        all.everywhere(Exclusion::OptedOut, excluded.iter().copied().collect());
        Ok((all, at))
    }

    async fn people(&self, _: Timestamp) -> Result<Arc<People>, PortError> {
        let born = |person: u32| Some(date(1930 + i16::try_from(person % 80).unwrap(), 6, 15));
        Ok(Arc::new(People {
            born: (0..PEOPLE).map(born).collect(),
            sex: (0..PEOPLE).map(|person| Some(if female(person) { "female" } else { "male" })).collect(),
            county: (0..PEOPLE).map(|person| Some(county(person).to_owned())).collect(),
        }))
    }
}

#[async_trait]
impl Catalogue for Around {
    async fn open(&self, datasets: &[CataloguePath]) -> Result<Vec<OpenDataset>, PortError> {
        if *self.closed.lock().unwrap() {
            return Ok(Vec::new());
        }
        let all = [
            OpenDataset {
                path: path("npr/contact"),
                name: LocalisedText::new("Kontakter <&>", "Kontaktar <&>", "Contacts <&>"),
                source: LocalisedText::new("Pasientregisteret", "Pasientregisteret", "The patient register"),
                variables: vec![
                    variable("npr/contact/in_date", "Inndato", DataType::Date),
                    variable("npr/contact/code", "Hovedtilstand", DataType::Code),
                    variable("npr/contact/urgent", "Akutt", DataType::Boolean),
                    variable("npr/contact/days", "Døgn", DataType::Decimal),
                    variable("npr/contact/note", "Notat", DataType::Text),
                ],
            },
            OpenDataset {
                path: path("lmr/dispensing"),
                name: LocalisedText::new("Utleveringer", "Utleveringar", "Dispensings"),
                source: LocalisedText::new("Legemiddelregisteret", "Legemiddelregisteret", "The medicines register"),
                variables: vec![variable("lmr/dispensing/atc", "Legemiddel", DataType::Code)],
            },
        ];
        Ok(all.into_iter().filter(|one| datasets.contains(&one.path)).collect())
    }

    async fn list(&self, _: &Actor, name: &str, variables: &[CataloguePath]) -> Result<Uuid, PortError> {
        self.lists.lock().unwrap().push((name.to_owned(), variables.to_vec()));
        Ok(Uuid::from_u128(77))
    }
}

fn variable(at: &str, name: &str, data_type: DataType) -> VariableDescription {
    VariableDescription {
        path: path(at),
        name: LocalisedText::new(name, name, name),
        description: LocalisedText::default(),
        source_name: LocalisedText::default(),
        dataset_name: LocalisedText::default(),
        holder: None,
        legal_basis: None,
        link_kind: LinkKind::National,
        data_type,
        identification: Identification::Other,
        valid: Period::since(date(2008, 1, 1)),
        unit: None,
        code_system: None,
        codes: Vec::<Code>::new(),
        granularities: varde_metadata::granularities(at, data_type, Identification::Other),
    }
}

fn organisation() -> OrganisationId {
    OrganisationId::from_uuid(Uuid::from_u128(101))
}

fn person(n: u128) -> PersonId {
    PersonId::from_uuid(Uuid::from_u128(n))
}

pub(crate) fn explorer() -> Actor {
    Actor::employee(person(1), LoginLevel::High, organisation(), [Role::Researcher])
}

pub(crate) fn colleague() -> Actor {
    Actor::employee(person(2), LoginLevel::High, organisation(), [Role::Researcher])
}

pub(crate) fn access_body() -> OrganisationId {
    OrganisationId::from_uuid(Uuid::from_u128(202))
}

pub(crate) fn handler() -> Actor {
    Actor::employee(person(9), LoginLevel::High, access_body(), [Role::Handler])
}

pub(crate) fn flows() -> Actor {
    Actor::system(Component::Flows)
}

pub(crate) fn citizen() -> Actor {
    Actor::citizen(person(3), LoginLevel::High)
}

pub(crate) fn notebook() -> Actor {
    let mut actor = Actor::client("notebook");
    actor.organisation = Some(organisation());
    actor.scopes = [ApiScope::ExplorationAsk].into();
    actor
}

/// Who somebody is, by the name they log in with.
fn named(name: &str) -> Option<Actor> {
    Some(match name {
        "explorer" => explorer(),
        "colleague" => colleague(),
        "handler" => handler(),
        "citizen" => citizen(),
        "notebook" => notebook(),
        _ => return None,
    })
}

pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) store: Store,
    pub(crate) around: Arc<Around>,
    pub(crate) service: Exploration,
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(Budget::default()).await
    }

    pub(crate) async fn with(budget: Budget) -> Self {
        let contexts = [&varde_policy::CONTEXT, &varde_web::CONTEXT, &varde_exploration::CONTEXT];
        let database = varde_store::testing::database(&contexts).await;
        let store = database.simulated();
        let guard = Guard::new(Policy::load().unwrap(), store.clone());
        let around = Arc::new(Around::new());
        let parts = Parts {
            data: Arc::clone(&around) as _,
            catalogue: Arc::clone(&around) as _,
            secret: [7; 32],
            budget,
            threads: 2,
            access_body: access_body(),
        };
        let service = Exploration::new(&store, guard, parts);
        Self { database, store, around, service }
    }

    pub(crate) fn site(&self) -> Router {
        Web::new(WebConfig::new("http://varde.test".parse().unwrap()), &self.store)
            .routes(varde_exploration::routes(self.service.clone()))
            .texts(varde_exploration::TEXTS)
            .texts(varde_exploration::STATISTICS_TEXTS)
            .open_api(varde_exploration::open_api())
            .authenticator(Arc::new(ByName(named)))
            .router()
    }

    pub(crate) async fn visit(&self, who: &str, language: &str, path: &str, form: Option<&[(&str, &str)]>) -> Page {
        testing::visit(&self.site(), who, language, path, form).await
    }

    pub(crate) async fn post_json(&self, who: &str, path: &str, body: &serde_json::Value) -> Page {
        testing::ask(&self.site(), who, "en", path, Some(("application/json", body.to_string()))).await
    }
}

pub(crate) fn ask(only: Condition, by: &[Dimension], measure: Measure) -> Question {
    Question { dataset: path("npr/contact"), only, by: by.to_vec(), measure }
}

pub(crate) fn code(begins: &str) -> Condition {
    Condition::Code { variable: "code".to_owned(), begins: vec![begins.to_owned()] }
}

pub(crate) fn by_code(length: u32) -> Dimension {
    Dimension::Variable { name: "code".to_owned(), level: Granularity::Prefix(length) }
}
