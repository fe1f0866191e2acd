//! Reading about people: every read is an entry on the chain of those it concerns, durable before
//! the data can be opened.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use varde_core::{Actor, Matter, PersonId, Personal, identifier::NationalNumber};
use varde_ledger::Draft;
use varde_policy::Resource;

use super::{Basedata, Disclosure, finish, personnel::registered};
use crate::{
    AddressProtection, AsAt, BasedataError, Gender, PersonView, Registered, RelationKind, Status,
    store::{self, people::read},
};

/// What is told of who logs in: whether it is wanted, or what it is.
#[derive(Clone, PartialEq, Eq)]
pub struct ToldAtLogin<N, T, H> {
    /// The national number.
    pub number: N,
    /// The name.
    pub name: T,
    /// What the register of health personnel says.
    pub health_personnel: H,
}

/// Which of it is wanted.
pub type WantedAtLogin = ToldAtLogin<bool, bool, bool>;
/// What of it was wanted and is known.
pub type SaidAtLogin = ToldAtLogin<Option<NationalNumber>, Option<String>, Option<Registered>>;

impl Basedata {
    /// What the population register says of a person: for themselves, and for those who have
    /// parental responsibility for them.
    ///
    /// # Errors
    /// [`BasedataError::NoSuchPerson`]; refusals; the database.
    pub async fn person(
        &self,
        actor: &Actor,
        person: PersonId,
        as_at: AsAt,
    ) -> Result<Disclosure<PersonView>, BasedataError> {
        let responsible = self.responsible(actor, person).await?;
        let resource = Resource::new("PersonRecord").id(person).person("person", person);
        let resource = resource.persons("responsible", responsible);
        let permission = self.permitted(actor, "basedata.person.read", &resource).await?;
        let mut work = self.begin(actor).await?;
        let facts = store::people::facts(work.connection(), person, as_at).await?;
        let view = view(person, facts.ok_or(BasedataError::NoSuchPerson)?)?;
        let draft = Draft::new("basedata.person.read", "person", person)
            .concerning(person)
            .with("valid_at", as_at.valid)
            .with("recorded_at", as_at.recorded);
        let receipt = finish(work, &permission, draft).await?;
        Ok(Disclosure { data: Personal::new(view), receipt })
    }

    /// The names of people who act at work, such as an applicant, a handler or a reviewer, for
    /// showing who did what in a matter. Unknown persons and persons without a name are not in the map.
    ///
    /// # Errors
    /// Refusals: when one of the persons does not take part in the matter, or the actor neither does nor
    /// handles it; the database.
    pub async fn acting_names(
        &self,
        actor: &Actor,
        matter: &Matter,
        persons: &[PersonId],
    ) -> Result<Disclosure<BTreeMap<PersonId, String>>, BasedataError> {
        let asked = names_asked(matter, persons);
        let permission = self.permitted(actor, "basedata.acting_name.read", &asked).await?;
        let mut work = self.begin(actor).await?;
        let names = store::people::names(work.connection(), persons, self.now()).await?;
        let draft = Draft::new("basedata.acting_name.read", matter.kind(), matter.id()).with("persons", names.len());
        let draft = names.keys().fold(draft, |draft, person| draft.concerning(*person));
        let receipt = finish(work, &permission, draft).await?;
        Ok(Disclosure { data: Personal::new(names), receipt })
    }

    /// What the registers say today of a person who logs in to a system or calls an API by one, as far
    /// as it is to be told; at least one field must be wanted. `to` says who is told, by an id and never
    /// by a name. Each register has an entry of its own.
    ///
    /// # Errors
    /// [`BasedataError::NoSuchPerson`]; refusals; the database.
    pub async fn told_at_login(
        &self,
        actor: &Actor,
        person: PersonId,
        wanted: WantedAtLogin,
        to: &str,
    ) -> Result<Disclosure<SaidAtLogin>, BasedataError> {
        let (draft, other) = self.drafts_at_login(actor, person, &wanted, to).await?;
        let mut work = self.begin(actor).await?;
        let now = self.now();
        let facts = store::people::facts(work.connection(), person, now).await?;
        let view = view(person, facts.ok_or(BasedataError::NoSuchPerson)?)?;
        let health_personnel = match wanted.health_personnel {
            true => Some(registered(work.connection(), person, now).await?),
            false => None,
        };
        let said = ToldAtLogin {
            number: view.number.filter(|_| wanted.number),
            name: view.name.filter(|_| wanted.name),
            health_personnel,
        };
        if let Some(other) = other {
            let _second = work.enter(other).await?;
        }
        let entered = work.enter(draft).await?;
        let receipt = work.commit(entered).await?;
        Ok(Disclosure { data: Personal::new(said), receipt })
    }

    /// The entries about what is told at a login, each by its own permission: one, and the others.
    async fn drafts_at_login(
        &self,
        actor: &Actor,
        person: PersonId,
        wanted: &WantedAtLogin,
        to: &str,
    ) -> Result<(Draft, Option<Draft>), BasedataError> {
        let of = |kind| Resource::new(kind).id(person).person("person", person);
        let draft = |kind| Draft::new(kind, "person", person).concerning(person).with("to", to);
        let mut personnel = None;
        if wanted.health_personnel {
            let resource = of("HealthPersonnelRecord");
            let permission = self.permitted(actor, "basedata.health_personnel.tell_at_login", &resource).await?;
            personnel = Some(draft("basedata.health_personnel.told_at_login").because(permission.legal_basis()));
        }
        match personnel {
            Some(only) if !wanted.number && !wanted.name => Ok((only, None)),
            personnel => {
                let permission = self.permitted(actor, "basedata.person.tell_at_login", &of("PersonRecord")).await?;
                let draft = draft("basedata.person.told_at_login")
                    .with("number", wanted.number)
                    .with("name", wanted.name)
                    .because(permission.legal_basis());
                Ok((draft, personnel))
            }
        }
    }

    /// Whether `adult` has parental responsibility for `child`, who is under 18 on the day.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn holds_responsibility(
        &self,
        actor: &Actor,
        adult: PersonId,
        child: PersonId,
        as_at: AsAt,
    ) -> Result<bool, BasedataError> {
        Ok(self.children_of(actor, adult, as_at).await?.open().contains(&child))
    }

    /// The children under 18 for whom `adult` has parental responsibility, the eldest first: for
    /// the adult themselves. Children without a registered birth date are not among them.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn children_of(
        &self,
        actor: &Actor,
        adult: PersonId,
        as_at: AsAt,
    ) -> Result<Disclosure<Vec<PersonId>>, BasedataError> {
        let resource = Resource::new("PersonRecord").id(adult).person("person", adult);
        let permission = self.permitted(actor, "basedata.relation.read", &resource).await?;
        let mut work = self.begin(actor).await?;
        let kinds = [RelationKind::Responsible.code()];
        let rows = store::relations::to_whom(work.connection(), adult, &kinds, as_at).await?;
        let mut children = Vec::new();
        for (child, birth) in rows {
            let birth = read("birth date", birth, |t| t.parse::<Date>().ok())?;
            if birth.is_some_and(|birth| under_18(birth, as_at.valid)) {
                children.push(child);
            }
        }
        let draft = Draft::new("basedata.relation.read", "person", adult)
            .concerning(adult)
            .with("relation", RelationKind::Responsible.code())
            .with("persons", children.len());
        let draft = children.iter().fold(draft, |draft, child| draft.concerning(*child));
        let receipt = finish(work, &permission, draft).await?;
        Ok(Disclosure { data: Personal::new(children), receipt })
    }

    /// The family of a person and who has parental responsibility for them, for the person
    /// themselves.
    ///
    /// # Errors
    /// Refusals; the database.
    pub async fn relations(
        &self,
        actor: &Actor,
        person: PersonId,
        as_at: AsAt,
    ) -> Result<Disclosure<Vec<(RelationKind, PersonId)>>, BasedataError> {
        let resource = Resource::new("PersonRecord").id(person).person("person", person);
        let permission = self.permitted(actor, "basedata.relation.read", &resource).await?;
        let mut work = self.begin(actor).await?;
        let rows = store::relations::of_person(work.connection(), person, as_at).await?;
        let relation = |(code, other): (String, PersonId)| {
            let kind = RelationKind::from_code(&code).ok_or(BasedataError::Unreadable("relation"))?;
            Ok((kind, other))
        };
        let relations = rows.into_iter().map(relation).collect::<Result<Vec<_>, BasedataError>>()?;
        let draft = Draft::new("basedata.relation.read", "person", person)
            .concerning(person)
            .with("relation", "all")
            .with("persons", relations.len());
        let receipt = finish(work, &permission, draft).await?;
        Ok(Disclosure { data: Personal::new(relations), receipt })
    }

    /// Who has parental responsibility for a person who is under 18 today: what the policy asks.
    /// Only whether the actor is among them leaves this service.
    async fn responsible(&self, actor: &Actor, person: PersonId) -> Result<Vec<PersonId>, BasedataError> {
        let now = self.now();
        let mut connection = self.store.read(actor).await?;
        let facts = store::people::facts(connection.connection(), person, now).await?.unwrap_or_default();
        let birth = read("birth date", facts.get("birth_date"), |t| t.parse::<Date>().ok())?;
        if !birth.is_some_and(|birth| under_18(birth, now.valid)) {
            return Ok(Vec::new());
        }
        let relations = store::relations::of_person(connection.connection(), person, now).await?;
        let responsible = |(kind, _): &(String, PersonId)| kind == RelationKind::Responsible.code();
        Ok(relations.into_iter().filter(responsible).map(|(_, other)| other).collect())
    }
}

/// Names asked for in a matter, as the policies see them.
fn names_asked(matter: &Matter, persons: &[PersonId]) -> Resource {
    let asked = Resource::new("ActingName")
        .id(format_args!("{}:{}", matter.kind(), matter.id()))
        .text("matter", matter.kind())
        .persons("asked", persons.iter().copied())
        .persons("parties", matter.parties().iter().copied());
    match matter.office() {
        None => asked.texts("office_roles", [""; 0]),
        Some((organisation, roles)) => {
            asked.organisation("office", organisation).texts("office_roles", roles.iter().map(|role| role.name()))
        }
    }
}

/// Whether somebody has not had their eighteenth birthday on the day (vergemålsloven § 8; a
/// birthday on 29 February is kept on the 28th in other years).
fn under_18(birth: Date, day: Date) -> bool {
    birth.saturating_add(18.years()) > day
}

fn view(id: PersonId, facts: BTreeMap<String, String>) -> Result<PersonView, BasedataError> {
    let fact = |kind: &str| facts.get(kind);
    let date = |text: &str| text.parse::<Date>().ok();
    Ok(PersonView {
        id,
        name: fact("name").cloned(),
        number: read("number", fact("number"), |t| NationalNumber::parse(t).ok())?,
        birth_date: read("birth date", fact("birth_date"), date)?,
        gender: read("gender", fact("gender"), Gender::from_code)?,
        municipality: read("municipality", fact("municipality"), |t| t.parse().ok())?,
        protection: read("protection", fact("protection"), AddressProtection::from_code)?.unwrap_or_default(),
        status: read("status", fact("status"), Status::from_code)?,
        death_date: read("death date", fact("death_date"), date)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eighteen_begins_on_the_birthday() {
        let birth = Date::constant(2008, 2, 29);
        assert!(under_18(birth, Date::constant(2026, 2, 27)));
        assert!(!under_18(birth, Date::constant(2026, 2, 28)));
    }
}
