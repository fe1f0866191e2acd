//! Bring your own register, from the command line: real hospital tables without a codebook, and files
//! that are wrong. The tests on real material run where it is, and say so where it is not.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::program::{json, run, said, text};

/// The folder of real published material, when it is beside the checkout.
pub(crate) fn real() -> Option<PathBuf> {
    let given = std::env::var_os("VARDE_SHARED_REAL").map(PathBuf::from);
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/real");
    let found = given.or(Some(beside)).filter(|folder| folder.is_dir());
    if found.is_none() {
        eprintln!("the real material is not here: nothing was tested on it (set VARDE_SHARED_REAL)");
    }
    found
}

#[test]
fn hospital_tables_without_a_codebook_are_proposed_imported_and_known_again() {
    let Some(real) = real() else { return };
    let folder = varde_store::testing::Folder::make();
    let (data, codebook) = (folder.path().join("data"), folder.path().join("prescriptions.csv"));
    let file = real.join("mimic/PRESCRIPTIONS.csv");
    let proposed =
        run(&["import", "propose", text(&file), "--id-column", "subject_id", "--out", text(&codebook), "--json"]);
    assert!(proposed.status.success(), "{}", said(&proposed));
    let register = || {
        let arguments =
            ["--id-column", "subject_id", "--id-kind", "local:mimic", "--source", "mimic", "--approve", "--json"];
        let paths = ["--codebook", text(&codebook), "--data", text(&file), "--data-dir", text(&data)];
        run(&[&["import", "register"][..], &paths, &arguments].concat())
    };
    let first = register();
    assert!(first.status.success(), "{}", said(&first));
    let report = json(&first);
    let (rows, unusable) = (report["rows"].as_u64().unwrap(), report["faults"].as_array().unwrap().len() as u64);
    assert_eq!(rows + unusable, 10_398, "every row is used or named");
    let again = json(&register());
    assert_eq!(again["already_taken_in"], true);
    assert_eq!(again["release"], report["release"]);
    assert_eq!(again["catalogue_unchanged"], true);
}

#[test]
fn the_difference_between_two_real_editions_is_shown() {
    let Some(real) = real() else { return };
    let old = real.join("codebooks/AblaNor_klokeboken_29.11.2023.csv");
    let new = real.join("codebooks/ablanor_klokeboken_16.01.2024_v002.csv");
    let out = run(&["import", "difference", text(&old), text(&new)]);
    assert!(out.status.success(), "{}", said(&out));
    assert!(String::from_utf8_lossy(&out.stdout).lines().count() > 10);
}

#[test]
fn a_file_without_one_usable_row_changes_nothing_not_even_the_catalogue() {
    let folder = varde_store::testing::Folder::make();
    let (data, book) = (folder.path().join("data"), folder.path().join("book.csv"));
    let (good, bad) = (folder.path().join("good.csv"), folder.path().join("bad.csv"));
    let rows = |dates: &str| (1..=20).map(|n| format!("p{n},{dates},I50\n")).collect::<String>();
    fs::write(&good, format!("pid,in_date,code\n{}", rows("2024-01-02"))).unwrap();
    fs::write(&bad, format!("pid,in_date,code\n{}", rows("yesterday"))).unwrap();
    let proposed = run(&["import", "propose", text(&good), "--id-column", "pid", "--out", text(&book)]);
    assert!(proposed.status.success(), "{}", said(&proposed));
    let register = |rows: &Path| {
        let fixed = ["--id-column", "pid", "--id-kind", "local:h", "--source", "hospital", "--json"];
        let paths = ["--codebook", text(&book), "--data", text(rows), "--data-dir", text(&data)];
        run(&[&["import", "register"][..], &paths, &fixed].concat())
    };
    let refused = register(&bad);
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("no row of the file can be used"), "{}", said(&refused));
    let taken = register(&good);
    assert!(taken.status.success(), "{}", said(&taken));
    assert_eq!(json(&taken)["catalogue_unchanged"], false, "the refused file had published no edition");
}

#[test]
fn a_codebook_with_a_missing_column_is_refused_by_name_and_nothing_changes() {
    let folder = varde_store::testing::Folder::make();
    let codebook = folder.path().join("book.csv");
    fs::write(&codebook, "skjemanavn;ledetekst\nA;B\n").unwrap();
    let out = run(&["import", "check", text(&codebook)]);
    assert_eq!(out.status.code(), Some(1));
    assert!(said(&out).contains("type"), "the missing columns are named");
}

/// A code system's edition of that year, published.
fn edition(folder: &Path, data: &Path, year: &str, codes: &[&str]) {
    let file = folder.join(format!("{year}.csv"));
    let rows: String = codes.iter().map(|code| format!("{code};Tilstand {code}\n")).collect();
    fs::write(&file, format!("code;display_nb\n{rows}")).unwrap();
    let about = ["--key", "tilstand", "--edition", year, "--title", "Tilstander", "--url", "urn:test:tilstand"];
    let out = run(&[
        &["import", "code-system", text(&file), "--publish", "--one-person", "--data", text(data)][..],
        &about,
        &["--confirm-loss", "A test of what is lost"],
    ]
    .concat());
    assert!(out.status.success(), "{}", said(&out));
}

#[test]
fn codes_are_judged_by_the_edition_of_their_code_system_on_the_rows_day() {
    let folder = varde_store::testing::Folder::make();
    let (data, book, rows) =
        (folder.path().join("data"), folder.path().join("book.csv"), folder.path().join("rows.csv"));
    edition(folder.path(), &data, "2019", &["A00", "I50"]);
    edition(folder.path(), &data, "2020", &["I50", "U07"]);
    let day = |n: usize| if n.is_multiple_of(2) { "2019-05-01" } else { "2020-05-01" };
    let good: String = (1..=20).map(|n| format!("p{n},{},I50\n", day(n))).collect();
    fs::write(&rows, format!("pid,in_date,code\n{good}")).unwrap();
    let proposed = run(&["import", "propose", text(&rows), "--id-column", "pid", "--out", text(&book)]);
    assert!(proposed.status.success(), "{}", said(&proposed));
    let mut described = varde_metadata::codebook::read(&fs::read(&book).unwrap()).unwrap().codebook;
    let code = described.variables.iter_mut().find(|v| v.column == "code").unwrap();
    code.field_type = varde_metadata::codebook::FieldType::Code;
    code.code_system = Some("tilstand".to_owned());
    code.codes.clear();
    fs::write(&book, varde_metadata::codebook::write(&described)).unwrap();
    fs::write(&rows, format!("pid,in_date,code\n{good}p1,2019-06-01,U07\np2,2020-06-01,A00\np3,2020-06-01,X1\n"))
        .unwrap();
    let fixed = ["--id-column", "pid", "--id-kind", "local:h", "--source", "hospital", "--json"];
    let paths = ["--codebook", text(&book), "--data", text(&rows), "--data-dir", text(&data)];
    let out = run(&[&["import", "register"][..], &paths, &fixed].concat());
    assert!(out.status.success(), "{}", said(&out));
    let faults = &json(&out)["faults"];
    let fault = |line: u64, reason: &str| serde_json::json!({ "line": line, "column": "code", "reason": reason });
    let expected = [fault(22, "code_not_valid_then"), fault(23, "code_not_valid_then"), fault(24, "not_a_code")];
    assert_eq!(faults, &serde_json::json!(expected));
}
