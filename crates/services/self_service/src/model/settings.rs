//! What one configuration may do and where its users come back to; and what of it an organisation
//! must have confirmed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use url::{Host, Url};
use varde_core::{FieldProblem, identifier::OrganisationNumber};

use crate::model::system::{Product, Tenancy};

/// The most scopes, addresses or sub-units of one configuration.
const MOST: usize = 100;
/// The longest address.
const LONGEST_ADDRESS: usize = 2000;
/// The longest value of a claim.
const LONGEST_VALUE: usize = 200;

/// What is settled for one configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The scopes it may ask for.
    pub scopes: BTreeSet<String>,
    /// The sub-units it may name.
    pub sub_units: BTreeSet<OrganisationNumber>,
    /// Where people come back to after logging in.
    pub redirect_uris: BTreeSet<String>,
    /// Where people come back to after logging out.
    pub post_logout_redirect_uris: BTreeSet<String>,
    /// Values of claims that go to APIs which want them, such as `herid`.
    pub claims: BTreeMap<String, String>,
}

impl Settings {
    /// What a configuration has when nobody says more: everything that the product may.
    pub fn of(product: &Product) -> Self {
        Self { scopes: product.scopes.clone(), redirect_uris: product.redirect_uris.clone(), ..Self::default() }
    }

    /// What is wrong with them for a configuration of that product. Whether the sub-units belong to the
    /// organisation is for the register to say.
    pub fn check(&self, product: &Product, names: &Names) -> Vec<FieldProblem> {
        let mut wrong: Vec<_> = check_scopes(names.scopes, &self.scopes, &product.scopes).into_iter().collect();
        if self.sub_units.len() > MOST || (product.tenancy == Tenancy::MultiTenant && !self.sub_units.is_empty()) {
            wrong.push(FieldProblem::new(names.sub_units, "self_service-error-sub-units"));
        }
        wrong.extend(check_addresses(names.redirect_uris, &self.redirect_uris));
        wrong.extend(check_addresses(names.post_logout_redirect_uris, &self.post_logout_redirect_uris));
        if product.people == self.redirect_uris.is_empty() {
            wrong.push(FieldProblem::new(names.redirect_uris, redirects(product.people)));
        }
        if !product.people && !self.post_logout_redirect_uris.is_empty() {
            wrong.push(FieldProblem::new(names.post_logout_redirect_uris, redirects(false)));
        }
        if !self.claims.keys().all(|name| product.claims.contains(name)) {
            wrong.push(FieldProblem::new(names.claims, "self_service-error-claim-unknown"));
        }
        let good = |value: &String| {
            !value.is_empty() && value.chars().count() <= LONGEST_VALUE && !value.chars().any(char::is_control)
        };
        if !self.claims.values().all(good) {
            wrong.push(FieldProblem::new(names.claims, "self_service-error-claim-value"));
        }
        wrong
    }

    /// Whether these ask for something that those do not hold: then the organisation must confirm it.
    pub fn ask_more_than(&self, confirmed: &Self) -> bool {
        !(self.scopes.is_subset(&confirmed.scopes)
            && self.sub_units.is_subset(&confirmed.sub_units)
            && self.redirect_uris.is_subset(&confirmed.redirect_uris)
            && self.post_logout_redirect_uris.is_subset(&confirmed.post_logout_redirect_uris)
            && self.claims.iter().all(|(name, value)| confirmed.claims.get(name) == Some(value)))
    }

    /// What is left at once when `wanted` waits for the organisation: what is no longer wanted goes, a
    /// claim whose value changes keeps the old one. A configuration is never left without a scope.
    pub fn until_confirmed(&self, wanted: &Self) -> Self {
        let both = |mine: &BTreeSet<String>, theirs: &BTreeSet<String>| mine.intersection(theirs).cloned().collect();
        let mut scopes: BTreeSet<String> = both(&self.scopes, &wanted.scopes);
        if scopes.is_empty() {
            scopes.clone_from(&self.scopes);
        }
        Self {
            scopes,
            sub_units: self.sub_units.intersection(&wanted.sub_units).copied().collect(),
            redirect_uris: both(&self.redirect_uris, &wanted.redirect_uris),
            post_logout_redirect_uris: both(&self.post_logout_redirect_uris, &wanted.post_logout_redirect_uris),
            claims: self.claims.iter().filter(|(name, _)| wanted.claims.contains_key(*name)).map(owned).collect(),
        }
    }
}

fn owned((name, value): (&String, &String)) -> (String, String) {
    (name.clone(), value.clone())
}

/// What the members are called where somebody sent them, so that a problem names the right one.
#[derive(Debug, Clone, Copy)]
pub struct Names {
    scopes: &'static str,
    sub_units: &'static str,
    redirect_uris: &'static str,
    post_logout_redirect_uris: &'static str,
    claims: &'static str,
}

impl Names {
    /// On our pages.
    pub const PAGE: Self = Self {
        scopes: "scopes",
        sub_units: "sub_units",
        redirect_uris: "redirect_uris",
        post_logout_redirect_uris: "post_logout_redirect_uris",
        claims: "claims",
    };
    /// In the API.
    pub const API: Self = Self {
        scopes: "apiScopes",
        sub_units: "childOrganizationNumbers",
        redirect_uris: "redirectUris",
        post_logout_redirect_uris: "postLogoutRedirectUris",
        claims: "audienceSpecificClientClaims",
    };

    /// The member with the sub-units.
    pub(crate) fn sub_units(&self) -> &'static str {
        self.sub_units
    }
}

/// What is wrong with addresses to come back to: they are there without anybody logging in, or the
/// other way round.
pub(crate) fn redirects(people: bool) -> &'static str {
    if people { "self_service-error-redirect-missing" } else { "self_service-error-redirect-unneeded" }
}

/// There must be scopes, each known.
pub(crate) fn check_scopes(field: &str, scopes: &BTreeSet<String>, known: &BTreeSet<String>) -> Option<FieldProblem> {
    if scopes.is_empty() {
        return Some(FieldProblem::new(field, "self_service-error-scope-missing"));
    }
    let strange = scopes.len() > MOST || !scopes.is_subset(known);
    strange.then(|| FieldProblem::new(field, "self_service-error-scope-unknown"))
}

/// Every address must be one that a browser may be sent to.
pub(crate) fn check_addresses(field: &str, addresses: &BTreeSet<String>) -> Option<FieldProblem> {
    let good = |address: &String| is_return_address(address);
    let wrong = addresses.len() > MOST || !addresses.iter().all(good);
    wrong.then(|| FieldProblem::new(field, "self_service-error-address"))
}

/// Over https, or to a program on the same machine (RFC 8252, section 7.3); without fragment and
/// without a user in it.
fn is_return_address(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let plain = url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    plain && address.len() <= LONGEST_ADDRESS && (url.scheme() == "https" || is_loopback(&url))
}

fn is_loopback(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(_)) | None => false,
    };
    url.scheme() == "http" && here
}

/// Whether the address is one of those registered. A program on the same machine listens on a port
/// that it does not know beforehand (RFC 8252, section 7.3).
pub(crate) fn is_registered(address: &str, registered: &BTreeSet<String>) -> bool {
    if registered.contains(address) {
        return true;
    }
    let portless = |text: &str| {
        let mut url = Url::parse(text).ok().filter(is_loopback)?;
        url.set_port(None).ok()?;
        Some(url)
    };
    portless(address).is_some_and(|wanted| registered.iter().any(|one| portless(one).as_ref() == Some(&wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(texts: &[&str]) -> BTreeSet<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn settings(scopes: &[&str], claim: Option<&str>) -> Settings {
        let claims = claim.map(|value| ("herid".to_owned(), value.to_owned())).into_iter().collect();
        Settings { scopes: set(scopes), claims, ..Settings::default() }
    }

    #[test]
    fn addresses_are_https_or_on_the_same_machine() {
        for good in ["https://a.test/b?c=d", "http://127.0.0.1:4711/", "http://[::1]/"] {
            assert_eq!(check_addresses("f", &set(&[good])), None, "{good}");
        }
        for wrong in ["", "a.test", "http://a.test/", "https://a.test/#x", "https://u:p@a.test/", "javascript:alert(1)"]
        {
            assert!(check_addresses("f", &set(&[wrong])).is_some(), "{wrong}");
        }
    }

    #[test]
    fn a_program_on_the_same_machine_may_choose_its_port_and_nothing_else() {
        let registered = set(&["http://127.0.0.1/ferdig", "https://a.test/ferdig"]);
        assert!(is_registered("http://127.0.0.1:5011/ferdig", &registered));
        assert!(is_registered("https://a.test/ferdig", &registered));
        for other in ["http://127.0.0.1:5011/annet", "https://a.test:444/ferdig", "https://b.test/ferdig"] {
            assert!(!is_registered(other, &registered), "{other}");
        }
    }

    #[test]
    fn what_goes_needs_nobody_and_what_comes_needs_the_organisation() {
        let confirmed = settings(&["a", "b"], Some("1"));
        assert!(!settings(&["a"], None).ask_more_than(&confirmed));
        assert!(!confirmed.ask_more_than(&confirmed));
        assert!(settings(&["a", "c"], None).ask_more_than(&confirmed));
        assert!(settings(&["a"], Some("2")).ask_more_than(&confirmed));
        assert_eq!(confirmed.until_confirmed(&settings(&["b", "c"], Some("2"))), settings(&["b"], Some("1")));
        assert_eq!(confirmed.until_confirmed(&settings(&["c"], None)), settings(&["a", "b"], None));
    }
}
