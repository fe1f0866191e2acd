//! Varde's own API among the registered ones.

use std::collections::{BTreeMap, BTreeSet};

use varde_core::{ApiScope, identifier::OrganisationNumber};

use crate::{Api, AuthorisationServer, Claim, RegistrationError, Scope, ScopeRules, TokenAlgorithm, service::server};

/// What the API must be told to let a program act for an organisation.
const CLAIMS: [Claim; 3] = [Claim::OrgnrParent, Claim::OrgnrChild, Claim::OrgnrSupplier];

impl AuthorisationServer {
    /// Registers Varde's own API for that owner when it is missing, and adds the scopes and claims that
    /// a newer program has. What an operator has registered about it otherwise stays as it is. Says
    /// whether anything changed.
    ///
    /// # Errors
    /// When the owner is no known main unit, or the name is another organisation's.
    pub async fn register_own_api(&self, owner: OrganisationNumber) -> Result<bool, RegistrationError> {
        let apis = self.known.apis().await?;
        let before = apis.get(ApiScope::AUDIENCE).map(|api| Api::clone(api));
        let mut api = before.clone().unwrap_or_else(|| own_api(owner));
        for scope in ApiScope::ALL.iter().filter_map(|scope| scope.name().parse::<Scope>().ok()) {
            api.scopes.entry(scope).or_default();
        }
        api.claims.extend(CLAIMS);
        if before.as_ref() == Some(&api) {
            return Ok(false);
        }
        self.register_api(&server(), &api).await?;
        Ok(true)
    }
}

/// The API with its scopes. None is open to suppliers until an operator names the resource in the
/// resource registry that opens it.
fn own_api(owner: OrganisationNumber) -> Api {
    let scopes = ApiScope::ALL.iter().filter_map(|scope| scope.name().parse().ok());
    Api {
        audience: ApiScope::AUDIENCE.to_owned(),
        owner,
        name: "Varde".to_owned(),
        scopes: scopes.map(|scope| (scope, ScopeRules::default())).collect::<BTreeMap<_, _>>(),
        claims: BTreeSet::from(CLAIMS),
        client_claims: BTreeSet::new(),
        algorithm: TokenAlgorithm::default(),
        needs_terms: false,
        address: None,
        exchanged_by: BTreeSet::new(),
    }
}
