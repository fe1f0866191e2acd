//! What a program's token opens at Varde's own API.

use serde::{Deserialize, Serialize};

/// A scope of Varde's own API. A closed list, as [`crate::Role`] is one for people: what each lets a
/// program do stands in the policies. What everybody may do without logging in takes none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ApiScope {
    /// A data holder's system describes its own sources in the catalogue.
    #[serde(rename = "varde:api/catalogue.write")]
    CatalogueWrite,
    /// An organisation's own system sees the rights that it has given and received.
    #[serde(rename = "varde:api/delegation.read")]
    DelegationRead,
    /// An organisation's own program, such as a notebook, asks for safe tables.
    #[serde(rename = "varde:api/exploration.ask")]
    ExplorationAsk,
    /// A client sees how it stands, asks for other settings and hands in its next key.
    #[serde(rename = "varde:api/self_service")]
    SelfService,
}

impl ApiScope {
    /// The short name of Varde's own API: the `aud` of its tokens, and what its scopes begin with.
    pub const AUDIENCE: &str = "varde:api";

    /// All scopes, in the order of the authorisation matrix.
    pub const ALL: [Self; 4] = [Self::CatalogueWrite, Self::DelegationRead, Self::ExplorationAsk, Self::SelfService];

    /// The name in tokens, policies and entries.
    pub const fn name(self) -> &'static str {
        match self {
            Self::CatalogueWrite => "varde:api/catalogue.write",
            Self::DelegationRead => "varde:api/delegation.read",
            Self::ExplorationAsk => "varde:api/exploration.ask",
            Self::SelfService => "varde:api/self_service",
        }
    }

    /// The scope of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_is_the_apis_and_is_written_as_it_is_named() {
        for scope in ApiScope::ALL {
            assert_eq!(ApiScope::from_name(scope.name()), Some(scope));
            assert_eq!(scope.name().split_once('/').unwrap().0, ApiScope::AUDIENCE);
            assert_eq!(serde_json::to_value(scope).unwrap(), scope.name());
        }
        assert_eq!(ApiScope::from_name("varde:api/everything"), None);
    }
}
