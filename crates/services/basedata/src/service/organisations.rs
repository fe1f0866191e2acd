//! The organisation register. Names and numbers are open data and leave no entry; who holds a role
//! is about persons and does.

use std::collections::{BTreeSet, HashMap};

use varde_core::{Actor, OrganisationId, PersonId, Personal, identifier::OrganisationNumber};
use varde_ledger::Draft;
use varde_policy::Resource;

use super::{Basedata, Disclosure, finish};
use crate::{
    AsAt, BasedataError, Fault, OrganisationRecord, OrganisationView, RegistryRole, RoleRecord,
    model::periods_forward,
    store::{
        self,
        files::Step,
        organisations::{Fact, Role, Row},
    },
};

impl Basedata {
    /// Takes in organisations: all of the batch or nothing; the number is the natural key. Main
    /// units come before their sub units. Gives their ids in the order of the batch.
    ///
    /// # Errors
    /// [`BasedataError::Record`] names the first record that cannot be taken in, and why.
    pub async fn import_organisations(
        &self,
        actor: &Actor,
        source: &str,
        batch: &[OrganisationRecord],
    ) -> Result<Vec<OrganisationId>, BasedataError> {
        self.take_in_organisations(actor, source, batch, None).await
    }

    /// As [`Self::import_organisations`]; with a step, how far the file has come is written with it.
    pub(super) async fn take_in_organisations(
        &self,
        actor: &Actor,
        source: &str,
        batch: &[OrganisationRecord],
        step: Option<&Step>,
    ) -> Result<Vec<OrganisationId>, BasedataError> {
        let resource = Resource::new("OrganisationRegister").id(source);
        let permission = self.permitted(actor, "basedata.organisation.import", &resource).await?;
        let now = self.store.clock().now();
        let mut work = self.begin(actor).await?;
        let mut ids: HashMap<OrganisationNumber, OrganisationId> = HashMap::new();
        let mut order = Vec::with_capacity(batch.len());
        for (position, record) in batch.iter().enumerate() {
            let fault = |fault| BasedataError::Record { position, fault };
            record.check().map_err(fault)?;
            let parent = match record.parent {
                None => None,
                Some(number) if ids.contains_key(&number) => ids.get(&number).copied(),
                Some(number) => {
                    let found = store::organisations::by_number(work.connection(), number.as_str()).await?;
                    Some(found.ok_or_else(|| fault(Fault::UnknownParent))?)
                }
            };
            let made = || OrganisationId::new(&**self.store.clock(), self.store.randomness());
            let proposed = record.id.unwrap_or_else(made);
            let number = record.number.as_str();
            let id = store::organisations::put(work.connection(), proposed, number, parent, now).await?;
            if ids.insert(record.number, id).is_some() {
                return Err(fault(Fault::Twice));
            }
            order.push(id);
        }
        let facts: Vec<Fact> = batch.iter().zip(&order).flat_map(|(record, id)| facts(*id, record)).collect();
        let changed = store::organisations::replace_facts(work.connection(), &order, &facts, now).await?;
        if let Some(step) = step {
            store::files::advance(work.connection(), step, now).await?;
        }
        let draft = Draft::new("basedata.organisations.imported", "organisations", source)
            .with("records", batch.len())
            .with("changed", changed);
        finish(work, &permission, draft).await?;
        Ok(order)
    }

    /// Takes in registry roles: all of the batch or nothing. The batch holds *all* roles of every
    /// organisation it mentions. Gives how many organisations changed.
    ///
    /// # Errors
    /// [`BasedataError::Record`] names the first record that cannot be taken in, and why.
    pub async fn import_roles(&self, actor: &Actor, source: &str, batch: &[RoleRecord]) -> Result<u64, BasedataError> {
        let resource = Resource::new("OrganisationRegister").id(source);
        let permission = self.permitted(actor, "basedata.organisation.import", &resource).await?;
        let mut work = self.begin(actor).await?;
        let persons: Vec<PersonId> = batch.iter().map(|r| r.person).collect();
        let indices = store::index::indices_of(work.connection(), &persons).await?;
        let role = |(position, (record, index)): (usize, (&RoleRecord, Option<u32>))| {
            let fault = |fault| BasedataError::Record { position, fault };
            periods_forward("valid", record.valid).map_err(fault)?;
            let person = index.ok_or_else(|| fault(Fault::UnknownPerson))?;
            Ok(Role { organisation: record.organisation, role: record.role, person, valid: record.valid })
        };
        let roles = batch.iter().zip(indices).enumerate().map(role).collect::<Result<Vec<_>, BasedataError>>()?;
        let now = self.store.clock().now();
        let replaced: BTreeSet<OrganisationId> = roles.iter().map(|role| role.organisation).collect();
        let replaced: Vec<OrganisationId> = replaced.into_iter().collect();
        let changed = store::organisations::replace_roles(work.connection(), &replaced, &roles, now).await?;
        let draft = Draft::new("basedata.roles.imported", "organisations", source)
            .with("records", batch.len())
            .with("changed", changed);
        finish(work, &permission, draft).await?;
        Ok(u64::try_from(changed).unwrap_or(0))
    }

    /// An organisation as at a day.
    ///
    /// # Errors
    /// [`BasedataError::NoSuchOrganisation`]; refusals; the database.
    pub async fn organisation(
        &self,
        actor: &Actor,
        id: OrganisationId,
        as_at: AsAt,
    ) -> Result<OrganisationView, BasedataError> {
        let found = self.organisations(actor, Some(&[id]), as_at).await?;
        found.into_iter().next().ok_or(BasedataError::NoSuchOrganisation)
    }

    /// The organisations with these ids, or with `None` all of them, sorted by number. Unknown ids
    /// are left out.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn organisations(
        &self,
        actor: &Actor,
        ids: Option<&[OrganisationId]>,
        as_at: AsAt,
    ) -> Result<Vec<OrganisationView>, BasedataError> {
        self.permitted(actor, "basedata.organisation.read", &Resource::new("OrganisationRecord")).await?;
        let mut read = self.store.read(actor).await?;
        let rows = store::organisations::read(read.connection(), ids, as_at).await?;
        rows.into_iter().map(view).collect()
    }

    /// The organisation with this number.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn organisation_by_number(
        &self,
        actor: &Actor,
        number: OrganisationNumber,
    ) -> Result<Option<OrganisationId>, BasedataError> {
        self.permitted(actor, "basedata.organisation.read", &Resource::new("OrganisationRecord")).await?;
        let mut read = self.store.read(actor).await?;
        Ok(store::organisations::by_number(read.connection(), number.as_str()).await?)
    }

    /// Who holds which registry role in the organisation; a sub unit has none of its own, so for
    /// it those of its main unit.
    ///
    /// # Errors
    /// [`BasedataError::NoSuchOrganisation`]; refusals; the database.
    pub async fn roles_in(
        &self,
        actor: &Actor,
        organisation: OrganisationId,
        as_at: AsAt,
    ) -> Result<Disclosure<Vec<(RegistryRole, PersonId)>>, BasedataError> {
        let resource = Resource::new("OrganisationRecord").id(organisation);
        let permission = self.permitted(actor, "basedata.organisation_role.read", &resource).await?;
        let mut work = self.begin(actor).await?;
        let mut unit = organisation;
        // Levels of units are few; the bound guards against units that were made to go in a ring.
        for _ in 0..10 {
            let rows = store::organisations::read(work.connection(), Some(&[unit]), as_at).await?;
            let (_, _, parent, _) = rows.into_iter().next().ok_or(BasedataError::NoSuchOrganisation)?;
            match parent {
                Some(parent) => unit = OrganisationId::from_uuid(parent),
                None => break,
            }
        }
        let rows = store::organisations::roles(work.connection(), unit, as_at).await?;
        let role = |(code, person): (String, PersonId)| {
            Ok((RegistryRole::from_code(&code).ok_or(BasedataError::Unreadable("role"))?, person))
        };
        let roles = rows.into_iter().map(role).collect::<Result<Vec<_>, BasedataError>>()?;
        let draft = Draft::new("basedata.organisation_role.read", "organisation", organisation)
            .with("main_unit", unit)
            .with("roles", roles.len());
        let draft = roles.iter().fold(draft, |draft, (_, person)| draft.concerning(*person));
        let receipt = finish(work, &permission, draft).await?;
        Ok(Disclosure { data: Personal::new(roles), receipt })
    }

    /// The registry roles that a person holds, by organisation: the other way round of
    /// [`Self::roles_in`], for asking where somebody may decide. Sub units have none of their own.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn roles_of(
        &self,
        actor: &Actor,
        person: PersonId,
        as_at: AsAt,
    ) -> Result<Disclosure<Vec<(OrganisationId, RegistryRole)>>, BasedataError> {
        let resource = Resource::new("OrganisationRecord");
        let permission = self.permitted(actor, "basedata.organisation_role.read", &resource).await?;
        let mut work = self.begin(actor).await?;
        let rows = store::organisations::roles_of(work.connection(), person, as_at).await?;
        let role = |(organisation, code): (OrganisationId, String)| {
            Ok((organisation, RegistryRole::from_code(&code).ok_or(BasedataError::Unreadable("role"))?))
        };
        let roles = rows.into_iter().map(role).collect::<Result<Vec<_>, BasedataError>>()?;
        let draft = Draft::new("basedata.organisation_role.read", "person", person)
            .with("roles", roles.len())
            .concerning(person);
        let receipt = finish(work, &permission, draft).await?;
        Ok(Disclosure { data: Personal::new(roles), receipt })
    }

    /// Who leads the organisation: its general manager (DAGL) and the chair of its board (LEDE).
    ///
    /// # Errors
    /// As [`Self::roles_in`].
    pub async fn who_leads(
        &self,
        actor: &Actor,
        organisation: OrganisationId,
        as_at: AsAt,
    ) -> Result<Disclosure<Vec<(RegistryRole, PersonId)>>, BasedataError> {
        let roles = self.roles_in(actor, organisation, as_at).await?;
        let leads = |role: &RegistryRole| matches!(role, RegistryRole::GeneralManager | RegistryRole::Chair);
        let keep = |roles: Vec<(RegistryRole, PersonId)>| roles.into_iter().filter(|(r, _)| leads(r)).collect();
        Ok(Disclosure { data: roles.data.map(keep), receipt: roles.receipt })
    }
}

fn facts(organisation: OrganisationId, record: &OrganisationRecord) -> Vec<Fact> {
    let fact = |kind, value: String, valid| Fact { organisation, kind, value, valid };
    let names = record.names.iter().map(|n| fact("name", n.value.clone(), n.valid));
    let form = record.form.iter().map(|f| fact("form", f.value.clone(), f.valid));
    let place = record.municipality.iter().map(|m| fact("municipality", m.value.to_string(), m.valid));
    names.chain(form).chain(place).collect()
}

fn view((id, number, parent, name): Row) -> Result<OrganisationView, BasedataError> {
    Ok(OrganisationView {
        id: OrganisationId::from_uuid(id),
        number: number.parse().map_err(|_| BasedataError::Unreadable("organisation number"))?,
        parent: parent.map(OrganisationId::from_uuid),
        name: name.unwrap_or_default(),
    })
}
