//! Registers as files: semicolons, a header, dates as 2024-01-31, UTF-8.

use std::{fmt::Display, fmt::Write as _, io::Write};

use varde_core::identifier::{NationalNumber, Rule, synthetic};

use super::{Birth, Cancer, Contact, Death, Dispensing, ID_COLUMN, Register, Registration, Vaccination, quality};
use crate::{
    Gender, World,
    calendar::{date, year},
};

/// What was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Written {
    /// Rows without the header, those with defects among them.
    pub rows: u64,
    /// The planted defects, one a row.
    pub defects: Defects,
}

/// Rows that cannot be used, planted in the quality register only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Defects {
    /// A code that is not on the list.
    pub invalid_code: u64,
    /// A date that does not exist.
    pub impossible_date: u64,
    /// A valid national number that nobody has.
    pub unknown_number: u64,
    /// A number outside what is possible.
    pub out_of_range: u64,
}

impl Defects {
    /// All of them.
    pub const fn total(&self) -> u64 {
        self.invalid_code + self.impossible_date + self.unknown_number + self.out_of_range
    }
}

/// Good rows for each row with a defect.
const GOOD_PER_DEFECT: u64 = 60;

impl World {
    /// Writes a register as the file that its keeper would hand in.
    ///
    /// # Errors
    /// When the writer cannot be written to.
    pub fn write_csv(&self, register: Register, writer: impl Write) -> Result<Written, csv::Error> {
        let mut file = File::new(writer);
        match register {
            Register::Patients => file.all(self.contacts())?,
            Register::Medicines => file.all(self.dispensings())?,
            Register::Deaths => file.all(self.deaths())?,
            Register::Births => file.all(self.births())?,
            Register::Cancer => file.all(self.cancers())?,
            Register::Vaccinations => file.all(self.vaccinations())?,
            Register::HeartFailure => file.quality(self)?,
        }
        file.csv.flush()?;
        Ok(file.written)
    }
}

/// A row of a file.
trait Row {
    const HEADER: &'static [&'static str];
    fn cells(&self, line: &mut Line);
}

/// One line, made without an allocation a cell.
#[derive(Default)]
struct Line {
    record: csv::StringRecord,
    text: String,
}

impl Line {
    fn add(&mut self, value: impl Display) -> &mut Self {
        self.text.clear();
        // Writing to a String cannot fail.
        let _ = write!(self.text, "{value}");
        self.record.push_field(&self.text);
        self
    }

    fn text(&mut self, value: &str) -> &mut Self {
        self.record.push_field(value);
        self
    }

    fn number(&mut self, number: &NationalNumber) -> &mut Self {
        self.text(number.digits_for_storage())
    }

    fn municipality(&mut self, number: u16) -> &mut Self {
        self.add(format_args!("{number:04}"))
    }
}

struct File<W: Write> {
    csv: csv::Writer<W>,
    line: Line,
    written: Written,
}

impl<W: Write> File<W> {
    fn new(writer: W) -> Self {
        let csv = csv::WriterBuilder::new().delimiter(b';').from_writer(writer);
        Self { csv, line: Line::default(), written: Written::default() }
    }

    fn all<R: Row>(&mut self, rows: impl Iterator<Item = R>) -> Result<(), csv::Error> {
        self.csv.write_record(R::HEADER)?;
        for row in rows {
            self.line.record.clear();
            row.cells(&mut self.line);
            self.csv.write_record(&self.line.record)?;
            self.written.rows += 1;
        }
        Ok(())
    }

    /// Each defect stands in a row of its own, a copy of a good one, and every kind occurs.
    fn quality(&mut self, world: &World) -> Result<(), csv::Error> {
        let columns: Vec<&str> = quality::columns().collect();
        self.csv.write_record(&columns)?;
        let (mut good, mut last) = (0, None);
        for row in world.registrations() {
            self.registration(&columns, &row)?;
            good += 1;
            if good % GOOD_PER_DEFECT == 0 {
                self.defect(&columns, row)?;
            } else {
                last = Some(row);
            }
        }
        while let Some(row) = last.clone().filter(|_| self.written.defects.total() < 4) {
            self.defect(&columns, row)?;
        }
        Ok(())
    }

    fn registration(&mut self, columns: &[&str], row: &Registration) -> Result<(), csv::Error> {
        self.line.record.clear();
        for (column, value) in columns.iter().zip(&row.values) {
            if *column == ID_COLUMN {
                self.line.number(&row.number)
            } else {
                self.line.text(value)
            };
        }
        self.written.rows += 1;
        self.csv.write_record(&self.line.record)
    }

    fn defect(&mut self, columns: &[&str], mut row: Registration) -> Result<(), csv::Error> {
        let kind = self.written.defects.total();
        let mut set = |column: &str, value: &str| {
            if let Some(at) = columns.iter().position(|c| *c == column) {
                row.values[at] = value.to_owned();
            }
        };
        match kind % 4 {
            0 => set("nyha", "7"),
            1 => set("visit_date", "2021-02-30"),
            2 => row.number = unknown_number(kind).unwrap_or(row.number),
            _ => set("lvef", "250"),
        }
        let defects = &mut self.written.defects;
        match kind % 4 {
            0 => defects.invalid_code += 1,
            1 => defects.impossible_date += 1,
            2 => defects.unknown_number += 1,
            _ => defects.out_of_range += 1,
        }
        self.registration(columns, &row)
    }
}

/// A number of somebody born before anybody in the world.
fn unknown_number(number: u64) -> Option<NationalNumber> {
    let day = year(1901) + i32::try_from(number % 3_000).ok()?;
    (0..500).find_map(|individual| synthetic(date(day), individual, Rule::Of1964))
}

impl Row for Contact {
    const HEADER: &'static [&'static str] = &[
        "national_id",
        "episode_id",
        "contact_type",
        "urgency",
        "in_date",
        "out_date",
        "main_condition",
        "other_condition_1",
        "other_condition_2",
        "procedure",
        "institution",
        "department",
        "municipality",
    ];

    fn cells(&self, line: &mut Line) {
        line.number(&self.number).add(self.episode).add(self.contact_type).add(self.urgency);
        line.add(self.in_date).add(self.out_date).text(self.main_condition);
        for other in self.other_conditions {
            line.text(other.unwrap_or(""));
        }
        line.text(self.procedure.unwrap_or("")).text(self.institution.as_str()).text(self.department.as_str());
        line.municipality(self.municipality);
    }
}

impl Row for Dispensing {
    const HEADER: &'static [&'static str] =
        &["national_id", "dispensing_date", "atc", "packages", "ddd", "prescriber_specialty", "reimbursement"];

    fn cells(&self, line: &mut Line) {
        line.number(&self.number).add(self.date).text(self.atc).add(self.packages);
        line.add(format_args!("{}.{}", self.ddd_tenths / 10, self.ddd_tenths % 10));
        line.text(self.specialty).text(self.reimbursement.unwrap_or(""));
    }
}

impl Row for Death {
    const HEADER: &'static [&'static str] = &[
        "national_id",
        "death_date",
        "underlying_cause",
        "contributing_cause",
        "place_of_death",
        "autopsy",
        "municipality",
    ];

    fn cells(&self, line: &mut Line) {
        line.number(&self.number).add(self.date).text(self.underlying_cause);
        line.text(self.contributing_cause.unwrap_or("")).add(self.place).add(u8::from(self.autopsy));
        line.municipality(self.municipality);
    }
}

impl Row for Birth {
    const HEADER: &'static [&'static str] = &[
        "national_id",
        "mother_national_id",
        "birth_date",
        "gestation_weeks",
        "birth_weight",
        "mother_age_band",
        "plurality",
        "sex",
        "apgar_5",
        "caesarean",
    ];

    fn cells(&self, line: &mut Line) {
        line.number(&self.number).number(&self.mother_number).add(self.date).add(self.gestation_weeks);
        line.add(self.weight).text(self.mother_age_band).add(self.plurality);
        line.text(if self.gender == Gender::Male { "1" } else { "2" }).add(self.apgar5).add(u8::from(self.caesarean));
    }
}

impl Row for Cancer {
    const HEADER: &'static [&'static str] =
        &["national_id", "diagnosis_date", "topography", "morphology", "stage", "diagnosis_basis", "municipality"];

    fn cells(&self, line: &mut Line) {
        line.number(&self.number).add(self.date).text(self.topography).text(self.morphology).text(self.stage);
        line.add(self.basis).municipality(self.municipality);
    }
}

impl Row for Vaccination {
    const HEADER: &'static [&'static str] = &["national_id", "vaccination_date", "vaccine", "dose", "municipality"];

    fn cells(&self, line: &mut Line) {
        line.number(&self.number).add(self.date).text(self.vaccine).add(self.dose).municipality(self.municipality);
    }
}
