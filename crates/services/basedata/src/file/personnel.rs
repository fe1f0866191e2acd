//! Health personnel as a table: one qualification a row, the rows of one HPR number one after the other.
//!
//! | column | |
//! |---|---|
//! | `hpr_number` | the number in the register |
//! | `national_number` | whose it is; those without one are passed over, since nobody can log in as them |
//! | `profession` | a code of 9060, such as `LE` |
//! | `qualification` | `authorisation`, `speciality` or `requisition_right` |
//! | `code` | of 7704, 7426 or 7701 |
//! | `name` | what the code of a speciality or a right means; an authorisation's is known |
//! | `standing` | `in_force`, `restricted`, `suspended` or `withdrawn` |
//! | `valid_from`, `valid_to` | the days, both included; no `valid_to` while it lasts |

use std::{mem, path::Path};

use jiff::civil::Date;
use varde_core::{
    Period,
    identifier::{HprNumber, NationalNumber},
};

use super::{
    FileError, LineFault, Numbered, Records,
    table::{Heading, Row, Table},
};
use crate::{
    AuthorisationKind, Dated, Fault, Profession, Qualification, QualificationKind, Standing, Standings,
    model::check_qualifications,
};

const HEADING: Heading = Heading {
    needed: &["hpr_number", "national_number", "profession", "qualification", "code", "standing", "valid_from"],
    optional: &["name", "valid_to"],
};

/// All that a file says of one HPR number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonnelRows {
    /// The number.
    pub number: HprNumber,
    /// Whose it is.
    pub person: NationalNumber,
    /// What they were and are qualified for.
    pub qualifications: Standings,
}

/// The table, number by number.
pub(crate) struct PersonnelTable {
    table: Table,
    /// What is wrong with the heading: then no row can be read.
    heading: Vec<LineFault>,
    /// A row of the next number.
    ahead: Option<Result<Row, LineFault>>,
    /// How many numbers were passed over.
    passed_over: u64,
}

impl Records for PersonnelTable {
    type Record = PersonnelRows;

    fn of(path: &Path) -> Result<Self, FileError> {
        let (mut table, heading) = Table::of(path, HEADING)?;
        let ahead = if heading.is_empty() { table.next()? } else { None };
        Ok(Self { table, heading, ahead, passed_over: 0 })
    }

    fn next(&mut self) -> Result<Option<Numbered<PersonnelRows>>, FileError> {
        if !self.heading.is_empty() {
            // Read to the end all the same, so that the digest is the file's.
            while self.table.next()?.is_some() {}
            return Ok(Some((1, Err(mem::take(&mut self.heading)))));
        }
        loop {
            let first = match self.ahead.take() {
                None => return Ok(None),
                Some(Ok(row)) => row,
                Some(Err(fault)) => {
                    self.ahead = self.table.next()?;
                    return Ok(Some((fault.line, Err(vec![fault]))));
                }
            };
            let rows = self.rows_of(first)?;
            if rows.iter().any(|row| !row.cell("national_number").is_empty()) {
                let line = rows.first().map_or(0, |row| row.line);
                return Ok(Some((line, read(&rows))));
            }
            self.passed_over += 1;
        }
    }

    fn digest(self) -> [u8; 32] {
        self.table.digest()
    }
}

impl PersonnelTable {
    /// How many numbers without a national number were passed over so far.
    pub(crate) const fn passed_over(&self) -> u64 {
        self.passed_over
    }

    /// The row and those after it with the same number.
    fn rows_of(&mut self, first: Row) -> Result<Vec<Row>, FileError> {
        let mut rows = vec![first];
        loop {
            self.ahead = self.table.next()?;
            match self.ahead.take_if(|next| {
                next.as_ref().is_ok_and(|next| rows.iter().all(|row| row.cell("hpr_number") == next.cell("hpr_number")))
            }) {
                Some(Ok(row)) => rows.push(row),
                _ => return Ok(rows),
            }
        }
    }
}

/// What the rows of one number say, or all that is wrong with them.
fn read(rows: &[Row]) -> Result<PersonnelRows, Vec<LineFault>> {
    let (mut faults, mut qualifications, mut whose) = (Vec::new(), Vec::new(), None);
    for row in rows {
        match read_row(row) {
            Ok((number, person, qualification)) => {
                if *whose.get_or_insert((number, person)) != (number, person) {
                    faults.push(row.fault("national_number", "the rows of this HPR number name different persons"));
                }
                qualifications.push(qualification);
            }
            Err(fault) => faults.push(fault),
        }
    }
    // The first row that does not go with those before it.
    let together = |last: &usize| check_qualifications(qualifications.get(..=*last).unwrap_or_default()).err();
    if let Some((row, fault)) = (0..qualifications.len()).find_map(|last| Some((rows.get(last)?, together(&last)?)))
        && faults.is_empty()
    {
        faults.push(row.fault(column(fault), fault));
    }
    match whose {
        Some((number, person)) if faults.is_empty() => Ok(PersonnelRows { number, person, qualifications }),
        _ => Err(faults),
    }
}

type Read = (HprNumber, NationalNumber, (Qualification, Dated<Standing>));

fn read_row(row: &Row) -> Result<Read, LineFault> {
    let number = row.read("hpr_number", str::parse::<HprNumber>)?;
    let person = row.read("national_number", NationalNumber::parse)?;
    let profession = row.read("profession", |code| {
        let known = || Profession::ALL.iter().map(|p| p.code()).collect::<Vec<_>>().join(", ");
        Profession::from_code(code).ok_or_else(|| format!("this must be one of {} (code system 9060)", known()))
    })?;
    let kind = row.read("qualification", |code| one_of(code, QualificationKind::ALL, QualificationKind::code))?;
    let standing = row.read("standing", |code| one_of(code, Standing::ALL, Standing::code))?;
    let qualification = match kind {
        QualificationKind::Authorisation => {
            let kind = row.read("code", |code| AuthorisationKind::from_code(code).ok_or(Fault::AuthorisationKind))?;
            Qualification::authorisation(profession, kind)
        }
        _ => {
            let code = row.read("code", |code| Ok::<_, Fault>(code.to_owned()))?;
            let name = row.read("name", |name| Ok::<_, Fault>(name.to_owned()))?;
            Qualification::named(profession, kind, &code, &name)
        }
    };
    let day =
        |column| row.read(column, |text| text.parse::<Date>().map_err(|_| "this must be a date, such as 2026-11-22"));
    let until = if row.cell("valid_to").is_empty() { None } else { Some(day("valid_to")?) };
    let valid = Period { from: day("valid_from")?, until };
    if until.is_some_and(|until| until < valid.from) {
        return Err(row.fault("valid_to", "it ends before it begins"));
    }
    qualification.check().map_err(|fault| row.fault(column(fault), fault))?;
    Ok((number, person, (qualification, Dated::new(standing, valid))))
}

fn one_of<T: Copy>(text: &str, all: &[T], code: impl Fn(T) -> &'static str) -> Result<T, String> {
    let known = || all.iter().map(|value| code(*value)).collect::<Vec<_>>().join(", ");
    all.iter().copied().find(|value| code(*value) == text).ok_or_else(|| format!("this must be one of {}", known()))
}

/// The column that a fault of the record is about.
fn column(fault: Fault) -> &'static str {
    match fault.field() {
        "qualifications" => "valid_from",
        other => other,
    }
}
