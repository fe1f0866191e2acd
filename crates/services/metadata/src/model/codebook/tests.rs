use std::path::PathBuf;

use proptest::prelude::*;
use varde_core::CataloguePath;

use super::*;
use crate::model::{Change, Difference, LinkKind, SourceKind};

fn about(path: &str) -> SourceDescription {
    SourceDescription::new(path.parse::<CataloguePath>().unwrap(), "Prøveregister", LinkKind::National)
}

/// A file with the 27 columns and rows given as `column=value` pairs.
fn file(rows: &[&[(&str, &str)]]) -> Vec<u8> {
    let mut out = CLASSIC.join(";");
    for row in rows {
        let defaults = [
            ("skjemanavn", "Skjema"),
            ("ledetekst", "Spørsmål"),
            ("obligatorisk", "Ja"),
            ("type", "Tekstvariabel"),
            ("tabell", "t"),
            ("fysisk_feltnavn", "F"),
            ("variabel_id", "T_F"),
        ];
        let cell =
            |column: &str| row.iter().chain(&defaults).find(|(c, _)| *c == column).map_or("", |(_, value)| *value);
        out.push('\n');
        out.push_str(&CLASSIC.map(cell).join(";"));
    }
    out.into_bytes()
}

fn problems(bytes: &[u8]) -> Vec<String> {
    read(bytes).expect_err("the file is wrong").0.iter().map(ToString::to_string).collect()
}

fn only_problem(bytes: &[u8], wanted: &str) {
    let found = problems(bytes);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with(wanted), "{found:?} should start with {wanted:?}");
}

#[test]
fn a_list_has_a_row_per_value() {
    let list = |value, text, retired| {
        [("type", "Listevariabel"), ("listeverdier", value), ("listetekst", text), ("utfaset_dato", retired)]
    };
    let reading = read(&file(&[&list("1", "Ja", "31.12.2020"), &list("2", "Nei", "")])).unwrap();
    let [variable] = &reading.codebook.variables[..] else { panic!("one variable") };
    assert_eq!(variable.codes.len(), 2);
    assert_eq!(variable.codes[0].retired, Some(Date::constant(2020, 12, 31)));
    assert_eq!(variable.retired, None, "one value is still in use");
}

#[test]
fn every_problem_has_its_line_column_and_reason() {
    only_problem(b"", "line 1: the file is empty");
    only_problem(&file(&[&[("type", "Tallvarabel")]]), "line 2, column type: unknown type \"Tallvarabel\"");
    only_problem(&file(&[&[("type", "")]]), "line 2, column type: must be filled in");
    only_problem(&file(&[&[("innfoert_dato", "2024-02-30")]]), "line 2, column innfoert_dato: \"2024-02-30\" is not");
    only_problem(&file(&[&[("obligatorisk", "Kanskje")]]), "line 2, column obligatorisk:");
    only_problem(&file(&[&[("antall_tegn", "mange")]]), "line 2, column antall_tegn: \"mange\" is not a number");
    only_problem(&file(&[&[], &[]]), "line 3, column variabel_id: T_F is described already from line 2");
    only_problem(&file(&[&[], &[("variabel_id", "X")]]), "line 3, column fysisk_feltnavn: the variable T_F has");
    only_problem(
        &file(&[&[("type", "Listevariabel"), ("listeverdier", "1")]]),
        "line 2, column listetekst: the list value \"1\" has no text",
    );
    only_problem(
        &file(&[&[("type", "Listevariabel")]]),
        "line 2, column listeverdier: a Listevariabel must have values",
    );
    only_problem(
        &file(&[&[("listeverdier", "1"), ("listetekst", "a")]]),
        "line 2, column listeverdier: list values on",
    );
    only_problem(&file(&[&[("maksintervall_slutt_numerisk", "1-2")]]), "line 2, column maksintervall_slutt_numerisk:");
    only_problem(&file(&[&[("maksintervall_slutt_dato", "'1980-13-01'")]]), "line 2, column maksintervall_slutt_dato:");
    only_problem(
        &file(&[&[("innfoert_dato", "2024-01-02"), ("utfaset_dato", "01.01.2024")]]),
        "line 2, column utfaset_dato: it is retired before",
    );
    only_problem(&file(&[&[("tabell", "–")]]), "line 2, column tabell: \"–\" has no letter");
}

#[test]
fn missing_and_unknown_columns_are_named_all_at_once() {
    let text = String::from_utf8(file(&[&[]])).unwrap();
    let text = text.replacen("obligatorisk", "obligatrisk", 1).replacen("hjelpetekst", "hjelp", 1);
    let found = problems(text.as_bytes());
    assert_eq!(found.len(), 4, "{found:?}");
    for column in ["obligatrisk: unknown", "hjelp: unknown", "obligatorisk: the column is missing", "hjelpetekst: the"]
    {
        assert!(found.iter().any(|p| p.starts_with(&format!("line 1, column {column}"))), "{column}: {found:?}");
    }
}

/// A codebook of two variables with the column of rules.
fn ruled(first: &str, second: &str) -> Vec<u8> {
    let bytes = file(&[
        &[("variabel_id", "A"), ("fysisk_feltnavn", "INNDATO"), ("type", "Datovariabel")],
        &[("variabel_id", "B"), ("fysisk_feltnavn", "UTDATO"), ("type", "Datovariabel")],
    ]);
    let text = String::from_utf8(bytes).unwrap();
    let with = text.lines().zip(["regler", first, second]).map(|(line, cell)| format!("{line};\"{cell}\"\n"));
    with.collect::<String>().into_bytes()
}

#[test]
fn rules_between_variables_are_read_and_what_they_name_must_be_there() {
    let reading = read(&ruled("", ">= inndato; kreves hvis INNDATO = 2020-01-01")).unwrap();
    let rules = &reading.codebook.variables[1].rules;
    assert_eq!(rules.len(), 2);
    let source = reading.codebook.to_source(&about("r"));
    assert_eq!(source.datasets[0].variables[1].details.rules, *rules);
    assert_eq!(source.faults(), Vec::<String>::new());
    only_problem(&ruled("", "mer enn INNDATO"), "line 3, column regler: \"mer enn INNDATO\" is no rule");
    only_problem(&ruled(">= DODSDATO", ""), "line 2, column regler: the rule names DODSDATO");
    only_problem(&ruled("", "= UTDATO"), "line 3, column regler: the rule names UTDATO");
}

#[test]
fn a_rule_that_changes_is_told_between_editions() {
    let source = |rules: &str| read(&ruled("", rules)).unwrap().codebook.to_source(&about("r"));
    let difference = Difference::of(&source(">= INNDATO"), &source("> INNDATO"));
    let [changed] = &difference.changed[..] else { panic!("one variable: {difference:?}") };
    let (field, from, to) = ("rules".to_owned(), ">= INNDATO".to_owned(), "> INNDATO".to_owned());
    assert_eq!(changed.changes, [Change::Field { field, from, to }]);
}

#[test]
fn all_problems_come_at_once() {
    let found = problems(&file(&[
        &[("type", "Ukjent"), ("innfoert_dato", "i går")],
        &[("variabel_id", "B"), ("fysisk_feltnavn", "B"), ("desimaler", "x")],
    ]));
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn a_line_with_another_number_of_fields_is_named() {
    let mut bytes = file(&[&[]]);
    bytes.extend_from_slice(b"\na,b,c\n");
    only_problem(&bytes, "line 3: 1 fields where the header has 27");
}

#[test]
fn the_type_follows_decimals_and_intervals() {
    let data_type = |row: &[(&str, &str)]| read(&file(&[row])).unwrap().codebook.variables[0].data_type();
    assert_eq!(data_type(&[("type", "Tallvariabel"), ("desimaler", "0")]), DataType::Integer);
    assert_eq!(data_type(&[("type", "Tallvariabel"), ("desimaler", "2")]), DataType::Decimal);
    assert_eq!(data_type(&[("type", "tallvariabel"), ("maksintervall_start_numerisk", "0,5")]), DataType::Decimal);
    assert_eq!(data_type(&[("type", "Avkrysningsboks")]), DataType::Boolean);
}

#[test]
fn a_classic_codebook_is_written_with_27_columns() {
    let written = write(&read(&file(&[&[]])).unwrap().codebook);
    let header = String::from_utf8(written).unwrap();
    let header = header.lines().next().unwrap();
    assert_eq!(header.trim_start_matches('\u{feff}').split(';').count(), 27);
}

/// Form, table and column of variables, and the names of the datasets they become.
fn dataset_names(places: &[(&str, &str, &str)]) -> Vec<String> {
    let mut rows = Vec::new();
    for (form, table, column) in places {
        rows.push(vec![
            ("skjemanavn", *form),
            ("tabell", *table),
            ("fysisk_feltnavn", *column),
            ("variabel_id", *column),
        ]);
    }
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
    let source = read(&file(&rows)).unwrap().codebook.to_source(&about("proeve"));
    source.datasets.into_iter().map(|d| d.name.nb).collect()
}

#[test]
fn a_dataset_is_named_after_its_form_and_after_its_table_where_that_tells_more() {
    assert_eq!(dataset_names(&[("Innleggelse", "tbl_inn", "A"), ("Innleggelse", "tbl_inn", "B")]), ["Innleggelse"]);
    let spread = [("Innleggelse", "tbl_inn", "A"), ("Innleggelse", "tbl_inn_2", "B"), ("Utskriving", "tbl_ut", "C")];
    assert_eq!(dataset_names(&spread), ["Innleggelse (tbl_inn)", "Innleggelse (tbl_inn_2)", "Utskriving"]);
    assert_eq!(dataset_names(&[("Innleggelse", "felles", "A"), ("Utskriving", "felles", "B")]), ["felles"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn reading_what_was_written_gives_the_same_codebook(codebook in generate::codebook()) {
        let reading = read(&write(&codebook)).map_err(|e| TestCaseError::fail(e.to_string()))?;
        prop_assert_eq!(reading.codebook, codebook);
    }

    #[test]
    fn a_codebook_does_not_differ_from_itself(codebook in generate::codebook()) {
        let source = codebook.to_source(&about("proeve"));
        prop_assert_eq!(source.faults(), Vec::<String>::new());
        prop_assert_eq!(source.variables().count(), codebook.variables.len());
        prop_assert!(Difference::of(&source, &source).is_empty());
        let text = serde_json::to_string(&source).unwrap();
        prop_assert_eq!(serde_json::from_str::<crate::model::DataSource>(&text).unwrap(), source);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
        let mut with_header = file(&[&[]]);
        with_header.extend(bytes);
        let _ = read(&with_header);
    }
}

/// The folder with published codebooks, when this machine has it.
fn real(name: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("VARDE_SHARED_REAL")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/real"), PathBuf::from);
    let bytes = std::fs::read(root.join("codebooks").join(name)).ok();
    if bytes.is_none() {
        println!("skipped: the published codebook {name} is not on this machine");
    }
    bytes
}

fn real_source(name: &str) -> Option<crate::model::DataSource> {
    let bytes = real(name)?;
    let reading = read(&bytes).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(read(&write(&reading.codebook)).unwrap().codebook, reading.codebook, "{name} survives writing");
    let about = SourceDescription { kind: SourceKind::QualityRegister, ..about("register") };
    let source = reading.codebook.to_source(&about);
    assert_eq!(source.faults(), Vec::<String>::new());
    assert_eq!(source.variables().count(), reading.codebook.variables.len());
    Some(source)
}

#[test]
fn the_published_editions_of_ablanor_import_and_differ_as_known() {
    let (Some(first), Some(second), Some(third)) = (
        real_source("ablanor_klokeboken_first.csv"),
        real_source("AblaNor_klokeboken_29.11.2023.csv"),
        real_source("ablanor_klokeboken_16.01.2024_v002.csv"),
    ) else {
        return;
    };
    let counts = [&first, &second, &third].map(|s| s.variables().count());
    assert_eq!(counts, [184, 233, 286]);
    let (one, two) = (Difference::of(&first, &second), Difference::of(&second, &third));
    assert_eq!((one.added.len(), one.removed.len(), one.retired.len()), (52, 3, 1));
    assert_eq!((two.added.len(), two.removed.len(), two.retired.len()), (55, 2, 0));
    assert!(one.to_string().starts_with("52 added, 3 removed, 1 retired"), "{one}");
}

#[test]
fn the_published_codebook_of_noric_imports_with_its_retired_variables() {
    let Some(bytes) = real("NORIC_klokeboken_18.03.2025.csv") else { return };
    let reading = read(&bytes).unwrap();
    let variables = &reading.codebook.variables;
    assert_eq!(variables.len(), 871);
    let rows: usize = variables.iter().map(|v| v.codes.len().max(1)).sum();
    assert_eq!(rows, 2_514);
    let touched = variables.iter().filter(|v| v.retired.is_some() || v.codes.iter().any(|c| c.retired.is_some()));
    assert_eq!(touched.count(), 63);
    assert_eq!(variables.iter().filter(|v| v.retired.is_some()).count(), 48);
    assert_eq!(reading.remarks.len(), 1, "one value is listed twice with two texts: {:?}", reading.remarks);
    real_source("NORIC_klokeboken_18.03.2025.csv");
}
