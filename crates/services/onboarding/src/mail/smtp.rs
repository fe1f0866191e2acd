//! A mail server, spoken to by SMTP (RFC 5321).

use std::{error::Error as _, fmt, io::ErrorKind, time::Duration};

use async_trait::async_trait;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, Header, HeaderName, HeaderValue},
    },
    transport::smtp::{
        Error,
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
        extension::ClientId,
    },
};

use crate::{
    EmailAddress,
    ports::{Letter, NotSent, Post},
};

/// How the connection to the mail server is kept secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// TLS from the first byte (port 465).
    Tls,
    /// TLS after STARTTLS, and nothing without it (port 587).
    Starttls,
    /// None: for a mail server on this machine.
    None,
}

/// How to reach a mail server.
#[derive(Clone)]
pub struct SmtpSettings {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is kept secret.
    pub security: Security,
    /// Certificates (PEM) that are trusted beside those of this machine, such as an authority of one's
    /// own.
    pub authorities: Option<String>,
    /// The user and the password, when it wants them.
    pub login: Option<(String, String)>,
    /// The name and address that mail comes from.
    pub from: (String, EmailAddress),
    /// By what name we greet it: the host of the installation's address.
    pub hello: String,
    /// How long it may take to take a mail.
    pub patience: Duration,
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .finish_non_exhaustive()
    }
}

/// Settings with which no mail can be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SmtpFault {
    /// A password would be sent for everybody to read.
    #[error("a user and a password are never sent without TLS: set tls = \"starttls\" or \"tls\"")]
    OpenPassword,
    /// TLS cannot be begun.
    #[error("TLS to {0} cannot be set up: its name cannot be one of a server, or this machine has no certificates")]
    Tls(String),
    /// The certificates that were given cannot be read.
    #[error("the certificates to trust hold none that can be read: give them as PEM, from BEGIN CERTIFICATE to END")]
    Authorities,
    /// The sender is none.
    #[error("the address that mail comes from cannot be used")]
    From,
}

/// Sends mail through a mail server.
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    patience: Duration,
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Smtp")
    }
}

impl Smtp {
    /// With these settings. Connects only when there is mail.
    ///
    /// # Errors
    /// [`SmtpFault`].
    pub fn new(settings: &SmtpSettings) -> Result<Self, SmtpFault> {
        if settings.login.is_some() && settings.security == Security::None {
            return Err(SmtpFault::OpenPassword);
        }
        let tls = match settings.security {
            Security::Tls => Tls::Wrapper(parameters(settings)?),
            Security::Starttls => Tls::Required(parameters(settings)?),
            Security::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host.clone())
            .port(settings.port)
            .tls(tls)
            .hello_name(ClientId::Domain(settings.hello.clone()))
            .timeout(Some(settings.patience));
        if let Some((user, password)) = &settings.login {
            builder = builder.credentials(Credentials::new(user.clone(), password.clone()));
        }
        let (name, address) = &settings.from;
        let address: Address = address.as_str().parse().map_err(|_| SmtpFault::From)?;
        let from = Mailbox::new(Some(name.clone()), address);
        Ok(Self { transport: builder.build(), from, patience: settings.patience })
    }

    fn message(&self, letter: &Letter) -> Result<Message, NotSent> {
        let unusable = |what: &str| NotSent::Never(format!("the mail has no usable {what}"));
        let to: Address = letter.to.as_str().parse().map_err(|_| unusable("receiver"))?;
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject.clone())
            .message_id(Some(format!("<{}>", letter.message_id)))
            .header(ContentLanguage(letter.language.tag().to_owned()))
            .header(AutoSubmitted)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.body.clone())
            .map_err(|_| unusable("content"))
    }
}

/// Whom to trust at the other end: the server's name must be in a certificate that stands under an
/// authority of this machine, or one that was given.
fn parameters(settings: &SmtpSettings) -> Result<TlsParameters, SmtpFault> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.authorities {
        let unreadable = |_| SmtpFault::Authorities;
        if !pem.contains("BEGIN CERTIFICATE") {
            return Err(SmtpFault::Authorities);
        }
        builder = builder.add_root_certificate(Certificate::from_pem(pem.as_bytes()).map_err(unreadable)?);
    }
    builder.build().map_err(|_| SmtpFault::Tls(settings.host.clone()))
}

#[async_trait]
impl Post for Smtp {
    async fn send(&self, letter: &Letter) -> Result<(), NotSent> {
        let message = self.message(letter)?;
        // The library's own limit ends with the connection: a server that then says nothing is ours to leave.
        match tokio::time::timeout(self.patience, self.transport.send(message)).await {
            Ok(outcome) => outcome.map(drop).map_err(|error| reason(&error)),
            Err(_) => Err(NotSent::Later(SLOW.to_owned())),
        }
    }
}

const SLOW: &str = "it did not answer in time";

/// Why the server did not take it. Only its codes are told: its words may repeat the address.
fn reason(error: &Error) -> NotSent {
    if let Some(code) = error.status() {
        let told = format!("it answered {code}");
        // 535 and its like are about our login, which somebody must mend, and then all mail goes.
        let ours = (u16::from(code) / 10) == 53;
        return if error.is_permanent() && !ours { NotSent::Never(told) } else { NotSent::Later(told) };
    }
    let what = if error.is_timeout() {
        SLOW
    } else if error.is_tls() || of_the_connection(error) == Some(ErrorKind::InvalidData) {
        "TLS failed: its certificate is not trusted here, or it offers none"
    } else if of_the_connection(error).is_some() {
        "it cannot be reached"
    } else {
        "it does not speak SMTP as we do"
    };
    NotSent::Later(what.to_owned())
}

/// What went wrong with the connection, however deep it lies. A handshake that fails is data that cannot
/// be used.
fn of_the_connection(error: &Error) -> Option<ErrorKind> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<std::io::Error>() {
            return Some(error.kind());
        }
        cause = error.source();
    }
    None
}

/// RFC 3282.
#[derive(Debug, Clone)]
struct ContentLanguage(String);

impl Header for ContentLanguage {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Content-Language")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

/// Nobody who is away answers this (RFC 3834 section 5).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}
