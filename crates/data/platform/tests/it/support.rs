//! A platform on a private database, and preferences that a test decides.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use jiff::Timestamp;
use roaring::RoaringBitmap;
use varde_basedata::Basedata;
use varde_core::{Actor, CataloguePath, Component, ExtractId, PermitId, Randomness, ReleaseId};
use varde_metadata::{DataSource, LinkKind, codebook::SourceDescription, proposal::ProposalOptions};
use varde_permit::{Exclusion, Issued, Permit, PermitError, SealingKey};
use varde_platform::{
    ImportRequest, Imported, LargeExtract, MasterKey, Parts, Platform, PlatformError, ReleaseRecord,
    engine::Exclusions,
    ports::{ExclusionSource, Permits},
};
use varde_policy::{Guard, Policy};
use varde_store::{
    Store,
    log::Log,
    testing::{TestDatabase, database},
};

/// Opt-outs with the time they were recorded: of everything, and of one source.
#[derive(Debug, Default, Clone)]
pub(crate) struct Preferences(Arc<Mutex<BTreeMap<u32, Timestamp>>>, Arc<Mutex<BTreeMap<(String, u32), Timestamp>>>);

impl Preferences {
    pub(crate) fn opt_out(&self, person: u32, at: Timestamp) {
        self.0.lock().unwrap().insert(person, at);
    }

    pub(crate) fn opt_out_of(&self, source: &str, person: u32, at: Timestamp) {
        self.1.lock().unwrap().insert((source.to_owned(), person), at);
    }
}

#[async_trait::async_trait]
impl ExclusionSource for Preferences {
    async fn exclusions(&self, sources: &[String], as_at: Timestamp) -> Result<Exclusions, PlatformError> {
        let people: RoaringBitmap =
            self.0.lock().unwrap().iter().filter(|(_, at)| **at <= as_at).map(|(person, _)| *person).collect();
        let mut all = Exclusions::default();
        all.everywhere(Exclusion::OptedOut, people);
        for ((source, person), _) in self.1.lock().unwrap().iter().filter(|(_, at)| **at <= as_at) {
            if sources.contains(source) {
                all.in_source(source, Exclusion::OptedOut, RoaringBitmap::from_iter([*person]));
            }
        }
        Ok(all)
    }

    async fn newest(&self) -> Result<Option<Timestamp>, PlatformError> {
        let of_a_source = self.1.lock().unwrap().values().max().copied();
        Ok(self.0.lock().unwrap().values().max().copied().max(of_a_source))
    }
}

/// Issued permits that a test decides.
#[derive(Default, Clone)]
pub(crate) struct Permitted(Arc<Mutex<BTreeMap<PermitId, Issued>>>);

impl Permitted {
    pub(crate) fn issue(&self, permit: &Permit, at: Timestamp) -> Issued {
        let issued = Issued { permit: permit.clone(), sealed: "sealed".to_owned(), issued_at: at, revoked: None };
        self.0.lock().unwrap().insert(permit.id, issued.clone());
        issued
    }

    pub(crate) fn change(&self, permit: PermitId, change: impl FnOnce(&mut Issued)) {
        change(self.0.lock().unwrap().get_mut(&permit).unwrap());
    }

    pub(crate) fn revoke(&self, permit: PermitId, at: Timestamp) {
        self.change(permit, |issued| issued.revoked = Some((at, "the conditions were broken".to_owned())));
    }
}

#[async_trait::async_trait]
impl Permits for Permitted {
    async fn issued(&self, permit: PermitId) -> Result<Issued, PlatformError> {
        self.0.lock().unwrap().get(&permit).cloned().ok_or_else(|| PlatformError::neighbour(&PermitError::NotFound))
    }
}

pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) store: Store,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) basedata: Basedata,
    pub(crate) preferences: Preferences,
    pub(crate) permits: Permitted,
    pub(crate) platform: Platform,
}

/// Larger than what most tests make.
pub(crate) const LARGE: LargeExtract = LargeExtract { people: 5_000 };

fn guard(store: &Store) -> Guard {
    Guard::new(Policy::load().unwrap(), store.clone())
}

/// A platform on a store, as one process of several has it.
pub(crate) fn platform(store: &Store, folder: &Path, preferences: &Preferences, permits: &Permitted) -> Platform {
    let parts = Parts {
        basedata: Basedata::new(store, guard(store)),
        exclusions: Arc::new(preferences.clone()),
        permits: Arc::new(permits.clone()),
        trees: Arc::new(Log::new(store)),
        signer: Arc::new(SealingKey::generate(&Randomness::seeded(3)).unwrap()),
        master: MasterKey::new(&[3; 32]).unwrap(),
        folder: folder.to_owned(),
        unusable_per_thousand: 50,
        large: LARGE,
    };
    Platform::new(store, guard(store), parts).unwrap()
}

pub(crate) fn system() -> Actor {
    Actor::system(Component::DemoWorld)
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(&[]).await
    }

    pub(crate) async fn with(more: &[&'static varde_store::Context]) -> Self {
        let ours = [&varde_platform::CONTEXT, &varde_basedata::CONTEXT, &varde_policy::CONTEXT];
        let database = database(&[&ours, more].concat()).await;
        let store = database.simulated();
        let basedata = Basedata::new(&store, guard(&store));
        let folder = tempfile::tempdir().unwrap();
        let (preferences, permits) = (Preferences::default(), Permitted::default());
        let platform = platform(&store, &folder.path().join("platform"), &preferences, &permits);
        Self { database, store, folder, basedata, preferences, permits, platform }
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// An import as a proposal from the data itself describes it.
    pub(crate) fn request(&self, file: PathBuf, table: &str, person: &str, namespace: &str) -> ImportRequest {
        let dataset = proposed(&file, table, person).datasets.remove(0);
        ImportRequest {
            from: file.into(),
            dataset,
            holder: None,
            person: person.to_owned(),
            namespace: namespace.parse().unwrap(),
            event_date: None,
        }
    }

    pub(crate) async fn imported(&self, request: &ImportRequest) -> ReleaseRecord {
        match self.platform.import(&system(), request).await.unwrap() {
            Imported::New(record) => *record,
            Imported::Already(id) => panic!("was there already: {id}"),
        }
    }

    pub(crate) async fn approved(&self, request: &ImportRequest) -> ReleaseRecord {
        let record = self.imported(request).await;
        self.platform.approve(&system(), record.id).await.unwrap();
        record
    }

    /// Prepares the permit's extract, after issuing the permit.
    pub(crate) async fn prepared(&self, permit: &Permit) -> ExtractId {
        let issued = self.permits.issue(permit, self.store.clock().now());
        self.platform.prepare_extract(&system(), permit, issued.digest()).await.unwrap()
    }

    pub(crate) fn release_files(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("platform/releases")).unwrap().count()
    }

    pub(crate) async fn releases(&self) -> Vec<ReleaseId> {
        self.platform.releases(&system()).await.unwrap().into_iter().map(|r| r.id).collect()
    }
}

pub(crate) fn proposed(file: &std::path::Path, table: &str, person: &str) -> DataSource {
    let options =
        ProposalOptions { name: table.to_owned(), table: table.to_owned(), id_column: Some(person.to_owned()) };
    let data = std::fs::File::open(file).unwrap();
    let proposal = varde_metadata::proposal::propose(data, &options, jiff::civil::date(2026, 11, 22)).unwrap();
    let path: CataloguePath = "hospital".parse().unwrap();
    proposal.codebook.to_source(&SourceDescription::new(path, "Sykehus", LinkKind::Local))
}
