use std::{io::Cursor, path::PathBuf};

use jiff::civil::{Date, date};

use super::*;
use crate::model::{
    DataType, Identification,
    codebook::{CodebookVariable, read, write},
};

const TODAY: Date = date(2026, 11, 22);

fn options(id: Option<&str>) -> ProposalOptions {
    ProposalOptions { name: "Prøve".into(), table: "proeve".into(), id_column: id.map(str::to_owned) }
}

fn proposed(text: &str) -> Proposal {
    propose(Cursor::new(text.as_bytes().to_vec()), &options(None), TODAY).unwrap()
}

fn variable<'a>(proposal: &'a Proposal, column: &str) -> &'a CodebookVariable {
    proposal.codebook.variables.iter().find(|v| v.column == column).unwrap()
}

fn doubts(proposal: &Proposal, column: &str) -> Vec<String> {
    proposal.notes.iter().filter(|n| n.column == column).map(|n| n.doubt.key()).collect()
}

#[test]
fn leading_zeros_make_a_text() {
    let proposal = proposed("ndc,n\n00409123,1\n12345678,2\n");
    assert_eq!(variable(&proposal, "ndc").data_type(), DataType::Text);
    assert_eq!(variable(&proposal, "n").data_type(), DataType::Integer);
    assert_eq!(doubts(&proposal, "ndc"), ["metadata-doubt-leading-zeros"]);
}

#[test]
fn types_are_told_from_values() {
    let proposal = proposed("d;t;x;s\n2164-10-23;2164-10-23 21:09:00;1.5;a\n23.11.1980;2165-01-01 00:00:00;-2;b\n");
    assert_eq!(proposal.separator, Separator::Semicolon);
    assert_eq!(variable(&proposal, "d").data_type(), DataType::Date);
    assert_eq!(variable(&proposal, "t").data_type(), DataType::DateTime);
    assert_eq!(variable(&proposal, "x").data_type(), DataType::Decimal);
    assert_eq!(variable(&proposal, "s").data_type(), DataType::Text);
    assert_eq!(doubts(&proposal, "d"), ["metadata-doubt-future-dates"]);
}

#[test]
fn few_values_make_a_list_and_missing_ones_a_note() {
    let rows: String =
        (0..30).map(|i| format!("{},{}\n", ["F", "M"][i % 2], if i % 3 == 0 { "" } else { "x y" })).collect();
    let proposal = proposed(&format!("sex,note\n{rows}"));
    assert_eq!(variable(&proposal, "sex").codes.len(), 2);
    assert!(doubts(&proposal, "note").contains(&"metadata-doubt-missing".to_owned()));
}

#[test]
fn a_quoted_line_break_belongs_to_its_value() {
    let proposal = proposed("a,b\n\"one\ntwo\",1\nx,2\n");
    assert_eq!(proposal.rows, 2);
}

#[test]
fn a_separator_that_changes_is_named_by_line() {
    let wrong = propose(Cursor::new("a,b,c\n1,2,3\n4;5;6\n"), &options(None), TODAY).unwrap_err();
    assert!(matches!(wrong, WrongData::SeparatorChanges { line: 3, to: Separator::Semicolon, .. }), "{wrong}");
    let wrong = propose(Cursor::new("a,b,c\n1,2\n"), &options(None), TODAY).unwrap_err();
    assert!(matches!(wrong, WrongData::FieldCount { line: 2, expected: 3, found: 2 }), "{wrong}");
    assert!(matches!(propose(Cursor::new(""), &options(None), TODAY), Err(WrongData::Empty)));
}

#[test]
fn latin_1_far_into_the_file_is_noticed() {
    let mut bytes = b"name\n".to_vec();
    (0..200_000).for_each(|_| bytes.extend_from_slice(b"abc\n"));
    bytes.extend_from_slice(b"bl\xe5b\xe6r\n");
    let proposal = propose(Cursor::new(bytes), &options(None), TODAY).unwrap();
    assert_eq!(proposal.encoding, "windows-1252");
    assert!(variable(&proposal, "name").codes.iter().any(|c| c.value == "blåbær"));
}

#[test]
fn the_person_column_is_a_direct_identifier() {
    let file = Cursor::new("subject_id,x\n1,2\n1,3\n");
    let proposal = propose(file, &options(Some("SUBJECT_ID")), TODAY).unwrap();
    assert_eq!(variable(&proposal, "subject_id").identification, Some(Identification::DirectIdentifier));
    let wrong = propose(Cursor::new("a\n1\n"), &options(Some("pid")), TODAY).unwrap_err();
    assert!(matches!(wrong, WrongData::NoSuchColumn { .. }));
}

#[test]
fn a_proposal_survives_the_correction_file() {
    let proposal = proposed("Sex;Født;Født\nF;2001-01-01;1\nM;2002-01-01;2\n");
    let wrong = read(&write(&proposal.codebook));
    assert!(wrong.is_err(), "two columns of one name must be told apart by a person");
    let proposal = proposed("Sex;Født\nF;2001-01-01\nM;2002-01-01\n");
    assert_eq!(read(&write(&proposal.codebook)).unwrap().codebook, proposal.codebook);
}

#[test]
fn the_published_hospital_tables_get_codebooks_that_import() {
    let root = std::env::var_os("VARDE_SHARED_REAL")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/real"), PathBuf::from);
    let Ok(folder) = std::fs::read_dir(root.join("mimic")) else {
        println!("skipped: the published hospital tables are not on this machine");
        return;
    };
    for file in folder {
        let path = file.unwrap().path();
        let table = path.file_stem().unwrap().to_string_lossy().to_lowercase();
        let options = ProposalOptions { name: table.clone(), table, id_column: Some("subject_id".into()) };
        let proposal = propose(std::fs::File::open(&path).unwrap(), &options, TODAY).unwrap();
        let again = read(&write(&proposal.codebook)).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert_eq!(again.codebook, proposal.codebook);
        let data_type = |column: &str| variable(&proposal, column).data_type();
        match options.table.as_str() {
            "prescriptions" => {
                assert_eq!(data_type("ndc"), DataType::Text);
                assert_eq!(data_type("startdate"), DataType::DateTime);
                assert!(doubts(&proposal, "ndc").contains(&"metadata-doubt-leading-zeros".to_owned()));
            }
            "patients" => {
                assert_eq!(data_type("gender"), DataType::List);
                assert_eq!(data_type("dob"), DataType::DateTime);
                assert!(doubts(&proposal, "dob").contains(&"metadata-doubt-always-midnight".to_owned()));
            }
            "icustays" => assert_eq!(data_type("los"), DataType::Decimal),
            _ => {}
        }
    }
}
