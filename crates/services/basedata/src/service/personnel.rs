//! The register of health personnel: who is authorised as what. Every read is an entry on the chain of
//! whom it concerns, durable before the data can be opened.

use std::collections::BTreeSet;

use sqlx::PgConnection;
use varde_core::{Actor, PersonId, Personal, identifier::HprNumber};
use varde_ledger::Draft;
use varde_policy::Resource;

use super::{Basedata, Disclosure, finish};
use crate::{
    AsAt, BasedataError, Fault, PersonnelRecord, PersonnelView, Profession, Qualification, QualificationKind,
    Registered, Standing,
    model::check_qualifications,
    store::{self, files::Step, personnel::Holder},
};

impl Basedata {
    /// Takes in health personnel: all of the batch or nothing. The batch holds *all* qualifications of
    /// every number in it. Gives how many numbers changed.
    ///
    /// # Errors
    /// [`BasedataError::Record`] names the first record that cannot be taken in, and why.
    pub async fn import_health_personnel(
        &self,
        actor: &Actor,
        source: &str,
        batch: &[PersonnelRecord],
    ) -> Result<u64, BasedataError> {
        let mut read = self.store.read(actor).await?;
        let persons: Vec<PersonId> = batch.iter().map(|record| record.person).collect();
        let indices = store::index::indices_of(read.connection(), &persons).await?;
        drop(read);
        let holder = |(position, (record, index)): (usize, (&PersonnelRecord, Option<u32>))| {
            let fault = |fault| BasedataError::Record { position, fault };
            check_qualifications(&record.qualifications).map_err(fault)?;
            let person = index.ok_or_else(|| fault(Fault::UnknownPerson))?;
            Ok(Holder { number: record.number, person, qualifications: record.qualifications.clone() })
        };
        let holders = batch.iter().zip(indices).enumerate().map(holder).collect::<Result<Vec<_>, BasedataError>>()?;
        self.take_in_health_personnel(actor, source, &holders, None).await
    }

    /// Makes what the holders have the whole of what is known of them; how many changed. With a step,
    /// how far the file has come is written with it.
    pub(super) async fn take_in_health_personnel(
        &self,
        actor: &Actor,
        source: &str,
        holders: &[Holder],
        step: Option<&Step>,
    ) -> Result<u64, BasedataError> {
        let resource = Resource::new("HealthPersonnelRegister").id(source);
        let permission = self.permitted(actor, "basedata.health_personnel.import", &resource).await?;
        let (mut numbers, mut persons) = (BTreeSet::new(), BTreeSet::new());
        let twice = |holder: &Holder| !numbers.insert(holder.number) || !persons.insert(holder.person);
        if let Some(position) = holders.iter().position(twice) {
            return Err(BasedataError::Record { position, fault: Fault::Twice });
        }
        let mut work = self.begin(actor).await?;
        let now = self.store.clock().now();
        let changed = store::personnel::replace(work.connection(), holders, now).await?.len();
        if let Some(step) = step {
            store::files::advance(work.connection(), step, now).await?;
        }
        let draft = Draft::new("basedata.health_personnel.imported", "health_personnel", source)
            .with("records", holders.len())
            .with("changed", changed);
        finish(work, &permission, draft).await?;
        Ok(u64::try_from(changed).unwrap_or(0))
    }

    /// What the register of health personnel says of a person, for themselves and for those who see to
    /// who works for them.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn health_personnel(
        &self,
        actor: &Actor,
        person: PersonId,
        as_at: AsAt,
    ) -> Result<Disclosure<Registered>, BasedataError> {
        let resource = Resource::new("HealthPersonnelRecord").id(person).person("person", person);
        let permission = self.permitted(actor, "basedata.health_personnel.read", &resource).await?;
        let mut work = self.begin(actor).await?;
        let found = registered(work.connection(), person, as_at).await?;
        let draft = Draft::new("basedata.health_personnel.read", "person", person)
            .concerning(person)
            .with("registered", matches!(found, Registered::As(_)))
            .with("valid_at", as_at.valid)
            .with("recorded_at", as_at.recorded);
        let receipt = finish(work, &permission, draft).await?;
        Ok(Disclosure { data: Personal::new(found), receipt })
    }

    /// What the register of health personnel says of the actor, who must be a person.
    ///
    /// # Errors
    /// As [`Self::health_personnel`].
    pub async fn own_health_personnel(
        &self,
        actor: &Actor,
        as_at: AsAt,
    ) -> Result<Disclosure<Registered>, BasedataError> {
        match actor.person() {
            Some(person) => self.health_personnel(actor, person, as_at).await,
            None => {
                let resource = Resource::new("HealthPersonnelRecord");
                self.permitted(actor, "basedata.health_personnel.read", &resource).await?;
                Err(BasedataError::NoSuchHealthPersonnel)
            }
        }
    }

    /// Who has a number in the register of health personnel, with their name, and what they are authorised
    /// as; `None` when nobody has it. That it was asked is entered either way.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn health_personnel_by_number(
        &self,
        actor: &Actor,
        number: HprNumber,
        as_at: AsAt,
    ) -> Result<Disclosure<Option<(PersonnelView, Option<String>)>>, BasedataError> {
        let resource = Resource::new("HealthPersonnelRecord");
        let permission = self.permitted(actor, "basedata.health_personnel.read", &resource).await?;
        let mut work = self.begin(actor).await?;
        let person = store::personnel::person_with(work.connection(), number, as_at.recorded).await?;
        let mut draft = Draft::new("basedata.health_personnel.read", "health_personnel", "number")
            .with("registered", person.is_some())
            .with("valid_at", as_at.valid)
            .with("recorded_at", as_at.recorded);
        let mut found = None;
        if let Some(person) = person {
            draft = draft.concerning(person);
            let name = store::people::names(work.connection(), &[person], as_at).await?.remove(&person);
            found = Some((view(work.connection(), number, person, as_at).await?, name));
        }
        let receipt = finish(work, &permission, draft).await?;
        Ok(Disclosure { data: Personal::new(found), receipt })
    }
}

/// What the register says of a person.
pub(super) async fn registered(
    connection: &mut PgConnection,
    person: PersonId,
    as_at: AsAt,
) -> Result<Registered, BasedataError> {
    match store::personnel::number_of(connection, person, as_at.recorded).await? {
        Some(number) => {
            let number = HprNumber::try_from(number).map_err(|_| BasedataError::Unreadable("HPR number"))?;
            Ok(Registered::As(view(connection, number, person, as_at).await?))
        }
        None if store::personnel::any(connection).await? => Ok(Registered::No),
        None => Ok(Registered::NoRegister),
    }
}

async fn view(
    connection: &mut PgConnection,
    number: HprNumber,
    person: PersonId,
    as_at: AsAt,
) -> Result<PersonnelView, BasedataError> {
    let rows = store::personnel::qualifications(connection, number, as_at).await?;
    let read = |(profession, kind, code, name, standing): store::personnel::Row| {
        let profession = Profession::from_code(&profession).ok_or(BasedataError::Unreadable("profession"))?;
        let kind = QualificationKind::from_code(&kind).ok_or(BasedataError::Unreadable("kind of qualification"))?;
        let standing = Standing::from_code(&standing).ok_or(BasedataError::Unreadable("standing"))?;
        Ok((Qualification { profession, kind, code, name }, standing))
    };
    let qualifications = rows.into_iter().map(read).collect::<Result<Vec<_>, BasedataError>>()?;
    Ok(PersonnelView { number, person, qualifications })
}
