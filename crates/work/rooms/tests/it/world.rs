//! An installation with a permit, a delivery and people, for tests of the whole.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use jiff::civil::date;
use varde_core::{
    Actor, ApplicationId, Component, DecisionId, Digest, ExtractId, LegalBasis, LocalisedText, LoginLevel, Matter,
    OrganisationId, Period, PermitId, PersonId, Purpose, Role, RoomId,
};
use varde_permit::{Cohort, DeliveredFile, Manifest, Permit, RuleSet};
use varde_policy::{Guard, Policy};
use varde_rooms::{
    FileChecks, People, ResultCheck, ResultFile, RoomsConfig, RoomsError, RoomsService,
    driver::{Bubblewrap, BubblewrapConfig, Limits},
    model::{Finding, Run, RunState, Severity, Tool},
};
use varde_store::{Store, testing::TestDatabase};
use varde_web::testing::ByName;

/// Numbers of people in the tests.
pub(crate) const AUTHOR: u8 = 1;
pub(crate) const MEMBER: u8 = 2;
pub(crate) const REVIEWER: u8 = 3;
pub(crate) const SECOND_REVIEWER: u8 = 4;
pub(crate) const STRANGER: u8 = 5;
pub(crate) const HANDLER: u8 = 6;
pub(crate) const OPERATOR: u8 = 7;

const DATA: &str = "age_band,n\n20-29,120\n30-39,80\n";

pub(crate) struct World {
    pub(crate) service: Arc<RoomsService>,
    pub(crate) store: Store,
    pub(crate) database: TestDatabase,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) permit: Permit,
    pub(crate) manifest: Manifest,
    pub(crate) staff: Arc<Staff>,
    groups: bool,
}

/// Everybody is a researcher of the holder until they have left.
#[derive(Debug, Default)]
pub(crate) struct Staff(Mutex<Vec<PersonId>>);

impl Staff {
    /// The person's role has ended, though their session goes on.
    pub(crate) fn leaves(&self, number: u8) {
        self.0.lock().unwrap().push(person(number));
    }
}

#[async_trait::async_trait]
impl People for Staff {
    async fn names(&self, _: &Actor, matter: &Matter, persons: &[PersonId]) -> BTreeMap<PersonId, String> {
        let told = persons.iter().filter(|who| matter.parties().contains(who));
        told.map(|who| (*who, format!("{} {}", matter.kind(), who.uuid().as_u128() & 0xff))).collect()
    }

    async fn is_researcher(&self, who: PersonId, organisation: OrganisationId) -> Result<bool, RoomsError> {
        Ok(organisation == permit().holder && !self.0.lock().unwrap().contains(&who))
    }
}

fn uuid(kind: u8, number: u8) -> uuid::Uuid {
    uuid::Uuid::from_u128(u128::from(kind) << 64 | u128::from(number))
}

pub(crate) fn person(number: u8) -> PersonId {
    PersonId::from_uuid(uuid(1, number))
}

fn organisation_of(number: u8) -> OrganisationId {
    OrganisationId::from_uuid(uuid(2, number))
}

/// A member who acts for another organisation than the permit's holder, where they are researchers too.
pub(crate) fn elsewhere(number: u8) -> Actor {
    Actor::employee(person(number), LoginLevel::High, organisation_of(9), [Role::Researcher])
}

/// Somebody at work, logged in at level high.
pub(crate) fn actor(number: u8) -> Actor {
    let (organisation, role) = match number {
        REVIEWER | SECOND_REVIEWER => (2, Role::Reviewer),
        HANDLER => (2, Role::Handler),
        OPERATOR => (8, Role::Operator),
        STRANGER => (9, Role::Researcher),
        _ => (1, Role::Researcher),
    };
    let organisation = organisation_of(organisation);
    Actor::employee(person(number), LoginLevel::High, organisation, [role])
}

pub(crate) fn flows() -> Actor {
    Actor::system(Component::Flows)
}

/// The driver of one machine, which has control groups or has not.
fn driver(folder: &Path, groups: bool) -> Bubblewrap {
    let mut config = BubblewrapConfig::new(folder.join("driver"));
    if !groups {
        config.cgroup_root = "/proc/no-such-folder".into();
        config.allow_process_limits = true;
    }
    Bubblewrap::new(config).unwrap()
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A world whose rooms are set up differently.
    pub(crate) async fn with(change: impl FnOnce(&mut RoomsConfig)) -> Self {
        Self::on(true, change).await
    }

    async fn on(groups: bool, change: impl FnOnce(&mut RoomsConfig)) -> Self {
        let contexts = [&varde_rooms::CONTEXT, &varde_policy::CONTEXT, &varde_web::CONTEXT];
        let database = varde_store::testing::database(&contexts).await;
        let store = database.simulated();
        let folder = tempfile::tempdir().unwrap();
        let delivery = folder.path().join("delivery");
        fs::create_dir(&delivery).unwrap();
        fs::write(delivery.join("contact.csv"), DATA).unwrap();
        let driver = driver(folder.path(), groups);
        let mut config = RoomsConfig::new(folder.path().join("data"));
        config.limits = Limits { memory_bytes: 1 << 30, ..Limits::default() };
        change(&mut config);
        let staff = Arc::<Staff>::default();
        let service = Self::service(&store, &staff, driver, config);
        Self { permit: permit(), manifest: manifest(), service, store, database, folder, staff, groups }
    }

    fn service(store: &Store, staff: &Arc<Staff>, driver: Bubblewrap, config: RoomsConfig) -> Arc<RoomsService> {
        let guard = Guard::new(Policy::load().unwrap(), store.clone());
        let checks: Vec<Arc<dyn ResultCheck>> = vec![Arc::new(FileChecks), Arc::new(Headcount), Arc::new(Totals)];
        Arc::new(RoomsService::new(store, guard, Arc::new(driver), checks, Arc::clone(staff) as _, config))
    }

    /// Another process on the same data directory and database.
    pub(crate) fn neighbour(&self) -> Arc<RoomsService> {
        let config = RoomsConfig::new(self.folder.path().join("data"));
        Self::service(&self.store, &self.staff, driver(self.folder.path(), self.groups), config)
    }

    /// A world on a machine without control groups, where that is allowed.
    pub(crate) async fn without_groups() -> Self {
        Self::on(false, |_| {}).await
    }

    /// The whole site with the rooms' routes.
    pub(crate) fn site(&self) -> axum::Router {
        varde_web::Web::new(varde_web::WebConfig::new("http://varde.test".parse().unwrap()), &self.store)
            .routes(varde_rooms::routes(self.service.clone()))
            .texts(varde_rooms::TEXTS)
            .open_api(varde_rooms::open_api())
            .authenticator(Arc::new(ByName(|number: &str| number.parse().ok().map(actor))))
            .router()
    }

    /// The room, opened as the flow does.
    pub(crate) async fn open(&self) -> RoomId {
        let delivery = self.folder.path().join("delivery");
        self.service.open_for(&flows(), &self.permit, &self.manifest, &delivery).await.unwrap()
    }

    /// Runs a script to its end.
    pub(crate) async fn script(&self, room: RoomId, tool: Tool, script: &str) -> Run {
        self.script_as(AUTHOR, room, tool, script).await
    }

    /// The same by somebody else.
    pub(crate) async fn script_as(&self, who: u8, room: RoomId, tool: Tool, script: &str) -> Run {
        let run = self.service.start_script(&actor(who), room, tool, script).await.unwrap();
        for _ in 0..600 {
            let found = self.service.run(&actor(who), room, run).await.unwrap();
            if found.state != RunState::Running {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("the script did not end");
    }

    /// The date that the permit is held against.
    pub(crate) fn today(&self) -> jiff::civil::Date {
        self.store.clock().today()
    }
}

/// Says how many people the checks were told are in the extract.
#[derive(Debug)]
struct Headcount;

impl ResultCheck for Headcount {
    fn check(&self, file: &ResultFile<'_>) -> Vec<Finding> {
        if file.name != "headcount.txt" {
            return Vec::new();
        }
        let text = || LocalisedText::bokmaal("tekst");
        let place = file.people.to_string();
        let severity = Severity::Note;
        vec![Finding { rule: "headcount".to_owned(), severity, place, what: text(), why: text(), advice: text() }]
    }
}

/// Compares the one number that files named `total…` hold with those that have left.
#[derive(Debug)]
struct Totals;

impl Totals {
    fn number(file: &ResultFile<'_>) -> Option<i64> {
        let text = std::str::from_utf8(file.bytes).ok().filter(|_| file.name.starts_with("total"));
        text.and_then(|text| text.trim().parse().ok())
    }
}

impl ResultCheck for Totals {
    fn check(&self, _: &ResultFile<'_>) -> Vec<Finding> {
        Vec::new()
    }

    fn tells(&self, file: &ResultFile<'_>) -> Vec<serde_json::Value> {
        Self::number(file).into_iter().map(|number| serde_json::json!({ "total": number })).collect()
    }

    fn beside(&self, file: &ResultFile<'_>, told: &[serde_json::Value]) -> Vec<Finding> {
        let Some(number) = Self::number(file) else { return Vec::new() };
        let near = |other: i64| other != number && (other - number).abs() < i64::from(file.minimum_group);
        if !told.iter().filter_map(|table| table["total"].as_i64()).any(near) {
            return Vec::new();
        }
        let text = || LocalisedText::bokmaal("tekst");
        let (rule, severity) = ("differencing".to_owned(), Severity::Explain);
        vec![Finding { rule, severity, place: String::new(), what: text(), why: text(), advice: text() }]
    }
}

fn permit() -> Permit {
    Permit {
        id: PermitId::from_uuid(uuid(3, 1)),
        version: 1,
        predecessor: None,
        application: ApplicationId::from_uuid(uuid(4, 1)),
        decision: DecisionId::from_uuid(uuid(5, 1)),
        title: "Heart failure and age".to_owned(),
        decided_at: jiff::Timestamp::UNIX_EPOCH,
        valid: Period::new(date(2026, 1, 1), date(2027, 12, 31)).unwrap(),
        access_body: OrganisationId::from_uuid(uuid(2, 2)),
        holder: OrganisationId::from_uuid(uuid(2, 1)),
        persons: vec![person(AUTHOR), person(MEMBER)],
        purpose: Purpose::Research,
        legal_bases: vec![LegalBasis::new("helseregisterloven", "§ 19 a")],
        rule_set: RuleSet::Norway,
        cohort: Cohort::Everyone,
        variables: Vec::new(),
        period: Period::since(date(2020, 1, 1)),
        minimum_group: 10,
        design: varde_permit::Design::default(),
        handover: varde_permit::Handover::default(),
        large: None,
        conditions: Vec::new(),
    }
}

fn manifest() -> Manifest {
    Manifest {
        extract: ExtractId::from_uuid(uuid(6, 1)),
        permit: PermitId::from_uuid(uuid(3, 1)),
        specification: Digest::of(b"specification"),
        releases: Vec::new(),
        people: 200,
        excluded: Vec::new(),
        membership_root: Digest::of(b"root"),
        files: vec![DeliveredFile {
            name: "contact.csv".to_owned(),
            dataset: None,
            digest: Digest::of(DATA.as_bytes()),
            bytes: DATA.len() as u64,
            rows: Some(2),
            columns: vec!["age_band".to_owned(), "n".to_owned()],
        }],
        checks: vec![varde_permit::Check { name: "minimum_group".to_owned(), passed: true, figures: BTreeMap::new() }],
    }
}
