//! A vendor's product: what its configurations have in common.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use varde_core::{FieldProblem, identifier::OrganisationNumber};

use crate::model::{
    contact::Contact,
    settings::{check_addresses, check_scopes, redirects},
};

varde_core::define_id!(
    /// A vendor's product.
    SystemId
);

varde_core::define_id!(
    /// An API key of a product that sets itself up.
    ApiKeyId
);

/// The longest name, in characters.
const LONGEST_NAME: usize = 200;
/// The longest name of a claim.
const LONGEST_CLAIM: usize = 100;
/// The most claims of a product.
const MOST_CLAIMS: usize = 20;

/// For how many organisations one configuration acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tenancy {
    /// One configuration for each organisation, with keys of its own.
    SingleTenant,
    /// One configuration of the vendor's, for all organisations that delegate to it.
    MultiTenant,
}

impl Tenancy {
    /// Both, in the order of the form.
    pub const ALL: [Self; 2] = [Self::SingleTenant, Self::MultiTenant];

    /// The name on the wire and in texts.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SingleTenant => "single-tenant",
            Self::MultiTenant => "multi-tenant",
        }
    }

    /// The tenancy of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tenancy| tenancy.name() == name)
    }
}

/// What a vendor says of its product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Its name, as the organisations know it.
    pub name: String,
    /// For how many a configuration acts.
    pub tenancy: Tenancy,
    /// Whether people log in through it, beside what it does for itself.
    pub people: bool,
    /// The scopes that configurations may have.
    pub scopes: BTreeSet<String>,
    /// Where people come back to after logging in, for configurations that say nothing of their own.
    pub redirect_uris: BTreeSet<String>,
    /// Where whoever has confirmed a draft may be sent back to.
    pub return_addresses: BTreeSet<String>,
    /// The names of claims that a configuration may have values for, such as `herid`.
    pub claims: BTreeSet<String>,
    /// Who is told before a key ends; nobody when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
}

impl Product {
    /// What is wrong with it; `known` are the scopes that some API has.
    pub fn check(&self, known: &BTreeSet<String>) -> Vec<FieldProblem> {
        let mut wrong = Vec::new();
        if self.name.trim().is_empty() || self.name.chars().count() > LONGEST_NAME {
            wrong.push(FieldProblem::new("name", "self_service-error-name"));
        }
        wrong.extend(check_scopes("scopes", &self.scopes, known));
        wrong.extend(check_addresses("redirect_uris", &self.redirect_uris));
        wrong.extend(check_addresses("return_addresses", &self.return_addresses));
        if self.people == self.redirect_uris.is_empty() {
            wrong.push(FieldProblem::new("redirect_uris", redirects(self.people)));
        }
        if self.claims.len() > MOST_CLAIMS || !self.claims.iter().all(|name| is_claim(name)) {
            wrong.push(FieldProblem::new("claims", "self_service-error-claim-name"));
        }
        wrong
    }
}

/// A claim's name: short, without white space, and none that tokens have a meaning for already.
fn is_claim(name: &str) -> bool {
    const TAKEN: [&str; 13] =
        ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope", "client_id", "cnf", "act", "auth_time", "acr"];
    let good = |c: char| c.is_ascii_alphanumeric() || ":/_-.".contains(c);
    !name.is_empty()
        && name.len() <= LONGEST_CLAIM
        && name.chars().all(good)
        && !TAKEN.contains(&name)
        && !name.starts_with("helseid://")
        && !name.starts_with("nhn:")
}

/// A product as it is registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientSystem {
    /// Its id.
    pub id: SystemId,
    /// The main unit of the vendor.
    pub vendor: OrganisationNumber,
    /// What the vendor says of it.
    pub product: Product,
    /// When it was registered.
    pub made_at: Timestamp,
    /// When it was ended: no new configurations after that.
    pub ended_at: Option<Timestamp>,
}

/// An API key as the vendor sees it after it was made: the key itself is shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was withdrawn.
    pub revoked_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product() -> Product {
        Product {
            name: "Journalen".to_owned(),
            tenancy: Tenancy::SingleTenant,
            people: false,
            scopes: BTreeSet::from(["a:b/c".to_owned()]),
            redirect_uris: BTreeSet::new(),
            return_addresses: BTreeSet::new(),
            claims: BTreeSet::from(["herid".to_owned()]),
            contact: None,
        }
    }

    #[test]
    fn products_that_name_nobody_to_tell_are_read_as_before() {
        let stored = serde_json::to_value(product()).unwrap();
        assert!(stored.get("contact").is_none());
        assert_eq!(serde_json::from_value::<Product>(stored).unwrap(), product());
    }

    #[test]
    fn what_is_wrong_is_told_by_the_field() {
        let known = BTreeSet::from(["a:b/c".to_owned()]);
        assert_eq!(product().check(&known), []);
        let one = |text: &str| BTreeSet::from([text.to_owned()]);
        for (wrong, field) in [
            (Product { name: " ".to_owned(), ..product() }, "name"),
            (Product { scopes: BTreeSet::new(), ..product() }, "scopes"),
            (Product { scopes: one("other:api/x"), ..product() }, "scopes"),
            (Product { people: true, ..product() }, "redirect_uris"),
            (Product { redirect_uris: one("https://a.test/"), ..product() }, "redirect_uris"),
            (Product { return_addresses: one("http://elsewhere.test/"), ..product() }, "return_addresses"),
            (Product { claims: one("sub"), ..product() }, "claims"),
            (Product { claims: one("helseid://claims/identity/pid"), ..product() }, "claims"),
            (Product { claims: one("her id"), ..product() }, "claims"),
        ] {
            let found: Vec<_> = wrong.check(&known).into_iter().map(|problem| problem.field).collect();
            assert_eq!(found, [field]);
        }
    }
}
