//! Whether an attest holds: the registers are asked, the rules decide.

use std::collections::BTreeMap;

use jiff::Timestamp;
use varde_core::identifier::OrganisationNumber;

use crate::{
    ActingFor, Api, AuthorisationServer, Claim, Client, Scopes,
    fault::{Code, Fault},
    model::attest::{Attest, AttestFault, Checked, Facts, Personnel, Rule, Unit},
    ports::{PersonFacts, Registered, Told, Wanted},
    service::people::Behind,
};

/// What an attest is tried for.
#[derive(Debug)]
pub(crate) struct AttestedFor<'a> {
    /// For whom the client acts.
    pub(crate) acting_for: Option<&'a ActingFor>,
    /// The API of the token.
    pub(crate) api: &'a Api,
    /// What the token is for.
    pub(crate) scopes: &'a Scopes,
    /// Now.
    pub(crate) now: Timestamp,
}

impl AuthorisationServer {
    /// Tries the attest, if there is one, by what the registers say of the person who logged in and of
    /// the organisations. What is asked of the person stands on their chain first.
    ///
    /// # Errors
    /// [`Code::UnmetAuthenticationRequirements`] when the person's level is too low,
    /// [`Code::AccessDenied`] when there is no register to try it by, else
    /// [`Code::InvalidAuthorizationDetails`] with the rule that is broken.
    pub(crate) async fn attested(
        &self,
        attest: Option<Attest>,
        client: &Client,
        behind: Option<Behind>,
        by: &AttestedFor<'_>,
    ) -> Result<Option<Checked>, Fault> {
        let Some(attest) = attest else { return Ok(None) };
        let known = match behind {
            None => PersonFacts::default(),
            Some(behind) => {
                let wanted = Wanted { national_number: true, name: false, health_personnel: true };
                let told = Told { client: client.id, audience: Some(by.api.audience.clone()) };
                self.ports.people.facts(behind.person, wanted, &told).await?
            }
        };
        let units = self.units(&attest).await?;
        let rules = by.scopes.iter().filter_map(|scope| by.api.scopes.get(scope));
        let facts = Facts {
            person: known.national_number,
            level: behind.map(|behind| behind.level),
            acting_for: by.acting_for,
            units: &units,
            personnel: &personnel(&known),
            names_professional: [Claim::Pid, Claim::HprNumber].iter().any(|claim| by.api.claims.contains(claim)),
            needs_patient: rules.into_iter().any(|rules| rules.needs_patient),
            now: by.now,
        };
        attest.check(&facts).map(Some).map_err(|rule| Fault::from(AttestFault::from(rule)))
    }

    async fn units(&self, attest: &Attest) -> Result<BTreeMap<OrganisationNumber, Unit>, Fault> {
        let register = &self.ports.organisations;
        let mut units = BTreeMap::new();
        for number in attest.organisations() {
            if register.by_number(number).await?.is_some() {
                let parent = self.main_unit_above(number).await?;
                let has_sub_units = parent.is_none() && register.has_sub_units(number).await?;
                units.insert(number, Unit { parent, has_sub_units });
            }
        }
        Ok(units)
    }
}

fn personnel(known: &PersonFacts) -> Personnel {
    match &known.health_personnel {
        Registered::Unknown => Personnel::Unknown,
        Registered::No => Personnel::NotRegistered,
        Registered::As(found) => {
            let authorisations = found.approvals.iter().map(|approval| approval.profession.clone()).collect();
            Personnel::Registered { number: found.hpr_number, authorisations }
        }
    }
}

impl From<AttestFault> for Fault {
    fn from(fault: AttestFault) -> Self {
        let code = match fault {
            AttestFault::Broken(Rule::Level) => Code::UnmetAuthenticationRequirements,
            AttestFault::Broken(Rule::NoRegister) => Code::AccessDenied,
            _ => Code::InvalidAuthorizationDetails,
        };
        Self::about(code, fault.to_string())
    }
}
