//! A hospital register with thirty patients, a project that used it, and the people.

use std::{path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use jiff::{Timestamp, civil::date};
use roaring::RoaringBitmap;
use varde_basedata::Basedata;
use varde_citizen::{CitizenError, CitizenService, Ports, ReleasedFile, Results};
use varde_core::{
    Actor, ApplicationId, Component, DecisionId, Digest, ExtractId, LegalBasis, LoginLevel, OrganisationId, Period,
    PermitId, PersonId, PreferenceId, Purpose,
};
use varde_ledger::{Policy as Trust, PublicKey, SecretKey, key::KeyKind};
use varde_metadata::{CatalogueService, DataSource, LinkKind, codebook::SourceDescription, proposal::ProposalOptions};
use varde_permit::{Cohort, Exclusion, Granularity, Permit, PermittedVariable, Register, RuleSet, SealingKey};
use varde_platform::{
    ImportRequest, Imported, MasterKey, Parts, Platform, PlatformError, engine::Exclusions, ports::ExclusionSource,
};
use varde_policy::{Guard, Policy};
use varde_privacy::{AsAt, Choice, Kind, Preference, PrivacyService, Scope};
use varde_store::{
    Store,
    log::{Log, Sequencer},
    testing::{TestDatabase, database},
};

pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) store: Store,
    pub(crate) citizen: Arc<CitizenService>,
    pub(crate) basedata: Basedata,
    pub(crate) privacy: PrivacyService,
    pub(crate) key: PublicKey,
    permits: Arc<Register>,
    platform: Arc<Platform>,
    sequencer: Sequencer,
    _folder: tempfile::TempDir,
}

pub(crate) fn system() -> Actor {
    Actor::system(Component::DemoWorld)
}

fn flows() -> Actor {
    Actor::system(Component::Flows)
}

fn operator() -> Actor {
    Actor::system(Component::CommandLine)
}

/// Somebody logged in as themselves.
pub(crate) fn me(person: PersonId) -> Actor {
    Actor::citizen(person, LoginLevel::Substantial)
}

/// Opt-outs from the real preferences, as the composition asks for them.
struct OptOuts(Basedata, PrivacyService);

impl OptOuts {
    async fn indices(&self, persons: Vec<PersonId>) -> RoaringBitmap {
        self.0.indices_of(&flows(), &persons).await.unwrap().into_iter().flatten().collect()
    }
}

#[async_trait]
impl ExclusionSource for OptOuts {
    async fn exclusions(&self, sources: &[String], as_at: Timestamp) -> Result<Exclusions, PlatformError> {
        let (mut all, at) = (Exclusions::default(), AsAt::both(as_at));
        let everywhere = self.1.opted_out(&flows(), at, "test").await.unwrap();
        all.everywhere(Exclusion::OptedOut, self.indices(everywhere).await);
        for source in sources {
            let withdrawn = self.1.consent_withdrawn(&flows(), source, at, "test").await.unwrap();
            all.in_source(source, Exclusion::ConsentWithdrawn, self.indices(withdrawn).await);
        }
        Ok(all)
    }

    async fn newest(&self) -> Result<Option<Timestamp>, PlatformError> {
        Ok(self.1.newest(&flows()).await.unwrap())
    }
}

/// One file has left every room.
struct OneTable;

#[async_trait]
impl Results for OneTable {
    async fn released(&self, _actor: &Actor, _permit: PermitId) -> Result<Vec<ReleasedFile>, CitizenError> {
        Ok(vec![ReleasedFile {
            name: "tabell1.csv".to_owned(),
            digest: Digest::of(b"table"),
            bytes: 5,
            purpose: "Tabell 1 i artikkelen".to_owned(),
            approved_at: Timestamp::UNIX_EPOCH,
        }])
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        let contexts = [
            &varde_policy::CONTEXT,
            &varde_web::CONTEXT,
            &varde_basedata::CONTEXT,
            &varde_permit::CONTEXT,
            &varde_privacy::CONTEXT,
            &varde_metadata::CONTEXT,
            &varde_platform::CONTEXT,
        ];
        let database = database(&contexts).await;
        let store = database.simulated();
        let guard = Guard::new(Policy::load().unwrap(), store.clone());
        let (folder, log) = (tempfile::tempdir().unwrap(), Log::new(&store));
        let basedata = Basedata::new(&store, guard.clone());
        let privacy = PrivacyService::new(&store, guard.clone());
        let seal = Arc::new(SealingKey::generate(store.randomness()).unwrap());
        let permits = Arc::new(Register::new(&store, guard.clone(), Arc::clone(&seal)));
        let parts = Parts {
            basedata: basedata.clone(),
            exclusions: Arc::new(OptOuts(basedata.clone(), privacy.clone())),
            permits: Arc::clone(&permits) as _,
            trees: Arc::new(log.clone()),
            signer: seal,
            master: MasterKey::new(&[3; 32]).unwrap(),
            folder: folder.path().join("platform"),
            unusable_per_thousand: 50,
            large: varde_platform::LargeExtract::default(),
        };
        let platform = Arc::new(Platform::new(&store, guard.clone(), parts).unwrap());
        let catalogue = Arc::new(CatalogueService::new(&store, guard.clone()));
        let secret = SecretKey::generate("varde.test/log", KeyKind::Log, store.randomness()).unwrap();
        let key = secret.public().clone();
        let ports = Ports {
            basedata: basedata.clone(),
            privacy: privacy.clone(),
            catalogue: Arc::clone(&catalogue),
            permits: Arc::clone(&permits),
            platform: Arc::clone(&platform),
            log,
            log_key: key.clone(),
            results: Arc::new(OneTable),
        };
        let world = Self {
            citizen: Arc::new(CitizenService::new(guard, ports)),
            sequencer: Sequencer::new(&store, Arc::new(secret)),
            _folder: folder,
            database,
            store,
            basedata,
            privacy,
            key,
            permits,
            platform,
        };
        world.fill(&catalogue).await;
        world
    }

    /// The register: in the catalogue, resting on consent, and released.
    async fn fill(&self, catalogue: &CatalogueService) {
        let row = |n: i32| format!("p{n},2024-03-{:02},I501\np{n},2024-05-01,J18\n", n % 28 + 1);
        let file = self._folder.path().join("stay.csv");
        std::fs::write(&file, format!("pid,in_date,code\n{}", (1..=30).map(row).collect::<String>())).unwrap();
        let mut source = proposed(&file);
        source.legal_basis = Some(LegalBasis::new("GDPR", "art. 9(2)(a)"));
        let imported = catalogue.import(&operator(), &source, "test").await.unwrap();
        catalogue.publish(&operator(), imported.edition).await.unwrap();
        let request = ImportRequest {
            from: file.into(),
            dataset: source.datasets.remove(0),
            holder: None,
            person: "pid".to_owned(),
            namespace: "local:h".parse().unwrap(),
            event_date: None,
        };
        let Imported::New(release) = self.platform.import(&system(), &request).await.unwrap() else {
            panic!("the release is new")
        };
        self.platform.approve(&system(), release.id).await.unwrap();
    }

    /// The person with that number in the hospital.
    pub(crate) async fn person(&self, number: &str) -> PersonId {
        self.basedata.enrol_batch(&system(), &"local:h".parse().unwrap(), &[number]).await.unwrap()[0].person
    }

    /// A consent that was given elsewhere, loaded by the operator.
    pub(crate) async fn consented(&self, person: PersonId, source: &str) {
        let now = self.store.clock().now();
        let row = Preference {
            id: PreferenceId::new(&**self.store.clock(), self.store.randomness()),
            person,
            choice: Choice { kind: Kind::Consent, scope: Scope::Source(source.to_owned()), active: true },
            applies_from: now,
            recorded_at: now,
        };
        self.privacy.load(&operator(), &[row], "test").await.unwrap();
    }

    /// A permit decided now, with its extract made a minute later.
    pub(crate) async fn project(&self, rule_set: RuleSet) -> (PermitId, ExtractId) {
        let (clock, randomness) = (self.store.clock(), self.store.randomness());
        let variable = |path: &str, granularity| PermittedVariable::rows(path.parse().unwrap(), granularity);
        let permit = Permit {
            id: PermitId::new(&**clock, randomness),
            version: 1,
            predecessor: None,
            application: ApplicationId::new(&**clock, randomness),
            decision: DecisionId::new(&**clock, randomness),
            title: format!("Hjertesvikt og alder ({rule_set:?})"),
            decided_at: clock.now(),
            valid: Period::new(date(2026, 11, 22), date(2030, 12, 31)).unwrap(),
            access_body: OrganisationId::new(&**clock, randomness),
            holder: OrganisationId::new(&**clock, randomness),
            persons: vec![PersonId::new(&**clock, randomness)],
            purpose: Purpose::Research,
            legal_bases: vec![LegalBasis::new("helseregisterloven", "§ 19 a")],
            rule_set,
            cohort: Cohort::Everyone,
            variables: vec![
                variable("hospital/stay/in_date", Granularity::Month),
                variable("hospital/stay/code", Granularity::Prefix(3)),
            ],
            period: Period::new(date(2024, 1, 1), date(2024, 12, 31)).unwrap(),
            minimum_group: 3,
            conditions: Vec::new(),
            design: varde_permit::Design::default(),
            handover: varde_permit::Handover::default(),
            large: None,
        };
        let issued = self.permits.issue(&flows(), &permit).await.unwrap();
        self.wait(60);
        let extract = self.platform.prepare_extract(&flows(), &permit, issued.digest()).await.unwrap();
        self.platform.make(&flows(), extract, None).await.unwrap();
        (permit.id, extract)
    }

    /// Time passes.
    pub(crate) fn wait(&self, seconds: u64) {
        self.database.clock().advance(Duration::from_secs(seconds));
    }

    /// What the log's sequencer does every second.
    pub(crate) async fn sequence(&self) {
        self.sequencer.catch_up().await.unwrap();
    }

    /// Trust in this log's key only, as a citizen checks a file at home.
    pub(crate) fn trust(&self) -> Trust {
        Trust::trusting(self.key.clone())
    }
}

fn proposed(file: &PathBuf) -> DataSource {
    let options =
        ProposalOptions { name: "stay".to_owned(), table: "stay".to_owned(), id_column: Some("pid".to_owned()) };
    let data = std::fs::File::open(file).unwrap();
    let proposal = varde_metadata::proposal::propose(data, &options, date(2026, 11, 22)).unwrap();
    proposal.codebook.to_source(&SourceDescription::new("hospital".parse().unwrap(), "Sykehus", LinkKind::Local))
}
