use jiff::civil::date;
use varde_core::LocalisedText;
use varde_permit::{Granularity, Handover, NeededVariable};

use super::*;
use crate::{CodeLabel, Column, Kind};

fn need(cohort: Cohort) -> DataNeed {
    let variable = |name: &str, granularity| {
        NeededVariable::rows(format!("npr/contact/{name}").parse().unwrap(), granularity, "Fordi")
    };
    let period = Period::new(date(2020, 1, 1), date(2024, 12, 31)).unwrap();
    let variables = vec![
        variable("in_date", Granularity::Month),
        variable("condition", Granularity::Prefix(3)),
        variable("sex", Granularity::AsIs),
        variable("weight", Granularity::AsIs),
        variable("age", Granularity::Band(10)),
        variable("dead", Granularity::AsIs),
        variable("note", Granularity::AsIs),
    ];
    let handover = Handover { formats: Format::ALL.into(), language: varde_core::Language::En, updates: None };
    DataNeed { handover, ..DataNeed::plain(cohort, variables, period) }
}

fn datasets() -> Vec<Invented> {
    let code = |code: &str| CodeLabel { code: code.to_owned(), label: LocalisedText::bokmaal("Navn") };
    let columns = vec![
        Column::new("in_date", Kind::Date),
        Column::new("condition", Kind::Code),
        Column { codes: vec![code("1"), code("2")], ..Column::new("sex", Kind::Code) },
        Column::new("weight", Kind::Decimal),
        Column::new("age", Kind::Integer),
        Column::new("dead", Kind::Boolean),
        Column::new("note", Kind::Text),
    ];
    let dataset = "npr/contact".parse().unwrap();
    let schema = Schema { dataset, event_date: Some("in_date".to_owned()), columns };
    vec![Invented { schema, numbers: BTreeMap::from([("weight".to_owned(), (40.0, 90.0))]) }]
}

fn lines(folder: &Path, name: &str) -> Vec<String> {
    fs::read_to_string(folder.join(name)).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn invented_files_have_the_shape_of_real_ones_and_are_the_same_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let need =
        need(Cohort::HasCode { variable: "npr/contact/condition".parse().unwrap(), prefixes: vec!["I50".into()] });
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let files = invent(&need, "Hjertesvikt", &datasets(), &one).unwrap();
    assert_eq!(files, invent(&need, "Hjertesvikt", &datasets(), &two).unwrap(), "the same need gives the same bytes");
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let expected = ["npr_contact.parquet", "npr_contact.csv", "npr_contact.arrow", "npr_contact.dta"];
    assert_eq!(names[..4], expected);
    assert_eq!(names[4..], ["codebook.csv", "values.csv", "codebook.json", "README.md"]);
    assert_eq!(fs::read_dir(&one).unwrap().count(), names.len(), "nothing else is left in the folder");
    let rows = lines(&one, "npr_contact.csv");
    assert_eq!(rows[0], "pseudonym,in_date,condition,sex,weight,age,dead,note");
    assert!(rows.len() > 300, "{} rows", rows.len());
    for row in &rows[1..] {
        let cells: Vec<&str> = row.split(',').collect();
        assert!(cells[1].is_empty() || ("2020-01"..="2024-12").contains(&cells[1]), "{row}");
        assert!(["", "1", "2"].contains(&cells[3]), "{row}");
        let weight: f64 = cells[4].parse().unwrap_or(50.0);
        assert!((40.0..=90.0).contains(&weight), "{row}");
    }
    assert!(rows.iter().any(|row| row.split(',').nth(2) == Some("I50")), "the rule's code occurs");
    let page = lines(&one, "README.md").join("\n");
    assert!(page.contains("invented") && page.contains("npr_contact.dta"), "{page}");
    assert!(!lines(&one, "codebook.csv")[1].contains("urn"), "an invented table comes from no release");
    // What is there is not written over.
    assert!(matches!(invent(&need, "T", &datasets(), &one), Err(ExtractError::Occupied { .. })));
}

#[test]
fn a_rule_that_finds_nobody_invented_still_has_its_shape_and_what_the_codebook_lacks_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = need(Cohort::Not(Box::new(Cohort::Everyone)));
    assert!(invent(&nobody, "T", &datasets(), &folder.path().join("a")).is_ok());
    let mut more = need(Cohort::Everyone);
    more.variables.push(NeededVariable::rows("npr/contact/height".parse().unwrap(), Granularity::AsIs, "Fordi"));
    let refused = invent(&more, "T", &datasets(), &folder.path().join("b")).unwrap_err().to_string();
    assert!(refused.contains("npr/contact/height"), "{refused}");
}
