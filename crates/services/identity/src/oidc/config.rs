//! Which provider, and as whom we ask it.

use url::{Host, Url};
use varde_core::LoginLevel;

use crate::SigningKey;

/// How the client proves itself at the token endpoint.
#[derive(Debug, Clone)]
pub enum ClientAuthentication {
    /// A public client: PKCE alone.
    None,
    /// `private_key_jwt` (OpenID Connect Core section 9), ES256.
    PrivateKeyJwt(SigningKey),
}

/// An OpenID Connect provider by configuration.
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    /// The issuer exactly as in its metadata, such as `https://idporten.no`.
    pub issuer: String,
    /// Our client id there.
    pub client_id: String,
    /// Where it sends people back: the address of `/logg-inn/retur` as people reach us.
    pub redirect_uri: Url,
    /// Where it sends people when it has logged them out: `/utlogget`, registered there too.
    pub after_logout: Url,
    /// How we prove ourselves.
    pub authentication: ClientAuthentication,
    /// Which `acr` means which level. The first one of a level is the one asked for.
    pub levels: Vec<(String, LoginLevel)>,
    /// The scopes, such as `openid` and `profile`.
    pub scopes: Vec<String>,
    /// The claim that holds the national number.
    pub national_number_claim: String,
}

/// The configuration cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigFault {
    /// The issuer is not an address over https (or loopback).
    #[error("login provider: {0:?} is not an https address (plain http only on this machine)")]
    Address(String),
    /// A level has no `acr`.
    #[error("login provider: no acr value is configured for level {0:?}")]
    Level(LoginLevel),
    /// The client id is empty.
    #[error("login provider: the client id is missing")]
    ClientId,
}

impl ProviderConfig {
    /// A provider that names its levels as ID-porten does, and us as a public client.
    pub fn new(issuer: impl Into<String>, client_id: impl Into<String>, redirect_uri: Url) -> Self {
        let mut after_logout = redirect_uri.clone();
        after_logout.set_path("/utlogget");
        after_logout.set_query(None);
        Self {
            issuer: issuer.into(),
            client_id: client_id.into(),
            redirect_uri,
            after_logout,
            authentication: ClientAuthentication::None,
            levels: vec![
                ("idporten-loa-substantial".to_owned(), LoginLevel::Substantial),
                ("idporten-loa-high".to_owned(), LoginLevel::High),
            ],
            scopes: vec!["openid".to_owned(), "profile".to_owned()],
            national_number_claim: "pid".to_owned(),
        }
    }

    /// Finds what cannot work before anybody tries to log in.
    ///
    /// # Errors
    /// See [`ConfigFault`].
    pub fn check(&self) -> Result<(), ConfigFault> {
        address(&self.issuer)?;
        address(self.redirect_uri.as_str())?;
        if self.client_id.is_empty() {
            return Err(ConfigFault::ClientId);
        }
        let levels = [LoginLevel::Substantial, LoginLevel::High];
        levels.into_iter().try_for_each(|l| self.acr(l).map(drop).ok_or(ConfigFault::Level(l)))
    }

    /// The `acr` to ask for.
    pub(crate) fn acr(&self, level: LoginLevel) -> Option<&str> {
        self.levels.iter().find(|(_, l)| *l == level).map(|(acr, _)| acr.as_str())
    }
}

/// An address that may be called: https, or plain http to this machine.
pub(crate) fn address(text: &str) -> Result<Url, ConfigFault> {
    let fault = || ConfigFault::Address(text.to_owned());
    let url = Url::parse(text).map_err(|_| fault())?;
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    };
    let good = url.scheme() == "https" || url.scheme() == "http" && loopback;
    if good && url.username().is_empty() && url.password().is_none() { Ok(url) } else { Err(fault()) }
}
