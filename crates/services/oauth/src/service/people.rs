//! The person behind a token: what they are called outside, and what is told of them. Nothing of the
//! registers is told before it stands on the person's chain.

use uuid::Uuid;
use varde_core::{LoginLevel, PersonId, identifier::OrganisationNumber};

use crate::{
    Api, AuthorisationServer, Claim, Client, LoggedIn, Scopes,
    fault::Fault,
    model::id_token,
    ports::{HealthPersonnel, PersonFacts, Told, Wanted},
    store::logins::Login,
};

/// A person whose login stands behind a token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Behind {
    pub(crate) person: PersonId,
    /// The login at the client: when it ends, what came from it ends.
    pub(crate) login: Uuid,
    pub(crate) level: LoginLevel,
    pub(crate) logged_in_at: jiff::Timestamp,
}

impl From<&Login> for Behind {
    fn from(login: &Login) -> Self {
        Self { person: login.person, login: login.id, level: login.level, logged_in_at: login.logged_in_at }
    }
}

impl AuthorisationServer {
    /// The person as an API's token tells of them: by what the API has registered that it wants.
    ///
    /// # Errors
    /// When a register does not answer.
    pub(crate) async fn told_to_api(&self, behind: Behind, client: &Client, api: &Api) -> Result<LoggedIn, Fault> {
        let wants = |claim| api.claims.contains(&claim);
        let wanted =
            Wanted { national_number: wants(Claim::Pid), name: false, health_personnel: wants(Claim::HprNumber) };
        let told = Told { client: client.id, audience: Some(api.audience.clone()) };
        let facts = self.facts(behind.person, wanted, &told).await?;
        Ok(self.logged_in(behind, client, api.owner, &facts))
    }

    /// The person as the client itself is told of them: by the scopes it was given.
    ///
    /// # Errors
    /// When a register does not answer.
    pub(crate) async fn told_to_client(
        &self,
        behind: Behind,
        client: &Client,
        scopes: &Scopes,
    ) -> Result<(LoggedIn, Option<HealthPersonnel>), Fault> {
        let told = Told { client: client.id, audience: None };
        let facts = self.facts(behind.person, id_token::wanted(scopes), &told).await?;
        let logged_in = self.logged_in(behind, client, client.owner, &facts);
        Ok((logged_in, facts.health_personnel.found().cloned()))
    }

    async fn facts(&self, person: PersonId, wanted: Wanted, told: &Told) -> Result<PersonFacts, Fault> {
        if wanted.is_nothing() {
            return Ok(PersonFacts::default());
        }
        Ok(self.ports.people.facts(person, wanted, told).await?)
    }

    fn logged_in(&self, behind: Behind, client: &Client, owner: OrganisationNumber, facts: &PersonFacts) -> LoggedIn {
        LoggedIn {
            subject: self.pseudonyms.subject(client.id, behind.person),
            pseudonym: self.pseudonyms.shared(owner, behind.person),
            national_number: facts.national_number.as_ref().map(|number| number.digits_for_storage().to_owned()),
            name: facts.name.clone(),
            level: behind.level,
            logged_in_at: behind.logged_in_at,
            hpr_number: facts
                .health_personnel
                .found()
                .and_then(HealthPersonnel::number_in_force)
                .map(|number| number.to_string()),
        }
    }
}
