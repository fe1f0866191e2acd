//! Mappings that were made elsewhere: CSV in the shape of MOLGENIS EMX2's «Variable mappings».
//!
//! A row says which variables of a source went into a variable of a target, whether that can be done
//! `complete`ly, `partial`ly or not at all (`na`), and how. What it says of how far it goes is kept as its
//! claim and nothing more: how far codes are mapped is worked out here from the code lists.

use std::collections::HashMap;

use varde_core::CataloguePath;
use varde_metadata::variable_path;

use super::relation::RelationKind;

/// The longest file, in bytes.
pub const LONGEST: usize = 20_000_000;

/// What a row says of how far a mapping goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Claim {
    /// It can be made completely.
    Complete,
    /// In part.
    Partial,
    /// It cannot be made.
    NotAvailable,
}

impl Claim {
    /// The word of the file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Partial => "partial",
            Self::NotAvailable => "na",
        }
    }

    /// The relation that it proposes: what can be made completely is taken to mean the same, what can be
    /// made in part to have to do with it. Whoever decides says otherwise where it is otherwise.
    pub const fn kind(self) -> Option<RelationKind> {
        match self {
            Self::Complete => Some(RelationKind::Equivalent),
            Self::Partial => Some(RelationKind::Related),
            Self::NotAvailable => None,
        }
    }
}

/// A row of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number, from 2: the first holds the headers.
    pub number: u64,
    /// The variables of the source; none when the row names none.
    pub from: Vec<CataloguePath>,
    /// The variable of the target.
    pub to: CataloguePath,
    /// What it says of how far it goes.
    pub claim: Claim,
    /// What it says in words.
    pub about: String,
    /// How it is made.
    pub syntax: String,
}

/// What is wrong with a row, or with the file at that row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The file is no CSV there.
    #[error("it cannot be read as CSV in UTF-8")]
    Unreadable,
    /// A column is missing.
    #[error("the column «{0}» is missing")]
    NoColumn(&'static str),
    /// The cell `match` holds another word.
    #[error("match must be complete, partial or na")]
    Claim,
    /// A name cannot be a part of a path of the catalogue.
    #[error("source, dataset and variable must have letters or digits")]
    Name,
    /// It names no variable of the source.
    #[error("it names no variable of the source")]
    NoVariable,
    /// The catalogue has no such variable.
    #[error("the catalogue has no variable {0}")]
    Unknown(CataloguePath),
    /// The actor answers for neither of the two.
    #[error("you answer for neither of the two sources")]
    NotYours,
    /// The two are the same, or a text is too long.
    #[error("a variable cannot be related to itself, and texts have at most 4,000 characters")]
    Unfit,
    /// There is a relation already.
    #[error("there is a relation between the two already")]
    Already,
}

impl Fault {
    /// Its name in texts.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::NoColumn(_) => "no_column",
            Self::Claim => "claim",
            Self::Name => "name",
            Self::NoVariable => "no_variable",
            Self::Unknown(_) => "unknown",
            Self::NotYours => "not_yours",
            Self::Unfit => "unfit",
            Self::Already => "already",
        }
    }

    /// What it is about: a column or a path; empty when nothing more is to be said.
    pub fn about(&self) -> String {
        match self {
            Self::NoColumn(column) => (*column).to_owned(),
            Self::Unknown(path) => path.to_string(),
            _ => String::new(),
        }
    }
}

const COLUMNS: [&str; 7] =
    ["source", "source dataset", "source variables", "target", "target dataset", "target variable", "match"];

/// The rows of a file, and what is wrong by row. A file without one of the columns has one fault and no
/// rows.
pub fn read(file: &[u8]) -> (Vec<Row>, Vec<(u64, Fault)>) {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter(file)).flexible(true).from_reader(file);
    let columns: HashMap<String, usize> = match reader.headers() {
        Ok(headers) => headers.iter().enumerate().map(|(at, name)| (name.trim().to_lowercase(), at)).collect(),
        Err(_) => return (Vec::new(), vec![(1, Fault::Unreadable)]),
    };
    if let Some(missing) = COLUMNS.into_iter().find(|name| !columns.contains_key(*name)) {
        return (Vec::new(), vec![(1, Fault::NoColumn(missing))]);
    }
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for (record, number) in reader.records().zip(2..) {
        let row = record.map_err(|_| Fault::Unreadable).and_then(|record| {
            let cell = |name: &str| columns.get(name).and_then(|at| record.get(*at)).unwrap_or_default().trim();
            row(number, &cell)
        });
        match row {
            Ok(row) => rows.push(row),
            Err(fault) => faults.push((number, fault)),
        }
    }
    (rows, faults)
}

/// Semicolons where the header has more of them, as spreadsheets in Norwegian write.
fn delimiter(file: &[u8]) -> u8 {
    let header = file.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |wanted: u8| header.iter().filter(|byte| **byte == wanted).count();
    if count(b';') > count(b',') { b';' } else { b',' }
}

fn row<'a>(number: u64, cell: &impl Fn(&str) -> &'a str) -> Result<Row, Fault> {
    let claim = match cell("match").to_lowercase().as_str() {
        "complete" => Claim::Complete,
        "partial" => Claim::Partial,
        "na" => Claim::NotAvailable,
        _ => return Err(Fault::Claim),
    };
    let path = |source: &str, dataset: &str, variable: &str| {
        let source = varde_metadata::catalogue_name(source).parse().map_err(|_| Fault::Name)?;
        variable_path(&source, dataset, variable).ok_or(Fault::Name)
    };
    let (source, dataset) = (cell("source"), cell("source dataset"));
    let own = cell("source variables").split(',').map(str::trim).filter(|name| !name.is_empty());
    let mut from: Vec<CataloguePath> = own.map(|name| path(source, dataset, name)).collect::<Result<_, _>>()?;
    let others = cell("source variables other datasets.dataset").split(',').map(str::trim);
    let names = cell("source variables other datasets.name").split(',').map(str::trim);
    for (dataset, name) in others.zip(names).filter(|(dataset, name)| !dataset.is_empty() && !name.is_empty()) {
        from.push(path(source, dataset, name)?);
    }
    from.sort();
    from.dedup();
    let to = path(cell("target"), cell("target dataset"), cell("target variable"))?;
    let repeats = Some(cell("repeats")).filter(|text| !text.is_empty() && !text.eq_ignore_ascii_case("na"));
    let repeats = repeats.map(|text| format!("repeats: {text}"));
    let about = [cell("description"), cell("comments")].into_iter().filter(|text| !text.is_empty()).map(str::to_owned);
    let about: Vec<String> = about.chain(repeats).collect();
    Ok(Row { number, from, to, claim, about: about.join("\n"), syntax: cell("syntax").to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "source,source dataset,source variables,source variables other datasets.dataset,\
source variables other datasets.name,target,target dataset,target variable,repeats,match,description,syntax,comments\n\
NPR,contact,\"sex, main_condition\",,,LifeCycle,core,sex,NA,complete,\"Only the name\nchanged\",\"RECODE sex (1=1).\",\n\
NPR,contact,,death,place,LifeCycle,core,place,\"0, 1\",partial,,,By hand\n\
NPR,contact,,,,LifeCycle,core,smk,NA,na,,,\n\
NPR,contact,sex,,,LifeCycle,core,sex,NA,maybe,,,\n\
NPR,contact,–,,,LifeCycle,core,sex,NA,partial,,,\n";

    #[test]
    fn rows_are_read_with_what_is_wrong_by_row() {
        let (rows, faults) = read(FILE.as_bytes());
        let paths: Vec<Vec<&str>> =
            rows.iter().map(|row| row.from.iter().map(CataloguePath::as_str).collect()).collect();
        assert_eq!(paths, [vec!["npr/contact/main_condition", "npr/contact/sex"], vec!["npr/death/place"], vec![]]);
        let claims: Vec<_> = rows.iter().map(|row| (row.number, row.claim, row.claim.kind())).collect();
        assert_eq!(
            claims,
            [
                (2, Claim::Complete, Some(RelationKind::Equivalent)),
                (3, Claim::Partial, Some(RelationKind::Related)),
                (4, Claim::NotAvailable, None),
            ]
        );
        assert_eq!((rows[0].about.as_str(), rows[0].syntax.as_str()), ("Only the name\nchanged", "RECODE sex (1=1)."));
        assert_eq!(rows[1].about, "By hand\nrepeats: 0, 1");
        assert_eq!(rows[1].to.as_str(), "lifecycle/core/place");
        assert_eq!(faults, [(5, Fault::Claim), (6, Fault::Name)]);
    }

    #[test]
    fn semicolons_and_a_byte_order_mark_are_read_and_a_missing_column_is_named() {
        let other = format!("\u{feff}{}", FILE.lines().next().unwrap().replace(',', ";"));
        let file = format!("{other}\nNPR;contact;sex;;;LifeCycle;core;sex;;complete;;;\n");
        let (rows, faults) = read(file.as_bytes());
        assert_eq!((rows.len(), faults.len()), (1, 0), "{faults:?}");
        assert_eq!(read(b"a,b\n1,2\n"), (Vec::new(), vec![(1, Fault::NoColumn("source"))]));
        assert_eq!(read(b"").1, [(1, Fault::NoColumn("source"))]);
    }

    proptest::proptest! {
        #[test]
        fn any_file_is_read_to_its_end(file in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            let _ = read(&file);
            let with_headers = [FILE.lines().next().unwrap_or_default().as_bytes(), b"\n", &file].concat();
            let (rows, faults) = read(&with_headers);
            proptest::prop_assert!(rows.iter().all(|row| row.number >= 2) && faults.iter().all(|(row, _)| *row >= 2));
        }
    }
}
