//! Codes of a delivery are judged by the edition of their code system that was in force on the row's day.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use jiff::civil::{Date, date};
use uuid::Uuid;
use varde_platform::{
    ImportRequest, Imported, Platform, PlatformError,
    import::{EditionCodes, EditionFrom, Fault, Reason, UsableCode},
    ports::CodeSystems,
};

use crate::{
    quality::{Described, assessed},
    support::{World, system},
};

/// What there is of a code system.
type Editions = Vec<(EditionFrom, EditionCodes)>;

/// Code systems whose editions a test decides.
#[derive(Default, Clone)]
struct Kept(Arc<Mutex<BTreeMap<String, Editions>>>);

impl Kept {
    fn edition(&self, name: &str, from: Date, codes: &[&str]) {
        let code = |code: &&str| UsableCode { code: (*code).to_owned(), from: None, until: None };
        let codes = EditionCodes { case_sensitive: false, codes: codes.iter().map(code).collect() };
        let mut all = self.0.lock().unwrap();
        let editions = all.entry(name.to_owned()).or_default();
        let edition = Uuid::from_u128(editions.len() as u128 + 1);
        editions.push((EditionFrom { from, edition, version: from.year().to_string() }, codes));
    }
}

#[async_trait::async_trait]
impl CodeSystems for Kept {
    async fn editions(&self, system: &str) -> Result<Vec<EditionFrom>, PlatformError> {
        let all = self.0.lock().unwrap();
        Ok(all.get(system).into_iter().flatten().map(|(edition, _)| edition.clone()).collect())
    }

    async fn codes(&self, edition: &EditionFrom) -> Result<EditionCodes, PlatformError> {
        let all = self.0.lock().unwrap();
        let found = all.values().flatten().find(|(one, _)| one == edition);
        Ok(found.map(|(_, codes)| codes.clone()).unwrap())
    }
}

/// Rows of before the first edition, of both editions, and with codes that are none.
const ROWS: [(&str, &str); 7] = [
    ("2018-05-01", "Q99"),
    ("2019-05-01", "A00"),
    ("2019-05-01", "U07"),
    ("2020-05-01", "i50"),
    ("2020-05-01", "A00"),
    ("2020-05-01", "Q99"),
    ("2020-05-01", ""),
];

fn delivery(world: &World, coded_by: &str) -> ImportRequest {
    let row = |(n, (day, code)): (usize, &(&str, &str))| format!("p{n};{day};{code}\n");
    let text = format!("pid;in_date;code\n{}", ROWS.iter().enumerate().map(row).collect::<String>());
    let mut request = world.request(world.file("stay.csv", &text), "stay", "pid", "local:h");
    let code = request.dataset.variables.iter_mut().find(|v| v.column == "code").unwrap();
    let version = code.versions.last_mut().unwrap();
    (version.data_type, version.required) = (varde_metadata::DataType::Code, false);
    (version.codes, version.code_system) = (Vec::new(), Some(coded_by.to_owned()));
    request
}

fn kept() -> Kept {
    let kept = Kept::default();
    kept.edition("icd10", date(2019, 1, 1), &["A00", "I50"]);
    kept.edition("icd10", date(2020, 1, 1), &["I50", "U07"]);
    kept
}

async fn faults(platform: &Platform, imported: Imported) -> Vec<Fault> {
    let Imported::New(release) = imported else { panic!("it was there already") };
    platform.faults(&system(), release.id, usize::MAX).await.unwrap()
}

#[tokio::test]
async fn a_code_that_was_not_in_force_on_the_rows_day_is_named_and_kept() {
    let world = World::new().await;
    let (kept, request) = (kept(), delivery(&world, "icd10"));
    let platform = world.platform.clone().coded_by(Arc::new(kept.clone()));
    let imported = platform.import(&system(), &request).await.unwrap();
    let Imported::New(release) = &imported else { panic!("it was there already") };
    let (id, quality) = (release.id, release.quality.clone());
    assert_eq!((quality.rows, quality.used), (7, 4));
    assert_eq!(quality.columns["code"].unjudged, 1, "nobody knows about 2018, and it is said");
    let fault = |line, reason| Fault { line, column: "code".to_owned(), reason };
    let expected = [fault(4, Reason::CodeNotValidThen), fault(6, Reason::CodeNotValidThen), fault(7, Reason::NotACode)];
    assert_eq!(faults(&platform, imported).await, expected);
    let open = platform.quarantine(&system(), id).await.unwrap();
    assert_eq!(
        open.groups.iter().map(|g| (g.reason, g.open)).collect::<Vec<_>>(),
        [(Reason::CodeNotValidThen, 2), (Reason::NotACode, 1)]
    );
    // The same once more is nothing new, until an edition is: then the same file says something else.
    assert_eq!(platform.import(&system(), &request).await.unwrap(), Imported::Already(id));
    kept.edition("icd10", date(2020, 4, 1), &["I50", "A00", "Q99"]);
    let again = platform.import(&system(), &request).await.unwrap();
    assert_eq!(faults(&platform, again).await, [fault(4, Reason::CodeNotValidThen)]);
}

#[tokio::test]
async fn a_row_without_a_day_is_judged_as_on_the_day_it_is_taken_in() {
    let world = World::new().await;
    let text = "pid;code\np1;I50\np2;A00\n";
    let mut request = ImportRequest { from: world.file("undated.csv", text).into(), ..delivery(&world, "icd10") };
    request.dataset.variables.retain(|v| v.column != "in_date");
    let platform = world.platform.clone().coded_by(Arc::new(kept()));
    let imported = platform.import(&system(), &request).await.unwrap();
    let expected = Fault { line: 3, column: "code".to_owned(), reason: Reason::CodeNotValidThen };
    assert_eq!(faults(&platform, imported).await, [expected], "A00 was in force until 2019");
}

#[tokio::test]
async fn a_system_that_nobody_keeps_refuses_nothing_and_that_is_said() {
    let world = World::new().await;
    let request = delivery(&world, "snomed");
    let platform = world.platform.clone().coded_by(Arc::new(kept()));
    let Imported::New(release) = platform.import(&system(), &request).await.unwrap() else { panic!("new") };
    assert_eq!((release.rows, release.quality.columns["code"].unjudged), (7, 6));
    // What nobody judges changes nothing of what a release is made of.
    let nobody = world.platform.import(&system(), &request).await.unwrap();
    assert_eq!(nobody, Imported::Already(release.id));
}

#[tokio::test]
async fn validity_counts_codes_of_a_release_that_was_never_judged() {
    let world = World::new().await;
    let request = delivery(&world, "icd10");
    let release = world.imported(&request).await;
    assert_eq!(release.rows, 7, "there was nobody to judge");
    let platform = world.platform.clone().coded_by(Arc::new(kept()));
    let platform = platform.described_by(Arc::new(Described(request.dataset.clone())));
    let report = assessed(&platform, release.id).await;
    let code = report.variables.iter().find(|v| v.name == "code").unwrap();
    let invalid: u64 = code.years.iter().map(|cells| cells.invalid.unwrap().rows).sum();
    assert_eq!(invalid, 1, "Q99 of 2020; that of 2018 nobody can judge");
    let told = |rule: &varde_platform::quality::RuleFigures| (rule.checked.unwrap().rows, rule.broken.unwrap().rows);
    let then = report.rules.iter().find(|r| matches!(r.what, varde_platform::quality::Rule::CodeThen { .. }));
    assert_eq!(told(then.unwrap()), (5, 2), "U07 in 2019 and A00 in 2020");
}
