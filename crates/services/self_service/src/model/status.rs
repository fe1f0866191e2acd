//! What is in order with each scope and claim of a configuration, and what is not.

use std::collections::BTreeMap;

use crate::model::{client::Client, settings::Settings, system::Tenancy};

/// Whether a scope or claim works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It works.
    Ok,
    /// Somebody must do something first.
    Pending,
    /// It is refused as things are.
    Refused,
}

impl Standing {
    /// The name in the API and in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Pending => "pending",
            Self::Refused => "refused",
        }
    }
}

/// Why a scope does not work, or not yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The organisation has not confirmed it.
    NotConfirmed,
    /// No API has it any more.
    NoSuchScope,
    /// The organisation has not taken the service into use: nobody has ordered it, or the owner has not
    /// said yes.
    NotOrdered,
    /// The organisation has not accepted the terms of use that apply.
    TermsNotAccepted,
    /// The API's owner has granted the organisation less.
    NotGranted,
    /// Nobody has delegated it to the vendor.
    DelegationLacking,
    /// Only an organisation's own client gets it.
    CannotBeDelegated,
}

impl Why {
    /// The name in the API and in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotConfirmed => "not_confirmed",
            Self::NoSuchScope => "no_such_scope",
            Self::NotOrdered => "not_ordered",
            Self::TermsNotAccepted => "terms_not_accepted",
            Self::NotGranted => "not_granted",
            Self::DelegationLacking => "delegation_lacking",
            Self::CannotBeDelegated => "cannot_be_delegated",
        }
    }

    const fn standing(self) -> Standing {
        match self {
            Self::NotConfirmed | Self::NotOrdered | Self::DelegationLacking => Standing::Pending,
            Self::NoSuchScope | Self::TermsNotAccepted | Self::NotGranted | Self::CannotBeDelegated => {
                Standing::Refused
            }
        }
    }
}

/// What is known of a scope, for one organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeFacts {
    /// The API's name for people.
    pub api: String,
    /// Whether the organisation may use the API: its terms are accepted, or it has none.
    pub terms: Agreement,
    /// Whether the scope can be delegated to a vendor.
    pub delegable: bool,
    /// Whether it has been delegated to the vendor: by some organisation, or by the one that is asked about.
    pub delegated: bool,
}

/// Whether a scope of an API is open to an organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    /// Nothing is lacking.
    Good,
    /// It has not taken the service into use.
    NotOrdered,
    /// It has, and the terms that apply now have not been accepted.
    TermsNotAccepted,
    /// The owner has granted less.
    NotGranted,
}

/// A scope and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeStatus {
    /// The scope.
    pub scope: String,
    /// The API's name for people; empty when no API has the scope.
    pub api: String,
    /// How it stands.
    pub standing: Standing,
    /// Why it does not work.
    pub why: Option<Why>,
}

/// A claim and how it stands: what applies, and what waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimStatus {
    /// The claim's name.
    pub name: String,
    /// The value that applies.
    pub active: Option<String>,
    /// The value that waits for the organisation.
    pub pending: Option<String>,
}

impl ClaimStatus {
    /// The name in the API: `ok`, `pending`, `updatePending`.
    pub fn name_of_status(&self) -> &'static str {
        match (&self.active, &self.pending) {
            (Some(_), Some(_)) => "updatePending",
            (None, _) => "pending",
            (Some(_), None) => "ok",
        }
    }
}

/// How each scope stands, those that wait included.
pub(crate) fn of_scopes(client: &Client, tenancy: Tenancy, facts: &BTreeMap<String, ScopeFacts>) -> Vec<ScopeStatus> {
    let none = Settings::default();
    let active = &client.active.as_ref().unwrap_or(&none).scopes;
    let wanted = &client.wanted.as_ref().unwrap_or(&none).scopes;
    let status = |scope: &String| {
        status(scope, facts.get(scope), |facts| match tenancy {
            _ if !active.contains(scope) => Some(Why::NotConfirmed),
            // Each organisation accepts the terms for itself: what matters here is that some can use it.
            Tenancy::MultiTenant => not_delegated(facts),
            Tenancy::SingleTenant => not_agreed(facts.terms),
        })
    };
    active.union(wanted).map(status).collect()
}

/// How each scope of a client for all stands with one of the organisations that it may act for. The terms
/// are that organisation's; nothing is said of them before it has delegated.
pub(crate) fn with_customer(client: &Client, facts: &BTreeMap<String, ScopeFacts>) -> Vec<ScopeStatus> {
    let scopes = client.active.iter().flat_map(|settings| &settings.scopes);
    let lacking = |facts: &ScopeFacts| not_delegated(facts).or_else(|| not_agreed(facts.terms));
    scopes.map(|scope| status(scope, facts.get(scope), lacking)).collect()
}

fn status(scope: &str, known: Option<&ScopeFacts>, lacking: impl Fn(&ScopeFacts) -> Option<Why>) -> ScopeStatus {
    let why = known.map_or(Some(Why::NoSuchScope), lacking);
    ScopeStatus {
        scope: scope.to_owned(),
        api: known.map(|facts| facts.api.clone()).unwrap_or_default(),
        standing: why.map_or(Standing::Ok, Why::standing),
        why,
    }
}

fn not_delegated(facts: &ScopeFacts) -> Option<Why> {
    match (facts.delegable, facts.delegated) {
        (false, _) => Some(Why::CannotBeDelegated),
        (true, false) => Some(Why::DelegationLacking),
        (true, true) => None,
    }
}

fn not_agreed(terms: Agreement) -> Option<Why> {
    match terms {
        Agreement::Good => None,
        Agreement::NotOrdered => Some(Why::NotOrdered),
        Agreement::TermsNotAccepted => Some(Why::TermsNotAccepted),
        Agreement::NotGranted => Some(Why::NotGranted),
    }
}

/// How each claim stands.
pub(crate) fn of_claims(client: &Client) -> Vec<ClaimStatus> {
    let none = Settings::default();
    let active = &client.active.as_ref().unwrap_or(&none).claims;
    let wanted = &client.wanted.as_ref().unwrap_or(&none).claims;
    let mut names: Vec<&String> = active.keys().chain(wanted.keys()).collect();
    names.sort();
    names.dedup();
    let status = |name: &String| {
        let (now, then) = (active.get(name), wanted.get(name));
        ClaimStatus { name: name.clone(), active: now.cloned(), pending: then.filter(|_| now != then).cloned() }
    };
    names.into_iter().map(status).collect()
}
