//! A mail server of a few lines (RFC 5321), and what becomes of mail when it is away, slow or says no.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncBufRead, AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;
use varde_core::Language;
use varde_onboarding::{
    EmailAddress, Security, Smtp, SmtpFault, SmtpSettings,
    ports::{Letter, NotSent, Post as _},
};

/// How the server takes mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It takes it.
    Takes,
    /// There is no such mailbox (RFC 5321: 550).
    NoSuchMailbox,
    /// It asks to come again (451).
    ComeAgain,
    /// It wants a login that it never gives (535).
    WrongPassword,
    /// It says nothing at all.
    Silent,
    /// It hangs up when the whole mail has come.
    HangsUp,
    /// It is no mail server.
    Babbles,
}

/// How the server keeps connections secret.
#[derive(Clone)]
pub(crate) enum Speaks {
    /// Not at all.
    Openly,
    /// From the first byte.
    Tls(TlsAcceptor),
    /// When the client asks for it, and takes no mail before.
    Starttls(TlsAcceptor),
}

/// A mail server on this machine.
pub(crate) struct MailServer {
    pub(crate) port: u16,
    manner: Arc<Mutex<Manner>>,
    taken: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    pub(crate) async fn start(manner: Manner) -> Self {
        Self::speaking(manner, Speaks::Openly).await
    }

    pub(crate) async fn speaking(manner: Manner, speaks: Speaks) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = Self { port, manner: Arc::new(Mutex::new(manner)), taken: Arc::default() };
        let (manner, taken) = (Arc::clone(&server.manner), Arc::clone(&server.taken));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let manner = *manner.lock().unwrap();
                tokio::spawn(receive(stream, speaks.clone(), manner, Arc::clone(&taken)));
            }
        });
        server
    }

    pub(crate) fn be(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// The mails it has, as they came.
    pub(crate) fn mails(&self) -> Vec<String> {
        self.taken.lock().unwrap().clone()
    }

    pub(crate) fn settings(&self) -> SmtpSettings {
        SmtpSettings {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            security: Security::None,
            authorities: None,
            login: None,
            from: ("Varde, Ærlig & Øvrig".to_owned(), EmailAddress::parse("varde@example.org").unwrap()),
            hello: "varde.example".to_owned(),
            patience: Duration::from_secs(2),
        }
    }
}

const GREETING: &str = "220 mail.example ESMTP";

async fn receive(stream: TcpStream, speaks: Speaks, manner: Manner, taken: Arc<Mutex<Vec<String>>>) {
    match speaks {
        Speaks::Openly => drop(converse(stream, Some(GREETING), manner, &taken, false).await),
        Speaks::Tls(acceptor) => {
            if let Ok(stream) = acceptor.accept(stream).await {
                converse(stream, Some(GREETING), manner, &taken, false).await;
            }
        }
        Speaks::Starttls(acceptor) => {
            if let Some(open) = converse(stream, Some(GREETING), manner, &taken, true).await
                && let Ok(stream) = acceptor.accept(open).await
            {
                converse(stream, None, manner, &taken, false).await;
            }
        }
    }
}

/// Talks until the client hangs up; gives the connection back when the client asks for TLS and it is
/// offered.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(
    stream: S,
    greeting: Option<&str>,
    manner: Manner,
    taken: &Mutex<Vec<String>>,
    offers_tls: bool,
) -> Option<S> {
    let mut stream = BufReader::new(stream);
    match manner {
        Manner::Silent => {
            // Held open until whoever waits gives up.
            while line(&mut stream).await.is_some() {}
            return None;
        }
        Manner::Babbles => {
            say(&mut stream, "HTTP/1.1 400 Bad Request").await;
            return None;
        }
        _ => {}
    }
    if let Some(greeting) = greeting {
        say(&mut stream, greeting).await;
    }
    while let Some(asked) = line(&mut stream).await {
        let command = asked.split(' ').next().unwrap_or_default().to_ascii_uppercase();
        let answer = match command.as_str() {
            "EHLO" if offers_tls => "250-mail.example\r\n250 STARTTLS",
            "EHLO" if manner == Manner::WrongPassword => "250-mail.example\r\n250 AUTH PLAIN",
            "EHLO" => "250-mail.example\r\n250 8BITMIME",
            "STARTTLS" if offers_tls => {
                say(&mut stream, "220 go on").await;
                return Some(stream.into_inner());
            }
            "STARTTLS" => "502 not here",
            "MAIL" | "RCPT" | "DATA" if offers_tls => "530 5.7.0 issue STARTTLS first",
            "MAIL" if manner == Manner::WrongPassword => "535 5.7.8 wrong",
            "RCPT" if manner == Manner::NoSuchMailbox => "550 5.1.1 no such mailbox kari@example.org",
            "RCPT" if manner == Manner::ComeAgain => "451 4.7.1 come again",
            "DATA" => {
                say(&mut stream, "354 go on").await;
                let mut mail = String::new();
                while let Some(line) = line(&mut stream).await.filter(|line| line != ".") {
                    mail.push_str(line.strip_prefix('.').unwrap_or(&line));
                    mail.push('\n');
                }
                taken.lock().unwrap().push(mail);
                if manner == Manner::HangsUp {
                    return None;
                }
                "250 taken"
            }
            "QUIT" => {
                say(&mut stream, "221 bye").await;
                return None;
            }
            _ => "250 yes",
        };
        say(&mut stream, answer).await;
    }
    None
}

/// The client's next line; none when it has hung up.
async fn line(stream: &mut (impl AsyncBufRead + Unpin)) -> Option<String> {
    let mut line = String::new();
    let length = stream.read_line(&mut line).await.ok()?;
    (length > 0).then(|| line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Says a line. A client that has hung up is noticed when it is asked for the next one.
async fn say(stream: &mut (impl AsyncWrite + Unpin), text: &str) {
    let _hung_up = stream.write_all(format!("{text}\r\n").as_bytes()).await;
    let _hung_up = stream.flush().await;
}

pub(crate) fn letter() -> Letter {
    Letter {
        message_id: "0192@varde.example".to_owned(),
        to: EmailAddress::parse("kari@example.org").unwrap(),
        language: Language::Nb,
        subject: "Tilgangen til Persontjenesten er gitt, på ære".to_owned(),
        body: "Hei på deg.\n\n.Et punktum først på linja.\nÆøå.\n".to_owned(),
    }
}

async fn sent(server: &MailServer) -> Result<(), NotSent> {
    Smtp::new(&server.settings()).unwrap().send(&letter()).await
}

#[tokio::test]
async fn a_letter_arrives_as_it_was_written() {
    let server = MailServer::start(Manner::Takes).await;
    sent(&server).await.unwrap();
    let mails = server.mails();
    let [mail] = &mails[..] else { panic!("{mails:?}") };
    for header in [
        "Message-ID: <0192@varde.example>",
        "To: kari@example.org",
        "Content-Language: nb",
        "Auto-Submitted: auto-generated",
        "varde@example.org",
    ] {
        assert!(mail.contains(header), "{header} is missing in\n{mail}");
    }
    let (head, body) = mail.split_once("\n\n").unwrap();
    assert!(head.is_ascii(), "headers are encoded:\n{head}");
    assert!(body.contains("Et punktum") && !body.contains("Subject"), "{body}");
}

#[tokio::test]
async fn the_message_id_is_the_same_at_every_attempt() {
    let server = MailServer::start(Manner::HangsUp).await;
    assert!(matches!(sent(&server).await, Err(NotSent::Later(_))), "it may have been taken, and may not");
    server.be(Manner::Takes);
    sent(&server).await.unwrap();
    let ids = server.mails().into_iter().filter(|mail| mail.contains("Message-ID: <0192@varde.example>")).count();
    assert_eq!(ids, 2, "a mail server that got both can tell that they are one");
}

#[tokio::test]
async fn what_the_server_says_decides_whether_to_come_again() {
    for (manner, for_good) in [
        (Manner::NoSuchMailbox, true),
        (Manner::ComeAgain, false),
        (Manner::WrongPassword, false),
        (Manner::Silent, false),
        (Manner::Babbles, false),
    ] {
        let server = MailServer::start(manner).await;
        let outcome = sent(&server).await.unwrap_err();
        assert_eq!(matches!(outcome, NotSent::Never(_)), for_good, "{manner:?}: {outcome}");
        assert!(!outcome.to_string().contains("kari"), "no address in what is logged: {outcome}");
        assert!(server.mails().is_empty());
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_waited_for() {
    let server = MailServer::start(Manner::Takes).await;
    let mut settings = server.settings();
    // A port that was free a moment ago and is closed again.
    settings.port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let outcome = Smtp::new(&settings).unwrap().send(&letter()).await;
    assert!(matches!(outcome, Err(NotSent::Later(_))), "{outcome:?}");
}

#[tokio::test]
async fn nothing_is_sent_openly_where_tls_is_asked_for() {
    for security in [Security::Starttls, Security::Tls] {
        let server = MailServer::start(Manner::Takes).await;
        let settings = SmtpSettings { security, ..server.settings() };
        let outcome = Smtp::new(&settings).unwrap().send(&letter()).await;
        assert!(matches!(outcome, Err(NotSent::Later(_))), "{security:?}: {outcome:?}");
        assert!(server.mails().is_empty(), "{security:?}");
    }
}

#[tokio::test]
async fn a_password_is_never_sent_openly() {
    let server = MailServer::start(Manner::Takes).await;
    let login = Some(("varde".to_owned(), "hemmelig".to_owned()));
    let settings = SmtpSettings { login, ..server.settings() };
    assert_eq!(Smtp::new(&settings).unwrap_err(), SmtpFault::OpenPassword);
    assert!(!format!("{settings:?}").contains("hemmelig"));
}
