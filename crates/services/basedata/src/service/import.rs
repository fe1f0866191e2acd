//! Taking in the population register, batch by batch. Every batch is one unit of work with one
//! entry, so a killed import has whole batches; handing one in again changes nothing.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use sqlx::PgConnection;
use varde_core::{Actor, PersonId};
use varde_ledger::Draft;
use varde_policy::Resource;

use super::{Basedata, finish};
use crate::{
    BasedataError, Fault, Namespace, PersonRecord, RelationRecord,
    model::periods_forward,
    store::{self, files::Step, index::Pair, relations::Relation},
};

/// What became of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Imported {
    /// Who it is.
    pub person: PersonId,
    /// Their index.
    pub index: u32,
    /// Whether the person was new.
    pub new: bool,
    /// Whether the register changed.
    pub changed: bool,
}

impl Basedata {
    /// Takes in persons: all of the batch or nothing. A person is known by any number they have or
    /// had; what a known person's record does not say any more is superseded and stays readable
    /// as at before. `source` names where the batch comes from, for the entry. Batches of some
    /// ten thousand records are a good size.
    ///
    /// # Errors
    /// [`BasedataError::Record`] names the first record that cannot be taken in, and why.
    pub async fn import_persons(
        &self,
        actor: &Actor,
        source: &str,
        batch: &[PersonRecord],
    ) -> Result<Vec<Imported>, BasedataError> {
        self.take_in(actor, source, batch, None).await
    }

    /// As [`Self::import_persons`]; with a step, how far the file has come is written with it.
    pub(super) async fn take_in(
        &self,
        actor: &Actor,
        source: &str,
        batch: &[PersonRecord],
        step: Option<&Step>,
    ) -> Result<Vec<Imported>, BasedataError> {
        let resource = Resource::new("PopulationRegister").id(source);
        let permission = self.permitted(actor, "basedata.population.import", &resource).await?;
        check(batch)?;
        let mut work = self.begin(actor).await?;
        let first = store::index::lock(work.connection()).await?;
        let known = known(work.connection(), batch).await?;
        refuse_taken_ids(work.connection(), batch, &known).await?;
        let imported = self.place(batch, &known, first);
        let now = self.store.clock().now();
        add_new(work.connection(), &imported, first, now).await?;
        let imported = write(work.connection(), batch, imported, now).await?;
        if let Some(step) = step {
            store::files::advance(work.connection(), step, now).await?;
        }
        let draft = Draft::new("basedata.population.imported", "population", source)
            .with("records", batch.len())
            .with("new_persons", imported.iter().filter(|i| i.new).count())
            .with("changed_persons", imported.iter().filter(|i| i.changed && !i.new).count());
        finish(work, &permission, draft).await?;
        Ok(imported)
    }

    /// Takes in relations: all of the batch or nothing. The batch holds *all* relations of every
    /// person it has as `person`. Gives how many persons changed.
    ///
    /// # Errors
    /// [`BasedataError::Record`] names the first record that cannot be taken in, and why.
    pub async fn import_relations(
        &self,
        actor: &Actor,
        source: &str,
        batch: &[RelationRecord],
    ) -> Result<u64, BasedataError> {
        let resource = Resource::new("PopulationRegister").id(source);
        let permission = self.permitted(actor, "basedata.population.import", &resource).await?;
        let mut work = self.begin(actor).await?;
        let relations = relations(work.connection(), batch).await?;
        let persons: BTreeSet<u32> = relations.iter().map(|r| r.person).collect();
        let persons: Vec<u32> = persons.into_iter().collect();
        let now = self.store.clock().now();
        let changed = store::relations::replace(work.connection(), &persons, &relations, now).await?;
        let draft = Draft::new("basedata.relations.imported", "population", source)
            .with("records", batch.len())
            .with("changed_persons", changed);
        finish(work, &permission, draft).await?;
        Ok(u64::try_from(changed).unwrap_or(0))
    }

    /// Gives every record its person: the known one, or a new one with the next index.
    fn place(&self, batch: &[PersonRecord], known: &[Option<Pair>], first: u32) -> Vec<Imported> {
        let mut next = first;
        let place = |(record, known): (&PersonRecord, &Option<Pair>)| match *known {
            Some((person, index)) => Imported { person, index, new: false, changed: false },
            None => {
                let made = || PersonId::new(&**self.store.clock(), self.store.randomness());
                let person = record.id.unwrap_or_else(made);
                next += 1;
                Imported { person, index: next - 1, new: true, changed: true }
            }
        };
        batch.iter().zip(known).map(place).collect()
    }
}

fn fault(position: usize, fault: Fault) -> BasedataError {
    BasedataError::Record { position, fault }
}

/// The checks that need no database: each record by itself, and nobody twice.
fn check(batch: &[PersonRecord]) -> Result<(), BasedataError> {
    let mut seen = HashMap::new();
    let mut ids = BTreeSet::new();
    for (position, record) in batch.iter().enumerate() {
        record.check().map_err(|f| fault(position, f))?;
        let number_twice = record.numbers.iter().any(|n| *seen.entry(n.value).or_insert(position) != position);
        if number_twice || record.id.is_some_and(|id| !ids.insert(id)) {
            return Err(fault(position, Fault::Twice));
        }
    }
    Ok(())
}

/// The person that each record's numbers mean already.
async fn known(connection: &mut PgConnection, batch: &[PersonRecord]) -> Result<Vec<Option<Pair>>, BasedataError> {
    let numbers: Vec<(usize, &str)> = batch
        .iter()
        .enumerate()
        .flat_map(|(position, r)| r.numbers.iter().map(move |n| (position, n.value.digits_for_storage())))
        .collect();
    let values: Vec<&str> = numbers.iter().map(|(_, value)| *value).collect();
    let found = store::index::resolve(connection, &Namespace::National.to_string(), &values).await?;
    let mut known: Vec<Option<Pair>> = vec![None; batch.len()];
    for ((position, _), pair) in numbers.iter().zip(found) {
        match (known[*position], pair) {
            (Some(one), Some(other)) if one != other => return Err(fault(*position, Fault::TwoPersons)),
            (None, Some(_)) => known[*position] = pair,
            _ => {}
        }
    }
    // Numbers of two records of the batch may mean one person, of whom there would be two histories.
    let mut persons = BTreeSet::new();
    match known.iter().position(|k| k.is_some_and(|(person, _)| !persons.insert(person))) {
        Some(position) => Err(fault(position, Fault::Twice)),
        None => Ok(known),
    }
}

/// A new person's proposed id must be free.
async fn refuse_taken_ids(
    connection: &mut PgConnection,
    batch: &[PersonRecord],
    known: &[Option<Pair>],
) -> Result<(), BasedataError> {
    let proposed: Vec<(usize, PersonId)> = batch
        .iter()
        .zip(known)
        .enumerate()
        .filter_map(|(position, (record, known))| if known.is_none() { Some((position, record.id?)) } else { None })
        .collect();
    let ids: Vec<PersonId> = proposed.iter().map(|(_, id)| *id).collect();
    let taken = store::index::indices_of(connection, &ids).await?;
    match proposed.iter().zip(taken).find(|(_, taken)| taken.is_some()) {
        Some(((position, _), _)) => Err(fault(*position, Fault::OtherIdentity)),
        None => Ok(()),
    }
}

async fn add_new(
    connection: &mut PgConnection,
    imported: &[Imported],
    first: u32,
    now: Timestamp,
) -> Result<(), BasedataError> {
    let ids: Vec<PersonId> = imported.iter().filter(|i| i.new).map(|i| i.person).collect();
    let mut first = first;
    for ids in ids.chunks(store::CHUNK) {
        store::index::add(connection, ids, first, now).await?;
        first += u32::try_from(ids.len()).unwrap_or(u32::MAX);
    }
    Ok(())
}

/// Writes numbers and facts, some thousand records at a time.
async fn write(
    connection: &mut PgConnection,
    batch: &[PersonRecord],
    mut imported: Vec<Imported>,
    now: Timestamp,
) -> Result<Vec<Imported>, BasedataError> {
    const RECORDS: usize = 10_000;
    for (records, places) in batch.chunks(RECORDS).zip(imported.chunks_mut(RECORDS)) {
        let pairs = || records.iter().zip(places.iter());
        let (values, persons): (Vec<&str>, Vec<u32>) =
            pairs().flat_map(|(r, i)| r.numbers.iter().map(move |n| (n.value.digits_for_storage(), i.index))).unzip();
        store::index::tie(connection, &Namespace::National.to_string(), &values, &persons, now).await?;
        let facts = |new: bool| -> Vec<_> {
            pairs().filter(|(_, i)| i.new == new).flat_map(|(r, i)| store::facts::of(i.index, r)).collect()
        };
        store::facts::add(connection, &facts(true), now).await?;
        let known: Vec<u32> = places.iter().filter(|i| !i.new).map(|i| i.index).collect();
        if !known.is_empty() {
            let changed: BTreeSet<u32> =
                store::facts::replace(connection, &known, &facts(false), now).await?.into_iter().collect();
            places.iter_mut().filter(|i| !i.new).for_each(|i| i.changed = changed.contains(&i.index));
        }
    }
    Ok(imported)
}

/// The relations with indices, checked.
async fn relations(connection: &mut PgConnection, batch: &[RelationRecord]) -> Result<Vec<Relation>, BasedataError> {
    let persons: Vec<PersonId> = batch.iter().flat_map(|r| [r.person, r.related]).collect();
    let indices = store::index::indices_of(connection, &persons).await?;
    let mut relations = Vec::with_capacity(batch.len());
    for (position, (record, pair)) in batch.iter().zip(indices.chunks_exact(2)).enumerate() {
        let &[Some(person), Some(related)] = pair else { return Err(fault(position, Fault::UnknownPerson)) };
        if person == related {
            return Err(fault(position, Fault::Itself));
        }
        periods_forward("valid", record.valid).map_err(|f| fault(position, f))?;
        relations.push(Relation { person, kind: record.kind, related, valid: record.valid });
    }
    Ok(relations)
}
