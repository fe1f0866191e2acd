//! One project through the services: from an application to a delivery that is read back. What the
//! demo does as a story, as a tool for tests.

use std::{collections::BTreeSet, fs::File, path::Path, sync::Arc, time::Duration};

use datafusion::{
    arrow::{
        array::RecordBatch,
        util::display::{ArrayFormatter, FormatOptions},
    },
    parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder,
};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;
use varde::{
    app::{App, Services},
    config::Config,
    demo::cast::Cast,
};
use varde_access::{
    model::{CRITERIA, Finding, OnLarge, Outcome, Proposal},
    service::Seed,
};
use varde_core::{Actor, ApplicationId, LegalBasis, LoginLevel, PermitId, PersonId, Role};
use varde_demo::World;
use varde_permit::{DataNeed, Issued, RuleSet};
use varde_platform::{ExtractRecord, ExtractStatus};

use crate::program::{run, said, text};

const PATIENCE: Duration = Duration::from_secs(60);

/// A finished demo world, opened in this process without its flows.
pub(crate) struct House {
    pub(crate) app: App,
    pub(crate) cast: Cast,
    pub(crate) world: World,
}

/// Makes a world with the program, and leaves it on the disk.
pub(crate) fn make_world(data: &Path, people: u32) {
    let people = people.to_string();
    let fixed = ["demo", "--exit", "--json", "--plain-rooms", "--port", "0", "--people", &people];
    let out = run(&[&fixed[..], &["--data", text(data)]].concat());
    assert!(out.status.success(), "{}", said(&out));
}

impl House {
    /// Opens what [`make_world`] made.
    pub(crate) async fn open(data: &Path, people: u32, python: bool) -> Self {
        let mut config = Config::read(Some(&data.join(Config::FILE))).unwrap();
        data.clone_into(&mut config.data);
        (config.rooms.python, config.rooms.notebook) = (python, false);
        let world = World::new(1, people).unwrap();
        Self { app: App::open(config).await.unwrap(), cast: Cast::of(&world), world }
    }

    pub(crate) fn services(&self) -> &Arc<Services> {
        self.app.services()
    }

    /// Starts flows, jobs and the sequencer.
    pub(crate) fn start(&self) -> Flows {
        let stop = CancellationToken::new();
        Flows { running: tokio::spawn(self.app.background(stop.clone())), stop }
    }

    pub(crate) fn researcher(&self) -> Actor {
        Actor::employee(self.cast.researcher, LoginLevel::High, self.cast.hospital, [Role::Researcher])
    }

    pub(crate) fn reviewer(&self) -> Actor {
        Actor::employee(self.cast.reviewer, LoginLevel::High, self.cast.access_body, [Role::Reviewer])
    }

    /// Writes and sends an application.
    pub(crate) async fn apply(&self, origin: &str, need: DataNeed) -> ApplicationId {
        let (access, researcher) = (&self.services().access, self.researcher());
        let variables = need.variables.iter().map(|v| v.variable.clone()).collect();
        let seed = Seed { origin: origin.to_owned(), title: format!("Prosjekt {origin}"), variables };
        let id = access.begin(&researcher, seed).await.unwrap();
        let draft = access.file(&researcher, id).await.unwrap().application;
        let mut content = draft.content;
        content.summary = "Vi undersøker behandling i sykehus. Nytten er bedre råd.".to_owned();
        content.legal_bases = vec![LegalBasis::new("GDPR", "art. 6(1)(e)"), LegalBasis::new("GDPR", "art. 9(2)(j)")];
        content.ethics_approval = "REK nord 2026/1".to_owned();
        content.persons = vec![self.cast.researcher];
        content.need = need;
        access.save(&researcher, id, draft.revision, &content).await.unwrap();
        access.submit(&researcher, id).await.unwrap();
        id
    }

    /// Assesses and grants everything under a rule set.
    pub(crate) async fn grant(&self, id: ApplicationId, rule_set: RuleSet) {
        let access = &self.services().access;
        let handler = Actor::employee(self.cast.handler, LoginLevel::High, self.cast.access_body, [Role::Handler]);
        for criterion in CRITERIA {
            access.assess(&handler, id, criterion.key, Finding::Met, "Vilkåret er oppfylt.").await.unwrap();
        }
        let reasons = "Formålet er lovlig og opplysningene nødvendige.".to_owned();
        // Whoever asks for nearly everybody in a small world is very large there, and this is left out where not.
        let large = Some(OnLarge {
            assessment: "Opplysningene er grove og forlater ikke rommet.".to_owned(),
            background_check: "Kontrollert i sak 2026/17.".to_owned(),
        });
        let (grants, updates) = (Vec::new(), None);
        let proposal = Proposal { outcome: Outcome::All, reasons, grants, minimum_group: 3, rule_set, updates, large };
        access.decide(&handler, id, &proposal).await.unwrap();
    }

    /// The permit that follows from the decision, and its extract when that is delivered.
    pub(crate) async fn delivered(&self, application: ApplicationId) -> (Issued, ExtractRecord) {
        let researcher = self.researcher();
        let issued = wait("the permit", async || {
            let mine = self.services().permits.of_person(&researcher, self.cast.researcher).await.unwrap();
            mine.into_iter().find(|issued| issued.permit.application == application)
        })
        .await;
        let record = wait("the extract", async || self.extract(issued.permit.id).await).await;
        (issued, record)
    }

    async fn extract(&self, permit: PermitId) -> Option<ExtractRecord> {
        let found = self.services().platform.extract_of(&self.researcher(), permit).await.unwrap();
        found.filter(|record| record.status == ExtractStatus::Delivered)
    }

    /// A file of a delivery: one row a vector, every value as text, the heading first.
    pub(crate) fn rows(&self, record: &ExtractRecord, file: &str) -> Vec<Vec<String>> {
        let path = self.services().platform.delivery(record.specification.extract).join(file);
        let file = File::open(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap();
        let batches: Vec<RecordBatch> = reader.map(Result::unwrap).collect();
        let heading = batches.first().map(|b| b.schema().fields().iter().map(|f| f.name().clone()).collect());
        heading.into_iter().chain(batches.iter().flat_map(texts)).collect()
    }

    /// The different pseudonyms in all files of a delivery.
    pub(crate) fn pseudonyms(&self, record: &ExtractRecord) -> BTreeSet<String> {
        let files = &record.manifest.as_ref().unwrap().files;
        let data = files.iter().filter(|f| f.rows.is_some() && f.name.ends_with(".parquet"));
        data.flat_map(|file| column(&self.rows(record, &file.name), "pseudonym")).collect()
    }

    /// What became of a person in an extract, as the person is told it.
    pub(crate) async fn status(&self, person: PersonId, record: &ExtractRecord) -> Option<String> {
        let citizen = Actor::citizen(person, LoginLevel::High);
        let own = self.services().platform.own(&citizen, person).await.unwrap();
        own.extracts.into_iter().find(|e| e.extract == record.specification.extract).map(|e| e.status)
    }
}

fn texts(batch: &RecordBatch) -> Vec<Vec<String>> {
    let options = FormatOptions::default();
    let columns: Vec<_> =
        batch.columns().iter().map(|c| ArrayFormatter::try_new(c.as_ref(), &options).unwrap()).collect();
    (0..batch.num_rows()).map(|row| columns.iter().map(|c| c.value(row).to_string()).collect()).collect()
}

/// The values of one column.
pub(crate) fn column(rows: &[Vec<String>], name: &str) -> Vec<String> {
    let Some((heading, rows)) = rows.split_first() else { return Vec::new() };
    let at = heading.iter().position(|h| h == name).unwrap_or_else(|| panic!("no column {name} in {heading:?}"));
    rows.iter().map(|row| row[at].clone()).collect()
}

/// Flows that run until they are ended.
pub(crate) struct Flows {
    stop: CancellationToken,
    running: JoinHandle<()>,
}

impl Flows {
    pub(crate) async fn end(self, house: House) {
        self.stop.cancel();
        self.running.await.unwrap();
        house.app.close().await;
    }
}

/// Asks until there is an answer.
pub(crate) async fn wait<T>(what: &str, ask: impl AsyncFn() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "{what} did not come");
        sleep(Duration::from_millis(50)).await;
    }
}
