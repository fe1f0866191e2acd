//! Reading files: every row is used or named, and a broken file is refused with its line.

use std::{fs, path::Path};

use jiff::civil::date;
use varde_core::{CataloguePath, LocalisedText, Period};
use varde_metadata::{
    Bound, Bounds, Code, DataType, Dataset, Details, Identification, Properties, Ranges, Variable, VariableDetails,
    VariableVersion,
};
use varde_platform::import::{Fault, Judges, Layout, Quality, Reason, Refused, Row, Rows, batch, inspect};

fn variable(name: &str, data_type: DataType, required: bool) -> Variable {
    let path: CataloguePath = format!("hospital/stay/{name}").parse().unwrap();
    Variable {
        path,
        column: name.to_uppercase(),
        group: None,
        identification: Identification::Other,
        details: VariableDetails::default(),
        versions: vec![VariableVersion {
            valid: Period::since(date(1900, 1, 1)),
            name: LocalisedText::bokmaal(name),
            description: LocalisedText::default(),
            data_type,
            unit: None,
            required,
            ranges: Ranges::default(),
            decimals: None,
            length: None,
            code_system: None,
            codes: Vec::new(),
            properties: Properties::default(),
            publication: None,
        }],
    }
}

fn layout() -> Layout {
    let mut weight = variable("weight", DataType::Decimal, false);
    weight.versions[0].ranges = Ranges {
        normal: Bounds { low: Some(Bound::Number("40".into())), high: Some(Bound::Number("150".into())) },
        maximum: Bounds { low: Some(Bound::Number("0.2".into())), high: Some(Bound::Number("700".into())) },
    };
    let mut kind = variable("kind", DataType::List, false);
    let code = |value: &str, until| Code { value: value.into(), text: LocalisedText::default(), from: None, until };
    kind.versions[0].codes = vec![code("1", None), code("2", Some(date(2020, 12, 31)))];
    let mut name = variable("name", DataType::Text, false);
    name.identification = Identification::DirectIdentifier;
    let dataset = Dataset {
        path: "hospital/stay".parse().unwrap(),
        name: LocalisedText::bokmaal("Opphold"),
        description: LocalisedText::default(),
        sub_source: None,
        groups: Vec::new(),
        details: Details::default(),
        variables: vec![
            variable("in_date", DataType::Date, true),
            weight,
            kind,
            variable("drug", DataType::Code, false),
            name,
        ],
    };
    Layout::of(&dataset, "PID", None, date(2026, 11, 22)).unwrap()
}

fn read(text: &[u8]) -> Result<(Vec<Row>, Vec<Fault>, Quality), Refused> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data.csv");
    fs::write(&path, text).unwrap();
    let layout = layout();
    inspect(&path, &layout)?;
    all(&path, &layout)
}

fn all(path: &Path, layout: &Layout) -> Result<(Vec<Row>, Vec<Fault>, Quality), Refused> {
    let (mut good, mut bad, mut quality) = (Vec::new(), Vec::new(), Quality::default());
    let nobody = Judges::default();
    let mut rows = Rows::open(path, layout, &nobody)?;
    while let Some(row) = rows.next(&mut quality)? {
        match row {
            Ok(row) => good.push(row),
            Err(unusable) => bad.push(unusable.fault),
        }
    }
    Ok((good, bad, quality))
}

#[test]
fn every_row_is_used_or_named() {
    let text = "\u{feff}PID;IN_DATE;WEIGHT;KIND;DRUG;NAME;EXTRA\n\
        a;2024-01-02;71,5;1;00123;Kari;x\n\
        b;02.01.2020;999;1;;;\n\
        ;2024-01-02;;;;;\n\
        c;2024-02-30;;;;;\n\
        d;;;;;;\n\
        e;2024-01-02;30;3;;;\n\
        f;2024-01-02;;2;;;\n\
        g;2020-01-02;30;2;;;\n\
        h;2020-01-02\n";
    let (good, bad, quality) = read(text.as_bytes()).unwrap();
    assert_eq!(good.iter().map(|r| r.line).collect::<Vec<_>>(), [2, 9]);
    let found: Vec<_> = bad.iter().map(|f| (f.line, f.column.as_str(), f.reason)).collect();
    assert_eq!(
        found,
        [
            (3, "WEIGHT", Reason::OutOfRange),
            (4, "PID", Reason::PersonMissing),
            (5, "IN_DATE", Reason::NotADate),
            (6, "IN_DATE", Reason::Missing),
            (7, "KIND", Reason::NotACode),
            (8, "KIND", Reason::CodeNotValidThen),
            (10, "", Reason::CellCount),
        ]
    );
    assert_eq!((quality.rows, quality.used, quality.unusable()), (9, 2, 7));
    assert_eq!(quality.columns["weight"].unusual, 1);
    assert_eq!(quality.unknown_headings, ["EXTRA"]);
    assert_eq!(quality.withheld_headings, ["NAME"]);
    let rows: Vec<_> = good.into_iter().map(|row| (5, row.values)).collect();
    let made = batch(&layout(), &rows).unwrap();
    assert_eq!(made.num_rows(), 2);
    assert!(made.column_by_name("name").is_none(), "direct identifiers never reach a release");
}

#[test]
fn a_broken_file_is_refused_with_its_line() {
    let header = "PID;IN_DATE;WEIGHT;KIND;DRUG\n";
    let good = "a;2024-01-02;70;1;001\n";
    let halfway = format!("{header}{good}b,2024-01-02,70,1,001\n");
    assert_eq!(read(halfway.as_bytes()).unwrap_err(), Refused::SeparatorChanges { line: 3, before: ';', after: ',' });
    let missing = "PID;IN_DATE;KIND\na;2024-01-02;1\n";
    assert_eq!(
        read(missing.as_bytes()).unwrap_err(),
        Refused::MissingColumns { columns: vec!["WEIGHT".into(), "DRUG".into()] }
    );
    let mut latin = format!("{header}{good}b;2024-01-02;70;1;").into_bytes();
    latin.extend([0xe6, b'\n']);
    assert_eq!(read(&latin).unwrap_err(), Refused::Encoding { line: 3 });
    assert_eq!(read(b"").unwrap_err(), Refused::Empty);
    assert_eq!(read(header.as_bytes()).unwrap_err(), Refused::NoRows);
    let twice = "PID;IN_DATE;IN_DATE\na;2024-01-02;1\n";
    assert_eq!(read(twice.as_bytes()).unwrap_err(), Refused::TwiceTheColumn { column: "IN_DATE".into() });
}
