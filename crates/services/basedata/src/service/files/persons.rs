//! A file of persons: the persons first, then who is what to them, since a line may name somebody who
//! stands further down.

use std::{
    collections::{BTreeSet, HashMap},
    path::Path,
};

use varde_core::{Actor, identifier::NationalNumber};
use varde_ledger::Draft;
use varde_policy::Resource;

use super::{BATCH, Checked, FileOutcome, OnProgress, Part, Register, Taken, indices};
use crate::{
    Basedata, BasedataError, Fault, Imported, Namespace, PersonRecord,
    file::{LineFault, Lines, PersonLine, Records},
    service::finish,
    store::{self, files::Step, index::Pair, relations::Relation},
};

const REGISTER: Register =
    Register { resource: "PopulationRegister", action: "basedata.population.import", holds: "population" };

/// The part of a file with the persons.
struct Persons;

impl Part for Persons {
    const NAME: &'static str = "persons";
    type File = Lines<PersonLine>;

    async fn take_in(
        basedata: &Basedata,
        actor: &Actor,
        source: &str,
        batch: Vec<PersonLine>,
        step: &Step,
    ) -> Result<Taken, BasedataError> {
        let records: Vec<PersonRecord> = batch.into_iter().map(|line| line.record).collect();
        let imported = basedata.take_in(actor, source, &records, Some(step)).await?;
        let count =
            |of: &dyn Fn(&Imported) -> bool| u64::try_from(imported.iter().filter(|i| of(i)).count()).unwrap_or(0);
        Ok(Taken { new: count(&|i| i.new), changed: count(&|i| i.changed && !i.new) })
    }
}

/// The part with who is what to them.
struct Families;

impl Part for Families {
    const NAME: &'static str = "relations";
    type File = Lines<PersonLine>;

    async fn take_in(
        basedata: &Basedata,
        actor: &Actor,
        source: &str,
        batch: Vec<PersonLine>,
        step: &Step,
    ) -> Result<Taken, BasedataError> {
        basedata.take_in_families(actor, source, &batch, step).await?;
        Ok(Taken::default())
    }
}

/// What the lines so far say, to find what cannot be true together.
#[derive(Default)]
struct Seen {
    numbers: HashMap<NationalNumber, u64>,
    persons: HashMap<u32, u64>,
    related: Vec<(LineFault, NationalNumber)>,
}

impl Basedata {
    /// Takes in a file of persons ([`PersonLine`]s): all of it or, when a line cannot be taken in,
    /// nothing. The same file once more changes nothing. With `dry_run` it is only looked through.
    ///
    /// # Errors
    /// When the policy refuses, the file cannot be read, or the database is away. What is wrong with
    /// lines is no error but in the outcome.
    pub async fn import_person_file(
        &self,
        actor: &Actor,
        path: &Path,
        dry_run: bool,
        progress: OnProgress<'_>,
    ) -> Result<FileOutcome, BasedataError> {
        let check = self.check_persons(actor, path);
        let (found, mut outcome) = self.look_through(actor, &REGISTER, dry_run, check).await?;
        let Some((file, ())) = found else { return Ok(outcome) };
        let persons = self.done(actor, &file, Persons::NAME).await?;
        let families = self.done(actor, &file, Families::NAME).await?;
        outcome.already = persons.is_none() && families.is_none();
        outcome.resumed_at = if outcome.already { 0 } else { persons.unwrap_or(file.records) };
        outcome.new = 0;
        if let Some(done) = persons {
            let taken = self.take_in_part::<Persons>(actor, path, &file, done, progress).await?;
            (outcome.new, outcome.changed) = (taken.new, taken.changed);
        }
        if let Some(done) = families {
            self.take_in_part::<Families>(actor, path, &file, done, progress).await?;
        }
        Ok(outcome)
    }

    async fn check_persons(&self, actor: &Actor, path: &Path) -> Result<(Checked, (), FileOutcome), BasedataError> {
        let mut outcome = FileOutcome::default();
        let mut seen = Seen::default();
        let mut lines = Lines::<PersonLine>::of(path)?;
        let mut read = self.store.read(actor).await?;
        loop {
            let mut records: Vec<(u64, PersonRecord)> = Vec::new();
            let mut ended = false;
            while records.len() < BATCH {
                let Some((number, line)) = lines.next()? else {
                    ended = true;
                    break;
                };
                outcome.records += 1;
                match line {
                    Ok(line) => {
                        seen.line(number, &line, &mut outcome);
                        records.push((number, line.record));
                    }
                    Err(faults) => outcome.faults(faults),
                }
            }
            let known = known(read.connection(), &records).await?;
            seen.register(&records, &known, &mut outcome);
            if ended {
                break;
            }
        }
        // Those who are named must be in the file or in the register.
        seen.related.retain(|(_, number)| !seen.numbers.contains_key(number));
        for chunk in seen.related.chunks(store::CHUNK) {
            let numbers: Vec<_> = chunk.iter().map(|(_, number)| *number).collect();
            let found = indices(read.connection(), &numbers).await?;
            let unknown = chunk.iter().zip(found).filter(|(_, found)| found.is_none());
            unknown.for_each(|((fault, _), _)| outcome.fault(fault.clone()));
        }
        Ok((Checked { digest: lines.digest(), records: outcome.records }, (), outcome))
    }

    /// Makes what the lines say of families the whole of what is known of those persons' families.
    async fn take_in_families(
        &self,
        actor: &Actor,
        source: &str,
        lines: &[PersonLine],
        step: &Step,
    ) -> Result<(), BasedataError> {
        let resource = Resource::new("PopulationRegister").id(source);
        let permission = self.permitted(actor, "basedata.population.import", &resource).await?;
        let mut work = self.begin(actor).await?;
        let told: Vec<(&PersonLine, &Vec<_>)> = lines.iter().filter_map(|l| Some((l, l.family.as_ref()?))).collect();
        let own = told.iter().filter_map(|(line, _)| line.record.numbers.first()).map(|n| n.value);
        let related = told.iter().flat_map(|(_, family)| family.iter().map(|member| member.number));
        let numbers: Vec<NationalNumber> = own.chain(related).collect();
        let found = indices(work.connection(), &numbers).await?;
        let found: Option<Vec<u32>> = found.into_iter().collect();
        let found = found.ok_or(BasedataError::FileChanged)?;
        let (persons, mut others) = (&found[..told.len()], found[told.len()..].iter());
        let mut relations = Vec::new();
        for ((_, family), person) in told.iter().zip(persons) {
            for (member, other) in family.iter().zip(&mut others) {
                relations.push(Relation { person: *person, kind: member.kind, related: *other, valid: member.valid });
            }
        }
        let now = self.store.clock().now();
        let changed = store::relations::replace(work.connection(), persons, &relations, now).await?;
        store::files::advance(work.connection(), step, now).await?;
        let draft = Draft::new("basedata.relations.imported", "population", source)
            .with("records", relations.len())
            .with("changed_persons", changed);
        finish(work, &permission, draft).await?;
        Ok(())
    }
}

impl Seen {
    /// What a line says against those before it.
    fn line(&mut self, number: u64, line: &PersonLine, outcome: &mut FileOutcome) {
        let own: BTreeSet<NationalNumber> = line.record.numbers.iter().map(|n| n.value).collect();
        for value in &own {
            if let Some(other) = self.numbers.insert(*value, number) {
                outcome.fault(twice(number, other));
            }
        }
        for member in line.family.iter().flatten() {
            let fault =
                |fault: Fault| LineFault { line: number, column: member.column.clone(), reason: fault.to_string() };
            if own.contains(&member.number) {
                outcome.fault(fault(Fault::Itself));
            } else {
                self.related.push((fault(Fault::UnknownPerson), member.number));
            }
        }
    }

    /// What lines say against the register.
    fn register(&mut self, records: &[(u64, PersonRecord)], known: &[BTreeSet<Pair>], outcome: &mut FileOutcome) {
        for ((line, _), known) in records.iter().zip(known) {
            match known.len() {
                0 => outcome.new += 1,
                1 => {
                    for (_, index) in known {
                        if let Some(other) = self.persons.insert(*index, *line) {
                            outcome.fault(twice(*line, other));
                        }
                    }
                }
                _ => outcome.fault(at_numbers(*line, Fault::TwoPersons.to_string())),
            }
        }
    }
}

fn twice(line: u64, other: u64) -> LineFault {
    at_numbers(line, format!("line {other} is about this person too: one line must hold all that is known"))
}

fn at_numbers(line: u64, reason: String) -> LineFault {
    LineFault { line, column: "norwegianIdentificationNumber".to_owned(), reason }
}

/// The persons that each record's numbers mean already.
async fn known(
    connection: &mut sqlx::PgConnection,
    records: &[(u64, PersonRecord)],
) -> Result<Vec<BTreeSet<Pair>>, BasedataError> {
    let numbers: Vec<(usize, &str)> = records
        .iter()
        .enumerate()
        .flat_map(|(i, (_, r))| r.numbers.iter().map(move |n| (i, n.value.digits_for_storage())))
        .collect();
    let values: Vec<&str> = numbers.iter().map(|(_, value)| *value).collect();
    let found = store::index::resolve(connection, &Namespace::National.to_string(), &values).await?;
    let mut known = vec![BTreeSet::new(); records.len()];
    for ((place, _), pair) in numbers.iter().zip(found) {
        known[*place].extend(pair);
    }
    Ok(known)
}
