//! The main job on real hospital tables that nobody made for us: four of them without a codebook,
//! ids of a namespace of their own, dates in the 22nd century, drug codes with leading zeros.

use std::{collections::BTreeSet, path::Path};

use jiff::civil::date;
use varde_core::{Actor, Component, Period, PermitId};
use varde_permit::{Cohort, DataNeed, Granularity, NeededVariable, RuleSet};
use varde_rooms::{
    model::{RequestState, RoomState, RunState, Tool, Verdict},
    tools::{self, Kit},
};

use crate::{
    program::{json, run, said, text},
    project::{House, column, make_world, wait},
    register::real,
};

const PEOPLE: u32 = 100;
const TABLES: [&str; 4] = ["PATIENTS", "ADMISSIONS", "DIAGNOSES_ICD", "PRESCRIPTIONS"];

/// What the room does: with DuckDB where the rooms have it, and with Python alone elsewhere.
const DUCKDB: &str = r#"import csv, duckdb
wrong = duckdb.sql("select count(*) from '/data/prescriptions_prescriptions.parquet' where ndc is not null and ndc <> '0' and length(ndc) <> 11").fetchall()[0][0]
years = duckdb.sql("select min(admittime), max(admittime) from '/data/admissions_admissions.parquet'").fetchall()[0]
rows = duckdb.sql("""
    select icd9_code as code, count(distinct pseudonym) as people
    from '/data/diagnoses_icd_diagnoses_icd.parquet' group by 1 having count(distinct pseudonym) >= 10 order by 1
""").fetchall()
print(wrong, years[0], years[1])
with open('/outbox/people_by_code.csv', 'w', newline='') as out:
    table = csv.writer(out)
    table.writerow(['code', 'people'])
    table.writerows([code, 5 * round(people / 5)] for code, people in rows)
"#;
const PLAIN: &str = r#"import csv, os
with open('/outbox/people_by_code.csv', 'w', newline='') as out:
    table = csv.writer(out)
    table.writerow(['file', 'kilobytes'])
    table.writerows([name, 50 * round(os.path.getsize('/data/' + name) / 51200)] for name in sorted(os.listdir('/data')))
"#;

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_runs_on_hospital_tables_without_a_codebook() {
    let Some(real) = real() else { return };
    let folder = varde_store::testing::Folder::make();
    let data = folder.path().join("data");
    make_world(&data, PEOPLE);
    for table in TABLES {
        take_in(&real.join("mimic"), table, folder.path(), &data);
    }
    let python = tools::installed(&varde::app::tools_folder(&data), Kit::Analysis).is_some();
    let house = House::open(&data, PEOPLE, python).await;
    assert_found(&house).await;
    let application = house.apply("mimic", need()).await;
    house.grant(application, RuleSet::Ehds).await;
    let flows = house.start();
    let (issued, record) = house.delivered(application).await;

    let manifest = record.manifest.as_ref().unwrap();
    assert_eq!(manifest.people, 100, "every patient of the tables");
    assert_eq!(house.pseudonyms(&record).len(), 100, "one pseudonym a patient, the same in every table");
    let command_line = Actor::system(Component::CommandLine);
    let verified = house.services().platform.verify(&command_line, record.specification.extract).await.unwrap();
    assert!(verified.is_good(), "{:?}", verified.findings);
    assert_codes_survive(
        &real.join("mimic/PRESCRIPTIONS.csv"),
        &column(&house.rows(&record, "prescriptions_prescriptions.parquet"), "ndc"),
    );
    let admitted = column(&house.rows(&record, "admissions_admissions.parquet"), "admittime");
    assert!(admitted.iter().all(|at| at.starts_with("21") || at.starts_with("22")), "the 22nd century and on");
    let printed = result_leaves_the_room(&house, issued.permit.id, if python { DUCKDB } else { PLAIN }).await;
    if python {
        assert!(printed.starts_with("0 21"), "no drug code lost a zero, also for DuckDB: {printed}");
    } else {
        eprintln!("the rooms' Python with DuckDB is not installed here: the room ran Python alone");
    }
    flows.end(house).await;
}

/// Proposes a codebook, corrects it, and imports with it.
fn take_in(tables: &Path, table: &str, folder: &Path, data: &Path) {
    let (file, codebook) = (tables.join(format!("{table}.csv")), folder.join(format!("{}.csv", table.to_lowercase())));
    let id = ["--id-column", "subject_id"];
    let out = run(&[&["import", "propose", text(&file), "--out", text(&codebook), "--json"][..], &id].concat());
    assert!(out.status.success(), "{}", said(&out));
    correct(&codebook);
    let paths = ["--codebook", text(&codebook), "--data", text(&file), "--data-dir", text(data)];
    let kind = ["--id-kind", "local:mimic", "--approve", "--json"];
    let out = run(&[&["import", "register"][..], &paths, &id, &kind].concat());
    assert!(out.status.success(), "{}", said(&out));
    let (report, lines) = (json(&out), std::fs::read_to_string(&file).unwrap().lines().count() as u64 - 1);
    let named = report["faults"].as_array().unwrap().len() as u64;
    assert_eq!(report["rows"].as_u64().unwrap() + named, lines, "{table}: every row is used or named");
}

/// What the steward knows and no program can see: the publisher moved each patient's dates by an
/// amount of its own, so they say nothing of who it is. Left as proposed, everybody's days of admission
/// are unlike everybody else's, and no extract may hold them.
fn correct(codebook: &Path) {
    let proposed = std::fs::read_to_string(codebook).unwrap();
    std::fs::write(codebook, proposed.replace(";quasi_identifier;", ";other;")).unwrap();
}

async fn assert_found(house: &House) {
    let query = varde_metadata::SearchQuery { text: "ndc".to_owned(), ..Default::default() };
    let found = house.services().catalogue.search(&house.researcher(), &query).await.unwrap();
    assert!(found.total >= 1, "the drug code is found in the catalogue");
}

fn need() -> DataNeed {
    let variables = [
        "patients/patients/gender",
        "admissions/admissions/admittime",
        "admissions/admissions/admission_type",
        "diagnoses_icd/diagnoses_icd/icd9_code",
        "prescriptions/prescriptions/ndc",
        "prescriptions/prescriptions/drug",
    ];
    let needed =
        variables.map(|path| NeededVariable::rows(path.parse().unwrap(), Granularity::AsIs, "Vi trenger den."));
    let period = Period::new(date(2000, 1, 1), date(2300, 12, 31)).unwrap();
    DataNeed::plain(Cohort::Everyone, needed.to_vec(), period)
}

/// Every drug code of the file is delivered, to the character.
fn assert_codes_survive(file: &Path, delivered: &[String]) {
    let whole = std::fs::read_to_string(file).unwrap();
    let eleven = |part: &&str| part.len() == 11 && part.starts_with('0') && part.bytes().all(|b| b.is_ascii_digit());
    let expected: BTreeSet<&str> = whole.lines().skip(1).flat_map(|line| line.split(',')).filter(eleven).collect();
    let delivered: BTreeSet<&str> = delivered.iter().map(String::as_str).collect();
    assert!(expected.len() > 100, "there are codes with leading zeros in the file");
    let lost: Vec<_> = expected.difference(&delivered).collect();
    assert!(lost.is_empty(), "codes that did not survive: {lost:?}");
}

/// Script, release request, review, and the file that is fetched. Returns what the script printed.
async fn result_leaves_the_room(house: &House, permit: PermitId, code: &str) -> String {
    const FILE: &str = "people_by_code.csv";
    let (rooms, researcher, reviewer) = (&house.services().rooms, house.researcher(), house.reviewer());
    let room = wait("the room", async || {
        let mine = rooms.rooms(&researcher).await.unwrap();
        mine.into_iter().find(|room| room.permit == permit && room.state == RoomState::Open)
    })
    .await
    .id;
    let script = rooms.start_script(&researcher, room, Tool::Python, code).await.unwrap();
    let ran = wait("the script", async || {
        let run = rooms.run(&researcher, room, script).await.unwrap();
        (run.state != RunState::Running).then_some(run)
    })
    .await;
    assert_eq!(ran.state, RunState::Succeeded, "{}", ran.errors);
    let id = rooms.begin_request(&researcher, room, "Tabell til artikkel.", &[FILE.to_owned()]).await.unwrap();
    let (_, request) = rooms.request(&researcher, id).await.unwrap();
    let why: Vec<_> = request.files.iter().map(|f| (f.id, "Avrundet, ingen gruppe under ti.".to_owned())).collect();
    rooms.write_request(&researcher, id, &request.purpose, &why, true).await.unwrap();
    for file in &request.files {
        rooms.look(&reviewer, id, file.id).await.unwrap();
    }
    rooms.review(&reviewer, id, Verdict::Approve, "Tallene er avrundet og store nok.").await.unwrap();
    let (_, request) = rooms.request(&researcher, id).await.unwrap();
    assert!(matches!(request.state, RequestState::Approved), "{:?}", request.state);
    let fetched = rooms.fetch(&researcher, id, request.files[0].id).await.unwrap();
    assert_eq!(fetched.name, FILE);
    ran.output
}
