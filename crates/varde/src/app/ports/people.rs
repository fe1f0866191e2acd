//! The register of persons as the authorisation server sees it. There is no register of health
//! personnel yet: nobody's number in it is told.

use async_trait::async_trait;
use varde_basedata::{Basedata, BasedataError, ToldAtLogin};
use varde_core::{Actor, Component, PersonId};
use varde_oauth::ports::{People, PersonFacts, PortError, Told, Wanted};

pub(in crate::app) struct LoggedInPeople(Basedata);

impl LoggedInPeople {
    pub(in crate::app) fn new(basedata: Basedata) -> Self {
        Self(basedata)
    }
}

#[async_trait]
impl People for LoggedInPeople {
    async fn facts(&self, person: PersonId, wanted: Wanted, told: &Told) -> Result<PersonFacts, PortError> {
        let fields = ToldAtLogin { number: wanted.national_number, name: wanted.name };
        if !fields.number && !fields.name {
            return Ok(PersonFacts::default());
        }
        let to = match &told.audience {
            Some(audience) => format!("{audience} by {}", told.client),
            None => told.client.to_string(),
        };
        let actor = Actor::system(Component::AuthorisationServer);
        match self.0.told_at_login(&actor, person, fields, &to).await {
            Ok(disclosed) => {
                let ToldAtLogin { number, name } = disclosed.open();
                Ok(PersonFacts { national_number: number, name, health_personnel: None })
            }
            Err(BasedataError::NoSuchPerson) => Ok(PersonFacts::default()),
            Err(error) => Err(PortError::Unavailable(Box::new(error))),
        }
    }
}
