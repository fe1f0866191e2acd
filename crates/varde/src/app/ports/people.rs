//! The registers of persons and of health personnel as the authorisation server sees them.

use async_trait::async_trait;
use varde_basedata::{
    Approval as Held, Basedata, BasedataError, PersonnelView, Qualification, Registered as Found, ToldAtLogin,
};
use varde_core::{Actor, Component, PersonId};
use varde_oauth::ports::{Approval, Coded, HealthPersonnel, People, PersonFacts, PortError, Registered, Told, Wanted};

pub(in crate::app) struct LoggedInPeople(Basedata);

impl LoggedInPeople {
    pub(in crate::app) fn new(basedata: Basedata) -> Self {
        Self(basedata)
    }
}

#[async_trait]
impl People for LoggedInPeople {
    async fn facts(&self, person: PersonId, wanted: Wanted, told: &Told) -> Result<PersonFacts, PortError> {
        if wanted.is_nothing() {
            return Ok(PersonFacts::default());
        }
        let Wanted { national_number: number, name, health_personnel } = wanted;
        let to = match &told.audience {
            Some(audience) => format!("{audience} by {}", told.client),
            None => told.client.to_string(),
        };
        let actor = Actor::system(Component::AuthorisationServer);
        let wanted = ToldAtLogin { number, name, health_personnel };
        match self.0.told_at_login(&actor, person, wanted, &to).await {
            Ok(disclosed) => {
                let ToldAtLogin { number, name, health_personnel } = disclosed.open();
                Ok(PersonFacts { national_number: number, name, health_personnel: registered(health_personnel) })
            }
            Err(BasedataError::NoSuchPerson) => Ok(PersonFacts::default()),
            Err(error) => Err(PortError::Unavailable(Box::new(error))),
        }
    }
}

fn registered(found: Option<Found>) -> Registered {
    match found {
        None | Some(Found::NoRegister) => Registered::Unknown,
        Some(Found::No) => Registered::No,
        Some(Found::As(view)) => Registered::As(personnel(&view)),
    }
}

fn personnel(view: &PersonnelView) -> HealthPersonnel {
    HealthPersonnel { hpr_number: view.number, approvals: view.approvals().iter().map(approval).collect() }
}

fn approval(held: &Held<'_>) -> Approval {
    let all = |of: &[&Qualification]| of.iter().map(|qualification| coded(qualification)).collect();
    Approval {
        profession: held.authorisation.profession.code().to_owned(),
        authorization: coded(held.authorisation),
        requisition_rights: all(&held.requisition_rights),
        specialities: all(&held.specialities),
    }
}

fn coded(qualification: &Qualification) -> Coded {
    Coded { value: qualification.code.clone(), description: qualification.name.clone() }
}
