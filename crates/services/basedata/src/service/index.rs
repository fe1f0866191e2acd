//! The map between numbers, persons and indices: guarded, and one entry for each use.

use std::collections::HashMap;

use jiff::Timestamp;
use roaring::RoaringBitmap;
use varde_core::{Actor, Period, PersonId, identifier::NationalNumber};
use varde_ledger::Draft;
use varde_policy::Resource;

use super::{Basedata, finish};
use crate::{AsAt, Attributes, BasedataError, Municipality, Namespace, store};

/// A person found by a number, and the index of their rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Who.
    pub person: PersonId,
    /// Their index.
    pub index: u32,
}

impl From<(PersonId, u32)> for Found {
    fn from((person, index): (PersonId, u32)) -> Self {
        Self { person, index }
    }
}

impl Basedata {
    /// The persons that the values mean in the namespace, in the order given; `None` for values
    /// the register does not know. An earlier number finds the same person as the present one.
    ///
    /// One entry with counts. Values may repeat; a call with millions of them runs in one
    /// transaction and reads 50 000 at a time.
    ///
    /// # Errors
    /// When the policy refuses, or the database is away.
    pub async fn resolve_batch(
        &self,
        actor: &Actor,
        namespace: &Namespace,
        values: &[impl AsRef<str>],
    ) -> Result<Vec<Option<Found>>, BasedataError> {
        let resource = Resource::new("PersonIndex").id(namespace);
        let permission = self.permitted(actor, "basedata.index.resolve", &resource).await?;
        let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
        let mut work = self.begin(actor).await?;
        let found = store::index::resolve(work.connection(), &namespace.to_string(), &values).await?;
        let hits = found.iter().flatten().count();
        let draft = Draft::new("basedata.index.resolved", "person_index", namespace)
            .with("values", values.len())
            .with("found", hits);
        finish(work, &permission, draft).await?;
        Ok(found.into_iter().map(|f| f.map(Found::from)).collect())
    }

    /// As [`Self::resolve_batch`], but values that are not known become new persons: only for a
    /// local namespace, where the source is the only one who knows its people. Doing it again
    /// gives the same persons.
    ///
    /// # Errors
    /// As [`Self::resolve_batch`]; the national namespace is refused by the policy.
    pub async fn enrol_batch(
        &self,
        actor: &Actor,
        namespace: &Namespace,
        values: &[impl AsRef<str>],
    ) -> Result<Vec<Found>, BasedataError> {
        let resource =
            Resource::new("PersonIndex").id(namespace).flag("local", matches!(namespace, Namespace::Local(_)));
        let permission = self.permitted(actor, "basedata.index.enrol", &resource).await?;
        let values: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
        let name = namespace.to_string();
        let mut work = self.begin(actor).await?;
        let first = store::index::lock(work.connection()).await?;
        let known = store::index::resolve(work.connection(), &name, &values).await?;
        let mut added: HashMap<&str, Found> = HashMap::new();
        let (mut new, mut ids) = (Vec::new(), Vec::new());
        let mut found = Vec::with_capacity(values.len());
        for (value, known) in values.iter().zip(known) {
            found.push(match known {
                Some(known) => known.into(),
                None => *added.entry(value).or_insert_with(|| {
                    let person = PersonId::new(&**self.store.clock(), self.store.randomness());
                    new.push(*value);
                    ids.push(person);
                    Found { person, index: first + u32::try_from(ids.len() - 1).unwrap_or(u32::MAX) }
                }),
            });
        }
        let now = self.store.clock().now();
        for (place, (new, ids)) in new.chunks(store::CHUNK).zip(ids.chunks(store::CHUNK)).enumerate() {
            let first = first + u32::try_from(place * store::CHUNK).unwrap_or(u32::MAX);
            let indices: Vec<u32> = (first..).take(ids.len()).collect();
            store::index::add(work.connection(), ids, first, now).await?;
            store::index::tie(work.connection(), &name, new, &indices, now).await?;
        }
        let draft = Draft::new("basedata.index.enrolled", "person_index", namespace)
            .with("values", values.len())
            .with("new_persons", ids.len());
        finish(work, &permission, draft).await?;
        Ok(found)
    }

    /// Who logged in with this number. For the identity layer, which acts as a part of Varde.
    ///
    /// # Errors
    /// When the policy refuses, or the database is away.
    pub async fn identify(&self, actor: &Actor, number: &NationalNumber) -> Result<Option<PersonId>, BasedataError> {
        let permission = self.permitted(actor, "basedata.person.identify", &Resource::new("PersonRecord")).await?;
        let mut work = self.begin(actor).await?;
        let namespace = Namespace::National.to_string();
        let found = store::index::resolve(work.connection(), &namespace, &[number.digits_for_storage()]).await?;
        let person = found.into_iter().flatten().next().map(|(person, _)| person);
        let mut draft = Draft::new("basedata.person.identified", "person_index", &namespace)
            .with("found", person.is_some())
            .with("kind", number.kind().name());
        if let Some(person) = person {
            draft = draft.concerning(person);
        }
        finish(work, &permission, draft).await?;
        Ok(person)
    }

    /// The persons with these indices, in the order given.
    ///
    /// # Errors
    /// When the policy refuses, or the database is away.
    pub async fn persons_of(&self, actor: &Actor, indices: &[u32]) -> Result<Vec<Option<PersonId>>, BasedataError> {
        let permission = self.permitted(actor, "basedata.index.read", &Resource::new("PersonIndex")).await?;
        let mut work = self.begin(actor).await?;
        let persons = store::index::persons_of(work.connection(), indices).await?;
        let draft = Draft::new("basedata.index.read", "person_index", "persons").with("persons", indices.len());
        finish(work, &permission, draft).await?;
        Ok(persons)
    }

    /// The indices of these persons, in the order given.
    ///
    /// # Errors
    /// When the policy refuses, or the database is away.
    pub async fn indices_of(&self, actor: &Actor, persons: &[PersonId]) -> Result<Vec<Option<u32>>, BasedataError> {
        let permission = self.permitted(actor, "basedata.index.read", &Resource::new("PersonIndex")).await?;
        let mut work = self.begin(actor).await?;
        let indices = store::index::indices_of(work.connection(), persons).await?;
        let draft = Draft::new("basedata.index.read", "person_index", "indices").with("persons", persons.len());
        finish(work, &permission, draft).await?;
        Ok(indices)
    }

    /// The index of one person: also for the person themselves, who looks up where they are.
    ///
    /// # Errors
    /// When the policy refuses, or the database is away.
    pub async fn index_of(&self, actor: &Actor, person: PersonId) -> Result<Option<u32>, BasedataError> {
        let resource = Resource::new("PersonIndex").id(person).person("person", person);
        let permission = self.permitted(actor, "basedata.index.read", &resource).await?;
        let mut work = self.begin(actor).await?;
        let index = store::index::indices_of(work.connection(), &[person]).await?.into_iter().flatten().next();
        let draft = Draft::new("basedata.index.read", "person_index", person).with("persons", 1).concerning(person);
        finish(work, &permission, draft).await?;
        Ok(index)
    }

    /// How many persons there are: one more than the highest index. Tells nothing about anybody,
    /// so it leaves no entry.
    ///
    /// # Errors
    /// When the policy refuses, or the database is away.
    pub async fn population(&self, actor: &Actor) -> Result<u32, BasedataError> {
        self.permitted(actor, "basedata.population.read", &Resource::new("PersonIndex")).await?;
        let mut read = self.store.read(actor).await?;
        Ok(store::index::population(read.connection()).await?)
    }

    /// The register's fields of everybody by index, for building cohorts. One entry.
    ///
    /// # Errors
    /// When the policy refuses, or the database is away.
    pub async fn attributes(&self, actor: &Actor, as_at: AsAt) -> Result<Attributes, BasedataError> {
        let permission = self.permitted(actor, "basedata.population.read", &Resource::new("PersonIndex")).await?;
        let mut work = self.begin(actor).await?;
        let population = store::index::population(work.connection()).await?;
        let attributes = store::people::attributes(work.connection(), population, as_at).await?;
        let draft = bulk_read("attributes", as_at).with("persons", population);
        finish(work, &permission, draft).await?;
        Ok(attributes)
    }

    /// Everybody whose address is confidential or strictly confidential (folkeregisterloven
    /// § 10-4), by index. One entry with the count.
    ///
    /// # Errors
    /// When the policy refuses, or the database is away.
    pub async fn confidential_addresses(&self, actor: &Actor, as_at: AsAt) -> Result<RoaringBitmap, BasedataError> {
        let permission = self.permitted(actor, "basedata.population.read", &Resource::new("PersonIndex")).await?;
        let mut work = self.begin(actor).await?;
        let protected = store::people::protected(work.connection(), as_at).await?;
        let draft = bulk_read("confidential_addresses", as_at).with("persons", protected.len());
        finish(work, &permission, draft).await?;
        Ok(protected)
    }
}

impl Basedata {
    /// Where everybody has lived and when, as it was known at the time: person index, municipality, period.
    /// For the design of studies that ask where people lived on their own day. One entry.
    ///
    /// # Errors
    /// When the policy refuses, or the database is away.
    pub async fn residences(
        &self,
        actor: &Actor,
        recorded: Timestamp,
    ) -> Result<Vec<(u32, Municipality, Period)>, BasedataError> {
        let permission = self.permitted(actor, "basedata.population.read", &Resource::new("PersonIndex")).await?;
        let mut work = self.begin(actor).await?;
        let population = store::index::population(work.connection()).await?;
        let homes = store::people::residences(work.connection(), population, recorded).await?;
        let draft = Draft::new("basedata.population.read", "population", "residences")
            .with("recorded_at", recorded)
            .with("residences", homes.len());
        finish(work, &permission, draft).await?;
        Ok(homes)
    }

    /// Everybody's parents that the register knows: the indices of child and parent. One entry.
    ///
    /// # Errors
    /// When the policy refuses, or the database is away.
    pub async fn parents(&self, actor: &Actor, as_at: AsAt) -> Result<Vec<(u32, u32)>, BasedataError> {
        let permission = self.permitted(actor, "basedata.population.read", &Resource::new("PersonIndex")).await?;
        let mut work = self.begin(actor).await?;
        let parents = store::relations::parents(work.connection(), as_at).await?;
        let draft = bulk_read("parents", as_at).with("relations", parents.len());
        finish(work, &permission, draft).await?;
        Ok(parents)
    }
}

fn bulk_read(what: &str, as_at: AsAt) -> Draft {
    Draft::new("basedata.population.read", "population", what)
        .with("valid_at", as_at.valid)
        .with("recorded_at", as_at.recorded)
}
