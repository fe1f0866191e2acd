//! Configuration: a TOML file, over it the environment, over it the flags of the command line.

mod mail;
mod platform;
mod retention;
mod rooms;

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

use serde::Deserialize;
use url::Url;
use varde_core::{OrganisationId, identifier::OrganisationNumber};

pub use mail::MailConfig;
pub use platform::{PlatformSettings, S3Settings};
pub use retention::RetentionSettings;
pub use rooms::RoomsSettings;

/// The whole configuration. A name that is not here is refused: a typing error must not switch
/// something off.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where releases, deliveries, rooms, keys and the private database lie.
    pub data: PathBuf,
    /// Where to listen.
    pub listen: SocketAddr,
    /// The address people use; `http://<listen>` when it is not given.
    pub base_url: Option<Url>,
    /// A PostgreSQL of one's own, `postgres://…`; a private one is run when it is not given.
    pub database_url: Option<String>,
    /// Whether this is a demonstration: Test-ID is offered. Never for real people's data.
    pub demo: bool,
    /// The access body that decides here.
    pub access_body: Option<OrganisationId>,
    /// The main unit that runs this installation and owns its API, by its number of nine digits. Without
    /// one programs get no tokens for the API.
    pub operator: Option<OrganisationNumber>,
    /// The login provider; Test-ID in a demonstration when it is not given.
    pub login: Option<LoginConfig>,
    /// The mail server; without one nobody is told by mail.
    pub mail: Option<MailConfig>,
    /// Releases and extracts.
    pub platform: PlatformSettings,
    /// Rooms.
    pub rooms: RoomsSettings,
    /// Witnesses that are asked to cosign the log.
    pub witnesses: Vec<WitnessConfig>,
    /// How long what has been done is kept.
    pub retention: RetentionSettings,
    /// The log's name in checkpoints and keys: the address of the installation without a scheme.
    pub log_name: String,
}

/// An OpenID Connect provider.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginConfig {
    /// Its issuer, exactly.
    pub issuer: String,
    /// Our client id there.
    pub client_id: String,
    /// Our key there (PKCS#8 DER) for `private_key_jwt`; without one we are a public client.
    pub key_file: Option<PathBuf>,
}

/// A witness of the log.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessConfig {
    /// Its address; `/add-checkpoint` is added.
    pub url: Url,
    /// Its public key, `name+id+base64`.
    pub key: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data: PathBuf::from("varde-data"),
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080),
            base_url: None,
            database_url: None,
            demo: false,
            access_body: None,
            operator: None,
            login: None,
            mail: None,
            platform: PlatformSettings::default(),
            rooms: RoomsSettings::default(),
            witnesses: Vec::new(),
            retention: RetentionSettings::default(),
            log_name: "varde.invalid/log".to_owned(),
        }
    }
}

/// The configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration {path:?} cannot be read")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file says something that is not understood; the message names line and column.
    #[error("the configuration {path:?} is wrong: {message}")]
    Wrong {
        /// Which.
        path: PathBuf,
        /// What and where.
        message: String,
    },
}

impl Config {
    /// The configuration's name in a data directory.
    pub const FILE: &'static str = "varde.toml";

    /// Reads a file; `None` gives the defaults.
    pub fn read(path: Option<&Path>) -> Result<Self, ConfigError> {
        let Some(path) = path else { return Ok(Self::default()) };
        let text =
            std::fs::read_to_string(path).map_err(|source| ConfigError::File { path: path.to_owned(), source })?;
        let wrong = |message: String| ConfigError::Wrong { path: path.to_owned(), message };
        let config: Self = toml::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        let fault = config.rooms.fault().or_else(|| config.mail.as_ref().and_then(MailConfig::fault));
        let fault = fault.or_else(|| config.platform.fault());
        fault.map_or(Ok(config), |fault| Err(wrong(fault)))
    }

    /// The address people use.
    pub fn address(&self) -> Url {
        let listening = || Url::parse(&format!("http://{}", self.listen));
        self.base_url.clone().or_else(|| listening().ok()).unwrap_or_else(|| unreachable!("a socket address is a host"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("varde.toml");
        std::fs::write(&path, text).unwrap();
        Config::read(Some(&path))
    }

    #[test]
    fn an_empty_file_is_the_defaults_and_demo_is_never_one_of_them() {
        let config = read("").unwrap();
        assert!(!config.demo);
        assert_eq!(config.address().as_str(), "http://127.0.0.1:8080/");
    }

    #[test]
    fn a_typing_error_names_its_line() {
        let error = read("data = \"/tmp/x\"\ndemoo = true\n").unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("demoo"), "{error}");
    }

    #[test]
    fn a_room_setting_that_cannot_be_is_named() {
        let error = read("[rooms]\nreviewers = 0\n").unwrap_err().to_string();
        assert!(error.contains("rooms.reviewers = 0") && error.contains("from 1"), "{error}");
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let error = Config::read(Some(Path::new("/nowhere/varde.toml"))).unwrap_err().to_string();
        assert!(error.contains("/nowhere/varde.toml"), "{error}");
    }
}
