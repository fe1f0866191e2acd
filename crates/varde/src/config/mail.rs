//! `[mail]`: the mail server that tells people how their orders stand.

use std::{path::PathBuf, time::Duration};

use anyhow::{Context as _, Result};
use serde::Deserialize;
use url::Url;
use varde_onboarding::{EmailAddress, Security, SmtpSettings};

/// A mail server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// Its name.
    pub host: String,
    /// Its port; 465, 587 or 25 after `tls` when it is not given.
    pub port: Option<u16>,
    /// `starttls`, `tls` or `none`.
    #[serde(default = "starttls")]
    pub tls: Security,
    /// A file with certificates (PEM) to trust beside those of this machine: the authority of a mail
    /// server whose certificate is of one's own making.
    pub authority_file: Option<PathBuf>,
    /// The user, when it wants one.
    pub user: Option<String>,
    /// A file with the user's password and nothing else.
    pub password_file: Option<PathBuf>,
    /// The address that mail comes from.
    pub from: EmailAddress,
    /// The name that mail comes from.
    #[serde(default = "name")]
    pub from_name: String,
    /// How many seconds it may take to answer.
    #[serde(default = "half_a_minute")]
    pub timeout_seconds: u16,
}

const fn starttls() -> Security {
    Security::Starttls
}

fn name() -> String {
    "Varde".to_owned()
}

const fn half_a_minute() -> u16 {
    30
}

impl MailConfig {
    /// What cannot be, with its way on.
    pub(super) fn fault(&self) -> Option<String> {
        let fault = match () {
            () if self.host.trim().is_empty() => "mail.host is empty: name the mail server",
            () if self.user.is_some() != self.password_file.is_some() => {
                "mail.user and mail.password_file belong together: give both or none"
            }
            () if self.user.is_some() && self.tls == Security::None => {
                "mail.tls = \"none\" would send the password for everybody to read: use \"starttls\" or \"tls\""
            }
            () if self.authority_file.is_some() && self.tls == Security::None => {
                "mail.authority_file is for TLS, and mail.tls = \"none\" asks for none: leave one of them out"
            }
            () if self.timeout_seconds == 0 => "mail.timeout_seconds must be 1 or more",
            () => return None,
        };
        Some(fault.to_owned())
    }

    /// The settings for an installation at that address.
    ///
    /// # Errors
    /// When the file with the password, or with certificates, cannot be read.
    pub fn settings(&self, address: &Url) -> Result<SmtpSettings> {
        let usual = match self.tls {
            Security::Tls => 465,
            Security::Starttls => 587,
            Security::None => 25,
        };
        let login = match (&self.user, &self.password_file) {
            (Some(user), Some(file)) => {
                let password = std::fs::read_to_string(file)
                    .with_context(|| format!("mail.password_file {} cannot be read", file.display()))?;
                Some((user.clone(), password.trim_end_matches(['\r', '\n']).to_owned()))
            }
            _ => None,
        };
        let authorities = self.authority_file.as_ref().map(|file| {
            std::fs::read_to_string(file)
                .with_context(|| format!("mail.authority_file {} cannot be read", file.display()))
        });
        Ok(SmtpSettings {
            host: self.host.clone(),
            port: self.port.unwrap_or(usual),
            security: self.tls,
            authorities: authorities.transpose()?,
            login,
            from: (self.from_name.clone(), self.from.clone()),
            hello: address.host_str().unwrap_or("localhost").to_owned(),
            patience: Duration::from_secs(self.timeout_seconds.into()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<MailConfig, toml::de::Error> {
        toml::from_str(text)
    }

    fn address() -> Url {
        Url::parse("https://varde.example/").unwrap()
    }

    #[test]
    fn three_lines_are_enough_and_tls_is_the_default() {
        let mail = read("host = \"mail.example\"\nfrom = \"varde@example.org\"").unwrap();
        let settings = mail.settings(&address()).unwrap();
        assert_eq!((settings.port, settings.security), (587, Security::Starttls));
        assert_eq!((settings.hello.as_str(), mail.fault()), ("varde.example", None));
    }

    #[test]
    fn the_password_is_read_from_its_file_and_shown_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "hemmelig\n").unwrap();
        let text = format!(
            "host = \"mail.example\"\ntls = \"tls\"\nuser = \"varde\"\npassword_file = {file:?}\nfrom = \"varde@example.org\""
        );
        let settings = read(&text).unwrap().settings(&address()).unwrap();
        assert_eq!(settings.login, Some(("varde".to_owned(), "hemmelig".to_owned())));
        assert_eq!(settings.port, 465);
        assert!(!format!("{settings:?}").contains("hemmelig"));
        std::fs::remove_file(&file).unwrap();
        assert!(read(&text).unwrap().settings(&address()).unwrap_err().to_string().contains("password_file"));
    }

    #[test]
    fn an_authority_of_ones_own_is_read_from_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("authority.pem");
        let text = format!("host = \"mail.example\"\nauthority_file = {file:?}\nfrom = \"varde@example.org\"");
        assert!(read(&text).unwrap().settings(&address()).unwrap_err().to_string().contains("authority_file"));
        std::fs::write(&file, "-----BEGIN CERTIFICATE-----").unwrap();
        let settings = read(&text).unwrap().settings(&address()).unwrap();
        assert_eq!(settings.authorities.as_deref(), Some("-----BEGIN CERTIFICATE-----"));
    }

    #[test]
    fn what_cannot_be_is_named() {
        let from = "from = \"varde@example.org\"";
        for (text, named) in [
            ("host = \" \"", "mail.host"),
            ("host = \"m\"\nuser = \"u\"", "mail.password_file"),
            ("host = \"m\"\ntls = \"none\"\nuser = \"u\"\npassword_file = \"/p\"", "mail.tls"),
            ("host = \"m\"\ntls = \"none\"\nauthority_file = \"/p\"", "mail.authority_file"),
            ("host = \"m\"\ntimeout_seconds = 0", "mail.timeout_seconds"),
        ] {
            let fault = read(&format!("{text}\n{from}")).unwrap().fault().unwrap_or_default();
            assert!(fault.contains(named), "{named}: {fault}");
        }
        read("host = \"m\"\nfrom = \"nobody\"").unwrap_err();
        read(&format!("host = \"m\"\ntls = \"maybe\"\n{from}")).unwrap_err();
    }
}
