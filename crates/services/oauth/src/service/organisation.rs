//! For whom a client may act: what it names, what it is registered for, the delegation that opens
//! it, and the terms that the organisation has accepted.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;
use varde_core::identifier::OrganisationNumber;

use crate::{
    ActingFor, Api, AuthorisationServer, CallOutcome, Client, Named, Scope, Scopes,
    fault::{Code, Fault},
    model::scope,
    ports::PortError,
    service::known::KnownApis,
};

/// What a multi-tenant client is told where no delegation register is kept.
const NO_REGISTER: &str = "no delegations are kept here yet, so that no client may act for another's organisation: use a \
                           single-tenant client of the organisation's own";

impl AuthorisationServer {
    /// For whom the client acts by what the request names.
    ///
    /// # Errors
    /// [`Code::InvalidAuthorizationDetails`] when it may not act for them.
    pub(crate) async fn acting_for(&self, client: &Client, named: Option<&Named>) -> Result<Option<ActingFor>, Fault> {
        let wrong = |text: String| Fault::about(Code::InvalidAuthorizationDetails, text);
        let acting_for = client.acting_for(named).map_err(|error| wrong(error.to_string()))?;
        if let Some(ActingFor { parent, child, supplier: Some(_) }) = &acting_for {
            let known = self.ports.organisations.by_number(*parent).await?;
            match known {
                None => return Err(wrong(format!("no organisation has the number {}", parent.as_str()))),
                Some(known) if known.parent.is_some() => {
                    return Err(wrong(format!("{} is a sub-unit: name its main unit first", parent.as_str())));
                }
                Some(_) => {}
            }
            if let Some(child) = child
                && self.main_unit_above(*child).await? != Some(*parent)
            {
                let (child, parent) = (child.as_str(), parent.as_str());
                return Err(wrong(format!("{child} is no sub-unit of {parent} in the register")));
            }
        }
        Ok(acting_for)
    }

    /// The main unit that a sub-unit belongs to, however many units are between; none for a main unit and
    /// for one that the register does not have.
    pub(crate) async fn main_unit_above(
        &self,
        unit: OrganisationNumber,
    ) -> Result<Option<OrganisationNumber>, PortError> {
        let mut above = None;
        let mut next = Some(unit);
        // Levels of units are few; the bound guards against units that were made to go in a ring.
        for _ in 0..10 {
            let Some(number) = next else { break };
            next = self.ports.organisations.by_number(number).await?.and_then(|known| known.parent);
            above = next.or(above);
        }
        Ok(above)
    }

    /// Divides the scopes: those that may be given, and those of APIs that the organisation has not
    /// taken into use with them, or whose terms of use it has not accepted.
    ///
    /// # Errors
    /// [`Code::InvalidScope`] when nothing is left.
    pub(crate) async fn accepted(
        &self,
        apis: &KnownApis,
        scopes: Scopes,
        client: &Client,
        acting_for: Option<&ActingFor>,
    ) -> Result<(Scopes, Scopes), Fault> {
        let answers = acting_for.map_or(client.owner, |acting_for| acting_for.parent);
        let mut needing: BTreeMap<String, Scopes> = BTreeMap::new();
        for scope in &scopes {
            if let Some(api) = apis.with(scope).filter(|api| api.needs_terms) {
                needing.entry(api.audience.clone()).or_default().insert(scope.clone());
            }
        }
        if needing.is_empty() {
            return Ok((scopes, Scopes::new()));
        }
        let mut rejected = Scopes::new();
        for (audience, asked) in needing {
            let open = match &self.ports.terms {
                None => Scopes::new(),
                Some(terms) => terms.opened(answers, &audience, &asked).await?,
            };
            rejected.extend(asked.into_iter().filter(|scope| !open.contains(scope)));
        }
        let given: Scopes = scopes.into_iter().filter(|scope| !rejected.contains(scope)).collect();
        if given.is_empty() && !rejected.is_empty() {
            let (rejected, by) = (scope::join(&rejected), answers.as_str());
            let way = format!(
                "{by} has not taken the APIs of {rejected} into use, or has not accepted their terms of use: its leader \
                 orders them and accepts the terms"
            );
            return Err(Fault::about(Code::InvalidScope, way).because(CallOutcome::Terms));
        }
        Ok((given, rejected))
    }

    /// The delegations that open the scopes, for a client that acts for another's organisation. One
    /// that is missing refuses all: the supplier has no business there.
    ///
    /// # Errors
    /// [`Code::AccessDenied`] without delegation.
    pub(crate) async fn delegations(
        &self,
        api: &Api,
        scopes: &Scopes,
        acting_for: Option<&ActingFor>,
    ) -> Result<Vec<Uuid>, Fault> {
        match acting_for {
            Some(ActingFor { parent, supplier: Some(supplier), .. }) => {
                self.delegated(api, scopes, *parent, *supplier).await
            }
            _ => Ok(Vec::new()),
        }
    }

    async fn delegated(
        &self,
        api: &Api,
        scopes: &Scopes,
        from: OrganisationNumber,
        supplier: OrganisationNumber,
    ) -> Result<Vec<Uuid>, Fault> {
        let register = self.ports.delegations.as_ref().ok_or(Fault::new(Code::AccessDenied, NO_REGISTER))?;
        let resource = |scope: &Scope| {
            let rules = api.scopes.get(scope);
            rules.and_then(|rules| rules.resource.as_deref()).ok_or_else(|| {
                let way = format!("{scope} cannot be delegated: only an organisation's own client gets it");
                Fault::about(Code::AccessDenied, way)
            })
        };
        let resources: BTreeSet<&str> = scopes.iter().map(resource).collect::<Result<_, _>>()?;
        let mut delegations = Vec::new();
        for resource in resources {
            match register.holding(from, supplier, resource).await? {
                Some(delegation) => delegations.push(delegation),
                None => {
                    let way = format!(
                        "{} has not delegated {resource} to {}: its leader must give the delegation first",
                        from.as_str(),
                        supplier.as_str()
                    );
                    return Err(Fault::about(Code::AccessDenied, way));
                }
            }
        }
        Ok(delegations)
    }
}
