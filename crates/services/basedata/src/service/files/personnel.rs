//! A file of health personnel: the rows of a number are all that is known of it.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use varde_core::{Actor, identifier::HprNumber};

use super::{BATCH, Checked, FileOutcome, OnProgress, Part, Register, Taken, indices};
use crate::{
    Basedata, BasedataError, Fault,
    file::{LineFault, PersonnelRows, PersonnelTable, Records},
    store::{self, files::Step, personnel::Holder},
};

/// The column that names the number.
const NUMBER: &str = "hpr_number";
/// The column that names the person.
const PERSON: &str = "national_number";

const REGISTER: Register = Register {
    resource: "HealthPersonnelRegister",
    action: "basedata.health_personnel.import",
    holds: "health_personnel",
};

/// The one part of such a file.
struct Personnel;

impl Part for Personnel {
    const NAME: &'static str = "health_personnel";
    type File = PersonnelTable;

    async fn take_in(
        basedata: &Basedata,
        actor: &Actor,
        source: &str,
        batch: Vec<PersonnelRows>,
        step: &Step,
    ) -> Result<Taken, BasedataError> {
        let mut read = basedata.store.read(actor).await?;
        let numbers: Vec<_> = batch.iter().map(|rows| rows.person).collect();
        let persons = indices(read.connection(), &numbers).await?;
        drop(read);
        let holder = |(rows, person): (PersonnelRows, Option<u32>)| {
            let person = person.ok_or(BasedataError::FileChanged)?;
            Ok(Holder { number: rows.number, person, qualifications: rows.qualifications })
        };
        let holders = batch.into_iter().zip(persons).map(holder).collect::<Result<Vec<_>, BasedataError>>()?;
        let changed = basedata.take_in_health_personnel(actor, source, &holders, Some(step)).await?;
        Ok(Taken { new: 0, changed })
    }
}

/// What the rows so far say, to find what cannot be true together: the first line of each number, and of
/// each person.
#[derive(Default)]
struct Seen {
    numbers: HashMap<HprNumber, u64>,
    persons: HashMap<u32, u64>,
}

impl Basedata {
    /// Takes in a file of health personnel ([`PersonnelRows`]): all of it or, when a row cannot be taken
    /// in, nothing. The rows of a number are all that is known of it; numbers that the file does not
    /// mention keep what they have. The same file once more changes nothing. With `dry_run` it is only
    /// looked through.
    ///
    /// # Errors
    /// As [`Self::import_person_file`].
    pub async fn import_health_personnel_file(
        &self,
        actor: &Actor,
        path: &Path,
        dry_run: bool,
        progress: OnProgress<'_>,
    ) -> Result<FileOutcome, BasedataError> {
        match self.look_through(actor, &REGISTER, dry_run, self.check_health_personnel(actor, path)).await? {
            (Some((file, ())), outcome) => self.take_in_whole::<Personnel>(actor, path, &file, outcome, progress).await,
            (None, outcome) => Ok(outcome),
        }
    }

    async fn check_health_personnel(
        &self,
        actor: &Actor,
        path: &Path,
    ) -> Result<(Checked, (), FileOutcome), BasedataError> {
        let (mut outcome, mut seen) = (FileOutcome::default(), Seen::default());
        let mut table = PersonnelTable::of(path)?;
        let mut read = self.store.read(actor).await?;
        let mut told = Vec::with_capacity(BATCH);
        loop {
            let next = table.next()?;
            let ended = next.is_none();
            if let Some((line, rows)) = next {
                outcome.records += 1;
                match rows {
                    Err(faults) => outcome.faults(faults),
                    Ok(rows) => told.push((line, rows)),
                }
            }
            if ended || told.len() == BATCH {
                seen.hold_against(read.connection(), &told, &mut outcome).await?;
                told.clear();
            }
            if ended {
                outcome.passed_over = table.passed_over();
                return Ok((Checked { digest: table.digest(), records: outcome.records }, (), outcome));
            }
        }
    }
}

impl Seen {
    /// Names the rows that do not go with those before them or with the register of persons.
    async fn hold_against(
        &mut self,
        connection: &mut sqlx::PgConnection,
        told: &[(u64, PersonnelRows)],
        outcome: &mut FileOutcome,
    ) -> Result<(), sqlx::Error> {
        let numbers: Vec<HprNumber> = told.iter().map(|(_, rows)| rows.number).collect();
        let known: HashSet<u32> = store::personnel::known(connection, &numbers).await?.into_iter().collect();
        let owners: Vec<_> = told.iter().map(|(_, rows)| rows.person).collect();
        let persons = indices(connection, &owners).await?;
        for ((line, rows), person) in told.iter().zip(persons) {
            let mut fault = |column: &str, reason: String| {
                outcome.fault(LineFault { line: *line, column: column.to_owned(), reason });
            };
            if let Some(other) = self.numbers.insert(rows.number, *line) {
                fault(NUMBER, format!("line {other} is about this number too: its rows must follow each other"));
            }
            match person {
                None => fault(PERSON, Fault::UnknownPerson.to_string()),
                Some(person) => {
                    if let Some(other) = self.persons.insert(person, *line) {
                        fault(PERSON, format!("line {other} gives this person another HPR number"));
                    }
                }
            }
            outcome.new += u64::from(!known.contains(&rows.number.number()));
        }
        Ok(())
    }
}
