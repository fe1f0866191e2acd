//! Data products: from a declaration to an extract of what was made, in which nobody is found who reserved
//! against one of its sources; made again when they change; not used when one of them is withdrawn.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use varde_core::{Actor, CataloguePath, LoginLevel, OrganisationId, PersonId, Problem as _, ProblemKind, Role};
use varde_metadata::Dataset;
use varde_permit::{Cohort, Granularity, Permit, RuleSet};
use varde_platform::{
    ApprovedEvent, BuildState, ExtractStatus, Freshness, ImportRequest, Platform, PlatformError, ReleaseRecord,
    ReleaseStatus, VersionState,
    engine::{Exclusions, Release, Scan},
    ports::Catalogue,
    product::{Declaration, FlawKind},
};

use crate::{
    service::{person, stays},
    support::{World, system},
    world::{path, permit, year},
};

/// A catalogue that a test decides.
#[derive(Default)]
pub(crate) struct Shelf {
    datasets: Mutex<BTreeMap<CataloguePath, Dataset>>,
    holders: Mutex<BTreeMap<String, OrganisationId>>,
}

impl Shelf {
    pub(crate) fn hold(&self, source: &str, holder: OrganisationId) {
        self.holders.lock().unwrap().insert(source.to_owned(), holder);
    }

    fn describe(&self, dataset: &Dataset) {
        self.datasets.lock().unwrap().insert(dataset.path.clone(), dataset.clone());
    }

    fn described(&self, path: &CataloguePath) -> Dataset {
        self.datasets.lock().unwrap()[path].clone()
    }
}

#[async_trait::async_trait]
impl Catalogue for Shelf {
    async fn dataset(&self, path: &CataloguePath) -> Result<Option<(Dataset, Option<OrganisationId>)>, PlatformError> {
        let found = self.datasets.lock().unwrap().get(path).cloned();
        let holder = self.holders.lock().unwrap().get(path.parts().next().unwrap()).copied();
        Ok(found.map(|dataset| (dataset, holder)))
    }

    async fn holder(&self, path: &CataloguePath) -> Result<Option<OrganisationId>, PlatformError> {
        Ok(self.holders.lock().unwrap().get(path.parts().next().unwrap()).copied())
    }

    async fn propose(&self, _actor: &Actor, dataset: &Dataset) -> Result<(), PlatformError> {
        self.describe(dataset);
        Ok(())
    }
}

pub(crate) fn organisation(number: u128) -> OrganisationId {
    OrganisationId::from_uuid(uuid::Uuid::from_u128(number))
}

pub(crate) fn steward(organisation: OrganisationId) -> Actor {
    Actor::employee(PersonId::from_uuid(uuid::Uuid::from_u128(7)), LoginLevel::High, organisation, [Role::Steward])
}

/// Sales to the first twenty persons.
fn sales() -> String {
    let row = |n: i32| format!("p{n},2024-06-{:02},C07\np{n},2024-07-01,N02\n", n % 28 + 1);
    format!("pid,sold,atc\n{}", (1..=20).map(row).collect::<String>())
}

pub(crate) const HEART: &str = r#"{
  "dataset": "heart/failure",
  "name": { "nb": "Personer med hjertesvikt", "en": "People with heart failure" },
  "sources": ["hospital/stay", "pharmacy/sale"],
  "population": { "has_code": { "variable": "hospital/stay/code", "prefixes": ["I50"] } },
  "period": { "from": "2024-01-01", "until": "2024-12-31" },
  "event_date": "first_stay",
  "columns": [
    { "name": "first_stay", "variable": "hospital/stay/in_date", "measure": { "aggregate": "first" } },
    { "name": "stays", "variable": "hospital/stay/code", "measure": { "aggregate": "count" } },
    { "name": "drug", "variable": "pharmacy/sale/atc", "granularity": { "prefix": 1 }, "measure": { "aggregate": "first" },
      "label": { "nb": "Første legemiddel" } }
  ]
}"#;

/// A world with two sources of two organisations, both approved.
pub(crate) struct Products {
    pub(crate) world: World,
    pub(crate) shelf: Arc<Shelf>,
    pub(crate) platform: Platform,
    pub(crate) stay: ImportRequest,
    pub(crate) sale: ImportRequest,
}

fn moved(mut request: ImportRequest, to: &str) -> ImportRequest {
    request.dataset.path = path(to);
    for variable in &mut request.dataset.variables {
        variable.path = path(to).join(variable.path.name()).unwrap();
    }
    request
}

impl Products {
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    pub(crate) async fn with(more: &[&'static varde_store::Context]) -> Self {
        let mut world = World::with(more).await;
        let shelf = Arc::new(Shelf::default());
        let platform = world.platform.clone().catalogued_by(shelf.clone());
        world.platform = platform.clone();
        let mut stay = world.request(world.file("stay.csv", &stays()), "stay", "pid", "local:h");
        stay.holder = Some(organisation(8));
        let sale = world.request(world.file("sale.csv", &sales()), "sale", "pid", "local:h");
        let mut sale = moved(sale, "pharmacy/sale");
        sale.holder = Some(organisation(9));
        for (source, holder) in [("hospital", 8), ("pharmacy", 9), ("heart", 8)] {
            shelf.hold(source, organisation(holder));
        }
        [&stay, &sale].into_iter().for_each(|request| shelf.describe(&request.dataset));
        Self { world, shelf, platform, stay, sale }
    }

    /// Both sources approved, and the product in force.
    pub(crate) async fn in_force() -> Self {
        let products = Self::new().await;
        for request in [&products.stay, &products.sale] {
            products.world.approved(request).await;
        }
        products.declared(HEART).await;
        products
    }

    /// Puts a declaration in force, with the consent of who else answers for a source.
    async fn declared(&self, text: &str) {
        let (record, flaws) = self.platform.draft_product(&system(), text, None).await.unwrap();
        assert_eq!(flaws, []);
        let version = record.draft().unwrap().version;
        let dataset = record.dataset;
        assert_eq!(self.platform.declare_product(&system(), &dataset).await.unwrap(), VersionState::Asked);
        let state = self.platform.consent_to_product(&steward(organisation(9)), &dataset, version).await.unwrap();
        assert_eq!(state, VersionState::InForce);
    }

    pub(crate) async fn made(&self, want: i64) -> varde_platform::Build {
        self.platform.make_product(&system(), &path("heart/failure"), want, None).await.unwrap().unwrap()
    }

    async fn freshness(&self) -> Freshness {
        self.platform.product(&system(), &path("heart/failure")).await.unwrap().freshness
    }

    /// What a newer release of a source sets going.
    pub(crate) async fn wants(&self, release: &ReleaseRecord) -> Vec<CataloguePath> {
        let event = ApprovedEvent { release: release.id, dataset: release.dataset.clone() };
        self.platform.want_products(&system(), &event).await.unwrap()
    }

    fn opened(&self, release: varde_core::ReleaseId) -> Release {
        Release::open(&self.world.folder.path().join(format!("platform/releases/{release}.parquet"))).unwrap()
    }

    fn batches(&self, release: varde_core::ReleaseId) -> Vec<datafusion::arrow::array::RecordBatch> {
        let release = self.opened(release);
        let everybody = Exclusions::default().for_dataset(&release.schema().dataset);
        Scan::new(&release, everybody).read().unwrap().map(Result::unwrap).collect()
    }

    /// The rows of a release as text, values between bars.
    pub(crate) fn rows(&self, release: varde_core::ReleaseId) -> Vec<String> {
        let table = datafusion::arrow::util::pretty::pretty_format_batches(&self.batches(release)).unwrap().to_string();
        table.lines().skip(3).filter(|line| line.starts_with('|')).map(|line| line.replace(' ', "")).collect()
    }

    /// Everybody in a release.
    pub(crate) fn people(&self, release: varde_core::ReleaseId) -> Vec<u32> {
        let batches = self.batches(release).into_iter();
        let person = |batch: datafusion::arrow::array::RecordBatch| {
            use datafusion::arrow::array::AsArray as _;
            let persons = batch.column(0).as_primitive::<datafusion::arrow::datatypes::UInt32Type>().clone();
            persons.values().to_vec()
        };
        batches.flat_map(person).collect()
    }

    fn permit(&self) -> Permit {
        let rule = Cohort::Everyone;
        let variables = [("heart/failure/stays", Granularity::AsIs), ("heart/failure/drug", Granularity::AsIs)];
        let decided_at = self.world.store.clock().now();
        Permit { rule_set: RuleSet::Norway, decided_at, period: year(2024), ..permit(rule, &variables, 5) }
    }
}

#[tokio::test]
async fn from_a_declaration_to_an_extract_nobody_who_reserved_against_a_source_is_found() {
    let world = Products::in_force().await;
    let Products { world: inner, platform, shelf, .. } = &world;
    let (_, early) = person(inner, "p2").await;
    inner.preferences.opt_out_of("pharmacy", early, inner.store.clock().now());
    assert_eq!(world.freshness().await, Freshness::Building);
    let built = world.made(1).await;
    assert_eq!((built.state, built.version), (BuildState::Done, 1));
    let release = platform.release(&system(), built.release.unwrap()).await.unwrap();
    assert_eq!((release.status, release.holder, release.rows), (ReleaseStatus::Draft, Some(organisation(8)), 29));
    assert!(!world.people(release.id).contains(&early), "against one source is against what is made of it");
    assert_eq!(world.freshness().await, Freshness::ToApprove);
    platform.approve(&system(), release.id).await.unwrap();
    assert_eq!(world.freshness().await, Freshness::Current);

    // What it is made of, in both directions, and in the catalogue.
    let (_, lineage) = platform.lineage(&system(), release.id).await.unwrap();
    let made = lineage.made.unwrap();
    assert_eq!((made.version, made.lineage.declaration), (1, Declaration::read(HEART).unwrap().digest()));
    assert_eq!(made.lineage.columns[2].of, [path("pharmacy/sale/atc")]);
    assert_eq!(made.lineage.chosen_by, [path("hospital/stay/code")]);
    let of: Vec<&str> = lineage.made_of.iter().map(|step| step.dataset.as_str()).collect();
    assert_eq!(of, ["hospital/stay", "pharmacy/sale"]);
    let (_, above) = platform.lineage(&system(), lineage.made_of[0].release).await.unwrap();
    assert_eq!(above.made_from_it.iter().map(|step| step.release).collect::<Vec<_>>(), [release.id]);
    platform.describe_product(&system(), &path("heart/failure")).await.unwrap();
    let described = shelf.described(&path("heart/failure"));
    assert!(described.variables[2].versions[0].description.nb.contains("pharmacy/sale/atc"), "{described:?}");

    // A person who reserves against a source after the product was made is not found either.
    inner.database.clock().advance(Duration::from_secs(60));
    let (late_id, late) = person(inner, "p3").await;
    assert!(world.people(release.id).contains(&late));
    inner.preferences.opt_out_of("pharmacy", late, inner.store.clock().now());
    inner.database.clock().advance(Duration::from_secs(60));
    let permit = world.permit();
    let extract = inner.prepared(&permit).await;
    let delivered = platform.make(&system(), extract, None).await.unwrap();
    assert_eq!(delivered.status, ExtractStatus::Delivered);
    let manifest = delivered.manifest.unwrap();
    assert_eq!(manifest.people, 28, "30 with heart failure, but for two");
    let own = platform.own(&system(), late_id).await.unwrap();
    assert_eq!(own.extracts[0].status, "opted_out");
    assert!(platform.verify(&system(), extract).await.unwrap().is_good(), "made again to the byte");

    // And exploration asks for the same people.
    let (unreadable, _) = platform.exclusions_as_at(&system(), &["heart".to_owned()], None).await.unwrap();
    let set = unreadable.for_dataset(&path("heart/failure"));
    assert!(set.contains(late) && set.contains(early));
}

#[tokio::test]
async fn a_product_is_made_again_once_for_all_that_changes() {
    let world = Products::in_force().await;
    let first = world.made(1).await.release.unwrap();
    world.platform.approve(&system(), first).await.unwrap();
    let (same, _) = world.platform.draft_product(&system(), HEART, None).await.unwrap();
    assert!(same.draft().is_none(), "what is in force already is no draft");
    // Wanted again, with nothing new: the same release.
    assert!(world.platform.want_product(&system(), &path("heart/failure")).await.unwrap());
    let same = world.made(2).await;
    assert_eq!((same.state, same.release), (BuildState::Unchanged, Some(first)));

    let mut more = world.stay.clone();
    more.from = world.world.file("more.csv", &(stays() + "p31,2024-02-01,I501,60\n")).into();
    world.world.database.clock().advance(Duration::from_secs(60));
    let stay = world.world.approved(&more).await;
    assert_eq!(world.wants(&stay).await, [path("heart/failure")]);
    assert_eq!(world.freshness().await, Freshness::Building);
    let mut sold = world.sale.clone();
    sold.from = world.world.file("sold.csv", &(sales() + "p31,2024-06-03,C07\n")).into();
    let sale = world.world.approved(&sold).await;
    assert_eq!(world.wants(&sale).await, [] as [CataloguePath; 0], "one making is enough for both");
    let next = world.made(3).await;
    assert_eq!(next.state, BuildState::Done);
    let next = next.release.unwrap();
    assert_eq!((world.people(first).len(), world.people(next).len()), (30, 31));
    let (_, lineage) = world.platform.lineage(&system(), next).await.unwrap();
    let of: Vec<_> = lineage.made_of.iter().map(|step| step.release).collect();
    assert!(of.contains(&stay.id) && of.contains(&sale.id));
    // Done is done, also when the job is called once more.
    assert_eq!(world.made(3).await.release, Some(next));
    // The next one gives way to another that nobody has approved either.
    let (_, out) = person(&world.world, "p31").await;
    world.world.preferences.opt_out_of("hospital", out, world.world.store.clock().now());
    assert!(world.platform.want_product(&system(), &path("heart/failure")).await.unwrap());
    let third = world.made(4).await.release.unwrap();
    assert_eq!(world.platform.release(&system(), next).await.unwrap().status, ReleaseStatus::Superseded);
    assert!(!world.people(third).contains(&out));
}

#[tokio::test]
async fn a_withdrawn_source_stops_what_is_made_of_it_until_it_is_made_again() {
    let world = Products::in_force().await;
    let platform = &world.platform;
    let first = world.made(1).await.release.unwrap();
    platform.approve(&system(), first).await.unwrap();
    let extract = world.world.prepared(&world.permit()).await;
    let releases = platform.releases(&system()).await.unwrap();
    let stay = releases.iter().find(|release| release.dataset == path("hospital/stay")).unwrap();
    let used = platform.withdraw(&system(), stay.id, "the wrong hospital").await.unwrap();
    assert_eq!(used.iter().map(|one| one.made.extract).collect::<Vec<_>>(), [extract], "also through the product");
    assert_eq!(world.freshness().await, Freshness::Withdrawn);
    assert!(platform.usable_releases(&system()).await.unwrap().iter().all(|release| release.id != first));
    let opened = platform.open_approved(&system(), first).await.unwrap_err();
    assert_eq!(opened.kind(), ProblemKind::NotFound);
    let permit = Permit { id: varde_core::PermitId::from_uuid(uuid::Uuid::from_u128(99)), ..world.permit() };
    let issued = world.world.permits.issue(&permit, world.world.store.clock().now());
    let refused = platform.prepare_extract(&system(), &permit, issued.digest()).await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Invalid, "{refused}");
    // It waits for the source, and says so.
    assert!(platform.want_product(&system(), &path("heart/failure")).await.unwrap());
    let waits = world.made(2).await;
    assert_eq!(waits.state, BuildState::Failed);
    assert!(waits.failure.unwrap().contains("hospital/stay"));

    world.world.database.clock().advance(Duration::from_secs(60));
    let mut right = world.stay.clone();
    right.from = world.world.file("right.csv", &(stays() + "p1,2024-09-01,I501,60\n")).into();
    let right = world.world.approved(&right).await;
    assert_eq!(world.wants(&right).await, [path("heart/failure")]);
    let next = world.made(3).await.release.unwrap();
    assert_eq!(world.freshness().await, Freshness::ToApprove);
    platform.approve(&system(), next).await.unwrap();
    platform.prepare_extract(&system(), &permit, issued.digest()).await.unwrap();
}

#[tokio::test]
async fn who_answers_for_a_source_decides_and_what_is_wrong_is_named_with_its_place() {
    let world = Products::new().await;
    let (platform, heart) = (&world.platform, path("heart/failure"));
    let ours = steward(organisation(8));
    let refused = platform.draft_product(&steward(organisation(9)), HEART, None).await.unwrap_err();
    assert_eq!(refused.kind(), ProblemKind::Forbidden, "somebody else's catalogue");
    let unreadable = platform.check_product(&ours, "{\n  \"dataset\": 7\n}").await.unwrap_err();
    let PlatformError::Declaration(flaws) = unreadable else { panic!("{unreadable}") };
    assert_eq!((flaws[0].place.split(':').next(), flaws[0].kind), (Some("2"), FlawKind::Unreadable));
    let wrong = HEART
        .replace("hospital/stay/code\", \"prefixes", "hospital/stay/in_date\", \"prefixes")
        .replace("{ \"prefix\": 1 }", "\"month\"");
    let (_, flaws) = platform.draft_product(&ours, &wrong, None).await.unwrap();
    let told: Vec<_> = flaws.iter().map(|flaw| (flaw.place.as_str(), flaw.kind)).collect();
    assert_eq!(told, [("population", FlawKind::NoCodes), ("columns[2].granularity", FlawKind::Granularity)]);
    let refused = platform.declare_product(&ours, &heart).await.unwrap_err();
    assert!(matches!(&refused, PlatformError::Declaration(flaws) if flaws.len() == 2), "{refused}");
    assert_eq!(refused.fields()[0].field, "population");

    // Somebody else has changed the draft since it was read.
    let seen = platform.product(&ours, &heart).await.unwrap().record.draft().unwrap().digest;
    platform.draft_product(&ours, HEART, Some(seen)).await.unwrap();
    let late = platform.draft_product(&ours, &wrong, Some(seen)).await.unwrap_err();
    assert!(matches!(late, PlatformError::Changed), "{late}");
    assert_eq!(platform.declare_product(&ours, &heart).await.unwrap(), VersionState::Asked);
    let nobody = platform.consent_to_product(&ours, &heart, 1).await.unwrap_err();
    assert_eq!(nobody.kind(), ProblemKind::Forbidden, "nobody answers for another's source");
    let theirs = steward(organisation(9));
    assert!(platform.product(&theirs, &heart).await.unwrap().may.1);
    assert_eq!(platform.consent_to_product(&theirs, &heart, 1).await.unwrap(), VersionState::InForce);
    // Without releases it waits, and says for what.
    let waits = platform.make_product(&system(), &heart, 1, None).await.unwrap().unwrap();
    assert_eq!(waits.state, BuildState::Failed);
    assert_eq!(world.freshness().await, Freshness::Waiting);

    // A product of the product, and then the first of that: a ring.
    let built = HEART.replace("heart/failure", "heart/again").replace("hospital/stay\",", "heart/failure\",");
    let built = built
        .replace("hospital/stay/in_date", "heart/failure/first_stay")
        .replace("hospital/stay/code\", \"measure", "heart/failure/stays\", \"measure");
    let built = built
        .replace("{ \"has_code\": { \"variable\": \"hospital/stay/code\", \"prefixes\": [\"I50\"] } }", "\"everyone\"");
    platform.describe_product(&ours, &heart).await.unwrap();
    world.declared(&built).await;
    let ring = HEART
        .replace("pharmacy/sale\"]", "pharmacy/sale\", \"heart/again\"]")
        .replace("pharmacy/sale/atc", "heart/again/drug")
        .replace("\"pharmacy/sale\", ", "");
    let (_, _) = platform.draft_product(&ours, &ring, None).await.unwrap();
    platform.describe_product(&ours, &path("heart/again")).await.unwrap();
    let refused = platform.declare_product(&ours, &heart).await.unwrap_err();
    let PlatformError::Declaration(flaws) = refused else { panic!("{refused}") };
    assert_eq!((flaws[0].place.as_str(), flaws[0].kind), ("sources[1]", FlawKind::OwnSource));

    // Whoever answers for a source can end it, with a reason.
    let silent = platform.end_product(&theirs, &heart, " ").await.unwrap_err();
    assert_eq!(silent.kind(), ProblemKind::Invalid);
    platform.end_product(&theirs, &heart, "we do not share this any more").await.unwrap();
    assert_eq!(world.freshness().await, Freshness::NotInForce);
    assert!(!platform.want_product(&system(), &heart).await.unwrap());
}
