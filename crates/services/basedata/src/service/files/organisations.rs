//! A file of organisations: main units before their sub units, in whatever order the file has them.

use std::{collections::HashMap, path::Path};

use varde_core::{Actor, identifier::OrganisationNumber};

use super::{Checked, FileOutcome, OnProgress, Register, batch};
use crate::{
    Basedata, BasedataError, Fault, OrganisationRecord,
    file::{LineFault, Lines, OrganisationLine, Records},
    store,
};

/// The part of a file with the units.
const ORGANISATIONS: &str = "organisations";
const REGISTER: Register =
    Register { resource: "OrganisationRegister", action: "basedata.organisation.import", holds: "organisations" };
/// Levels of units are few; more are units that were made to go in a ring.
const LEVELS: usize = 20;

/// The units of a file: the line of each and its main unit.
#[derive(Default)]
struct Units(HashMap<OrganisationNumber, (u64, Option<OrganisationNumber>)>);

impl Units {
    /// How many main units of the file stand above a unit; `None` for a ring.
    fn level(&self, number: OrganisationNumber) -> Option<usize> {
        let mut above = self.0.get(&number).and_then(|(_, parent)| *parent);
        for level in 0..LEVELS {
            match above.and_then(|number| self.0.get(&number)) {
                Some((_, parent)) => above = *parent,
                None => return Some(level),
            }
        }
        None
    }
}

impl Basedata {
    /// Takes in a file of organisations ([`OrganisationLine`]s): all of it or, when a line cannot be
    /// taken in, nothing. The same file once more changes nothing. With `dry_run` it is only looked
    /// through.
    ///
    /// # Errors
    /// As [`Self::import_person_file`].
    pub async fn import_organisation_file(
        &self,
        actor: &Actor,
        path: &Path,
        dry_run: bool,
        progress: OnProgress<'_>,
    ) -> Result<FileOutcome, BasedataError> {
        let check = self.check_organisations(actor, path);
        let (found, mut outcome) = self.look_through(actor, &REGISTER, dry_run, check).await?;
        let Some((file, units)) = found else { return Ok(outcome) };
        let Some(before) = self.done(actor, &file, ORGANISATIONS).await? else {
            outcome.already = true;
            outcome.new = 0;
            return Ok(outcome);
        };
        outcome.resumed_at = before;
        let (mut done, mut skip) = (before, before);
        for level in 0..LEVELS {
            let mut lines = Lines::<OrganisationLine>::of(path)?;
            loop {
                let here = |line: &OrganisationLine| units.level(line.record.number) == Some(level);
                let records = batch(&mut lines, here, &mut skip)?;
                let records: Vec<OrganisationRecord> = records.into_iter().map(|line| line.record).collect();
                if records.is_empty() {
                    break;
                }
                let step = file.step(ORGANISATIONS, done, records.len());
                self.take_in_organisations(actor, &file.source(), &records, Some(&step)).await?;
                done = step.done;
                progress(done, file.records);
            }
            if done == file.records {
                return Ok(outcome);
            }
        }
        Err(BasedataError::FileChanged)
    }

    async fn check_organisations(
        &self,
        actor: &Actor,
        path: &Path,
    ) -> Result<(Checked, Units, FileOutcome), BasedataError> {
        let mut outcome = FileOutcome::default();
        let mut units = Units::default();
        let mut lines = Lines::<OrganisationLine>::of(path)?;
        while let Some((number, line)) = lines.next()? {
            outcome.records += 1;
            match line {
                Err(faults) => outcome.faults(faults),
                Ok(OrganisationLine { record }) => {
                    if let Some((other, _)) = units.0.insert(record.number, (number, record.parent)) {
                        let reason = format!("line {other} is about this unit too");
                        outcome.fault(LineFault { line: number, column: "organisasjonsnummer".to_owned(), reason });
                    }
                }
            }
        }
        self.check_units(actor, &units, &mut outcome).await?;
        Ok((Checked { digest: lines.digest(), records: outcome.records }, units, outcome))
    }

    /// Each unit against the file and the register.
    async fn check_units(&self, actor: &Actor, units: &Units, outcome: &mut FileOutcome) -> Result<(), BasedataError> {
        let mut read = self.store.read(actor).await?;
        let mut in_order: Vec<_> = units.0.iter().collect();
        in_order.sort_by_key(|(_, (line, _))| *line);
        for (number, (line, parent)) in in_order {
            let at_parent = |reason: String| LineFault { line: *line, column: "overordnetEnhet".to_owned(), reason };
            if store::organisations::by_number(read.connection(), number.as_str()).await?.is_none() {
                outcome.new += 1;
            }
            if units.level(*number).is_none() {
                outcome.fault(at_parent("the unit is above itself".to_owned()));
            } else if let Some(parent) = parent
                && !units.0.contains_key(parent)
                && store::organisations::by_number(read.connection(), parent.as_str()).await?.is_none()
            {
                outcome.fault(at_parent(Fault::UnknownParent.to_string()));
            }
        }
        Ok(())
    }
}
